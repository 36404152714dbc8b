"""Where a dream's layer goes in documents that are open, and what is told where it can't go."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from krita_deepdream.core import wire, zoom_settings
from krita_deepdream.documents import details, nodes
from krita_deepdream.jobs.document_data import Blended, Destination, Outcome, Source, SourceSelection
from krita_deepdream.jobs.job import Animation, Zoom
from tests.fakes.nodes import Document, Node
from tests.fakes.program import Program

from .open_documents import SIZE, code, group, layer, of, paint, reds, request


@pytest.fixture
def painting(program: Program) -> Document:
    document = Document(layer("Sky", 10), layer("Owl", 20))
    program.open.append(document)
    return document


def outcome(document: Document, source: Node, **more: Any) -> Outcome:
    place = nodes.location_of(document, source, document.bounds())
    asked = SourceSelection(Source.CURRENT_LAYER, frozenset(), source.id, (0, 0, *SIZE), b"")
    values = {"name": "Animals", "location": place, "picture": wire.Picture(*SIZE, "U8", paint(99))}
    return Outcome(**values, x=0, y=0, strength=40.0, source_selection=asked, **more)


def sky_of(document: Document) -> Node:
    root = document.rootNode()
    assert root
    return root.children[0]


def test_above_its_source_with_its_recipe(painting: Document) -> None:
    placed = of("destinations").place(outcome(painting, sky_of(painting), recipe={"n": 1}))
    assert painting.names() == ["Sky", "Animals · Sky", "Owl"]
    made = nodes.find(painting, placed.node_id)
    assert isinstance(made, Node) and (reds(made.data), made.opaque, made.mode) == ({99}, 102, "normal")
    assert of("recipes").read(painting, made).recipe == {"n": 1}


def test_what_is_gone_is_told_and_nothing_is_changed(painting: Document, program: Program) -> None:
    place, sky = of("destinations").place, sky_of(painting)
    sent = outcome(painting, sky)
    painting.size = (7, 4)
    assert code(lambda: place(sent)) == "krita.resized"
    painting.size = SIZE
    sky.remove()
    assert code(lambda: place(sent)) == "krita.gone"
    program.open.clear()
    assert code(lambda: place(sent)) == "krita.closed"
    assert painting.names() == ["Owl"] and not painting.annotations


def test_into_a_layer_whatever_the_size_of_the_document_is_by_now(painting: Document) -> None:
    owl = painting.rootNode().children[1]  # type: ignore[union-attr]
    sent = outcome(painting, sky_of(painting), into=owl.id)
    painting.size = (7, 4)
    assert of("destinations").place(sent).node_id == owl.id and 99 in reds(owl.data)
    assert of("recipes").read(painting, owl) is not None
    assert code(lambda: of("destinations").place(replace(sent, into="{gone}"))) == "krita.dream_gone"


def test_instead_of_its_source_only_what_was_blended(painting: Document) -> None:
    sky = sky_of(painting)
    sent = outcome(painting, sky, destination=Destination.REPLACE)
    assert of("destinations").place(sent).node_id != sky.id and reds(sky.data) == {10}
    blended = Blended(sent.picture, b"\1" * 12 + b"\0" * 12)
    assert of("destinations").place(replace(sent, blended=blended)).node_id == sky.id
    assert sky.data == paint(99)[:48] + paint(10)[48:]


def test_in_a_group_of_dreams_a_new_one_or_the_one_that_is_there(painting: Document) -> None:
    sent = outcome(painting, sky_of(painting), destination=Destination.GROUP)
    first = of("destinations").place(sent)
    assert painting.names() == ["Sky", ["Dreams · Sky", "Animals · Sky"], "Owl"]
    made = nodes.find(painting, first.node_id)
    assert made is not None and made.name() == "Animals · Sky"
    of("destinations").place(sent)
    assert painting.names() == ["Sky", ["Dreams · Sky", "Animals · Sky", "Animals 2 · Sky"], "Owl"]


def test_a_detail_layer_is_merged_as_the_difference_to_what_was_dreamed(
    painting: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To what the source is by now, where that isn't known any more. Krita itself makes the difference."""
    seen = []
    monkeypatch.setattr(details, "difference", lambda _hidden, dream, before: seen.append(reds(before)) or dream)
    sky = sky_of(painting)
    sent = outcome(painting, sky, destination=Destination.DETAIL)
    placed = of("destinations").place(sent)
    made = nodes.find(painting, placed.node_id)
    assert isinstance(made, Node) and made.mode == "grain_merge" and seen == [{10}]
    before = replace(sent.picture, data=paint(55))
    of("destinations").place(replace(sent, source=before))
    of("destinations").place(replace(sent, source=before, into=made.id))
    assert seen == [{10}, {55}, {55}]
    sky.remove()
    assert code(lambda: of("destinations").place(replace(sent, into=made.id))) == "krita.gone"


def test_a_difference_is_what_krita_composes_with_the_dreams_own_alpha(application: Any) -> None:
    hidden = Document(layer("Background"))
    dream = paint(99, alpha=7)
    made = details.difference(hidden, dream, paint(55))
    lower, upper = hidden.rootNode().children  # type: ignore[union-attr]
    assert (lower.data, upper.data, upper.mode) == (paint(99), paint(55), "grain_extract")
    assert bytes(made) == paint(55, alpha=7), "nothing is composed here: what lies on top is seen"


def test_under_a_black_mask_that_is_active_then(painting: Document, program: Program, monkeypatch: Any) -> None:
    masked = group("holder")
    masked.addChildNode(Node("mask", kind="transparencymask"), None)
    monkeypatch.setattr(
        program, "openDocument", lambda _path: program.made.append(Document(masked)) or program.made[-1]
    )
    of("destinations").place(outcome(painting, sky_of(painting), destination=Destination.PAINT_IN))
    assert painting.names() == ["Sky", "Animals · Sky", "Owl"]
    assert painting.active is not None and painting.active.name() == "Paint white here"


def test_in_a_new_image_as_large_as_what_was_dreamed(painting: Document, program: Program) -> None:
    sent = outcome(painting, sky_of(painting), destination=Destination.NEW_IMAGE)
    placed = of("destinations").place(sent)
    assert placed.document is program.open[-1] is not painting and placed.document.size == SIZE  # type: ignore[attr-defined]
    assert painting.names() == ["Sky", "Owl"]


def test_on_top_of_its_document_or_in_a_new_one(painting: Document, program: Program) -> None:
    sent = outcome(painting, sky_of(painting))
    assert of("destinations").place_on_top(sent).document is painting
    assert painting.names() == ["Sky", "Owl", "Animals"]
    program.open.clear()
    placed = of("destinations").place_on_top(sent)
    assert placed.document is program.open[0] is not painting


def film(program: Program, path: str) -> None:
    moving = layer("Zoom", 70)
    moving.keyframes = {0: paint(70), 1: paint(71)}
    program.files[path] = Document(layer("Background"), moving)


def test_a_zoom_lies_above_its_source_and_sets_the_pace_of_a_still_document(
    painting: Document, program: Program
) -> None:
    destinations, sky = of("destinations"), sky_of(painting)
    zoom = Zoom(zoom_settings.ZoomSettings(frames=6, frames_per_second=8), "/zoom.kra", True, held=2)
    film(program, "/zoom.kra")
    assert destinations.zoom_pace(request(zoom=zoom)).held == 1
    destinations.place_zoom(outcome(painting, sky), zoom)
    assert painting.names() == ["Sky", "Animals", "Owl"] and (painting.pace, painting.clip) == (16, (0, 11))
    program.files.clear()
    assert code(lambda: destinations.place_zoom(outcome(painting, sky), zoom)) == "krita.refused"
    film(program, "/zoom.kra")
    sent = outcome(painting, sky)
    sky.remove()
    destinations.place_zoom(sent, zoom)
    assert painting.names() == ["Animals", "Owl", "Animals 2"]


@pytest.mark.parametrize(("per_second", "pace", "held"), [(8.0, 24, 3), (48.0, 24, 1), (2.5, 24, 10)])
def test_a_document_that_moves_keeps_its_pace(program: Program, per_second: float, pace: int, held: int) -> None:
    placing, still = of("placing"), layer("Sky", 10)
    document = Document(still)
    document.pace = pace
    assert placing.held_frames(document, per_second) == (1 if per_second == round(per_second) else held)
    still.keyframes = {0: b""}
    assert placing.held_frames(document, per_second) == held
    placing.show_zoom(document, 300, per_second)
    assert (document.pace, document.clip) == (pace, (0, 299))
    alone = Document(layer("Sky"))
    placing.show_zoom(alone, 3, 0.4)
    assert alone.pace == 1, "no document plays less than a frame a second"
    placing.show_zoom(document, 3, per_second)
    assert document.clip == (0, 299)
    still.keyframes = {}
    placing.show_zoom(document, 3, 0.25)
    assert (document.pace, document.clip) == (1, (0, 2))


def test_dreamed_keyframes_become_a_layer_or_a_new_image(painting: Document, program: Program) -> None:
    animation = Animation(80.0, times=(0, 7), per_second=12, folder="/frames")
    film(program, "/frames/animation.kra")
    sent = outcome(painting, sky_of(painting))
    of("destinations").place_animation(sent, animation)
    assert painting.names() == ["Sky", "Animals", "Owl"] and painting.pace == 24
    program.open.clear()
    film(program, "/frames/animation.kra")
    placed = of("destinations").place_animation(sent, animation)
    made = program.open[0]
    assert placed.document is made and (made.pace, made.clip) == (12, (0, 7))


def test_a_file_without_an_animated_layer_is_refused(painting: Document, program: Program) -> None:
    program.files["/zoom.kra"] = Document(layer("Background"))
    zoom = Zoom(zoom_settings.ZoomSettings(), "/zoom.kra", True)
    assert code(lambda: of("destinations").place_zoom(outcome(painting, sky_of(painting)), zoom)) == "krita.refused"
    film(program, "/zoom.kra")
    moving = program.files["/zoom.kra"].rootNode().children[1]  # type: ignore[union-attr]
    moving.depth = "U16"
    assert code(lambda: of("destinations").place_zoom(outcome(painting, sky_of(painting)), zoom)) == "krita.refused"
    assert painting.names() == ["Sky", "Owl"]


def test_where_krita_takes_no_other_colour_space_it_is_told(
    painting: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Document, "colorDepth", lambda self: "U8" if self is painting else "U16")
    placing = of("placing")
    assert code(lambda: placing.convert_document(Document(), nodes.space_of(painting))) == "krita.refused"
    placing.convert_document(painting, nodes.space_of(painting))


@pytest.mark.parametrize("closed", [True, False])
def test_what_was_active_is_active_again_unless_the_painter_chose_otherwise(
    painting: Document, faults: Callable[[], list[str]], closed: bool
) -> None:
    placing, (sky, owl) = of("placing"), painting.rootNode().children  # type: ignore[union-attr]
    new = layer("Animals", 99)
    painting.active = new
    placing._activate(painting, sky, new.id)
    assert painting.active is sky
    placing._activate(painting, owl, new.id)
    assert painting.active is sky, "what is active now isn't what was added"
    painting.active = new
    placing._activate(painting, layer("Removed"), new.id)
    assert painting.active is new
    painting.closed = closed
    placing._activate(painting, sky, new.id)
    assert painting.active is (new if closed else sky)
    painting.closed, painting.active = False, new
    placing._activate_again(painting, None, new)
    assert painting.active is new and not faults(), "nothing was"

"""What a request takes of documents that are open, and what it is told where that can't be had."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from krita_deepdream.core import zoom_settings
from krita_deepdream.documents import colours, nodes, sources
from krita_deepdream.jobs.document_data import Destination, Placed, Source, SourceSelection, Space
from krita_deepdream.jobs.job import LOCAL, Animation, DreamRequest, Zoom
from krita_deepdream.qt import QtCore
from tests.fakes.nodes import Document, Node, Selection
from tests.fakes.program import Program

from .open_documents import SIZE, code, group, layer, of, paint, reds, request


class Mask(Node):
    """A mask that is a selection: light on its left."""

    def __init__(self, kind: str = "selectionmask") -> None:
        super().__init__("Soft", kind=kind)
        self.held: Selection | None = Selection(0, 0, 2, 4)

    def selection(self) -> Selection | None:
        return self.held


@pytest.fixture
def painting(program: Program) -> Document:
    """Sky below an owl that is painted all over; the sky is active."""
    document = Document(layer("Sky", 10), layer("Owl", 20))
    program.open.append(document)
    return document


def test_the_docker_is_told_what_would_be_taken(program: Program) -> None:
    look = of("grabbing").look
    assert look(request()) is None
    document = Document(layer("Sky", 10))
    program.open.append(document)
    found = look(request())
    assert (found.layer_name, found.selected, found.size, found.wraps, found.empty) == (
        "Sky",
        False,
        SIZE,
        False,
        False,
    )
    document.selected, program.wraps = Selection(1, 1, 3, 2), True
    found = look(request())
    assert (found.selected, found.size, found.wraps) == (True, (3, 2), True)
    document.active = None
    assert code(lambda: look(request())) == "krita.layer"


def test_a_layer_is_grabbed_with_what_says_where_it_was(painting: Document, program: Program) -> None:
    grab, sky = of("grabbing").grab, painting.active
    assert sky
    grabbed = grab(request())
    assert reds(grabbed.picture) == {10} and grabbed.backdrop is None and not grabbed.replaceable
    assert (grabbed.mask, grabbed.inside, grabbed.note, grabbed.location.over) == (b"", (0, 0, *SIZE), "", "")
    assert grabbed.source_selection.mask == b"" and grabbed.strength_map is None and not grabbed.wraps
    assert grab(request(destination=Destination.REPLACE)).replaceable
    painting.selected = Selection(1, 1, 3, 2)
    grabbed = grab(request())
    assert grabbed.inside == (1, 1, 3, 2) and grabbed.mask.count(b"\xff") == 6 and len(grabbed.mask) == 24
    assert grabbed.source_selection.box == (1, 1, 3, 2) and grabbed.source_selection.mask == b"\xff" * 6
    zoomed = grab(request(zoom=Zoom(zoom_settings.ZoomSettings())))
    assert zoomed.source_selection.box == (0, 0, *SIZE)
    program.wraps = True
    assert grab(request()).wraps


def test_a_part_of_a_large_canvas_comes_with_its_surroundings_unless_all_wraps(program: Program) -> None:
    grab, large = of("grabbing").grab, Document(Node("Sky", bytes([0, 0, 9, 255]) * (900 * 4), (900, 4)))
    program.open.append(large)
    large.selected = Selection(400, 0, 4, 4)
    assert grab(request()).picture.width < 900
    program.wraps = True
    assert grab(request()).picture.width == 900


def test_what_hides_a_layer_is_the_layer_itself_or_a_group_around_it(painting: Document) -> None:
    hidden_by = of("host").Host().hidden_by
    inside = layer("Tree", 30)
    trees = group("Trees", inside)
    painting.rootNode().addChildNode(trees, None)  # type: ignore[union-attr]
    placed = Placed(painting, inside.id)
    assert hidden_by(placed) == ""
    trees.shown = False
    assert hidden_by(placed) == "Trees"
    inside.shown = False
    assert hidden_by(placed) == "Tree"
    inside.remove()
    assert hidden_by(placed) == ""


def test_below_what_is_half_transparent_comes_what_is_seen(painting: Document) -> None:
    sky = painting.active
    assert sky
    sky.data = paint(10, alpha=128)
    assert reds(of("grabbing").grab(request()).backdrop) == {20}


def test_an_empty_layer_takes_what_is_visible_and_replaces_nothing(painting: Document) -> None:
    sky = painting.active
    assert sky
    sky.data = b""
    grabbed = of("grabbing").grab(request(destination=Destination.REPLACE))
    assert reds(grabbed.picture) == {20} and not grabbed.replaceable and "is empty here" in grabbed.note
    selection = grabbed.source_selection
    assert (selection.source, selection.node_id) == (Source.ALL_LAYERS, sky.id), "that is what it is named after"
    painting.rootNode().children[1].data = b""  # type: ignore[union-attr]
    assert code(lambda: of("grabbing").grab(request())) == "krita.empty"


def asked(document: Document, node: Node, **more: Any) -> SourceSelection:
    return replace(SourceSelection(Source.CURRENT_LAYER, frozenset(), node.id, (1, 1, 3, 2), b""), **more)


def test_a_dream_made_again_takes_what_it_was_made_of_whatever_is_active_and_selected(painting: Document) -> None:
    grab = of("grabbing").grab
    sky, owl = painting.rootNode().children  # type: ignore[union-attr]
    painting.active, painting.selected = owl, Selection(0, 0, 1, 1)
    again = asked(painting, sky)
    grabbed = grab(request(again=again))
    assert reds(grabbed.picture) == {10} and grabbed.inside == (1, 1, 3, 2)
    assert grabbed.location.over == owl.id and grabbed.location.node_id == sky.id
    at = nodes.location_of(painting, sky, painting.bounds())
    assert grab(request(again=again, at=at)).location.over == ""
    sky.remove()
    assert code(lambda: grab(request(again=again))) == "krita.again"
    assert code(lambda: grab(request(again=again, at=at))) == "krita.left"


def test_what_is_gone_or_of_another_size_is_told(painting: Document, program: Program) -> None:
    grab, sky = of("grabbing").grab, painting.active
    assert sky
    at = nodes.location_of(painting, sky, painting.bounds())
    assert reds(grab(request(at=at, again=asked(painting, sky))).picture) == {10}
    painting.size = (7, 4)
    assert code(lambda: grab(request(at=at))) == "krita.changed"
    program.open.clear()
    assert code(lambda: grab(request(at=at))) == "krita.left"
    assert code(lambda: grab(request())) == "krita.document"


def test_what_is_renewed_is_seen_without_dreams(painting: Document) -> None:
    sky, owl = painting.rootNode().children  # type: ignore[union-attr]
    recipes = of("recipes")
    painting.annotations[recipes.PREFIX + owl.id] = (
        b'{"recipe": {}, "looks": "", "time": 1, "node": "%s"}\n' % sky.id.encode()
    )
    everything = request(source=Source.ALL_LAYERS)
    assert reds(of("grabbing").grab(everything).picture) == {20}
    assert reds(of("grabbing").grab(replace(everything, into=owl.id)).picture) == {10}
    assert owl.visible()


def test_a_mask_of_the_layer_says_how_strong_the_dream_is(painting: Document) -> None:
    grab, sky = of("grabbing").grab, painting.active
    assert sky
    sky.addChildNode(mask := Mask(), None)
    painting.active = sky
    grabbed = grab(request())
    assert grabbed.source_selection.by == LOCAL
    assert bytes(grabbed.strength_map.data)[::4] == b"\xff\xff\0\0\0\0" * 4
    assert code(lambda: grab(request(strength_by="{gone}"))) == "named_picture.missing"
    mask.held = Selection(0, 0, 0, 0)
    assert set(bytes(grab(request()).strength_map.data)[::4]) == {0}


@pytest.mark.parametrize(("source", "counts"), [(Source.CURRENT_LAYER, False), (Source.ALL_LAYERS, True)])
def test_a_transparency_mask_that_made_the_layer_transparent_doesnt_count_twice(
    painting: Document, source: Source, counts: bool
) -> None:
    sky = painting.active
    assert sky
    sky.addChildNode(mask := Mask("transparencymask"), None)
    sky.addChildNode(other := Mask("filtermask"), None)
    what = sources.SourceNodes(sky, source, (sky,))
    assert sources.strength_by(what, request(strength_by=mask.id)) == (mask.id if counts else "")
    assert sources.strength_by(what, request(strength_by=other.id)) == other.id
    mask.setVisible(False)
    assert sources.strength_by(what, request(strength_by=mask.id)) == mask.id
    assert sources.strength_by(what, request()) == ""


def test_a_glimpse_differs_when_anything_does(painting: Document, program: Program) -> None:
    glimpse, sky = of("grabbing").glimpse, painting.active
    assert sky
    seen = [glimpse(request())]
    assert glimpse(request()) == seen[0]
    painting.selected = Selection(1, 1, 3, 2)
    seen.append(glimpse(request()))
    sky.data = paint(11)
    seen.append(glimpse(request()))
    program.wraps = True
    seen.append(glimpse(request()))
    assert all(one != other for at, one in enumerate(seen) for other in seen[:at])


def taken(document: Document, source: Source, active: Node, **more: Any) -> tuple[list[str], set[int]]:
    what = sources.source_nodes(document, request(source=source, **more), active)
    raw = sources.read(document, what, document.bounds())
    return [each.name() for each in what.members], set(raw.data.data()[2::4])


def test_a_group_is_the_one_around_the_layer_and_never_the_root(program: Program) -> None:
    oak, sky = layer("Oak", 30), layer("Sky", 10)
    trees = group("Trees", oak)
    trees.data = paint(40)
    document = Document(sky, trees)
    for active in (oak, trees):
        assert taken(document, Source.CURRENT_GROUP, active) == (["Trees"], {40})
    trees.setPassThroughMode(True)
    assert taken(document, Source.CURRENT_GROUP, oak) == (["Trees"], {40}) and trees.passThroughMode()
    assert code(lambda: taken(document, Source.CURRENT_GROUP, sky)) == "krita.group"
    assert code(lambda: taken(document, Source.CURRENT_GROUP, Node("Nowhere"))) == "krita.group"


def test_labelled_layers_are_those_that_are_seen_and_a_group_stands_for_all_in_it(program: Program) -> None:
    sky, oak, elm, owl = layer("Sky", 10), layer("Oak", 30), layer("Elm", 35), layer("Owl", 20)
    trees = group("Trees", oak, elm)
    document = Document(sky, trees, owl)
    assert code(lambda: taken(document, Source.LABELED_LAYERS, sky)) == "krita.label"
    assert code(lambda: taken(document, Source.LABELED_LAYERS, sky, labels=frozenset({2}))) == "krita.labeled"
    sky.label = oak.label = 3
    assert taken(document, Source.LABELED_LAYERS, sky) == (["Sky", "Oak"], {30})
    oak.setVisible(False)
    assert taken(document, Source.LABELED_LAYERS, sky) == (["Sky"], {10})
    trees.label = 4
    assert taken(document, Source.LABELED_LAYERS, trees) == (["Trees"], {35})
    assert all(each.visible() for each in (sky, elm, owl)), "only a clone's layers are hidden"


def test_pixels_that_krita_doesnt_give_are_told(painting: Document, monkeypatch: pytest.MonkeyPatch) -> None:
    sky = painting.active
    assert sky
    what = sources.SourceNodes(sky, Source.CURRENT_LAYER, (sky,))
    monkeypatch.setattr(sky, "projectionPixelData", lambda *_box: QtCore.QByteArray())
    assert set(sources.read(painting, what, painting.bounds(), own=True).data.data()[2::4]) == {10}
    assert code(lambda: sources.read(painting, what, painting.bounds())) == "krita.pixels"


@pytest.mark.parametrize(
    ("source", "spoil", "reason"),
    [
        (Source.ALL_LAYERS, {}, "Only the current layer"),
        (Source.CURRENT_LAYER, {"_kind": "vectorlayer"}, "isn't a paint layer"),
        (Source.CURRENT_LAYER, {"is_locked": True}, "is locked"),
        (Source.CURRENT_LAYER, {"keyframes": {0: b""}}, "is animated"),
        (Source.CURRENT_LAYER, {}, ""),
    ],
)
def test_why_a_layer_isnt_replaced(program: Program, source: Source, spoil: dict[str, Any], reason: str) -> None:
    sky = layer("Sky", 10)
    vars(sky).update(spoil)
    what = sources.SourceNodes(sky, source, (sky,))
    wanted = request(destination=Destination.REPLACE)
    replaced, said = sources.replaces(Document(sky), what, wanted)
    assert reason in said and bool(said) == bool(reason) and replaced == (not reason)
    assert sources.replaces(Document(sky), what, request()) == (False, "")


def test_finding_the_way_among_nodes(program: Program) -> None:
    sky, owl, mask = layer("Sky", 10), layer("Owl"), Mask()
    trees = group("Trees", sky)
    document = Document(trees, owl)
    sky.addChildNode(mask, None)
    root = document.rootNode()
    assert [nodes.layer_of(each) for each in (mask, sky, root, None)] == [sky, sky, None, None]
    assert [nodes.is_seen(each) for each in (sky, mask, None)] == [True, False, False]
    trees.setVisible(False)
    assert not nodes.is_seen(sky) and nodes.is_seen(owl)
    assert nodes.find(document, sky.id) is sky and nodes.dream_layer(document, sky.id) is sky
    assert code(lambda: nodes.dream_layer(document, "{gone}")) == "krita.dream_gone"
    document.closed = True
    assert nodes.find(document, sky.id) is None


def test_the_region_is_the_selection_or_what_is_painted_on_the_canvas(program: Program) -> None:
    document, canvas, away = Document(layer("Sky", 10)), QtCore.QRect(0, 0, *SIZE), QtCore.QRect(90, 90, 5, 5)
    inside = QtCore.QRect(1, 1, 2, 2)
    assert [nodes.region_of(document, each, None) for each in (inside, away, QtCore.QRect())] == [
        inside,
        canvas,
        canvas,
    ]
    assert nodes.region_of(document, inside, Selection(4, 2, 9, 9)).getRect() == (4, 2, 2, 2)
    assert code(lambda: nodes.region_of(document, inside, Selection(90, 90, 5, 5))) == "krita.selection"
    assert nodes.selection_of(document) is None
    for width, height in ((0, 3), (3, 0)):
        document.selected = Selection(0, 0, width, height)
        assert nodes.selection_of(document) is None


def test_what_other_pictures_there_are(painting: Document, program: Program) -> None:
    offered = of("host").Host().offered
    sky = painting.active
    assert sky
    sky.addChildNode(Mask(), None)
    sky.addChildNode(Mask("filtermask"), None)
    other, closed = Document(layer("Sea", 50), name="Other"), Document(layer("Gone", 60))
    closed.closed = True
    program.open += [other, closed]
    here, others = offered()
    assert [(each.label, each.level, each.mask) for each in here] == [
        ("Owl", 0, False),
        ("Sky", 0, False),
        ("Soft", 1, True),
    ]
    assert [each.label for each in others] == ["Other"]
    program.open.clear()
    assert offered() == ([], [])


def test_a_picture_is_read_in_little_wherever_it_is_open(painting: Document, program: Program) -> None:
    read = of("host").Host().read_picture
    sky, closed = painting.active, Document(layer("Gone", 60))
    assert sky
    closed.closed = True
    other = Document(Node("Sea", bytes([0, 0, 50, 255] * 4), (2, 2)), name="Other", size=(9, 9))
    other.size = (9, 9)
    program.open[:0] = [closed, other]
    program.open.append(painting)
    sea, root = other.rootNode().children[0], other.rootNode()  # type: ignore[union-attr]
    assert (read(sea.id).width, read(root.id).width) == (2, 9) and reds(read(sea.id)) == {50}
    sea.data = b""
    assert read(sea.id).width == 9
    assert read(sky.id, 3).width == 3
    sky.addChildNode(mask := Mask("transparencymask"), None)
    assert bytes(read(mask.id).data)[::4] == b"\xff\xff\0\0\0\0" * 4
    assert code(lambda: read("{gone}")) == "named_picture.missing"
    mask.held = None
    assert code(lambda: read(mask.id)) == "krita.pixels", "its own pixels, which are none of a byte each here"


def test_a_picture_over_what_was_grabbed_is_as_large(painting: Document, program: Program) -> None:
    over, sky = of("grabbing").read_picture_over, painting.active
    assert sky
    owl = painting.rootNode().children[1]  # type: ignore[union-attr]
    grabbed = of("grabbing").grab(request())
    other = Document(Node("Sea", bytes([0, 0, 50, 255] * 4), (2, 2)))
    program.open.append(other)
    sea = other.rootNode().children[0]  # type: ignore[union-attr]
    assert reds(over(owl.id, grabbed)) == {20} and reds(over(sea.id, grabbed)) == {50}
    assert (over(sea.id, grabbed).width, over(sea.id, grabbed).height) == SIZE


def moving(document: Document, node: Node, times: tuple[int, ...], done: int = 0) -> DreamRequest:
    document.active = node
    return request(animation=Animation(80.0, times=times, done=done))


def test_keyframes_are_taken_as_they_are_painted_at_their_time(painting: Document, program: Program) -> None:
    grab, sky = of("keyframes").grab_keyframe, painting.active
    assert sky
    assert code(lambda: of("keyframes").animation_of(moving(painting, sky, ()))) == "animation.none"
    sky.keyframes = {0: paint(1), 7: paint(7)}
    painting.pace = 12
    found = of("keyframes").animation_of(moving(painting, sky, ()))
    assert (found.times, found.per_second) == ((0, 7), 12)
    grabbed = grab(moving(painting, sky, (0, 7), done=1))
    assert reds(grabbed.picture) == {7} and (grabbed.mask, grabbed.note, grabbed.strength_map) == (b"", "", None)
    assert grabbed.source_selection.mask == b"" and grabbed.source_selection.by == ""
    painting.selected = Selection(1, 1, 3, 2)
    grabbed = grab(moving(painting, sky, (0, 7)))
    assert grabbed.mask.count(b"\xff") == 6 and grabbed.inside == (1, 1, 3, 2)
    assert grabbed.source_selection.mask == b"\xff" * 6
    painting.selected = Selection(0, 0, *SIZE)
    assert grab(moving(painting, sky, (0, 7))).mask == b"", "all of it is no selection"
    sky.addChildNode(Mask(), None)
    grabbed = grab(moving(painting, sky, (0, 7)))
    assert grabbed.source_selection.by == LOCAL and grabbed.strength_map is not None
    assert code(lambda: grab(moving(painting, sky, (3,)))) == "animation.gone"
    at = grabbed.location
    again = replace(moving(painting, sky, (0, 7)), at=at, again=grabbed.source_selection)
    assert reds(grab(again).picture) == {1}
    program.open.clear()
    assert code(lambda: grab(again)) == "animation.gone"


def test_a_moving_group_is_taken_as_it_looks_at_that_time(program: Program) -> None:
    oak, still = layer("Oak", 30), layer("Elm", 35)
    trees = group("Trees", oak, still)
    oak.keyframes, trees.data = {4: paint(4)}, paint(40)
    document = Document(layer("Sky", 10), trees)
    program.open.append(document)
    grabbed = of("keyframes").grab_keyframe(replace(moving(document, oak, (4,)), source=Source.CURRENT_GROUP))
    assert reds(grabbed.picture) == {40}


def test_krita_converts_in_a_document_that_nobody_sees(program: Program) -> None:
    srgb, size = Space("RGBA", "U8", colours.SRGB), QtCore.QSize(*SIZE)
    scratch = of("application").scratch
    deep = colours.convert(scratch, paint(10), size, srgb, srgb._replace(depth="U16"))
    assert len(bytes(deep)) == 2 * len(paint(10)) and set(bytes(deep)) == {0, 10, 254}  # type: ignore[arg-type]
    assert code(lambda: colours.convert(scratch, paint(10), size, srgb, srgb._replace(depth="F32"))) == "krita.colour"
    assert len(program.made) == 2


def test_a_layer_that_stands_is_shown_hidden_and_made_fainter(painting: Document, program: Program) -> None:
    host, sky = of("host").Host(), painting.active
    assert sky
    placed, gone = Placed(painting, sky.id), Placed(painting, "{gone}")
    assert host.flip(placed) and not sky.visible() and host.flip(placed) and sky.visible()
    assert host.set_opacity(placed, 40.0) and sky.opaque == 102
    assert host.stands(placed) and not any((host.flip(gone), host.set_opacity(gone, 1.0), host.stands(gone)))
    program.open.clear()
    assert not any((host.flip(placed), host.set_opacity(placed, 1.0), host.stands(placed)))


def test_what_is_renewed_in_part_needs_its_layer(painting: Document, program: Program) -> None:
    renewing, sky = of("renewing"), painting.active
    assert sky
    part = renewing.grab_part(painting, sky.id, request(again=asked(painting, sky)), (1, 1, 3, 2))
    assert reds(part[0].picture) == reds(part[1]) == {10} and part[0].backdrop is None and part[0].strength_map is None
    sky.data = paint(10, alpha=99)
    sky.addChildNode(Mask(), None)
    part = renewing.grab_part(painting, sky.id, request(again=asked(painting, sky)), (1, 1, 3, 2))
    assert part[0].backdrop and part[0].strength_map
    program.open.clear()
    again = request(again=asked(painting, sky))
    assert code(lambda: renewing.grab_part(painting, sky.id, again, (1, 1, 3, 2))) == "krita.dream_gone"

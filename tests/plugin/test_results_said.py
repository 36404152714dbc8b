"""What the painter hears of a finished or cancelled job: in which document, what else, and what stays behind."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from krita_deepdream.core import errors
from krita_deepdream.docker.message import Message
from krita_deepdream.dreaming import again
from krita_deepdream.dreaming.reactivation import Reactivation
from krita_deepdream.jobs.document_data import Destination, Source, SourceSelection, StoredRecipe
from tests.fakes.host import FakeDocument

from .conftest import Painter, scripted, until
from .test_style import turn

Paint = Callable[..., Painter]


@pytest.fixture
def painter(paint: Paint) -> Painter:
    made = paint(scripted("good"))
    made.panel.resize(300, 1200)
    return made


def test_a_dream_that_lands_elsewhere_says_where(painter: Painter) -> None:
    painter.click("dream")
    first = painter.host.active
    painter.host.active = FakeDocument("Another")
    until(lambda: painter.host.placed and not painter.session.busy)
    assert painter.session.sentence.startswith("In “Picture”: “Animals” is the new layer above “Sky”")
    painter.host.active = first
    painter.click("dream")
    until(lambda: len(painter.host.placed) == 2 and not painter.session.busy)
    assert painter.session.sentence.startswith("“Animals” is the new layer above “Sky”")


def test_what_was_dreamed_instead_is_said_after_it_too(painter: Painter) -> None:
    painter.host.note = "“Sky” is empty here, so everything visible was used."
    painter.click("dream")
    until(lambda: painter.host.placed and not painter.session.busy)
    assert painter.session.sentence.endswith("s). “Sky” is empty here, so everything visible was used.")


@pytest.mark.parametrize("result", list(Destination))
def test_a_dream_that_is_not_seen_says_what_hides_it(painter: Painter, result: Destination) -> None:
    painter.choice.destination, painter.host.hiding = result, "Trees"
    painter.click("dream")
    until(lambda: painter.host.placed and not painter.session.busy)
    assert painter.session.sentence.endswith("“Trees” is hidden: show it to see the dream.")
    assert ("the second its bit depth" in painter.session.sentence) == (result is Destination.REPLACE)


@pytest.mark.parametrize("result", [Destination.PAINT_IN, Destination.ABOVE])
def test_after_the_undo_of_a_dream_whose_mask_was_active_its_source_is(painter: Painter, result: Destination) -> None:
    painter.choice.destination = result
    painter.click("dream")
    until(lambda: painter.host.placed and not painter.session.busy)
    painter.host.standing = False
    for hint in painter.host.hints:
        hint()
    if result is Destination.PAINT_IN:
        until(lambda: painter.host.activated == ["{node}"])
    looked = painter.session.results.findChild(Reactivation)
    looked._look()
    assert set(painter.host.activated) == ({"{node}"} if result is Destination.PAINT_IN else set())


@pytest.mark.parametrize(
    ("closed", "says"),
    [
        (False, "“Animals” was added on top of “Picture”."),
        (True, "“Animals” is a new image, because “Picture” was closed."),
    ],
)
def test_an_offer_that_is_kept_says_where_it_went(painter: Painter, closed: bool, says: str) -> None:
    painter.host.refusal = errors.DreamError("krita.gone", layer="Sky")
    painter.click("dream")
    until(lambda: painter.session.results.offer)
    if closed:
        painter.host.closed.append(painter.host.active)
    painter.session.results.keep_offer()
    assert painter.session.sentence == says and painter.session.results.offer is None


def test_the_image_that_a_dream_has_become_leaves_the_words_there(painter: Painter) -> None:
    """Another document comes to the front by itself then, some time later; any other takes them away."""
    painter.host.refusal = errors.DreamError("krita.closed", document="Picture")
    painter.click("dream")
    until(lambda: painter.session.results.offer)
    painter.host.closed.append(painter.host.active)
    painter.session.results.keep_offer()
    painter.host.active = painter.session.results.opened
    until(lambda: painter.session.results.history.document == painter.host.active)
    message = painter.docker.findChild(Message)
    message.look()
    assert "is a new image" in painter.status and painter.widget("status").isVisible()
    painter.host.active = FakeDocument("Another")
    until(lambda: not painter.widget("status").isVisible(), 5)


def test_frames_that_stay_after_a_cancel_are_told(paint: Paint, tmp_path: Path) -> None:
    painter = paint(scripted("slow"))
    turn(painter, "Zoom")
    painter.choice.zoom.take_target(str(tmp_path))
    painter.click("dream")
    until(lambda: painter.session.progress)
    (tmp_path / "00001.png").touch()
    painter.session.cancel()
    assert painter.session.sentence == f"Cancelled. The frames made so far are in {tmp_path}."
    (tmp_path / "empty").mkdir()
    painter.choice.zoom.take_target(str(tmp_path / "empty"))
    painter.session.dream(painter.choice.zoom_request)
    painter.session.cancel()
    assert painter.session.sentence == "Cancelled. Nothing was changed."
    painter.choice.zoom.take_target("")
    painter.session.dream(painter.choice.zoom_request)
    painter.session.cancel()
    assert painter.session.sentence == "Cancelled. Nothing was changed."


@pytest.mark.parametrize(
    ("by", "pictures", "expected"),
    [
        ("local selection", {"mask": "0", "weight": "0"}, "local selection"),
        ("{hill}", {"weight": "0"}, "{hill}"),
        ("", {"mask": "0"}, ""),
        ("", {"weight": "0"}, "local selection"),
    ],
)
def test_a_dream_by_a_local_selection_or_a_layer_can_be_repeated(
    painter: Painter, by: str, pictures: dict[str, str], expected: str
) -> None:
    asked = SourceSelection(Source.CURRENT_LAYER, frozenset(), "{node}", (0, 0, 4, 4), b"", by)
    recipe = {"settings": painter.choice.settings.to_dict(), "pictures": pictures}
    painter.host.active_recipe = StoredRecipe("Animals", recipe, asked)
    painter.session.dream(again.repeat_request(painter.host.recipe(), painter.choice.destination))
    assert painter.host.requests[-1].strength_by == expected


@pytest.mark.parametrize("name", ["mask", "weight", "backdrop"])
def test_a_picture_with_a_name_of_ours_is_a_picture_all_the_same(painter: Painter, name: str) -> None:
    np = pytest.importorskip("numpy")
    from deepdream_core.engine.progress import hashes
    from deepdream_core.image.pixels import Pixels

    one, other = (np.full((2, 2, 3), value, np.float32) for value in (1, 2))
    parts = np.ones((2, 2), np.float32)
    found = hashes({name: Pixels(one)}, parts, Pixels(other), parts)
    changed = hashes({name: Pixels(other)}, parts, Pixels(other), parts)
    assert len(found) == 4 and sum(found[key] != changed[key] for key in found) == 1
    recipe = {"settings": painter.choice.settings.to_dict(), "pictures": found}
    asked = SourceSelection(Source.CURRENT_LAYER, frozenset(), "{node}", (0, 0, 4, 4), b"")
    painter.host.active_recipe = StoredRecipe("Animals", recipe, asked)
    with pytest.raises(errors.DreamError, match="other pictures"):
        painter.session.dream(again.repeat_request(painter.host.recipe(), painter.choice.destination))

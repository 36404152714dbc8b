"""A painter in the filter's dialog and the atlas, and on the page Style with a picture from each source."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from . import names
from .conftest import STEPS
from .hands import until
from .painter import DREAM_S, SEEN, Painter

pytestmark = [pytest.mark.krita, pytest.mark.timeout(500)]
GREY = (128, 128, 128)
BACKGROUND = "Background"
THING = "tower"
GREEN = (0, 200, 0)
# A sketch that has looked the same for so long has got as sharp as it gets.
SHARPENED_S = 3.0
# Painted in the manner of a colour, a layer is this much more of it (mean of 255).
TINTED = 3


@pytest.fixture
def painter(painter: Painter) -> Painter:
    """A painter who is about to dream a little of the default preset, whatever the last one did."""
    painter.hands.click(names.DREAM_PAGE, "page tab")
    painter.hands.click(names.ANIMALS, "check box")
    painter.hands.set_number(names.STEPS, f"{STEPS}")
    return painter


class Dialog:
    """Filter ▸ DeepDream… as ``painter`` opened it; ``box`` is where its preview lies."""

    def __init__(self, painter: Painter) -> None:
        self._hands = painter.hands
        painter.hands.menu(names.FILTER_MENU, names.DIALOG)
        painter.hands.see(names.SKETCH, inside=names.DIALOG_WINDOW)
        painter.hands.quiet()
        self.box = painter.hands.see(names.SKETCH, inside=names.DIALOG_WINDOW).box

    def press(self, name: str, times: int = 1) -> None:
        """Click one of its buttons."""
        for _ in range(times):
            self._hands.click(name, "push button", names.DIALOG_WINDOW)
        self._hands.quiet()

    def preview(self) -> np.ndarray:
        """What its preview shows."""
        return self._hands.screen(self.box)

    def original(self) -> np.ndarray:
        """What its preview shows while *Original* is held."""
        self._hands.point(self._hands.see(names.ORIGINAL, inside=names.DIALOG_WINDOW).middle)
        self._hands.press()
        self._hands.quiet()
        seen = self.preview()
        self._hands.release()
        self._hands.quiet()
        return seen

    def come_to_rest(self) -> np.ndarray:
        """Wait until the sketch gets no sharper; the preview."""
        seen = [self.preview()]

        def still() -> bool:
            time.sleep(SHARPENED_S)
            seen.append(self.preview())
            return not np.any(seen[-1] != seen[-2])

        until(still, "the end of sketching", DREAM_S)
        return seen[-1]

    def margin(self) -> float:
        """The share of the preview that shows nothing of the picture."""
        return float((self.preview() == GREY).all(axis=2).mean())

    def accept(self, name: str) -> None:
        """Press *New Layer* or *Replace Layer*, which close it."""
        self._hands.click(name, "push button", names.DIALOG_WINDOW)
        until(lambda: not self._hands.window(names.DIALOG_WINDOW), f"a closed dialog after {name}")


def test_the_preview_comes_by_itself_and_can_be_compared_and_zoomed(painter):
    dialog = Dialog(painter)
    until(lambda: _differ(dialog.preview(), dialog.original()), "a preview of the dream", DREAM_S)
    fitted, margin = dialog.come_to_rest(), dialog.margin()
    painter.hands.shot("preview")
    dialog.press(names.ZOOM_IN, 3)
    assert _differ(dialog.preview(), fitted) and dialog.margin() < margin
    painter.hands.shot("preview zoomed in")
    dialog.press(names.FIT)
    assert not _differ(dialog.preview(), fitted)
    dialog.press(names.ZOOM_OUT, 3)
    assert dialog.margin() > margin + 0.2
    painter.hands.shot("preview zoomed out")
    dialog.press(names.FIT)
    assert not _differ(dialog.preview(), fitted)
    painter.hands.click(names.PREVIEW, "check box", names.DIALOG_WINDOW)
    until(lambda: _differ(dialog.preview(), fitted), "the original without a preview")
    painter.hands.click(names.PREVIEW, "check box", names.DIALOG_WINDOW)
    until(lambda: not _differ(dialog.preview(), fitted), "the preview again")
    painter.hands.click(names.TEMPLES, "check box", names.DIALOG_WINDOW)
    until(lambda: _differ(dialog.preview(), fitted), "a preview of another preset", DREAM_S)
    assert _differ(dialog.come_to_rest(), dialog.original())
    painter.hands.shot("preview of another preset")
    painter.hands.keys("Escape")
    until(lambda: not painter.hands.window(names.DIALOG_WINDOW), "a closed dialog")
    assert painter.hands.layers() == [BACKGROUND]


def test_the_dialog_makes_a_layer_and_that_again(painter):
    before = painter.save()
    background = before.pixels(before.layers[0]).astype(int)
    Dialog(painter).accept(names.NEW_LAYER)
    painter.new_layers([BACKGROUND])
    painter.hands.menu(names.FILTER_MENU, names.AGAIN)
    painter.new_layers(before.names * 2)
    saved = painter.save()
    assert len(saved.layers) == 3 and not _differ(saved.pixels(saved.named(BACKGROUND)), background)
    for layer in saved.layers[:2]:
        assert layer.name.startswith(names.ANIMALS) and _differ(saved.pixels(layer), background)


def test_the_dialog_replaces_a_layer_and_that_again_and_one_undo_brings_it_back(painter):
    before = painter.save()
    pixels, seen = [before.pixels(before.layers[0]).astype(int)], [painter.hands.canvas()]
    for act in (
        lambda: Dialog(painter).accept(names.REPLACE_LAYER),
        lambda: painter.hands.menu(names.FILTER_MENU, names.AGAIN),
    ):
        act()
        pixels.append(_replaced(painter, seen[-1]))
        seen.append(painter.hands.canvas())
        assert _differ(pixels[-1], pixels[-2]) and _differ(seen[-1], seen[-2])
    assert painter.hands.layers() == [BACKGROUND]
    painter.undo()
    until(lambda: not _differ(painter.hands.canvas(), seen[1]), "the layer as it was before")


def test_a_style_from_each_source_tells_in_colour(painter):
    """Watercolour, a black layer, a cyan image, what was copied from it when it was red, and a green file."""
    other = painter.folder / "stripes.png"
    file = painter.folder / "leaves.png"
    painter.coloured(other)
    Image.new("RGB", (160, 120), GREEN).save(file)
    _black_layer(painter)
    _copy_and_invert(painter, other)
    painter.hands.click_layer(BACKGROUND)
    painter.hands.click(names.STYLE_PAGE, "page tab")
    painter.hands.set_number(names.STEPS, "4")
    painter.hands.click(names.WATERCOLOUR, "check box")
    painter.dream(names.PAINT)
    for source, walked in (
        (names.FROM_LAYER, ("Right",)),
        (names.FROM_IMAGE, ("Right", "Up")),
        (names.FROM_CLIPBOARD, ()),
    ):
        _add(painter, source, *walked)
        painter.dream(names.PAINT)
    _add(painter, names.FROM_FILE)
    painter.answer_with_path(names.ADDING, file)
    painter.dream(names.PAINT)
    painter.hands.shot("styles")
    saved = painter.save()
    painter.hands.click(names.WATERCOLOUR, "check box")
    painter.hands.click(names.DREAM_PAGE, "page tab")
    leaves, red, cyan, black, water = (
        saved.pixels(saved.named(name)).astype(int)[..., :3].mean(axis=(0, 1))
        for name in ("leaves", "Clipboard", "stripes", "Paint Layer", "Watercolour")
    )
    told = f"{leaves}, {red}, {cyan}, {black}, {water}"
    assert black.mean() < water.mean() - TINTED, told
    assert red[0] - red[2] > water[0] - water[2] + TINTED, told
    assert cyan[2] - cyan[0] > water[2] - water[0] + TINTED, told
    assert 2 * leaves[1] - leaves[0] - leaves[2] > 2 * water[1] - water[0] - water[2] + TINTED, told


def test_the_atlas_finds_towers_and_the_layer_is_named_after_the_one_picked(painter):
    painter.hands.click(names.ATLAS, "push button")
    painter.hands.see(names.SEARCH, "text", names.ATLAS_WINDOW)
    everything = [each.name for each in painter.hands.pictures(names.ATLAS_WINDOW)]
    painter.hands.type_into(names.SEARCH, THING, inside=names.ATLAS_WINDOW)
    painter.hands.keys("Return")
    until(
        lambda: any(THING in each.name and each.role == "label" for each in painter.hands.scene(names.ATLAS_WINDOW)),
        "what was found",
    )
    painter.hands.quiet()
    found = painter.hands.pictures(names.ATLAS_WINDOW)
    assert found and [each.name for each in found] != everything
    painter.hands.click_at(found[0].middle)
    painter.hands.quiet()
    painter.hands.shot("atlas with towers")
    painter.hands.click(names.TAKE, "push button", names.ATLAS_WINDOW)
    until(lambda: not painter.hands.window(names.ATLAS_WINDOW), "a closed atlas")
    assert painter.changes_canvas(painter.dream) > SEEN
    saved = painter.save()
    assert saved.layers[0].name.lower().startswith(found[0].name.lower()), saved.names


def _differ(one: np.ndarray, two: np.ndarray) -> bool:
    return bool(np.abs(one.astype(int) - two).mean() > SEEN)


def _background(painter: Painter) -> np.ndarray:
    saved = painter.save()
    return saved.pixels(saved.named(BACKGROUND)).astype(int)


def _replaced(painter: Painter, shown: np.ndarray) -> np.ndarray:
    """The background's pixels after a dream was painted into it, when the canvas isn't as ``shown`` any more."""
    until(lambda: _differ(painter.hands.canvas(), shown), lambda: f"another picture; {painter.hands.told()}", DREAM_S)
    painter.rest()
    return _background(painter)


def _black_layer(painter: Painter) -> None:
    """Insert a layer and fill it with the foreground colour."""
    painter.hands.keys("Insert")
    until(lambda: len(painter.hands.layers()) == 2, "a new layer")
    painter.hands.keys("shift+BackSpace")
    painter.hands.quiet()


def _copy_and_invert(painter: Painter, picture: Path) -> None:
    """Open a picture, copy it, invert what is open, and go back to the painting."""
    painting = painter.painting
    painter.open_file(picture)
    painter.hands.keys("ctrl+a", "ctrl+c")
    painter.hands.quiet()
    painter.hands.keys("ctrl+i")
    painter.hands.canvas()
    painter.hands.shot("the other image")
    painter.hands.keys("ctrl+Tab")
    until(lambda: painting.name in painter.hands.window_title(), lambda: painter.hands.window_title())


def _add(painter: Painter, source: int, *walked: str) -> None:
    """*Add Picture*, by the arrow keys: to the entry of a source, and further."""
    painter.hands.click(names.ADD_PICTURE, "button menu")
    painter.hands.quiet()
    painter.hands.keys(*["Down"] * (source + 1), *walked, "Return")
    painter.hands.quiet()

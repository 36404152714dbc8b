"""The README's section *Use*, followed sentence by sentence by somebody who has never seen the plugin.

The picture is small.
"""

from __future__ import annotations

import time

import numpy as np
import pytest

from . import names, session
from .hands import until
from .kra import Painting
from .painter import DREAM_S, SEEN, Painter
from .readme import Steps, sentences

pytestmark = [pytest.mark.krita, pytest.mark.timeout(500)]
STEPS = Steps()
# Only pictures are as high.
TILE_PX = 80
# A picture's spread of 255; an empty tile is grey with a name below.
FILLED = 30


@STEPS.follows(
    "Open the docker if it isn't visible: **Settings ▸ Dockers ▸ DeepDream**.",
)
def open_the_docker(painter: Painter) -> None:
    painter.open_docker()
    large = painter.hands.see(names.DREAM, "push button")
    assert 0 < large.middle[1] < session.SCREEN[1]


@STEPS.follows(
    "Choose a layer and, if you like, select part of it; a feathered selection gives a feathered dream.",
)
def choose_a_layer_and_select(painter: Painter) -> None:
    painter.hands.click_layer("Background")
    painter.hands.keys("j")
    left, top, width, height = painter.hands.canvas_box()
    painter.hands.stroke(_line((left + width // 4, top + height // 4), (left + width * 3 // 4, top + height * 3 // 4)))
    painter.hands.menu("Select", "Feather Selection...")
    until(lambda: painter.hands.window(names.FEATHERING), lambda: f"its window; {painter.hands.windows()}")
    painter.hands.quiet()
    painter.hands.keys("Return")
    until(lambda: not painter.hands.window(names.FEATHERING), "the end of its window")
    painter.hands.keys("b")


@STEPS.follows(
    "Pick a preset by its picture, or type something into **Dream of**: a castle, an owl.",
)
def choose_what(painter: Painter) -> None:
    painter.hands.click(names.EYES, "check box")
    until(lambda: painter.hands.see(names.EYES, "check box").checked, "a marked preset")
    painter.wish("castle")
    painter.wish("owl")


@STEPS.follows(
    "Press **Dream**.",
    "The same button cancels.",
    "The first dream takes a few seconds longer while TensorFlow loads.",
)
def press_dream(painter: Painter) -> None:
    layers = painter.dream()
    # So far that nobody is too late to cancel it; then about as far as by itself.
    painter.hands.set_number(names.STEPS, "200")
    painter.begin()
    time.sleep(1)
    painter.hands.click(names.CANCEL, "push button")
    painter.says("Cancelled")
    painter.rest()
    assert painter.hands.layers() == layers
    painter.hands.set_number(names.STEPS, "10")


@STEPS.follows(
    "The dream is a new layer above yours.",
    "**Strength** is its opacity, so you can change it at any time.",
)
def see_the_layer(painter: Painter) -> None:
    dream, under = painter.save().layers
    assert dream.name.startswith("Owl") and under.name == "Background"
    assert "owl" in painter.saved.recipe(dream)["settings"]["objective"]
    alpha = painter.saved.pixels(dream)[..., 3]
    assert alpha.max() > 250 and ((alpha > 10) & (alpha < 245)).sum() > 100, "the selection was feathered"
    for percent, opacity in (("40", 102), ("100", 255)):
        painter.hands.set_number(names.STRENGTH, percent)
        until(lambda wanted=opacity: abs(painter.save().layers[0].opacity - wanted) < 3, f"{percent} % opacity")
    painter.hands.keys("ctrl+shift+a")


@STEPS.follows(
    "**Live** shows a small sketch in the docker that follows your strokes; *Keep* makes it a layer.",
)
def live(painter: Painter) -> None:
    painter.hands.click_layer("Background")
    painter.hands.click(names.LIVE, "check box")
    until(lambda: painter.hands.find(names.PREVIEW), lambda: f"a sketch in the docker; {painter.hands.told()}", DREAM_S)
    painter.hands.quiet()
    sketch = painter.hands.see(names.PREVIEW)
    before = painter.hands.screen(sketch.box)
    left, top, width, height = painter.hands.canvas_box()
    painter.hands.stroke(_line((left + 40, top + height // 4), (left + width - 40, top + height // 3)))
    until(lambda: np.abs(painter.hands.screen(sketch.box) - before).mean() > SEEN, "another sketch", DREAM_S)
    painter.hands.shot("live after a stroke")
    layers = painter.hands.layers()
    painter.hands.click(names.KEEP, "push button")
    painter.new_layers(layers)
    painter.hands.click(names.LIVE, "check box")


@STEPS.follows(
    "With **Keep Up** a dream layer follows them too; *Refresh* and *Renew* dream it again in place.",
)
def keep_up(painter: Painter) -> None:
    before = painter.save()
    painter.hands.click_layer("Background")
    painter.hands.keys("b")
    painter.hands.click(names.KEEP_UP, "check box")
    left, top, width, height = painter.hands.canvas_box()
    places = [top + height * 2 // 3, top + height * 5 // 6]
    painter.hands.stroke(_line((left + width // 3, places[0]), (left + width // 2, places[0])))
    up_to_date_again(painter)
    painter.hands.shot("kept up")
    first = renewed(painter, before)
    assert first is not None and first.any() and not first.all(), "only what was painted is dreamed again"
    painter.hands.click(names.KEEP_UP, "check box")
    before = painter.save()
    painter.hands.stroke(_line((left + width // 3, places[1]), (left + width // 2, places[1])))
    painter.says(names.OUT_OF_DATE)
    assert renewed(painter, before) is None
    painter.hands.click(names.REFRESH)
    painter.says(names.UP_TO_DATE, DREAM_S)
    assert renewed(painter, before) is not None
    before = painter.save()
    painter.hands.click(names.TEMPLES, "check box")
    painter.hands.click(names.RENEW)
    up_to_date_again(painter)
    renewed_all = renewed(painter, before)
    assert renewed_all is not None and renewed_all.mean() > 0.5
    assert [layer.name for layer in painter.saved.layers] == [layer.name for layer in before.layers]


def up_to_date_again(painter: Painter) -> None:
    """Wait until the dream layer was out of date, and isn't any more."""
    until(lambda: names.UP_TO_DATE not in painter.hands.told(), lambda: f"a renewal; {painter.hands.told()}")
    painter.says(names.UP_TO_DATE, DREAM_S)
    painter.hands.quiet()


def renewed(painter: Painter, before: Painting) -> np.ndarray | None:
    """Where the uppermost layer has other pixels than ``before``; ``None`` if nowhere."""
    saved = painter.save()
    changed = (saved.pixels(saved.layers[0]) != before.pixels(before.layers[0])).any(axis=2)
    return changed if changed.any() else None


@STEPS.follows(
    "**Variations…** shows nine small dreams of your selection; click one to enlarge it, then **Use**.",
)
def variations(painter: Painter) -> None:
    painter.hands.click_layer("Background")
    painter.hands.click(names.VARIATIONS)
    painter.hands.see(names.USE, "push button", names.VARIATIONS_WINDOW)
    scene = painter.hands.scene(names.VARIATIONS_WINDOW)
    tiles = [each for each in scene if each.role == "check box" and each.box[3] > TILE_PX]
    assert len(tiles) == 9
    until(lambda: min(painter.hands.screen(each.box).std() for each in tiles) > FILLED, "nine pictures", DREAM_S)
    painter.hands.click_at(tiles[1].middle)
    painter.hands.quiet()
    painter.hands.shot("variations")
    before = painter.hands.layers()
    painter.hands.click(names.USE, "push button", names.VARIATIONS_WINDOW)
    painter.new_layers(before)


@STEPS.follows(
    "The **Style** tab paints your picture in the style of another: a bundled one, a layer, another open image, a "
    "file, or the clipboard.",
)
def style(painter: Painter) -> None:
    painting = painter.painting
    other = painter.folder / "other image.png"
    painter.coloured(other)
    painter.open_file(other)
    painter.hands.keys("ctrl+a", "ctrl+c")
    painter.hands.keys("ctrl+Tab")
    until(lambda: painting.name in painter.hands.window_title(), lambda: painter.hands.window_title())
    painter.hands.click_layer("Background")
    painter.hands.click(names.STYLE_PAGE, "page tab")
    painter.hands.set_number(names.STEPS, "4")
    painter.hands.click(names.WATERCOLOUR, "check box")
    painter.dream(names.PAINT)
    for source in (names.FROM_LAYER, names.FROM_IMAGE, names.FROM_CLIPBOARD):
        painter.hands.menu_of(names.ADD_PICTURE, source, last=source != names.FROM_CLIPBOARD)
        painter.hands.quiet()
        painter.dream(names.PAINT)
    painter.hands.menu_of(names.ADD_PICTURE, names.FROM_FILE)
    painter.answer_with_path(names.ADDING, other)
    painter.dream(names.PAINT)
    saved = painter.save()
    *red, own, water = (saved.pixels(layer).astype(int)[..., :3] for layer in saved.layers[:5])
    assert np.abs(own - water).mean() > SEEN
    # The stripes from image, clipboard and file are red.
    for picture in red:
        assert (picture - own)[..., 0].mean() - (picture - own)[..., 2].mean() > 3
    painter.hands.click(names.SWIRLS, "check box")


@STEPS.follows(
    "**Zoom** makes an endless zoom, as an animated layer or a file; **Frames** dreams an animated layer.",
)
def zoom(painter: Painter) -> None:
    painter.hands.click(names.DREAM_PAGE, "page tab")
    painter.hands.set_number(names.STEPS, "2")
    painter.hands.click(names.ZOOM_PAGE, "page tab")
    painter.hands.set_number(names.FRAMES, "3")
    painter.dream(names.MAKE_FILM)
    saved = painter.save()
    zoom = next(layer for layer in saved.layers if layer.keyframes)
    assert len(saved.times(zoom)) == 3
    frames = saved.frames(zoom)
    assert all(np.abs(one.astype(int) - two).mean() > SEEN for one, two in zip(frames, frames[1:], strict=False))
    target = painter.folder / "zoom.webp"
    painter.hands.choose(names.RESULT, names.FILM_FILE)
    painter.answer_with_path(names.SAVING_FILM, target)
    painter.begin(names.MAKE_FILM)
    painter.rest()
    until(target.exists, f"a zoom, {painter.hands.told()}")
    painter.hands.choose(names.RESULT, names.ANIMATED_LAYER)
    painter.hands.click(names.DREAM_PAGE, "page tab")
    painter.hands.click_layer(zoom.name)
    painter.hands.choose(names.SCOPE, names.ALL_FRAMES)
    painter.hands.shot("frames")
    painter.dream()
    saved = painter.save()
    assert saved.times(saved.layers[0]) == saved.times(saved.named(zoom.name))
    painter.hands.choose(names.SCOPE, names.THIS_FRAME)
    painter.hands.click_layer("Background")


@STEPS.follows(
    "The button next to *Dream of* opens the **atlas**, with pictures of all it can bring out: pick several, give them "
    "weights.",
)
def atlas(painter: Painter) -> None:
    painter.hands.click(names.ATLAS, "push button")
    painter.hands.see(names.SEARCH, "text", names.ATLAS_WINDOW)
    painter.hands.type_into(names.SEARCH, "dog", inside=names.ATLAS_WINDOW)
    painter.hands.keys("Return")
    painter.hands.quiet()
    pictures = painter.hands.pictures(names.ATLAS_WINDOW)
    assert len(pictures) > 1
    for picture in pictures[:2]:
        painter.hands.click_at(picture.middle)
        time.sleep(0.3)
    painter.hands.set_number(names.WEIGHT, "0.5", names.ATLAS_WINDOW)
    painter.hands.shot("atlas")
    painter.hands.click(names.TAKE, "push button", names.ATLAS_WINDOW)
    painter.dream()
    saved = painter.save()
    assert "0.5" in saved.recipe(saved.layers[0])["settings"]["objective"]


@STEPS.follows(
    "With **View ▸ Wrap Around Mode** on, dreams are seamless.",
)
def wrap_around(painter: Painter) -> None:
    painter.hands.menu("View", "Wrap Around Mode")
    until(lambda: "seamless" in painter.hands.told(), lambda: painter.hands.told())
    painter.dream()
    painter.hands.menu("View", "Wrap Around Mode")
    saved = painter.save()
    assert saved.recipe(saved.layers[0])["settings"]["seamless"] is True


@STEPS.follows(
    "**Filter ▸ DeepDream…** does the same with a preview, **Filter ▸ Apply DeepDream Again** without a dialog.",
)
def filters(painter: Painter) -> None:
    painter.hands.menu("Filter", "DeepDream…")
    sketch = painter.hands.see(names.SKETCH, inside=names.DIALOG_WINDOW)
    painter.hands.quiet()
    shown = painter.hands.screen(sketch.box)
    painter.hands.click(names.TEMPLES, "check box", names.DIALOG_WINDOW)
    until(lambda: np.abs(painter.hands.screen(sketch.box) - shown).mean() > SEEN, "a preview", DREAM_S)
    before = painter.hands.layers()
    painter.hands.click(names.NEW_LAYER, "push button", names.DIALOG_WINDOW)
    painter.new_layers(before)
    before = painter.hands.layers()
    painter.hands.menu("Filter", "Apply DeepDream Again")
    painter.new_layers(before)
    assert all(layer.name.startswith(names.TEMPLES) for layer in painter.save().layers[:2])


@STEPS.follows(
    "(Krita only allows its built-in filters as filter layers, filter masks and brushes, not Python plugins.)",
)
def nothing_to_do(painter: Painter) -> None:
    """There is nothing that a painter could try."""


@STEPS.follows(
    "All other settings are under *More*: guides, masks, the result (a layer, *Paint it in*, *Detail layer*…), "
    "network, seed.",
)
def more(painter: Painter) -> None:
    painter.hands.click(names.MORE, "check box")
    for label in (names.NETWORK, names.LAYER, names.SEED, names.STRENGTH_BY, names.RESULT):
        painter.hands.reach(label, "label")
    painter.hands.reach(names.ADD_PICTURE, "button menu")
    painter.hands.click_layer("Background")
    painter.hands.choose(names.RESULT, names.PAINT_IN)
    # What is seen so far is no dream of eyes.
    painter.hands.click(names.EYES, "check box")
    painter.hands.quiet()
    shown = painter.hands.canvas()
    painter.dream()
    assert np.abs(painter.hands.canvas() - shown).mean() < SEEN, "a black mask hides it"
    left, top, width, height = painter.hands.canvas_box()
    painter.hands.keys("b", "d", "x")
    painter.hands.stroke(_line((left + width // 4, top + height // 2), (left + width * 3 // 4, top + height // 2)))
    painter.hands.quiet()
    painter.hands.shot("painted in")
    assert np.abs(painter.hands.canvas() - shown).mean() > SEEN, "white lets it through"
    painter.hands.choose(names.RESULT, names.NEW_LAYER_ABOVE)
    painter.hands.click(names.MORE, "check box")


@STEPS.follows(
    "Hover over a slider, or click its name, to see what it does.",
    "More details: [the docker](docs/docker.md).",
)
def hold_the_pointer(painter: Painter) -> None:
    for act in (painter.hands.point, painter.hands.click_at):
        role = "slider" if act == painter.hands.point else "label"
        place = painter.hands.reach(names.SIZE, role).middle
        painter.hands.point((session.SCREEN[0] // 2, session.SCREEN[1] // 2))
        painter.hands.quiet()
        shown = painter.hands.screen()
        act(place)
        until(lambda before=shown: (painter.hands.screen() != before).any(axis=2).sum() > 20_000, "a picture")
        painter.hands.shot(f"tip of a {role}")
        painter.hands.point((session.SCREEN[0] // 2, session.SCREEN[1] // 2))
        time.sleep(1)


def test_the_walk_goes_where_the_readme_goes():
    assert STEPS.sentences == sentences()


@pytest.fixture(scope="module")
def newcomer(days):
    """Somebody with one picture, from the first step to the last."""
    there = days.painter(fresh=True, steps=0)
    there.hands.shots = session.SHOTS / "readme"
    there.open("my picture")
    yield there
    days.end()


@pytest.mark.parametrize("step", STEPS, ids=[step.act.__name__ for step in STEPS])
def test_step(newcomer, step):
    try:
        step.act(newcomer)
    except BaseException:
        newcomer.hands.shot(f"{step.act.__name__} went wrong")
        # What is open would be in the next step's way.
        newcomer.hands.keys("Escape", "Escape")
        raise
    newcomer.hands.shot(step.act.__name__)


def _line(start: tuple[int, int], end: tuple[int, int], points: int = 12) -> list[tuple[int, int]]:
    return [
        tuple(round(a + (b - a) * part / points) for a, b in zip(start, end, strict=True)) for part in range(points + 1)
    ]

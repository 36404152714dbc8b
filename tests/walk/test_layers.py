"""A painter who steers the dream by painting: hints on a layer of their own, its strength, and strokes under Live."""

from __future__ import annotations

import numpy as np
import pytest

from . import names
from .hands import until
from .kra import Layer, Painting
from .painter import DREAM_S, SEEN, Painter

pytestmark = [pytest.mark.krita, pytest.mark.timeout(500)]
HINTS = "Paint Layer 1"
# In the menu of a picture of one colour.
THE_COLOUR, TAKE_AWAY = names.WHERE_PAINTED + 1, names.WHERE_PAINTED + 2
# What lies so near to a border may go either way.
BORDER_PX = 16
# A half that is filled shows at least this share of the canvas in white. (What changed doesn't tell: on a busy machine
# the ground may be filled late.)
PAINTED, WHITE = 0.35, 250


@pytest.fixture(scope="module", autouse=True)
def alone(days):
    """What is chosen here goes with its Krita."""
    yield
    days.end()


def paint_hints(painter: Painter, ground: str = "") -> None:
    """A layer whose left half is white; the rest is as ``ground``, the key that fills it, leaves it."""
    painter.hands.keys("Insert")
    until(lambda: painter.hands.layers()[0] == HINTS, lambda: f"a new layer; {painter.hands.layers()}")
    painter.hands.keys("d")
    if ground:
        painter.hands.keys(ground)
        painter.hands.quiet()
    # On a busy machine Krita may miss the key, or the beginning of the drag: a person sees that, and does it once more.
    for _ in range(3):
        _fill_left_half(painter)
        if (painter.hands.canvas().min(axis=2) >= WHITE).mean() > PAINTED:
            break
    painter.hands.keys("ctrl+shift+a", "b")
    painter.hands.click_layer("Background")
    painter.hands.quiet()


def _fill_left_half(painter: Painter) -> None:
    left, top, width, height = painter.hands.canvas_box()
    painter.hands.keys("ctrl+r")
    painter.hands.quiet()
    painter.hands.stroke([(left + width * part // 24, top + height * part // 12) for part in range(13)])
    painter.hands.quiet()
    painter.hands.keys("BackSpace")
    painter.hands.quiet()


def dreamed(saved: Painting) -> Layer:
    """The layer that the painter didn't make."""
    return next(each for each in saved.layers if each.name not in (HINTS, "Background"))


def change(saved: Painting) -> np.ndarray:
    """How far the dream's layer changes what was dreamed, pixel by pixel: the mean of the channels, 0–255."""
    under = saved.pixels(saved.named("Background")).astype(float)
    dream = saved.pixels(dreamed(saved)).astype(float)
    return np.abs(dream - under)[..., :3].mean(axis=2) * dream[..., 3] / 255


def halves(saved: Painting) -> tuple[np.ndarray, np.ndarray]:
    """Where the hints are white, and where they aren't, both without what lies near to the border."""
    hints = saved.pixels(saved.named(HINTS))
    white = hints.min(axis=2) == 255
    assert 0.1 < white.mean() < 0.9, f"{white.mean():.0%} are white"
    column = int(white.any(axis=0).nonzero()[0].max())
    inside, outside = white.copy(), ~white.any(axis=0)[None, :].repeat(len(white), axis=0)
    inside[:, column - BORDER_PX :] = False
    outside[:, : column + BORDER_PX] = False
    return inside, outside


def test_it_dreams_only_where_the_hints_are_white(painter):
    paint_hints(painter)
    painter.hands.click(names.MORE, "check box")
    painter.hands.menu_of(names.ADD_PICTURE, names.FROM_LAYER)
    # The uppermost one.
    painter.hands.keys("Return")
    painter.hands.see(HINTS, "button menu")
    painter.hands.menu_of(HINTS, THE_COLOUR)
    painter.hands.quiet()
    painter.hands.shot("hints")
    painter.dream()
    saved = painter.save()
    recipe = saved.recipe(dreamed(saved))
    assert "#ffffff" in recipe["settings"]["objective"]
    (inside, outside), changed = halves(saved), change(saved)
    assert changed[inside].mean() > SEEN and changed[outside].max() == 0
    painter.hands.menu_of(HINTS, TAKE_AWAY)
    painter.hands.gone(HINTS, "button menu")
    painter.hands.click(names.MORE, "check box")


def test_a_painted_layer_says_how_strong_the_dream_is(painter):
    paint_hints(painter, ground="shift+BackSpace")
    painter.hands.click(names.MORE, "check box")
    painter.hands.choose(names.STRENGTH_BY, HINTS)
    painter.hands.quiet()
    painter.hands.shot("strength by")
    painter.dream()
    saved = painter.save()
    (inside, outside), changed = halves(saved), change(saved)
    assert changed[inside].mean() > SEEN and changed[outside].max() == 0
    alpha = saved.pixels(dreamed(saved))[..., 3]
    assert alpha[inside].min() == 255 and alpha[outside].max() == 0
    painter.hands.choose(names.STRENGTH_BY, names.NOTHING)
    painter.hands.click(names.MORE, "check box")


def test_live_follows_the_strokes_and_dream_makes_a_layer_of_it(painter):
    painter.hands.click(names.ANIMALS, "check box")
    painter.hands.click(names.LIVE, "check box")
    until(lambda: painter.hands.find(names.PREVIEW), lambda: f"a sketch; {painter.hands.told()}", DREAM_S)
    painter.hands.quiet()
    box = painter.hands.see(names.PREVIEW).box
    before = painter.hands.screen(box)
    left, top, width, height = painter.hands.canvas_box()
    for row in range(2, 12, 2):
        painter.hands.stroke([(left + width * part // 12, top + height * row // 14) for part in range(13)])
    until(lambda: np.abs(painter.hands.screen(box) - before).mean() > SEEN, "another sketch", DREAM_S)
    painter.hands.shot("live")
    assert painter.hands.layers() == ["Background"], "Live writes nothing into the picture"
    painter.dream()
    saved = painter.save()
    assert saved.layers[0].name.startswith(names.ANIMALS) and change(saved).mean() > SEEN
    painter.hands.click(names.LIVE, "check box")
    painter.hands.gone(names.PREVIEW)

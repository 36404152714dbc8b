"""What lives with the painting, by keyboard alone: Tab comes to every part, which shows that, and is large enough."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

import pytest

from krita_deepdream.docker.caches_dialog import CachesDialog
from krita_deepdream.qt import Qt, QtWidgets
from krita_deepdream.variations.variations_dialog import VariationsDialog
from tests.fakes import host as fakes

from .conftest import BINDING, Painter, scripted, until
from .test_keep_up import Host, dream, says

LEAST_PX = 24
OF_THE_LAYER = {"keep_up", "refresh", "renew", "further", "evolve"}
OF_VARIATIONS = {"near", "more", "star", "use", "close"}


@pytest.fixture
def painter(paint: Callable[..., Painter], monkeypatch: pytest.MonkeyPatch) -> Painter:
    monkeypatch.setattr(fakes, "FakeHost", Host)
    made = paint(scripted("quick"))
    made.click("dream")
    until(lambda: says(made).endswith("is up to date."))
    until(made.widget("evolve").isEnabled)
    return made


def press(widget: Any, key: Any) -> None:
    importlib.import_module(f"{BINDING}.QtTest").QTest.keyClick(widget, key)
    QtWidgets.QApplication.processEvents()


def come_to(window: QtWidgets.QWidget, names: set[str]) -> None:
    """Press Tab until the keyboard has been at all ``names``, each of which looks otherwise then."""
    window.activateWindow()
    window.setFocus()
    QtWidgets.QApplication.processEvents()
    missing = set(names)
    for _ in range(300):
        at = QtWidgets.QApplication.focusWidget() or window
        name = at.objectName().replace("deepdream_", "", 1)
        shown = at.grab().toImage()
        press(at, Qt.Key.Key_Tab)
        if name in missing:
            assert at.grab().toImage() != shown, f"{name} doesn't show that it has the keyboard"
            assert at.width() >= LEAST_PX and at.height() >= LEAST_PX, name
            assert at.accessibleName(), name
            missing.discard(name)
        if not missing:
            return
    raise AssertionError(f"Tab never came to {missing}")


def test_the_row_of_a_dream_layer(painter: Painter) -> None:
    painter.host.paint()
    until(lambda: "out of date" in says(painter))
    come_to(painter.docker.window(), OF_THE_LAYER)


def test_further_and_back_through_its_stages(painter: Painter) -> None:
    further, slider = painter.widget("further"), painter.widget("evolve")
    further.setFocus()
    press(further, Qt.Key.Key_Space)
    until(lambda: slider.maximum() == 15 and slider.isVisible())
    result = dream(painter).data
    slider.setFocus()
    press(slider, Qt.Key.Key_Left)
    until(lambda: dream(painter).data != result)
    until(lambda: not painter.keeper.evolving.is_waiting)
    press(slider, Qt.Key.Key_Right)
    until(lambda: dream(painter).data == result)


def test_the_window_with_variations(painter: Painter) -> None:
    painter.docker.do("variations")
    window = next(each for each in QtWidgets.QApplication.topLevelWidgets() if isinstance(each, VariationsDialog))
    until(lambda: not window.findChild(QtWidgets.QLabel, "deepdream_variations_words").text())
    first = window.findChild(QtWidgets.QToolButton, "deepdream_variation_0")
    come_to(window, {"variation_0", "variations_near", "variations_more", "variations_close"})
    first.setFocus()
    press(first, Qt.Key.Key_Space)
    come_to(window, {f"variations_{name}" for name in OF_VARIATIONS})
    use = window.findChild(QtWidgets.QPushButton, "deepdream_variations_use")
    use.setFocus()
    press(use, Qt.Key.Key_Space)
    until(lambda: len(painter.host.active.rootNode().childNodes()) == 3)


def test_the_caches(painter: Painter) -> None:
    window = CachesDialog()
    window.show()
    come_to(window, {"cache_limit_number", "caches_clear", "caches_close"})
    window.close()

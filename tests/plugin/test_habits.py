"""Habits of the docker and the dialog: everything has a name, is reached by pen, and is as it was left."""

from __future__ import annotations

import importlib
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from krita_deepdream.choices.choice import Choice
from krita_deepdream.choices.store import Store
from krita_deepdream.filter.filter_dialog import REST_MS, FilterDialog
from krita_deepdream.jobs.document_data import Destination, Source
from krita_deepdream.qt import Qt, QtCore, QtGui, QtWidgets
from krita_deepdream.widgets.buttons import tool_button
from krita_deepdream.widgets.icons import icon
from krita_deepdream.widgets.tips import FOLDER, TipLabel

from .conftest import BINDING, Painter, scripted, until

Paint = Callable[..., Painter]
MOST_BYTES = 25_000
TEXT_FIELDS = (QtWidgets.QLineEdit, QtWidgets.QAbstractSpinBox, QtWidgets.QTextEdit)


@pytest.fixture
def painter(paint: Paint) -> Painter:
    return paint(scripted("good"))


def everything(painter: Painter) -> list[QtWidgets.QWidget]:
    """All widgets of docker, Fine Tuning and dialog, but those that Qt puts inside its own."""
    painter.click("more")
    painter.click("fine_tuning")
    dialog = FilterDialog(painter.session, painter.choice, painter.panel)
    dialog.show()
    found = painter.panel.findChildren(QtWidgets.QWidget)
    return [each for each in found if not each.objectName().startswith("qt_") and not _inner(each)]


def _inner(widget: QtWidgets.QWidget) -> bool:
    parents = []
    place = widget.parentWidget()
    while place is not None:
        parents.append(place)
        place = place.parentWidget()
    whole = (QtWidgets.QComboBox, QtWidgets.QAbstractSpinBox, QtWidgets.QLineEdit, QtWidgets.QDialogButtonBox)
    own = (QtWidgets.QAbstractScrollArea,)
    return any(isinstance(each, whole) for each in parents) or (
        isinstance(widget, (QtWidgets.QScrollBar,)) or isinstance(widget.parentWidget(), own)
    )


def test_everything_that_takes_the_keyboard_has_a_name(painter: Painter) -> None:
    nameless = [
        f"{type(each).__name__} {each.objectName()}"
        for each in everything(painter)
        if each.focusPolicy() != Qt.FocusPolicy.NoFocus and not (each.accessibleName() or getattr(each, "text", str)())
    ]
    assert nameless == []


def test_only_text_fields_take_the_keyboard_by_a_click(painter: Painter) -> None:
    painter.click("more")
    takers = (
        [
            f"{type(each).__name__} {each.objectName()}"
            for each in painter.docker.findChildren(QtWidgets.QWidget)
            if each.focusPolicy().value & Qt.FocusPolicy.ClickFocus.value
            and not isinstance(each, TEXT_FIELDS)
            and not each.objectName().startswith("qt_")
            and not _inner(each)
        ]
        if BINDING == "PyQt6"
        else [
            f"{type(each).__name__} {each.objectName()}"
            for each in painter.docker.findChildren(QtWidgets.QWidget)
            if int(each.focusPolicy()) & int(Qt.FocusPolicy.ClickFocus)
            and not isinstance(each, TEXT_FIELDS)
            and not each.objectName().startswith("qt_")
            and not _inner(each)
        ]
    )
    assert takers == []


@pytest.mark.parametrize("name", ["depth", "size", "steps", "strength", "keep_colours"])
def test_sliders_show_what_they_do_in_a_picture(painter: Painter, name: str) -> None:
    file = FOLDER / f"{name}.png"
    assert not QtGui.QImage(str(file)).isNull() and file.stat().st_size < MOST_BYTES
    widget = painter.widget(name)
    tips = {each.toolTip() for each in (widget, widget.parentWidget())}
    assert any(str(file.as_posix()) in tip for tip in tips)


def test_a_pen_reads_the_tooltip_by_pressing_the_label(painter: Painter) -> None:
    test = importlib.import_module(f"{BINDING}.QtTest").QTest
    label = next(each for each in painter.panel.findChildren(TipLabel) if each.text() == "Depth")
    test.mouseClick(label, Qt.MouseButton.LeftButton)
    assert QtWidgets.QToolTip.isVisible() and "depth.png" in QtWidgets.QToolTip.text()
    QtWidgets.QToolTip.hideText()


def test_habits_are_remembered(painter: Painter) -> None:
    painter.click("more")
    painter.widget("source").setCurrentIndex(2)
    painter.widget("source").activated.emit(2)
    painter.widget("result").setCurrentIndex(1)
    painter.widget("result").activated.emit(1)
    painter.choice.remember()
    later = Choice(Store(Path(os.environ["KRITA_DEEPDREAM_HOME"])))
    assert later.unfolded and later.destination is list(Destination)[1] and later.source is list(Source)[2]


def test_broken_habits_do_no_harm(tmp_path: Path) -> None:
    (tmp_path / "habits.json").write_text('{"goes": 7, "source": null, "labels": "x", "dialog": [1], "unfolded": 3}')
    later = Choice(Store(tmp_path))
    assert later.destination is Destination.ABOVE and later.source is Source.CURRENT_LAYER and not later.unfolded


def test_the_dialog_opens_as_large_as_it_was(painter: Painter) -> None:
    dialog = FilterDialog(painter.session, painter.choice)
    dialog.show()
    dialog.resize(820, 720)
    dialog.reject()
    painter.choice.remember()
    assert Choice(Store(Path(os.environ["KRITA_DEEPDREAM_HOME"]))).dialog_size == (820, 720)


def test_without_a_preview_nothing_is_sketched(painter: Painter) -> None:
    dialog = FilterDialog(painter.session, painter.choice)
    dialog.show()
    painter.panel = dialog
    painter.click("dialog_preview", 0.05)
    painter.choice.nudge({"steps": 9})
    rested = QtCore.QTimer()
    rested.setSingleShot(True)
    rested.start(2 * REST_MS)
    until(lambda: not rested.isActive())
    view: Any = painter.widget("sketch")
    assert not view.has_dream and not painter.client.running
    painter.click("dialog_preview", 0.05)
    until(lambda: view.has_dream)
    dialog.reject()


@pytest.mark.parametrize("name", ["deepdream", "again", "die"])
def test_icons_follow_the_theme(name: str) -> None:
    shades = []
    before = QtWidgets.QApplication.palette()
    for shade in (40, 220):
        palette = QtGui.QPalette(QtGui.QColor(shade, shade, shade))
        QtWidgets.QApplication.setPalette(palette)
        image = icon(name).pixmap(QtCore.QSize(22, 22)).toImage()
        pixels = [image.pixelColor(x, y) for x in range(22) for y in range(22)]
        shades.append(max((each.lightness() for each in pixels if each.alpha() > 200), default=-1))
    QtWidgets.QApplication.setPalette(before)
    assert shades[0] > 150 and 0 <= shades[1] < 100


def test_the_manual_shows_pictures_that_are_there() -> None:
    plugin = FOLDER.parents[1]
    shown = re.findall(r'src="([^"]+)"', (plugin / "Manual.html").read_text(encoding="utf-8"))
    assert len(shown) > 5 and all((plugin / each).is_file() for each in shown), shown


def test_a_button_that_is_on_is_seen_to_be_on(painter: Painter) -> None:
    """Fusion's own look nearly the same in a dark theme."""
    made = tool_button("deepdream_trial", "Keep Up")
    fusion = QtWidgets.QStyleFactory.create("Fusion")
    made.setStyle(fusion)
    made.setCheckable(True)
    made.resize(80, 30)

    def seen() -> QtGui.QColor:
        return QtGui.QColor(made.grab().toImage().pixel(3, 15))

    off = seen()
    made.setChecked(True)
    on, highlight = seen(), made.palette().color(QtGui.QPalette.ColorRole.Highlight)

    def apart(one: QtGui.QColor, other: QtGui.QColor) -> int:
        return sum(abs(a - b) for a, b in zip(one.getRgb(), other.getRgb(), strict=True))

    assert apart(on, highlight) < apart(on, off)

"""The docker holds still: what comes and goes moves nothing under the pen, and what changed its meaning is deaf."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from krita_deepdream.core import errors, wire
from krita_deepdream.docker import message
from krita_deepdream.docker.first_position import find_first_position
from krita_deepdream.docker.preview_window import WIDTH_PX
from krita_deepdream.dreaming.estimate import in_words
from krita_deepdream.qt import Qt, QtCore, QtGui, QtWidgets
from krita_deepdream.widgets.preview import LEAST_PX, Preview
from tests.fakes.host import FakeDocument

from .conftest import BINDING, Painter, delete_what_is_due, scripted, until

Paint = Callable[..., Painter]
FOOT = ("dream", "other_seed", "add", "live", "strength", "pages", "presets")


def qtest() -> Any:
    return importlib.import_module(f"{BINDING}.QtTest").QTest


def press(widget: Any, by: str) -> None:
    """At once, as somebody whose hand was on its way."""
    if by == "mouse":
        qtest().mouseClick(widget, Qt.MouseButton.LeftButton)
    else:
        widget.setFocus()
        qtest().keyClick(widget, {"space": Qt.Key.Key_Space, "enter": Qt.Key.Key_Return}[by])


@pytest.mark.parametrize("by", ["mouse", "space", "enter"])
def test_a_click_for_cancel_that_comes_as_the_dream_ends_begins_no_other(paint: Paint, by: str) -> None:
    """Trial P6."""
    painter = paint(scripted("good"))
    painter.click("dream")
    large = painter.widget("dream")
    until(lambda: painter.host.placed and painter.button == "Dream")
    press(large, by)
    assert not painter.session.busy
    painter.click("dream")
    assert painter.session.busy, "after a moment it hears again"


@pytest.mark.parametrize("by", ["mouse", "space"])
def test_a_second_click_on_dream_does_not_cancel(paint: Paint, by: str) -> None:
    painter = paint(scripted("slow"))
    painter.click("dream")
    press(painter.widget("dream"), by)
    assert painter.session.busy and painter.button == "Cancel"


@pytest.mark.parametrize("by", ["mouse", "space"])
def test_a_press_on_cancel_that_is_let_go_on_dream_begins_none(paint: Paint, by: str) -> None:
    painter = paint(scripted("slow"))
    painter.click("dream")
    large, test = painter.widget("dream"), qtest()
    until(lambda: not any(each.is_on for each in large.children() if hasattr(each, "is_on")))
    assert painter.button == "Cancel"
    if by == "mouse":
        test.mousePress(large, Qt.MouseButton.LeftButton)
    else:
        large.setFocus()
        test.keyPress(large, Qt.Key.Key_Space)
    painter.session.cancel()
    assert painter.button == "Dream"
    if by == "mouse":
        test.mouseRelease(large, Qt.MouseButton.LeftButton)
    else:
        test.keyRelease(large, Qt.Key.Key_Space)
    assert not painter.session.busy


def places(painter: Painter) -> dict[str, tuple[int, ...]]:
    QtWidgets.QApplication.processEvents()
    at = {name: painter.widget(name).mapTo(painter.docker, QtCore.QPoint(0, 0)) for name in FOOT}
    sizes = {name: painter.widget(name).size() for name in FOOT}
    return {name: (at[name].x(), at[name].y(), sizes[name].width(), sizes[name].height()) for name in FOOT}


def least(painter: Painter) -> tuple[int, int]:
    size = painter.docker.minimumSizeHint()
    return size.width(), size.height()


@pytest.mark.parametrize("height", [0, 280, 700])
def test_nothing_moves_and_no_more_height_is_asked_for_at_work(paint: Paint, height: int) -> None:
    """Trial P4: rest, start, preview, queue, message, error, offer, and rest again. 0: as small as it can be."""
    painter = paint(scripted("slow", "good"))
    painter.docker.resize(262, height or least(painter)[1])
    at_rest, asked = places(painter), least(painter)
    seen: list[str] = []

    def same(what: str) -> None:
        seen.append(what)
        assert places(painter) == at_rest, what
        assert least(painter) == asked, what

    painter.click("dream")
    same("starting")
    until(lambda: painter.session.progress and painter.session.progress.preview)
    same("a preview")
    painter.click("add")
    same("a queue")
    painter.session.report_fault(errors.DreamError("worker.tensorflow", reason="a reason that takes many words " * 9))
    same("an error of many lines")
    painter.host.refusal = errors.DreamError("krita.gone", layer="Sky")
    painter.session.cancel_one(painter.session.queue.jobs[0].number)
    until(lambda: painter.session.results.offer, 40)
    same("an offer")
    painter.session.results.drop_offer()
    painter.host.placed.clear()
    same("rest")


def test_pictures_of_the_presets_are_in_sight_even_in_the_least_docker(paint: Paint) -> None:
    """Trial P5: half a row was."""
    painter = paint(scripted("good"))
    painter.docker.resize(262, least(painter)[1])
    QtWidgets.QApplication.processEvents()
    first = painter.widget("preset_animals")
    in_sight = first.visibleRegion().boundingRect().height()
    assert in_sight >= 0.7 * first.height()
    assert painter.widget("scroll").height() >= 48


def test_tabs_stay_while_the_page_is_scrolled_and_a_page_begins_at_its_top(paint: Paint) -> None:
    painter = paint(scripted("good"))
    painter.docker.resize(262, 260)
    QtWidgets.QApplication.processEvents()
    bar = painter.widget("scroll").verticalScrollBar()
    before = painter.widget("pages").mapTo(painter.docker, QtCore.QPoint(0, 0))
    bar.setValue(bar.maximum())
    assert bar.value() > 0 and painter.widget("pages").mapTo(painter.docker, QtCore.QPoint(0, 0)) == before
    assert not painter.widget("scroll").isAncestorOf(painter.widget("pages"))
    painter.widget("pages").setCurrentIndex(1)
    assert bar.value() == 0


def test_after_a_restart_with_more_unfolded_it_starts_at_its_top(paint: Paint) -> None:
    painter = paint(scripted("good"))
    painter.click("more")
    painter.choice.remember()
    again = paint(scripted("good"))
    again.docker.resize(262, 300)
    assert again.widget("more").isChecked()
    for _ in range(5):
        QtWidgets.QApplication.processEvents()
    assert again.widget("scroll").verticalScrollBar().value() == 0


def said(painter: Painter) -> bool:
    return bool(painter.widget("status").isVisible())


def test_an_error_goes_with_the_next_act(paint: Paint, monkeypatch: pytest.MonkeyPatch) -> None:
    """Trial P7: it never went."""
    monkeypatch.setattr(message, "FRESH_S", 0.0)
    painter = paint(scripted("good"))
    painter.session.report_fault(errors.DreamError("krita.selection"))
    assert said(painter)
    painter.click("preset_eyes")
    assert not said(painter) and not painter.session.failed


def test_what_is_said_by_an_act_itself_stays(paint: Paint) -> None:
    painter = paint(scripted("good"))
    painter.session.report_fault(errors.DreamError("krita.selection"))
    painter.choice.nudge({"steps": 3})
    assert said(painter)


@pytest.mark.parametrize("failed", [True, False])
def test_what_is_said_goes_by_itself(paint: Paint, monkeypatch: pytest.MonkeyPatch, failed: bool) -> None:
    monkeypatch.setattr(message, "FAULT_S" if failed else "NOTICE_S", 0.5)
    painter = paint(scripted("good"))
    painter.session.results.history.look()
    if failed:
        painter.session.report_fault(errors.DreamError("krita.selection"))
    else:
        painter.session.results.said.emit("“Animals” was added on top of “Picture”.")
    assert said(painter)
    until(lambda: not said(painter), 5)


def test_what_is_said_of_a_new_image_stays_when_that_comes_to_the_front(paint: Paint) -> None:
    """A film whose document was closed: its sentence was gone before anybody could read it."""
    painter = paint(scripted("good"))
    painter.session.wake()
    painter.session.results.said.emit("“Animals” is a new image, because “Picture” was closed.")
    assert said(painter)
    painter.host.active = painter.session.results.opened = FakeDocument("Animals")
    until(lambda: painter.session.results.history.document == painter.host.active, 5)
    painter.widget("status").parentWidget().look()
    assert said(painter)


def test_what_is_said_goes_with_undo_and_with_another_document(paint: Paint) -> None:
    """Trial P17: it stayed, and named no document."""
    painter = paint(scripted("good"))
    for change in (
        lambda: setattr(painter.host, "standing", False),
        lambda: setattr(painter.host, "active", FakeDocument("Other")),
    ):
        painter.host.standing = True
        painter.host.placed.clear()
        painter.click("dream")
        until(lambda: painter.host.placed and said(painter))
        change()
        until(lambda: not said(painter), 5)


def test_a_message_can_be_closed(paint: Paint) -> None:
    painter = paint(scripted("good"))
    painter.session.wake()
    painter.session.report_fault(errors.DreamError("krita.selection"))
    painter.click("status_close")
    assert not said(painter)


def test_the_same_mistake_made_again_is_told_again(paint: Paint) -> None:
    painter = paint(scripted("good"))
    painter.session.wake()
    for _ in range(2):
        painter.session.report_fault(errors.DreamError("krita.recipe"))
        assert said(painter) and painter.session.failed
        painter.click("status_close")
        assert not said(painter) and not painter.session.failed


def test_the_offer_of_a_closed_document_says_what_it_does(paint: Paint) -> None:
    """Trial P17: Add on Top opened a new document without saying so."""
    painter = paint(scripted("good"))
    painter.docker.resize(300, 800)
    painter.host.refusal = errors.DreamError("krita.closed", document="Picture")
    painter.host.closed.append(painter.host.active)
    painter.click("dream")
    until(lambda: painter.session.results.offer)
    assert painter.widget("keep").text() == painter.widget("keep").accessibleName() == "Open as New Image"


def test_the_live_sketch_is_there_again_after_a_dream_and_takes_the_room_there_is(paint: Paint) -> None:
    """Trials P17, P22: it vanished after Dream; it was 64 pixels wide where there was room for 270."""
    painter = paint(scripted("good"))
    painter.docker.resize(262, 400)
    painter.click("live")
    until(lambda: painter.widget("preview").isVisible())
    painter.click("dream")
    until(lambda: painter.host.placed and not painter.session.busy)
    until(lambda: not painter.session.queue.current)
    assert painter.widget("preview").isVisible() and not painter.widget("preview").image.isNull()
    QtWidgets.QApplication.processEvents()
    fitting = painter.widget("preview").height_at(262)
    assert painter.widget("preview").height() >= min(fitting, 120) > LEAST_PX


def test_words_have_their_room_before_the_picture(paint: Paint) -> None:
    """In the least docker a long message leaves no room for the preview, and isn't squeezed by it."""
    painter = paint(scripted("slow"))
    painter.docker.resize(262, least(painter)[1])
    painter.click("dream")
    until(lambda: painter.widget("preview").isVisible())
    painter.session.report_fault(errors.DreamError("krita.resized", document="A name of many words in three lines"))
    QtWidgets.QApplication.processEvents()
    words = painter.widget("status")
    lines = (
        words.fontMetrics()
        .boundingRect(QtCore.QRect(0, 0, words.width(), 999), int(Qt.TextFlag.TextWordWrap), words.text())
        .height()
    )
    room = painter.widget("scroll").parentWidget().height()
    assert words.height() >= min(lines, room - 4)


def test_a_notice_leaves_room_for_the_picture(paint: Paint) -> None:
    """In the least docker *Live* was unseen for as long as a message stood."""
    painter = paint(scripted("good"))
    painter.docker.resize(262, least(painter)[1])
    painter.click("live")
    until(lambda: painter.widget("preview").isVisible())
    painter.session._say("A notice of so many words that it takes three lines, or four, at the width of this docker")
    QtWidgets.QApplication.processEvents()
    # The button that closes the message stays whole: so little room there is.
    close = painter.widget("status_close")
    assert close.height() >= close.sizeHint().height()
    assert painter.widget("preview").height() >= LEAST_PX / 2 and painter.widget("status").height() > 0


def test_the_preview_can_be_seen_in_large(paint: Paint) -> None:
    painter = paint(scripted("good"))
    painter.click("live")
    until(lambda: painter.widget("preview").isVisible())
    painter.click("preview")
    large = painter.docker.findChild(QtWidgets.QDialog, "deepdream_preview_window")
    assert large is not None and large.isVisible() and large.width() == WIDTH_PX
    large.resize(700, 500)
    QtWidgets.QApplication.processEvents()
    assert large.findChild(QtWidgets.QAbstractButton).size() == large.size() == QtCore.QSize(700, 500)
    picture = wire.Picture(1, 1, "U8", bytes([9, 8, 7, 255]))
    painter.session.previewed.emit(picture)
    shown = large.findChild(QtWidgets.QAbstractButton).image
    assert (shown.width(), shown.pixelColor(0, 0).red()) == (1, 7)
    large.close()
    delete_what_is_due()
    painter.session.previewed.emit(picture)


def test_the_die_beside_dream_dreams_with_another_seed(paint: Paint) -> None:
    """Trial P16."""
    painter = paint(scripted("good"))
    before = painter.choice.settings.seed
    painter.click("other_seed")
    until(lambda: painter.host.placed)
    assert painter.host.placed[0].recipe["settings"]["seed"] == painter.choice.settings.seed != before


def test_the_button_for_the_next_job_says_which(paint: Paint) -> None:
    painter = paint(scripted("good"))
    names = []
    for page in range(3):
        painter.widget("pages").setCurrentIndex(page)
        names.append(painter.widget("add").accessibleName())
    assert names == ["Dream Next", "Paint Next", "Make Zoom Next"]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.2, "about 1 s"),
        (39, "about 39 s"),
        (89.4, "about 89 s"),
        (95, "about 2 min"),
        (300, "about 5 min"),
    ],
)
def test_a_time_in_words(seconds: float, words: str) -> None:
    assert in_words(seconds) == words


def dock(window: QtWidgets.QMainWindow, name: str) -> QtWidgets.QDockWidget:
    made = QtWidgets.QDockWidget(name, window)
    made.setObjectName(name)
    made.setWidget(QtWidgets.QTextEdit())
    window.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, made)
    return made


@pytest.fixture
def window() -> Any:
    made = QtWidgets.QMainWindow()
    made.setCentralWidget(QtWidgets.QTextEdit())
    made.resize(1366, 720)
    yield made
    made.deleteLater()


def test_it_comes_up_as_a_tab_of_brush_presets(window: Any) -> None:
    layers, brushes, ours = (dock(window, name) for name in ("KisLayerBox", "PresetDocker", "deepdream"))
    window.show()
    until(ours.isVisible)
    find_first_position(ours)
    until(lambda: ours.height() > 300)
    assert window.tabifiedDockWidgets(ours) == [brushes] and layers.isVisible()
    find_first_position(ours)
    assert window.tabifiedDockWidgets(ours) == [brushes]


def test_it_never_covers_layers_nor_leaves_where_the_painter_put_it(window: Any) -> None:
    _layers, ours = (dock(window, name) for name in ("KisLayerBox", "deepdream"))
    window.show()
    until(ours.isVisible)
    find_first_position(ours)
    assert window.tabifiedDockWidgets(ours) == []
    dock(window, "Other")
    ours.setFloating(True)
    find_first_position(ours)
    assert ours.isFloating()


def test_a_preview_is_no_taller_than_wide_and_tall_enough_to_see(application: Any) -> None:
    preview = Preview()
    assert preview.height_at(200) == 0
    for size, height in (((100, 50), 100), ((50, 100), 200), ((900, 1), LEAST_PX)):
        preview.show_image(QtGui.QImage(*size, QtGui.QImage.Format.Format_ARGB32))
        assert preview.height_at(200) == height


def test_only_a_docker_that_is_seen_beside_it_makes_room(window: Any) -> None:
    hidden, floating, left, ours = (dock(window, name) for name in ("PresetDocker", "Floating", "Left", "deepdream"))
    window.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, left)
    window.show()
    floating.setFloating(True)
    hidden.hide()
    until(lambda: ours.isVisible() and floating.isVisible() and not hidden.isVisible())
    find_first_position(ours)
    assert window.tabifiedDockWidgets(ours) == []
    other = dock(window, "Other")
    until(other.isVisible)
    window.tabifyDockWidget(other, ours)
    hidden.show()
    until(hidden.isVisible)
    find_first_position(ours)
    assert window.tabifiedDockWidgets(ours) == [other], "the painter put it there"
    find_first_position(QtWidgets.QDockWidget())


def test_how_long_is_said_when_it_is_known(paint: Paint) -> None:
    """Trial P17: "about 5 min left" for 39 s, after the first step."""
    painter = paint(scripted("slow"))
    painter.click("dream")
    until(lambda: painter.session.progress)
    early = replace(painter.session.progress, done=1.0, total=50.0, seconds_left=300.0)
    for progress, words in ((early, "%p %"), (replace(early, done=5.0, seconds_left=39.0), "about 39 s left")):
        painter.session._show_progress(progress)
        assert painter.widget("progress").format() == words

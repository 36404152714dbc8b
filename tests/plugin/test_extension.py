"""The plugin's extension in a Krita without documents: its menu entries, how it begins and how it ends."""

from __future__ import annotations

import importlib
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from krita_deepdream.choices.choice import Choice
from krita_deepdream.choices.store import Store
from krita_deepdream.core import errors
from krita_deepdream.qt import QAction, QtCore, QtGui, QtWidgets, Signal
from krita_deepdream.setup.needs import Need
from krita_deepdream.shortcuts import PREFIX, SHORTCUTS


class Window(QtCore.QObject):
    """Krita's, as far as menu entries are made in it."""

    themeChanged = Signal()  # noqa: N815  Krita's name

    def __init__(self) -> None:
        super().__init__()
        self.entries: dict[str, QAction] = {}

    def createAction(self, identity: str, text: str, _menu: str) -> QAction:  # noqa: N802  Krita's
        self.entries[identity] = QAction(text, self)
        return self.entries[identity]


@pytest.fixture
def main_window(application: Any) -> QtWidgets.QMainWindow:
    return QtWidgets.QMainWindow()


@pytest.fixture
def told() -> list[str]:
    """What is said on the canvas."""
    return []


@pytest.fixture
def extension(
    krita: Any, program: Any, main_window: Any, told: list[str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Any]:
    krita.Extension, krita.DockWidget = QtCore.QObject, QtWidgets.QDockWidget
    plugin = importlib.import_module("krita_deepdream.plugin")
    monkeypatch.setattr(plugin.application, "tell", told.append)
    monkeypatch.setattr(plugin.application, "main_window", lambda: main_window)
    monkeypatch.setattr(plugin.application, "at_closing", lambda function: None)
    made = plugin.DeepDreamExtension()
    yield made
    made._close()
    logging.getLogger("krita_deepdream").propagate = True


def ended(part: Any, name: str, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What a method was called with, from now on; it does what it did."""
    calls, plain = list[Any](), getattr(part, name)
    monkeypatch.setattr(part, name, lambda *what, **more: calls.append((*what, *more.values())) or plain(*what, **more))
    return calls


def test_it_begins_by_making_its_folder_and_says_what_of_it_cant_be_read(extension: Any, tmp_path: Path) -> None:
    preset = tmp_path / "presets" / "mine.json"
    preset.parent.mkdir()
    preset.write_text("[")
    extension.choice = Choice(Store(tmp_path))
    extension.setup()
    assert (tmp_path / "logs").is_dir() and "mine.json" in extension.session.sentence


def test_each_menu_entry_does_what_it_says(
    extension: Any, main_window: Any, told: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    window, done = Window(), list[str]()

    class Docker(QtWidgets.QWidget):
        def do(self, what: str) -> str:
            done.append(what)
            return f"{what} is done."

    extension.createActions(window)
    extension.dockers += [Docker(), Docker(main_window)]
    for what in SHORTCUTS:
        window.entries[PREFIX + what].trigger()
    assert done == [*SHORTCUTS] and told == [f"{what} is done." for what in SHORTCUTS]
    dreamed = ended(extension.session, "dream", monkeypatch)
    window.entries["deepdream_again"].trigger()
    assert len(dreamed) == 1 and extension.session.failed, "there is no worker yet"
    window.entries["deepdream_filter"].trigger()
    assert "no image" in told[-1].lower(), told


def test_its_icons_follow_the_theme(extension: Any) -> None:
    window = Window()
    extension.createActions(window)
    with_icon = [each for each in window.entries.values() if not each.icon().isNull()]
    assert len(with_icon) == 2
    for each in with_icon:
        each.setIcon(QtGui.QIcon())
    window.themeChanged.emit()
    assert not any(each.icon().isNull() for each in with_icon)


def test_when_krita_quits_all_of_it_ends_and_what_was_chosen_is_remembered(
    extension: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = [ended(getattr(extension, name), how, monkeypatch) for name, how in ENDS.items()]
    extension.session.results.strength = 37.0
    extension._close()
    assert parts == [[()], [()], [(True,)]]
    assert Choice(Store(tmp_path)).strength == 37


ENDS = {"keeper": "close", "session": "close", "upkeep": "stop"}


def test_where_nothing_can_be_remembered_the_worker_ends_all_the_same(
    extension: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full() -> None:
        raise errors.DreamError("setup.files", path=tmp_path, reason="No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(extension.choice, "remember", full)
        parts = [ended(getattr(extension, name), how, patched) for name, how in ENDS.items()]
        extension._close()
        assert all(parts) and "No space left on device" in extension.session.sentence


def test_what_was_uninstalled_leaves_no_choice_behind(extension: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    remembered = ended(extension.choice, "remember", monkeypatch)
    extension.upkeep.need = Need.REMOVED
    extension._close()
    assert not remembered


def test_when_a_worker_ends_the_set_up_is_looked_at(extension: Any) -> None:
    extension.session._client.ended.emit(errors.DreamError("worker.ended", reason="exit code 1"))
    assert extension.upkeep.task == "look"


def test_a_worker_that_is_gone_meanwhile_has_the_set_up_look_again(
    extension: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked = ended(extension.upkeep, "look_again", monkeypatch)
    assert extension._worker_command() is None and len(looked) == 1


def test_where_packages_are_missing_no_worker_is_started(extension: Any) -> None:
    extension.upkeep.need = Need.EXTEND
    with pytest.raises(errors.DreamError, match="more packages") as raised:
        extension._worker_command()
    assert "Update Packages" in raised.value.advice

"""One Qt binding per run (``DEEPDREAM_TEST_QT``: PyQt5 or PyQt6), offscreen, and the plugin's objects on it."""

from __future__ import annotations

import importlib
import os
import sys
import time
import types
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
BINDINGS = ("PyQt5", "PyQt6")
WANTED = os.environ.get("DEEPDREAM_TEST_QT", "")
FAKES = Path(__file__).parents[1] / "fakes"
ROOT = FAKES.parents[1]


def _load() -> str:
    for name in [WANTED] if WANTED else BINDINGS:
        try:
            importlib.import_module(f"{name}.QtCore")
            return name
        except ModuleNotFoundError:
            continue
    return ""


BINDING = _load()
# Without any binding there is nothing here that could be imported.
collect_ignore_glob = [] if BINDING else ["test_*.py"]


@pytest.fixture(scope="session", autouse=True)
def application() -> Iterator[Any]:
    """The one QApplication of the run."""
    from krita_deepdream.qt import QtCore, QtWidgets

    assert QtCore.__name__.startswith(BINDING)
    yield QtWidgets.QApplication.instance() or QtWidgets.QApplication([])


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of these tests may reach the person's own data folder."""
    monkeypatch.setenv("KRITA_DEEPDREAM_HOME", str(tmp_path))


@pytest.fixture(autouse=True)
def hidden_afterwards() -> Iterator[None]:
    """Nothing that a test leaves is painted in the next one.

    These windows belong to nobody but Python, which may collect them at any time: also in the middle of a Python method
    that paints them, and then Qt crashes. (In Krita they belong to its main window.)
    """
    yield
    from krita_deepdream.qt import QtWidgets

    for window in QtWidgets.QApplication.topLevelWidgets():
        window.hide()


def until(condition: Callable[[], Any], seconds: float = 30.0) -> float:
    """Run the event loop until ``condition``; the seconds it took, ``AssertionError`` when it takes too long."""
    from krita_deepdream.qt import QtCore, QtWidgets

    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < seconds, f"not within {seconds:g} s"
        QtWidgets.QApplication.processEvents(QtCore.QEventLoop.ProcessEventsFlag.AllEvents, 10)
        time.sleep(0.002)
    return time.monotonic() - began


def delete_what_is_due() -> None:
    """Delete what ``deleteLater`` was called for: outside of a running event loop Qt puts it off."""
    from krita_deepdream.qt import QtCore

    due = QtCore.QEvent.Type.DeferredDelete
    QtCore.QCoreApplication.sendPostedEvents(None, int(getattr(due, "value", due)))


@pytest.fixture
def faults(caplog: pytest.LogCaptureFixture) -> Callable[[], list[str]]:
    """What the border caught and logged as a fault of ours so far."""
    return lambda: [each.getMessage() for each in caplog.records if each.levelname == "ERROR"]


def scripted(*manners: str) -> Callable[[], list[str]]:
    """A worker command: each start takes the next manner of ``fakes/scripted_worker.py``, the last one stays."""
    waiting = list(manners)

    def command() -> list[str]:
        manner = waiting.pop(0) if len(waiting) > 1 else waiting[0]
        return [sys.executable, "-I", str(FAKES / "scripted_worker.py"), str(ROOT), manner]

    return command


def launched() -> Callable[[], list[str]]:
    """The command of the real worker, on this Python."""
    return lambda: [sys.executable, "-I", str(ROOT / "krita_deepdream" / "launch.py"), "worker"]


@pytest.fixture
def krita(monkeypatch: pytest.MonkeyPatch) -> Iterator[types.ModuleType]:
    """Stands for Krita's module, with empty classes; what is imported over it is forgotten at the end."""
    module = types.ModuleType("krita")
    for name in ("DockWidget", "DockWidgetFactory", "DockWidgetFactoryBase", "Extension", "Krita", "Selection"):
        setattr(module, name, type(name, (), {"__init__": lambda self, *_: None}))
    monkeypatch.setitem(sys.modules, "krita", module)
    before = set(sys.modules)
    yield module
    for name in set(sys.modules) - before:
        if name.startswith("krita_deepdream"):
            package, _, own = name.rpartition(".")
            vars(sys.modules.get(package, module)).pop(own, None)
            del sys.modules[name]


@pytest.fixture
def program(krita: types.ModuleType, application: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Krita with documents (``fakes.program``) for the modules that import it; none that nobody sees stays open."""
    from tests.fakes.nodes import Document, Selection
    from tests.fakes.program import Program

    made = Program()
    krita.Krita.instance = staticmethod(lambda: made)  # type: ignore[attr-defined]
    krita.Selection = Selection  # type: ignore[attr-defined]
    clones: list[Document] = []
    clone = Document.clone
    monkeypatch.setattr(Document, "clone", lambda self: clones.append(clone(self)) or clones[-1])
    yield made
    assert all(each.closed for each in (*clones, *made.made) if each not in made.open), "a hidden document stays open"


class Painter:
    """A docker on a fake Krita, and hands that work it, or whatever ``panel`` is."""

    def __init__(self, command: Callable[[], list[str] | None], beat_ms: int = 2000, upkeep: Any = None) -> None:
        from krita_deepdream.choices.choice import Choice
        from krita_deepdream.choices.store import Store
        from krita_deepdream.docker.dock import DreamPanel
        from krita_deepdream.dreaming.session import Session
        from krita_deepdream.keeping.keeper import Keeper
        from krita_deepdream.keeping.watcher import Watcher
        from krita_deepdream.setup.needs import Need
        from krita_deepdream.setup.upkeep import Upkeep
        from krita_deepdream.worker.client import Client
        from tests.fakes.host import FakeHost

        self.host = FakeHost()
        self.client = Client(command, beat_ms=beat_ms, line=lambda: self.choice.worker_line)
        self.session = Session(self.host, self.client)
        self.choice = Choice(Store(Path(os.environ["KRITA_DEEPDREAM_HOME"])))
        self.upkeep = upkeep or Upkeep(look=lambda _loaded: Need.NOTHING)
        self.keeper = Keeper(self.session, Watcher(self.session))
        self.docker = self.panel = DreamPanel(self.session, self.choice, self.upkeep, self.keeper)
        self.panel.resize(300, 600)
        self.panel.show()

    def widget(self, name: str) -> Any:
        from krita_deepdream.qt import QtWidgets

        found = self.panel.findChildren(QtWidgets.QWidget, f"deepdream_{name}")
        assert len(found) == 1, f"{len(found)} widgets are called {name}"
        return found[0]

    def click(self, name: str, across: float = 0.5) -> None:
        from krita_deepdream.qt import Qt, QtCore, QtWidgets
        from krita_deepdream.widgets.deaf import Deaf

        test = importlib.import_module(f"{BINDING}.QtTest").QTest
        widget = self.widget(name)
        QtWidgets.QApplication.processEvents()
        assert widget.isVisible() and widget.isEnabled(), f"{name} can't be clicked"
        until(lambda: not any(deaf.is_on for deaf in widget.findChildren(Deaf)))
        place = QtCore.QPoint(round((widget.width() - 1) * across), widget.height() // 2)
        test.mouseClick(widget, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)

    def choose_at_once(self, name: str, words: str) -> None:
        """Take a line of a list whose rows are made anew at each choice."""
        box = self.widget(name)
        index = box.findText(words)
        assert index >= 0, [box.itemText(each) for each in range(box.count())]
        box.setCurrentIndex(index)
        box.activated.emit(index)

    def choose(self, name: str, text: str) -> None:
        """Open a list and take an entry of it, by the keys as it can be done without a mouse too."""
        from krita_deepdream.qt import Qt

        test = importlib.import_module(f"{BINDING}.QtTest").QTest
        box = self.widget(name)
        test.keyClick(box, Qt.Key.Key_Home)
        for _ in range(box.findText(text)):
            test.keyClick(box, Qt.Key.Key_Down)
        assert box.currentText() == text

    def pick(self, name: str, text: str) -> None:
        """Open a list and click on an entry of it."""
        from krita_deepdream.qt import Qt, QtWidgets

        test = importlib.import_module(f"{BINDING}.QtTest").QTest
        box = self.widget(name)
        box.showPopup()
        until(box.view().isVisible)
        QtWidgets.QApplication.processEvents()
        row = box.view().visualRect(box.model().index(box.findText(text), 0))
        viewport = box.view().viewport()
        test.mouseMove(viewport, row.center())
        # Qt ignores a click that comes as soon as the list is there: it might belong to the one that opened it.
        test.qWait(QtWidgets.QApplication.doubleClickInterval() + 50)
        test.mouseClick(viewport, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, row.center())

    def type_into(self, name: str, text: str) -> None:
        """Replace what stands in a field and confirm."""
        from krita_deepdream.qt import Qt

        test = importlib.import_module(f"{BINDING}.QtTest").QTest
        field = self.widget(name)
        field.setFocus()
        field.selectAll()
        test.keyClicks(field, text)
        test.keyClick(field, Qt.Key.Key_Return)

    def menu_entry(self, button: str, *entries: str) -> Any:
        """Open a button's menu and its submenus; the entry found, by what is written there."""
        menu = self.widget(button).menu()
        menu.aboutToShow.emit()
        for text in entries[:-1]:
            menu = next(each.menu() for each in menu.actions() if each.text().strip() == text)
        found = [each for each in menu.actions() if each.text().strip() == entries[-1]]
        assert len(found) == 1, [each.text() for each in menu.actions()]
        return found[0]

    @property
    def status(self) -> str:
        return str(self.widget("status").text())

    @property
    def button(self) -> str:
        return str(self.widget("dream").text())


def remembered(painter: Painter) -> bool:
    """Whether the next start of Krita begins with what is chosen now."""
    from krita_deepdream.choices.store import Store

    found = Store(Path(os.environ["KRITA_DEEPDREAM_HOME"])).load_choice()
    return found is not None and found[1] == painter.choice.settings


@pytest.fixture
def paint() -> Iterator[Callable[..., Painter]]:
    """Makes painters and ends their workers."""
    made: list[Painter] = []

    def make(*arguments: Any, **more: Any) -> Painter:
        made.append(Painter(*arguments, **more))
        return made[-1]

    yield make
    for painter in made:
        painter.keeper.close()
        painter.session.close()
        painter.docker.close()

"""Plays scenarios one after another in Krita's event loop and writes what they saw into one JSON file.

A scenario is a generator function that takes the ``Stage`` and yields the seconds it wants to wait. An
exception anywhere inside Krita's Python, a dialog nobody expected, or too long a play fails the scenario
that is on; then the next one begins with no document open.
"""

from __future__ import annotations

import faulthandler
import importlib.util
import json
import os
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from krita import Krita

from . import hands
from .handle import Handle, held
from .qt import QtCore, QtWidgets

LONGEST_SCENARIO = 240.0  # seconds
LOOK_MS = 500
DIALOG_LOOKS = 6  # Krita's own "waiting for…" come and go within fewer
SETTLE = 0.7  # seconds Krita needs after the last change before documents can be closed safely

Scenario = Callable[["Stage"], Iterator[float]]


class Stage:
    """What a scenario works with: ``note`` and ``keep`` what it sees, ``photograph`` the screen.

    ``patience``: the seconds that one may take; who needs more says so at its beginning.
    """

    def __init__(self, scenarios: list[tuple[str, Scenario]], folder: Path) -> None:
        self.folder = folder
        self._dialog_looks = 0
        self.patience = LONGEST_SCENARIO
        self._waiting = scenarios
        self._report: dict[str, Any] = {
            "krita": Krita.instance().version(),
            "qt": QtCore.QT_VERSION_STR,
            "python": sys.version.split()[0],
            "scenarios": {},
            "finished": False,
            "between": "",
        }
        self._name = ""
        self._play: Iterator[float] | None = None
        self._began = 0.0
        sys.excepthook = self._excepted
        # If Krita dies its log tells what it was asked for: 2 is its stderr, Python's own was taken away.
        faulthandler.enable(file=2)
        self._next = _timer(self._advance, single=True)
        self._watch = _timer(self._look_around, single=False)
        self._write()

    @classmethod
    def from_environment(cls) -> Stage:
        """The stage that the harness asks for in the environment."""
        path = os.environ["DEEPDREAM_SCENARIOS"]
        spec = importlib.util.spec_from_file_location("scenarios", path)
        assert spec is not None and spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        wanted = os.environ["DEEPDREAM_SCENARIO_NAMES"].split()
        return cls([(name, getattr(module, name)) for name in wanted], Path(os.environ["DEEPDREAM_REPORT"]))

    @property
    def here(self) -> dict[str, Any]:
        """What is known of the scenario that is on."""
        return self._report["scenarios"].setdefault(self._name, {"seconds": None, "error": None, "values": {}})

    def begin(self) -> None:
        """Start playing as soon as Krita's window is up."""
        self._watch.start(LOOK_MS)
        QtCore.QTimer.singleShot(500, self._when_shown)

    def note(self, **values: Any) -> None:
        """Remember plain values for the test; they are safe even if Krita dies the next moment."""
        self.here["values"].update(values)
        self._write()

    def keep(self, name: str, data: Any, *shape: int) -> None:
        """Remember bytes for the test, which reads them as an array of ``shape``."""
        path = self.folder / f"{self._name}-{name}.bin"
        path.write_bytes(bytes(data))
        self.note(**{name: {"file": path.name, "shape": list(shape)}})

    def photograph(self, name: str, widget: Handle | None = None) -> None:
        """Save the whole screen, or one widget as it is drawn, as NAME.png."""
        screen = QtWidgets.QApplication.primaryScreen()
        picture = screen.grabWindow(0) if widget is None else widget.grab()
        picture.save(str(self.folder / f"{name}.png"))

    def leave(self) -> None:
        """End the last scenario here and now by closing Krita's window, documents or not."""
        self._close_scenario(None)
        self._report["finished"] = True
        self._write()
        hands.window().close()

    def _when_shown(self) -> None:
        # Krita lets events happen before its loop runs: a window that is closed then never ends Krita.
        if hands.window().isVisible() and QtCore.QThread.currentThread().loopLevel() > 0:
            self._next_scenario()
        else:
            QtCore.QTimer.singleShot(LOOK_MS, self._when_shown)

    def _next_scenario(self) -> None:
        if not self._waiting:
            self._report["finished"] = True
            self._write()
            hands.window().close()
            return
        self._name, scenario = self._waiting.pop(0)
        self._began, self.patience = time.monotonic(), LONGEST_SCENARIO
        self.note()
        self._play = scenario(self)
        self._advance()

    def _advance(self) -> None:
        if self._play is None:
            return
        seconds = next(self._play, None)
        if seconds is not None and (kept := held(self._play)):
            self._fail(f"held between two steps: {kept}")
        elif seconds is not None:
            self._next.start(round(seconds * 1000))
        elif self._play is not None:
            self._close_scenario(None)
            self._clear()

    def _close_scenario(self, error: str | None) -> None:
        self._next.stop()
        self._play = None
        self.here["seconds"] = round(time.monotonic() - self._began, 2)
        self.here["error"] = error
        self._write()

    def _fail(self, error: str) -> None:
        # The whole of it stands in the report; the log is searched for what nobody caught.
        print(f"scenario {self._name}: {error.strip().splitlines()[-1]}", file=sys.stderr, flush=True)
        self.photograph(f"{self._name or 'start'}-failed")
        if self._play is not None:
            self._close_scenario(error)
            self._clear()
        else:
            self._report["between"] += error
            self._write()

    def _clear(self) -> None:
        for document in Krita.instance().documents():
            document.waitForDone()
        QtCore.QTimer.singleShot(round(SETTLE * 1000), self._close_documents)

    def _close_documents(self) -> None:
        for document in Krita.instance().documents():
            document.setModified(False)
            document.close()
        QtCore.QTimer.singleShot(200, self._next_scenario)

    def _excepted(self, kind: type[BaseException], error: BaseException, trace: Any) -> None:
        self._fail("".join(traceback.format_exception(kind, error, trace)))

    def _look_around(self) -> None:
        if self._play is not None and time.monotonic() - self._began > self.patience:
            self._fail(f"it took longer than {self.patience:g} seconds")
        dialog = QtWidgets.QApplication.activeModalWidget()
        self._dialog_looks = self._dialog_looks + 1 if dialog is not None else 0
        if dialog is not None and self._dialog_looks > DIALOG_LOOKS:
            texts = [label.text() for label in dialog.findChildren(QtWidgets.QLabel)]
            self._fail(f"a dialog opened: {dialog.windowTitle()} {texts}")
            dialog.close()

    def _write(self) -> None:
        path = self.folder / "report.json"
        scratch = path.with_suffix(".part")
        scratch.write_text(json.dumps(self._report), encoding="utf-8")
        scratch.replace(path)


def _timer(action: Callable[[], None], *, single: bool) -> QtCore.QTimer:
    timer = QtCore.QTimer()
    timer.setSingleShot(single)
    timer.timeout.connect(action)
    return timer

"""Set-up, diagnostics and uninstalling without widgets: one at a time, in the background, watched by a timer."""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

from .. import log
from ..border import guarded
from ..core import NESTED, errors
from ..log import logger
from ..qt import QtCore, Signal
from . import doctor, install_folder, plugin_files, set_up, setup_lock
from .background import Background
from .condition import Condition
from .needs import ADDS_PACKAGES, PLUGIN, Need, fingerprint, need
from .set_up import Step

LOOK_MS = 100

Steps = Callable[[Path | None, Path | None, bool], Generator[Step]]


class Upkeep(QtCore.QObject):
    """One for the whole of Krita; dockers watch ``changed``.

    ``need`` is what has to be done, ``damaged`` the packages that were found to be so. ``settled`` fires when a set-up
    has come to its end, ``diagnosed`` carries the report as text, ``failed`` what was tried and why it came to nothing.
    ``rescued``: the folders of rescued dreams that uninstalling left.
    ``python`` and ``wheels`` are what the painter chose to set up with, ``None`` for the best Python and the network.
    """

    changed = Signal()
    settled = Signal()
    diagnosed = Signal(str)
    failed = Signal(str, object)

    def __init__(
        self, parent: QtCore.QObject | None = None, look: Callable[[int], Need] = need, steps: Steps | None = None
    ) -> None:
        super().__init__(parent)
        self._need = look
        self._steps = steps or _set_up
        self._loaded = fingerprint()
        self._background: Background | None = None
        self._timer = QtCore.QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self._look)
        self.need = look(self._loaded)
        self.damaged: tuple[str, ...] = ()
        self._is_broken = False
        self.rescued: list[Path] = []
        self.task = ""
        self.step: Step | None = None
        self.error: errors.DreamError | None = None
        self.python: Path | None = None
        self.wheels: Path | None = None

    def look_again(self) -> None:
        """The disk may have changed: another program set DeepDream up, or Krita imported another version."""
        if not self.task and self.need is not Need.REMOVED:
            self.need = self._what_is_needed()
            self.changed.emit()

    @guarded
    def look_closer(self, _why: object = None) -> None:
        """The worker ended: look in the background whether something is missing that it needs."""
        if self.need is not Need.REMOVED:
            self._begin("look", _look())

    def choose_python(self, path: Path | None) -> None:
        """Set up with that Python."""
        self.python = path
        self.changed.emit()

    def choose_wheels(self, folder: Path | None) -> None:
        """Take the packages from that folder instead of the network."""
        self.wheels = folder
        self.changed.emit()

    def choose_folder(self, folder: Path) -> None:
        """Keep environment and data there from now on. Raises ``DreamError`` if it can't serve."""
        install_folder.choose(folder)
        self.look_again()

    def set_up(self) -> None:
        """Make, finish, mend or update the environment; whatever is needed."""
        self._begin("set up", self._steps(self.python, self.wheels, False))

    def rebuild(self) -> None:
        """Delete the environment and make it again. Whoever asks has ended the worker."""
        self._begin("set up", self._steps(self.python, self.wheels, True))

    def diagnose(self) -> None:
        """Look at everything; ``diagnosed`` carries what was found."""
        self._begin("diagnose", _diagnose())

    def uninstall(self) -> None:
        """Delete environment, data and plugin. Whoever asks has ended the worker and asked the painter."""
        log.close_log()
        self._begin("uninstall", _uninstall())

    def stop(self, wait: bool = False) -> None:
        """End what is being done; it goes on where it stopped. With ``wait``: Krita is closing."""
        if self._background:
            self._background.stop(wait)

    def report_fault(self, error: errors.DreamError) -> None:
        """Something here failed: show it."""
        self.error = error
        self.changed.emit()

    def _begin(self, task: str, steps: Generator[Step, None, Any]) -> None:
        if self.task:
            return
        self.task, self.step, self.error = task, None, None
        self._background = Background(steps)
        self._background.start()
        self._timer.start()
        self.changed.emit()

    @guarded
    def _look(self) -> None:
        background = self._background
        if background is None:
            return
        # Asked first: what comes after this is in the news.
        running = background.running
        news = background.news()
        for step in news:
            logger().info("%s: %s %s", self.task, step.name, step.detail)
            self.step = step
        if not running:
            self._end(background)
        if news or not running:
            self.changed.emit()

    def _end(self, background: Background) -> None:
        self._timer.stop()
        task, self.task, self._background = self.task, "", None
        self.error = background.error
        if background.finished and task == "look" and background.result is not None:
            self.damaged, self._is_broken = background.result.damaged, not background.result.is_sound
        if background.finished and task == "set up":
            self.damaged, self._is_broken = (), False
        self.need = self._what_is_needed()
        if background.finished and task == "uninstall":
            self.need, self.rescued = Need.REMOVED, background.result
        if background.error:
            self.failed.emit(task, background.error)
        if background.finished and task == "set up":
            self.settled.emit()
        if background.finished and task == "diagnose" and self.step:
            self.diagnosed.emit(self.step.detail)

    def _what_is_needed(self) -> Need:
        found = self._need(self._loaded)
        return Need.REPAIR if self._is_broken and found in (Need.NOTHING, *ADDS_PACKAGES) else found


def _set_up(chosen: Path | None, wheels: Path | None, again: bool) -> Generator[Step]:
    python = set_up.choose_python(chosen) if chosen else None
    yield from set_up.make(python, set_up.variant(gpu=False), wheels, again)
    set_up.write_command(PLUGIN)


def _look() -> Generator[Step, None, Condition]:
    yield Step("look", 0.0)
    return set_up.look()


def _diagnose() -> Generator[Step]:
    found = []
    for finding in doctor.examine():
        found.append(finding)
        yield Step("diagnose", 0.5)
    yield Step("diagnosed", 1.0, doctor.report(found))


def _uninstall() -> Generator[Step, None, list[Path]]:
    held = yield from set_up.waiting(setup_lock.take_if_there())
    try:
        yield Step("uninstall", 0.0)
        rescued = install_folder.remove(held.release if sys.platform == "win32" else lambda: None)
    finally:
        held.release()
    yield Step("uninstall", 0.9)
    # Run from the repository or through a link, the files are the person's own.
    if NESTED and not PLUGIN.parent.joinpath(plugin_files.NAME).is_symlink():
        plugin_files.remove(PLUGIN.parents[1])
    return rescued

"""Makes the objects inside Krita, wires them to its menus and dockers, and shuts them down."""

from __future__ import annotations

from typing import Any

from . import host, log, runtime
from .border import guarded
from .choice import Choice
from .client import Client
from .core import errors
from .dock import DreamPanel
from .session import Session
from .store import Store

DOCKER_ID = "deepdream"
DREAM_ACTION = "deepdream_dream"


class DeepDreamExtension(host.Extension):  # type: ignore[misc]
    """One for the whole of Krita: owns session and choice, adds the menu entries to every window."""

    def __init__(self) -> None:
        super().__init__(None)
        self.session = Session(host.Host(), Client(runtime.worker_command, self), self)
        self.choice = Choice(Store(runtime.data_folder()), self)
        self.session.strength = self.choice.strength

    @guarded
    def setup(self) -> None:
        log.open_log(runtime.data_folder() / "logs")
        host.at_closing(self._close)

    @guarded
    def createActions(self, window: Any) -> None:
        action = window.createAction(DREAM_ACTION, "DeepDream", "filter")
        action.triggered.connect(self._dream)

    def report_fault(self, error: errors.DreamError) -> None:
        """Show an error in every docker."""
        self.session.report_fault(error)

    @guarded
    def _dream(self, _checked: bool = False) -> None:
        self.session.dream(self.choice.preset, self.choice.settings)

    @guarded
    def _close(self) -> None:
        self.choice.strength = self.session.strength
        self.choice.remember()
        self.session.close()
        log.close_log()


class DeepDreamDocker(host.DockWidget):  # type: ignore[misc]
    """The docker of one main window."""

    def __init__(self, session: Session, choice: Choice) -> None:
        super().__init__()
        self.setWindowTitle("DeepDream")
        self.setWidget(DreamPanel(session, choice))

    def canvasChanged(self, canvas: Any) -> None:
        """Krita demands this method."""


def register() -> None:
    """Add extension and docker to Krita."""
    extension = DeepDreamExtension()
    host.add_extension(extension)
    host.add_dock(DOCKER_ID, lambda: DeepDreamDocker(extension.session, extension.choice))

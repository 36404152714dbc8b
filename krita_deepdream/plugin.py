"""Makes the objects inside Krita, wires them to its menus and dockers, and shuts them down."""

from __future__ import annotations

from functools import partial

from . import log
from .border import guarded
from .choices.choice import Choice
from .choices.store import Store
from .core import errors
from .docker.dock import DreamPanel
from .docker.first_position import find_first_position
from .documents import application
from .documents.host import Host
from .dreaming.session import Session
from .filter.filter_dialog import FilterDialog
from .keeping.keeper import Keeper
from .keeping.watcher import Watcher
from .krita_api import Window
from .language import explain, tr, use
from .manual import open_manual
from .qt import QAction, QtCore, QtGui, alive
from .setup import install_folder, runtime
from .setup.needs import Need
from .setup.upkeep import Upkeep
from .shortcuts import PREFIX, SHORTCUTS
from .widgets.icons import icon
from .widgets.one_window import OneWindow
from .worker.client import Client

DOCKER_ID = "deepdream"
DIALOG_ACTION = "deepdream_filter"
AGAIN_ACTION = "deepdream_again"
MANUAL_ACTION = "deepdream_manual"


class DeepDreamExtension(application.Extension):  # type: ignore[misc]
    """One for the whole of Krita: owns session and choice, adds the menu entries to every window."""

    def __init__(self) -> None:
        super().__init__(None)
        self.choice = Choice(Store(runtime.data_folder()), self)
        client = Client(
            self._worker_command,
            self,
            line=lambda: self.choice.worker_line,
            free_core=lambda: self.choice.free_core,
        )
        self.session = Session(Host(), client, self)
        self.keeper = Keeper(self.session, Watcher(self.session, self), self)
        self.upkeep = Upkeep(self)
        client.ended.connect(self.upkeep.look_closer)
        self.session.results.strength = self.choice.strength
        self._dialog = OneWindow(self)
        self._actions: list[tuple[QAction, str]] = []
        self.dockers: list[DeepDreamDocker] = []

    @guarded
    def setup(self) -> None:
        application.at_closing(self._close)
        install_folder.claim()
        log.open_log(runtime.data_folder() / "logs")
        self.choice.check_stored()

    @guarded
    def createActions(self, window: Window) -> None:
        dialog = window.createAction(DIALOG_ACTION, tr("DeepDream…"), "filter")
        dialog.triggered.connect(self._open_dialog)
        again = window.createAction(AGAIN_ACTION, tr("Apply DeepDream Again"), "filter")
        again.triggered.connect(self._dream)
        manual = window.createAction(MANUAL_ACTION, tr("DeepDream Manual"), "help")
        manual.triggered.connect(self._open_manual)
        # Those of windows that were closed are gone.
        self._actions = [each for each in self._actions if alive(each[0])]
        self._actions += [(dialog, "deepdream"), (again, "again")]
        for what, text in SHORTCUTS.items():
            action = window.createAction(PREFIX + what, tr(text), "tools/scripts")
            action.triggered.connect(partial(self._do, what))
        window.themeChanged.connect(self._show_icons)
        self._show_icons()

    @guarded
    def _show_icons(self) -> None:
        for action, name in self._actions:
            if alive(action):
                action.setIcon(icon(name))

    def _worker_command(self) -> list[str] | None:
        if self.upkeep.need is Need.EXTEND:
            raise errors.DreamError("worker.packages")
        command = runtime.worker_command()
        if command is None:
            # It may have been there when the docker looked last.
            self.upkeep.look_again()
        return command

    def report_fault(self, error: errors.DreamError) -> None:
        """Show an error of a menu entry in every docker and, since they may be closed, on the canvas."""
        self.session.report_fault(error)
        application.tell(explain(error))

    @guarded
    def _open_dialog(self, _checked: bool = False) -> None:
        self._dialog.open(lambda: FilterDialog(self.session, self.choice, application.main_window()))

    @guarded
    def _open_manual(self, _checked: bool = False) -> None:
        open_manual()

    @guarded
    def _dream(self, _checked: bool = False) -> None:
        self.choice.settle()
        request = self.choice.repeat_request
        self.session.dream(request)
        application.tell(tr("Dreaming “{name}”…", name=request.name))

    @guarded
    def _do(self, what: str, _checked: bool = False) -> None:
        """What the docker of the window in front does."""
        self.dockers = [each for each in self.dockers if alive(each)]
        window = application.main_window()
        docker = next((each for each in self.dockers if each.parentWidget() == window), None)
        if docker is not None:
            application.tell(docker.do(what))

    @guarded
    def _close(self) -> None:
        self.choice.strength = self.session.results.strength
        try:
            if self.upkeep.need is not Need.REMOVED:
                self.choice.remember()
        finally:
            self.keeper.close()
            self.session.close()
            self.upkeep.stop(wait=True)
            log.close_log()


class DeepDreamDocker(application.DockWidget):  # type: ignore[misc]
    """The docker of one main window."""

    def __init__(self, extension: DeepDreamExtension) -> None:
        super().__init__()
        self.setWindowTitle("DeepDream")
        self._panel = DreamPanel(extension.session, extension.choice, extension.upkeep, extension.keeper)
        self.setWidget(self._panel)
        extension.dockers.append(self)
        self._is_new = not application.knows_docker(DOCKER_ID)

    def do(self, what: str) -> str:
        """As ``DreamPanel.do``; what can only be seen in the docker opens it."""
        if what in DreamPanel.SHOWN:
            self.show()
            self.raise_()
        return self._panel.do(what)

    @guarded
    def showEvent(self, event: QtGui.QShowEvent) -> None:
        super().showEvent(event)
        if self._is_new:
            self._is_new = False
            # Krita is about to lay its window out.
            QtCore.QTimer.singleShot(0, self._find_position)

    @guarded
    def _find_position(self) -> None:
        find_first_position(self)

    def canvasChanged(self, canvas: object) -> None:
        """Krita demands this method."""


def register() -> None:
    """Add extension and docker to Krita."""
    use(application.language())
    extension = DeepDreamExtension()
    application.add_extension(extension)
    application.add_dock(DOCKER_ID, lambda: DeepDreamDocker(extension))

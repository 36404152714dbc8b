"""The small menu for when something is wrong: manual, diagnostics, the log, caches, uninstall; in reach at any time."""

from __future__ import annotations

from collections.abc import Callable

from ..border import guarded
from ..choices.choice import Choice
from ..core import errors
from ..dreaming.session import Session
from ..jobs.job import State
from ..language import explain, mark, tr
from ..manual import open_manual
from ..qt import Qt, QtCore, QtGui, QtWidgets
from ..setup import install_folder, runtime
from ..setup.progress_words import to_uninstall
from ..setup.upkeep import Upkeep
from ..widgets.buttons import flat_button, opening
from ..widgets.labels import label
from ..widgets.menus import entry
from ..widgets.one_window import OneWindow
from .caches_dialog import CachesDialog

COMPUTER = mark(
    "The command that starts DeepDream's worker on another computer, as you would type it in a terminal:\n"
    "ssh gpu-box deepdream worker\n"
    "It must not ask for a password, and the other computer needs the same version. Leave it empty to use this one."
)


class CareMenu(QtWidgets.QWidget):
    """A button with the menu, and beside it what came of it; acts on ``upkeep``."""

    def __init__(self, session: Session, upkeep: Upkeep, choice: Choice) -> None:
        super().__init__()
        self._session, self._choice = session, choice
        self._upkeep = upkeep
        self._caches = OneWindow(self)
        menu = QtWidgets.QMenu(self)
        entry(menu, tr("Manual"), self._open_manual, "care_manual")
        self._diagnose = entry(menu, tr("Copy Diagnostics"), self._copy, "care_diagnostics")
        entry(menu, tr("Open Log"), self._open_log, "care_log")
        entry(menu, tr("Another Computer…"), self._ask_for_computer, "care_computer")
        self._core = entry(menu, tr("Leave One Core Free"), self._leave_core, "care_core")
        self._core.setCheckable(True)
        entry(menu, tr("Caches…"), self._open_caches, "care_caches")
        menu.addSeparator()
        self._rebuild = entry(menu, tr("Rebuild…"), self._ask_to_rebuild, "care_rebuild")
        self._remove = entry(menu, tr("Uninstall DeepDream…"), self._ask_to_uninstall, "care_uninstall")
        menu.aboutToShow.connect(self._show)
        spoken = tr("Help: manual, diagnostics, log, uninstall")
        opener = opening(flat_button("deepdream_care", tr("Help"), spoken=spoken), menu)
        self._words = label("deepdream_care_words")
        row = QtWidgets.QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(opener)
        row.addWidget(self._words, 1)
        self._tries = False
        session.changed.connect(self._tried)
        upkeep.diagnosed.connect(self._diagnosed)
        upkeep.failed.connect(self._failed)

    def report_fault(self, error: errors.DreamError) -> None:
        """Show an error beside the button."""
        self._words.setText(explain(error))

    @guarded
    def _show(self) -> None:
        for action in (self._diagnose, self._rebuild, self._remove):
            action.setEnabled(not self._upkeep.task)
        self._core.setChecked(self._choice.free_core)

    @guarded
    def _copy(self, _checked: bool = False) -> None:
        self._upkeep.diagnose()
        self._words.setText(tr("Running diagnostics; this takes a few seconds…"))

    @guarded
    def _diagnosed(self, report: str) -> None:
        clipboard = QtWidgets.QApplication.clipboard()
        assert clipboard is not None
        clipboard.setText(report)
        self._words.setText(tr("Diagnostics copied to the clipboard. Paste them wherever you ask for help."))

    @guarded
    def _open_log(self, _checked: bool = False) -> None:
        log = runtime.data_folder() / "logs" / "deepdream.log"
        QtGui.QDesktopServices.openUrl(QtCore.QUrl.fromLocalFile(str(log if log.exists() else log.parent)))

    @guarded
    def _open_manual(self, _checked: bool = False) -> None:
        open_manual()

    @guarded
    def _open_caches(self, _checked: bool = False) -> None:
        self._caches.open(lambda: CachesDialog(self.window()))

    @guarded
    def _failed(self, task: str, error: errors.DreamError) -> None:
        if task == "diagnose":
            self._words.setText(explain(error))

    @guarded
    def _ask_for_computer(self, _checked: bool = False) -> None:
        box = QtWidgets.QInputDialog(self.window())
        box.setObjectName("deepdream_computer")
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setWindowTitle(f"{tr('Another Computer')} – DeepDream")
        box.setLabelText(tr(COMPUTER))
        box.setTextValue(self._choice.worker_line)
        box.textValueSelected.connect(self._take_computer)
        box.open()

    @guarded
    def _take_computer(self, line: str) -> None:
        self._choice.worker_line = line
        self._session.change_worker()
        self._tries = bool(line.strip())
        if self._tries:
            self._words.setText(tr("Trying to reach the other computer…"))
            self._session.wake()
        else:
            self._words.setText(tr("DeepDream computes on this computer."))

    @guarded
    def _tried(self) -> None:
        """A worker elsewhere is started to see whether it can be: it is there or not some time later."""
        if self._tries and self._session.state is not State.STARTING:
            self._tries = False
            self._words.setText(
                tr("DeepDream computes on another computer.") if self._session.is_ready else self._session.sentence
            )

    @guarded
    def _leave_core(self, free: bool) -> None:
        self._choice.free_core = free
        # What is dreamed now goes on as it began.
        if not self._session.busy:
            self._session.change_worker()
        self._words.setText(
            tr("Dreams leave one processor core to Krita, and take longer.")
            if free
            else tr("Dreams use all processor cores that nothing else needs.")
        )

    @guarded
    def _ask_to_rebuild(self, _checked: bool = False) -> None:
        self._ask(
            "rebuild",
            tr("Rebuild DeepDream's environment? It will be deleted and downloaded again."),
            tr("Your presets, networks and images stay unchanged."),
            self._agreed_to_rebuild,
        )

    @guarded
    def _ask_to_uninstall(self, _checked: bool = False) -> None:
        self._ask(
            "uninstall",
            tr("Uninstall DeepDream, including its environment, networks and your own presets?"),
            to_uninstall(install_folder.rescued()),
            self._uninstall,
        )

    def _ask(self, name: str, question: str, more: str, agreed: Callable[..., None]) -> None:
        """Ask before ``agreed`` is done; Enter and Escape leave everything as it is."""
        verb = {"rebuild": tr("Rebuild"), "uninstall": tr("Uninstall")}[name]
        box = QtWidgets.QMessageBox(self.window())
        box.setObjectName(f"deepdream_{name}")
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setIcon(QtWidgets.QMessageBox.Icon.Question)
        box.setWindowTitle(f"{verb} – DeepDream")
        box.setText(question)
        box.setInformativeText(more)
        box.setDefaultButton(box.addButton(QtWidgets.QMessageBox.StandardButton.Cancel))
        button = box.addButton(verb, QtWidgets.QMessageBox.ButtonRole.DestructiveRole)
        assert button is not None
        button.setObjectName(f"deepdream_{name}_agreed")
        button.clicked.connect(agreed)
        box.open()

    @guarded
    def _agreed_to_rebuild(self, _checked: bool = False) -> None:
        self._session.close()
        self._upkeep.rebuild()

    @guarded
    def _uninstall(self, _checked: bool = False) -> None:
        self._session.close()
        self._upkeep.uninstall()

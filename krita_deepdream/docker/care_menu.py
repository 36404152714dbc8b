"""The small menu for when something is wrong: copy diagnostics, open the log, uninstall; in reach at any time."""

from __future__ import annotations

from ..border import guarded
from ..core import errors
from ..dreaming.session import Session
from ..language import explain, tr
from ..qt import Qt, QtCore, QtGui, QtWidgets
from ..setup import runtime
from ..setup.upkeep import Upkeep
from ..widgets.menus import entry


class CareMenu(QtWidgets.QWidget):
    """A button with the menu, and beside it what came of it; acts on ``upkeep``."""

    def __init__(self, session: Session, upkeep: Upkeep) -> None:
        super().__init__()
        self._session = session
        self._upkeep = upkeep
        menu = QtWidgets.QMenu(self)
        self._diagnose = entry(menu, tr("Copy Diagnostics"), self._copy, "care_diagnostics")
        entry(menu, tr("Open Log"), self._open_log, "care_log")
        menu.addSeparator()
        self._remove = entry(menu, tr("Uninstall DeepDream…"), self._ask, "care_uninstall")
        menu.aboutToShow.connect(self._show)
        opener = QtWidgets.QToolButton()
        opener.setObjectName("deepdream_care")
        opener.setText(tr("Help"))
        opener.setAccessibleName(tr("Help: diagnostics, log, uninstalling"))
        opener.setAutoRaise(True)
        opener.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        opener.setPopupMode(QtWidgets.QToolButton.ToolButtonPopupMode.InstantPopup)
        opener.setMenu(menu)
        self._words = QtWidgets.QLabel()
        self._words.setObjectName("deepdream_care_words")
        self._words.setWordWrap(True)
        self._words.setTextFormat(Qt.TextFormat.PlainText)
        row = QtWidgets.QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(opener)
        row.addWidget(self._words, 1)
        upkeep.diagnosed.connect(self._diagnosed)

    def report_fault(self, error: errors.DreamError) -> None:
        """Show an error beside the button."""
        self._words.setText(explain(error))

    @guarded
    def _show(self) -> None:
        for action in (self._diagnose, self._remove):
            action.setEnabled(not self._upkeep.task)

    @guarded
    def _copy(self, _checked: bool = False) -> None:
        self._upkeep.diagnose()
        self._words.setText(tr("Looking at everything; that takes some seconds…"))

    @guarded
    def _diagnosed(self, report: str) -> None:
        clipboard = QtWidgets.QApplication.clipboard()
        assert clipboard is not None
        clipboard.setText(report)
        self._words.setText(tr("The diagnostics are on the clipboard: paste them where you ask for help."))

    @guarded
    def _open_log(self, _checked: bool = False) -> None:
        log = runtime.data_folder() / "logs" / "deepdream.log"
        QtGui.QDesktopServices.openUrl(QtCore.QUrl.fromLocalFile(str(log if log.exists() else log.parent)))

    @guarded
    def _ask(self, _checked: bool = False) -> None:
        box = QtWidgets.QMessageBox(self.window())
        box.setObjectName("deepdream_uninstall")
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setIcon(QtWidgets.QMessageBox.Icon.Question)
        box.setWindowTitle(tr("Uninstall DeepDream"))
        box.setText(tr("Uninstall DeepDream with its environment, networks, and presets of your own?"))
        box.setInformativeText(
            tr("Dreams in your images stay. The folder {folder} is deleted.", folder=runtime.data_folder()))
        box.addButton(QtWidgets.QMessageBox.StandardButton.Cancel)
        agreed = box.addButton(tr("Uninstall"), QtWidgets.QMessageBox.ButtonRole.DestructiveRole)
        assert agreed is not None
        agreed.setObjectName("deepdream_uninstall_agreed")
        agreed.clicked.connect(self._uninstall)
        box.open()

    @guarded
    def _uninstall(self, _checked: bool = False) -> None:
        self._session.close()
        self._upkeep.uninstall()

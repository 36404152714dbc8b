"""The menu beside the history's buttons: copy settings, export, forget, clear, and what the file takes along."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ..border import guarded
from ..language import tr
from ..qt import Qt, QtWidgets
from ..widgets.menus import entry

if TYPE_CHECKING:
    from .history_box import HistoryBox


class HistoryMenu(QtWidgets.QToolButton):
    """Acts on the dream that is chosen in the ``box``."""

    def __init__(self, box: HistoryBox) -> None:
        super().__init__()
        self._box = box
        self.setObjectName("deepdream_history_menu")
        self.setAccessibleName(tr("History menu"))
        self.setText("⋯")
        self.setAutoRaise(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setPopupMode(QtWidgets.QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QtWidgets.QMenu(self)
        entry(menu, tr("Copy Settings as Text"), self._copy, "history_copy")
        entry(menu, tr("Export as PNG…"), self._export, "history_export")
        entry(menu, tr("Forget"), self._forget, "history_forget")
        menu.addSeparator()
        entry(menu, tr("Clear History"), self._clear, "history_clear")
        self._off = entry(menu, tr("Don't Save in This File"), self._switch, "history_off")
        self._off.setCheckable(True)
        menu.aboutToShow.connect(self._show)
        self.setMenu(menu)

    @guarded
    def _show(self) -> None:
        self._off.setChecked(not self._box.history.saves())
        self._off.setEnabled(self._box.history.document is not None)

    @guarded
    def _copy(self, _checked: bool = False) -> None:
        clipboard = QtWidgets.QApplication.clipboard()
        assert clipboard is not None
        clipboard.setText(self._box.settings_text())

    @guarded
    def _export(self, _checked: bool = False) -> None:
        entry = self._box.chosen
        name = f"{tr(entry.outcome.name)}.png" if entry else ""
        path, _kind = QtWidgets.QFileDialog.getSaveFileName(self, tr("Export Dream"), name, "PNG (*.png)")
        if path:
            self._box.export(Path(path) if path.lower().endswith(".png") else Path(f"{path}.png"))

    @guarded
    def _forget(self, _checked: bool = False) -> None:
        if self._box.chosen:
            self._box.history.remove(self._box.chosen)

    @guarded
    def _clear(self, _checked: bool = False) -> None:
        self._box.history.clear()

    @guarded
    def _switch(self, checked: bool = False) -> None:
        self._box.history.save_in_document(not checked)

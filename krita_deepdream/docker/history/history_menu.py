"""The menu beside the history's buttons: copy settings, export, forget, clear, and what the file takes along."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ...border import guarded
from ...choices.store import preset_text
from ...core import atomic, errors
from ...dreaming import again
from ...dreaming.history import History
from ...jobs.history_entry import HistoryEntry
from ...language import tr
from ...qt import Qt, QtWidgets, Signal
from ...widgets.menus import entry


class HistoryMenu(QtWidgets.QToolButton):
    """Acts on the past dream that ``chosen`` gives, and on the whole ``history``; ``said`` carries what it did.

    ``refresh_all``: a guarded slot for every dream layer that is out of date.
    """

    said = Signal(str)

    def __init__(
        self, history: History, chosen: Callable[[], HistoryEntry | None], refresh_all: Callable[..., None]
    ) -> None:
        super().__init__()
        self._history, self._chosen = history, chosen
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
        entry(menu, tr("Refresh All"), refresh_all, "history_refresh_all")
        entry(menu, tr("Clear History"), self._clear, "history_clear")
        self._off = entry(menu, tr("Don't Save in This File"), self._switch, "history_off")
        self._off.setCheckable(True)
        menu.aboutToShow.connect(self._show)
        self.setMenu(menu)

    @guarded
    def _show(self) -> None:
        self._off.setChecked(not self._history.saves())
        self._off.setEnabled(self._history.document is not None)

    @guarded
    def _copy(self, _checked: bool = False) -> None:
        clipboard = QtWidgets.QApplication.clipboard()
        assert clipboard is not None
        name, settings = again.settings_of(self._chosen())
        clipboard.setText(preset_text(name, "", settings))

    @guarded
    def _export(self, _checked: bool = False) -> None:
        dream = self._chosen()
        name = f"{tr(dream.outcome.name)}.png" if dream else ""
        path, _filter = QtWidgets.QFileDialog.getSaveFileName(self, tr("Export Dream"), name, "PNG (*.png)")
        if path:
            file = Path(path) if path.lower().endswith(".png") else Path(f"{path}.png")
            export(dream, file)
            self.said.emit(tr("Exported as {file}.", file=file))

    @guarded
    def _forget(self, _checked: bool = False) -> None:
        dream = self._chosen()
        if dream:
            self._history.remove(dream)
            self.said.emit(tr("“{name}” was removed from the history. Its layer stays.", name=tr(dream.outcome.name)))

    @guarded
    def _clear(self, _checked: bool = False) -> None:
        self._history.clear()
        self.said.emit(tr("History cleared. The layers stay."))

    @guarded
    def _switch(self, checked: bool = False) -> None:
        self._history.save_in_document(not checked)


def export(dream: HistoryEntry | None, path: Path) -> None:
    """Write a past dream into a PNG file, as deep as it is. Raises ``DreamError`` where there is none or no room."""
    if dream is None or not dream.packed:
        raise errors.DreamError("history.unpacked")
    try:
        atomic.write(path, dream.packed)
    except OSError as error:
        raise errors.DreamError("picture.write", path=path, reason=error.strerror or error) from error

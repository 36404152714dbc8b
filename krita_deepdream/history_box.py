"""*History*: the session's dreams as thumbnails; place one again, take its settings, export or forget it."""

from __future__ import annotations

from typing import Any

from .border import guarded
from .choice import Choice
from .core import errors
from .history import Dreamt, History
from .images import to_image
from .language import tr
from .qt import Qt, QtCore, QtGui, QtWidgets
from .session import Session

THUMBNAIL = QtCore.QSize(64, 64)
ROWS = 2


class HistoryBox(QtWidgets.QWidget):
    """Hidden while nothing was dreamed; watches ``history``."""

    def __init__(self, session: Session, choice: Choice) -> None:
        super().__init__()
        self._session = session
        self._choice = choice
        self._history: History = session.results.history
        self._list = QtWidgets.QListWidget()
        self._list.setObjectName("deepdream_history")
        self._list.setAccessibleName(tr("History"))
        self._list.setViewMode(QtWidgets.QListView.ViewMode.IconMode)
        self._list.setMovement(QtWidgets.QListView.Movement.Static)
        self._list.setResizeMode(QtWidgets.QListView.ResizeMode.Adjust)
        self._list.setIconSize(THUMBNAIL)
        self._list.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._list.setFixedHeight(ROWS * (THUMBNAIL.height() + 2 * self.fontMetrics().height()))
        self._list.currentRowChanged.connect(self._show_buttons)
        column = QtWidgets.QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(QtWidgets.QLabel(tr("History")))
        column.addWidget(self._list)
        row = QtWidgets.QHBoxLayout()
        self._buttons = [
            self._button("apply", tr("Place"), tr("Add this dream once more, where it was"), self._apply),
            self._button("settings", tr("Settings"), tr("Take the settings of this dream"), self._take_settings),
            self._button("export", tr("Export…"), tr("Save this dream as a PNG file"), self._export),
            self._button("forget", tr("Forget"), tr("Remove this dream from the history"), self._forget),
        ]
        for button in self._buttons:
            row.addWidget(button)
        row.addStretch(1)
        column.addLayout(row)
        self._history.changed.connect(self._show)
        self._show()

    def _button(self, name: str, text: str, tip: str, pressed: Any) -> QtWidgets.QToolButton:
        button = QtWidgets.QToolButton()
        button.setObjectName(f"deepdream_history_{name}")
        button.setAccessibleName(tip)
        button.setToolTip(tip)
        button.setText(text)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(pressed)
        return button

    def _chosen(self) -> Dreamt:
        return self._history.entries[self._list.currentRow()]

    @guarded
    def _apply(self, _checked: bool = False) -> None:
        self._session.results.place_again(self._chosen().outcome)

    @guarded
    def _take_settings(self, _checked: bool = False) -> None:
        self._choice.take(self._chosen().outcome.name, self._chosen().settings)

    @guarded
    def _export(self, _checked: bool = False) -> None:
        outcome = self._chosen().outcome
        if outcome.picture.depth != "U8":
            raise errors.DreamError("history.depth", depth=outcome.picture.depth)
        path, _kind = QtWidgets.QFileDialog.getSaveFileName(
            self, tr("Export Dream"), f"{outcome.name}.png", "PNG (*.png)")
        if path and not to_image(outcome.picture).save(path, "PNG"):
            raise errors.DreamError("picture.write", path=path, reason=tr("Qt can't write it"))

    @guarded
    def _forget(self, _checked: bool = False) -> None:
        self._history.remove(self._list.currentRow())

    @guarded
    def _show(self) -> None:
        self._list.clear()
        for entry in self._history.entries:
            item = QtWidgets.QListWidgetItem(thumbnail(entry), tr(entry.outcome.name))
            place = entry.outcome.place
            item.setToolTip(tr(
                "“{name}” on “{layer}” in {document}", name=tr(entry.outcome.name), layer=place.layer_name,
                document=place.document_name))
            self._list.addItem(item)
        self._list.setCurrentRow(0 if self._history.entries else -1)
        self.setVisible(bool(self._history.entries))
        self._show_buttons()

    @guarded
    def _show_buttons(self, _row: int = 0) -> None:
        for button in self._buttons:
            button.setEnabled(self._list.currentRow() >= 0)


def thumbnail(entry: Dreamt) -> QtGui.QIcon:
    """The dream in little; deeper pictures than 8 bits show the last preview they had, or nothing."""
    picture = entry.outcome.picture if entry.outcome.picture.depth == "U8" else entry.outcome.preview
    if picture is None:
        return QtGui.QIcon()
    small = to_image(picture).scaled(
        THUMBNAIL, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
    )
    return QtGui.QIcon(QtGui.QPixmap.fromImage(small))

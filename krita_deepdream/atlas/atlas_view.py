"""Pictures of what channels look for, to look through and to pick: a click picks, another one lets go."""

from __future__ import annotations

from collections.abc import Container, Iterable

from ..border import guarded
from ..choices.atlas_picks import Channel
from ..language import tr
from ..qt import Qt, QtCore, QtGui, QtWidgets
from ..widgets.tips import plain
from .atlas_pictures import PICTURE, AtlasPictures

GAP_PX = 12


class AtlasView(QtWidgets.QListWidget):
    """Shows channels as pictures; each item's data is its ``Channel``, its tip says what the network reads in it."""

    def __init__(self, pictures: AtlasPictures) -> None:
        super().__init__()
        self._pictures = pictures
        self.setObjectName("deepdream_atlas_view")
        self.setAccessibleName(tr("Channels"))
        self.setViewMode(QtWidgets.QListView.ViewMode.IconMode)
        self.setMovement(QtWidgets.QListView.Movement.Static)
        self.setResizeMode(QtWidgets.QListView.ResizeMode.Adjust)
        self.setSelectionMode(QtWidgets.QAbstractItemView.SelectionMode.MultiSelection)
        self.setUniformItemSizes(True)
        self.setIconSize(PICTURE)
        # One long name may not make every picture as wide.
        self.setGridSize(PICTURE + QtCore.QSize(GAP_PX, GAP_PX + self.fontMetrics().height()))
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setItemDelegate(_Marked(self))

    def show_channels(self, channels: Iterable[Channel], picked: Container[Channel]) -> None:
        """Show exactly these, the ``picked`` ones marked and the first of them in sight."""
        self.clear()
        for channel in channels:
            item = QtWidgets.QListWidgetItem(self._pictures.icon(channel), self._pictures.name(channel))
            item.setData(Qt.ItemDataRole.UserRole, channel)
            item.setToolTip(plain(self._pictures.words(channel)))
            self.addItem(item)
        self.mark(picked)
        marked = self.selectedItems()
        if marked:
            self.scrollToItem(min(marked, key=self.row))

    def mark(self, picked: Container[Channel]) -> None:
        """Mark these and no others."""
        for row in range(self.count()):
            item = self.item(row)
            assert item is not None
            item.setSelected(Channel(*item.data(Qt.ItemDataRole.UserRole)) in picked)


class _Marked(QtWidgets.QStyledItemDelegate):
    """Marks what is picked as the presets are marked, instead of tinting its picture."""

    @guarded
    def paint(
        self, painter: QtGui.QPainter | None, option: QtWidgets.QStyleOptionViewItem, index: QtCore.QModelIndex
    ) -> None:
        selected = QtWidgets.QStyle.StateFlag.State_Selected
        option = QtWidgets.QStyleOptionViewItem(option)
        if painter is not None and option.state & selected:
            painter.fillRect(option.rect, option.palette.highlight())
            option.palette.setBrush(QtGui.QPalette.ColorRole.Text, option.palette.highlightedText())
            option.state &= ~selected
        super().paint(painter, option, index)

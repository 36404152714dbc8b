"""Nine pictures in a grid, filled one by one; the mouse, the pen or the arrow keys choose one."""

from __future__ import annotations

from collections.abc import Sequence

from ..border import guarded
from ..language import tr
from ..qt import Qt, QtCore, QtGui, QtWidgets, Signal
from ..widgets.marked_button import MarkedButton
from ..widgets.tips import plain

COLUMNS = 3
PICTURE = QtCore.QSize(144, 112)
GAP_PX, MARGIN_PX = 4, 12
NOTHING_YET = 128


class Tiles(QtWidgets.QWidget):
    """``chosen`` carries the number of the picture that was pressed."""

    chosen = Signal(int)

    def __init__(self, count: int) -> None:
        super().__init__()
        self.setObjectName("deepdream_variations")
        self.setAccessibleName(tr("Variations"))
        # Arrow keys walk through a group.
        self._group = QtWidgets.QButtonGroup(self)
        grid = QtWidgets.QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(GAP_PX)
        self._tiles = [self._tile(index) for index in range(count)]
        for index, tile in enumerate(self._tiles):
            grid.addWidget(tile, *divmod(index, COLUMNS))

    def show_names(self, names: Sequence[str]) -> None:
        """Start over with empty pictures of these names, at most one per tile."""
        self._group.setExclusive(False)
        for index, tile in enumerate(self._tiles):
            name = names[index] if index < len(names) else ""
            tile.setChecked(False)
            tile.setEnabled(bool(name))
            width = PICTURE.width()
            tile.setText(tile.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, width).replace("&", "&&"))
            tile.setAccessibleName(name)
            tile.setToolTip(plain(name))
            tile.setIcon(self._icon(QtGui.QImage()) if name else QtGui.QIcon())
        self._group.setExclusive(True)

    def show_picture(self, index: int, image: QtGui.QImage) -> None:
        """Show the picture of one tile."""
        self._tiles[index].setIcon(self._icon(image))

    def _tile(self, index: int) -> MarkedButton:
        tile = MarkedButton(self)
        tile.setObjectName(f"deepdream_variation_{index}")
        tile.setIconSize(PICTURE)
        tile.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        tile.setFixedSize(PICTURE.width() + MARGIN_PX, PICTURE.height() + tile.fontMetrics().height() + MARGIN_PX)
        tile.setCheckable(True)
        tile.setAutoRaise(True)
        tile.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._group.addButton(tile, index)
        tile.clicked.connect(self._pressed)
        return tile

    @guarded
    def _pressed(self, _checked: bool = False) -> None:
        self.chosen.emit(self._group.checkedId())

    def _icon(self, image: QtGui.QImage) -> QtGui.QIcon:
        """The image on a grey background, scaled to fit: all tiles are the same size, as sharp as the screen is."""
        ratio = self.devicePixelRatioF()
        pixmap = QtGui.QPixmap(PICTURE * ratio)
        pixmap.fill(QtGui.QColor(*[NOTHING_YET] * 3))
        if not image.isNull():
            aspect, smooth = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
            scaled = image.scaled(pixmap.size(), aspect, smooth)
            rect = QtWidgets.QStyle.alignedRect(
                Qt.LayoutDirection.LeftToRight, Qt.AlignmentFlag.AlignCenter, scaled.size(), pixmap.rect()
            )
            painter = QtGui.QPainter(pixmap)
            painter.drawImage(rect.topLeft(), scaled)
            painter.end()
        pixmap.setDevicePixelRatio(ratio)
        return QtGui.QIcon(pixmap)

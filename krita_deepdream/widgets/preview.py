"""A picture that grows while it is dreamed, at most as tall as it is wide."""

from __future__ import annotations

from ..border import guarded
from ..core import wire
from ..language import tr
from ..orders.images import to_image
from ..qt import Qt, QtCore, QtGui, QtWidgets

LEAST_PX = 36
# More than any docker shows of it.
LONGEST_PX = 1024


class Preview(QtWidgets.QWidget):
    """Hidden while there is nothing to show; gives way to the rest of the docker when there is little room."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("deepdream_preview")
        self.setAccessibleName(tr("Preview"))
        self.setMinimumHeight(LEAST_PX)
        self._image = QtGui.QImage()
        self.hide()

    def show_picture(self, picture: wire.Picture | None) -> None:
        """Show a ``U8`` picture, or hide with ``None``."""
        self._image = to_image(picture, LONGEST_PX) if picture else QtGui.QImage()
        self._limit_height()
        self.setVisible(picture is not None)
        self.update()

    @property
    def image(self) -> QtGui.QImage:
        """What is shown, null for nothing."""
        return self._image

    def _limit_height(self) -> None:
        if not self._image.isNull():
            fitting = self.width() * self._image.height() // self._image.width()
            self.setMaximumHeight(max(LEAST_PX, min(self.width(), fitting)))

    @guarded
    def sizeHint(self) -> QtCore.QSize:
        return QtCore.QSize(self.width(), self.maximumHeight() if not self._image.isNull() else LEAST_PX)

    @guarded
    def resizeEvent(self, event: QtGui.QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self._limit_height()

    @guarded
    def paintEvent(self, _event: QtGui.QPaintEvent) -> None:
        if self._image.isNull():
            return
        size = self._image.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        target = QtCore.QRect(QtCore.QPoint(0, 0), size)
        target.moveCenter(self.rect().center())
        painter = QtGui.QPainter(self)
        painter.setRenderHint(QtGui.QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(target, self._image)
        painter.end()

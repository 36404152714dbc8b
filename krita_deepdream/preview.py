"""A picture that grows while it is dreamed, as wide as the docker allows and never taller than that."""

from __future__ import annotations

from .border import guarded
from .core import wire
from .qt import Qt, QtCore, QtGui, QtWidgets


class Preview(QtWidgets.QWidget):
    """Hidden while there is nothing to show."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("deepdream_preview")
        self.setAccessibleName("Preview")
        self._image = QtGui.QImage()
        self.hide()

    def show_picture(self, picture: wire.Picture | None) -> None:
        """Show a ``U8`` picture, or hide with ``None``."""
        if picture is None:
            self._image = QtGui.QImage()
        else:
            self._image = to_image(picture)
        self.setVisible(picture is not None)
        self.setFixedHeight(self._height())
        self.update()

    @property
    def image(self) -> QtGui.QImage:
        """What is shown, null for nothing."""
        return self._image

    def _height(self) -> int:
        if self._image.isNull():
            return 0
        return min(self.width(), max(1, self.width() * self._image.height() // self._image.width()))

    @guarded
    def resizeEvent(self, event: QtGui.QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self.setFixedHeight(self._height())

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


def to_image(picture: wire.Picture) -> QtGui.QImage:
    """A ``U8`` picture of the wire as an image of its own (BGRA in memory is Qt's ARGB32)."""
    shape = (picture.width, picture.height, 4 * picture.width)
    return QtGui.QImage(bytes(picture.data), *shape, QtGui.QImage.Format.Format_ARGB32).copy()

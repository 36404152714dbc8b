"""A picture that grows while it is dreamed; a click asks for it in large."""

from __future__ import annotations

from ..border import guarded, guarded_or
from ..core import wire
from ..jobs.images import to_image
from ..language import tr
from ..qt import Qt, QtCore, QtGui, QtWidgets, Signal
from .deaf import Deaf

LEAST_PX = 36
# More than any docker shows of it.
LONGEST_PX = 1024


class Preview(QtWidgets.QAbstractButton):
    """Hidden while there is nothing to show. ``pictured`` when it shows another image or none."""

    pictured = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("deepdream_preview")
        self.setAccessibleName(tr("Preview"))
        self.setToolTip(tr("Click to open it in its own window"))
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        # It takes what is left to it, in the docker as in a window of its own.
        self.setSizePolicy(QtWidgets.QSizePolicy.Policy.Ignored, QtWidgets.QSizePolicy.Policy.Ignored)
        self._image = QtGui.QImage()
        self._deaf = Deaf(self)
        self.hide()

    def show_picture(self, picture: wire.Picture | None) -> None:
        """Show a ``U8`` picture, or hide with ``None``."""
        self.show_image(to_image(picture, LONGEST_PX) if picture else QtGui.QImage())

    def show_image(self, image: QtGui.QImage) -> None:
        """Show an image, or hide with a null one."""
        self._image = image
        self.setVisible(not image.isNull())
        self.update()
        self.pictured.emit()

    @property
    def image(self) -> QtGui.QImage:
        """What is shown, null for nothing."""
        return self._image

    def height_at(self, width: int) -> int:
        """How tall it is at most at a width: no taller than wide; 0 with nothing to show."""
        if self._image.isNull():
            return 0
        return max(LEAST_PX, min(width, width * self._image.height() // self._image.width()))

    @guarded_or(QtCore.QSize)
    def sizeHint(self) -> QtCore.QSize:
        return QtCore.QSize(self.width(), self.height_at(self.width()))

    @guarded
    def paintEvent(self, _event: QtGui.QPaintEvent | None) -> None:
        if self._image.isNull():
            return
        size = self._image.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        target = QtCore.QRect(QtCore.QPoint(0, 0), size)
        target.moveCenter(self.rect().center())
        painter = QtGui.QPainter(self)
        painter.setRenderHint(QtGui.QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(target, self._image)
        painter.end()

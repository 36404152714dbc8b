"""What lies over the picture in the filter's dialog: the divider between source and dream, and marks at places."""

from __future__ import annotations

from ..qt import Qt, QtCore, QtGui, QtWidgets

# Of a handle, in pixels of the screen: as large as a finger or pen needs it.
REACH_PX = 14
RING_PX = 9


class Divider(QtWidgets.QGraphicsLineItem):
    """A line from top to bottom of ``area`` with a handle; the dream's part lies to its right."""

    def __init__(self, area: QtCore.QRectF) -> None:
        super().__init__()
        self._area = area
        self.share = 0.5
        self.setPen(_pen("white", 3))
        line = QtWidgets.QGraphicsLineItem(self)
        line.setPen(_pen("black", 1))
        self._line = line
        self._handle = _ring(self, REACH_PX)
        self.setZValue(1)
        self.move_to(self.share)

    def move_to(self, share: float) -> QtCore.QRectF:
        """Stand at ``share`` of the width, 0 at the left; what lies to the right of it."""
        self.share = min(max(share, 0.0), 1.0)
        across = self._area.left() + self.share * self._area.width()
        for each in (self, self._line):
            each.setLine(across, self._area.top(), across, self._area.bottom())
        self._handle.setPos(across, self._area.center().y())
        return QtCore.QRectF(QtCore.QPointF(across, self._area.top()), self._area.bottomRight())


class Mark(QtWidgets.QGraphicsEllipseItem):
    """A ring of the same size at any scale; with a ``cross`` it is where somebody points by keys."""

    def __init__(self, point: QtCore.QPointF, cross: bool = False) -> None:
        reach = REACH_PX if cross else RING_PX
        super().__init__(-reach, -reach, 2 * reach, 2 * reach)
        self.setFlag(QtWidgets.QGraphicsItem.GraphicsItemFlag.ItemIgnoresTransformations)
        self.setPen(_pen("white", 3))
        inner = QtWidgets.QGraphicsEllipseItem(self.rect(), self)
        inner.setPen(_pen("black", 1))
        if cross:
            for line in ((-reach, 0, reach, 0), (0, -reach, 0, reach)):
                QtWidgets.QGraphicsLineItem(*line, self).setPen(_pen("black", 1))
        self.setZValue(2)
        self.setPos(point)


def _ring(parent: QtWidgets.QGraphicsItem, reach: int) -> QtWidgets.QGraphicsEllipseItem:
    made = QtWidgets.QGraphicsEllipseItem(-reach, -reach, 2 * reach, 2 * reach, parent)
    made.setFlag(QtWidgets.QGraphicsItem.GraphicsItemFlag.ItemIgnoresTransformations)
    made.setPen(_pen("black", 1))
    made.setBrush(QtGui.QBrush(QtGui.QColor(255, 255, 255, 200)))
    return made


def _pen(colour: str, width: int) -> QtGui.QPen:
    pen = QtGui.QPen(QtGui.QColor(colour), width)
    pen.setCosmetic(True)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    return pen

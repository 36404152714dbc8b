"""The picture in the filter's dialog: the original with the sketch of the dream over it; zoom, pan, split, point."""

from __future__ import annotations

from collections.abc import Sequence

from ..border import guarded
from ..core import wire
from ..jobs.document_data import Grabbed
from ..jobs.images import to_image
from ..language import tr
from ..qt import Qt, QtCore, QtGui, QtWidgets, Signal
from .sketch_items import REACH_PX, Divider, Mark

STEP = 1.25
# Screen pixels for one of the picture.
SMALLEST, LARGEST = 1 / 64, 64
# How far an arrow key moves what points, as a share of the region.
KEY_STEP = 0.02
ARROWS = {
    Qt.Key.Key_Left: (-KEY_STEP, 0.0),
    Qt.Key.Key_Right: (KEY_STEP, 0.0),
    Qt.Key.Key_Up: (0.0, -KEY_STEP),
    Qt.Key.Key_Down: (0.0, KEY_STEP),
}
CONFIRMING = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)


class SketchView(QtWidgets.QGraphicsView):
    """Drag to pan; the wheel, the buttons' ``zoom`` and ``fit`` change the scale.

    ``divided`` carries where the divider was dragged to. While it is pointing, ``pointed`` carries a place as shares
    of the region (across, down), and ``mark_pressed`` the number of a mark; arrow keys point too.
    """

    divided = Signal(float)
    pointed = Signal(float, float)
    mark_pressed = Signal(int)

    def __init__(self, grabbed: Grabbed) -> None:
        super().__init__()
        self.setObjectName("deepdream_sketch")
        self.setAccessibleName(tr("Preview of the dream"))
        self.setMinimumSize(320, 240)
        # They would come and go with the scale, and take their room from it.
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setDragMode(QtWidgets.QGraphicsView.DragMode.ScrollHandDrag)
        self.setRenderHint(QtGui.QPainter.RenderHint.SmoothPixmapTransform)
        self.setBackgroundBrush(QtGui.QBrush(QtGui.QColor(128, 128, 128)))
        self._inside = QtCore.QRectF(*grabbed.inside)
        # All that is fitted in: the divider and marks may hang over its edges.
        whole = QtCore.QRectF(0, 0, grabbed.picture.width, grabbed.picture.height)
        scene = QtWidgets.QGraphicsScene(whole, self)
        scene.addPixmap(QtGui.QPixmap.fromImage(to_image(grabbed.picture)))
        self._dream = QtWidgets.QGraphicsPixmapItem()
        self._dream.setTransformationMode(Qt.TransformationMode.SmoothTransformation)
        self._dream.setPos(self._inside.topLeft())
        # What of the dream is seen.
        self._part = QtWidgets.QGraphicsRectItem(self._inside)
        self._part.setFlag(QtWidgets.QGraphicsItem.GraphicsItemFlag.ItemClipsChildrenToShape)
        self._part.setPen(QtGui.QPen(Qt.PenStyle.NoPen))
        self._dream.setParentItem(self._part)
        self._divider = Divider(self._inside)
        self._divider.hide()
        self._cross = Mark(self._inside.center(), cross=True)
        self._cross.hide()
        self.marks: list[Mark] = []
        self._dragging = self._pointing = False
        for item in (self._part, self._divider, self._cross):
            scene.addItem(item)
        self.setScene(scene)
        self._fitted = True

    def show_dream(self, picture: wire.Picture) -> None:
        """Lay a ``U8`` picture of any size over the dreamed part."""
        pixmap = QtGui.QPixmap.fromImage(to_image(picture))
        self._dream.setPixmap(pixmap)
        across, down = self._inside.width() / pixmap.width(), self._inside.height() / pixmap.height()
        self._dream.setTransform(QtGui.QTransform.fromScale(across, down))

    def show_strength(self, percent: float) -> None:
        "Opacity of the dream over the original."
        self._dream.setOpacity(percent / 100)

    def compare(self, original: bool) -> None:
        """Show the original alone, or the dream over it again."""
        self._dream.setVisible(not original)

    def split(self, wanted: bool) -> None:
        """Show the source to the left of a divider, and the dream to the right."""
        self._divider.setVisible(wanted)
        self.divide(self._divider.share)

    def divide(self, share: float) -> None:
        """Move the divider to ``share`` of the region's width."""
        right = self._divider.move_to(share)
        self._part.setRect(right if self._divider.isVisible() else self._inside)

    def point(self, wanted: bool) -> None:
        """Let clicks and keys say where, instead of panning."""
        modes = QtWidgets.QGraphicsView.DragMode
        self.setDragMode(modes.NoDrag if wanted else modes.ScrollHandDrag)
        viewport = self.viewport()
        if viewport is not None:
            viewport.setCursor(Qt.CursorShape.CrossCursor if wanted else Qt.CursorShape.OpenHandCursor)
        self._pointing = wanted
        self._cross.hide()
        if wanted:
            self.setFocus()

    def show_marks(self, positions: Sequence[tuple[float, float]]) -> None:
        """Mark these places, given as shares of the region, and no others."""
        scene = self.scene()
        assert scene is not None
        for mark in self.marks:
            scene.removeItem(mark)
        self.marks = [Mark(self._at(*position)) for position in positions]
        for mark in self.marks:
            scene.addItem(mark)

    @property
    def has_dream(self) -> bool:
        """Whether there is something of a dream to see."""
        return not self._dream.pixmap().isNull()

    def zoom(self, factor: float) -> None:
        """Enlarge by ``factor``, as far as there is anything to see."""
        if SMALLEST <= self.transform().m11() * factor <= LARGEST:
            self._fitted = False
            self.scale(factor, factor)

    def fit(self) -> None:
        """Show all of it."""
        self._fitted = True
        self.fitInView(self.sceneRect(), Qt.AspectRatioMode.KeepAspectRatio)

    @guarded
    def mousePressEvent(self, event: QtGui.QMouseEvent | None) -> None:
        assert event is not None
        near = abs(event.pos().x() - self.mapFromScene(self._divider.line().p1()).x()) <= REACH_PX
        self._dragging = self._divider.isVisible() and near and not self._pointing
        if self._pointing:
            self._cross.hide()
            self._point_at(event.pos())
        elif not self._dragging:
            super().mousePressEvent(event)

    @guarded
    def mouseMoveEvent(self, event: QtGui.QMouseEvent | None) -> None:
        assert event is not None
        if self._dragging:
            self.divide((self.mapToScene(event.pos()).x() - self._inside.left()) / self._inside.width())
            self.divided.emit(self._divider.share)
        else:
            super().mouseMoveEvent(event)

    @guarded
    def mouseReleaseEvent(self, event: QtGui.QMouseEvent | None) -> None:
        self._dragging = False
        super().mouseReleaseEvent(event)

    @guarded
    def keyPressEvent(self, event: QtGui.QKeyEvent | None) -> None:
        assert event is not None
        steps = [step for key, step in ARROWS.items() if key == event.key()]
        if self._pointing and event.key() in CONFIRMING:
            self._point_at(self.mapFromScene(self._cross.pos()))
        elif not self._pointing or not steps:
            super().keyPressEvent(event)
        else:
            self._cross.show()
            across, down = (share + step for share, step in zip(self._shares(self._cross.pos()), steps[0], strict=True))
            self._cross.setPos(self._at(min(max(across, 0.0), 1.0), min(max(down, 0.0), 1.0)))

    def _point_at(self, point: QtCore.QPoint) -> None:
        for index, mark in enumerate(self.marks):
            if (self.mapFromScene(mark.pos()) - point).manhattanLength() <= REACH_PX:
                self.mark_pressed.emit(index)
                return
        here = self.mapToScene(point)
        if self._inside.contains(here):
            self._cross.setPos(here)
            self.pointed.emit(*self._shares(here))

    def _at(self, across: float, down: float) -> QtCore.QPointF:
        inside = self._inside
        return QtCore.QPointF(inside.left() + across * inside.width(), inside.top() + down * inside.height())

    def _shares(self, point: QtCore.QPointF) -> tuple[float, float]:
        inside = self._inside
        return (point.x() - inside.left()) / inside.width(), (point.y() - inside.top()) / inside.height()

    @guarded
    def resizeEvent(self, event: QtGui.QResizeEvent | None) -> None:
        super().resizeEvent(event)
        if self._fitted:
            self.fit()

    @guarded
    def wheelEvent(self, event: QtGui.QWheelEvent | None) -> None:
        assert event is not None
        turned = event.angleDelta().y()
        self.setTransformationAnchor(QtWidgets.QGraphicsView.ViewportAnchor.AnchorUnderMouse)
        if turned:
            self.zoom(STEP if turned > 0 else 1 / STEP)
        self.setTransformationAnchor(QtWidgets.QGraphicsView.ViewportAnchor.AnchorViewCenter)
        event.accept()

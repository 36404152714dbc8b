"""The picture in the filter's dialog: the original with the sketch of the dream over it; zoom and pan."""

from __future__ import annotations

from ..border import guarded
from ..core import wire
from ..jobs.document_data import Grabbed
from ..jobs.images import to_image
from ..language import tr
from ..qt import Qt, QtCore, QtGui, QtWidgets

STEP = 1.25
# Screen pixels for one of the picture.
SMALLEST, LARGEST = 1 / 64, 64


class SketchView(QtWidgets.QGraphicsView):
    """Drag to pan; the wheel, the buttons' ``zoom`` and ``fit`` change the scale."""

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
        scene = QtWidgets.QGraphicsScene(self)
        scene.addPixmap(QtGui.QPixmap.fromImage(to_image(grabbed.picture)))
        self._dream = QtWidgets.QGraphicsPixmapItem()
        self._dream.setTransformationMode(Qt.TransformationMode.SmoothTransformation)
        self._dream.setPos(self._inside.topLeft())
        scene.addItem(self._dream)
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
    def resizeEvent(self, event: QtGui.QResizeEvent | None) -> None:
        super().resizeEvent(event)
        if self._fitted:
            self.fit()

    @guarded
    def wheelEvent(self, event: QtGui.QWheelEvent) -> None:
        turned = event.angleDelta().y()
        self.setTransformationAnchor(QtWidgets.QGraphicsView.ViewportAnchor.AnchorUnderMouse)
        if turned:
            self.zoom(STEP if turned > 0 else 1 / STEP)
        self.setTransformationAnchor(QtWidgets.QGraphicsView.ViewportAnchor.AnchorViewCenter)
        event.accept()

"""What is dreamed (in Krita's own words for it) and where the result goes, as drop-down lists."""

from __future__ import annotations

from ...border import guarded
from ...choices.choice import Choice
from ...jobs.document_data import LABELS, Destination, Source
from ...language import mark, tr
from ...qt import Qt, QtCore, QtGui, QtWidgets, Signal
from ...widgets.buttons import flat_button
from ...widgets.calm_widgets import CalmChoice

DESTINATIONS = {
    Destination.ABOVE: (mark("New layer above"), mark("A paint layer directly above the source layer. One undo step.")),
    Destination.GROUP: (
        mark("Dreams group"),
        mark("A group called “Dreams” above the layer, created with the first dream."),
    ),
    Destination.PAINT_IN: (
        mark("Paint it in"),
        mark(
            "A new layer under a black mask that is active at once: brush with white where you want to see the dream, "
            "with black where you don't."
        ),
    ),
    Destination.DETAIL: (
        mark("Detail layer"),
        mark(
            "Only what the dream adds, as a grey layer in Grain Merge: you can keep painting beneath it. Changes of "
            "more than half the range are cut off."
        ),
    ),
    Destination.REPLACE: (
        mark("Replace layer"),
        mark(
            "Paints the dream into the layer at the current strength; areas outside the selection stay unchanged. "
            "One undo restores the picture (Krita lists two steps)."
        ),
    ),
    Destination.NEW_IMAGE: (
        mark("New image"),
        mark("A new image of the same size and colour space, with the dream as a layer."),
    ),
}
SOURCES = {
    Source.CURRENT_LAYER: (mark("Current Layer"), mark("The active layer, with its masks.")),
    Source.CURRENT_GROUP: (
        mark("Current Group"),
        mark("The group containing the active layer, as it looks on its own."),
    ),
    Source.ALL_LAYERS: (mark("All Layers"), mark("Everything visible.")),
    Source.LABELED_LAYERS: (
        mark("Color Labeled Layers"),
        mark(
            "All visible layers and groups with the color labels chosen below. If none is chosen, the active layer's "
            "label is used."
        ),
    ),
}
# As Krita's Layers docker paints its labels.
COLOURS = {
    1: "#5baddc",
    2: "#97ca3f",
    3: "#f7e53d",
    4: "#ffaa3f",
    5: "#b1663f",
    6: "#ee3233",
    7: "#bf6ad1",
    8: "#767772",
}
SWATCH_PX = 16
# A label that isn't chosen is a smaller square: colour alone wouldn't tell.
INSET_PX = 4


class DestinationWidget(CalmChoice):
    """Changes ``choice.destination``; ``prefix`` begins its object name, to tell those of two pages apart."""

    def __init__(self, choice: Choice, prefix: str = "") -> None:
        super().__init__()
        self._choice = choice
        self.setObjectName(f"deepdream_{prefix}result")
        self.setAccessibleName(tr("Where the result goes"))
        for destination, (label, tip) in DESTINATIONS.items():
            self.addItem(tr(label), destination)
            self.setItemData(self.count() - 1, tr(tip), Qt.ItemDataRole.ToolTipRole)
        self.setCurrentIndex(list(DESTINATIONS).index(choice.destination))
        self.activated.connect(self._chosen)
        choice.changed.connect(self._show)
        self._show()

    @guarded
    def _chosen(self, index: int) -> None:
        self._choice.set_destination(list(DESTINATIONS)[index])

    @guarded
    def _show(self) -> None:
        self.setCurrentIndex(list(DESTINATIONS).index(self._choice.destination))
        self.setToolTip(self.itemData(self.currentIndex(), Qt.ItemDataRole.ToolTipRole))


class SourceWidget(QtWidgets.QWidget):
    """Changes ``choice.source`` and its color labels, which show when they count; ``prefix`` as above."""

    def __init__(self, choice: Choice, prefix: str = "") -> None:
        super().__init__()
        self._choice = choice
        self._list = CalmChoice()
        self._list.setObjectName(f"deepdream_{prefix}source")
        self._list.setAccessibleName(tr("Source of the dream"))
        for source, (label, tip) in SOURCES.items():
            self._list.addItem(tr(label), source)
            self._list.setItemData(self._list.count() - 1, tr(tip), Qt.ItemDataRole.ToolTipRole)
        self._list.activated.connect(self._chosen)
        self._labels = LabelRow(prefix)
        self._labels.changed.connect(self._chosen)
        column = QtWidgets.QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._list)
        column.addWidget(self._labels)
        choice.changed.connect(self._show)
        self._show()

    @guarded
    def _chosen(self, _index: int = 0) -> None:
        source = list(SOURCES)[self._list.currentIndex()]
        self._choice.take_source(source, self._labels.chosen)

    @guarded
    def _show(self) -> None:
        self._list.setCurrentIndex(list(SOURCES).index(self._choice.source))
        self._list.setToolTip(tr(SOURCES[self._choice.source][1]))
        self._labels.show_chosen(self._choice.labels)
        self._labels.setVisible(self._choice.source is Source.LABELED_LAYERS)


class LabelRow(QtWidgets.QWidget):
    """A button of each color label's colour; ``changed`` when one is pressed."""

    changed = Signal()

    def __init__(self, prefix: str) -> None:
        super().__init__()
        self._prefix = prefix
        self._buttons = {label: self._button(label) for label in LABELS}
        row = QtWidgets.QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(1)
        for button in self._buttons.values():
            row.addWidget(button)
        row.addStretch(1)

    @property
    def chosen(self) -> frozenset[int]:
        """The labels whose buttons are pressed in."""
        return frozenset(label for label, button in self._buttons.items() if button.isChecked())

    def show_chosen(self, labels: frozenset[int]) -> None:
        """Press in these buttons and no others, without telling anybody."""
        for label, button in self._buttons.items():
            button.setChecked(label in labels)

    def _button(self, label: int) -> QtWidgets.QToolButton:
        name, tip = f"deepdream_{self._prefix}label_{label}", tr(LABELS[label])
        button = flat_button(name, "", self._pressed, tr("Color label {label}", label=tip), tip)
        button.setIcon(_swatch(QtGui.QColor(COLOURS[label])))
        button.setIconSize(QtCore.QSize(SWATCH_PX, SWATCH_PX))
        button.setCheckable(True)
        return button

    @guarded
    def _pressed(self, _checked: bool = False) -> None:
        self.changed.emit()


def _swatch(colour: QtGui.QColor) -> QtGui.QIcon:
    icon = QtGui.QIcon()
    for state, inset in ((QtGui.QIcon.State.Off, INSET_PX), (QtGui.QIcon.State.On, 0)):
        picture = QtGui.QPixmap(SWATCH_PX, SWATCH_PX)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QtGui.QPainter(picture)
        painter.fillRect(picture.rect().adjusted(inset, inset, -inset, -inset), colour)
        if not inset:
            pen = Qt.GlobalColor.black if colour.lightness() > 127 else Qt.GlobalColor.white
            painter.setPen(QtGui.QPen(pen, 2))
            painter.drawPolyline(QtGui.QPolygon([QtCore.QPoint(3, 8), QtCore.QPoint(7, 12), QtCore.QPoint(13, 4)]))
        painter.end()
        icon.addPixmap(picture, QtGui.QIcon.Mode.Normal, state)
    return icon

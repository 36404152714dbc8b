"""What is dreamed (the current layer, or all of them) and where the result goes, as drop-down lists."""

from __future__ import annotations

from .border import guarded
from .choice import Choice
from .grab import Goes, Source
from .qt import Qt
from .setting_widgets import CalmChoice

LABELS = {
    Goes.ABOVE: ("New layer above", "A paint layer directly above the one that was dreamed: one undo step."),
    Goes.GROUP: ("Group of dreams", "The group “Dreams” above the layer; it is made with the first dream."),
    Goes.REPLACE: ("Into the layer", "A new layer, then merged down at the present strength: two undo steps."),
    Goes.NEW_IMAGE: ("New image", "An image of the same size with the dream as a layer."),
}

SOURCES = {Source.CURRENT_LAYER: "Current Layer", Source.ALL_LAYERS: "All Layers"}


class GoesWidget(CalmChoice):
    """Changes ``choice.goes``."""

    def __init__(self, choice: Choice) -> None:
        super().__init__()
        self._choice = choice
        self.setObjectName("deepdream_result")
        self.setAccessibleName("Where the result goes")
        for goes, (label, tip) in LABELS.items():
            self.addItem(label, goes)
            self.setItemData(self.count() - 1, tip, Qt.ItemDataRole.ToolTipRole)
        self.activated.connect(self._chosen)

    @guarded
    def _chosen(self, index: int) -> None:
        self._choice.goes = list(LABELS)[index]


class SourceWidget(CalmChoice):
    """Changes ``choice.source``; in Krita's own words."""

    def __init__(self, choice: Choice) -> None:
        super().__init__()
        self._choice = choice
        self.setObjectName("deepdream_source")
        self.setAccessibleName("What is dreamed")
        for source, label in SOURCES.items():
            self.addItem(label, source)
        self.setToolTip("A group counts as one layer. All Layers: what is visible.")
        self.activated.connect(self._chosen)

    @guarded
    def _chosen(self, index: int) -> None:
        self._choice.source = list(SOURCES)[index]

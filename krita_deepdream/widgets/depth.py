"""*Depth*: a slider that walks the layers of the chosen network, from textures to things."""

from __future__ import annotations

from ..border import guarded
from ..choices.depths import deepest, depths, layer_of
from ..core import catalogue, syntax
from ..jobs.descriptions import term_words
from ..language import tr
from ..qt import Qt, QtWidgets, Signal
from .calm_widgets import CalmSlider
from .tips import tip


class Depth(QtWidgets.QWidget):
    """``changed`` carries the objective of the layer that was chosen."""

    changed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._layers: list[catalogue.LayerInfo] = []
        self._slider = CalmSlider()
        self._slider.setObjectName("deepdream_depth")
        self._slider.setAccessibleName(tr("Depth"))
        self._slider.setPageStep(1)
        self._slider.valueChanged.connect(self._moved)
        self._words = QtWidgets.QLabel()
        self._words.setObjectName("deepdream_depth_words")
        self._words.setTextFormat(Qt.TextFormat.PlainText)
        self._words.setSizePolicy(QtWidgets.QSizePolicy.Policy.Ignored, QtWidgets.QSizePolicy.Policy.Fixed)
        words = tr("The network layer: early layers see textures, late ones see objects.")
        self.setToolTip(tip("depth", words))
        column = QtWidgets.QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._slider)
        column.addWidget(self._words)

    def show_objective(self, network: str, objective: str) -> None:
        """Show where the objective's layer stands; an objective of another kind is told in words."""
        self._layers = depths(network)
        layer = layer_of(objective)
        names = [info.name for info in self._layers]
        stands = layer if layer in names else deepest(objective, names)
        self._slider.blockSignals(True)
        self._slider.setRange(0, len(names) - 1)
        self._slider.setValue(names.index(stands))
        self._slider.blockSignals(False)
        plain = layer in names
        self._words.setText(tr(self._layers[names.index(layer)].looks_like) if plain else in_words(network, objective))

    @guarded
    def _moved(self, index: int) -> None:
        self.changed.emit(self._layers[index].name)


def in_words(network: str, objective: str) -> str:
    """What an objective that is no plain layer is after, in a few words."""
    terms = syntax.parse(objective)
    things = [term for term in terms if term.type == "class"]
    return ", ".join(dict.fromkeys(term_words(term, network, {}) for term in things or terms))

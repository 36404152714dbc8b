"""The slider over the stages of the last dream, in its layer's row; for other layers it is disabled."""

from __future__ import annotations

from ..border import guarded
from ..core import wire
from ..keeping.evolving import Evolving, percent
from ..keeping.watched import Watched
from ..language import tr
from ..qt import QtWidgets
from ..widgets.calm_widgets import CalmSlider
from ..widgets.flow import LEAST_PX
from ..widgets.tips import TipLabel


class EvolveRow(QtWidgets.QWidget):
    """Shows a stage while it is dragged where that is quick, else when it is let go."""

    def __init__(self, evolving: Evolving) -> None:
        super().__init__()
        self._evolving = evolving
        self._slider = slider = CalmSlider()
        slider.setObjectName("deepdream_evolve")
        slider.setAccessibleName(tr("Evolve"))
        slider.setToolTip(tr("Show the last dream as it was at an earlier step, without dreaming again"))
        slider.setRange(1, wire.STAGES)
        slider.setPageStep(1)
        slider.setMinimumHeight(LEAST_PX)
        slider.valueChanged.connect(self._moved)
        slider.sliderReleased.connect(self._released)
        self._words = QtWidgets.QLabel()
        self._words.setMinimumWidth(self._words.fontMetrics().horizontalAdvance(_in_words(wire.STAGES)))
        row = QtWidgets.QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(TipLabel(tr("Evolve"), slider))
        row.addWidget(slider, 1)
        row.addWidget(self._words)

    def show_for(self, layer: Watched) -> None:
        """Only the last dream can be evolved."""
        evolving, slider = self._evolving, self._slider
        self.setEnabled(evolving.can_evolve(layer))
        if not slider.isSliderDown() and not evolving.is_waiting:
            slider.blockSignals(True)
            slider.setRange(1, evolving.stages)
            slider.setValue(evolving.stage)
            slider.blockSignals(False)
        self._words.setText(_in_words(slider.value()))

    @guarded
    def _moved(self, stage: int) -> None:
        self._words.setText(_in_words(stage))
        if not self._slider.isSliderDown() or self._evolving.is_light:
            self._evolving.show(stage)

    @guarded
    def _released(self) -> None:
        if self._slider.value() != self._evolving.stage or self._evolving.is_waiting:
            self._evolving.show(self._slider.value())


def _in_words(stage: int) -> str:
    return tr("{percent} %", percent=percent(stage))

"""The sketch with what works on it: a divider between source and dream, and places where something grows."""

from __future__ import annotations

from ..border import guarded
from ..choices.choice import Choice
from ..choices.positions import positions_in, with_position, without_position
from ..jobs.document_data import Grabbed
from ..language import tr
from ..qt import QtWidgets
from ..widgets.calm_widgets import CalmSlider
from .sketch_view import SketchView

DIVIDER_STEPS = 100


class SketchPane(QtWidgets.QWidget):
    """Follows ``choice`` and changes its objective; ``switches`` belong among the dialog's buttons."""

    def __init__(self, grabbed: Grabbed, choice: Choice) -> None:
        super().__init__()
        self._choice = choice
        self.view = SketchView(grabbed)
        split = switch("split", tr("Split"), tr("The original to the left of a divider, the dream to the right"))
        split.toggled.connect(self._split)
        point = switch(
            "place",
            tr("Place"),
            tr("Click into the picture (or use arrow keys and Enter) where it should grow; click a ring to remove it."),
        )
        point.toggled.connect(self._point)
        self.switches = (split, point)
        self._divider = CalmSlider()
        self._divider.setObjectName("deepdream_divider")
        self._divider.setAccessibleName(tr("Divider"))
        self._divider.setRange(0, DIVIDER_STEPS)
        self._divider.setValue(DIVIDER_STEPS // 2)
        self._divider.setEnabled(False)
        self._divider.valueChanged.connect(self._divider_moved)
        self.view.divided.connect(self._divided)
        self.view.pointed.connect(self._pointed)
        self.view.mark_pressed.connect(self._mark_pressed)
        choice.changed.connect(self._show_marks)
        column = QtWidgets.QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.view, 1)
        column.addWidget(self._divider)
        self._show_marks()

    @guarded
    def _split(self, wanted: bool) -> None:
        self.view.split(wanted)
        self._divider.setEnabled(wanted)

    @guarded
    def _point(self, wanted: bool) -> None:
        self.view.point(wanted)

    @guarded
    def _divider_moved(self, value: int) -> None:
        self.view.divide(value / DIVIDER_STEPS)

    @guarded
    def _divided(self, share: float) -> None:
        self._divider.blockSignals(True)
        self._divider.setValue(round(share * DIVIDER_STEPS))
        self._divider.blockSignals(False)

    @guarded
    def _pointed(self, across: float, down: float) -> None:
        self._choice.settle()
        self._choice.nudge({"objective": with_position(self._choice.settings.objective, across, down)})

    @guarded
    def _mark_pressed(self, index: int) -> None:
        objective = self._choice.settings.objective
        self._choice.nudge({"objective": without_position(objective, positions_in(objective)[index])})

    @guarded
    def _show_marks(self) -> None:
        self.view.show_marks(positions_in(self._choice.settings.objective))


def switch(name: str, text: str, tip: str) -> QtWidgets.QCheckBox:
    """A check box of the dialog."""
    made = QtWidgets.QCheckBox(text)
    made.setObjectName(f"deepdream_{name}")
    made.setAccessibleName(text)
    made.setToolTip(tip)
    return made

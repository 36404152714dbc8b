"""The settings in a painter's words: *Depth*, *Quality*, *Size*, *Steps* and *Keep colours*."""

from __future__ import annotations

from ..border import guarded
from ..choices.choice import Choice
from ..core import dream_settings, quality
from ..dreaming.session import Session
from ..language import tr
from ..qt import QtWidgets
from .depth import Depth
from .quality import QualityWidget
from .setting_widgets import widget_for
from .tips import TipLabel


class SimpleSettings(QtWidgets.QWidget):
    """Always in sight; follows ``choice`` and changes it."""

    def __init__(self, choice: Choice, session: Session) -> None:
        super().__init__()
        self._choice, self._session = choice, session
        self._quality = QualityWidget()
        self._depth = Depth()
        self._depth.changed.connect(self._depth_changed)
        specs = (dream_settings.SPECS[name] for name in ("size", "steps", "keep_colours"))
        self._widgets = [self._quality, *map(widget_for, specs)]
        form = QtWidgets.QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        form.setFieldGrowthPolicy(QtWidgets.QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        form.addRow(TipLabel(tr("Depth"), self._depth), self._depth)
        for widget in self._widgets:
            form.addRow(TipLabel("" if widget.spec.value_type is bool else tr(widget.spec.label), widget), widget)
            widget.changed.connect(self._changed)
        choice.changed.connect(self._show)
        session.changed.connect(self._show_times)
        self._show()

    @guarded
    def _depth_changed(self, objective: str) -> None:
        self._choice.nudge({"objective": objective})

    @guarded
    def _changed(self) -> None:
        if self.sender() is self._quality:
            self._choice.nudge(quality.at(self._choice.settings, self._quality.value()))
            return
        self._choice.nudge({widget.spec.name: widget.value() for widget in self._widgets if widget is self.sender()})

    @guarded
    def _show(self) -> None:
        chosen = self._choice.settings
        self._depth.show_objective(chosen.network, chosen.objective)
        for widget in self._widgets:
            widget.set_value(getattr(chosen, widget.spec.name))
        self._show_times()

    @guarded
    def _show_times(self) -> None:
        self._quality.show_times(self._session.forecast.seconds_by_quality(self._choice.request))

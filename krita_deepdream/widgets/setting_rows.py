"""Rows of a form for a list of settings, which follow the choice and change it."""

from __future__ import annotations

from ..border import guarded
from ..choices.settings_choice import SettingsChoice
from ..core import dream_settings
from ..language import tr
from ..qt import QtCore, QtWidgets
from .setting_widgets import SettingWidget, widget_for
from .tips import TipLabel


def setting_form(parent: QtWidgets.QWidget | None = None) -> QtWidgets.QFormLayout:
    """A form whose fields take the room there is, also in a narrow docker."""
    form = QtWidgets.QFormLayout(parent) if parent else QtWidgets.QFormLayout()
    form.setContentsMargins(0, 0, 0, 0)
    form.setFieldGrowthPolicy(QtWidgets.QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
    form.setRowWrapPolicy(QtWidgets.QFormLayout.RowWrapPolicy.WrapLongRows)
    return form


class SettingRows(QtCore.QObject):
    """``widgets`` by the settings' names; ``prefix`` begins their object names, to tell those of two pages apart."""

    def __init__(
        self, form: QtWidgets.QFormLayout, choice: SettingsChoice, specs: list[dream_settings.Spec], prefix: str = ""
    ) -> None:
        super().__init__(form)
        self._choice = choice
        self.widgets: dict[str, SettingWidget] = {}
        for spec in specs:
            widget = self.widgets[spec.name] = widget_for(spec)
            widget.belong_to(prefix)
            widget.changed.connect(self._changed)
            if spec.value_type is bool:
                form.addRow(widget)
            else:
                form.addRow(TipLabel(tr(spec.label), widget), widget)
        choice.changed.connect(self._show)
        self._show()

    @guarded
    def _changed(self) -> None:
        for name, widget in self.widgets.items():
            if widget is self.sender():
                self._choice.nudge({name: widget.value()})

    @guarded
    def _show(self) -> None:
        for name, widget in self.widgets.items():
            widget.set_value(getattr(self._choice.settings, name))

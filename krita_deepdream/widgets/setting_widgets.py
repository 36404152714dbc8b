"""One widget per setting, built from its ``Spec``: range, unit, label and help are written there alone."""

from __future__ import annotations

from typing import Any

from ..border import guarded
from ..core import dream_settings
from ..language import tr
from ..qt import Qt, QtWidgets, Signal
from .calm_widgets import CalmChoice, CalmLine, CalmNumber, CalmSlider
from .tips import tip

# The most positions a slider has.
WIDE = 200
# What the names of all our widgets begin with.
PREFIX = "deepdream_"


class SettingWidget(QtWidgets.QWidget):
    """The common face: ``value``, ``set_value`` (silent), and ``changed`` when a person moved it."""

    changed = Signal()

    def __init__(self, spec: dream_settings.Spec) -> None:
        super().__init__()
        self.spec = spec
        self.setToolTip(tip(spec.name, tr(spec.help)))
        self._row = QtWidgets.QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)

    def value(self) -> Any:
        """The setting's value, one that ``spec.check`` takes."""
        raise NotImplementedError

    def set_value(self, value: Any) -> None:
        """Show ``value`` without telling anybody."""
        raise NotImplementedError

    def belong_to(self, prefix: str) -> None:
        """Tell its parts apart from those of a setting of another kind that has the same name."""
        for part in self.findChildren(QtWidgets.QWidget):
            if part.objectName().startswith(PREFIX):
                part.setObjectName(PREFIX + prefix + part.objectName()[len(PREFIX) :])

    def add(self, widget: QtWidgets.QWidget) -> None:
        """Put another widget at the end of the row."""
        self._row.addWidget(widget)

    def _named(self, widget: QtWidgets.QWidget) -> None:
        widget.setObjectName(f"deepdream_{self.spec.name}")
        widget.setAccessibleName(tr(self.spec.label))
        widget.setAccessibleDescription(tr(self.spec.help))
        self._row.addWidget(widget, 1)

    @guarded
    def _tell(self, *_: Any) -> None:
        self.changed.emit()


class NumberWidget(SettingWidget):
    """A slider beside a number box; a setting's word ("auto") stands one step below the lowest number.

    The slider of a wide range grows with the cube, so that small numbers, the ones mostly used, have room.
    """

    def __init__(self, spec: dream_settings.Spec, slider: bool = True) -> None:
        super().__init__(spec)
        self._word = spec.words[0] if spec.words else ""
        self._floor = spec.low - spec.step if self._word else spec.low
        self._box = CalmNumber()
        self._box.setDecimals(0 if spec.step >= 1 else 2)
        self._box.setRange(self._floor, spec.high)
        self._box.setSingleStep(spec.step)
        self._box.setSuffix(f" {spec.unit}" if spec.unit else "")
        self._box.setSpecialValueText(tr(self._word))
        self._box.setAccessibleName(tr(spec.label))
        self._box.setObjectName(f"deepdream_{spec.name}_number")
        self._box.valueChanged.connect(self._typed)
        self._slider = self._make_slider() if slider else None
        self._row.addWidget(self._box, 0 if slider else 1)

    def value(self) -> Any:
        number = self._box.value()
        if self._word and number < self.spec.low:
            return self._word
        return self.spec.value_type(number)

    def set_value(self, value: Any) -> None:
        number = self._floor if isinstance(value, str) else value
        self._box.blockSignals(True)
        self._box.setValue(number)
        self._box.blockSignals(False)
        self._follow(number)

    def _make_slider(self) -> CalmSlider:
        slider = CalmSlider()
        steps = round((self.spec.high - self._floor) / self.spec.step)
        self._power = 3 if steps > WIDE else 1
        slider.setRange(0, min(steps, WIDE))
        slider.valueChanged.connect(self._slid)
        self._named(slider)
        return slider

    def _follow(self, number: float) -> None:
        if self._slider:
            share = (number - self._floor) / (self.spec.high - self._floor)
            self._slider.blockSignals(True)
            self._slider.setValue(round(self._slider.maximum() * share ** (1 / self._power)))
            self._slider.blockSignals(False)

    @guarded
    def _slid(self, position: int) -> None:
        share = (position / self._slider.maximum()) ** self._power if self._slider else 0
        steps = round(share * (self.spec.high - self._floor) / self.spec.step)
        self._box.blockSignals(True)
        self._box.setValue(self._floor + steps * self.spec.step)
        self._box.blockSignals(False)
        self.changed.emit()

    @guarded
    def _typed(self, number: float) -> None:
        self._follow(number)
        self.changed.emit()


class SwitchWidget(SettingWidget):
    """A check box that carries the setting's label itself."""

    def __init__(self, spec: dream_settings.Spec) -> None:
        super().__init__(spec)
        self._box = QtWidgets.QCheckBox(tr(spec.label))
        self._box.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._box.toggled.connect(self._tell)
        self._named(self._box)

    def value(self) -> Any:
        return self._box.isChecked()

    def set_value(self, value: Any) -> None:
        self._box.blockSignals(True)
        self._box.setChecked(value)
        self._box.blockSignals(False)


class ChoiceWidget(SettingWidget):
    """A drop-down list of the setting's choices; with a range too, numbers may be typed into it."""

    def __init__(self, spec: dream_settings.Spec) -> None:
        super().__init__(spec)
        self._box = CalmChoice()
        self._words = {tr(word): word for word in spec.words}
        self._box.addItems(list(spec.choices or self._words))
        self._box.setEditable(not spec.choices)
        self._box.activated.connect(self._tell)
        line = self._box.lineEdit()
        if line:
            line.editingFinished.connect(self._tell)
        self._named(self._box)

    def value(self) -> Any:
        text = self._box.currentText().removesuffix(f" {self.spec.unit}").strip()
        return self.spec.parse(self._words.get(text, text))

    def set_value(self, value: Any) -> None:
        self._box.blockSignals(True)
        text = tr(value) if isinstance(value, str) else f"{value:g} {self.spec.unit}".strip()
        # -1 for what was typed: else the entry that was chosen before can't be chosen.
        self._box.setCurrentIndex(self._box.findText(text))
        self._box.setCurrentText(text)
        self._box.blockSignals(False)


class TextWidget(SettingWidget):
    """A line of text."""

    def __init__(self, spec: dream_settings.Spec) -> None:
        super().__init__(spec)
        self._line = CalmLine()
        self._line.editingFinished.connect(self._tell)
        self._named(self._line)

    def value(self) -> Any:
        return self._line.text().strip()

    def set_value(self, value: Any) -> None:
        self._line.setText(value)


def widget_for(spec: dream_settings.Spec) -> SettingWidget:
    """The widget that suits a setting; sliders for those that are always in sight."""
    if spec.value_type is bool:
        return SwitchWidget(spec)
    if spec.choices or len(spec.words) > 1:
        return ChoiceWidget(spec)
    if spec.value_type is str:
        return TextWidget(spec)
    return NumberWidget(spec, slider=spec.group == "main")

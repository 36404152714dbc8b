"""One widget per setting, built from its ``Spec``: range, unit, label and help are written there alone.

None of them keeps the keyboard after a click, so that Krita's single-key shortcuts go on working, and the
wheel scrolls the docker unless a widget was reached by Tab.
"""

from __future__ import annotations

from typing import Any

from .border import guarded
from .core import settings
from .qt import Qt, QtGui, QtWidgets, Signal

QSizePolicy = QtWidgets.QSizePolicy


class SettingWidget(QtWidgets.QWidget):
    """The common face: ``value``, ``set_value`` (silent), and ``changed`` when a person moved it."""

    changed = Signal()

    def __init__(self, spec: settings.Spec) -> None:
        super().__init__()
        self.spec = spec
        self.setToolTip(spec.help)
        self._row = QtWidgets.QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)

    def value(self) -> Any:
        """The setting's value, one that ``spec.check`` takes."""
        raise NotImplementedError

    def set_value(self, value: Any) -> None:
        """Show ``value`` without telling anybody."""
        raise NotImplementedError

    def _named(self, widget: QtWidgets.QWidget) -> None:
        widget.setObjectName(f"deepdream_{self.spec.name}")
        widget.setAccessibleName(self.spec.label)
        widget.setAccessibleDescription(self.spec.help)
        self._row.addWidget(widget, 1)

    @guarded
    def _tell(self, *_: Any) -> None:
        self.changed.emit()


class NumberWidget(SettingWidget):
    """A slider beside a number box; a setting's word ("auto") stands one step below the lowest number."""

    def __init__(self, spec: settings.Spec) -> None:
        super().__init__(spec)
        self._word = spec.words[0] if spec.words else ""
        self._floor = spec.low - spec.step if self._word else spec.low
        self._slider = CalmSlider()
        self._slider.setRange(0, round((spec.high - self._floor) / spec.step))
        self._box = CalmNumber()
        self._box.setDecimals(0 if spec.step >= 1 else 2)
        self._box.setRange(self._floor, spec.high)
        self._box.setSingleStep(spec.step)
        self._box.setSuffix(f" {spec.unit}" if spec.unit else "")
        self._box.setSpecialValueText(self._word)
        self._box.setObjectName(f"deepdream_{spec.name}_number")
        self._box.setAccessibleName(spec.label)
        self._named(self._slider)
        self._row.addWidget(self._box)
        self._slider.valueChanged.connect(self._slid)
        self._box.valueChanged.connect(self._typed)

    def value(self) -> Any:
        number = self._box.value()
        if self._word and number < self.spec.low:
            return self._word
        return self.spec.kind(number)

    def set_value(self, value: Any) -> None:
        number = self._floor if isinstance(value, str) else value
        for widget in (self._box, self._slider):
            widget.blockSignals(True)
        self._box.setValue(number)
        self._slider.setValue(self._position(number))
        for widget in (self._box, self._slider):
            widget.blockSignals(False)

    def _position(self, number: float) -> int:
        return round((number - self._floor) / self.spec.step)

    @guarded
    def _slid(self, position: int) -> None:
        self._box.setValue(self._floor + position * self.spec.step)

    @guarded
    def _typed(self, number: float) -> None:
        self._slider.blockSignals(True)
        self._slider.setValue(self._position(number))
        self._slider.blockSignals(False)
        self.changed.emit()


class CalmSlider(QtWidgets.QSlider):
    """A slider that goes where it is pressed, as Krita's do, and takes neither keyboard nor wheel by chance."""

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    @guarded
    def mousePressEvent(self, event: QtGui.QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            # Put the handle under the pointer first, so that the press grabs it and a drag goes on from there.
            style = self.style()
            handle = style.pixelMetric(QtWidgets.QStyle.PixelMetric.PM_SliderLength, None, self) if style else 0
            span = self.width() - handle
            place = event.pos().x() - handle // 2
            low, high = self.minimum(), self.maximum()
            self.setValue(QtWidgets.QStyle.sliderValueFromPosition(low, high, place, span))
        super().mousePressEvent(event)

    @guarded
    def wheelEvent(self, event: QtGui.QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class CalmNumber(QtWidgets.QDoubleSpinBox):
    """A number box that gives the keyboard back on Enter and leaves the wheel to the docker."""

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setKeyboardTracking(False)

    @guarded
    def keyPressEvent(self, event: QtGui.QKeyEvent) -> None:
        super().keyPressEvent(event)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.clearFocus()

    @guarded
    def wheelEvent(self, event: QtGui.QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class CalmChoice(QtWidgets.QComboBox):
    """A drop-down list with the same manners."""

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @guarded
    def wheelEvent(self, event: QtGui.QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

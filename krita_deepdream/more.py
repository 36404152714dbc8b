"""*More*: every setting that isn't always in sight, folded away until it is asked for."""

from __future__ import annotations

import random

from .border import guarded
from .choice import Choice
from .core import settings
from .objective_fields import ObjectiveFields
from .qt import Qt, QtCore, QtWidgets
from .session import Session
from .setting_widgets import SettingWidget, widget_for
from .source_and_result import GoesWidget, SourceWidget

# They have fields of their own.
ELSEWHERE = ("network", "objective")
# Short numbers are easier to tell a friend.
LARGEST_THROW = 9999


class More(QtWidgets.QWidget):
    """A heading that unfolds; follows ``choice`` and changes it."""

    def __init__(self, session: Session, choice: Choice) -> None:
        super().__init__()
        self._choice = choice
        self._heading = QtWidgets.QToolButton()
        self._heading.setObjectName("deepdream_more")
        self._heading.setAccessibleName("More settings")
        self._heading.setText("More")
        self._heading.setCheckable(True)
        self._heading.setAutoRaise(True)
        self._heading.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._heading.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._heading.toggled.connect(self._fold)
        self._body = QtWidgets.QWidget()
        form = QtWidgets.QFormLayout(self._body)
        form.setContentsMargins(0, 0, 0, 0)
        form.setFieldGrowthPolicy(QtWidgets.QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        form.setRowWrapPolicy(QtWidgets.QFormLayout.RowWrapPolicy.WrapLongRows)
        form.addRow("Source", SourceWidget(choice))
        form.addRow("Result", GoesWidget(choice))
        ObjectiveFields(form, session, choice)
        self._widgets = [self._add(form, spec) for spec in _specs()]
        column = QtWidgets.QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._heading)
        column.addWidget(self._body)
        choice.changed.connect(self._show)
        self._show()
        self._fold(False)

    def _add(self, form: QtWidgets.QFormLayout, spec: settings.Spec) -> SettingWidget:
        widget = widget_for(spec)
        widget.changed.connect(self._changed)
        if spec.kind is bool:
            form.addRow(widget)
        else:
            form.addRow(spec.label, widget)
        if spec.name == "seed":
            die = QtWidgets.QToolButton()
            die.setObjectName("deepdream_die")
            die.setAccessibleName("Another seed")
            die.setToolTip("Another seed: another dream of the same kind")
            die.setText("⚄")
            die.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            die.clicked.connect(self._throw)
            widget.add(die)
        return widget

    @guarded
    def _fold(self, unfolded: bool) -> None:
        self._heading.setArrowType(Qt.ArrowType.DownArrow if unfolded else Qt.ArrowType.RightArrow)
        self._body.setVisible(unfolded)
        if unfolded:
            QtCore.QTimer.singleShot(0, self._bring_into_sight)

    @guarded
    def _bring_into_sight(self) -> None:
        place = self.parentWidget()
        while place is not None and not isinstance(place, QtWidgets.QScrollArea):
            place = place.parentWidget()
        if place is not None:
            place.ensureWidgetVisible(self._heading)

    @guarded
    def _changed(self) -> None:
        self._choice.nudge({widget.spec.name: widget.value() for widget in self._widgets if widget is self.sender()})

    @guarded
    def _throw(self, _checked: bool = False) -> None:
        self._choice.nudge({"seed": random.randrange(1, LARGEST_THROW + 1)})

    @guarded
    def _show(self) -> None:
        for widget in self._widgets:
            widget.set_value(getattr(self._choice.settings, widget.spec.name))


def _specs() -> list[settings.Spec]:
    return [spec for spec in settings.SPECS.values() if spec.group == "more" and spec.name not in ELSEWHERE]

"""*More*: every setting that isn't always in sight, folded away until it is asked for."""

from __future__ import annotations

from .again import another_seed
from .border import guarded
from .choice import Choice
from .core import settings
from .dream_box import button
from .grows_box import GrowsBox
from .icons import ThemedIcon
from .language import tr
from .objective_fields import ObjectiveFields
from .pictures_box import PicturesBox
from .qt import Qt, QtCore, QtWidgets
from .session import Session
from .setting_rows import SettingRows, setting_form
from .settings_page import SettingsPage
from .source_and_result import GoesWidget, SourceWidget
from .strength_by import StrengthBy

# They have fields of their own.
ELSEWHERE = ("network", "objective")


class More(QtWidgets.QWidget):
    """A heading that unfolds; follows ``choice`` and changes it."""

    def __init__(self, session: Session, choice: Choice) -> None:
        super().__init__()
        self._session = session
        self._choice = choice
        self._heading = QtWidgets.QToolButton()
        self._heading.setObjectName("deepdream_more")
        self._heading.setAccessibleName(tr("More settings"))
        self._heading.setText(tr("More"))
        self._heading.setCheckable(True)
        self._heading.setAutoRaise(True)
        self._heading.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._heading.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._heading.toggled.connect(self._fold)
        self._body = QtWidgets.QWidget()
        form = setting_form(self._body)
        form.addRow(tr("Source"), SourceWidget(choice))
        form.addRow(tr("Result"), GoesWidget(choice))
        heading = QtWidgets.QLabel(tr("What grows, and where"))
        heading.setWordWrap(True)
        form.addRow(heading)
        form.addRow(GrowsBox(choice))
        form.addRow(PicturesBox(session.lender, choice))
        form.addRow(tr("Strength by"), StrengthBy(session, choice))
        ObjectiveFields(form, session, choice)
        rows = SettingRows(form, choice, _specs())
        rows.widgets["seed"].add(self._die())
        form.addRow(button("deepdream_fine_tuning", tr("Fine Tuning…"), self._open_page))
        column = QtWidgets.QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._heading)
        column.addWidget(self._body)
        self._heading.setChecked(choice.unfolded)
        self._fold(choice.unfolded)

    def _die(self) -> QtWidgets.QToolButton:
        die = QtWidgets.QToolButton()
        die.setObjectName("deepdream_die")
        die.setAccessibleName(tr("Another seed"))
        die.setToolTip(tr("Another seed: another dream of the same kind"))
        ThemedIcon(die, "die")
        die.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        die.clicked.connect(self._throw)
        return die

    @guarded
    def _fold(self, unfolded: bool) -> None:
        self._heading.setArrowType(Qt.ArrowType.DownArrow if unfolded else Qt.ArrowType.RightArrow)
        self._body.setVisible(unfolded)
        self._choice.unfolded = unfolded
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
    def _throw(self, _checked: bool = False) -> None:
        self._choice.nudge({"seed": another_seed()})

    @guarded
    def _open_page(self, _checked: bool = False) -> None:
        SettingsPage(self._session, self._choice, self).show()


def _specs() -> list[settings.Spec]:
    return [spec for spec in settings.SPECS.values() if spec.group == "more" and spec.name not in ELSEWHERE]

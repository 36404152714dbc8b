"""*More*: every setting that isn't always in sight, folded away until it is asked for."""

from __future__ import annotations

from ...border import guarded
from ...choices.choice import Choice
from ...choices.seeds import another_seed
from ...choices.settings_choice import SettingsChoice
from ...core import dream_settings
from ...dreaming.session import Session
from ...jobs.job import LOCAL
from ...language import tr
from ...qt import Qt, QtWidgets
from ...widgets.buttons import button
from ...widgets.fold import Fold
from ...widgets.icons import ThemedIcon
from ...widgets.one_window import OneWindow
from ...widgets.setting_rows import SettingRows
from .grows_box import GrowsBox
from .legend_box import LegendBox
from .objective_fields import ObjectiveFields
from .pictures_box import PicturesBox
from .settings_page import SettingsPage
from .source_and_result import DestinationWidget, SourceWidget
from .strength_by import StrengthBy

# They have fields of their own.
ELSEWHERE = ("network", "objective", "working_size")


class More(Fold):
    """Follows ``choice`` and changes it."""

    def __init__(self, session: Session, choice: Choice) -> None:
        super().__init__("more", tr("More"), tr("More settings"))
        self._session = session
        self._choice = choice
        self._page = OneWindow(self)
        self.form.addRow(tr("Source"), SourceWidget(choice))
        self.form.addRow(tr("Result"), DestinationWidget(choice))
        heading = QtWidgets.QLabel(tr("What to dream of, and where"))
        heading.setWordWrap(True)
        self.form.addRow(heading)
        self.form.addRow(GrowsBox(choice))
        self.form.addRow(PicturesBox(session.host, choice))
        self.form.addRow(LegendBox(choice))
        self._strength_by = StrengthBy(session, choice)
        self._strength_by.activated.connect(self._tell)
        self.form.addRow(tr("Strength mask"), self._strength_by)
        ObjectiveFields(self.form, session, choice)
        rows = SettingRows(self.form, choice, _specs())
        rows.widgets["seed"].add(Die(choice))
        self.form.addRow(button("deepdream_fine_tuning", tr("Fine Tuning…"), self._open_page))
        self.folded.connect(self._remember)
        self.unfold(choice.unfolded)
        choice.changed.connect(self._tell)
        self._tell()

    @guarded
    def _tell(self, _index: int = 0) -> None:
        """What stays on when a preset is chosen, and would go unseen while this is folded."""
        by = self._choice.strength_by
        self.say(tr("More") if by == LOCAL else f"{tr('More')} ({tr('Strength mask')}: {self._strength_by.chosen})")

    @guarded
    def _remember(self, unfolded: bool) -> None:
        self._choice.unfolded = unfolded

    @guarded
    def _open_page(self, _checked: bool = False) -> None:
        self._page.open(lambda: SettingsPage(self._session, self._choice, self))


class Die(QtWidgets.QToolButton):
    """Throws another seed for ``choice``; ``prefix`` as in ``SettingRows``."""

    def __init__(self, choice: SettingsChoice, prefix: str = "") -> None:
        super().__init__()
        self._choice = choice
        self.setObjectName(f"deepdream_{prefix}die")
        self.setAccessibleName(tr("Another seed"))
        self.setToolTip(tr("New seed: a variation of this dream"))
        ThemedIcon(self, "die")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.clicked.connect(self._throw)

    @guarded
    def _throw(self, _checked: bool = False) -> None:
        self._choice.nudge({"seed": another_seed()})


def _specs() -> list[dream_settings.Spec]:
    return [spec for spec in dream_settings.SPECS.values() if spec.group == "more" and spec.name not in ELSEWHERE]

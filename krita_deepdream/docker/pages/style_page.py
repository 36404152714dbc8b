"""The page *Style*: in the manner of which pictures, how large the strokes are, and how strongly each side pulls."""

from __future__ import annotations

from ...choices.choice import Choice
from ...core import spec, style_settings
from ...jobs.job import DreamRequest, PictureProvider
from ...language import tr
from ...qt import QtWidgets
from ...widgets.fold import Fold
from ...widgets.setting_rows import SettingRows, setting_form
from ..more.more import Die
from ..more.source_and_result import DestinationWidget, SourceWidget
from .pages import Page
from .style_box import StyleBox

PREFIX = "style_"
SPECS = spec.specs_of(style_settings.StyleSettings)
MAIN = ("style_scale", "style_weight", "content_weight", "steps", "keep_colours")
# The weights and masks of several pictures and the strength have widgets of their own.
ELSEWHERE = ("shares", "masks", "strength", "network")


class StylePage(Page):
    """Follows ``choice`` and changes it; ``provider`` knows the layers that a style can be taken from."""

    kind = style_settings.StyleSettings.kind

    def __init__(self, choice: Choice, provider: PictureProvider) -> None:
        super().__init__()
        self.title, self.verb = tr("Style"), tr("Paint")
        self.then, self.seeded = tr("Paint Next"), choice.style
        self._choice, self._provider = choice, provider
        column = QtWidgets.QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(StyleBox(choice, provider))
        form = setting_form()
        SettingRows(form, choice.style, [SPECS[name] for name in MAIN], PREFIX)
        column.addLayout(form)
        column.addWidget(self._more())

    def look_again(self) -> None:
        self._choice.style.look_again(self._provider)

    def request(self) -> DreamRequest:
        return self._choice.style_request

    def _more(self) -> Fold:
        more = Fold("style_more", tr("More"), tr("More settings"))
        more.form.addRow(tr("Source"), SourceWidget(self._choice, PREFIX))
        more.form.addRow(tr("Result"), DestinationWidget(self._choice, PREFIX))
        rest = [each for each in SPECS.values() if each.group != "fine-tuning" and each.name not in (*MAIN, *ELSEWHERE)]
        rows = SettingRows(more.form, self._choice.style, rest, PREFIX)
        rows.widgets["seed"].add(Die(self._choice.style, PREFIX))
        return more

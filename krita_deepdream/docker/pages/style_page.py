"""The page *Style*: in the manner of which pictures, how large the strokes are, and how strongly each side pulls."""

from __future__ import annotations

from dataclasses import replace

from ...choices.choice import Choice
from ...core import spec, style_settings
from ...language import tr
from ...orders.jobs import Lender, Order
from ...qt import QtWidgets
from ...widgets.fold import Fold
from ...widgets.setting_rows import SettingRows, setting_form
from ..more.more import Die
from ..more.source_and_result import GoesWidget, SourceWidget
from .pages import Page
from .style_box import StyleBox

KIND = "style_"
SPECS = spec.specs_of(style_settings.StyleSettings)
MAIN = ("style_scale", "style_weight", "content_weight", "steps", "keep_colours")
# The weights of several pictures and the strength have widgets of their own.
ELSEWHERE = ("shares", "strength", "network")


class StylePage(Page):
    """Follows ``choice`` and changes it; ``lender`` knows the layers that a style can be taken from."""

    kind = style_settings.StyleSettings.kind

    def __init__(self, choice: Choice, lender: Lender) -> None:
        super().__init__()
        self.title, self.verb = tr("Style"), tr("Paint")
        self.then, self.seeded = tr("Paint Next"), choice.style
        self._choice, self._lender = choice, lender
        column = QtWidgets.QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(StyleBox(choice.style, lender))
        form = setting_form()
        SettingRows(form, choice.style, [_shown(name) for name in MAIN], KIND)
        column.addLayout(form)
        column.addWidget(self._more())

    def look_again(self) -> None:
        self._choice.style.look_again(self._lender)

    def order(self) -> Order:
        return self._choice.style_order

    def _more(self) -> Fold:
        more = Fold("style_more", tr("More"), tr("More settings"))
        more.form.addRow(tr("Source"), SourceWidget(self._choice, KIND))
        more.form.addRow(tr("Result"), GoesWidget(self._choice, KIND))
        rest = [each for each in SPECS.values() if each.group != "page" and each.name not in (*MAIN, *ELSEWHERE)]
        rows = SettingRows(more.form, self._choice.style, rest, KIND)
        rows.widgets["seed"].add(Die(self._choice.style, KIND))
        return more


def _shown(name: str) -> spec.Spec:
    return replace(SPECS[name], label="How far") if name == "steps" else SPECS[name]

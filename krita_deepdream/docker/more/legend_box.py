"""The legend of the hints: beside each colour, and each layer painted for it, a line with what grows there."""

from __future__ import annotations

from functools import partial

from ...border import guarded
from ...choices.choice import Choice
from ...core import syntax, things
from ...jobs.descriptions import colour_icon, term_words, where_words
from ...jobs.named_pictures import NamedPicture, flat_colours, masks_of
from ...language import tr
from ...qt import QtWidgets
from ...widgets.dream_of import ThingLine
from ...widgets.labels import ShortLabel
from ...widgets.layouts import clear

SWATCH_PX = 16


class LegendBox(QtWidgets.QWidget):
    """Follows ``choice`` and changes its objective; empty where no picture is a hint."""

    def __init__(self, choice: Choice) -> None:
        super().__init__()
        self._choice = choice
        self._shown: object = None
        self.setObjectName("deepdream_legend")
        self._rows = QtWidgets.QVBoxLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(2)
        choice.changed.connect(self._show)
        self._show()

    @guarded
    def _show(self) -> None:
        # Not at every tick of a slider: a line may have the keyboard.
        shown = self._choice.settings.objective, tuple(self._choice.named_pictures.values())
        if shown == self._shown:
            return
        self._shown = shown
        clear(self._rows)
        for each in self._choice.named_pictures.values():
            for mask in _hints(each):
                self._rows.addWidget(self._row(mask))
        self.setVisible(self._rows.count() > 0)

    def _row(self, mask: str) -> QtWidgets.QWidget:
        where, colour = where_words(mask, self._choice.named_pictures), mask.partition("#")[2]
        swatch = QtWidgets.QLabel()
        swatch.setPixmap(colour_icon(colour).pixmap(SWATCH_PX, SWATCH_PX))
        swatch.setFixedWidth(SWATCH_PX)
        line = ThingLine(tr("castle, owl, flower…"), tr("What grows here; empty for nothing of its own."))
        line.setObjectName(f"deepdream_legend_{mask.replace('#', '_')}")
        line.setAccessibleName(tr("What grows {where}", where=where))
        words = [
            term_words(term, self._choice.settings.network, {}) for term in self._terms() if term.mask_name == mask
        ]
        line.setText(", ".join(words))
        line.editingFinished.connect(partial(self._named, mask, line))
        row = QtWidgets.QWidget()
        inside = QtWidgets.QHBoxLayout(row)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addWidget(swatch)
        inside.addWidget(ShortLabel(where), 1)
        inside.addWidget(line, 1)
        return row

    @guarded
    def _named(self, mask: str, line: ThingLine) -> None:
        if not line.isModified():
            return
        text, elsewhere = line.text().strip(), [term for term in self._terms() if term.mask_name != mask]
        named = [syntax.Term("class", name, mask_name=mask) for name in (things.things(text) if text else ())]
        if named or elsewhere:
            self._choice.nudge({"objective": syntax.write((*elsewhere, *named))})

    def _terms(self) -> tuple[syntax.Term, ...]:
        return syntax.parse(self._choice.settings.objective)


def _hints(picture: NamedPicture) -> list[str]:
    """The masks of a picture that stand for a thing: its colours, or where it is painted if it has but one or none."""
    masks = masks_of(picture)
    if len(flat_colours(picture.picture)) > 1:
        return [mask for mask in masks if mask.partition("#")[2] not in ("", syntax.ALPHA)]
    return [mask for mask in masks if mask.partition("#")[2] == syntax.ALPHA]

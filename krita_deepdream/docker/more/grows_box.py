"""What grows, and where: one row for each term of the objective, in words, and a line for one more thing."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from ...border import guarded
from ...choices.choice import Choice
from ...core import syntax, things
from ...jobs.descriptions import term_words
from ...language import tr
from ...qt import QtWidgets
from ...widgets.buttons import flat_button
from ...widgets.dream_of import ThingLine
from ...widgets.labels import ShortLabel
from ...widgets.layouts import clear
from .where_choice import WhereChoice


class GrowsBox(QtWidgets.QWidget):
    """Follows ``choice`` and changes its objective."""

    def __init__(self, choice: Choice) -> None:
        super().__init__()
        self._choice = choice
        self._shown: object = None
        self.setObjectName("deepdream_grows")
        self.setSizePolicy(QtWidgets.QSizePolicy.Policy.Expanding, QtWidgets.QSizePolicy.Policy.Preferred)
        self._rows = QtWidgets.QVBoxLayout()
        self._rows.setSpacing(2)
        also = ThingLine(tr("and also… (owl, flower)"), tr("Something else to dream of, in addition to the rest."))
        also.setObjectName("deepdream_also")
        also.setAccessibleName(tr("Another thing"))
        also.named.connect(self._add)
        self._also = also
        column = QtWidgets.QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(self._rows)
        column.addWidget(also)
        choice.changed.connect(self._show)
        self._show()

    @guarded
    def _add(self, text: str) -> None:
        named = [syntax.Term("class", name) for name in things.things(text)]
        self._choice.settle()
        self._choose([*self._terms(), *named])
        self._also.clear()

    @guarded
    def _show(self) -> None:
        # Not at every tick of a slider: a row may have the keyboard.
        shown = self._terms(), self._choice.settings.network, tuple(self._choice.named_pictures.values())
        if shown == self._shown:
            return
        self._shown = shown
        clear(self._rows)
        terms = self._terms()
        for index, term in enumerate(terms):
            self._rows.addWidget(self._row(index, term, alone=len(terms) == 1))

    def _row(self, index: int, term: syntax.Term, alone: bool) -> QtWidgets.QWidget:
        named_pictures = self._choice.named_pictures
        words = term_words(term, self._choice.settings.network, named_pictures)
        row = QtWidgets.QWidget()
        line = QtWidgets.QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        more = tr("elsewhere: use Add Picture below first")
        where = WhereChoice(f"deepdream_where_{index}", named_pictures, term.mask_name, more)
        where.say(term.mask_name, tr("everywhere"))
        where.activated.connect(partial(self._where_chosen, index))
        where.setAccessibleName(tr("Where to dream of: {words}", words=words))
        spoken = tr("Remove: {words}", words=words)
        less = flat_button(f"deepdream_less_{index}", "✕", partial(self._remove, index), spoken)
        less.setEnabled(not alone)
        line.addWidget(ShortLabel(words), 1)
        line.addWidget(where, 1)
        line.addWidget(less)
        return row

    @guarded
    def _where_chosen(self, index: int, _item: int) -> None:
        box = self.findChild(WhereChoice, f"deepdream_where_{index}")
        terms = self._terms()
        assert box is not None
        terms[index] = replace(terms[index], mask_name=box.mask_name)
        self._choose(terms)

    @guarded
    def _remove(self, index: int, _checked: bool = False) -> None:
        terms = self._terms()
        del terms[index]
        self._choose(terms)

    def _terms(self) -> list[syntax.Term]:
        return list(syntax.parse(self._choice.settings.objective))

    def _choose(self, terms: list[syntax.Term]) -> None:
        self._choice.nudge({"objective": syntax.write(tuple(terms))})

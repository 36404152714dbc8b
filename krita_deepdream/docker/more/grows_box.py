"""What grows, and where: one row for each term of the objective, in words, and a line for one more thing."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from ...border import guarded
from ...choices.choice import Choice
from ...core import syntax, things
from ...jobs.descriptions import colour_icon, term_words, where_words
from ...jobs.named_pictures import masks_of
from ...language import tr
from ...qt import QtGui, QtWidgets
from ...widgets.buttons import flat_button
from ...widgets.calm_widgets import CalmChoice
from ...widgets.dream_of import ThingLine
from ...widgets.labels import ShortLabel
from ...widgets.layouts import clear
from ...widgets.tips import plain


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
        where = self._where(index, term.mask_name)
        where.setAccessibleName(tr("Where to dream of: {words}", words=words))
        spoken = tr("Remove: {words}", words=words)
        less = flat_button(f"deepdream_less_{index}", "✕", partial(self._remove, index), spoken)
        less.setEnabled(not alone)
        line.addWidget(ShortLabel(words), 1)
        line.addWidget(where, 1)
        line.addWidget(less)
        return row

    def _where(self, index: int, mask: str) -> CalmChoice:
        box = CalmChoice()
        box.setObjectName(f"deepdream_where_{index}")
        wheres = [""]
        for each in self._choice.named_pictures.values():
            wheres += masks_of(each)
        for each_where in wheres if mask in wheres else [*wheres, mask]:
            box.addItem(
                colour_icon(each_where.partition("#")[2]),
                where_words(each_where, self._choice.named_pictures),
                each_where,
            )
        if len(wheres) == 1:
            self._say_how_to_get_more(box)
        box.setCurrentIndex(box.findData(mask))
        box.setToolTip(plain(box.currentText()))
        box.activated.connect(partial(self._where_chosen, index))
        return box

    def _say_how_to_get_more(self, box: CalmChoice) -> None:
        """A line that can't be chosen."""
        box.addItem(tr("elsewhere: use Add Picture below first"))
        model = box.model()
        if isinstance(model, QtGui.QStandardItemModel) and (last := model.item(box.count() - 1)):
            last.setEnabled(False)

    @guarded
    def _where_chosen(self, index: int, _item: int) -> None:
        box = self.findChild(QtWidgets.QComboBox, f"deepdream_where_{index}")
        terms = self._terms()
        assert box is not None
        terms[index] = replace(terms[index], mask_name=box.currentData())
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

"""*Dream of…*: a thing by its name; class names and everyday words are completed while they are typed."""

from __future__ import annotations

from ..border import guarded
from ..choices.choice import Choice
from ..core import classes, objective_text, presets
from ..language import tr
from ..qt import QtCore, QtWidgets, Signal
from .calm_widgets import CalmLine

SUGGESTIONS = 12


class ThingLine(CalmLine):
    """A line that completes names of things; ``named`` carries the one that was chosen or typed."""

    named = Signal(str)

    def __init__(self, placeholder: str, tip: str) -> None:
        super().__init__(placeholder, tip)
        self._names = QtCore.QStringListModel(self)
        completer = QtWidgets.QCompleter(self._names, self)
        completer.setCompletionMode(QtWidgets.QCompleter.CompletionMode.UnfilteredPopupCompletion)
        completer.activated[str].connect(self._chosen)
        self.setCompleter(completer)
        self.textEdited.connect(self._edited)
        self.returnPressed.connect(self._typed)

    @guarded
    def _edited(self, text: str) -> None:
        self._names.setStringList(classes.suggest(text, SUGGESTIONS))

    @guarded
    def _chosen(self, name: str) -> None:
        self._name(name)

    @guarded
    def _typed(self) -> None:
        self._name(self.text())

    def _name(self, text: str) -> None:
        if text.strip():
            self.clearFocus()
            self.named.emit(text.strip())


class DreamOf(ThingLine):
    """Follows ``choice`` and changes it: to what brings the thing out best, where the picture allows."""

    def __init__(self, choice: Choice) -> None:
        super().__init__(tr("castle, owl, flower…"), tr("A thing that shall appear. Begin to type and choose."))
        self._choice = choice
        self.setObjectName("deepdream_dream_of")
        self.setAccessibleName(tr("Dream of"))
        self.named.connect(self._dream)
        choice.changed.connect(self._show)
        self._show()

    @guarded
    def _dream(self, name: str) -> None:
        self._choice.take(name.capitalize(), presets.of_thing(name, self._choice.settings))

    @guarded
    def _show(self) -> None:
        first = objective_text.parse(self._choice.settings.objective)[0]
        if first.kind != "class":
            self.clear()
        elif not self.hasFocus():
            self.setText(first.name)

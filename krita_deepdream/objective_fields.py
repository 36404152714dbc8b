"""What the dream is after, in full: network, layer, channels, "Dream of…", and the objective as text."""

from __future__ import annotations

from dataclasses import replace

from .border import guarded
from .choice import Choice
from .core import catalogue, classes, errors, objective_text
from .depth import depths, layer_of
from .language import tr
from .qt import Qt, QtCore, QtWidgets
from .session import Session
from .setting_widgets import LEAST_PX, CalmChoice

SUGGESTIONS = 12


class ObjectiveFields(QtCore.QObject):
    """The rows of a form; each follows ``choice`` and changes it. Only layers that the network has are offered."""

    def __init__(self, form: QtWidgets.QFormLayout, session: Session, choice: Choice) -> None:
        super().__init__(form)
        self._session = session
        self._choice = choice
        self._network, self._layer = CalmChoice(), CalmChoice()
        self._channels = _line(tr("all"), tr("The numbers of the layer's channels: 3,7,20-25. Empty: all of them."))
        self._dream_of = _line(tr("castle, owl, flower…"), tr("A thing that shall appear. Begin to type and choose."))
        self._text = _line("", tr("The whole objective: layers, channels, classes and guides, added with weights."))
        rows = (
            (tr("Network"), self._network, "network"), (tr("Layer"), self._layer, "layer"),
            (tr("Channels"), self._channels, "channels"), (tr("Dream of…"), self._dream_of, "dream_of"),
            (tr("Objective"), self._text, "objective"),
        )
        for label, widget, name in rows:
            widget.setObjectName(f"deepdream_{name}")
            widget.setAccessibleName(label)
            form.addRow(label, widget)
        self._network.activated.connect(self._network_chosen)
        self._layer.activated.connect(self._layer_chosen)
        self._channels.editingFinished.connect(self._channels_typed)
        self._text.editingFinished.connect(self._text_typed)
        self._complete_classes()
        session.changed.connect(self._show_networks)
        choice.changed.connect(self._show)
        self._show_networks()
        self._show()

    def report_fault(self, error: errors.DreamError) -> None:
        """Show the error and what is really chosen, instead of what was typed."""
        self._session.report_fault(error)
        self._show()

    def _complete_classes(self) -> None:
        self._names = QtCore.QStringListModel(self)
        completer = QtWidgets.QCompleter(self._names, self)
        completer.setCompletionMode(QtWidgets.QCompleter.CompletionMode.UnfilteredPopupCompletion)
        completer.activated[str].connect(self._class_chosen)
        self._dream_of.setCompleter(completer)
        self._dream_of.textEdited.connect(self._class_edited)
        self._dream_of.returnPressed.connect(self._class_typed)

    @guarded
    def _class_edited(self, text: str) -> None:
        self._names.setStringList(classes.suggest(text, SUGGESTIONS))

    @guarded
    def _class_chosen(self, name: str) -> None:
        self._dream(name)

    @guarded
    def _class_typed(self) -> None:
        self._dream(self._dream_of.text())

    def _dream(self, name: str) -> None:
        if name.strip():
            classes.class_index(name)
            self._choose((objective_text.Term("class", name.strip()),))
            self._dream_of.clearFocus()

    @guarded
    def _network_chosen(self, index: int) -> None:
        name = self._network.itemData(index)
        if name != self._choice.settings.network:
            self._choice.nudge({"network": name, "objective": catalogue.network(name).default_layer})

    @guarded
    def _layer_chosen(self, index: int) -> None:
        self._choose((objective_text.Term("layer", self._layer.itemData(index)),))

    @guarded
    def _channels_typed(self) -> None:
        inside = self._channels.text().strip()
        layer = self._layer.currentData()
        if self._channels.isModified() and layer:
            self._choose(objective_text.parse(f"{layer}[{inside}]" if inside else layer))

    @guarded
    def _text_typed(self) -> None:
        if self._text.isModified():
            self._choose(objective_text.parse(self._text.text()))

    def _choose(self, terms: tuple[objective_text.Term, ...]) -> None:
        network = catalogue.network(self._choice.settings.network)
        for term in terms:
            if term.kind != "class":
                network.layer(term.name)
        self._choice.nudge({"objective": objective_text.write(terms)})

    @guarded
    def _show_networks(self) -> None:
        """Networks whose weights aren't on this computer can be seen, but not chosen."""
        shown = [self._network.itemData(index) for index in range(self._network.count())]
        present = sorted(self._session.present or {self._choice.settings.network})
        if sorted(shown) == present:
            return
        self._network.clear()
        for name in (name for name in catalogue.NETWORKS if name in present):
            self._network.addItem(catalogue.NETWORKS[name].label, name)
        self._network.setCurrentIndex(self._network.findData(self._choice.settings.network))

    @guarded
    def _show(self) -> None:
        chosen = self._choice.settings
        self._network.setCurrentIndex(self._network.findData(chosen.network))
        self._layer.clear()
        for layer in depths(chosen.network):
            self._layer.addItem(f"{layer.name} – {tr(layer.looks_like)}", layer.name)
        terms = objective_text.parse(chosen.objective)
        only = terms[0] if len(terms) == 1 else None
        self._layer.setCurrentIndex(self._layer.findData(only.name if only and only.kind == "layer" else ""))
        self._channels.setText(_channels_of(only) if only else "")
        if only is None or only.kind != "class":
            self._dream_of.clear()
        elif not self._dream_of.hasFocus():
            self._dream_of.setText(only.name)
        self._text.setText(chosen.objective)


def _channels_of(term: objective_text.Term) -> str:
    """The inside of the brackets of a term that is a layer's channels and nothing more."""
    plain = replace(term, weight=1.0, position=None, mask="")
    if term.kind != "layer" or layer_of(objective_text.write((plain,))):
        return ""
    return objective_text.write((plain,)).partition("[")[2].partition("]")[0]


def _line(placeholder: str, tip: str) -> QtWidgets.QLineEdit:
    line = QtWidgets.QLineEdit()
    line.setPlaceholderText(placeholder)
    line.setToolTip(tip)
    line.setClearButtonEnabled(True)
    line.setMinimumWidth(LEAST_PX)
    line.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    return line

"""What the dream is after, in full: network, layer, channels, and the objective as text."""

from __future__ import annotations

from dataclasses import replace

from ...border import guarded
from ...choices.choice import Choice
from ...choices.depths import depths
from ...core import catalogue, errors, syntax
from ...dreaming.session import Session
from ...language import tr
from ...qt import QtCore, QtWidgets
from ...widgets.calm_widgets import CalmChoice, CalmLine


class ObjectiveFields(QtCore.QObject):
    """The rows of a form; each follows ``choice`` and changes it. Only layers that the network has are offered."""

    def __init__(self, form: QtWidgets.QFormLayout, session: Session, choice: Choice) -> None:
        super().__init__(form)
        self._session = session
        self._choice = choice
        self._network, self._layer = CalmChoice(), CalmChoice()
        self._channels = CalmLine(tr("all"), tr("Channel numbers: 3,7,20-25. Empty: all channels."))
        self._text = CalmLine("", tr("The full objective: layers, channels, classes and guides, each with a weight."))
        rows = (
            (tr("Network"), self._network, "network"),
            (tr("Layer"), self._layer, "layer"),
            (tr("Channels"), self._channels, "channels"),
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
        session.changed.connect(self._show_networks)
        choice.changed.connect(self._show)
        self._show_networks()
        self._show()

    def report_fault(self, error: errors.DreamError) -> None:
        """Show the error and what is really chosen, instead of what was typed."""
        self._session.report_fault(error)
        self._show()

    @guarded
    def _network_chosen(self, index: int) -> None:
        name = self._network.itemData(index)
        if name != self._choice.settings.network:
            self._choice.nudge({"network": name, "objective": catalogue.network(name).default_layer})

    @guarded
    def _layer_chosen(self, index: int) -> None:
        self._choose((syntax.Term("layer", self._layer.itemData(index)),))

    @guarded
    def _channels_typed(self) -> None:
        inside = self._channels.text().strip()
        layer = self._layer.currentData()
        if self._channels.isModified() and layer:
            self._choose(syntax.parse(f"{layer}[{inside}]" if inside else layer))

    @guarded
    def _text_typed(self) -> None:
        if self._text.isModified():
            self._choose(syntax.parse(self._text.text()))

    def _choose(self, terms: tuple[syntax.Term, ...]) -> None:
        network = catalogue.network(self._choice.settings.network)
        for term in terms:
            if term.type != "class":
                network.layer(term.name)
        self._choice.nudge({"objective": syntax.write(terms)})

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
        layers = depths(chosen.network)
        if [self._layer.itemData(index) for index in range(self._layer.count())] != [each.name for each in layers]:
            self._layer.clear()
            for layer in layers:
                self._layer.addItem(f"{layer.name} – {tr(layer.looks_like)}", layer.name)
        terms = syntax.parse(chosen.objective)
        only = terms[0] if len(terms) == 1 else None
        self._layer.setCurrentIndex(self._layer.findData(only.name if only and only.type == "layer" else ""))
        self._channels.setText(_channels_of(only) if only else "")
        self._text.setText(chosen.objective)


def _channels_of(term: syntax.Term) -> str:
    """The inside of the brackets of a term that is a layer's channels and nothing more."""
    plain = replace(term, weight=1.0, position=None, mask_name="")
    return syntax.write((plain,)).partition("[")[2].partition("]")[0]

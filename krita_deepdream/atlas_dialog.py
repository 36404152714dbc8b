"""The atlas: pictures of what each channel of a layer looks for; browse, search by a thing, pick some with weights."""

from __future__ import annotations

from functools import partial
from typing import Any

from .atlas_view import AtlasView, Channel, in_words, objective
from .border import guarded
from .choice import Choice
from .core import atlas_sheets, errors, wire
from .depth import depths
from .dream_box import button
from .dream_of import ThingLine
from .language import tr
from .qt import Qt, QtWidgets
from .session import Session
from .setting_widgets import CalmChoice, CalmNumber

SIZE = (760, 640)
PICKED_PX = 110
MOST_WEIGHT = 10.0


class AtlasDialog(QtWidgets.QDialog):
    """Changes ``choice`` with *Dream of These*. Layers that have no sheet yet are rendered by the worker if asked."""

    def __init__(self, session: Session, choice: Choice, parent: QtWidgets.QWidget) -> None:
        super().__init__(parent)
        self._session, self._choice = session, choice
        self._network = choice.settings.network
        self._weights: dict[Channel, float] = {}
        self.setObjectName("deepdream_atlas_dialog")
        self.setWindowTitle(tr("DeepDream – Atlas"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._layer = CalmChoice()
        self._layer.setObjectName("deepdream_atlas_layer")
        self._layer.setAccessibleName(tr("Layer"))
        for layer in depths(self._network):
            self._layer.addItem(f"{layer.name} – {tr(layer.looks_like)}", layer.name)
        self._layer.activated.connect(self._layer_chosen)
        tip = tr("Channels of all layers in which this thing is seen")
        self._search = ThingLine(tr("Search: dog, flower, tower…"), tip)
        self._search.setObjectName("deepdream_atlas_search")
        self._search.setAccessibleName(tr("Search"))
        self._search.named.connect(self._searched)
        self._view = AtlasView()
        self._view.itemClicked.connect(self._clicked)
        self._words = QtWidgets.QLabel(tr("Click on what shall grow."))
        self._words.setObjectName("deepdream_atlas_words")
        self._words.setWordWrap(True)
        self._render = button("deepdream_atlas_render", tr("Render This Layer"), self._render_pressed)
        self._progress = QtWidgets.QProgressBar()
        self._progress.setObjectName("deepdream_atlas_progress")
        self._progress.setAccessibleName(tr("Progress"))
        self._picked = QtWidgets.QFormLayout()
        self._take = button("deepdream_atlas_take", tr("Dream of These"), self._take_pressed)
        self._lay_out()
        self._show_layer(self._named_layer())

    def report_fault(self, error: errors.DreamError) -> None:
        """Show an error of one of the dialog's widgets."""
        self._session.report_fault(error)
        self._words.setText(self._session.sentence)

    def _lay_out(self) -> None:
        upper = QtWidgets.QHBoxLayout()
        upper.addWidget(self._layer, 1)
        upper.addWidget(self._search, 1)
        inside = QtWidgets.QWidget()
        inside.setLayout(self._picked)
        self._frame = QtWidgets.QScrollArea()
        self._frame.setWidgetResizable(True)
        self._frame.setFixedHeight(PICKED_PX)
        self._frame.setWidget(inside)
        foot = QtWidgets.QHBoxLayout()
        foot.addWidget(self._render)
        foot.addWidget(self._progress, 1)
        foot.addStretch(1)
        foot.addWidget(self._take)
        foot.addWidget(button("deepdream_atlas_close", tr("Close"), self._close_pressed))
        column = QtWidgets.QVBoxLayout(self)
        column.addLayout(upper)
        column.addWidget(self._view, 1)
        column.addWidget(self._words)
        column.addWidget(self._frame)
        column.addLayout(foot)
        self.resize(*SIZE)
        self._show_picked()

    def _named_layer(self) -> str:
        """The layer that is dreamed now if it is one, else the network's own choice."""
        layer = self._choice.settings.objective.partition("[")[0]
        return layer if self._layer.findData(layer) >= 0 else str(self._layer.itemData(self._layer.count() // 2))

    def _sheet(self, channel: Channel) -> atlas_sheets.Sheet:
        return atlas_sheets.sheets(self._network)[channel.layer]

    def _show_layer(self, layer: str) -> None:
        self._layer.setCurrentIndex(self._layer.findData(layer))
        sheet = atlas_sheets.sheets(self._network).get(layer)
        count = len(sheet.classes) if sheet else 0
        self._view.show_channels(self._network, (Channel(layer, number) for number in range(count)), self._weights)
        self._render.setVisible(sheet is None)
        self._progress.setVisible(False)
        if sheet is None:
            self._words.setText(tr("There are no pictures of this layer yet; rendering them takes some minutes."))

    @guarded
    def _layer_chosen(self, _index: int) -> None:
        self._session.drop(self._told)
        self._show_layer(self._layer.currentData())

    @guarded
    def _searched(self, text: str) -> None:
        # Late layers see the thing itself, early ones its texture.
        found = [Channel(*each) for each in atlas_sheets.search(self._network, text)]
        found.sort(key=lambda channel: -self._layer.findData(channel.layer))
        self._view.show_channels(self._network, found, self._weights)
        self._words.setText(
            tr("“{thing}” is seen in {count} channels.", thing=text, count=len(found)) if found else
            tr("No channel sees “{thing}” most; Dream of… may bring it out all the same.", thing=text))

    @guarded
    def _clicked(self, item: QtWidgets.QListWidgetItem) -> None:
        channel = Channel(*item.data(Qt.ItemDataRole.UserRole))
        if item.isSelected():
            self._weights[channel] = 1.0
        else:
            self._weights.pop(channel, None)
        self._words.setText(in_words(self._sheet(channel), channel))
        self._show_picked()

    def _show_picked(self) -> None:
        while self._picked.rowCount():
            self._picked.removeRow(0)
        for channel, weight in self._weights.items():
            box = CalmNumber()
            box.setObjectName(f"deepdream_atlas_weight_{channel.layer}_{channel.number}")
            box.setAccessibleName(tr("Weight"))
            box.setRange(-MOST_WEIGHT, MOST_WEIGHT)
            box.setSingleStep(0.1)
            box.setValue(weight)
            box.valueChanged.connect(partial(self._weighed, channel))
            self._picked.addRow(in_words(self._sheet(channel), channel), box)
        self._frame.setVisible(bool(self._weights))
        self._take.setEnabled(bool(self._weights))

    @guarded
    def _weighed(self, channel: Channel, weight: float) -> None:
        self._weights[channel] = weight

    @guarded
    def _take_pressed(self, _checked: bool = False) -> None:
        self._choice.nudge({"objective": objective(self._weights)})
        self.close()

    @guarded
    def _render_pressed(self, _checked: bool = False) -> None:
        self._session.ask(wire.Atlas(0, self._network, self._layer.currentData()), self._told)
        self._render.setVisible(False)
        self._progress.setRange(0, 0)
        self._progress.setVisible(True)

    @guarded
    def _told(self, message: Any) -> None:
        if isinstance(message, wire.Progress):
            self._progress.setRange(0, round(message.total))
            self._progress.setValue(round(message.done))
            return
        self._show_layer(self._layer.currentData())
        if isinstance(message, wire.Failed):
            raise errors.DreamError(message.code, **message.values)

    @guarded
    def _close_pressed(self, _checked: bool = False) -> None:
        self.close()

    @guarded
    def done(self, result: int) -> None:
        """However it is closed, nothing more is rendered for it; what was rendered is kept."""
        self._session.drop(self._told)
        super().done(result)

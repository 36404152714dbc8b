"""The atlas: pictures of what each channel of a layer looks for; browse, search by a thing, pick some with weights."""

from __future__ import annotations

from typing import Any

from ..border import guarded
from ..choices.atlas_picks import Channel, composed, objective, others_in, picked_in
from ..choices.choice import Choice
from ..choices.depths import depths
from ..core import atlas_sheets, errors, syntax, wire
from ..dreaming.arrivals import Arrivals
from ..dreaming.session import Session
from ..jobs.descriptions import term_words, where_words
from ..language import ngettext, tr
from ..qt import Qt, QtCore, QtWidgets
from ..widgets.buttons import button
from ..widgets.calm_widgets import CalmChoice
from ..widgets.dream_of import ThingLine
from ..widgets.labels import label
from .atlas_picked import AtlasPicked
from .atlas_pictures import AtlasPictures
from .atlas_view import AtlasView

SIZE = (760, 640)
# How often it is looked whether the worker has answered.
ASKING_MS = 200


class AtlasDialog(QtWidgets.QDialog):
    """Opens with the channels that are dreamed; *Use These* changes them in ``choice``, for the next dream.

    Layers that have no sheet yet are rendered by the worker if asked.
    """

    def __init__(self, session: Session, choice: Choice, parent: QtWidgets.QWidget) -> None:
        super().__init__(parent)
        self._session, self._choice = session, choice
        self._network = choice.settings.network
        self._pictures = AtlasPictures(self._network)
        self._arrivals = Arrivals()
        self.setObjectName("deepdream_atlas_dialog")
        self.setWindowTitle(tr("DeepDream – Atlas"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._layer = self._layers()
        self._search = self._search_line()
        self._view = AtlasView(self._pictures)
        self._view.itemClicked.connect(self._clicked)
        self._words = label("deepdream_atlas_words")
        self._asking = QtCore.QTimer(self)
        self._asking.setInterval(ASKING_MS)
        self._asking.timeout.connect(self._tell_cost)
        self._words.setText(tr("Click the features you want."))
        self._picked = AtlasPicked(self._pictures, picked_in(choice.settings.objective))
        self._picked.let_go.connect(self._let_go)
        self._keep = QtWidgets.QCheckBox(tr("Keep as well:"))
        self._keep.setObjectName("deepdream_atlas_keep")
        self._keep.setAccessibleName(tr("Keep as well"))
        self._keep.setToolTip(tr("Keep the current terms that have no picture here."))
        self._keep.setChecked(composed(others_in(choice.settings.objective)))
        self._keep.toggled.connect(self._show_take)
        self._others = label("deepdream_atlas_others")
        self._render = button("deepdream_atlas_render", tr("Render This Layer"), self._render_pressed)
        self._progress = QtWidgets.QProgressBar()
        self._progress.setObjectName("deepdream_atlas_progress")
        self._progress.setAccessibleName(tr("Progress"))
        self._stop = button("deepdream_atlas_stop", tr("Cancel"), self._stop_pressed)
        self._take = button("deepdream_atlas_take", tr("Use These"), self._take_pressed)
        self._take.setToolTip(tr("Close the atlas and use your picks in the next dream."))
        self._lay_out()
        choice.changed.connect(self._choice_changed)
        self._show_others()
        self._show_layer(self._named_layer())

    def report_fault(self, error: errors.DreamError) -> None:
        """Show an error of one of the dialog's widgets."""
        self._session.report_fault(error)
        self._words.setText(self._session.sentence)

    def _layers(self) -> CalmChoice:
        box = CalmChoice()
        box.setObjectName("deepdream_atlas_layer")
        box.setAccessibleName(tr("Layer"))
        for layer in depths(self._network):
            box.addItem(f"{layer.name} – {tr(layer.looks_like)}", layer.name)
        box.activated.connect(self._layer_chosen)
        return box

    def _search_line(self) -> ThingLine:
        tip = tr("Find channels, in all layers, that respond to this")
        line = ThingLine(tr("Search: dog, flower, church…"), tip)
        line.setObjectName("deepdream_atlas_search")
        line.setAccessibleName(tr("Search"))
        line.named.connect(self._searched)
        return line

    def _lay_out(self) -> None:
        upper = QtWidgets.QHBoxLayout()
        upper.addWidget(self._layer, 1)
        upper.addWidget(self._search, 1)
        beside = QtWidgets.QHBoxLayout()
        beside.addWidget(self._keep)
        beside.addWidget(self._others, 1)
        foot = QtWidgets.QHBoxLayout()
        for widget in (self._render, self._progress, self._stop):
            foot.addWidget(widget)
        foot.addStretch(1)
        foot.addWidget(self._take)
        foot.addWidget(button("deepdream_atlas_close", tr("Close"), self._close_pressed))
        column = QtWidgets.QVBoxLayout(self)
        column.addLayout(upper)
        column.addWidget(self._view, 1)
        column.addWidget(self._words)
        column.addWidget(self._picked)
        column.addLayout(beside)
        column.addLayout(foot)
        self.resize(*SIZE)

    def _named_layer(self) -> str:
        """The layer of what is picked, else the one that is dreamed, else the network's own choice."""
        terms = syntax.parse(self._choice.settings.objective)
        named = [*(channel.layer for channel in self._picked.weights), *(term.name for term in terms)]
        middle = str(self._layer.itemData(self._layer.count() // 2))
        return next((name for name in named if self._layer.findData(name) >= 0), middle)

    def _show_layer(self, layer: str) -> None:
        self._layer.setCurrentIndex(self._layer.findData(layer))
        self._pictures.look_again()
        channels = self._pictures.channels(layer)
        self._view.show_channels(channels, self._picked.weights)
        self._show_rendering(False)
        if not channels:
            self._render.setVisible(True)
            self._words.setText(tr("There are no pictures of this layer yet; rendering them takes a few minutes."))
            self._asking.start()

    @guarded
    def _tell_cost(self) -> None:
        """What rendering takes, as soon as the worker has said it."""
        waits = self._render.isVisible() and not self._pictures.channels(self._layer.currentData())
        took = self._session.forecast.of_sheet(self._network, self._layer.currentData()) if waits else ""
        if took:
            self._words.setText(tr("There are no pictures of this layer yet; rendering them takes {cost}.", cost=took))
        if took or not waits:
            self._asking.stop()

    def _show_rendering(self, rendering: bool) -> None:
        self._render.setVisible(False)
        self._progress.setRange(0, 0)
        self._progress.setVisible(rendering)
        self._stop.setVisible(rendering)

    @guarded
    def _layer_chosen(self, _index: int) -> None:
        self._give_up()
        self._show_layer(self._layer.currentData())

    @guarded
    def _searched(self, text: str) -> None:
        found = self._by_depth(atlas_sheets.search(self._network, text))
        if found:
            words = ngettext(
                "“{thing}” is seen in one picture.", "“{thing}” is seen in {count} pictures.", len(found), thing=text
            )
        elif found := self._by_depth(atlas_sheets.search_kin(self._network, text)):
            words = tr("No picture shows “{thing}”; these show related things.", thing=text)
        else:
            words = tr("No picture shows “{thing}”, but you can still type it into “Dream of”.", thing=text)
        self._view.show_channels(found, self._picked.weights)
        self._asking.stop()
        self._words.setText(words)

    def _by_depth(self, found: list[tuple[str, int]]) -> list[Channel]:
        """Late layers see the thing itself, early ones its texture."""
        channels = [Channel(*each) for each in found]
        return sorted(channels, key=lambda channel: -self._layer.findData(channel.layer))

    @guarded
    def _clicked(self, item: QtWidgets.QListWidgetItem) -> None:
        channel = Channel(*item.data(Qt.ItemDataRole.UserRole))
        if item.isSelected():
            self._picked.weights[channel] = 1.0
        else:
            self._picked.weights.pop(channel, None)
        self._words.setText(self._pictures.words(channel))
        self._picked.show_picks()
        self._show_take()

    @guarded
    def _let_go(self) -> None:
        self._view.mark(self._picked.weights)
        self._show_take()

    @guarded
    def _choice_changed(self) -> None:
        # The channels of another network are others.
        if self._choice.settings.network != self._network:
            self.close()
        else:
            self._show_others()

    def _show_others(self) -> None:
        others = others_in(self._choice.settings.objective)
        self._others.setText("; ".join(map(self._in_words, others)))
        self._keep.setVisible(bool(others))
        self._show_take()

    def _in_words(self, term: syntax.Term) -> str:
        named_pictures = self._choice.named_pictures
        words = term_words(term, self._network, named_pictures)
        return f"{words}, {where_words(term.mask_name, named_pictures)}" if term.mask_name else words

    def _terms_beside(self) -> tuple[syntax.Term, ...]:
        return others_in(self._choice.settings.objective) if self._keep.isChecked() else ()

    @guarded
    def _show_take(self, _checked: bool = False) -> None:
        """Where nothing is picked there is something to use only if something was."""
        lets_go = bool(picked_in(self._choice.settings.objective)) and bool(self._terms_beside())
        self._take.setEnabled(bool(self._picked.weights) or lets_go)

    @guarded
    def _take_pressed(self, _checked: bool = False) -> None:
        present, beside = self._choice.settings.objective, self._terms_beside()
        # What wasn't touched isn't even spelt otherwise.
        if (beside, self._picked.weights) != (others_in(present), picked_in(present)):
            self._choice.nudge({"objective": objective(beside, self._picked.weights)})
        self.close()

    @guarded
    def _render_pressed(self, _checked: bool = False) -> None:
        self._session.queue.add_side_task(wire.Atlas(0, self._network, self._layer.currentData()), self._told)
        self._show_rendering(True)

    @guarded
    def _stop_pressed(self, _checked: bool = False) -> None:
        self._give_up()
        self._show_layer(self._layer.currentData())
        self._asking.stop()
        self._words.setText(tr("Cancelled. The pictures rendered so far are kept."))

    def _give_up(self) -> None:
        self._session.queue.drop(self._told)
        self._arrivals.drop()

    @guarded
    def _told(self, message: Any) -> None:
        if isinstance(message, wire.Progress):
            self._progress.setRange(0, round(message.total))
            self._progress.setValue(round(message.done))
            return
        layer = self._layer.currentData()
        if isinstance(message, wire.FileBytes):
            self._receive(message, layer)
            return
        self._show_layer(layer)
        if isinstance(message, wire.Failed):
            self._arrivals.drop()
            raise errors.DreamError(message.code, **message.values)

    def _receive(self, piece: wire.FileBytes, layer: str) -> None:
        try:
            self._arrivals.take(piece, atlas_sheets.arriving_file(self._network, layer, piece.name))
        except errors.DreamError:
            # Or the rest of the file would pass for a whole one.
            self._give_up()
            self._show_layer(layer)
            raise

    @guarded
    def _close_pressed(self, _checked: bool = False) -> None:
        self.close()

    @guarded
    def done(self, result: int) -> None:
        """However it is closed, nothing more is rendered for it; what was rendered is kept."""
        self._give_up()
        super().done(result)

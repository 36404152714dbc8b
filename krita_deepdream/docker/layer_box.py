"""The dream layer that is active, or the newest of the active layer: whether it is out of date, and how to renew it."""

from __future__ import annotations

from ..border import guarded
from ..choices.choice import Choice
from ..core import dream_settings, errors
from ..dreaming import again
from ..jobs.document_data import StoredRecipe
from ..jobs.job import Chosen
from ..keeping.keeper import Keeper
from ..keeping.watched import Watched
from ..language import mark, tr
from ..qt import Qt, QtCore, QtWidgets
from ..widgets.buttons import tool_button
from ..widgets.flow import Flow
from ..widgets.labels import ShortLabel
from .evolve_row import EvolveRow
from .keep_up_buttons import KeepUpButtons

LOOK_MS = 500
RENEW_TIP = mark("Dream this layer again in place, with the settings above")
FURTHER_TIP = mark("Continue the dream from where it stopped, in place: the steps of its largest octave again")
MINE_TIP = mark("Leave the layer as you painted it; it stops keeping up")


class LayerBox(QtWidgets.QWidget):
    """Hidden where there is no such layer. Chosen in the Layers docker, a dream layer shows its settings in the docker;
    those that were there come back with another layer, if nothing was changed meanwhile.
    """

    def __init__(self, keeper: Keeper, choice: Choice) -> None:
        super().__init__()
        self._keeper, self._choice = keeper, choice
        self._layer: Watched | None = None
        self._chosen: tuple[str, StoredRecipe | None] = "", None
        self._earlier: tuple[str, Chosen] | None = None
        self._shown: Chosen | None = None
        self._words = ShortLabel()
        self._words.setObjectName("deepdream_dream_layer")
        self._buttons = KeepUpButtons(keeper, "deepdream_", self)
        self._renew = tool_button("deepdream_renew", tr("Renew"), self._renew_pressed, tip=tr(RENEW_TIP))
        self._further = tool_button("deepdream_further", tr("Further"), self._further_pressed, tip=tr(FURTHER_TIP))
        self._mine = tool_button("deepdream_keep_strokes", tr("Keep My Strokes"), self._mine_pressed, tip=tr(MINE_TIP))
        column = QtWidgets.QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._words)
        self._row = Flow([self._buttons.keep_up, self._buttons.refresh, self._renew, self._further, self._mine])
        column.addWidget(self._row)
        self._evolve = EvolveRow(keeper.evolving)
        column.addWidget(self._evolve)
        self._looking = QtCore.QTimer(self)
        self._looking.setInterval(LOOK_MS)
        self._looking.timeout.connect(self._look)
        self._looking.start()
        keeper.changed.connect(self._show)
        keeper.evolving.changed.connect(self._show)
        keeper.watcher.changed.connect(self._show)
        self._show()

    @guarded
    def _look(self) -> None:
        around = self.parentWidget()
        if QtWidgets.QApplication.mouseButtons() == Qt.MouseButton.NoButton and around is not None:
            self._show()
            if around.isVisible():
                self._show_settings(self._keeper.watcher.chosen)

    @guarded
    def _show(self) -> None:
        watcher, asks = self._keeper.watcher, self._keeper.asks
        self._layer = layer = asks if asks in watcher.layers.values() else watcher.active
        self.setVisible(layer is not None)
        if layer is None:
            return
        self._words.say(in_words(layer, self._keeper))
        self._buttons.show_for(layer)
        is_dream = layer.stored.recipe.get("kind", "dream") == dream_settings.DreamSettings.kind
        self._renew.setEnabled(is_dream)
        self._further.setEnabled(is_dream and not self._keeper.is_renewing(layer))
        self._evolve.show_for(layer)
        if self._mine.isHidden() == (asks is layer):
            self._mine.setVisible(asks is layer)
            self._row.arrange()

    def _show_settings(self, chosen: Watched | None) -> None:
        """Of the dream layer that was chosen in the Layers docker."""
        now = (chosen.node_id, chosen.stored) if chosen is not None else ("", None)
        before, self._chosen = self._chosen, now
        if now[0] == before[0]:
            if now[1] is not before[1] and chosen is not None and self._choice.settings == self._shown:
                # It was dreamed again meanwhile, or that was undone.
                self._take(chosen)
            return
        (earlier, shown), self._earlier, self._shown = (self._earlier, self._shown), None, None
        if earlier is not None and self._choice.settings == shown:
            self._choice.take(*earlier)
        if chosen is not None:
            earlier = self._choice.preset or self._choice.name, self._choice.settings
            if self._take(chosen):
                self._earlier = earlier

    def _take(self, chosen: Watched) -> bool:
        """Show a dream's settings; ``False`` where it is none."""
        settings = again.settings_in(chosen.stored)
        if not isinstance(settings, dream_settings.DreamSettings):
            return False
        self._choice.take(chosen.stored.name, settings)
        self._shown = self._choice.settings
        return True

    @guarded
    def _renew_pressed(self, _checked: bool = False) -> None:
        if self._layer is None:
            raise errors.DreamError("krita.dream_gone")
        self._keeper.renew(self._layer, self._choice.settings)

    @guarded
    def _further_pressed(self, _checked: bool = False) -> None:
        if self._layer is not None:
            self._keeper.further(self._layer)

    @guarded
    def _mine_pressed(self, _checked: bool = False) -> None:
        if self._layer is not None:
            self._keeper.keep_strokes(self._layer)


def in_words(layer: Watched, keeper: Keeper) -> str:
    """What there is to know of a dream layer, in one line."""
    if keeper.asks is layer:
        return tr("“{name}” was painted on by hand. Keep your strokes, or renew it?", name=layer.name)
    if keeper.follows(layer):
        return tr("“{name}” is following your strokes…", name=layer.name)
    if keeper.is_renewing(layer):
        return tr("“{name}” is being renewed…", name=layer.name)
    if layer.edited:
        return tr("“{name}” was painted on by hand.", name=layer.name)
    if layer.stale:
        return tr("“{name}” is out of date.", name=layer.name)
    return tr("“{name}” is up to date.", name=layer.name)

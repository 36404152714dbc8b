"""Variations: nine small dreams of the painter's own selection; one is enlarged by a click, and *Use* dreams it."""

from __future__ import annotations

import random
from dataclasses import replace

from ..border import guarded
from ..choices.choice import Choice
from ..choices.variants import COUNT, Near, Variant, variants
from ..core import errors, wire
from ..dreaming.session import Session
from ..dreaming.sketching import SIZES, Sketching, grab
from ..jobs.images import to_image
from ..language import mark, tr
from ..qt import Qt, QtGui, QtWidgets
from ..widgets.buttons import button, tool_button
from ..widgets.calm_widgets import CalmChoice
from ..widgets.flow import make_room
from ..widgets.labels import ShortLabel, label
from ..widgets.preview import Preview
from .tiles import Tiles

NEAR = {
    Near.SEEDS: mark("Other seeds"),
    Near.DEPTHS: mark("Other depths"),
    Near.CHANNELS: mark("Channels of this layer"),
    Near.PRESETS: mark("Presets"),
    Near.FAVOURITES: mark("Favourites"),
    Near.SURPRISES: mark("Surprise Me"),
}
# The longer side of a tile's first and second picture, in pixels; the enlarged one is as sharp as a sketch can be.
TILE_SIZES = (96, 192)
LARGEST_PX = SIZES[-1]
LARGE = (360, 360)


class VariationsDialog(QtWidgets.QDialog):
    """Sketches what is active when it opens, the small pictures first. *Use* takes the recipe and dreams just that."""

    def __init__(self, session: Session, choice: Choice, parent: QtWidgets.QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._choice = session, choice
        choice.settle()
        self._grabbed = grab(session.host, choice.request)
        self._die = random.Random()
        self._round = 0
        # Until one of them is chosen, what the docker says when they are made.
        self._begun_from: Variant | None = None
        self._variants: list[Variant] = []
        self._images: dict[int, QtGui.QImage] = {}
        self._chosen = -1
        self.setObjectName("deepdream_variations_dialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._near = self._near_list()
        self._more = button("deepdream_variations_more", tr("Show Others"), self._more_pressed)
        self._tiles = Tiles(COUNT)
        self._tiles.chosen.connect(self._tile_chosen)
        self._large = Preview()
        self._large.setObjectName("deepdream_variations_large")
        self._large.setToolTip("")
        self._name = ShortLabel()
        self._name.setObjectName("deepdream_variations_name")
        self._star = tool_button(
            "deepdream_variations_star", tr("Favourite"), self._star_pressed, tip=tr("Keep it among your favourites")
        )
        self._star.setCheckable(True)
        self._words = label("deepdream_variations_words")
        self._words.setAccessibleName(tr("Status"))
        self._use = button("deepdream_variations_use", tr("Use"), self._use_pressed)
        self._use.setToolTip(tr("Dream this one in full size"))
        self._use.setDefault(True)
        self._sketching = Sketching(session, self)
        self._sketching.shown.connect(self._show_picture)
        self._sketching.moved.connect(self._show_words)
        session.changed.connect(self._resume)
        self._lay_out()
        self._fill()

    def report_fault(self, error: errors.DreamError) -> None:
        """Show an error of one of the dialog's widgets."""
        self._session.report_fault(error)
        self._words.setText(self._session.sentence)

    def _near_list(self) -> CalmChoice:
        box = CalmChoice()
        box.setObjectName("deepdream_variations_near")
        box.setAccessibleName(tr("What varies"))
        box.setToolTip(tr("What varies. Click a variation first to vary that one."))
        for near, words in NEAR.items():
            box.addItem(tr(words), near)
        box.activated.connect(self._near_chosen)
        return box

    def _lay_out(self) -> None:
        upper = QtWidgets.QHBoxLayout()
        upper.addWidget(self._near)
        upper.addWidget(self._more)
        upper.addStretch(1)
        room = QtWidgets.QWidget()
        room.setMinimumSize(*LARGE)
        inside = QtWidgets.QVBoxLayout(room)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addWidget(self._large)
        naming = QtWidgets.QHBoxLayout()
        naming.addWidget(self._name, 1)
        naming.addWidget(self._star)
        side = QtWidgets.QVBoxLayout()
        side.addWidget(room, 1)
        side.addLayout(naming)
        middle = QtWidgets.QHBoxLayout()
        middle.addWidget(self._tiles, 0, Qt.AlignmentFlag.AlignTop)
        middle.addLayout(side, 1)
        foot = QtWidgets.QHBoxLayout()
        foot.addWidget(self._words, 1)
        foot.addWidget(self._use)
        foot.addWidget(button("deepdream_variations_close", tr("Close"), self._close_pressed))
        column = QtWidgets.QVBoxLayout(self)
        column.addLayout(upper)
        column.addLayout(middle, 1)
        column.addLayout(foot)
        make_room(self)

    def _fill(self) -> None:
        """Start over with nine others."""
        self._images.clear()
        begun = self._begun_from or Variant(self._choice.name, self._choice.settings)
        of = f": {begun.name}" if self._begun_from else ""
        self.setWindowTitle(tr("DeepDream – Variations") + of)
        self._variants = variants(self._near.currentData(), self._choice, begun.settings, self._round, self._die)
        self._tiles.show_names([each.name for each in self._variants])
        self._choose(-1)
        requests = [replace(self._choice.request, settings=each.settings) for each in self._variants]
        if requests:
            self._sketching.begin_all(self._grabbed, requests, TILE_SIZES)
        else:
            self._sketching.stop()

    def _choose(self, index: int) -> None:
        self._chosen = index
        there = index >= 0
        self._use.setEnabled(there)
        self._star.setEnabled(there)
        self._large.show_image(self._images.get(index, QtGui.QImage()))
        self._name.say(self._variants[index].name if there else "")
        self._star.setChecked(there and self._choice.is_favourite(self._variants[index].preset))

    @guarded
    def _near_chosen(self, _index: int) -> None:
        """Others of what is chosen: so one goes on from a good one to a better one before anything is dreamed."""
        if self._chosen >= 0:
            self._begun_from = self._variants[self._chosen]
        self._round = 0
        self._fill()

    @guarded
    def _more_pressed(self, _checked: bool = False) -> None:
        self._round += 1
        self._fill()

    @guarded
    def _tile_chosen(self, index: int) -> None:
        self._choose(index)
        self._sketching.sharpen(index, LARGEST_PX)

    @guarded
    def _show_picture(self, picture: wire.Picture) -> None:
        index, image = self._sketching.index, to_image(picture)
        self._images[index] = image
        self._tiles.show_picture(index, image)
        if index == self._chosen:
            self._large.show_image(image)

    @guarded
    def _show_words(self) -> None:
        none = tr("No favourites yet: press Favourite on a variation, or in the Presets menu.")
        self._words.setText(tr("Sketching…") if self._sketching.at_work else "" if self._variants else none)

    @guarded
    def _resume(self) -> None:
        if not self._session.busy:
            self._sketching.resume()

    @guarded
    def _star_pressed(self, wanted: bool) -> None:
        variant = self._variants[self._chosen]
        if variant.preset:
            self._choice.set_favourite(variant.preset, wanted)
        else:
            name = self._choice.keep_favourite(variant.settings)
            self._variants[self._chosen] = replace(variant, preset=name)

    @guarded
    def _use_pressed(self, _checked: bool = False) -> None:
        variant = self._variants[self._chosen]
        self._choice.take(variant.preset, variant.settings)
        self._session.dream(self._choice.request.of(self._grabbed))
        self._choice.used()
        self._choice.remember()
        self.close()

    @guarded
    def _close_pressed(self, _checked: bool = False) -> None:
        self.close()

    @guarded
    def done(self, result: int) -> None:
        """Stop sketching, however the window is closed."""
        self._sketching.stop()
        super().done(result)

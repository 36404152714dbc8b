"""The page *Dream*: a thing to dream of, presets as pictures, the painter's sliders, and *More*."""

from __future__ import annotations

from ...atlas.atlas_dialog import AtlasDialog
from ...border import guarded
from ...choices.choice import Choice
from ...core import dream_settings
from ...dreaming.session import Session
from ...jobs.job import DreamRequest
from ...language import tr
from ...qt import QtWidgets
from ...variations.variations_dialog import VariationsDialog
from ...widgets.buttons import flat_button
from ...widgets.dream_of import DreamOf
from ...widgets.flow import Flow
from ...widgets.icons import ThemedIcon
from ...widgets.one_window import OneWindow
from ...widgets.preset_grid import PresetGrid
from ...widgets.simple_settings import SimpleSettings
from ..more.more import More
from .pages import Page
from .preset_menu import PresetMenu


class DreamPage(Page):
    """Follows ``choice`` and changes it."""

    kind = dream_settings.DreamSettings.kind

    def __init__(self, session: Session, choice: Choice) -> None:
        super().__init__()
        self.title = self.verb = tr("Dream")
        self.then, self.seeded = tr("Dream Next"), choice
        self._session, self._choice = session, choice
        self._atlas, self._variations = OneWindow(self), OneWindow(self)
        self._presets = PresetGrid()
        self._presets.chosen.connect(self._preset_chosen)
        column = QtWidgets.QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        thing = QtWidgets.QHBoxLayout()
        thing.addWidget(QtWidgets.QLabel(tr("Dream of")))
        thing.addWidget(DreamOf(choice), 1)
        thing.addWidget(self._atlas_button())
        # Above the presets: these fill a low docker, and nobody would find it below them.
        column.addLayout(thing)
        column.addWidget(self._presets)
        column.addWidget(Flow([PresetMenu(session, choice), self._variations_button()]))
        column.addWidget(SimpleSettings(choice, session))
        column.addWidget(More(session, choice))
        choice.changed.connect(self._show_choice)
        choice.listed.connect(self._show_presets)
        self._show_presets()

    def _atlas_button(self) -> QtWidgets.QToolButton:
        words = tr("Atlas: pictures of everything the network can bring out")
        made = flat_button("deepdream_atlas", "", self._open_atlas, tr("Atlas"), words)
        ThemedIcon(made, "atlas")
        return made

    @guarded
    def _open_atlas(self, _checked: bool = False) -> None:
        self._atlas.open(lambda: AtlasDialog(self._session, self._choice, self))

    def _variations_button(self) -> QtWidgets.QToolButton:
        tip = tr("Nine small dreams of your selection: other seeds, depths, channels, presets")
        return flat_button("deepdream_variations_open", tr("Variations…"), self._variations_pressed, tip=tip)

    @guarded
    def _variations_pressed(self, _checked: bool = False) -> None:
        self.open_variations()

    def open_variations(self) -> str:
        """Show the window with variations; there is nothing to tell. Raises ``DreamError``."""
        self._variations.open(lambda: VariationsDialog(self._session, self._choice, self))
        return ""

    def look_again(self) -> None:
        self._choice.settle()

    def request(self) -> DreamRequest:
        return self._choice.request

    @guarded
    def _preset_chosen(self, name: str) -> None:
        self._choice.take_preset(name)

    @guarded
    def _show_presets(self) -> None:
        self._presets.show_presets(self._choice.offered, self._choice.favourites)
        self._show_choice()

    @guarded
    def _show_choice(self) -> None:
        self._presets.show_current([self._choice.preset])

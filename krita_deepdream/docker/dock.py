"""The docker: tabs, below them pages and history that scroll, and a foot with the large button; always as tall.

Only what lies between tabs and foot gives way when something comes (a message, the preview, the queue): Krita's window
doesn't grow, and nothing moves under the pen.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from ..border import guarded
from ..choices.choice import Choice
from ..core import errors
from ..dreaming.session import Session
from ..keeping.keeper import Keeper
from ..language import tr
from ..qt import QtWidgets
from ..setup.upkeep import Upkeep
from ..widgets.layouts import scrolling
from ..widgets.picture_grid import first_row_height
from ..widgets.touch import FirstTouch
from .care_menu import CareMenu
from .dream_box import DreamBox
from .frames_box import FramesBox
from .history.history_box import HistoryBox
from .layer_box import LayerBox
from .news import News, Room
from .pages.dream_page import DreamPage
from .pages.pages import Pages
from .pages.style_page import StylePage
from .pages.zoom_page import ZoomPage
from .set_up_box import SetUpBox

GAP_PX = 3


class DreamPanel(QtWidgets.QWidget):
    """The docker's content: puts the parts together; each of them watches ``session`` or ``choice``."""

    # What ``do`` does that can only be seen here.
    SHOWN = frozenset({"live"})

    def __init__(self, session: Session, choice: Choice, upkeep: Upkeep, keeper: Keeper) -> None:
        super().__init__()
        self._session, self._keeper = session, keeper
        self._upkeep = upkeep
        self.setObjectName("deepdream_panel")
        dream_page = DreamPage(session, choice)
        self._open_variations = dream_page.open_variations
        pages = Pages([dream_page, StylePage(choice, session.host), ZoomPage(choice)])
        choice.wanted.connect(pages.show_page)
        self._pages, self._news = pages, News(session)
        self._foot = DreamBox(session, choice, pages, self._news)
        history = HistoryBox(session, choice, keeper)
        frames = FramesBox(session, choice, pages)
        layer, care = LayerBox(keeper, choice), CareMenu(session, upkeep, choice)
        self._lay_out([SetUpBox(upkeep), frames, pages, layer, history, care])
        keeper.watcher.changed.connect(self._show_stale)
        pages.changed.connect(self._to_top)
        upkeep.changed.connect(self._show_foot)
        upkeep.settled.connect(self._settled)
        self._show_foot()
        FirstTouch(self).touched.connect(self._first_touch)

    def do(self, what: str) -> str:
        """Do what a button would: a name of ``shortcuts.SHORTCUTS``. What to tell on the canvas, as the docker may be
        closed. Raises ``DreamError``.
        """
        acts: dict[str, Callable[[], str]] = {
            "dream": self._foot.begin,
            "other_seed": self._foot.begin_with_other_seed,
            "cancel": self._foot.cancel,
            "variations": self._open_variations,
            "live": self._foot.toggle_live,
            "keep_up": self._keeper.toggle,
            "refresh": self._keeper.refresh_active,
            "further": self._keeper.further_active,
            "evolve_back": partial(self._keeper.evolving.move, -1),
            "evolve_forth": partial(self._keeper.evolving.move, 1),
        }
        return acts[what]()

    def report_fault(self, error: errors.DreamError) -> None:
        """Show an error of one of the docker's widgets."""
        self._session.report_fault(error)

    def _lay_out(self, parts: list[QtWidgets.QWidget]) -> None:
        content = QtWidgets.QWidget()
        inside = QtWidgets.QVBoxLayout(content)
        inside.setContentsMargins(0, 0, 0, 0)
        for part in parts:
            inside.addWidget(part)
        inside.addStretch(1)
        self._scroll = scroll = scrolling(content)
        scroll.setObjectName("deepdream_scroll")
        column = QtWidgets.QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(GAP_PX)
        column.addWidget(self._pages.tabs)
        dream_of = QtWidgets.QLineEdit().sizeHint().height() + 2 * GAP_PX
        column.addWidget(Room(scroll, self._news, dream_of + first_row_height(self)), 1)
        column.addWidget(self._foot)

    @guarded
    def _to_top(self) -> None:
        bar = self._scroll.verticalScrollBar()
        if bar:
            bar.setValue(0)

    @guarded
    def _first_touch(self) -> None:
        if not self._upkeep.need.is_urgent:
            self._session.wake()

    @guarded
    def _settled(self) -> None:
        self._session.wake()

    @guarded
    def _show_stale(self) -> None:
        stale = next((each for each in self._keeper.watcher.layers.values() if each.stale), None)
        self._foot.note(tr("“{name}” is out of date.", name=stale.name) if stale else "")

    @guarded
    def _show_foot(self) -> None:
        """No button that can't do anything."""
        self._foot.setVisible(not self._upkeep.need.is_urgent)

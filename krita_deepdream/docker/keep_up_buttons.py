"""*Keep Up* and *Refresh* for one dream layer, as both the layer's row and the history have them."""

from __future__ import annotations

from ..border import guarded
from ..keeping.keeper import Keeper
from ..keeping.watched import Watched
from ..language import mark, tr
from ..qt import QtCore, QtWidgets
from ..widgets.buttons import tool_button

KEEP_UP_TIP = mark("Follow your strokes: whatever you change in its source is dreamed again")
REFRESH_TIP = mark("Dream what is out of date again, in place")


class KeepUpButtons(QtCore.QObject):
    """Two buttons to be laid out by ``parent``, whose names begin with ``prefix``.

    ``speaks_tips``: a screen reader reads their tips, to tell them from others with the same text.
    """

    def __init__(self, keeper: Keeper, prefix: str, parent: QtWidgets.QWidget, speaks_tips: bool = False) -> None:
        super().__init__(parent)
        self._keeper = keeper
        self._layer: Watched | None = None
        keep_up, refresh = tr(KEEP_UP_TIP), tr(REFRESH_TIP)
        spoken = (keep_up, refresh) if speaks_tips else ("", "")
        self.keep_up = tool_button(f"{prefix}keep_up", tr("Keep Up"), self._switch, spoken[0], keep_up)
        self.keep_up.setCheckable(True)
        self.refresh = tool_button(f"{prefix}refresh", tr("Refresh"), self._refresh, spoken[1], refresh)

    def show_for(self, layer: Watched | None) -> None:
        """Act on that layer from now on, and show what can be done with it."""
        self._layer = layer
        self.keep_up.setEnabled(layer is not None and layer.in_parts)
        self.keep_up.setChecked(layer is not None and layer.record.keeps_up)
        self.refresh.setEnabled(layer is not None and bool(layer.stale) and not self._keeper.is_renewing(layer))

    @guarded
    def _switch(self, on: bool) -> None:
        if self._layer is not None:
            self._keeper.keep_up(self._layer, on)

    @guarded
    def _refresh(self, _checked: bool = False) -> None:
        if self._layer is not None:
            self._keeper.refresh(self._layer)

"""*History*: past dreams as thumbnails; place one again, compare it, take its settings, export or forget it."""

from __future__ import annotations

from collections.abc import Callable

from ...border import guarded
from ...choices.choice import Choice
from ...documents import archive, naming, nodes
from ...dreaming import again
from ...dreaming.history import History
from ...dreaming.session import Session
from ...jobs.history_entry import HistoryEntry
from ...jobs.images import from_png
from ...keeping.keeper import Keeper
from ...krita_api import Document
from ...language import tr
from ...qt import Qt, QtCore, QtGui, QtWidgets
from ...widgets.buttons import tool_button
from ...widgets.flow import Flow
from ...widgets.labels import label
from ...widgets.tips import plain
from ..keep_up_buttons import KeepUpButtons
from .history_menu import HistoryMenu

THUMBNAIL = QtCore.QSize(64, 64)
ROWS = 2
LOOK_MS = 500


class HistoryBox(QtWidgets.QWidget):
    """Hidden while there is nothing to show; watches ``history`` and which document is the active one."""

    def __init__(self, session: Session, choice: Choice, keeper: Keeper) -> None:
        super().__init__()
        self._session, self._keeper = session, keeper
        self._choice = choice
        self._history: History = session.results.history
        self._entries: list[HistoryEntry] = []
        self._list = _thumbnails()
        self._list.currentRowChanged.connect(self._show_buttons)
        self._saved = label("deepdream_history_saved")
        self._apply = _button("apply", tr("Add"), tr("Add this dream again in its original position"), self._place)
        self._compare = _button(
            "compare",
            tr("Compare"),
            tr("Hold to see the image without this dream (or with it, if its layer is hidden)"),
        )
        self._compare.pressed.connect(self._hold)
        self._compare.released.connect(self._release)
        self._settings = _button("settings", tr("Settings"), tr("Use the settings of this dream"), self._take_settings)
        self._buttons = KeepUpButtons(keeper, "deepdream_history_", self, speaks_tips=True)
        self._menu = HistoryMenu(self._history, lambda: self.chosen, self._refresh_all)
        self._menu.said.connect(session.results.said)
        self._lay_out()
        self._looking = QtCore.QTimer(self)
        self._looking.setInterval(LOOK_MS)
        self._looking.timeout.connect(self._look)
        self._looking.start()
        self._history.changed.connect(self._show)
        keeper.changed.connect(self._show_buttons)
        keeper.watcher.changed.connect(self._show)
        self._show()

    def _lay_out(self) -> None:
        heading = QtWidgets.QHBoxLayout()
        self._saved.setAlignment(Qt.AlignmentFlag.AlignRight)
        heading.addWidget(QtWidgets.QLabel(tr("History")))
        heading.addWidget(self._saved, 1)
        keep_up, refresh = self._buttons.keep_up, self._buttons.refresh
        row = Flow([self._apply, self._compare, self._settings, keep_up, refresh, self._menu])
        column = QtWidgets.QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(heading)
        column.addWidget(self._list)
        column.addWidget(row)

    @property
    def chosen(self) -> HistoryEntry | None:
        """The dream whose thumbnail is chosen."""
        row = self._list.currentRow()
        return self._entries[row] if 0 <= row < len(self._entries) else None

    @guarded
    def _place(self, _checked: bool = False) -> None:
        if self.chosen:
            self._session.results.place_again(self.chosen)
        self._show_buttons()

    @guarded
    def _hold(self) -> None:
        if self.chosen and self.chosen.placed:
            self._session.results.comparing.begin(self.chosen.placed)

    @guarded
    def _release(self) -> None:
        self._session.results.comparing.end()

    @guarded
    def hideEvent(self, event: QtGui.QHideEvent | None) -> None:
        """A button that vanishes under the finger isn't released any more."""
        self._compare.setDown(False)
        self._session.results.comparing.end()
        super().hideEvent(event)

    @guarded
    def _take_settings(self, _checked: bool = False) -> None:
        self._choice.take(*again.settings_of(self.chosen))

    @guarded
    def _refresh_all(self, _checked: bool = False) -> None:
        self._keeper.refresh_all()

    @guarded
    def _look(self) -> None:
        if QtWidgets.QApplication.mouseButtons() == Qt.MouseButton.NoButton:
            self._history.look()
            self._show_buttons()

    @guarded
    def _show(self) -> None:
        before, newest = self.chosen, self._entries[:1]
        self._entries = self._history.shown
        layers, document = self._keeper.watcher.layers, self._history.document
        standing = nodes.every(document) if document is not None and self._session.host.is_open(document) else ()
        named = {nodes.identity(each): each.name() for each in standing}
        self._list.blockSignals(True)
        self._list.clear()
        for entry in self._entries:
            layer = layers.get(entry.layer)
            shown = _title(entry, named.get(entry.layer, ""), layer is not None and bool(layer.stale))
            self._list.addItem(_item(entry, document, shown))
        stays = before in self._entries and newest == self._entries[:1]
        first = 0 if self._entries else -1
        self._list.setCurrentRow(self._entries.index(before) if before and stays else first)
        self._list.blockSignals(False)
        held = self._history.saved_bytes()
        size = f"{held / 1e6:.1f}"
        words = tr("{size} MB saved in the file", size=size)
        if not self._history.keeps:
            words = tr("{size} MB, saved only in a .kra file", size=size)
        self._saved.setText(words if held and self._history.document is not None else "")
        self.setVisible(bool(self._entries))
        self._show_buttons()

    @guarded
    def _show_buttons(self, _row: int = 0) -> None:
        entry = self.chosen
        self._apply.setEnabled(entry is not None)
        self._settings.setEnabled(entry is not None)
        self._buttons.show_for(self._keeper.watcher.layers.get(entry.layer) if entry else None)
        comparing = self._session.results.comparing
        self._compare.setEnabled(self._compare.isDown() or (entry is not None and comparing.can(entry.placed)))


def _thumbnails() -> QtWidgets.QListWidget:
    made = QtWidgets.QListWidget()
    made.setObjectName("deepdream_history")
    made.setAccessibleName(tr("History"))
    made.setViewMode(QtWidgets.QListView.ViewMode.IconMode)
    made.setMovement(QtWidgets.QListView.Movement.Static)
    made.setResizeMode(QtWidgets.QListView.ResizeMode.Adjust)
    made.setIconSize(THUMBNAIL)
    made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    made.setFixedHeight(ROWS * (THUMBNAIL.height() + 3 * made.fontMetrics().height()))
    return made


def _button(name: str, text: str, tip: str, pressed: Callable[..., None] | None = None) -> QtWidgets.QToolButton:
    return tool_button(f"deepdream_history_{name}", text, pressed, spoken=tip, tip=tip)


def _title(entry: HistoryEntry, layer: str, stale: bool) -> str:
    """What tells it from others of the same preset: its layer's own name, or else when it was dreamed."""
    name = naming.numbered(layer) if layer else f"{tr(entry.outcome.name)}\n{_when(entry, brief=True)}"
    return tr("{name}, out of date", name=name) if stale else name


def _when(entry: HistoryEntry, brief: bool = False) -> str:
    """Date and time; with ``brief`` the time of today's dreams, and the day of others."""
    when, locale = QtCore.QDateTime.fromSecsSinceEpoch(int(entry.time)), QtCore.QLocale()
    style = QtCore.QLocale.FormatType.ShortFormat
    if not brief:
        return locale.toString(when, style)
    is_new = when.date() == QtCore.QDate.currentDate()
    return locale.toString(when.time(), style) if is_new else locale.toString(when.date(), style)


def _item(entry: HistoryEntry, document: Document | None, shown: str) -> QtWidgets.QListWidgetItem:
    outcome, location = entry.outcome, entry.outcome.location
    picture = QtGui.QPixmap.fromImage(from_png(entry.small, archive.THUMBNAIL_PX**2))
    item = QtWidgets.QListWidgetItem(QtGui.QIcon(picture), shown)
    name, where = tr(outcome.name), tr(location.document_name)
    gone = (
        ""
        if location.document == document
        else " " + tr("The document is closed; you can open the result as a new image.")
    )
    belongs = tr("“{name}” on “{layer}” in {document}.", name=name, layer=location.layer_name, document=where)
    seed = outcome.recipe.get("settings", {}).get("seed")
    made = f" {tr('Seed {seed}', seed=seed)}, {_when(entry)}." if seed is not None else f" {_when(entry)}."
    item.setToolTip(plain(belongs + made + gone))
    return item

"""The foot of the docker, always in reach: what will be dreamed, the large button, progress, strength."""

from __future__ import annotations

from ..border import guarded
from ..choices.choice import Choice
from ..core import errors, settings, wire
from ..dreaming.estimate import in_words
from ..dreaming.live import Live
from ..dreaming.session import Session
from ..language import explain, tr
from ..orders.jobs import Order, State
from ..qt import Qt, QtCore, QtWidgets
from ..widgets.buttons import button
from ..widgets.marked_button import MarkedButton
from ..widgets.preview import Preview
from ..widgets.setting_widgets import NumberWidget
from ..widgets.tips import TipLabel
from .pages import Pages
from .queue_box import QueueBox

SCALE = 1000
LOOK_MS = 700


class DreamBox(QtWidgets.QWidget):
    """Watches ``session``; holds no state of its own."""

    def __init__(self, session: Session, choice: Choice, pages: Pages) -> None:
        super().__init__()
        self._session = session
        self._choice = choice
        self._pages = pages
        self._aim = _label("deepdream_aim", tr("What will be dreamed"))
        self._dream = button("deepdream_dream", tr("Dream"), self._dream_pressed)
        self._dream.setMinimumHeight(2 * self._dream.fontMetrics().height())
        self._add = button("deepdream_add", tr("Dream Next"), self._add_pressed)
        self._add.setToolTip(tr("Dream what is active now as soon as the present dream is done"))
        self._live = Live(session, self._order, self)
        self._live.shown.connect(self._show_preview)
        self._live.moved.connect(self._show_live)
        self._watch = self._live_button()
        self._progress = QtWidgets.QProgressBar()
        self._progress.setObjectName("deepdream_progress")
        self._progress.setAccessibleName(tr("Progress"))
        self._preview = Preview()
        self._status = _label("deepdream_status", tr("Status"))
        self._strength = NumberWidget(settings.SPECS["strength"])
        self._strength.changed.connect(self._strength_moved)
        self._keep = button("deepdream_keep", tr("Place It on Top"), self._keep_pressed)
        self._drop = button("deepdream_drop", tr("Throw Away"), self._drop_pressed)
        self._lay_out()
        self._looking = QtCore.QTimer(self)
        self._looking.setInterval(LOOK_MS)
        self._looking.timeout.connect(self._look_again)
        self._looking.start()
        session.changed.connect(self._show)
        session.previewed.connect(self._show_preview)
        choice.changed.connect(self._look)
        for chosen in (choice.style, choice.film):
            chosen.changed.connect(self._look)
        pages.changed.connect(self._turned)
        self._show()
        self._look()

    def _live_button(self) -> MarkedButton:
        made = MarkedButton()
        made.setObjectName("deepdream_live")
        made.setText(tr("Live"))
        made.setAccessibleName(tr("Live"))
        made.setToolTip(tr("A sketch of the dream that follows your strokes; Dream makes a layer of it"))
        made.setCheckable(True)
        made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        made.toggled.connect(self._live_pressed)
        return made

    def _lay_out(self) -> None:
        column = QtWidgets.QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        offer = QtWidgets.QHBoxLayout()
        offer.addWidget(self._keep)
        offer.addWidget(self._drop)
        row = QtWidgets.QHBoxLayout()
        row.addWidget(self._dream, 2)
        row.addWidget(self._add, 1)
        # What comes and goes stands above the button, so that the button stays under the pen.
        column.addWidget(self._preview, 1)
        column.addWidget(QueueBox(self._session))
        column.addWidget(self._status)
        column.addLayout(offer)
        what = QtWidgets.QHBoxLayout()
        what.addWidget(self._aim, 1)
        what.addWidget(self._progress, 1)
        what.addWidget(self._watch)
        column.addLayout(what)
        column.addLayout(row)
        form = QtWidgets.QFormLayout()
        form.setFieldGrowthPolicy(QtWidgets.QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        form.addRow(TipLabel(tr("Strength"), self._strength), self._strength)
        column.addLayout(form)

    @guarded
    def _dream_pressed(self, _checked: bool = False) -> None:
        if self._session.busy:
            self._session.cancel()
        else:
            self._begin()

    @guarded
    def _add_pressed(self, _checked: bool = False) -> None:
        self._begin()

    def _begin(self) -> None:
        self._pages.current.look_again()
        self._session.dream(self._order())
        self._choice.remember()

    def _order(self) -> Order:
        return self._pages.current.order()

    @guarded
    def _live_pressed(self, on: bool) -> None:
        try:
            if on:
                self._pages.current.look_again()
        except errors.DreamError:
            self._watch.setChecked(False)
            raise
        self._live.switch(on)

    @guarded
    def _show_live(self) -> None:
        self._watch.setText(tr("Live…") if self._live.at_work else tr("Live"))

    @guarded
    def _strength_moved(self) -> None:
        self._session.results.set_strength(self._strength.value())

    @guarded
    def _keep_pressed(self, _checked: bool = False) -> None:
        self._session.results.keep_offer()

    @guarded
    def _drop_pressed(self, _checked: bool = False) -> None:
        self._session.results.drop_offer()

    @guarded
    def _look(self) -> None:
        try:
            self._aim.setText(self._session.aim(self._pages.current.order()))
        except errors.DreamError as error:
            self._aim.setText(explain(error))

    @guarded
    def _look_again(self) -> None:
        # Not in the middle of a stroke: Krita's thread belongs to the brush then.
        if self.isVisible() and QtWidgets.QApplication.mouseButtons() == Qt.MouseButton.NoButton:
            self._look()

    @guarded
    def _turned(self) -> None:
        # Films and styles can't be made while somebody paints.
        watchable = self._pages.current.kind == settings.DreamSettings.kind
        self._watch.setChecked(watchable and self._watch.isChecked())
        self._watch.setEnabled(watchable)
        self._show()
        self._look()

    @guarded
    def _show(self) -> None:
        session = self._session
        self._strength.set_value(session.results.strength)
        cancel = tr("Cancel All") if len(session.jobs) > 1 else tr("Cancel")
        self._dream.setText(cancel if session.busy else self._pages.current.verb)
        self._dream.setAccessibleName(self._dream.text())
        self._add.setVisible(session.busy)
        at_work = session.busy or session.state is State.STARTING
        # One takes the place of the other.
        self._aim.setVisible(not at_work)
        self._progress.setVisible(at_work)
        self._show_progress(session.progress)
        self._status.setText(session.sentence)
        self._status.setVisible(bool(session.sentence))
        self._keep.setVisible(session.results.offer is not None)
        self._drop.setVisible(session.results.offer is not None)

    def _show_progress(self, progress: wire.Progress | None) -> None:
        if progress is None:
            # Qt's way of showing that something goes on whose end isn't known.
            self._progress.setRange(0, 0)
            return
        self._progress.setRange(0, SCALE)
        self._progress.setValue(round(SCALE * progress.done / progress.total))
        self._progress.setFormat(time_left(progress.seconds_left))

    @guarded
    def _show_preview(self, picture: wire.Picture | None) -> None:
        self._preview.show_picture(picture)


def time_left(seconds: float) -> str:
    """How long it will still take."""
    return tr("nearly done") if seconds < 1.5 else tr("{time} left", time=in_words(seconds))


def _label(name: str, accessible: str) -> QtWidgets.QLabel:
    label = QtWidgets.QLabel()
    label.setObjectName(name)
    label.setAccessibleName(accessible)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label

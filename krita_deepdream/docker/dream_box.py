"""The foot of the docker, always in reach and always as tall: what will be dreamed, the large button, strength."""

from __future__ import annotations

from ..border import guarded
from ..choices.choice import Choice
from ..choices.seeds import another_seed
from ..core import dream_settings, errors, wire
from ..dreaming.estimate import in_words
from ..dreaming.live import Live
from ..dreaming.session import Session
from ..jobs.job import DreamRequest, State
from ..language import explain, tr
from ..qt import Qt, QtCore, QtWidgets
from ..widgets.buttons import button
from ..widgets.deaf import Deaf
from ..widgets.icons import ThemedIcon
from ..widgets.labels import ShortLabel
from ..widgets.marked_button import MarkedButton
from ..widgets.setting_widgets import NumberWidget
from ..widgets.tips import TipLabel, plain
from .news import News
from .pages.pages import Pages

SCALE = 1000
LOOK_MS = 700
GAP_PX, PAD_PX = 3, 10
# The first steps take longer than all others: before such a part is done, nobody knows how long the rest will take.
SURE = 0.1


class DreamBox(QtWidgets.QWidget):
    """Watches ``session``, and feeds ``news`` with the preview. Nothing in it moves, comes or goes."""

    def __init__(self, session: Session, choice: Choice, pages: Pages, news: News) -> None:
        super().__init__()
        self._session, self._choice, self._pages, self._news = session, choice, pages, news
        self._note = ""
        self._aim = ShortLabel()
        self._aim.setObjectName("deepdream_aim")
        self._aim.setAccessibleDescription(tr("What will be dreamed"))
        self._dream = button("deepdream_dream", tr("Dream"), self._dream_pressed)
        self._dream.setMinimumHeight(round(1.8 * self._dream.fontMetrics().height()))
        self._dream.setMinimumWidth(_widest(self._dream, [each.verb for each in pages.pages]))
        self._deaf = Deaf(self._dream)
        self._other = button("deepdream_other_seed", "", self._other_pressed)
        self._other.setAccessibleName(tr("Dream with Another Seed"))
        self._other.setToolTip(tr("Dream with a new seed: a variation of the same dream"))
        ThemedIcon(self._other, "die")
        self._add = button("deepdream_add", tr("Next"), self._add_pressed)
        self._live = Live(session, self._request, self)
        self._live.shown.connect(self._show_sketch)
        self._live.moved.connect(self._show_live)
        news.sketch_wanted.connect(self._keep_sketch)
        self._sketch: wire.Picture | None = None
        self._watch = self._live_button()
        self._progress = QtWidgets.QProgressBar()
        self._progress.setObjectName("deepdream_progress")
        self._progress.setAccessibleName(tr("Progress"))
        self._strength = NumberWidget(dream_settings.SPECS["strength"])
        self._strength.changed.connect(self._strength_moved)
        self._lay_out()
        self._looking = QtCore.QTimer(self)
        self._looking.setInterval(LOOK_MS)
        self._looking.timeout.connect(self._look_again)
        self._looking.start()
        self._watch_others()

    def _watch_others(self) -> None:
        self._session.changed.connect(self._show)
        self._session.previewed.connect(self._show_preview)
        for chosen in (self._choice, self._choice.style, self._choice.zoom, self._choice.animation):
            chosen.changed.connect(self._chosen)
        self._pages.changed.connect(self._turned)
        self._show()
        self._look()

    def _live_button(self) -> MarkedButton:
        made = MarkedButton()
        made.setObjectName("deepdream_live")
        # The longer of its two texts first: what stands beside it keeps its width.
        made.setText(tr("Live…"))
        made.setMinimumWidth(made.sizeHint().width())
        made.setText(tr("Live"))
        made.setAccessibleName(tr("Live"))
        made.setToolTip(
            tr("A quick sketch of the dream that follows your strokes. Keep, in its corner, makes a layer of it.")
        )
        made.setCheckable(True)
        made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        made.toggled.connect(self._live_pressed)
        return made

    def _lay_out(self) -> None:
        column = QtWidgets.QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP_PX)
        # One takes the place of the other.
        self._line = QtWidgets.QStackedWidget()
        self._line.addWidget(self._aim)
        self._line.addWidget(self._progress)
        self._line.setFixedHeight(self._watch.sizeHint().height())
        what, row = QtWidgets.QHBoxLayout(), QtWidgets.QHBoxLayout()
        what.addWidget(self._line, 1)
        what.addWidget(self._watch)
        row.addWidget(self._dream, 1)
        for each in (self._other, self._add):
            # A style's least width for buttons is made for dialogs.
            each.setFixedWidth(each.fontMetrics().horizontalAdvance(each.text() or "MM") + 2 * GAP_PX + PAD_PX)
            each.setSizePolicy(QtWidgets.QSizePolicy.Policy.Fixed, QtWidgets.QSizePolicy.Policy.Expanding)
            row.addWidget(each)
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
            self.begin()

    @guarded
    def _add_pressed(self, _checked: bool = False) -> None:
        self.begin()

    @guarded
    def _other_pressed(self, _checked: bool = False) -> None:
        self.begin_with_other_seed()

    def begin(self) -> str:
        """Dream what the page in front says; ends with a sentence. Raises ``DreamError``."""
        self._news.acted()
        self._pages.current.look_again()
        self._choice.animation.look(self._session.host.keyframe_times(self._choice.request))
        request = self._choice.animation.of(self._request())
        self._session.dream(request)
        self._choice.used()
        self._choice.remember()
        return tr("Dreaming “{name}”…", name=tr(request.name))

    def begin_with_other_seed(self) -> str:
        """The same with a new seed."""
        self._pages.current.look_again()
        self._pages.current.seeded.nudge({"seed": another_seed()})
        return self.begin()

    def cancel(self) -> str:
        """Give up what is dreamed; ends with a sentence."""
        if not self._session.busy:
            return tr("Nothing is being dreamed.")
        self._session.cancel()
        return self._session.sentence

    def toggle_live(self) -> str:
        """Switch *Live* on or off where the page in front has it; the docker says all of it."""
        self._watch.setChecked(self._watch.isEnabled() and not self._watch.isChecked())
        return ""

    def _request(self) -> DreamRequest:
        return self._pages.current.request()

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
    def _keep_sketch(self) -> None:
        self._news.acted()
        self._live.keep()

    @guarded
    def _strength_moved(self) -> None:
        self._session.results.set_strength(self._strength.value())

    @guarded
    def _chosen(self) -> None:
        self._news.acted()
        self._look()

    def note(self, sentence: str) -> None:
        """What else is to be known, before the line that says what would be dreamed."""
        self._note = sentence
        self._look()

    @guarded
    def _look(self) -> None:
        try:
            aim = self._session.forecast.in_words(self._choice.animation.of(self._request()))
        except errors.DreamError as error:
            aim = explain(error)
        self._aim.say(f"{self._note} {aim}".strip())

    @guarded
    def _look_again(self) -> None:
        # Not in the middle of a stroke: Krita's thread belongs to the brush then.
        if self.isVisible() and QtWidgets.QApplication.mouseButtons() == Qt.MouseButton.NoButton:
            self._look()
            self._news.look()

    @guarded
    def _turned(self) -> None:
        # Zooms and styles can't be made while somebody paints.
        watchable = self._pages.current.kind == dream_settings.DreamSettings.kind
        self._watch.setChecked(watchable and self._watch.isChecked())
        self._watch.setEnabled(watchable)
        self._news.acted()
        self._show()
        self._look()

    @guarded
    def _show(self) -> None:
        session, page = self._session, self._pages.current
        self._news.show_sketch(self._sketch is not None and not session.busy)
        self._strength.set_value(session.results.strength)
        self._show_meaning(
            tr("Cancel All") if len(session.queue.jobs) > 1 else tr("Cancel") if session.busy else page.verb
        )
        self._add.setEnabled(session.busy)
        self._add.setAccessibleName(page.then)
        self._add.setToolTip(f"{page.then}: {tr('starts when the current one finishes')}")
        at_work = session.busy or session.state is State.STARTING
        self._line.setCurrentWidget(self._progress if at_work else self._aim)
        self._show_progress(session.progress)

    def _show_meaning(self, text: str) -> None:
        cancels = self._session.busy
        if cancels != self._dream.property("cancels"):
            self._dream.setProperty("cancels", cancels)
            self._deaf.begin()
        self._dream.setText(text)
        self._dream.setAccessibleName(text)

    def _show_progress(self, progress: wire.Progress | None) -> None:
        job = next(iter(self._session.queue.jobs), None)
        location = job.grabbed.location if job else None
        words = (
            tr(
                "Now “{name}” on “{layer}” ({document})",
                name=tr(job.request.name),
                layer=location.layer_name,
                document=location.document_name,
            )
            if job and location
            else tr("Progress")
        )
        self._progress.setToolTip(plain(words))
        self._progress.setAccessibleDescription(words)
        if progress is None:
            # Qt's way of showing that something goes on whose end isn't known.
            self._progress.setRange(0, 0)
            return
        self._progress.setRange(0, SCALE)
        self._progress.setValue(round(SCALE * progress.done / progress.total))
        known = progress.done >= SURE * progress.total
        self._progress.setFormat(time_left(progress.seconds_left) if known else "%p %")

    @guarded
    def _show_sketch(self, picture: wire.Picture | None) -> None:
        self._sketch = picture
        if not self._session.busy:
            self._news.preview.show_picture(picture)
        self._news.show_sketch(picture is not None and not self._session.busy)

    @guarded
    def _show_preview(self, picture: wire.Picture | None) -> None:
        # After a dream the live sketch is there again.
        self._news.preview.show_picture(picture or self._sketch)

    @guarded
    def _show_live(self) -> None:
        self._watch.setText(tr("Live…") if self._live.at_work else tr("Live"))


def _widest(large: QtWidgets.QPushButton, verbs: list[str]) -> int:
    """What the large button asks for whatever it will ever say, so that it never asks for more."""

    def width_of(text: str) -> int:
        large.setText(text)
        return large.minimumSizeHint().width()

    return max(map(width_of, [tr("Cancel All"), tr("Cancel"), *verbs]))


def time_left(seconds: float) -> str:
    """How long it will still take."""
    return tr("nearly done") if seconds < 1.5 else tr("{time} left", time=in_words(seconds))

"""The frames of an animated layer: which are dreamed, how they hang together, and what is left to go on with."""

from __future__ import annotations

from ..border import guarded
from ..choices.animation_choice import Scope
from ..choices.choice import Choice
from ..core import film_settings, zoom_settings
from ..dreaming.session import Session
from ..jobs.job import Animation
from ..language import mark, tr
from ..qt import Qt, QtCore, QtWidgets
from ..widgets.buttons import tool_button
from ..widgets.calm_widgets import CalmChoice, CalmNumber
from ..widgets.deaf import Deaf
from ..widgets.flow import Flow
from ..widgets.labels import label
from ..widgets.setting_rows import SettingRows, setting_form
from .pages.pages import Pages

LOOK_MS = 500
LATEST = 99_999
SCOPES = {
    Scope.THIS: (mark("This Frame"), mark("Only the picture that you see now")),
    Scope.ALL: (mark("All Frames"), mark("Every keyframe of the layer; the result is an animated layer")),
    Scope.RANGE: (mark("Range"), mark("The keyframes of a part of the timeline; the result is an animated layer")),
}


class FramesBox(QtWidgets.QWidget):
    """Hidden where the active layer has no keyframes and nothing is left to go on with."""

    def __init__(self, session: Session, choice: Choice, pages: Pages) -> None:
        super().__init__()
        self._session, self._choice, self._pages = session, choice, pages
        self._animation = choice.animation
        self._words = label("deepdream_frames_words")
        column = QtWidgets.QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self._offer, self._details, self._range = self._offered(), QtWidgets.QWidget(), QtWidgets.QWidget()
        self._which = self._scopes()
        form = setting_form()
        form.addRow(tr("Frames"), self._which)
        column.addLayout(form)
        self._lay_out()
        for part in (self._range, self._details, self._words, self._offer):
            column.addWidget(part)
        self._looking = QtCore.QTimer(self)
        self._looking.setInterval(LOOK_MS)
        self._looking.timeout.connect(self._look)
        self._looking.start()
        self._animation.changed.connect(self._show)
        session.changed.connect(self._show)
        pages.changed.connect(self._show)
        self._show()

    def _scopes(self) -> CalmChoice:
        made = CalmChoice()
        made.setObjectName("deepdream_frames")
        made.setAccessibleName(tr("Which frames are dreamed"))
        for scope, (text, tip) in SCOPES.items():
            made.addItem(tr(text), scope)
            made.setItemData(made.count() - 1, tr(tip), Qt.ItemDataRole.ToolTipRole)
        made.activated.connect(self._chosen)
        return made

    def _lay_out(self) -> None:
        self._first = self._number("first", tr("First frame"), 0)
        self._last = self._number("last", tr("Last frame"), 0)
        self._every = self._number("every", tr("Every n-th keyframe"), 1)
        row = QtWidgets.QHBoxLayout(self._range)
        row.setContentsMargins(0, 0, 0, 0)
        for text, number in ((tr("From"), self._first), (tr("to"), self._last)):
            row.addWidget(QtWidgets.QLabel(text))
            row.addWidget(number, 1)
        form = setting_form(self._details)
        form.addRow(tr("Every n-th"), self._every)
        specs = film_settings.FilmSettings.spec_of
        SettingRows(form, self._animation, [specs("flow")], "frames_")

    def _number(self, name: str, spoken: str, least: int) -> CalmNumber:
        made = CalmNumber()
        made.setObjectName(f"deepdream_frames_{name}")
        made.setAccessibleName(spoken)
        made.setDecimals(0)
        made.setRange(least, LATEST)
        made.valueChanged.connect(self._chosen)
        return made

    def _offered(self) -> Flow:
        resume = tool_button(
            "deepdream_frames_resume", tr("Resume"), self._resume, tip=tr("Dream the other frames too")
        )
        tip = tr("Make an animated layer of the frames that are done")
        shorten = tool_button("deepdream_frames_keep", tr("Keep"), self._shorten, tip=tip)
        tip = tr("Forget the frames that are done")
        discard = tool_button("deepdream_frames_discard", tr("Discard"), self._discard, tip=tip)
        for each in (resume, shorten, discard):
            Deaf(each)
        return Flow([resume, shorten, discard])

    @guarded
    def _look(self) -> None:
        around = self.parentWidget()
        resting = QtWidgets.QApplication.mouseButtons() == Qt.MouseButton.NoButton
        if resting and around is not None and around.isVisible():
            self._animation.look(self._session.host.keyframe_times(self._choice.request))

    @guarded
    def _show(self) -> None:
        chosen = self._animation
        offered = bool(chosen.keyframes) and self._pages.current.kind != zoom_settings.ZoomSettings.kind
        scope = chosen.scope if offered else Scope.THIS
        self._which.setEnabled(offered)
        self._which.setCurrentIndex(list(SCOPES).index(chosen.scope))
        self._which.setToolTip(tr(SCOPES[chosen.scope][1]))
        for number, value in ((self._first, chosen.first), (self._last, chosen.last), (self._every, chosen.every)):
            number.blockSignals(True)
            number.setValue(value)
            number.blockSignals(False)
        self._range.setVisible(scope is Scope.RANGE)
        self._details.setVisible(scope is not Scope.THIS)
        words, left = self._said(), self._session.animations.left
        self._words.setText(words)
        self._words.setVisible(bool(words))
        self._offer.setVisible(bool(left))
        self.setVisible(offered or bool(words))

    def _said(self) -> str:
        job = next(iter(self._session.queue.jobs), None)
        if job is not None and job.request.animation is not None:
            return _at_work(job.request.animation)
        left = next(reversed(self._session.animations.left), None)
        if left is None or left.request.animation is None:
            return ""
        done, count = left.request.animation.done, len(left.request.animation.times)
        layer = left.grabbed.location.layer_name
        return tr("{done} of {count} frames of “{layer}” are done.", done=done, count=count, layer=layer)

    @guarded
    def _chosen(self, _value: float = 0) -> None:
        scope = list(SCOPES)[self._which.currentIndex()]
        self._animation.take(scope, *(round(each.value()) for each in (self._first, self._last, self._every)))

    @guarded
    def _resume(self, _checked: bool = False) -> None:
        self._session.animations.resume()

    @guarded
    def _shorten(self, _checked: bool = False) -> None:
        self._session.animations.keep()

    @guarded
    def _discard(self, _checked: bool = False) -> None:
        self._session.animations.discard()


def _at_work(animation: Animation) -> str:
    count = len(animation.times)
    if animation.is_whole:
        return tr("All {count} frames are done; the layer is being made…", count=count)
    return tr("Frame {number} of {count}…", number=animation.done + 1, count=count)

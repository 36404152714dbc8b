"""Filter ▸ DeepDream…: presets and sliders with a preview, as Krita's own filters have it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ..border import guarded
from ..choices.choice import Choice
from ..core import dream_settings, errors
from ..dreaming.session import Session
from ..dreaming.sketching import Sketching, grab
from ..jobs.document_data import Destination
from ..language import tr
from ..qt import Qt, QtCore, QtWidgets
from ..widgets.buttons import button, tool_button
from ..widgets.dream_of import DreamOf
from ..widgets.labels import label
from ..widgets.layouts import scrolling
from ..widgets.preset_grid import PresetGrid
from ..widgets.setting_widgets import NumberWidget
from ..widgets.simple_settings import SimpleSettings
from ..widgets.tips import TipLabel
from .sketch_pane import SketchPane, switch
from .sketch_view import STEP

REST_MS = 300
SIDE_PX = 280
LARGEST_SHARE = 0.95
STATUS_LINES, STATUS_MARGIN_PX = 3, 4


class FilterDialog(QtWidgets.QDialog):
    """Sketches what is active when it opens; *New Layer* and *Replace Layer* dream that in full and close the dialog.

    Whatever is active by then: the dream is of what is seen here.
    """

    def __init__(self, session: Session, choice: Choice, parent: QtWidgets.QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._choice = choice
        self._grabbed = grab(session.host, choice.request)
        self._sketching = Sketching(session, self)
        self.setObjectName("deepdream_dialog")
        self.setWindowTitle("DeepDream")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._pane = SketchPane(self._grabbed, choice)
        self._view = self._pane.view
        self._presets = PresetGrid()
        self._presets.chosen.connect(self._preset_chosen)
        self._strength = NumberWidget(dream_settings.SPECS["strength"])
        self._strength.changed.connect(self._strength_moved)
        self._preview = switch("dialog_preview", tr("Preview"), "")
        self._preview.setChecked(True)
        self._preview.toggled.connect(self._preview_toggled)
        self._status = label("deepdream_dialog_status")
        self._status.setAccessibleName(tr("Status"))
        # Its room is there before it speaks: nothing moves under the pen.
        self._status.setMinimumHeight(STATUS_LINES * self._status.fontMetrics().lineSpacing() + STATUS_MARGIN_PX)
        self._status.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._rest = QtCore.QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.timeout.connect(self._sketch_anew)
        self._lay_out()
        self._sketching.shown.connect(self._view.show_dream)
        self._sketching.moved.connect(self._show_sketching)
        session.changed.connect(self._show_session)
        choice.changed.connect(self._show_choice)
        choice.listed.connect(self._show_presets)
        self._strength.set_value(session.results.strength)
        self._view.show_strength(session.results.strength)
        self._show_presets()
        self._take_typed()

    def report_fault(self, error: errors.DreamError) -> None:
        """Show an error of one of the dialog's widgets."""
        self._session.report_fault(error)

    def _lay_out(self) -> None:
        side = QtWidgets.QVBoxLayout()
        form = QtWidgets.QFormLayout()
        form.addRow(TipLabel(tr("Strength"), self._strength), self._strength)
        thing = QtWidgets.QHBoxLayout()
        thing.addWidget(QtWidgets.QLabel(tr("Dream of")))
        thing.addWidget(DreamOf(self._choice), 1)
        side.addLayout(thing)
        side.addWidget(scrolling(self._presets), 1)
        side.addWidget(SimpleSettings(self._choice, self._session))
        side.addLayout(form)
        side.addWidget(self._status)
        frame = QtWidgets.QWidget()
        frame.setFixedWidth(SIDE_PX)
        frame.setLayout(side)
        upper = QtWidgets.QHBoxLayout()
        upper.addWidget(self._pane, 1)
        upper.addWidget(frame)
        column = QtWidgets.QVBoxLayout(self)
        column.addLayout(upper, 1)
        column.addLayout(self._foot())
        self.resize(self._size())

    def _size(self) -> QtCore.QSize:
        """As large as it was last, on a screen that may be smaller than that one was."""
        size, screen = QtCore.QSize(*self._choice.dialog_size), self.screen()
        return size.boundedTo(screen.availableSize() * LARGEST_SHARE) if screen else size

    def _foot(self) -> QtWidgets.QHBoxLayout:
        foot = QtWidgets.QHBoxLayout()
        foot.addWidget(_small("deepdream_zoom_in", "+", tr("Zoom in"), self._zoom_in))
        foot.addWidget(_small("deepdream_zoom_out", "−", tr("Zoom out"), self._zoom_out))
        foot.addWidget(_small("deepdream_zoom_fit", tr("Fit"), tr("Show all"), self._fit))
        compare = _small("deepdream_compare", tr("Original"), tr("Hold to see the original"))
        compare.pressed.connect(self._hold)
        compare.released.connect(self._release)
        foot.addWidget(compare)
        for each in (self._preview, *self._pane.switches):
            foot.addWidget(each)
        foot.addStretch(1)
        foot.addWidget(button("deepdream_new_layer", tr("New Layer"), self._new_layer))
        foot.addWidget(button("deepdream_replace_layer", tr("Replace Layer"), self._replace_layer))
        foot.addWidget(button("deepdream_dialog_cancel", tr("Cancel"), self._cancel))
        return foot

    @guarded
    def _zoom_in(self, _checked: bool = False) -> None:
        self._view.zoom(STEP)

    @guarded
    def _zoom_out(self, _checked: bool = False) -> None:
        self._view.zoom(1 / STEP)

    @guarded
    def _fit(self, _checked: bool = False) -> None:
        self._view.fit()

    @guarded
    def _hold(self) -> None:
        self._view.compare(original=True)

    @guarded
    def _release(self) -> None:
        self._view.compare(original=not self._preview.isChecked())

    @guarded
    def _preview_toggled(self, wanted: bool) -> None:
        self._view.compare(original=not wanted)
        if wanted:
            self._rest.start(REST_MS)
        else:
            self._rest.stop()
            self._sketching.stop()
            self._status.setText(self._grabbed.note)

    @guarded
    def _preset_chosen(self, name: str) -> None:
        self._choice.take_preset(name)

    @guarded
    def _strength_moved(self) -> None:
        self._session.results.set_strength(self._strength.value(), newest=False)
        self._view.show_strength(self._session.results.strength)

    @guarded
    def _take_typed(self) -> None:
        """What was typed in the docker counts here too."""
        self._choice.settle()

    @guarded
    def _show_presets(self) -> None:
        self._presets.show_presets(self._choice.offered, self._choice.favourites)
        self._show_choice()

    @guarded
    def _show_choice(self) -> None:
        self._presets.show_current([self._choice.preset])
        if self._preview.isChecked():
            self._rest.start(REST_MS)

    @guarded
    def _show_session(self) -> None:
        self._status.setText(self._session.sentence)

    @guarded
    def _sketch_anew(self) -> None:
        self._sketching.begin(self._grabbed, self._choice.request)

    @guarded
    def _show_sketching(self) -> None:
        if self._sketching.at_work:
            self._status.setText(tr("Refining the sketch…") if self._sketching.is_last else tr("Sketching…"))
        else:
            self._status.setText(self._grabbed.note)

    @guarded
    def _new_layer(self, _checked: bool = False) -> None:
        self._accept(Destination.ABOVE)

    @guarded
    def _replace_layer(self, _checked: bool = False) -> None:
        self._accept(Destination.REPLACE)

    def _accept(self, destination: Destination) -> None:
        self._choice.settle()
        self._session.dream(replace(self._choice.request, destination=destination).of(self._grabbed))
        self._choice.applied = destination
        self.accept()
        self._choice.remember()

    @guarded
    def _cancel(self, _checked: bool = False) -> None:
        self.reject()

    @guarded
    def done(self, result: int) -> None:
        """However the dialog is closed, its sketch ends; it opens as large again."""
        self._choice.dialog_size = (self.width(), self.height())
        self._rest.stop()
        self._sketching.stop()
        super().done(result)


def _small(name: str, text: str, tip: str, pressed: Callable[..., None] | None = None) -> QtWidgets.QToolButton:
    return tool_button(name, text, pressed, spoken=tip, tip=tip)

"""What the painter sees: preset, size, strength, one large button, and how the dream is getting on."""

from __future__ import annotations

from typing import Any

from .border import guarded
from .choice import Choice
from .core import errors, presets, settings, wire
from .preview import Preview
from .qt import Qt, QtWidgets
from .session import Session, State
from .setting_widgets import CalmChoice, NumberWidget
from .touch import FirstTouch

SCALE = 1000
LEAST_LINES = 13


class DreamPanel(QtWidgets.QScrollArea):
    """The docker's content: watches ``session`` and ``choice``, and acts on them. Holds no state of its own."""

    def __init__(self, session: Session, choice: Choice) -> None:
        super().__init__()
        self._session = session
        self._choice = choice
        self.setObjectName("deepdream_panel")
        self.setFrameShape(QtWidgets.QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._build()
        FirstTouch(self).touched.connect(self._first_touch)
        session.changed.connect(self._show_session)
        session.previewed.connect(self._show_preview)
        choice.changed.connect(self._show_choice)
        self._show_choice()
        self._show_session()

    def report_fault(self, error: errors.DreamError) -> None:
        """Show an error of one of the docker's widgets."""
        self._session.report_fault(error)

    def _build(self) -> None:
        self._preset = CalmChoice()
        for preset in presets.PRESETS.values():
            self._preset.addItem(preset.name)
            self._preset.setItemData(self._preset.count() - 1, preset.description, Qt.ItemDataRole.ToolTipRole)
        self._preset.activated.connect(self._preset_chosen)
        self._size = NumberWidget(settings.SPECS["size"])
        self._size.changed.connect(self._size_moved)
        self._strength = NumberWidget(settings.SPECS["strength"])
        self._strength.changed.connect(self._strength_moved)
        self._dream = self._button("deepdream_dream", "Dream", self._dream_pressed)
        self._dream.setMinimumHeight(2 * self._dream.fontMetrics().height())
        self._progress = QtWidgets.QProgressBar()
        self._progress.setRange(0, SCALE)
        self._preview = Preview()
        self._status = QtWidgets.QLabel()
        self._status.setWordWrap(True)
        self._status.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._keep = self._button("deepdream_keep", "Place It on Top", self._keep_pressed)
        self._drop = self._button("deepdream_drop", "Throw Away", self._drop_pressed)
        _name(self._preset, "deepdream_preset", "Preset")
        _name(self._progress, "deepdream_progress", "Progress")
        _name(self._status, "deepdream_status", "Status")
        self._lay_out()

    def _lay_out(self) -> None:
        content = QtWidgets.QWidget()
        column = QtWidgets.QVBoxLayout(content)
        form = QtWidgets.QFormLayout()
        form.setFieldGrowthPolicy(QtWidgets.QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        form.addRow("Preset", self._preset)
        form.addRow("Size", self._size)
        column.addLayout(form)
        column.addWidget(self._dream)
        column.addWidget(self._progress)
        column.addWidget(self._status)
        below = QtWidgets.QFormLayout()
        below.setFieldGrowthPolicy(QtWidgets.QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        below.addRow("Strength", self._strength)
        column.addLayout(below)
        offer = QtWidgets.QHBoxLayout()
        offer.addWidget(self._keep)
        offer.addWidget(self._drop)
        column.addLayout(offer)
        column.addWidget(self._preview)
        column.addStretch(1)
        self.setWidget(content)
        self.setMinimumHeight(LEAST_LINES * self.fontMetrics().lineSpacing())

    def _button(self, name: str, text: str, pressed: Any) -> QtWidgets.QPushButton:
        button = QtWidgets.QPushButton(text)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(pressed)
        _name(button, name, text)
        return button

    @guarded
    def _first_touch(self) -> None:
        self._session.wake()

    @guarded
    def _preset_chosen(self, index: int) -> None:
        self._choice.take_preset(self._preset.itemText(index))

    @guarded
    def _size_moved(self) -> None:
        self._choice.nudge({"size": self._size.value()})

    @guarded
    def _strength_moved(self) -> None:
        self._session.set_strength(self._strength.value())

    @guarded
    def _dream_pressed(self, _checked: bool = False) -> None:
        if self._session.busy:
            self._session.cancel()
        else:
            self._session.dream(self._choice.preset, self._choice.settings)

    @guarded
    def _keep_pressed(self, _checked: bool = False) -> None:
        self._session.keep_offer()

    @guarded
    def _drop_pressed(self, _checked: bool = False) -> None:
        self._session.drop_offer()

    @guarded
    def _show_choice(self) -> None:
        self._preset.setCurrentText(self._choice.preset)
        self._size.set_value(self._choice.settings.size)

    @guarded
    def _show_session(self) -> None:
        session = self._session
        self._strength.set_value(session.strength)
        self._dream.setText("Cancel" if session.busy else "Dream")
        self._dream.setAccessibleName(self._dream.text())
        self._progress.setVisible(session.busy or session.state is State.STARTING)
        self._show_progress(session.progress)
        self._status.setText(session.sentence)
        self._status.setVisible(bool(session.sentence))
        self._keep.setVisible(session.offer is not None)
        self._drop.setVisible(session.offer is not None)

    def _show_progress(self, progress: wire.Progress | None) -> None:
        if progress is None:
            # Qt's way of showing that something goes on whose end isn't known.
            self._progress.setRange(0, 0 if self._progress.isVisible() else SCALE)
            self._progress.setFormat("")
            return
        self._progress.setRange(0, SCALE)
        self._progress.setValue(round(SCALE * progress.done / progress.total))
        self._progress.setFormat(time_left(progress.seconds_left))

    @guarded
    def _show_preview(self, picture: wire.Picture | None) -> None:
        self._preview.show_picture(picture)


def time_left(seconds: float) -> str:
    """How long it will still take, in words no more precise than the guess is."""
    if seconds < 1.5:
        return "nearly done"
    if seconds < 90:
        return f"about {seconds:.0f} s left"
    return f"about {seconds / 60:.0f} min left"


def _name(widget: QtWidgets.QWidget, name: str, accessible: str) -> None:
    widget.setObjectName(name)
    widget.setAccessibleName(accessible)

"""Push buttons and tool buttons, made in one way everywhere."""

from __future__ import annotations

from collections.abc import Callable

from ..qt import Qt, QtWidgets
from .marked_button import MarkedButton


def button(name: str, text: str, pressed: Callable[..., None]) -> QtWidgets.QPushButton:
    """A push button that leaves the keyboard to the canvas; ``pressed`` is a guarded slot."""
    made = QtWidgets.QPushButton(text)
    made.setObjectName(name)
    made.setAccessibleName(text)
    made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    made.clicked.connect(pressed)
    return made


def tool_button(
    name: str, text: str, pressed: Callable[..., None] | None = None, spoken: str = "", tip: str = ""
) -> QtWidgets.QToolButton:
    """A small button with a frame that leaves the keyboard to the canvas; ``pressed`` is a guarded slot.

    If it can be switched on, it is marked then: a dark theme's own buttons look nearly the same, on and off.
    ``spoken``: what a screen reader says where ``text`` alone says too little.
    """
    made = MarkedButton()
    made.setObjectName(name)
    made.setText(text)
    made.setAccessibleName(spoken or text)
    made.setToolTip(tip)
    made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    if pressed is not None:
        made.clicked.connect(pressed)
    return made


def flat_button(
    name: str, text: str, pressed: Callable[..., None] | None = None, spoken: str = "", tip: str = ""
) -> QtWidgets.QToolButton:
    """As ``tool_button``, with a frame under the pointer only."""
    made = tool_button(name, text, pressed, spoken, tip)
    made.setAutoRaise(True)
    return made


def opening(made: QtWidgets.QToolButton, menu: QtWidgets.QMenu) -> QtWidgets.QToolButton:
    """The button, opening ``menu`` when it is pressed."""
    made.setPopupMode(QtWidgets.QToolButton.ToolButtonPopupMode.InstantPopup)
    made.setMenu(menu)
    return made

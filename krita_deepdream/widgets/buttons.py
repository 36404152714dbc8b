"""Push buttons, made in one way everywhere."""

from __future__ import annotations

from typing import Any

from ..qt import Qt, QtWidgets


def button(name: str, text: str, pressed: Any) -> QtWidgets.QPushButton:
    """A push button that leaves the keyboard to the canvas; ``pressed`` is a guarded slot."""
    made = QtWidgets.QPushButton(text)
    made.setObjectName(name)
    made.setAccessibleName(text)
    made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    made.clicked.connect(pressed)
    return made

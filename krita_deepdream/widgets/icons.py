"""The plugin's own icons, in the shade that the theme asks for, and again when the theme changes."""

from __future__ import annotations

from pathlib import Path

from ..border import guarded
from ..qt import QtCore, QtGui, QtWidgets

FOLDER = Path(__file__).parents[1] / "icons"
# A window darker than this has a dark theme.
MIDDLE = 128


def icon(name: str) -> QtGui.QIcon:
    """The icon ``name`` for the present theme."""
    lightness = QtWidgets.QApplication.palette().color(QtGui.QPalette.ColorRole.Window).lightness()
    return QtGui.QIcon(str(FOLDER / f"{name}-{'dark' if lightness < MIDDLE else 'light'}.svg"))


class ThemedIcon(QtCore.QObject):
    """Keeps a button's icon right, whatever theme is chosen while Krita runs."""

    def __init__(self, button: QtWidgets.QAbstractButton, name: str) -> None:
        super().__init__(button)
        self._button = button
        self._name = name
        button.installEventFilter(self)
        button.setIcon(icon(name))

    def eventFilter(self, _watched: QtCore.QObject | None, event: QtCore.QEvent | None) -> bool:
        self._look_at(event)
        return False

    @guarded
    def _look_at(self, event: QtCore.QEvent | None) -> None:
        if event is not None and event.type() == QtCore.QEvent.Type.PaletteChange:
            self._button.setIcon(icon(self._name))

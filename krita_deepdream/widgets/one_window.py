"""One window of a kind at a time, held while it is open.

PyQt keeps the Python half of a widget (slots, overrides) only as long as somebody holds it or the *wrapper* of its
parent. Krita hands out a new wrapper of its main window at every call, so a dialog that belongs to it and is held by
nobody is a bare, dead ``QDialog`` as soon as the statement that made it ends.
"""

from __future__ import annotations

from collections.abc import Callable

from ..border import guarded
from ..qt import QtCore, QtWidgets, alive


class OneWindow(QtCore.QObject):
    """Holds the window that it shows until that is closed or deleted."""

    def __init__(self, parent: QtCore.QObject) -> None:
        super().__init__(parent)
        self._window: QtWidgets.QDialog | None = None

    @property
    def window(self) -> QtWidgets.QDialog | None:
        """The window that is open."""
        return self._window if alive(self._window) else None

    def open(self, make: Callable[[], QtWidgets.QDialog]) -> None:
        """Make a window and show it, instead of the one that is open. Raises what ``make`` raises."""
        made, old = make(), self.window
        if old:
            old.close()
        self._window = made
        made.finished.connect(self._closed)
        made.show()

    @guarded
    def _closed(self, _result: int) -> None:
        self._window = None

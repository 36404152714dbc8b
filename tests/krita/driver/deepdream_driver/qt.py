"""PyQt6 or PyQt5, whichever this Krita was built with."""

from __future__ import annotations

try:
    from PyQt6 import QtCore, QtGui, QtWidgets

    ACTION = QtGui.QAction
except ImportError:
    from PyQt5 import QtCore, QtGui, QtWidgets  # type: ignore[no-redef]

    ACTION = QtWidgets.QAction  # type: ignore[misc]

__all__ = ["ACTION", "QtCore", "QtGui", "QtWidgets"]

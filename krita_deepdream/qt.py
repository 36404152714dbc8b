"""PyQt5 or PyQt6, decided here alone: the one that Krita has loaded already, else the newest there is."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING or "PyQt6.QtCore" in sys.modules:
    from PyQt6 import QtCore, QtGui, QtWidgets, sip
    from PyQt6.QtGui import QAction
elif "PyQt5.QtCore" in sys.modules:
    from PyQt5 import QtCore, QtGui, QtWidgets, sip
    from PyQt5.QtWidgets import QAction
else:
    try:
        from PyQt6 import QtCore, QtGui, QtWidgets, sip
        from PyQt6.QtGui import QAction
    except ModuleNotFoundError:
        from PyQt5 import QtCore, QtGui, QtWidgets, sip
        from PyQt5.QtWidgets import QAction

Qt = QtCore.Qt
Signal = QtCore.pyqtSignal

__all__ = ["QAction", "Qt", "QtCore", "QtGui", "QtWidgets", "Signal", "alive"]


def alive(thing: object) -> bool:
    """Whether there is still an object of Qt behind a Python one: Qt deletes widgets without asking Python."""
    return thing is not None and not (isinstance(thing, sip.simplewrapper) and sip.isdeleted(thing))

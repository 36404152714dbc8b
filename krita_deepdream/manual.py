"""The manual that comes with the plugin, in the painter's browser."""

from __future__ import annotations

from pathlib import Path

from .qt import QtCore, QtGui

FILE = Path(__file__).with_name("Manual.html")


def open_manual() -> None:
    """Show it."""
    QtGui.QDesktopServices.openUrl(QtCore.QUrl.fromLocalFile(str(FILE)))

"""What Qt's own layouts lack: a column is emptied."""

from __future__ import annotations

from ..qt import QtWidgets


def clear(column: QtWidgets.QBoxLayout, left: int = 0) -> None:
    """Delete the widgets in a layout but for the last ``left``."""
    while column.count() > left:
        item = column.takeAt(0)
        widget = item.widget() if item else None
        if widget is not None:
            # Gone at once: Qt deletes it when the event loop runs, and until then it would be found by its name.
            widget.setParent(None)
            widget.deleteLater()

"""What Qt's own layouts lack: a column is emptied, a widget scrolls up and down."""

from __future__ import annotations

from ..qt import Qt, QtWidgets


def clear(column: QtWidgets.QBoxLayout, left: int = 0) -> None:
    """Delete the widgets in a layout but for the last ``left``."""
    while column.count() > left:
        _let_go(column.takeAt(0))


def clear_rows(form: QtWidgets.QFormLayout) -> None:
    """Delete the rows of a form, also when one of their own signals asks for it."""
    while form.rowCount():
        row = form.takeRow(0)
        _let_go(row.labelItem)
        _let_go(row.fieldItem)


def _let_go(item: QtWidgets.QLayoutItem | None) -> None:
    widget = item.widget() if item else None
    if widget is not None:
        # Gone at once: Qt deletes it when the event loop runs, and until then it would be found by its name.
        widget.setParent(None)
        widget.deleteLater()


def scrolling(content: QtWidgets.QWidget) -> QtWidgets.QScrollArea:
    """A frame in which ``content`` is as wide as there is room, and scrolls up and down."""
    scroll = QtWidgets.QScrollArea()
    scroll.setFrameShape(QtWidgets.QFrame.Shape.NoFrame)
    scroll.setWidgetResizable(True)
    scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    # One that came with a message would make the content narrower.
    scroll.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
    scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    scroll.setWidget(content)
    return scroll

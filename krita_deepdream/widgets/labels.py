"""Labels of plain text, made in one way everywhere: some wrap, some end in “…” where there is no room."""

from __future__ import annotations

from ..border import guarded
from ..qt import Qt, QtCore, QtGui, QtWidgets
from .tips import plain


def label(name: str) -> QtWidgets.QLabel:
    """A label, empty yet, for plain text of one or more lines."""
    made = QtWidgets.QLabel()
    made.setObjectName(name)
    made.setWordWrap(True)
    made.setTextFormat(Qt.TextFormat.PlainText)
    return made


class ShortLabel(QtWidgets.QLabel):
    """One line of plain text; takes the room there is. Where that is too little, its tip says all of it."""

    def __init__(self, text: str = "") -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QtWidgets.QSizePolicy.Policy.Ignored, QtWidgets.QSizePolicy.Policy.Preferred)
        self.say(text)

    def say(self, text: str) -> None:
        """Show another text."""
        self.setText(text)
        self.setToolTip(plain(text))

    @guarded
    def paintEvent(self, event: QtGui.QPaintEvent | None) -> None:
        room = self.contentsRect()
        text = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, room.width())
        painter = QtGui.QPainter(self)
        painter.drawText(QtCore.QRectF(room), text, QtGui.QTextOption(self.alignment()))
        painter.end()

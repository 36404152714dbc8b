"""What a setting does, as a tooltip with a picture; a press on its label shows it too, for a pen can't hover."""

from __future__ import annotations

from html import escape
from pathlib import Path

from ..border import guarded
from ..qt import Qt, QtGui, QtWidgets

FOLDER = Path(__file__).parents[1] / "pictures" / "tips"


def tip(name: str, text: str) -> str:
    """Rich text for the setting called ``name``; with a picture if there is one."""
    file = FOLDER / f"{name}.png"
    picture = f'<br/><img src="{escape(file.as_posix())}"/>' if file.is_file() else ""
    return f"<p>{escape(text)}{picture}</p>"


def plain(text: str) -> str:
    """A tip that shows ``text`` as it is: layers and files may be called "<b>", which Qt takes for rich text."""
    return f"<p>{escape(text)}</p>" if "<" in text else text


class TipLabel(QtWidgets.QLabel):
    """A label of a form that explains the field beside it when it is pressed."""

    def __init__(self, text: str, explains: QtWidgets.QWidget) -> None:
        super().__init__(text)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setToolTip(explains.toolTip())

    @guarded
    def mouseReleaseEvent(self, event: QtGui.QMouseEvent | None) -> None:
        QtWidgets.QToolTip.showText(self.mapToGlobal(self.rect().bottomLeft()), self.toolTip(), self)
        if event:
            event.accept()

"""The docker: pages and history that scroll, and below them the large button that is always in reach."""

from __future__ import annotations

from .border import guarded
from .choice import Choice
from .core import errors
from .dream_box import DreamBox
from .dream_page import DreamPage
from .history_box import HistoryBox
from .pages import Pages
from .qt import Qt, QtWidgets
from .session import Session
from .touch import FirstTouch

LEAST_LINES = 3


class DreamPanel(QtWidgets.QWidget):
    """The docker's content: puts the parts together; each of them watches ``session`` or ``choice``."""

    def __init__(self, session: Session, choice: Choice) -> None:
        super().__init__()
        self._session = session
        self.setObjectName("deepdream_panel")
        pages = Pages([DreamPage(session, choice)])
        self._lay_out([pages, HistoryBox(session, choice)], DreamBox(session, choice, pages))
        FirstTouch(self).touched.connect(self._first_touch)

    def report_fault(self, error: errors.DreamError) -> None:
        """Show an error of one of the docker's widgets."""
        self._session.report_fault(error)

    def _lay_out(self, parts: list[QtWidgets.QWidget], foot: QtWidgets.QWidget) -> None:
        content = QtWidgets.QWidget()
        inside = QtWidgets.QVBoxLayout(content)
        inside.setContentsMargins(0, 0, 0, 0)
        for part in parts:
            inside.addWidget(part)
        inside.addStretch(1)
        scroll = QtWidgets.QScrollArea()
        scroll.setObjectName("deepdream_scroll")
        scroll.setFrameShape(QtWidgets.QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setMinimumHeight(LEAST_LINES * self.fontMetrics().lineSpacing())
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(content)
        column = QtWidgets.QVBoxLayout(self)
        column.addWidget(scroll, 1)
        column.addWidget(foot)

    @guarded
    def _first_touch(self) -> None:
        self._session.wake()

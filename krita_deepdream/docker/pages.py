"""The docker's pages, one for each thing that the large button can do; a row of tabs chooses between them."""

from __future__ import annotations

from ..border import guarded
from ..language import tr
from ..orders.jobs import Order
from ..qt import Qt, QtWidgets, Signal


class Page(QtWidgets.QWidget):
    """A page of the docker: ``title`` stands on its tab, ``verb`` on the large button; of one ``kind`` of job."""

    title: str
    verb: str
    kind: str

    def look_again(self) -> None:
        """The large button is pressed: take what was painted and typed since the last time. Raises ``DreamError``."""

    def order(self) -> Order:
        """What a press of the large button asks for now. Raises ``DreamError`` if it can't be asked for."""
        raise NotImplementedError


class Pages(QtWidgets.QWidget):
    """Shows one page at a time, with no tabs while there is one only; ``changed`` when another is chosen."""

    changed = Signal()

    def __init__(self, pages: list[Page]) -> None:
        super().__init__()
        self._pages = pages
        self._tabs = QtWidgets.QTabBar()
        self._tabs.setObjectName("deepdream_pages")
        self._tabs.setAccessibleName(tr("Pages"))
        self._tabs.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._tabs.setExpanding(True)
        self._tabs.setDrawBase(False)
        column = QtWidgets.QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._tabs)
        for page in pages:
            self._tabs.addTab(page.title)
            column.addWidget(page)
        self._tabs.setVisible(len(pages) > 1)
        self._tabs.currentChanged.connect(self._turned)
        self._turned(0)

    @property
    def current(self) -> Page:
        """The page that is shown."""
        return self._pages[self._tabs.currentIndex()]

    @guarded
    def turn_to(self, kind: str) -> None:
        """Show the page for a kind of job."""
        self._tabs.setCurrentIndex([page.kind for page in self._pages].index(kind))

    @guarded
    def _turned(self, _index: int) -> None:
        for page in self._pages:
            page.setVisible(page is self.current)
        self.changed.emit()

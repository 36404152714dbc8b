"""The docker's pages, one for each thing that the large button can do; a row of tabs chooses between them."""

from __future__ import annotations

from ...border import guarded
from ...choices.settings_choice import SettingsChoice
from ...jobs.job import DreamRequest
from ...language import tr
from ...qt import Qt, QtWidgets, Signal


class Page(QtWidgets.QWidget):
    """A page of the docker: ``title`` stands on its tab, ``verb`` on the large button; of one ``kind`` of job.

    ``then`` says ``verb`` of the job after the present one; ``seeded`` has the seed that the job will have.
    """

    title: str
    verb: str
    then: str
    kind: str
    seeded: SettingsChoice

    def look_again(self) -> None:
        """The large button is pressed: take what was painted and typed since the last time. Raises ``DreamError``."""

    def request(self) -> DreamRequest:
        """What a press of the large button asks for now. Raises ``DreamError`` if it can't be asked for."""
        raise NotImplementedError


class Pages(QtWidgets.QWidget):
    """Shows one page at a time; ``changed`` when another is chosen.

    ``tabs`` choose between them and stand elsewhere: they stay in sight while the page is scrolled. With one page they
    are hidden.
    """

    changed = Signal()

    def __init__(self, pages: list[Page]) -> None:
        super().__init__()
        self.pages = pages
        self.tabs = QtWidgets.QTabBar()
        self.tabs.setObjectName("deepdream_pages")
        self.tabs.setAccessibleName(tr("Pages"))
        self.tabs.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.tabs.setExpanding(True)
        self.tabs.setDrawBase(False)
        column = QtWidgets.QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        for page in pages:
            self.tabs.addTab(page.title)
            column.addWidget(page)
        self.tabs.setVisible(len(pages) > 1)
        self.tabs.currentChanged.connect(self._turned)
        self._turned(0)

    @property
    def current(self) -> Page:
        """The page that is shown."""
        return self.pages[self.tabs.currentIndex()]

    @guarded
    def show_page(self, kind: str) -> None:
        """Show the page for a kind of job."""
        self.tabs.setCurrentIndex([page.kind for page in self.pages].index(kind))

    @guarded
    def _turned(self, _index: int) -> None:
        for page in self.pages:
            page.setVisible(page is self.current)
        self.changed.emit()

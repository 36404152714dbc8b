"""What DeepDream keeps on disk that can be made again: how much that is, how much it may be, and how to clear it."""

from __future__ import annotations

from collections.abc import Generator

from ..border import guarded
from ..core import cache_settings, caches, errors, spec
from ..language import explain, mark, tr
from ..qt import Qt, QtCore, QtWidgets
from ..setup import install_folder
from ..setup.background import Background
from ..setup.set_up import Step
from ..widgets.buttons import button
from ..widgets.flow import make_room
from ..widgets.labels import label
from ..widgets.setting_widgets import NumberWidget

LOOK_MS = 100
FOUND = mark(
    "Atlas pictures: {atlas} MB. Stages of dreams, and frames on their way: {jobs} MB. What is in use isn't cleared."
)


class CachesDialog(QtWidgets.QDialog):
    """Looks and deletes beside Krita's thread; of several things that are wanted meanwhile the last one is done."""

    def __init__(self, parent: QtWidgets.QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("deepdream_caches")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(f"{tr('Caches')} – DeepDream")
        self._work: Background | None = None
        self._next: int | None = None
        self._words = label("deepdream_caches_words")
        self._limit = NumberWidget(spec.specs_of(cache_settings.CacheSettings)["cache_limit"], slider=False)
        self._limit.set_value(cache_settings.read().cache_limit)
        self._limit.changed.connect(self._limit_moved)
        name = QtWidgets.QLabel(tr(self._limit.spec.label))
        row, foot = QtWidgets.QHBoxLayout(), QtWidgets.QHBoxLayout()
        row.addWidget(name)
        row.addWidget(self._limit, 1)
        foot.addWidget(button("deepdream_caches_clear", tr("Clear"), self._clear_pressed))
        foot.addStretch(1)
        foot.addWidget(button("deepdream_caches_close", tr("Close"), self._close_pressed))
        column = QtWidgets.QVBoxLayout(self)
        column.addWidget(self._words)
        column.addLayout(row)
        column.addLayout(foot)
        make_room(self)
        self._timer = QtCore.QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self._look)
        self._fit(cache_settings.read().limit_bytes)

    def report_fault(self, error: errors.DreamError) -> None:
        """Show an error of one of the dialog's widgets."""
        self._words.setText(explain(error))

    def _fit(self, limit: int) -> None:
        self._next = limit
        self._timer.start()
        self._look()

    @guarded
    def _look(self) -> None:
        if self._work is not None and self._work.running:
            return
        done, self._work = self._work, None
        if self._next is not None:
            self._work, self._next = Background(_fitted(self._next)), None
            self._work.start()
            return
        self._timer.stop()
        if done is not None and done.error is not None:
            raise done.error
        if done is not None:
            megabytes = {name: f"{size / 1e6:.0f}" for name, size in done.result.items()}
            self._words.setText(tr(FOUND, **megabytes))
            # Larger is how somebody made it.
            self.resize(self.size().expandedTo(self.sizeHint()))

    @guarded
    def _limit_moved(self) -> None:
        chosen = cache_settings.CacheSettings(cache_limit=self._limit.value())
        try:
            cache_settings.write(chosen)
        except OSError as error:
            raise install_folder.files_error(error) from error
        self._fit(chosen.limit_bytes)

    @guarded
    def _clear_pressed(self, _checked: bool = False) -> None:
        self._fit(0)

    @guarded
    def _close_pressed(self, _checked: bool = False) -> None:
        self.close()


def _fitted(limit: int) -> Generator[Step, None, dict[str, int]]:
    """What is left in each cache when no more than ``limit`` bytes are, but for what is in use."""
    caches.fit(limit)
    yield from ()
    return caches.by_folder()

"""The job that is dreamed and those that wait: which document and layer each belongs to, and a button to cancel it."""

from __future__ import annotations

from functools import partial

from ...border import guarded
from ...dreaming.session import Session
from ...jobs.job import Job
from ...language import tr
from ...qt import QtWidgets
from ...widgets.buttons import flat_button
from ...widgets.deaf import Deaf
from ...widgets.labels import ShortLabel
from ...widgets.layouts import clear
from ...widgets.tips import plain


class QueueBox(QtWidgets.QWidget):
    """Hidden while nothing waits: of a single job the progress bar tells, and Cancel is its button."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._shown: list[int] = []
        self.setObjectName("deepdream_queue")
        self.setAccessibleName(tr("Dreams in progress"))
        self._column = QtWidgets.QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        session.changed.connect(self._show)
        self._show()

    @guarded
    def _show(self) -> None:
        jobs = self._session.queue.jobs
        self.setVisible(len(jobs) > 1)
        if [job.number for job in jobs] == self._shown:
            return
        self._shown = [job.number for job in jobs]
        clear(self._column)
        for job in jobs:
            self._column.addWidget(self._row(job, job is jobs[0]))

    def _row(self, job: Job, first: bool) -> QtWidgets.QWidget:
        location, name = job.grabbed.location, tr(job.request.name)
        row = QtWidgets.QWidget()
        line = QtWidgets.QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        text = tr("Now “{name}” on “{layer}” ({document})") if first else tr("Then “{name}” on “{layer}” ({document})")
        said = text.format(name=name, layer=location.layer_name, document=location.document_name)
        line.addWidget(ShortLabel(said), 1)
        tip = tr("Remove {name} on {layer} from the queue", name=name, layer=location.layer_name)
        drop = flat_button(f"deepdream_drop_{job.number}", "✕", partial(self._drop, job.number), tip, plain(tip))
        Deaf(drop)
        line.addWidget(drop)
        return row

    @guarded
    def _drop(self, number: int, _checked: bool = False) -> None:
        self._session.cancel_one(number)

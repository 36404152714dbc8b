"""The jobs that wait: which document each belongs to, and a button to take it out again."""

from __future__ import annotations

from functools import partial

from .border import guarded
from .jobs import Job
from .language import tr
from .qt import Qt, QtWidgets
from .session import Session


class QueueBox(QtWidgets.QWidget):
    """Hidden while nothing waits; watches ``session``."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._shown: list[int] = []
        self.setObjectName("deepdream_queue")
        self.setAccessibleName(tr("Waiting dreams"))
        self._column = QtWidgets.QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        session.changed.connect(self._show)
        self._show()

    @guarded
    def _show(self) -> None:
        jobs = self._session.waiting
        self.setVisible(bool(jobs))
        if [job.number for job in jobs] == self._shown:
            return
        self._shown = [job.number for job in jobs]
        while self._column.count():
            item = self._column.takeAt(0)
            row = item.widget() if item else None
            if row:
                row.setParent(None)
                row.deleteLater()
        for job in jobs:
            self._column.addWidget(self._row(job))

    def _row(self, job: Job) -> QtWidgets.QWidget:
        place, name = job.grabbed.place, tr(job.order.name)
        row = QtWidgets.QWidget()
        line = QtWidgets.QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        label = QtWidgets.QLabel(tr(
            "Then “{name}” on “{layer}” ({document})", name=name, layer=place.layer_name, document=place.document_name))
        label.setWordWrap(True)
        line.addWidget(label, 1)
        drop = QtWidgets.QToolButton()
        drop.setObjectName(f"deepdream_drop_{job.number}")
        drop.setAccessibleName(tr("Don't dream {name} on {layer}", name=name, layer=place.layer_name))
        drop.setText("✕")
        drop.setAutoRaise(True)
        drop.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        drop.clicked.connect(partial(self._drop, job.number))
        line.addWidget(drop)
        return row

    @guarded
    def _drop(self, number: int, _checked: bool = False) -> None:
        self._session.cancel_waiting(number)

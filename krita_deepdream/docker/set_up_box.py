"""The docker's head while something has to be set up: what it will cost, the button, progress, and other ways."""

from __future__ import annotations

from pathlib import Path

from ..border import guarded
from ..core import errors
from ..language import explain, mark, tr
from ..qt import QtGui, QtWidgets
from ..setup.needs import Need
from ..setup.progress_words import doing, offer, rescued_in
from ..setup.upkeep import Upkeep
from ..widgets.buttons import button, flat_button, opening
from ..widgets.labels import label
from ..widgets.menus import entry

SCALE = 1000
VERBS = {
    Need.MAKE: mark("Set Up"),
    Need.RESUME: mark("Resume Setup"),
    Need.REPAIR: mark("Rebuild"),
    Need.EXTEND: mark("Update Packages"),
    Need.UPDATE: mark("Update Packages"),
}


class SetUpBox(QtWidgets.QFrame):
    """Hidden when there is nothing to do; watches ``upkeep`` and tells it what the painter wants."""

    def __init__(self, upkeep: Upkeep) -> None:
        super().__init__()
        self._upkeep = upkeep
        self.setObjectName("deepdream_set_up_box")
        self.setFrameShape(QtWidgets.QFrame.Shape.StyledPanel)
        self._words = label("deepdream_set_up_words")
        self._progress = QtWidgets.QProgressBar()
        self._progress.setObjectName("deepdream_set_up_progress")
        self._progress.setAccessibleName(tr("Setup progress"))
        self._progress.setRange(0, SCALE)
        self._button = button("deepdream_set_up", tr("Set Up"), self._pressed)
        self._button.setMinimumHeight(2 * self._button.fontMetrics().height())
        self._ways = self._other_ways()
        column = QtWidgets.QVBoxLayout(self)
        for widget in (self._words, self._progress, self._button, self._ways):
            column.addWidget(widget)
        upkeep.changed.connect(self._show)
        self._show()

    def report_fault(self, error: errors.DreamError) -> None:
        """Show an error of one of the menu's entries."""
        self._upkeep.report_fault(error)

    def _other_ways(self) -> QtWidgets.QToolButton:
        made = flat_button("deepdream_set_up_ways", tr("Other options"))
        menu = QtWidgets.QMenu(made)
        entry(menu, tr("Choose Python…"), self._choose_python, "set_up_python")
        entry(menu, tr("Install from a Folder of Wheels…"), self._choose_wheels, "set_up_wheels")
        entry(menu, tr("Choose Folder…"), self._choose_folder, "set_up_folder")
        return opening(made, menu)

    @guarded
    def showEvent(self, event: QtGui.QShowEvent | None) -> None:
        super().showEvent(event)
        self._upkeep.look_again()

    @guarded
    def _pressed(self, _checked: bool = False) -> None:
        if self._upkeep.task:
            self._upkeep.stop()
        else:
            self._upkeep.set_up()

    @guarded
    def _choose_python(self, _checked: bool = False) -> None:
        path, _filter = QtWidgets.QFileDialog.getOpenFileName(self, tr("Choose Python"))
        if path:
            self._upkeep.choose_python(Path(path))

    @guarded
    def _choose_wheels(self, _checked: bool = False) -> None:
        folder = QtWidgets.QFileDialog.getExistingDirectory(self, tr("Folder of Wheels"))
        if folder:
            self._upkeep.choose_wheels(Path(folder))

    @guarded
    def _choose_folder(self, _checked: bool = False) -> None:
        folder = QtWidgets.QFileDialog.getExistingDirectory(self, tr("Folder for DeepDream"))
        if folder:
            self._upkeep.choose_folder(Path(folder))

    @guarded
    def _show(self) -> None:
        upkeep = self._upkeep
        at_work = upkeep.task in ("set up", "uninstall")
        self.setVisible(at_work or upkeep.need is not Need.NOTHING)
        self._progress.setVisible(at_work)
        self._progress.setValue(round(SCALE * upkeep.step.done) if upkeep.step else 0)
        self._button.setVisible(upkeep.task == "set up" or (not upkeep.task and upkeep.need in VERBS))
        self._button.setText(tr("Stop") if at_work else tr(VERBS.get(upkeep.need, "Set Up")))
        self._button.setAccessibleName(self._button.text())
        self._ways.setVisible(not upkeep.task and upkeep.need in VERBS)
        self._words.setText(doing(upkeep.step) if at_work else self._offer())

    def _offer(self) -> str:
        said = offer(self._upkeep.need, self._upkeep.python, self._upkeep.wheels, self._upkeep.damaged)
        said = f"{said} {rescued_in(self._upkeep.rescued)}".strip()
        return f"{explain(self._upkeep.error)}\n\n{said}" if self._upkeep.error else said

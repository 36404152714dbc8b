"""The page *Zoom*: dream, go a little closer, and dream again."""

from __future__ import annotations

from pathlib import Path

from ...border import guarded
from ...choices.choice import Choice
from ...core import spec, zoom_settings
from ...jobs.job import DreamRequest
from ...language import mark, tr
from ...qt import QtWidgets
from ...widgets.calm_widgets import CalmChoice
from ...widgets.labels import label
from ...widgets.setting_rows import SettingRows, setting_form
from ..more.source_and_result import SourceWidget
from .pages import Page

PREFIX = "zoom_"
SPECS = spec.specs_of(zoom_settings.ZoomSettings)
LAYER, FILE, FOLDER = range(3)
VIDEOS = mark("Animated pictures and videos (*.webp *.gif *.mp4 *.webm)")


class ZoomPage(Page):
    """Follows ``choice`` and changes it; what each frame dreams of is chosen on the page *Dream*."""

    kind = zoom_settings.ZoomSettings.kind

    def __init__(self, choice: Choice) -> None:
        super().__init__()
        self.title, self.verb = tr("Zoom"), tr("Make Zoom")
        self.then, self.seeded = tr("Make Zoom Next"), choice
        self._choice = choice
        self._words = label("deepdream_zoom_words")
        form = setting_form()
        SettingRows(form, choice.zoom, list(SPECS.values()), PREFIX)
        form.addRow(tr("Source"), SourceWidget(choice, PREFIX))
        self._destination = CalmChoice()
        self._destination.setObjectName("deepdream_zoom_result")
        self._destination.setAccessibleName(tr("Where the zoom goes"))
        for text in (tr("Animated layer"), tr("File…"), tr("Folder of pictures…")):
            self._destination.addItem(text)
        self._destination.activated.connect(self._destination_chosen)
        form.addRow(tr("Result"), self._destination)
        column = QtWidgets.QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._words)
        column.addLayout(form)
        choice.changed.connect(self._show)
        choice.zoom.changed.connect(self._show)
        self._show()

    def look_again(self) -> None:
        self._choice.settle()

    def request(self) -> DreamRequest:
        return self._choice.zoom_request

    @guarded
    def _destination_chosen(self, index: int) -> None:
        zoom = self._choice.zoom
        if index == LAYER:
            zoom.take_target("")
        elif index == FILE:
            target, _filter = QtWidgets.QFileDialog.getSaveFileName(self, tr("Save Zoom"), "zoom.webp", tr(VIDEOS))
            zoom.take_target(_with_ending(target) or zoom.target)
        else:
            folder = QtWidgets.QFileDialog.getExistingDirectory(self, tr("Folder of pictures"))
            zoom.take_target(folder or zoom.target)

    @guarded
    def _show(self) -> None:
        preset, zoom = self._choice.name, self._choice.zoom
        words = tr("Each frame uses the settings of the Dream tab: “{preset}”.", preset=preset)
        self._words.setText(words if not zoom.target else f"{words} {zoom.target}")
        self._destination.setCurrentIndex(_index_of(zoom.target))


def _index_of(target: str) -> int:
    return LAYER if not target else FOLDER if Path(target).is_dir() else FILE


def _with_ending(file: str) -> str:
    """Some of the dialogs that ask for a file leave it to the painter how it ends; without an ending it's a folder."""
    return file if not file or Path(file).suffix else f"{file}.webp"

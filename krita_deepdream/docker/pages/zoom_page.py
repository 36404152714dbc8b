"""The page *Zoom*: a film that dreams, goes a little closer, and dreams again."""

from __future__ import annotations

from pathlib import Path

from ...border import guarded
from ...choices.choice import Choice
from ...core import spec, zoom_settings
from ...language import tr
from ...orders.jobs import Order
from ...qt import Qt, QtWidgets
from ...widgets.calm_widgets import CalmChoice
from ...widgets.setting_rows import SettingRows, setting_form
from ..more.source_and_result import SourceWidget
from .pages import Page

KIND = "film_"
SPECS = spec.specs_of(zoom_settings.FilmSettings)
LAYER, FILE, FOLDER = range(3)
FILMS = "Animated pictures and films (*.webp *.gif *.mp4 *.webm)"


class ZoomPage(Page):
    """Follows ``choice`` and changes it; what each frame dreams of is chosen on the page *Dream*."""

    kind = zoom_settings.FilmSettings.kind

    def __init__(self, choice: Choice) -> None:
        super().__init__()
        self.title, self.verb = tr("Zoom"), tr("Make Film")
        self.then, self.seeded = tr("Make Film Next"), choice
        self._choice = choice
        self._words = QtWidgets.QLabel()
        self._words.setObjectName("deepdream_film_words")
        self._words.setWordWrap(True)
        self._words.setTextFormat(Qt.TextFormat.PlainText)
        form = setting_form()
        SettingRows(form, choice.film, list(SPECS.values()), KIND)
        form.addRow(tr("Source"), SourceWidget(choice, KIND))
        self._goes = CalmChoice()
        self._goes.setObjectName("deepdream_film_result")
        self._goes.setAccessibleName(tr("What becomes of the film"))
        for text in (tr("Animated layer"), tr("File…"), tr("Folder of pictures…")):
            self._goes.addItem(text)
        self._goes.activated.connect(self._goes_chosen)
        form.addRow(tr("Result"), self._goes)
        column = QtWidgets.QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._words)
        column.addLayout(form)
        choice.changed.connect(self._show)
        choice.film.changed.connect(self._show)
        self._show()

    def look_again(self) -> None:
        self._choice.settle()

    def order(self) -> Order:
        return self._choice.film_order

    @guarded
    def _goes_chosen(self, index: int) -> None:
        film = self._choice.film
        if index == LAYER:
            film.take_target("")
        elif index == FILE:
            target, _kind = QtWidgets.QFileDialog.getSaveFileName(self, tr("Film"), "film.webp", tr(FILMS))
            film.take_target(_with_ending(target) or film.target)
        else:
            folder = QtWidgets.QFileDialog.getExistingDirectory(self, tr("Folder of pictures"))
            film.take_target(folder or film.target)

    @guarded
    def _show(self) -> None:
        preset, film = self._choice.name, self._choice.film
        words = tr("Each frame is dreamed as the page Dream says: “{preset}”.", preset=preset)
        self._words.setText(words if not film.target else f"{words} {film.target}")
        self._goes.setCurrentIndex(_kind(film.target))


def _kind(target: str) -> int:
    return LAYER if not target else FOLDER if Path(target).is_dir() else FILE


def _with_ending(file: str) -> str:
    """Some of the dialogs that ask for a file leave it to the painter how it ends; without an ending it's a folder."""
    return file if not file or Path(file).suffix else f"{file}.webp"

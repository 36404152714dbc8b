"""*Quality*: how large a dream is computed and in how many steps, in four words or a number of pixels.

The one place to choose it. The list says of each how long it will take.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ..core import dream_settings, working_size
from ..dreaming.estimate import in_words
from ..language import mark, tr
from ..qt import QtCore, QtWidgets
from .setting_widgets import ChoiceWidget

SPEC = replace(
    dream_settings.SPECS["working_size"],
    label=mark("Quality"),
    help=mark(
        "The resolution of the dream; your picture itself is never resampled. Good: about 0.8 megapixels. Draft: "
        "a quarter of that. Fine: four times as much. Print: full resolution. A number sets the longer side. Fine "
        "and Print take twice the steps, pulled back towards the original: more detail, with less change elsewhere."
    ),
)
# Each is one of the words of ``working_size``.
QUALITIES: dict[str, str] = {
    mark("Draft"): working_size.DRAFT,
    mark("Good"): working_size.AUTO,
    mark("Fine"): working_size.FINE,
    mark("Print"): working_size.FULL,
}


class QualityWidget(ChoiceWidget):
    """A drop-down list into which a number may be typed."""

    def __init__(self) -> None:
        super().__init__(replace(SPEC, choices=(), words=tuple(QUALITIES)))
        self._times = _Times(self._box)
        self._box.setItemDelegate(self._times)

    def show_times(self, seconds: Mapping[str, float]) -> None:
        """How long each will take, by its word of ``working_size``; nothing is said of what isn't known."""
        self._times.words = {tr(name): in_words(seconds[size]) for name, size in QUALITIES.items() if size in seconds}
        view = self._box.view()
        if view:
            view.setMinimumWidth(view.sizeHintForColumn(0))

    def value(self) -> Any:
        text = self._words.get(self._box.currentText(), self._box.currentText()).strip()
        if text in QUALITIES:
            return QUALITIES[text]
        return dream_settings.SPECS["working_size"].parse(text.removesuffix(SPEC.unit).strip())

    def set_value(self, value: Any) -> None:
        named = next((name for name, each in QUALITIES.items() if each == value), value)
        super().set_value(named)


class _Times(QtWidgets.QStyledItemDelegate):
    """Shows entries with their time; chosen they are the bare words."""

    def __init__(self, parent: QtCore.QObject) -> None:
        super().__init__(parent)
        self.words: dict[str, str] = {}

    def displayText(self, value: Any, _locale: QtCore.QLocale) -> str:
        """The entry's text, and its time if that is known."""
        return " – ".join(filter(None, [str(value), self.words.get(str(value), "")]))

"""*Quality*: how large the dream is computed, in four words or a number of pixels; the one place to choose it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ..core import dream_settings, working_size
from ..language import mark
from .setting_widgets import ChoiceWidget

SPEC = replace(
    dream_settings.SPECS["working_size"],
    label=mark("Quality"),
    help=mark(
        "How large the dream is computed; only what it adds is enlarged. Good: about 0.8 megapixels; Draft: "
        "a quarter of that, Fine: four times as many. Print: every pixel. A number: the longer side. The "
        "larger, the sharper, and the longer it takes."
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

    def value(self) -> Any:
        text = self._words.get(self._box.currentText(), self._box.currentText()).strip()
        if text in QUALITIES:
            return QUALITIES[text]
        return dream_settings.SPECS["working_size"].parse(text.removesuffix(SPEC.unit).strip())

    def set_value(self, value: Any) -> None:
        named = next((name for name, each in QUALITIES.items() if each == value), value)
        super().set_value(named)

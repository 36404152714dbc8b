"""The docker in Krita's language: no text is missing, none is left over, no value is lost, nothing stays English."""

from __future__ import annotations

import json
import re

import pytest

from krita_deepdream import language
from krita_deepdream.core import errors
from krita_deepdream.qt import QtWidgets
from tests.texts import LANGUAGES, all_texts

from .conftest import scripted, until

FILES = sorted(LANGUAGES.glob("*.json"))


@pytest.fixture
def german():
    language.use("de_DE")
    yield
    language.use("en")


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_text_is_translated_and_none_is_left_over(file):
    table = json.loads(file.read_text(encoding="utf-8"))
    assert all_texts() - table.keys() == set()
    assert table.keys() - all_texts() == set()


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_no_translation_loses_a_value_or_is_empty(file):
    for text, translated in json.loads(file.read_text(encoding="utf-8")).items():
        assert translated.strip(), text
        assert sorted(re.findall(r"\{\w+\}", text)) == sorted(re.findall(r"\{\w+\}", translated)), text


def test_the_german_docker_speaks_german_only(german, paint):
    painter = paint(scripted("dreams"))
    painter.click("more")
    table = json.loads((LANGUAGES / "de.json").read_text(encoding="utf-8"))
    still_english = {text for text in _shown(painter.panel) if table.get(text, text) != text}
    assert still_english == set()
    assert painter.button == "Träumen"
    painter.click("dream")
    until(lambda: painter.host.placed)
    assert painter.status.startswith("„Tiere“ ist die neue Ebene über „Sky“")


def test_an_error_is_told_in_german_with_its_values(german):
    error = errors.DreamError("settings.range", label="Steps", value="0", low="1", high="500", unit="")
    assert language.explain(error) == "„Schritte“ kann nicht 0 sein. Erlaubt ist 1 bis 500."


def test_words_of_a_setting_can_be_chosen_in_german(german, paint):
    painter = paint(scripted("dreams"))
    painter.click("more")
    box = painter.widget("working_size")
    assert box.currentText() == "Gut"
    index = box.findText("Druck")
    box.setCurrentIndex(index)
    box.activated.emit(index)
    assert painter.choice.settings.working_size == "full"


def test_an_unknown_language_is_english():
    language.use("xx_YY")
    assert language.tr("Cancel") == "Cancel"


def _shown(panel):
    """Every text of the panel's widgets, tooltips and accessible names included."""
    for widget in (panel, *panel.findChildren(QtWidgets.QWidget)):
        yield from (widget.toolTip(), widget.accessibleName(), widget.accessibleDescription())
        for name in ("text", "placeholderText", "specialValueText", "currentText"):
            if hasattr(widget, name):
                yield getattr(widget, name)()

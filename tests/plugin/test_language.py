"""The docker in Krita's language: nothing stays English, plurals are right, errors are translated too."""

from __future__ import annotations

import pytest

from krita_deepdream import language
from krita_deepdream.core import errors
from krita_deepdream.qt import QtWidgets
from tools import po, translations

from .conftest import scripted, until

GERMAN = po.read((translations.FOLDER / "de.po").read_text(encoding="utf-8"))


@pytest.fixture
def german(tmp_path):
    (tmp_path / "de.mo").write_bytes(po.compiled(GERMAN))
    language.use("de_DE", tmp_path)
    yield
    language.use("en")


def test_the_german_docker_speaks_german_only(german, paint):
    painter = paint(scripted("dreams"))
    painter.click("more")
    table = {entry.text: entry.translations[0] for entry in GERMAN}
    still_english = {text for text in _shown(painter.panel) if text and table.get(text, text) != text}
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


@pytest.mark.parametrize(("count", "said"), [(1, "Ein Paket wird heruntergeladen."), (3, "3 Pakete werden")])
def test_a_count_has_its_form(german, count, said):
    forms = "One package will be downloaded.", "{count} packages will be downloaded."
    assert language.ngettext(*forms, count).startswith(said)
    language.use("en")
    assert language.ngettext(*forms, count) == forms[count != 1].format(count=count)


def test_nothing_is_said_of_nothing(german):
    """gettext keeps a file's header under the key ""."""
    assert language.tr("") == ""


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

"""Translations: no text is missing, none is left over, no value is lost; what is compiled is what GNU msgfmt makes."""

from __future__ import annotations

import gettext
import io
import re
import shutil
import subprocess
import zipfile

import pytest

from tools import packing, po, texts, translations

from .conftest import ROOT

FILES = translations.files()
# A painter who speaks these has every word in the own language; others may still be on their way.
COMPLETE = ("de",)


def entries(file):
    return po.read(file.read_text(encoding="utf-8"))


def by_name(file):
    return file.stem


@pytest.mark.parametrize("code", COMPLETE)
def test_a_complete_language_has_every_text(code):
    found = entries(translations.FOLDER / f"{code}.po")
    assert texts.all_texts() - {(entry.text, entry.plural) for entry in found if entry.is_done} == set()


@pytest.mark.parametrize("file", FILES, ids=by_name)
def test_every_language_knows_the_texts_of_today_and_no_others(file):
    _header, *rest = entries(file)
    assert {(entry.text, entry.plural) for entry in rest} ^ texts.all_texts() == set(), "python -m tools.translations"
    assert len(rest) == len({entry.text for entry in rest})


@pytest.mark.parametrize("file", FILES, ids=by_name)
def test_no_translation_loses_a_value(file):
    for entry in entries(file)[1:]:
        allowed = [values(entry.text), values(entry.plural or entry.text)]
        for translated in filter(None, entry.translations):
            assert values(translated) in allowed, entry


def values(text):
    return sorted(re.findall(r"\{\w+\}", text))


def test_plurals_and_choices_are_found_where_they_are_written(tmp_path, monkeypatch):
    (tmp_path / "docker.py").write_text(
        'tr("Dream")\nmark("Eyes")\ntr("Stop" if busy else "Go")\nngettext("one picture", "{count} pictures", n)\n'
        'tr(NAME)\ntr("{width} × {height}")\nsay("no text")\n'
    )
    monkeypatch.setattr(texts, "PLUGIN", tmp_path)
    assert set(texts._of_plugin()) - {("{width} × {height}", "")} == {
        ("Dream", ""),
        ("Eyes", ""),
        ("Stop", ""),
        ("Go", ""),
        ("one picture", "{count} pictures"),
    }
    assert ("{width} × {height}", "") not in texts.all_texts()


ODD = """# A comment
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=3; plural=(n==1 ? 0 : n==2 ? 1 : 2);\\n"

#: docker.py
#, python-brace-format
msgid "“{name}”: one\\tpicture, \\"new\\""
msgid_plural ""
"“{name}”: {count} "
"pictures"
msgstr[0] "eins „{name}“"
msgstr[1] "zwei „{name}“"
msgstr[2] "viele „{name}“: {count}"
msgid ""
"close by\\n"
msgstr "dicht dabei\\n"
"in zwei Zeilen\\n"

#, fuzzy
msgid "doubtful"
msgstr "zweifelhaft"

msgid "not yet"
msgstr ""

#~ msgid "gone"
#~ msgstr "weg"
"""


def test_a_file_is_read_as_it_was_written():
    found = po.read(ODD)
    assert [entry.text for entry in found] == ["", '“{name}”: one\tpicture, "new"', "close by\n", "doubtful", "not yet"]
    assert found[1].plural == "“{name}”: {count} pictures" and len(found[1].translations) == 3
    assert [entry.is_done for entry in found] == [True, True, True, False, False]
    assert po.read(po.written(found)) == found
    with pytest.raises(ValueError, match="msgid without quotes"):
        po.read('msgid without quotes\nmsgstr ""\n')


def test_gettext_reads_what_was_compiled():
    catalogue = gettext.GNUTranslations(io.BytesIO(po.compiled(po.read(ODD))))
    one, many = '“{name}”: one\tpicture, "new"', "“{name}”: {count} pictures"
    assert [catalogue.ngettext(one, many, count)[:4] for count in (1, 2, 7)] == ["eins", "zwei", "viel"]
    assert catalogue.gettext("close by\n") == "dicht dabei\nin zwei Zeilen\n"
    assert catalogue.gettext("doubtful") == "doubtful" and catalogue.gettext("not yet") == "not yet"


@pytest.mark.parametrize("source", [ODD, *FILES], ids=lambda each: getattr(each, "stem", "odd"))
def test_compiled_is_what_gnu_msgfmt_compiles(source, tmp_path):
    if not shutil.which("msgfmt"):
        pytest.skip("NOT TESTED: GNU msgfmt is not on this computer (Debian: apt install gettext)")
    text = source if isinstance(source, str) else source.read_text(encoding="utf-8")
    (tmp_path / "source.po").write_text(text, encoding="utf-8")
    subprocess.run(["msgfmt", "--check-format", "--no-hash", "-o", "theirs.mo", "source.po"], cwd=tmp_path, check=True)
    assert po.compiled(po.read(text)) == (tmp_path / "theirs.mo").read_bytes()


def test_new_texts_are_added_and_old_ones_leave():
    header = po.Entry("", "", ("Plural-Forms: nplurals=3; plural=0;\n",))
    kept, old = po.Entry("kept", "", ("behalten",)), po.Entry("old", "", ("alt",))
    plural = po.Entry("one", "{count}", ("a", "b", "c"))
    found = translations.updated([header, old, kept, plural], {("kept", ""), ("one", "{count}"), ("a", "{count} b")})
    assert found == [header, po.Entry("a", "{count} b", ("", "", ""), ("#, python-brace-format",)), kept, plural]


def test_copy_and_archive_carry_the_same_compiled_languages(tmp_path):
    packing.copy(ROOT, tmp_path)
    packing.make_zip(ROOT, tmp_path / "plugin.zip")
    copied = tmp_path / "pykrita" / "krita_deepdream" / "languages"
    assert {path.name for path in copied.iterdir()} == {f"{file.stem}.mo" for file in FILES}
    with zipfile.ZipFile(tmp_path / "plugin.zip") as archive:
        for file in FILES:
            compiled = po.compiled(entries(file))
            assert (copied / f"{file.stem}.mo").read_bytes() == compiled
            assert archive.read(f"krita_deepdream/languages/{file.stem}.mo") == compiled

"""Brings the translations up to the texts of today: ``python -m tools.translations``.

Each ``krita_deepdream/languages/….po`` then has every text once, new ones with an empty translation, and none that is
left over. A new language is a new file with a header; its name is the language's code in Krita.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from . import po, texts

FOLDER = texts.PLUGIN / "languages"
_FORMAT = "#, python-brace-format"


def files() -> list[Path]:
    """The languages that there are."""
    return sorted(FOLDER.glob("*.po"))


def updated(entries: Iterable[po.Entry], found: Iterable[texts.Text]) -> list[po.Entry]:
    """The header, then an entry for each text that was found, in order, with the translations there are."""
    old = {entry.text: entry for entry in entries}
    forms = len(next(iter(entry.translations for entry in old.values() if entry.plural), ("", "")))
    return [old[""], *(_entry(old.get(text), text, plural, forms) for text, plural in sorted(found))]


def _entry(old: po.Entry | None, text: str, plural: str, forms: int) -> po.Entry:
    if old and old.plural == plural:
        return old
    flags = (_FORMAT,) if re.search(r"\{\w+\}", text + plural) else ()
    return po.Entry(text, plural, ("",) * (forms if plural else 1), flags)


def main() -> None:
    """Write the files, and say what is still to be translated."""
    found = texts.all_texts()
    for file in files():
        entries = updated(po.read(file.read_text(encoding="utf-8")), found)
        file.write_text(po.written(entries), encoding="utf-8")
        missing = sum(not entry.is_done for entry in entries)
        print(f"{file.name}: {missing} of {len(entries) - 1} texts are not translated.")


if __name__ == "__main__":
    main()

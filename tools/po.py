"""Translations as text and as gettext reads them: ``.po`` source ↔ entries → ``.mo`` bytes.

Needs the standard library only, which has no msgfmt: ``install.py`` runs on a bare Python. The format is described in
GNU gettext's manual, "The Format of PO Files" and "The Format of GNU MO Files".
"""

from __future__ import annotations

import ast
import json
import re
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate

# A keyword, a string, or both: the string may go on in the lines below its keyword.
_LINE = re.compile(r'(?P<key>msgid_plural|msgid|msgstr(?:\[\d+\])?)?\s*(?P<text>"(?:[^"\\]|\\.)*")\s*')
_MAGIC = 0x950412DE
_HEADER_BYTES = 28


@dataclass(frozen=True)
class Entry:
    """A text, its plural form if it has one, and a translation for each form of the language.

    The entry with the text "" is the file's header. ``comments`` are the lines above it, with their ``#``.
    """

    text: str
    plural: str = ""
    translations: tuple[str, ...] = ("",)
    comments: tuple[str, ...] = ()

    @property
    def is_done(self) -> bool:
        """Whether it can be shown: every form is there, and nobody marked it as doubtful."""
        fuzzy = any(line.startswith("#,") and "fuzzy" in line for line in self.comments)
        return all(self.translations) and not fuzzy


def read(source: str) -> list[Entry]:
    """The entries of a ``.po`` file in their order. Raises ``ValueError`` with the line that can't be read."""
    return [_entry(block) for block in _blocks(source)]


def _blocks(source: str) -> Iterator[list[str]]:
    block: list[str] = []
    for line in [*map(str.strip, source.splitlines()), ""]:
        starts = line.startswith(("#", "msgid ")) and any(row.startswith("msgstr") for row in block)
        if block and (not line or starts):
            yield block
            block = []
        if line and not line.startswith("#~"):
            block.append(line)


def _entry(block: list[str]) -> Entry:
    comments = tuple(line for line in block if line.startswith("#"))
    parts: dict[str, str] = {}
    key = ""
    for line in block[len(comments) :]:
        found = _LINE.fullmatch(line)
        if found is None:
            raise ValueError(f"not a line of a .po file: {line}")
        key = found["key"] or key
        parts[key] = parts.get(key, "") + ast.literal_eval(found["text"])
    translations = tuple(text for name, text in parts.items() if name.startswith("msgstr"))
    return Entry(parts["msgid"], parts.get("msgid_plural", ""), translations, comments)


def written(entries: Iterable[Entry]) -> str:
    """The ``.po`` file of these entries: ``read`` gives them back."""
    return "\n".join("\n".join(_lines(entry)) + "\n" for entry in entries)


def _lines(entry: Entry) -> Iterator[str]:
    yield from entry.comments
    yield f"msgid {_quoted(entry.text)}"
    if entry.plural:
        yield f"msgid_plural {_quoted(entry.plural)}"
    for number, text in enumerate(entry.translations):
        yield f"msgstr[{number}] {_quoted(text)}" if entry.plural else f"msgstr {_quoted(text)}"


def _quoted(text: str) -> str:
    """``text`` as a string of the format, broken where it breaks."""
    rows = [json.dumps(row, ensure_ascii=False) for row in text.splitlines(keepends=True)]
    return "\n".join(['""', *rows] if len(rows) > 1 else rows or ['""'])


def compiled(entries: Iterable[Entry]) -> bytes:
    """The ``.mo`` file of what is done of these entries, to the byte what ``msgfmt --no-hash`` makes."""
    pairs = ((_joined(each.text, each.plural), _joined(*each.translations)) for each in entries if each.is_done)
    done = sorted(pairs)
    tables = _HEADER_BYTES, _HEADER_BYTES + 8 * len(done)
    end = _HEADER_BYTES + 16 * len(done)
    texts = [text for text, _ in done] + [translation for _, translation in done]
    starts = accumulate((len(text) + 1 for text in texts), initial=end)
    places = b"".join(struct.pack("<2I", len(text), start) for text, start in zip(texts, starts, strict=False))
    header = struct.pack("<7I", _MAGIC, 0, len(done), *tables, 0, end)
    return header + places + b"".join(text + b"\0" for text in texts)


def _joined(*forms: str) -> bytes:
    """The forms with a NUL between them; a text without a plural has one form only."""
    return "\0".join(filter(None, forms)).encode("utf-8")

"""(the text of an objective) → its tokens, one after the other, in time that grows with its length only."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

# A quote that is never closed takes the rest, so that the rest isn't searched for its end again and again.
_TOKEN = re.compile(
    r"""\s*(?:
    (?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?)
    | (?P<name>[A-Za-z_]\w*)
    | (?P<quoted>"(?:[^"\\]|\\.)*")
    | (?P<unclosed>".*)
    | (?P<mask>@\s*(?:[A-Za-z_]\w*(?:\#(?:[0-9a-fA-F]{6}|alpha\b))?|\(\s*[0-9.]+\s*,\s*[0-9.]+\s*\)))
    | (?P<sign>[-+])
    | (?P<mark>\S)
)""",
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True)
class Token:
    """A piece of the text from ``start`` to ``end``, without the blanks before it.

    ``type``: "number", "name", "quoted", "mask" ("@hill"), "sign", or "mark" for any other character; "unclosed"
    for a quote without an end; "end", once, for the end of the text.
    """

    type: str
    text: str
    start: int
    end: int


def tokens(text: str, at: int = 0) -> Iterator[Token]:
    """The tokens of ``text`` from ``at`` on, in their order; the last one is its end."""
    while found := _TOKEN.match(text, at):
        token_type = str(found.lastgroup)
        at = found.end()
        yield Token(token_type, found[token_type], found.start(token_type), at)
    yield Token("end", "", len(text), len(text))


def quoted(name: str) -> str:
    """``name`` as a quoted token."""
    return '"' + re.sub(r'(["\\])', r"\\\1", name) + '"'


def unquoted(token: str) -> str:
    """The inverse of ``quoted``."""
    return re.sub(r"\\(.)", r"\1", token[1:-1], flags=re.DOTALL)

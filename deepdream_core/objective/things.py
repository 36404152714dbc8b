"""(what a person typed: "cat and dog", "a castle, an owl") → the names of the things that are meant."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..errors import DreamError
from .classes import class_index, is_class

# More than a picture can show, and few enough that every way to read them is tried at once.
MOST = 12
_MARKS = re.compile(r"[,;+&/\n]")
_AND = re.compile(r"(\s+(?:and|und|plus|with|mit)\s+)", re.IGNORECASE)
_ARTICLE = re.compile(r"\s*(?:an?|the|some|einen?|eine[mrs]?|der|die|das)\s+(?=\S)", re.IGNORECASE)


def things(text: str) -> tuple[str, ...]:
    """The names in ``text``, each one that ``class_index`` knows, in their order and each once.

    A name that holds "and" itself stays one ("black and gold garden spider"). Raises ``DreamError``:
    ``class.unknown`` for the first that is none, ``class.many`` for more than ``MOST``.
    """
    parts = [part for part in _MARKS.split(text) if part.strip()]
    if not parts:
        class_index(text)
    if len(parts) > MOST:
        raise DreamError("class.many", most=MOST)
    found: dict[tuple[int, ...], str] = {}
    for part in parts:
        for name in _names(part.strip()):
            found.setdefault(class_index(name), name)
    if len(found) > MOST:
        raise DreamError("class.many", most=MOST)
    return tuple(found.values())


def last(text: str) -> tuple[str, str]:
    """``text`` up to its last thing, and that one as far as it is typed: "cat and do" → "cat and ", "do"."""
    at = max((found.end() for pattern in (_MARKS, _AND) for found in pattern.finditer(text)), default=0)
    article = _ARTICLE.match(text, at)
    at = article.end() if article else at + len(text[at:]) - len(text[at:].lstrip())
    return text[:at], text[at:]


def _names(part: str) -> Iterator[str]:
    """The names in "cat and dog", the longest that are known first."""
    # Names at even places, "and" at odd ones.
    pieces = _AND.split(part)
    if len(pieces) > 2 * MOST:
        raise DreamError("class.many", most=MOST)
    at = 0
    while at < len(pieces):
        names = (
            (count, _plain("".join(pieces[at : at + count]))) for count in range(len(pieces) - at, 0, -1) if count % 2
        )
        count, name = next(((count, name) for count, name in names if is_class(name)), (1, ""))
        if not name:
            class_index(_plain(pieces[at]))
        yield name
        at += count + 1


def _plain(name: str) -> str:
    """Without an article."""
    article = _ARTICLE.match(name)
    return name[article.end() :] if article else name

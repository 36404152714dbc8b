"""How things are counted in sentences, in English."""

from __future__ import annotations


def plural(count: int, one: str, many: str = "") -> str:
    """ "1 page", "3 pages"."""
    return f"{count} {one if count == 1 else many or one + 's'}"


def first(count: int, thing: str) -> str:
    """ "The first page is", "The first 3 pages are"."""
    return f"The first {thing} is" if count == 1 else f"The first {plural(count, thing)} are"

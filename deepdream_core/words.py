"""How things are counted in sentences, in English."""

from __future__ import annotations


def plural(count: int, one: str, many: str = "") -> str:
    """ "1 page", "3 pages"."""
    return f"{count} {one if count == 1 else many or one + 's'}"

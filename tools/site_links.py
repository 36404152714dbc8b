"""What the site shows of links that lead out of docs/, to tests and sources: their text alone. A hook of mkdocs."""

from __future__ import annotations

import re
from typing import Any

# [text](../path), also over the end of a line.
_OUTSIDE = re.compile(r"\[([^\]]+)\]\(\.\./[^)]*\)")


def on_page_markdown(markdown: str, **_page: Any) -> str:
    """The page without those links."""
    return _OUTSIDE.sub(r"\1", markdown)

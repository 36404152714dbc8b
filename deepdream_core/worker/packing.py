"""``wire.Picture`` → a PNG file's bytes, with the recipe in it: 8 bits a sample from ``U8``, else 16."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ..files.metadata import Stored
from ..files.png import encoded
from ..image.pixels import interleaved
from ..protocol.wire import Picture


def packed(picture: Picture, recipe: Mapping[str, Any]) -> bytes:
    """Lossless, except that floats are cut off at white. Transparent pixels keep their colours."""
    return encoded(Stored(interleaved(picture), recipe=json.dumps(dict(recipe))), quickly=True)

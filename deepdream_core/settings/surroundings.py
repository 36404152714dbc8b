"""(size of the dreamed region) → pixels around it that the network should see.

Plugin and core both need the number: the one grabs no more than the other uses.
"""

from __future__ import annotations

from .dream_settings import DreamSettings
from .working_size import AUTO, BY_AREA, scale_by_area

SURROUNDINGS_PX = 64


def surroundings(width: int, height: int, working_size: int | str = AUTO) -> int:
    """Pixels to take on each side of a region of ``width`` x ``height`` pixels, in the same pixels.

    At the automatic working size they come down to ``SURROUNDINGS_PX``, about what one tile needs
    around it before its border can't be told from the middle. ``working_size``: as in the settings; all
    words that go by area take as many as the automatic one.
    """
    size = DreamSettings.automatic_size
    scale = scale_by_area(width, height, size) if working_size in BY_AREA else min(1.0, size / max(width, height))
    return round(SURROUNDINGS_PX / scale)

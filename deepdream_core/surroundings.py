"""(size of the dreamed region) → pixels around it that the network should see.

Plugin and core both need the number: the one grabs no more than the other uses.
"""

from __future__ import annotations

AUTOMATIC_WORKING_SIZE = 1024
SURROUNDINGS_PX = 64


def surroundings(width: int, height: int) -> int:
    """Pixels to take on each side of a region of ``width`` x ``height`` pixels, in the same pixels.

    At the automatic working size they come down to ``SURROUNDINGS_PX``, about what one tile needs
    around it before its border can't be told from the middle.
    """
    reduction = max(1.0, max(width, height) / AUTOMATIC_WORKING_SIZE)
    return round(SURROUNDINGS_PX * reduction)

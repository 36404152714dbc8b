"""A picture beside the dreamed one that a job needs, by its file: a guide, a mask, a style."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..image.masks import painted
from ..image.pixels import Pixels
from .pictures import load


@dataclass(frozen=True)
class PictureOf:
    """The whole picture in ``file``, or white where it has ``colour`` ("rrggbb")."""

    file: Path
    colour: str = ""

    def pixels(self) -> Pixels:
        """Read it. Raises ``DreamError`` as ``load`` does."""
        pixels = load(self.file).pixels
        if not self.colour:
            return pixels
        return Pixels(np.repeat(painted(pixels, self.colour)[..., np.newaxis] * 255, 3, axis=2))

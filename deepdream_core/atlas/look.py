"""How channels are rendered, and how many dreams take as long."""

from __future__ import annotations

import math
from dataclasses import dataclass

from ..catalogue import network as network_info
from ..objective.syntax import Term, write
from ..settings.dream_settings import FULL, DreamSettings

# So many channels are rendered at once.
BATCH = 16


@dataclass(frozen=True)
class Look:
    """How channels are rendered.

    ``pixels``: a tile's width and height in the last of ``octaves``, each larger than the one before by ``scale``.
    ``step_size``: root mean square of a step, ``noise``: standard deviation of the start, ``contrast``: of the
    finished tile, in 0..255 units. ``bands``: strengths from fine to coarse. ``rotation``: the most that the
    network sees it turned, in degrees; ``scaling``: enlarged or shrunk, as a share. ``natural``: the share of
    each step that goes along colours that occur together in photographs.
    """

    pixels: int = 112
    octaves: int = 3
    scale: float = 1.6
    steps: int = 14
    step_size: float = 12.0
    bands: tuple[float, ...] = (0.3, 0.6, 1.0, 1.0)
    rotation: float = 6.0
    scaling: float = 0.06
    natural: float = 0.35
    noise: float = 12.0
    contrast: float = 46.0

    def as_dreams(self, network: str, layer: str) -> tuple[DreamSettings, int, int]:
        """What takes as much as rendering a layer: dreams with these settings, their side in pixels, how many.

        Raises ``DreamError`` for an unknown network or layer.
        """
        found = network_info(network).layer(layer)
        settings = DreamSettings(
            network=network,
            objective=write((Term("layer", found.name),)),
            octaves=self.octaves,
            octave_scale=self.scale,
            steps=self.steps,
            working_size=FULL,
        )
        return settings, self.pixels * math.isqrt(BATCH), -(-found.channels // BATCH)

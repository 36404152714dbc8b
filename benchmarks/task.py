"""(what one contender shall do) ↔ JSON, and what came of it: plain values that cross a process border."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Task:
    """One dream to be timed: ``octaves`` sizes, ``steps`` in each, ``scale`` between them, at full size.

    ``contender`` is "ours", "reference" or "torch"; ``mode`` one of its precisions ("fp32", "bf16"…);
    ``layers`` are dreamed together. Width, height and tile are pixels, ``step_size`` 0–255 units.
    ``rounds`` dreams are timed after a first that isn't. ``as_shipped``: with all that our defaults add
    to the reference's plain ascent; ``strengths``: of the gradient's bands then, from fine to coarse.
    ``isa``: the most of the CPU's instructions that oneDNN may use ("AVX2"), all if empty.
    """

    contender: str
    mode: str
    network: str
    layers: tuple[str, ...]
    width: int
    height: int
    octaves: int = 4
    scale: float = 1.4
    steps: int = 10
    step_size: float = 1.5
    seed: int = 0
    tile: int = 512
    rounds: int = 1
    as_shipped: bool = False
    strengths: str = "1"
    isa: str = ""

    @property
    def sizes(self) -> list[tuple[int, int]]:
        """(height, width) of every octave, from small to large."""
        shrinks = [self.scale**index for index in reversed(range(self.octaves))]
        return [(round(self.height / shrink), round(self.width / shrink)) for shrink in shrinks]

    @property
    def megapixel_steps(self) -> float:
        """Gradient steps over 1,000,000 pixels."""
        return sum(height * width for height, width in self.sizes) * self.steps / 1e6

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Task:
        """The task that ``to_dict`` wrote."""
        return cls(**{**values, "layers": tuple(values["layers"])})


NETWORKS = {
    "efficientnet_lite0": ("b10",),
    "inception_v3": ("mixed3", "mixed5"),
}

"""The settings of a dream: each field once, with label, help, unit, range and default.

Command line, worker and docker build their flags, checks and widgets from ``SPECS``. Nothing unknown,
mistyped or out of range gets through ``DreamSettings.from_dict``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from ..errors import DreamError
from ..objective.syntax import parse
from .spec import Settings, Spec, setting, specs_of
from .working_size import AUTO, FULL, WORDS

__all__ = ["AUTO", "FULL", "SPECS", "DreamSettings", "Spec", "spec_of"]


@dataclass(frozen=True)
class DreamSettings(Settings):
    """Everything a person can choose about a dream. Immutable; compare with ``==``."""

    kind: ClassVar[str] = "dream"
    # In pixels; see ``working_size``.
    automatic_size: ClassVar[int] = 1024

    network: str = setting("efficientnet_lite0", "Network", "The network that dreams.", "more")
    alternate_networks: str = setting(
        "",
        "Alternate networks",
        "Other networks that take every second or third step, for things that are clearer. "
        "auto: all that are installed and know the same things.",
        "fine-tuning",
        words=(AUTO,),
    )
    objective: str = setting(
        "b10", "Objective", "What is made stronger: a layer, some of its channels, a class…", "more"
    )
    nearest: bool = setting(
        False,
        "Nearest meaning",
        "Where a word stands for several things, each place becomes the one that it is nearest to, not a blend of all.",
        "fine-tuning",
    )
    size: float | str = setting(
        AUTO,
        "Size",
        "The largest motif as a share of the dreamed region; it sets octaves and scale.",
        "main",
        low=2,
        high=100,
        unit="%",
        words=(AUTO,),
    )
    octaves: int | str = setting(
        AUTO,
        "Octaves",
        "How many sizes of the picture are dreamed, from small to large.",
        "more",
        low=1,
        high=12,
        words=(AUTO,),
    )
    octave_scale: float | str = setting(
        AUTO,
        "Octave scale",
        "How much larger each octave is than the one before.",
        "more",
        low=1.05,
        high=3,
        step=0.05,
        words=(AUTO,),
    )
    working_size: int | str = setting(
        AUTO,
        "Working size",
        "The longer side that is computed; only the added difference is enlarged. Auto: about "
        "0.8 megapixels; draft: a quarter of that, fine: four times as many; full: all.",
        "more",
        low=64,
        high=16384,
        unit="px",
        words=WORDS,
    )
    steps: int = setting(10, "Steps", "How far the dream goes: gradient steps in each octave.", "main", low=1, high=500)
    step_size: float = setting(
        1.5,
        "Step size",
        "How much a step changes the picture on average.",
        "more",
        low=0.05,
        high=20,
        step=0.05,
        unit="/255",
    )
    jitter: int = setting(
        512,
        "Jitter",
        "The largest random shift of the tiles before a step; it hides their borders.",
        "fine-tuning",
        low=0,
        high=1024,
        unit="px",
    )
    laplacian_levels: int = setting(
        4,
        "Laplacian levels",
        "Evens out coarse and fine: bands of the gradient at equal strength (0: off).",
        "more",
        low=0,
        high=8,
    )
    laplacian_strengths: str = setting(
        "1",
        "Laplacian strengths",
        "How strong each band is, from fine to coarse: 1,1,0.5 (the last goes on).",
        "fine-tuning",
        low=-1000,
        high=1000,
    )
    smoothing: float = setting(
        0.0,
        "Smoothing",
        "Blurs the gradient, for rounder and calmer forms.",
        "fine-tuning",
        low=0,
        high=8,
        step=0.1,
        unit="px",
    )
    total_variation: float = setting(
        0.0,
        "Total variation",
        "Pulls neighbouring pixels together: less grain.",
        "fine-tuning",
        low=0,
        high=2,
        step=0.05,
    )
    l2_penalty: float = setting(
        0.0, "L2 penalty", "Keeps the dream close to the original.", "fine-tuning", low=0, high=2, step=0.05
    )
    seamless: bool = setting(
        False, "Seamless", "The dream goes on from each border at the opposite one, for textures.", "more"
    )
    angle: float = setting(
        0.0,
        "Angle",
        "Turns what grows, clockwise: at 90 its feet are at the left.",
        "more",
        low=-180,
        high=180,
        unit="°",
    )
    random_rotation: float = setting(
        0.0,
        "Random rotation",
        "Turns the picture by up to this much before each step: firmer forms.",
        "fine-tuning",
        low=0,
        high=45,
        unit="°",
    )
    random_scaling: float = setting(
        0.0,
        "Random scaling",
        "Enlarges or shrinks the picture by up to this much before each step.",
        "fine-tuning",
        low=0,
        high=50,
        unit="%",
    )
    optimiser: str = setting(
        "ascent", "Optimiser", "How a step follows the gradient.", "fine-tuning", choices=("ascent", "momentum", "adam")
    )
    natural_colours: float = setting(
        50.0,
        "Natural colours",
        "How far the dream keeps to colours that occur together in photographs: 0 gives rainbows.",
        "more",
        low=0,
        high=100,
        unit="%",
        former=0.0,
    )
    keep_colours: bool = setting(
        False, "Keep colours", "Only light and dark are dreamed; the colours stay the original's.", "main"
    )
    hold_brightness: bool = setting(
        True,
        "Hold brightness",
        "Keeps brightness and contrast where they were, however far the dream goes.",
        "fine-tuning",
    )
    hold_contrast: bool = setting(
        True,
        "Hold contrast",
        "Lets contrast and fine detail rise by a tenth; otherwise contrast may rise by a quarter.",
        "fine-tuning",
        former=False,
    )
    hold_saturation: bool = setting(
        True,
        "Hold saturation",
        "Keeps colours as strong as they were; nothing glows where the picture is black.",
        "fine-tuning",
        former=False,
    )
    headroom: bool = setting(
        True,
        "Headroom",
        "Leaves room beyond black and white, so that the dream grows on paper and in the night, and "
        "nothing is cut off.",
        "fine-tuning",
        former=False,
    )
    variation: float = setting(
        25.0,
        "Variation",
        "How far the seed changes the dream: faint noise at the start, channels' weights.",
        "more",
        low=0,
        high=100,
        unit="%",
    )
    feather: float = setting(
        0.0, "Feather", "How softly the mask's border fades out.", "more", low=0, high=500, unit="px"
    )
    shadows: float = setting(
        100.0, "Shadows", "How much of the dream the dark parts of the picture take.", "more", low=0, high=100, unit="%"
    )
    midtones: float = setting(
        100.0,
        "Midtones",
        "How much of the dream the parts between dark and light take.",
        "more",
        low=0,
        high=100,
        unit="%",
    )
    highlights: float = setting(
        100.0,
        "Highlights",
        "How much of the dream the light parts of the picture take.",
        "more",
        low=0,
        high=100,
        unit="%",
    )
    protect_lines: float = setting(
        0.0,
        "Protect lines",
        "How much the picture's own lines and edges are spared.",
        "more",
        low=0,
        high=100,
        unit="%",
    )
    strength: float = setting(
        100.0, "Strength", "How much of the dream lies over the original.", "main", low=0, high=100, unit="%"
    )
    seed: int = setting(
        1, "Seed", "Another number gives another dream of the same kind.", "more", low=0, high=2**31 - 1
    )
    tile: int | str = setting(
        AUTO,
        "Tile",
        "The largest square that goes through the network at once.",
        "fine-tuning",
        low=128,
        high=2048,
        step=32,
        unit="px",
        words=(AUTO,),
    )
    precision: str = setting(
        AUTO,
        "Precision",
        "How exactly the network computes: auto takes what this processor is fast at; fp16 is for "
        "graphics cards, and untested.",
        "fine-tuning",
        choices=(AUTO, "fp32", "bf16", "fp16"),
    )
    threads: int | str = setting(
        AUTO, "Threads", "How many processor cores are used.", "fine-tuning", low=1, high=256, words=(AUTO,)
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        parse(self.objective)
        self.strengths()
        if self.size != AUTO and (self.octaves, self.octave_scale) != (AUTO, AUTO):
            raise DreamError("settings.size_and_octaves")

    def strengths(self) -> tuple[float, ...]:
        """Of each band of the Laplacian pyramid from fine to coarse, and of what remains; empty without levels."""
        spec, count = SPECS["laplacian_strengths"], self.laplacian_levels + 1
        values = spec.numbers(self.laplacian_strengths)
        strengths = tuple((values + values[-1:] * count)[:count])
        if self.laplacian_levels and not any(strengths):
            raise spec.error(self.laplacian_strengths, f"a number other than 0 for one of the {count} bands")
        return strengths if self.laplacian_levels else ()

    def replace(self, values: Mapping[str, Any]) -> DreamSettings:
        """The same settings with ``values`` instead of the old ones.

        A size replaces octaves and octave scale and the other way round, so that a preset can be nudged.
        """
        changed = dict(values)
        if changed.get("size", AUTO) != AUTO:
            changed.setdefault("octaves", AUTO)
            changed.setdefault("octave_scale", AUTO)
        elif {changed.get("octaves", AUTO), changed.get("octave_scale", AUTO)} != {AUTO}:
            changed.setdefault("size", AUTO)
        return super().replace(changed)


SPECS: dict[str, Spec] = specs_of(DreamSettings)
# What version 0.1.0 did: the settings that it didn't have yet, as kept settings that lack them mean them.
FORMER: dict[str, Any] = {spec.name: spec.former for spec in SPECS.values() if spec.former is not None}


def spec_of(name: str) -> Spec:
    """The spec of a setting; ``DreamError`` with a hint if there is none of that name."""
    return DreamSettings.spec_of(name)

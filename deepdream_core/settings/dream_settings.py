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


# How far: all of them.
STEPS = "steps"


@dataclass(frozen=True)
class DreamSettings(Settings):
    """Everything a person can choose about a dream. Immutable; compare with ``==``."""

    kind: ClassVar[str] = "dream"
    # In pixels; see ``working_size``.
    automatic_size: ClassVar[int] = 1024

    network: str = setting("efficientnet_lite0", "Network", "The network used for dreaming.", "more")
    alternate_networks: str = setting(
        "",
        "Alternate networks",
        "Other networks that alternate with this one from step to step, for clearer motifs. auto: all installed "
        "networks trained on the same classes.",
        "fine-tuning",
        words=(AUTO,),
    )
    objective: str = setting("b10", "Objective", "What to amplify: a layer, some of its channels, a class…", "more")
    nearest: bool = setting(
        False,
        "Nearest meaning",
        "If a word means several things, each area becomes the one it most resembles, instead of a blend of all.",
        "fine-tuning",
    )
    gathered: bool = setting(
        False,
        "Gathered",
        "Things grow in a few places where the picture looks most like them, instead of everywhere at once.",
        "fine-tuning",
    )
    size: float | str = setting(
        AUTO,
        "Size",
        "The largest motif, in percent of the region; sets octaves and octave scale.",
        "main",
        low=2,
        high=100,
        unit="%",
        words=(AUTO,),
    )
    octaves: int | str = setting(
        AUTO, "Octaves", "Number of picture sizes to dream, from small to large.", "more", low=1, high=12, words=(AUTO,)
    )
    octave_scale: float | str = setting(
        AUTO,
        "Octave scale",
        "Size of each octave relative to the one before.",
        "more",
        low=1.05,
        high=3,
        step=0.05,
        words=(AUTO,),
    )
    working_size: int | str = setting(
        AUTO,
        "Working size",
        "The longer side used for computing; only the change is scaled up. Auto: about 0.8 "
        "megapixels; draft: a "
        "quarter of that; fine: four times as much; full: full resolution.",
        "more",
        low=64,
        high=16384,
        unit="px",
        words=WORDS,
    )
    steps: int = setting(
        10, "Steps", "Gradient steps per octave: the more steps, the stronger the dream.", "main", low=1, high=500
    )
    further: int = setting(
        0,
        "Further",
        "How often the steps of the largest octave are taken again, each time from where the dream stopped.",
        "fine-tuning",
        low=0,
        high=20,
    )
    how_far: str = setting(
        STEPS,
        "How far",
        "When an octave ends. steps: after all its steps; auto: earlier, as soon as the objective is as strong as in "
        "photographs.",
        "more",
        choices=(STEPS, AUTO),
    )
    step_size: float = setting(
        1.5, "Step size", "Average change to the picture per step.", "more", low=0.05, high=20, step=0.05, unit="/255"
    )
    jitter: int = setting(
        512,
        "Jitter",
        "The largest random shift of the tiles before each step; hides their edges.",
        "fine-tuning",
        low=0,
        high=1024,
        unit="px",
    )
    laplacian_levels: int = setting(
        4,
        "Laplacian levels",
        "Balances coarse and fine detail by evening out the gradient's frequency bands (0: off).",
        "more",
        low=0,
        high=8,
    )
    laplacian_strengths: str = setting(
        "1",
        "Laplacian strengths",
        "Strength of each band, from fine to coarse: 1,1,0.5 (the last value repeats).",
        "fine-tuning",
        low=-1000,
        high=1000,
    )
    smoothing: float = setting(
        0.0,
        "Smoothing",
        "Blurs the gradient for rounder, calmer forms.",
        "fine-tuning",
        low=0,
        high=8,
        step=0.1,
        unit="px",
    )
    total_variation: float = setting(
        0.0,
        "Total variation",
        "Evens out neighbouring pixels for less grain.",
        "fine-tuning",
        low=0,
        high=2,
        step=0.05,
    )
    l2_penalty: float = setting(
        0.0, "L2 penalty", "Keeps the dream close to the original.", "fine-tuning", low=0, high=2, step=0.05
    )
    seamless: bool = setting(False, "Seamless", "Wraps around the edges, for seamless textures.", "more")
    angle: float = setting(
        0.0,
        "Angle",
        "Rotates the motifs clockwise: at 90°, their feet point left.",
        "more",
        low=-180,
        high=180,
        unit="°",
    )
    random_rotation: float = setting(
        0.0,
        "Random rotation",
        "Rotates the picture randomly by up to this much before each step, for firmer forms.",
        "fine-tuning",
        low=0,
        high=45,
        unit="°",
    )
    random_scaling: float = setting(
        0.0,
        "Random scaling",
        "Scales the picture randomly by up to this much before each step.",
        "fine-tuning",
        low=0,
        high=50,
        unit="%",
    )
    optimiser: str = setting(
        "ascent",
        "Optimiser",
        "How each step follows the gradient.",
        "fine-tuning",
        choices=("ascent", "momentum", "adam"),
    )
    natural_colours: float = setting(
        50.0,
        "Natural colours",
        "How closely colours follow combinations found in photographs (0: rainbow colours).",
        "more",
        low=0,
        high=100,
        unit="%",
        former=0.0,
    )
    keep_colours: bool = setting(
        False, "Keep colours", "Changes only light and dark; the original colours stay.", "main"
    )
    hold_brightness: bool = setting(
        True,
        "Hold brightness",
        "Keeps the original brightness and contrast, however strong the dream.",
        "fine-tuning",
    )
    hold_contrast: bool = setting(
        True,
        "Hold contrast",
        "Limits the rise in contrast and fine detail to a tenth (off: contrast may rise by a quarter).",
        "fine-tuning",
        former=False,
    )
    hold_saturation: bool = setting(
        True,
        "Hold saturation",
        "Keeps colours as saturated as they were, so that dark areas don't glow.",
        "fine-tuning",
        former=False,
    )
    headroom: bool = setting(
        True,
        "Headroom",
        "Leaves room beyond black and white, so that the dream shows on white paper and in dark areas without "
        "clipping.",
        "fine-tuning",
        former=False,
    )
    variation: float = setting(
        25.0,
        "Variation",
        "How much the seed varies the result (initial noise and channel weights).",
        "more",
        low=0,
        high=100,
        unit="%",
    )
    feather: float = setting(
        0.0, "Feather", "How softly the mask's edge fades out.", "more", low=0, high=500, unit="px"
    )
    shadows: float = setting(
        100.0, "Shadows", "How strongly dark areas are affected.", "more", low=0, high=100, unit="%"
    )
    midtones: float = setting(
        100.0, "Midtones", "How strongly midtones are affected.", "more", low=0, high=100, unit="%"
    )
    highlights: float = setting(
        100.0, "Highlights", "How strongly light areas are affected.", "more", low=0, high=100, unit="%"
    )
    protect_lines: float = setting(
        0.0,
        "Protect lines",
        "How strongly existing lines and edges are protected.",
        "more",
        low=0,
        high=100,
        unit="%",
    )
    likeness: float = setting(
        0.0,
        "Likeness",
        "Keeps the picture recognisable by its forms and edges, however much grows in it.",
        "more",
        low=0,
        high=100,
        unit="%",
    )
    strength: float = setting(
        100.0, "Strength", "Opacity of the dream over the original.", "main", low=0, high=100, unit="%"
    )
    growth_alpha: bool = setting(
        False,
        "Only what grew",
        "Makes transparent what hardly changed, so that flat areas stay as they were and things stand alone.",
        "more",
    )
    seed: int = setting(1, "Seed", "Each number gives a different variation.", "more", low=0, high=2**31 - 1)
    tile: int | str = setting(
        AUTO,
        "Tile",
        "The largest square processed by the network at once.",
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
        "Numeric precision. Auto picks what this CPU runs fastest; fp16 is for GPUs and untested.",
        "fine-tuning",
        choices=(AUTO, "fp32", "bf16", "fp16"),
    )
    threads: int | str = setting(
        AUTO, "Threads", "Number of CPU cores to use.", "fine-tuning", low=1, high=256, words=(AUTO,)
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
        strengths = tuple(spec.numbers(self.laplacian_strengths, count))
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

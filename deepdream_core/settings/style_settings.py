"""The settings of a style transfer: each field once; those that a dream has too are taken from there."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, ClassVar

from ..errors import DreamError
from ..objective.syntax import mask_named, picture_of
from .dream_settings import DreamSettings
from .spec import Settings, setting

# In pixels, as ``working_size`` says; more than a dream's, because strokes can't be enlarged as a dream can.
AUTOMATIC_WORKING_SIZE = 1600
OCTAVE_SCALE = 1.6
# What a content weight of 100 % was called in 0.1.0, as a share: there the strokes are as large as a painter's.
CONTENT_UNIT = 0.35
# The extent of the smallest octave in pixels: there the deepest layer sees half of the picture at once.
SMALLEST_OCTAVE = 112
_VGG = ("block1_conv1", "block2_conv1", "block3_conv1", "block4_conv1"), "block4_conv2"
# Layers that a style is taken from, and the one whose features are the content (Gatys et al. 2016 with the VGGs).
LAYERS = {
    "efficientnet_lite0": (("b0", "b1", "b2", "b3", "b4", "b6"), "b6"),
    "efficientnet_lite1": (("b0", "b1", "b3", "b4", "b6", "b9"), "b9"),
    "efficientnet_lite2": (("b0", "b1", "b3", "b4", "b6", "b9"), "b9"),
    "vgg16": _VGG,
    "vgg19": _VGG,
    "vgg16_hed": _VGG,
}


def _as_in_a_dream(name: str, **changes: Any) -> Any:
    known = DreamSettings.__dataclass_fields__[name]
    default = changes.pop("default", known.default)
    return field(default=default, metadata={**known.metadata, **changes})


@dataclass(frozen=True)
class StyleSettings(Settings):
    """Everything a person can choose about a style transfer. Immutable; compare with ``==``."""

    kind: ClassVar[str] = "style"
    automatic_size: ClassVar[int] = AUTOMATIC_WORKING_SIZE

    network: str = _as_in_a_dream("network", help="The network used to analyse the style.", choices=tuple(LAYERS))
    style_scale: float = setting(
        100.0,
        "Style scale",
        "Size of the strokes: the style picture's longer side relative to this picture's.",
        "main",
        low=10,
        high=400,
        unit="%",
    )
    style_weight: float = setting(100.0, "Style weight", "Strength of the style.", "main", low=0, high=1000, unit="%")
    content_weight: float = setting(
        100.0,
        "Content weight",
        "How strongly the picture's shapes and shading are kept. Faces need 170 to 290.",
        "main",
        low=0,
        high=3000,
        unit="%",
    )
    shares: str = setting(
        "1", "Shares", "Weights of several styles: 1,0.5 (the last value repeats).", "more", low=0, high=1000
    )
    masks: str = setting(
        "", "Masks", "The mask of each style: sky,ground (a style without one is painted where no mask is).", "more"
    )
    keep_colours: bool = _as_in_a_dream(
        "keep_colours", help="Takes only the strokes from the style; the original colours stay."
    )
    passes: int = setting(1, "Passes", "How many times the whole picture is painted over.", "more", low=1, high=10)
    steps: int = _as_in_a_dream("steps", default=40, help="Steps per octave: more steps, stronger effect.")
    octaves: int | str = _as_in_a_dream("octaves", help="Number of sizes to paint, from broad to fine.")
    octave_scale: float | str = _as_in_a_dream("octave_scale")
    working_size: int | str = _as_in_a_dream(
        "working_size", help="The longer side used for computing. Auto: about 1.9 megapixels."
    )
    feather: float = _as_in_a_dream("feather")
    strength: float = _as_in_a_dream("strength", help="Opacity of the result over the original.")
    seed: int = _as_in_a_dream("seed", help="Each number gives different strokes.")
    tile: int | str = _as_in_a_dream("tile")
    threads: int | str = _as_in_a_dream("threads")

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.style_weight == self.content_weight == 0:
            raise DreamError("style.nothing")
        if not all(mask_named(name) for name in self._masks() if name):
            raise self.spec_of("masks").error(self.masks, "names of masks, with commas between them")
        shares = self._shares()
        if sum(shares) <= 0:
            raise self.spec_of("shares").error(self.shares, "numbers from 0 up, one of them above it")

    def shares_of(self, count: int) -> list[float]:
        """How much each of ``count`` styles counts. Raises ``DreamError`` if none counts, or none with some mask."""
        shares, masks = self._shares(count), self.masks_of(count)
        for name in masks:
            if not any(share for share, mask in zip(shares, masks, strict=True) if mask == name):
                unlimited = "a style without a mask" if any(masks) else f"one of the {count} styles"
                style = f"a style on the mask {name}" if name else unlimited
                raise self.spec_of("shares").error(self.shares, f"a number above 0 for {style}")
        return shares

    @property
    def mask_names(self) -> list[str]:
        """The masks of the first styles as an objective names them after “@”, "" for none; the others have none."""
        return [mask_named(name) or "" for name in self._masks()]

    @property
    def mask_pictures(self) -> set[str]:
        """The names of all pictures that the masks are made of."""
        return {picture_of(name) for name in self.mask_names} - {""}

    @property
    def areas(self) -> int:
        """How many parts of the picture are painted each in its own styles: as many as there are different masks."""
        return len(set(self.mask_names))

    def masks_of(self, count: int) -> list[str]:
        """The mask of each of ``count`` styles, "" for none. Raises ``DreamError`` if there are more masks."""
        names = self.mask_names
        if any(names[count:]):
            raise self.spec_of("masks").error(self.masks, f"no more masks than the {count} styles")
        return (names + [""] * count)[:count]

    def _masks(self) -> list[str]:
        # Not at the comma within a spot.
        return [name.strip() for name in re.split(r",(?![^(]*\))", self.masks)]

    def _shares(self, count: int = 0) -> list[float]:
        return self.spec_of("shares").numbers(self.shares, count)

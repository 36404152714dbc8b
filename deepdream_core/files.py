"""Picture files ↔ ``Pixels``: (path) → what the network sees, and a dream back into the file's own samples.

Orientation: a picture is loaded as people see it, masks and coordinates count from there, and it is saved in
the order of rows that the file had, with its EXIF tag (turned for good only where the format has no EXIF).
Colour: pictures with an ICC profile are converted to sRGB; what a dream changed is converted back and added to
the stored samples, so that samples that the dream doesn't touch stay as they are, bit for bit.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from . import file_colour, file_formats
from .errors import DreamError
from .file_metadata import Stored, from_unit, to_unit
from .masks import painted
from .pixels import Pixels
from .recipe import Recipe

Array = NDArray[np.float32]
# How to turn rows and columns for each EXIF orientation: transpose first, then flip vertically, horizontally.
_TURNS = {
    1: (False, False, False), 2: (False, False, True), 3: (False, True, True), 4: (False, True, False),
    5: (True, False, False), 6: (True, False, True), 7: (True, True, True), 8: (True, True, False),
}


class Dream(Protocol):
    """What is needed of a dream's result (``dream.Dreamed``) to lay it over a picture."""

    @property
    def x(self) -> int: ...
    @property
    def y(self) -> int: ...
    @property
    def rgb(self) -> Array: ...
    @property
    def mask(self) -> Array: ...
    @property
    def recipe(self) -> Recipe: ...


@dataclass(frozen=True)
class PictureFile:
    """A loaded picture; ``stored`` is what the file holds, to the bit."""

    path: Path
    stored: Stored

    @cached_property
    def pixels(self) -> Pixels:
        """The picture as people see it, sRGB, 0..255; colours that sRGB can't show are clipped."""
        colours, alpha = file_colour.straight(self.stored)
        turn = self.stored.orientation
        values = self._converted(_as_seen(colours, turn), self.stored.profile, b"", 3)
        rgb = np.clip(np.nan_to_num(values), 0, 1) * np.float32(255)
        return Pixels(rgb, None if alpha is None else np.ascontiguousarray(_as_seen(alpha, turn)))

    def dreamed(self, top: int, left: int, rgb: Array, weight: Array) -> PictureFile:
        """The picture with ``rgb`` over it by ``weight``, its upper left corner at ``top``, ``left`` as seen.

        ``rgb``: float32 (height, width, 3), 0..255, the unblended dream; ``weight``: float32 (height, width),
        0..1, strength x mask. Alpha is kept; where ``weight`` is 0 every sample is.
        """
        place = slice(top, top + rgb.shape[0]), slice(left, left + rgb.shape[1])
        samples = self.stored.samples.copy()
        seen = _as_seen(samples, self.stored.orientation)[place]
        colours = seen[..., :-1] if self.stored.has_alpha else seen
        change = self._from_srgb(rgb) - self._from_srgb(self.pixels.rgb[place])
        change *= weight[..., np.newaxis]
        if self.stored.premultiplied and self.pixels.alpha is not None:
            change *= self.pixels.alpha[place][..., np.newaxis]
        changed = from_unit(to_unit(colours) + change, samples.dtype)
        np.copyto(colours, changed, where=weight[..., np.newaxis] > 0)
        return replace(self, stored=replace(self.stored, samples=samples))

    def with_dream(self, dream: Dream) -> PictureFile:
        """The picture with ``dream`` over it, by its mask and the strength in its recipe, and with that recipe."""
        strength = np.float32(dream.recipe.settings.strength / 100)
        return self.dreamed(dream.y, dream.x, dream.rgb, dream.mask * strength).with_recipe(dream.recipe)

    def with_recipe(self, recipe: Recipe) -> PictureFile:
        """The picture with ``recipe`` instead of any that it carried."""
        return replace(self, stored=replace(self.stored, recipe=recipe.to_json()))

    @property
    def recipe(self) -> Recipe:
        """The recipe that the file carries; ``DreamError`` (``picture.recipe``) if there is none to be read."""
        try:
            return Recipe.from_json(self.stored.recipe)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise DreamError("picture.recipe", path=self.path) from error

    def _from_srgb(self, rgb: Array) -> Array:
        """float32 0..255 sRGB → the file's own colours, 1.0 for white."""
        channels = self.stored.samples.shape[2] - self.stored.has_alpha
        return self._converted(np.clip(rgb, 0, 255) / np.float32(255), b"", self.stored.profile, channels)

    def _converted(self, values: Array, source: bytes, target: bytes, channels: int) -> Array:
        try:
            return file_colour.convert(values, source, target, channels)
        except (RuntimeError, ValueError) as error:
            raise DreamError("picture.profile", path=self.path, reason=error) from error


def load(path: str | os.PathLike[str]) -> PictureFile:
    """Read a picture file: PNG, JPEG, WebP, TIFF, BMP, GIF…, grey or RGB, with or without alpha.

    Raises ``DreamError`` (``picture.missing``, ``picture.corrupt``, ``picture.mode``, ``picture.profile``).
    """
    file = Path(path)
    picture = PictureFile(file, file_formats.read(file))
    if 0 in picture.stored.samples.shape:
        raise DreamError("picture.empty")
    return picture


def load_mask(path: str | os.PathLike[str]) -> Array:
    """A mask as float32 (height, width), 0..1: how light each pixel is, times its alpha."""
    return painted(load(path).pixels)


def check_target(path: str | os.PathLike[str], picture: PictureFile) -> None:
    """Raise ``DreamError`` now if ``save`` is bound to fail later: before the dream, not after it."""
    target = Path(path)
    kind = file_formats.format_of(target)
    if picture.stored.has_alpha and kind not in file_formats.KEEPS_ALPHA and not _opaque(picture.stored):
        raise DreamError("picture.alpha", path=target, kind=kind)
    folder = target.resolve().parent
    if not folder.is_dir():
        raise DreamError("picture.write", path=target, reason=f"there is no folder “{folder}”")
    if not os.access(folder, os.W_OK):
        raise DreamError("picture.write", path=target, reason=f"the folder “{folder}” is write-protected")
    if target.exists() and not target.is_file():
        raise DreamError("picture.write", path=target, reason="it is not a file")


def save(path: str | os.PathLike[str], picture: PictureFile) -> None:
    """Write ``picture`` in the format that ``path`` ends in; an old file is replaced only by a whole new one.

    Raises ``DreamError`` as ``check_target`` does, and ``picture.write`` when the disk doesn't take it.
    """
    check_target(path, picture)
    target = Path(path)
    kind = file_formats.format_of(target)
    stored = picture.stored
    if kind not in file_formats.KEEPS_EXIF:
        stored = replace(stored, samples=_as_seen(stored.samples, stored.orientation))
    whole = target.resolve()
    part = whole.with_name(f".{whole.name}.{os.getpid()}.part")
    try:
        try:
            file_formats.write(part, kind, stored)
            os.replace(part, whole)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise DreamError("picture.write", path=target, reason=error.strerror or error) from error


def save_pixels(path: str | os.PathLike[str], pixels: Pixels) -> None:
    """Write ``pixels`` as a new 8-bit sRGB picture. Raises ``DreamError`` as ``save`` does."""
    colours = from_unit(pixels.rgb / np.float32(255), np.dtype(np.uint8))
    if pixels.alpha is not None:
        colours = np.dstack([colours, from_unit(pixels.alpha, np.dtype(np.uint8))])
    save(path, PictureFile(Path(path), Stored(colours)))


def _opaque(stored: Stored) -> bool:
    return float(to_unit(stored.samples[..., -1]).min()) >= 1.0


def _as_seen(samples: NDArray[Any], orientation: int) -> NDArray[Any]:
    """A view of ``samples`` turned as the EXIF orientation says."""
    transpose, vertical, horizontal = _TURNS[orientation]
    seen = np.swapaxes(samples, 0, 1) if transpose else samples
    return seen[:: -1 if vertical else 1, :: -1 if horizontal else 1]

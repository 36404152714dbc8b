"""Picture files ↔ ``Pixels``: (path) → what the network sees, and a dream back to the file's own samples.

Orientation: a picture is loaded as people see it, masks and coordinates count from there, and it is saved in
the file's own row order, with its EXIF tag (rotated for good only where the format has no EXIF).
Colour: pictures with an ICC profile are converted to sRGB; what a dream changed is converted back and added to
the stored samples, so that samples that the dream doesn't touch stay as they are, bit for bit.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import count
from pathlib import Path
from typing import Protocol

import numpy as np

from ..arrays import AnyPlanes, Mask, Rgb, Unit
from ..errors import DreamError
from ..image.masks import painted
from ..image.pixels import Pixels
from ..settings.recipe import Recipe
from ..system import atomic
from ..system.folders import rescued_folder
from . import formats, png, profiles
from .faults import is_there, told_as
from .metadata import Stored, from_unit, to_unit

# How to turn rows and columns for each EXIF orientation: transpose first, then flip vertically, horizontally.
_ROTATIONS = {
    1: (False, False, False),
    2: (False, False, True),
    3: (False, True, True),
    4: (False, True, False),
    5: (True, False, False),
    6: (True, False, True),
    7: (True, True, True),
    8: (True, True, False),
}


# What the row that is tried carries for a recipe, in characters; few are longer.
_LENGTH_OF_RECIPE = 4000
# In bytes; leaves room for what is added in any file system.
_LONGEST_STEM = 120


class Dream(Protocol):
    """What is needed of a dream's result (``dream.DreamResult``) to lay it over a picture."""

    @property
    def x(self) -> int: ...
    @property
    def y(self) -> int: ...
    @property
    def rgb(self) -> Rgb: ...
    @property
    def mask(self) -> Mask: ...
    @property
    def recipe(self) -> Recipe: ...


@dataclass(frozen=True)
class PictureFile:
    """A loaded picture; ``stored`` is what the file holds, to the bit; ``mode`` its permissions, if it has any."""

    path: Path
    stored: Stored
    mode: int | None = None

    @cached_property
    def pixels(self) -> Pixels:
        """The picture as people see it, sRGB, 0..255; colours that sRGB can't show are clipped."""
        colours, alpha = profiles.straight(self.stored)
        orientation = self.stored.orientation
        values = self._converted(_as_seen(colours, orientation), self.stored.profile, b"", 3)
        rgb = np.clip(values, 0, 1) * np.float32(255)
        return Pixels(rgb, None if alpha is None else np.ascontiguousarray(_as_seen(alpha, orientation)))

    def with_dream_pixels(self, top: int, left: int, rgb: Rgb, share: Mask) -> PictureFile:
        """The picture with ``rgb`` over it by ``share``, its upper left corner at ``top``, ``left`` as seen.

        ``rgb``: float32 (height, width, 3), 0..255, the unblended dream; ``share``: float32 (height, width),
        0..1, strength x mask. Alpha is kept; where ``share`` is 0 every sample is.
        """
        area = slice(top, top + rgb.shape[0]), slice(left, left + rgb.shape[1])
        samples = self.stored.samples.copy()
        seen = _as_seen(samples, self.stored.orientation)[area]
        colours = seen[..., :-1] if self.stored.has_alpha else seen
        change = self._from_srgb(rgb) - self._from_srgb(self.pixels.rgb[area])
        change *= share[..., np.newaxis]
        if self.stored.premultiplied and self.pixels.alpha is not None:
            change *= self.pixels.alpha[area][..., np.newaxis]
        before = np.nan_to_num(to_unit(colours), copy=False, nan=0.0, posinf=np.inf, neginf=-np.inf)
        changed = from_unit(before + change, samples.dtype)
        np.copyto(colours, changed, where=share[..., np.newaxis] > 0)
        return replace(self, stored=replace(self.stored, samples=samples))

    def with_dream(self, dream: Dream) -> PictureFile:
        """The picture with ``dream`` over it, by its mask and the strength in its recipe, and with that recipe."""
        strength = np.float32(dream.recipe.settings.strength / 100)
        return self.with_dream_pixels(dream.y, dream.x, dream.rgb, dream.mask * strength).with_recipe(dream.recipe)

    def with_dream_alone(self, dream: Dream) -> PictureFile:
        """``dream`` without the picture: transparent by its mask and the strength in its recipe; and that recipe."""
        share = dream.mask * np.float32(dream.recipe.settings.strength / 100)
        whole = np.asarray(share > 0, np.float32)
        alone = self._with_alpha().with_dream_pixels(dream.y, dream.x, dream.rgb, whole)
        stored = alone.stored
        seen = _as_seen(stored.samples, stored.orientation)
        visible = np.zeros((*seen.shape[:2], 1), np.float32)
        visible[dream.y : dream.y + share.shape[0], dream.x : dream.x + share.shape[1], 0] = share
        faded = seen if stored.premultiplied else seen[..., -1:]
        np.copyto(faded, from_unit(to_unit(faded) * visible, faded.dtype))
        return alone.with_recipe(dream.recipe)

    def _with_alpha(self) -> PictureFile:
        samples = self.stored.samples
        if self.stored.has_alpha:
            return self
        opaque = from_unit(np.ones((*samples.shape[:2], 1), np.float32), samples.dtype)
        return replace(self, stored=replace(self.stored, samples=np.concatenate([samples, opaque], axis=2)))

    def with_recipe(self, recipe: Recipe) -> PictureFile:
        """The picture with ``recipe`` in place of any other."""
        return replace(self, stored=replace(self.stored, recipe=recipe.to_json()))

    @property
    def told(self) -> tuple[str, ...]:
        """What of the file isn't dreamed: a line for each."""
        return tuple(f"“{self.path.name}”: {note}." for note in self.stored.notes)

    @property
    def recipe(self) -> Recipe:
        """The recipe that the file carries; ``DreamError`` (``picture.recipe``) if there is none to be read."""
        try:
            return Recipe.from_json(self.stored.recipe)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise DreamError("picture.recipe", path=self.path) from error

    def _from_srgb(self, rgb: Rgb) -> Unit:
        """float32 0..255 sRGB → the file's own colours, 1.0 for white."""
        return self._converted(np.clip(rgb, 0, 255) / np.float32(255), b"", self.stored.profile, self.stored.channels)

    def _converted(self, values: Unit, source: bytes, target: bytes, channels: int) -> Unit:
        try:
            return profiles.convert(values, source, target, channels)
        except (RuntimeError, ValueError) as error:
            reason = "it can't be used as a target profile" if target else "it is damaged, or for another colour model"
            raise DreamError("picture.profile", path=self.path, reason=reason) from error


def load(path: str | os.PathLike[str]) -> PictureFile:
    """Read a picture file: PNG, JPEG, WebP, TIFF, EXR, Krita's, Photoshop's…, grey or RGB, with or without alpha.

    Raises ``DreamError`` (``picture.missing``, ``picture.corrupt``, ``picture.mode``, ``picture.profile``, …).
    """
    file = Path(path)
    picture = PictureFile(file, formats.read(file), file.stat().st_mode & 0o777)
    if 0 in picture.stored.samples.shape:
        raise DreamError("picture.empty")
    return picture


def load_mask(path: str | os.PathLike[str]) -> Mask:
    """A mask as float32 (height, width), 0..1: how light each pixel is, times its alpha."""
    return painted(load(path).pixels)


def check_target(path: str | os.PathLike[str], picture: PictureFile) -> None:
    """Raise ``DreamError`` now if ``save`` is bound to fail later: before the dream, not after it.

    One row of the picture is dreamed, written beside ``path`` and read again, with all that the file will hold.
    """
    target = Path(path)
    format_name = _checked(target, picture)
    row = _row(picture)
    row = row.with_dream_pixels(0, 0, 255 - row.pixels.rgb, np.ones(row.pixels.rgb.shape[:2], np.float32))
    with (
        told_as("picture.write", target),
        tempfile.TemporaryDirectory(prefix=".deepdream-", dir=_folder(target)) as own,
    ):
        part = Path(own) / f"row{target.suffix}"
        formats.write(part, format_name, _as_written(row.stored, format_name))
        PictureFile(target, formats.read(part)).pixels  # noqa: B018  what can't be read again isn't kept


def notes(path: str | os.PathLike[str], picture: PictureFile) -> tuple[str, ...]:
    """What isn't dreamed of ``picture``'s file, and what of it the file ``path`` won't hold: a line for each."""
    lost = formats.lost(picture.stored, formats.format_of(Path(path)))
    lossy = (f"“{Path(path).name}” can't keep: {', '.join(lost)}.",) if lost else ()
    return (*picture.told, *lossy)


def save(path: str | os.PathLike[str], picture: PictureFile) -> None:
    """Write ``picture`` in the format that ``path`` ends in; an old file is replaced only by a whole new one.

    What can't be written so is put beside it as a plain PNG, or where that can't be either, into the data folder:
    ``DreamError`` (``picture.rescued``) says where; ``picture.write`` and its like if nothing takes it.
    """
    target = Path(path)
    try:
        with told_as("picture.write", target):
            format_name = _checked(target, picture)
            with atomic.replacing(target) as part:
                formats.write(part, format_name, _as_written(picture.stored, format_name))
                if picture.mode is not None and not target.exists():
                    # Nobody may read the dream who may not read its picture.
                    part.chmod(part.stat().st_mode & picture.mode | 0o600)
    except DreamError as error:
        rescued = _rescued(target, picture)
        if rescued is None:
            raise
        reason = error.values.get("reason") or error.sentence
        raise DreamError("picture.rescued", path=target, reason=reason, rescued=rescued) from error


def save_pixels(path: str | os.PathLike[str], pixels: Pixels) -> None:
    """Write ``pixels`` as a new 8-bit sRGB picture. Raises ``DreamError`` as ``save`` does."""
    colours = from_unit(pixels.rgb / np.float32(255), np.dtype(np.uint8))
    if pixels.alpha is not None:
        colours = np.dstack([colours, from_unit(pixels.alpha, np.dtype(np.uint8))])
    save(path, PictureFile(Path(path), Stored(colours)))


def _checked(target: Path, picture: PictureFile) -> str:
    """The format to write. Raises ``DreamError`` for what can be known without trying."""
    format_name = formats.format_of(target)
    form, stored = formats.FORMATS[format_name], picture.stored
    if stored.has_alpha and not form.alpha and not _opaque(stored):
        raise DreamError("picture.alpha", path=target, kind=format_name)
    if max(stored.samples.shape[:2]) > form.longest:
        raise DreamError("picture.longest", path=target, kind=format_name, longest=form.longest)
    with told_as("picture.write", target):
        folder = _folder(target)
        if not folder.is_dir():
            raise ValueError(f"the folder “{folder}” doesn't exist")
        if not os.access(folder, os.W_OK):
            raise ValueError(f"the folder “{folder}” is write-protected")
        if is_there(target) and not target.is_file():
            raise ValueError("it is not a file")
    return format_name


def _folder(target: Path) -> Path:
    return Path(os.path.realpath(target)).parent


def _row(picture: PictureFile) -> PictureFile:
    """One row of the picture with all of its file's metadata, and something as long as a recipe."""
    stored = picture.stored
    extra = None if stored.extra is None else stored.extra[:1]
    recipe = stored.recipe or '{"settings": "' + "." * _LENGTH_OF_RECIPE + '"}'
    return replace(picture, stored=replace(stored, samples=stored.samples[:1], extra=extra, recipe=recipe))


def _as_written(stored: Stored, format_name: str) -> Stored:
    """In the order of rows that the format can state."""
    if formats.FORMATS[format_name].exif or stored.orientation == 1:
        return stored
    extra = None if stored.extra is None else _as_seen(stored.extra, stored.orientation)
    return replace(stored, samples=_as_seen(stored.samples, stored.orientation), extra=extra)


def _rescued(target: Path, picture: PictureFile) -> Path | None:
    """Where the picture lies now as a plain PNG: sRGB, turned as people see it, with its recipe and nothing else."""
    stored = replace(picture.stored, samples=_as_seen(picture.stored.samples, picture.stored.orientation))
    for path in _refuges(target):
        try:
            with told_as("picture.write", path):
                plain = profiles.for_screens(stored)
                if path.parent == rescued_folder():
                    path.parent.mkdir(parents=True, exist_ok=True)
                with atomic.replacing(path) as part:
                    # Others use the last of these folders too.
                    part.chmod(0o600)
                    part.write_bytes(png.encoded(Stored(plain.samples, recipe=stored.recipe)))
            return path
        except DreamError:
            continue
    return None


def _refuges(target: Path) -> Iterator[Path]:
    """Paths that don't exist yet."""
    stem = target.stem.replace("\0", "").encode()[:_LONGEST_STEM].decode(errors="ignore")
    for folder in (target.parent, rescued_folder(), Path(tempfile.gettempdir())):
        names = (f"{stem}-dream{number or ''}.png" for number in count())
        yield next(folder / name for name in names if not os.path.lexists(folder / name))


def _opaque(stored: Stored) -> bool:
    return float(to_unit(stored.samples[..., -1]).min()) >= 1.0


def _as_seen(samples: AnyPlanes, orientation: int) -> AnyPlanes:
    """A view of ``samples``, rotated and flipped by the EXIF orientation."""
    transpose, vertical, horizontal = _ROTATIONS[orientation]
    seen = np.swapaxes(samples, 0, 1) if transpose else samples
    return seen[:: -1 if vertical else 1, :: -1 if horizontal else 1]

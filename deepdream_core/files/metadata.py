"""What picture files hold, beside pixels too: EXIF, XMP, colour profile, resolution, recipe, words."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..arrays import Samples, Unit
from .tags import ASCII, EXIF, ORIENTATION, PROFILE, SHORT, UNDEFINED, XMP, Directory, Entry

RECIPE_KEYWORD = "deepdream-recipe"
RECIPE_TAG = 65000
USER_COMMENT = 0x9286
_RESOLUTIONS, _UNIT, _INCH, _CENTIMETRE = (0x011A, 0x011B), 0x0128, 2, 3
_RATIONAL = 5
_COMMENT_IS_ASCII = b"ASCII\0\0\0"
# How a picture is stored; what lies elsewhere in ``Stored``; Photoshop's layers, which a dream makes untrue.
NOT_CARRIED = frozenset(
    {
        254,
        255,
        256,
        257,
        258,
        259,
        262,
        263,
        264,
        265,
        266,
        273,
        277,
        278,
        279,
        280,
        281,
        284,
        288,
        289,
        290,
        291,
        292,
        293,
        297,
        301,
        317,
        320,
        321,
        322,
        323,
        324,
        325,
        330,
        332,
        333,
        334,
        336,
        338,
        339,
        340,
        341,
        342,
        343,
        344,
        347,
        512,
        513,
        514,
        515,
        517,
        518,
        519,
        520,
        521,
        529,
        530,
        531,
        532,
        XMP,
        PROFILE,
        37724,
        RECIPE_TAG,
    }
)


@dataclass(frozen=True)
class Own:
    """What only files of one format hold: ``pieces`` as its writer takes them, to the byte.

    ``words``: what to tell people if the picture goes into another format: "text", "comment".
    """

    format: str
    pieces: Any
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Stored:
    """What a picture file holds.

    ``samples``: (height, width, channels) in the file's order of rows and columns, before its EXIF orientation;
    uint8 and uint16 (full range), float16 or float32 (1.0 is white). Channels: 1 grey, 2 grey and alpha, 3 RGB,
    4 RGBA; colours are multiplied by alpha only if ``premultiplied``. ``extra``: (height, width, n), further
    channels such as saved selections. ``profile``: the ICC profile or ``b""`` (sRGB). ``dpi``: (across, down) or
    ``None``. ``recipe``: JSON in ASCII, or ``""``. ``notes``: what of the file isn't dreamed, for people.
    """

    samples: Samples
    profile: bytes = b""
    exif: Directory = field(default_factory=Directory)
    xmp: bytes = b""
    dpi: tuple[float, float] | None = None
    recipe: str = ""
    premultiplied: bool = False
    extra: Samples | None = None
    own: Own | None = None
    notes: tuple[str, ...] = ()

    @property
    def has_alpha(self) -> bool:
        """Whether the last channel is alpha."""
        return self.samples.shape[2] in (2, 4)

    @property
    def channels(self) -> int:
        """1 for grey, 3 for colours."""
        return int(self.samples.shape[2]) - self.has_alpha

    @property
    def orientation(self) -> int:
        """EXIF's number, 1 to 8; 1 if the file has none or an invalid one."""
        value = self.exif.numbers(ORIENTATION)[:1]
        return value[0] if value and value[0] in range(1, 9) else 1

    def pieces(self, format_name: str) -> Any:
        """What only files of format ``format_name`` hold, if this came from one; otherwise ``None``."""
        return self.own.pieces if self.own and self.own.format == format_name else None


def to_unit(samples: Samples) -> Unit:
    """Samples of any type as float32 with 1.0 for white."""
    unit = samples.astype(np.float32)
    if samples.dtype.kind != "f":
        unit /= np.float32(np.iinfo(samples.dtype).max)
    return unit


def from_unit(values: Unit, dtype: np.dtype[Any]) -> Samples:
    """float32 with 1.0 for white as samples of ``dtype``; integers rounded and clipped, not-a-number 0."""
    if dtype.kind == "f":
        return values.astype(dtype)
    highest = np.float32(np.iinfo(dtype).max)
    samples: Samples = np.rint(np.nan_to_num(np.clip(values, 0, 1)) * highest).astype(dtype)
    return samples


def to_depth(samples: Samples, dtype: np.dtype[Any]) -> Samples:
    """The same picture with samples of another type."""
    return samples if samples.dtype == dtype else from_unit(to_unit(samples), dtype)


def exif_with_recipe(stored: Stored) -> Directory:
    """``stored``'s EXIF with its recipe: as the user's comment, or where there is one, under a tag of its own."""
    exif = stored.exif
    if not stored.recipe:
        return exif
    recipe = stored.recipe.encode("ascii")
    comment = exif.children.get(EXIF, Directory()).data(USER_COMMENT)
    if comment[8:].strip(b"\0 ") and not _recipe_of(comment):
        return exif.replace({RECIPE_TAG: Entry(ASCII, recipe + b"\0")})
    return exif.with_child(EXIF, {USER_COMMENT: Entry(UNDEFINED, _COMMENT_IS_ASCII + recipe)})


def recipe_in(exif: Directory) -> str:
    """The recipe in EXIF; ``""`` if there is none."""
    if tagged := exif.data(RECIPE_TAG):
        return tagged.rstrip(b"\0").decode("ascii", "replace")
    return _recipe_of(exif.children.get(EXIF, Directory()).data(USER_COMMENT))


def _recipe_of(comment: bytes) -> str:
    """A recipe in EXIF's user comment: of all that may stand there only ours is JSON with settings."""
    text = comment.removeprefix(_COMMENT_IS_ASCII)
    ours = text != comment and text.startswith(b"{") and b'"settings"' in text
    return text.decode("ascii", "replace") if ours else ""


def carried(exif: Directory) -> Directory:
    """The entries that are still true when the pixels have changed, and aren't elsewhere in ``Stored``."""
    rotated = exif.numbers(ORIENTATION)[:1]
    senseless = () if rotated and rotated[0] in range(1, 9) else (ORIENTATION,)
    carried = exif.replace({}, NOT_CARRIED.union(senseless))
    below = carried.children.get(EXIF)
    if below and _recipe_of(below.data(USER_COMMENT)):
        children = {**carried.children, EXIF: below.replace({}, {USER_COMMENT})}
        return Directory(carried.byte_order, carried.entries, children)
    return carried


def dpi(value: Any) -> tuple[float, float] | None:
    """A resolution if ``value`` states one: TIFF's 1 by 1 means unknown."""
    if value is None or not all(1 < float(number) < 1e5 for number in value):
        return None
    return float(value[0]), float(value[1])


def dpi_in(exif: Directory) -> tuple[float, float] | None:
    """The resolution in EXIF or a TIFF file's directory, ``None`` if it states none that has a unit."""
    fractions = [exif.numbers(tag)[:2] for tag in _RESOLUTIONS]
    unit = {_INCH: 1.0, _CENTIMETRE: 2.54}.get((exif.numbers(_UNIT) or (_INCH,))[0])
    if unit is None or any(len(fraction) < 2 or not fraction[1] for fraction in fractions):
        return None
    return dpi([above / below * unit for above, below in fractions])


def exif_with_dpi(exif: Directory, resolution: tuple[float, float] | None) -> Directory:
    """For formats that have no other place for the resolution."""
    if resolution is None or dpi_in(exif):
        return exif
    fractions = zip(_RESOLUTIONS, resolution, strict=True)
    entries = {
        tag: Entry(_RATIONAL, struct.pack(exif.byte_order + "II", round(number * 1000), 1000))
        for tag, number in fractions
    }
    return exif.replace({**entries, _UNIT: Entry(SHORT, struct.pack(exif.byte_order + "H", _INCH))})


def depth_in_words(samples: Samples) -> str:
    """ "8 bits", "16 bits", "16-bit floats"."""
    bits = samples.dtype.itemsize * 8
    return f"{bits}-bit floats" if samples.dtype.kind == "f" else f"{bits} bits"

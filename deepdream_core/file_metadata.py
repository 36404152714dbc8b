"""What picture files hold beside pixels, kept when a dream is saved: EXIF, colour profile, resolution, recipe."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Samples = NDArray[Any]

ORIENTATION = 0x0112
RECIPE_KEYWORD = "deepdream-recipe"
SOFTWARE = 0x0131
RECIPE_TAG = 65000
_EXIF_IFD, _GPS_IFD, _USER_COMMENT = 0x8769, 0x8825, 0x9286
# Description, make, model, orientation, software, date, artist, copyright. All else in the first directory
# describes how the old file was stored; the second one holds a thumbnail of the old picture.
KEPT_TAGS = (0x010E, 0x010F, 0x0110, ORIENTATION, SOFTWARE, 0x0132, 0x013B, 0x8298)
_COMMENT_IS_ASCII = b"ASCII\0\0\0"


@dataclass(frozen=True)
class Stored:
    """What a picture file holds.

    ``samples``: (height, width, channels) in the file's order of rows and columns, before its EXIF orientation;
    uint8 and uint16 (full range), float16 or float32 (1.0 is white). Channels: 1 grey, 2 grey and alpha, 3 RGB,
    4 RGBA; colours are multiplied by alpha only if ``premultiplied``. ``profile``: the ICC profile or ``b""``
    (sRGB). ``dpi``: (across, down) or ``None``. ``recipe``: JSON in ASCII, or ``""``.
    """

    samples: Samples
    profile: bytes = b""
    exif: Image.Exif = field(default_factory=Image.Exif)
    dpi: tuple[float, float] | None = None
    recipe: str = ""
    premultiplied: bool = False

    @property
    def has_alpha(self) -> bool:
        """Whether the last channel is alpha."""
        return self.samples.shape[2] in (2, 4)

    @property
    def orientation(self) -> int:
        """EXIF's number, 1 to 8; 1 if the file has none or a senseless one."""
        value = self.exif.get(ORIENTATION, 1)
        return value if value in range(1, 9) else 1


def to_unit(samples: Samples) -> NDArray[np.float32]:
    """Samples of any type as float32 with 1.0 for white."""
    unit = samples.astype(np.float32)
    if samples.dtype.kind != "f":
        unit /= np.float32(np.iinfo(samples.dtype).max)
    return unit


def from_unit(values: NDArray[np.float32], dtype: np.dtype[Any]) -> Samples:
    """float32 with 1.0 for white as samples of ``dtype``; integers rounded and clipped."""
    if dtype.kind == "f":
        return values.astype(dtype)
    highest = np.float32(np.iinfo(dtype).max)
    samples: Samples = np.clip(np.rint(values * highest), 0, highest).astype(dtype)
    return samples


def to_depth(samples: Samples, dtype: np.dtype[Any]) -> Samples:
    """The same picture with samples of another type."""
    return samples if samples.dtype == dtype else from_unit(to_unit(samples), dtype)


def kept_exif(exif: Image.Exif) -> Image.Exif:
    """Those entries that are still true when the pixels have changed."""
    kept = Image.Exif()
    for tag in KEPT_TAGS:
        if tag in exif:
            kept[tag] = exif[tag]
    for directory in (_EXIF_IFD, _GPS_IFD):
        if content := exif.get_ifd(directory):
            kept.get_ifd(directory).update(content)
    return kept


def exif_with_recipe(stored: Stored) -> Image.Exif:
    """``stored``'s EXIF with its recipe as the user's comment."""
    exif = kept_exif(stored.exif)
    if stored.recipe:
        exif.get_ifd(_EXIF_IFD)[_USER_COMMENT] = _COMMENT_IS_ASCII + stored.recipe.encode("ascii")
    return exif


def recipe_in(image: Image.Image) -> str:
    """The recipe in a file that Pillow opened, wherever its format has room for one; ``""`` if there is none."""
    exif = image.getexif()
    text = image.info.get(RECIPE_KEYWORD) or exif.get(RECIPE_TAG)
    if text:
        return str(text)
    comment = exif.get_ifd(_EXIF_IFD).get(_USER_COMMENT, b"")
    if isinstance(comment, bytes) and comment.startswith(_COMMENT_IS_ASCII + b"{"):
        return comment.removeprefix(_COMMENT_IS_ASCII).decode("ascii", "replace")
    return ""


def dpi(value: Any) -> tuple[float, float] | None:
    """A resolution if ``value`` states one: TIFF's 1 by 1 means that it is unknown."""
    if value is None or not all(1 < float(number) < 1e5 for number in value):
        return None
    return float(value[0]), float(value[1])

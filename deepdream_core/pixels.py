"""The only conversions of pixels: host bytes ↔ float32 RGB + alpha; what the network sees; resizing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from .errors import DreamError
from .rows import blocks
from .wire import Picture

Array = NDArray[np.float32]
PREVIEW_PX = 512
_GREY = 127.0
# sample type, value of full intensity, position of R, G, B, A in memory
_LAYOUTS: dict[str, tuple[np.dtype[Any], float, tuple[int, ...]]] = {
    "U8": (np.dtype("u1"), 255.0, (2, 1, 0, 3)),
    "U16": (np.dtype("<u2"), 65535.0, (2, 1, 0, 3)),
    "F32": (np.dtype("<f4"), 1.0, (0, 1, 2, 3)),
}


@dataclass(frozen=True)
class Pixels:
    """A picture to compute with.

    ``rgb``: float32 (height, width, 3), straight (not multiplied by alpha), sRGB transfer curve, 0..255;
    float sources may exceed that range. ``alpha``: float32 (height, width), 0..1, ``None`` for opaque.
    """

    rgb: Array
    alpha: Array | None = None

    def __post_init__(self) -> None:
        if self.rgb.ndim != 3 or self.rgb.shape[2] != 3 or 0 in self.rgb.shape:
            raise DreamError("picture.empty")

    @property
    def height(self) -> int:
        """Rows."""
        return int(self.rgb.shape[0])

    @property
    def width(self) -> int:
        """Columns."""
        return int(self.rgb.shape[1])

    def part(self, slices: tuple[slice, slice]) -> Pixels:
        """These rows and columns, not copied."""
        return Pixels(self.rgb[slices], None if self.alpha is None else self.alpha[slices])


def from_wire(picture: Picture) -> Pixels:
    """Host bytes (``wire.Picture``: U8/U16 BGRA or F32 RGBA, 0..1) → ``Pixels``. Not-a-number becomes 0."""
    dtype, full, order = _LAYOUTS[picture.depth]
    samples = np.frombuffer(picture.data, dtype).reshape(picture.height, picture.width, 4)
    rgb, alpha = np.empty((*samples.shape[:2], 3), np.float32), np.empty(samples.shape[:2], np.float32)
    for rows in blocks(picture.height, picture.width * 4):
        rgb[rows] = samples[rows][..., order[:3]]
        rgb[rows] *= np.float32(255.0 / full)
        np.divide(samples[rows, :, 3], np.float32(full), out=alpha[rows])
        if dtype.kind == "f":
            np.nan_to_num(rgb[rows], copy=False)
            np.clip(np.nan_to_num(alpha[rows], copy=False), 0.0, 1.0, out=alpha[rows])
    return Pixels(rgb, alpha)


def interleaved(picture: Picture) -> NDArray[Any]:
    """Host bytes → (height, width, 4) of R, G, B and alpha as image files have them: uint8, or uint16 for the rest."""
    dtype, _full, order = _LAYOUTS[picture.depth]
    samples = np.frombuffer(picture.data, dtype).reshape(picture.height, picture.width, 4)[..., order]
    if dtype.kind == "f":
        samples = _quantised(np.nan_to_num(samples) * np.float32(65535), np.dtype("<u2"), 65535.0)
    return np.ascontiguousarray(samples)


def to_wire(pixels: Pixels, depth: str) -> Picture:
    """``Pixels`` → host bytes of ``depth``, rounded to the nearest and clipped where samples are integers."""
    dtype, full, order = _LAYOUTS[depth]
    samples = np.empty((pixels.height, pixels.width, 4), dtype)
    for rows in blocks(pixels.height, pixels.width * 4):
        samples[rows][..., order[:3]] = _quantised(pixels.rgb[rows] * np.float32(full / 255.0), dtype, full)
        alpha = None if pixels.alpha is None else pixels.alpha[rows]
        samples[rows, :, 3] = full if alpha is None else _quantised(alpha * np.float32(full), dtype, full)
    return Picture(pixels.width, pixels.height, depth, samples.data.cast("B"))


def over(pixels: Pixels, backdrop: Pixels | None = None) -> Array:
    """What the network sees: float32 (height, width, 3) without transparency.

    Transparent pixels show ``backdrop``; where that is transparent too, the visible colours nearby spread
    outward (pull-push, Gortler et al. 1996), so that no black or invented edge is dreamed on.
    """
    if pixels.alpha is None:
        return pixels.rgb
    alpha = pixels.alpha[..., np.newaxis]
    if float(alpha.min()) >= 1.0:
        return pixels.rgb
    seen, cover = pixels.rgb * alpha, alpha
    if backdrop is not None:
        below = np.float32(1.0) if backdrop.alpha is None else backdrop.alpha[..., np.newaxis]
        seen = seen + backdrop.rgb * below * (1 - alpha)
        cover = alpha + below * (1 - alpha)
    return _spread(seen, cover)


def resize(picture: Array, width: int, height: int, enlarge_softly: bool = True) -> Array:
    """Resize float32 (height, width[, channels]) with antialiasing; bicubic, or bilinear if not so wished."""
    if picture.shape[:2] == (height, width):
        return picture
    method = Image.Resampling.BICUBIC if enlarge_softly else Image.Resampling.BILINEAR
    planes = picture[..., np.newaxis] if picture.ndim == 2 else picture
    result = np.empty((height, width, planes.shape[2]), np.float32)
    for channel in range(planes.shape[2]):
        plane = Image.fromarray(np.ascontiguousarray(planes[..., channel], np.float32))
        result[..., channel] = np.asarray(plane.resize((width, height), method))
    return result[..., 0] if picture.ndim == 2 else result


def resize_around(picture: Array, width: int, height: int) -> Array:
    """Resize float32 (height, width, channels) bicubically, as a texture: beyond each border lies the opposite one."""
    rows, columns = picture.shape[:2]
    if (rows, columns) == (height, width):
        return picture
    # A bicubic filter reaches two pixels of the smaller of both sizes.
    reach_down, reach_across = 3 + 2 * rows // height, 3 + 2 * columns // width
    padded = np.pad(picture, ((reach_down, reach_down), (reach_across, reach_across), (0, 0)), mode="wrap")
    box = reach_across, reach_down, reach_across + columns, reach_down + rows
    result = np.empty((height, width, picture.shape[2]), np.float32)
    for channel in range(picture.shape[2]):
        plane = Image.fromarray(np.ascontiguousarray(padded[..., channel]))
        result[..., channel] = np.asarray(plane.resize((width, height), Image.Resampling.BICUBIC, box=box))
    return result


def fitted(picture: Array) -> Array:
    """float32 (height, width, 3), 0..255, with at most ``PREVIEW_PX`` on the longer side."""
    return np.clip(resize(picture, *_fitting(picture)), 0, 255)


def preview(picture: Array) -> Array:
    """As ``fitted``, in 8 bits and several times faster, since it is made after every step."""
    every = max(1, max(picture.shape[:2]) // (2 * PREVIEW_PX))
    image = Image.fromarray(np.clip(picture[::every, ::every], 0, 255).astype(np.uint8))
    return np.asarray(image.resize(_fitting(picture), Image.Resampling.BILINEAR), np.float32)


def _fitting(picture: Array) -> tuple[int, int]:
    """Width and height."""
    height, width = picture.shape[:2]
    share = min(1.0, PREVIEW_PX / max(height, width))
    return max(1, round(width * share)), max(1, round(height * share))


def blend(source: Array, dream: Array, weight: Array | float) -> Array:
    """``source`` with ``dream`` over it; where ``weight`` (0..1) is 0 the source, bit for bit."""
    weight = weight if isinstance(weight, float) else weight[..., np.newaxis]
    return np.where(np.equal(weight, 0), source, source + (dream - source) * weight).astype(np.float32)


def _quantised(values: Array, dtype: np.dtype[Any], full: float) -> NDArray[Any]:
    if dtype.kind == "f":
        return values
    return np.rint(np.clip(values, 0, full)).astype(dtype)


def _spread(premultiplied: Array, cover: Array) -> Array:
    """Divide by ``cover`` and fill its holes with the average of ever larger neighbourhoods."""
    height, width = cover.shape[:2]
    if float(cover.min()) >= 1.0:
        return premultiplied
    if height * width == 1:
        average = premultiplied / np.maximum(cover, 1e-6)
        return np.where(cover > 0, average, np.float32(_GREY)).astype(np.float32)
    padding = ((0, height % 2), (0, width % 2), (0, 0))
    half_colour, half_cover = (_halved(np.pad(part, padding)) for part in (premultiplied, cover))
    coarse = _spread(half_colour / np.maximum(half_cover, np.float32(1)), np.minimum(half_cover, np.float32(1)))
    fill = resize(coarse, coarse.shape[1] * 2, coarse.shape[0] * 2, enlarge_softly=False)[:height, :width]
    return (premultiplied + fill * (1 - cover)).astype(np.float32)


def _halved(part: Array) -> Array:
    height, width, channels = part.shape
    halved: Array = part.reshape(height // 2, 2, width // 2, 2, channels).sum(axis=(1, 3))
    return halved

"""The only conversions of pixels: host bytes ↔ RGB + alpha; what the network sees; small pictures to show."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image

from ..arrays import AnyPlanes, AnyRgb, Mask, Planes, Rgb, Rgb8, Samples
from ..errors import DreamError
from ..protocol.wire import Picture
from .colour import from_linear, to_linear
from .resizing import resize, resized_rows
from .rows import blocks

PREVIEW_PX = 512
_GREY = 127.0
# The brightest linear light that is computed with: the largest number of 16 bits.
_BRIGHTEST = 65504.0
# sample type, value of full intensity, position of R, G, B, A in memory
_LAYOUTS: dict[str, tuple[np.dtype[Any], float, tuple[int, ...]]] = {
    "U8": (np.dtype("u1"), 255.0, (2, 1, 0, 3)),
    "U16": (np.dtype("<u2"), 65535.0, (2, 1, 0, 3)),
    "F32": (np.dtype("<f4"), 1.0, (0, 1, 2, 3)),
}


@dataclass(frozen=True)
class Pixels:
    """A picture to compute with.

    ``rgb``: (height, width, 3), straight (not multiplied by alpha), sRGB transfer curve, 0..255: float32, which may
    exceed that range, or uint8 where that is what there is: so no copy of it has to be made, and it may be
    memory-mapped. ``alpha``: float32 (height, width), 0..1, ``None`` for opaque.
    """

    rgb: AnyRgb
    alpha: Mask | None = None

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
    """Host bytes (``wire.Picture``) → ``Pixels``. Not-a-number becomes 0, endless light the brightest there is.

    Colours of 8 bits are not copied.
    """
    dtype, full, channel_order = _LAYOUTS[picture.depth]
    samples = np.frombuffer(picture.data, dtype).reshape(picture.height, picture.width, 4)
    alpha = None if samples[..., 3].min() >= full else _alpha(samples[..., 3], full)
    if picture.depth == "U8":
        return Pixels(samples[..., 2::-1], alpha)
    rgb = np.empty((*samples.shape[:2], 3), np.float32)
    for rows in blocks(picture.height, picture.width * 4):
        rgb[rows] = samples[rows][..., channel_order[:3]]
        if dtype.kind == "f":
            rgb[rows] = from_linear(_light(rgb[rows]))
        rgb[rows] *= np.float32(255.0 / full)
    return Pixels(rgb, alpha)


def _light(samples: Planes) -> Planes:
    return np.clip(np.nan_to_num(samples), -_BRIGHTEST, _BRIGHTEST)


def _alpha(samples: AnyPlanes, full: float) -> Mask:
    alpha = np.empty(samples.shape, np.float32)
    for rows in blocks(*samples.shape):
        np.divide(samples[rows], np.float32(full), out=alpha[rows])
        np.clip(np.nan_to_num(alpha[rows], copy=False), 0.0, 1.0, out=alpha[rows])
    return alpha


def interleaved(picture: Picture) -> Samples:
    """Host bytes → (height, width, 4) of R, G, B and alpha as image files have them: uint8, or uint16 for the rest."""
    dtype, _full, channel_order = _LAYOUTS[picture.depth]
    samples = np.frombuffer(picture.data, dtype).reshape(picture.height, picture.width, 4)[..., channel_order]
    if dtype.kind == "f":
        colours = from_linear(_light(samples[..., :3]))
        samples = np.concatenate([colours, np.nan_to_num(samples[..., 3:])], axis=2)
        samples = _quantised(samples * np.float32(65535), np.dtype("<u2"), 65535.0)
    # Of a single pixel numpy takes any layout for contiguous, and encoders don't.
    apart: Samples = samples.copy()
    return apart


def to_wire(pixels: Pixels, depth: str) -> Picture:
    """``Pixels`` → host bytes of ``depth``, rounded to the nearest and clipped where samples are integers."""
    dtype, full, channel_order = _LAYOUTS[depth]
    samples = np.empty((pixels.height, pixels.width, 4), dtype)
    for rows in blocks(pixels.height, pixels.width * 4):
        colours = pixels.rgb[rows] * np.float32(full / 255.0)
        colours = to_linear(colours) if dtype.kind == "f" else _quantised(colours, dtype, full)
        samples[rows][..., channel_order[:3]] = colours
        alpha = None if pixels.alpha is None else pixels.alpha[rows]
        samples[rows, :, 3] = full if alpha is None else _quantised(alpha * np.float32(full), dtype, full)
    return Picture(pixels.width, pixels.height, depth, samples.data.cast("B"))


def over(pixels: Pixels, backdrop: Pixels | None = None) -> AnyRgb:
    """What the network sees: (height, width, 3) without transparency; the colours themselves if there is none.

    Transparent pixels show ``backdrop``; where that is transparent too, the visible colours nearby spread
    outward (pull-push, Gortler et al. 1996), so that no black or invented edge is dreamed on.
    """
    if pixels.alpha is None:
        return pixels.rgb
    if float(pixels.alpha.min()) >= 1.0:
        return pixels.rgb
    seen, cover = np.empty(pixels.rgb.shape, np.float32), pixels.alpha[..., np.newaxis].copy()
    for rows in blocks(pixels.height, 3 * pixels.width):
        alpha = pixels.alpha[rows, :, np.newaxis]
        np.multiply(pixels.rgb[rows], alpha, out=seen[rows])
        if backdrop is not None:
            below = 1 - alpha if backdrop.alpha is None else backdrop.alpha[rows, :, np.newaxis] * (1 - alpha)
            seen[rows] += backdrop.rgb[rows] * below
            cover[rows] += below
    _spread(seen, cover)
    return rounded(seen) if pixels.rgb.dtype == np.uint8 else seen


def fitted(picture: AnyRgb) -> Rgb:
    """float32 (height, width, 3), 0..255, with at most ``PREVIEW_PX`` on the longer side."""
    return np.clip(resize(picture, *_fitting(picture)), 0, 255)


def preview(picture: Rgb, seen: Callable[[Rgb], Rgb] = lambda tones: tones) -> Rgb:
    """As ``fitted``, in 8 bits and several times faster, since it is made after every step.

    ``seen``: how the picture's tones look.
    """
    every = max(1, max(picture.shape[:2]) // (2 * PREVIEW_PX))
    some = seen(picture[::every, ::every])
    return np.asarray(Image.fromarray(rounded(some)).resize(_fitting(picture), Image.Resampling.BILINEAR), np.float32)


def _fitting(picture: Rgb) -> tuple[int, int]:
    """Width and height."""
    height, width = picture.shape[:2]
    share = min(1.0, PREVIEW_PX / max(height, width))
    return max(1, round(width * share)), max(1, round(height * share))


def rounded(picture: AnyRgb) -> Rgb8:
    """(height, width, 3), 0..255 → the same in 8 bits."""
    samples = np.empty(picture.shape, np.uint8)
    for rows in blocks(picture.shape[0], 3 * picture.shape[1]):
        samples[rows] = np.rint(np.clip(picture[rows], 0, 255))
    return samples


def blend(source: AnyRgb, dream: Rgb, share: Mask | float) -> Rgb:
    """``source`` with ``dream`` over it, float32; where ``share`` (0..1) is 0 the source, bit for bit."""
    shares = np.broadcast_to(np.asarray(share, np.float32), source.shape[:2])[..., np.newaxis]
    blended = np.empty(source.shape, np.float32)
    for rows in blocks(source.shape[0], 3 * source.shape[1]):
        part = source[rows] + (dream[rows] - source[rows]) * shares[rows]
        blended[rows] = np.where(np.equal(shares[rows], 0), source[rows], part)
    return blended


def _quantised(values: Planes, dtype: np.dtype[Any], full: float) -> Samples:
    if dtype.kind == "f":
        return values
    return np.rint(np.clip(values, 0, full)).astype(dtype)


def _spread(colour: Rgb, cover: Planes) -> None:
    """Divide premultiplied ``colour`` by ``cover``, in place, and fill holes with the average of ever larger parts."""
    if float(cover.min()) >= 1.0:
        return
    height, width = cover.shape[:2]
    if height * width == 1:
        colour[...] = colour / cover if cover[0, 0, 0] > 0 else _GREY
        return
    half_colour, half_cover = _halved(colour), _halved(cover)
    half_colour /= np.maximum(half_cover, np.float32(1))
    _spread(half_colour, np.minimum(half_cover, np.float32(1)))
    doubled = 2 * half_cover.shape[1], 2 * half_cover.shape[0]
    for rows, fill in resized_rows(half_colour, *doubled, Image.Resampling.BILINEAR):
        part = colour[rows]
        part += fill[: len(part), :width] * (1 - cover[rows])


def _halved(part: Planes) -> Planes:
    """The sums of two by two pixels; 0 beyond the border."""
    height, width, channels = part.shape
    halved = np.zeros(((height + 1) // 2, (width + 1) // 2, channels), np.float32)
    for down, across in ((0, 0), (0, 1), (1, 0), (1, 1)):
        one = part[down::2, across::2]
        halved[: one.shape[0], : one.shape[1]] += one
    return halved

"""Colours of picture files: between ICC profiles, between linear light and what screens take, and alpha."""

from __future__ import annotations

import struct
from dataclasses import replace
from typing import Any

import imagecodecs
import numpy as np
from numpy.typing import NDArray

from .file_metadata import Samples, Stored, from_unit, to_unit

Array = NDArray[np.float32]
# Rec. 709 weights, applied to encoded values as in a grey copy of the picture.
LUMA = np.array([0.2126, 0.7152, 0.0722], np.float32)
_WHITE = [0.3127, 0.3290, 1.0]
_PRIMARIES = [0.64, 0.33, 1.0, 0.30, 0.60, 1.0, 0.15, 0.06, 1.0]
_KINDS = {1: "gray", 3: "rgb"}


def srgb_profile() -> bytes:
    """The ICC profile of sRGB."""
    return _dateless(imagecodecs.cms_profile("srgb"))


def linear_profile(channels: int) -> bytes:
    """The ICC profile of linear light, grey for 1 channel, with sRGB's primaries for 3."""
    if channels == 1:
        return _dateless(imagecodecs.cms_profile("gray", gamma=1.0))
    return _dateless(imagecodecs.cms_profile("rgb", whitepoint=_WHITE, primaries=_PRIMARIES, gamma=1.0))


def _dateless(profile: bytes) -> bytes:
    """With the same date always, so that equal profiles are equal bytes."""
    return profile[:24] + struct.pack(">6H", 2000, 1, 1, 0, 0, 0) + profile[36:]


def convert(values: Array, source: bytes, target: bytes, channels: int) -> Array:
    """float32 (height, width, 1 or 3), 1.0 for white, from profile to profile (``b""``: sRGB, or its grey).

    Values beyond 0..1 are kept. Raises ``RuntimeError`` or ``ValueError`` for a profile that can't be used.
    """
    values = np.ascontiguousarray(values)
    if not source and not target:
        return _plain(values, channels)
    if not source:
        values = _plain(values, 3)
    result = imagecodecs.cms_transform(
        values[..., 0] if values.shape[2] == 1 else values, source or srgb_profile(), target or srgb_profile(),
        colorspace=_KINDS[values.shape[2]], planar=False, outcolorspace=_KINDS[channels if target else 3],
        outplanar=False, outdtype="f4",
    )
    return _plain(np.asarray(result, np.float32).reshape(*values.shape[:2], -1), channels)


def straight(stored: Stored) -> tuple[Array, Array | None]:
    """Colours, float32 with 1.0 for white and not multiplied by alpha, and alpha."""
    if not stored.has_alpha:
        return to_unit(stored.samples), None
    colours, alpha = to_unit(stored.samples[..., :-1]), to_unit(stored.samples[..., -1])
    if stored.premultiplied:
        np.divide(colours, alpha[..., np.newaxis], out=colours, where=alpha[..., np.newaxis] > 0)
    return colours, alpha


def for_screens(stored: Stored) -> Stored:
    """``stored`` in sRGB or its grey and with straight alpha, as 16 bits, for formats that know no linear light."""
    colours, alpha = straight(stored)
    colours = convert(colours, stored.profile, b"", colours.shape[2])
    samples = from_unit(_joined(colours, alpha), np.dtype(np.uint16))
    return replace(stored, samples=samples, profile=b"", premultiplied=False)


def for_light(stored: Stored) -> Stored:
    """``stored`` in linear light and multiplied by alpha, as float16 or what float it is: what EXR holds."""
    colours, alpha = straight(stored)
    colours = convert(colours, stored.profile, linear_profile(colours.shape[2]), colours.shape[2])
    if alpha is not None:
        colours = colours * alpha[..., np.newaxis]
    floating = stored.samples.dtype if stored.samples.dtype.kind == "f" else np.dtype(np.float16)
    samples = _joined(colours, alpha).astype(floating)
    return replace(stored, samples=samples, profile=linear_profile(colours.shape[2]), premultiplied=alpha is not None)


def _joined(colours: Samples, alpha: Samples | None) -> Samples:
    return colours if alpha is None else np.concatenate([colours, alpha[..., np.newaxis]], axis=2)


def _plain(values: Array, channels: int) -> Array:
    """Grey to three equal channels, or colours to their grey."""
    if values.shape[2] == channels:
        return values
    if channels == 3:
        return np.repeat(values, 3, axis=2)
    grey: Any = (values @ LUMA)[..., np.newaxis]
    return np.asarray(grey, np.float32)

"""Colours of picture files: between ICC profiles, between linear light and what screens take, and alpha."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import imagecodecs
import numpy as np

from ..arrays import Line, Mask, Samples, Unit
from .metadata import Stored, from_unit, to_unit

# Rec. 709 weights, applied to encoded values as in a grey copy of the picture.
LUMA = np.array([0.2126, 0.7152, 0.0722], np.float32)
_COLOUR_SPACES = {1: "gray", 3: "rgb"}
# CIE xy of red, green, blue, white: sRGB's and Rec. 709's.
SRGB_PRIMARIES = (0.64, 0.33, 0.30, 0.60, 0.15, 0.06, 0.3127, 0.3290)
# The brightest light that is computed with: float16's largest number.
_BRIGHTEST = 65504.0
_CURVE_POINTS = 4096


def srgb_profile() -> bytes:
    """The ICC profile of sRGB."""
    return _dateless(imagecodecs.cms_profile("srgb"))


def linear_profile(channels: int) -> bytes:
    """The ICC profile of linear light, grey for 1 channel, with sRGB's primaries for 3."""
    return gamma_profile(channels, 1.0)


def gamma_profile(channels: int, gamma: float, primaries: Sequence[float] = SRGB_PRIMARIES) -> bytes:
    """The ICC profile of light = sample ** ``gamma``, with ``primaries`` (x, y of red, green, blue, white)."""
    return _profile(channels, primaries, gamma=gamma)


def curve_profile(channels: int, curve: Line, primaries: Sequence[float] = SRGB_PRIMARIES) -> bytes:
    """As ``gamma_profile``, ``curve`` being the light, 0..1, of samples that go evenly from 0 to 1."""
    return _profile(channels, primaries, transferfunction=curve.astype(np.float32))


def srgb_curve() -> Line:
    """The light of samples that go evenly from 0 to 1 in sRGB."""
    samples = np.linspace(0, 1, _CURVE_POINTS)
    return np.where(samples <= 0.04045, samples / 12.92, ((samples + 0.055) / 1.055) ** 2.4).astype(np.float32)


def _profile(channels: int, primaries: Sequence[float], **light: Any) -> bytes:
    if channels == 1:
        return _dateless(imagecodecs.cms_profile("gray", **light))
    red, green, blue, white = ([primaries[index], primaries[index + 1], 1.0] for index in (0, 2, 4, 6))
    return _dateless(imagecodecs.cms_profile("rgb", whitepoint=white, primaries=red + green + blue, **light))


def _dateless(profile: bytes) -> bytes:
    """Always with the same date, so that equal profiles are equal bytes."""
    return profile[:24] + struct.pack(">6H", 2000, 1, 1, 0, 0, 0) + profile[36:]


def channels_of(profile: bytes) -> int | None:
    """How many colour channels an ICC profile is for: 1 or 3, ``None`` for others (CMYK, Lab)."""
    return {b"GRAY": 1, b"RGB ": 3}.get(profile[16:20])


def convert(values: Unit, source: bytes, target: bytes, channels: int) -> Unit:
    """float32 (height, width, 1 or 3), 1.0 for white, from profile to profile (``b""``: sRGB, or its grey).

    Grey goes through a profile for colours as three equal ones. Values beyond 0..1 are kept. Raises
    ``RuntimeError`` or ``ValueError`` for a profile that can't be used.
    """
    if not source and not target:
        return _plain(values, channels)
    if not source or (channels_of(source) == 3 and values.shape[2] == 1):
        values = _plain(values, 3)
    between = 3 if not target or channels_of(target) == 3 else channels
    values = np.ascontiguousarray(values)
    result = imagecodecs.cms_transform(
        values[..., 0] if values.shape[2] == 1 else values,
        source or srgb_profile(),
        target or srgb_profile(),
        colorspace=_COLOUR_SPACES[values.shape[2]],
        planar=False,
        outcolorspace=_COLOUR_SPACES[between],
        outplanar=False,
        outdtype="f4",
    )
    return _plain(np.asarray(result, np.float32).reshape(*values.shape[:2], -1), channels)


def straight(stored: Stored) -> tuple[Unit, Mask | None]:
    """Colours, float32 with 1.0 for white and not multiplied by alpha, and alpha, 0..1. Not-a-number becomes 0."""
    colours = _numbers(to_unit(stored.samples[..., : stored.channels]))
    if not stored.has_alpha:
        return colours, None
    alpha = np.clip(_numbers(to_unit(stored.samples[..., -1])), 0, 1)
    if stored.premultiplied:
        np.divide(colours, alpha[..., np.newaxis], out=colours, where=alpha[..., np.newaxis] > 0)
    return _numbers(colours), alpha


def _numbers(values: Unit) -> Unit:
    return np.nan_to_num(values, copy=False, nan=0.0, posinf=_BRIGHTEST, neginf=-_BRIGHTEST)


def for_screens(stored: Stored) -> Stored:
    """``stored`` in sRGB or its grey and with straight alpha, as 8 or 16 bits, for formats that know nothing else."""
    colours, alpha = straight(stored)
    colours = convert(colours, stored.profile, b"", colours.shape[2])
    depth = np.dtype(np.uint8 if stored.samples.dtype == np.uint8 else np.uint16)
    samples = from_unit(_joined(colours, alpha), depth)
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


def _plain(values: Unit, channels: int) -> Unit:
    """Grey to three equal channels, or colours to their grey."""
    if values.shape[2] == channels:
        return values
    if channels == 3:
        return np.repeat(values, 3, axis=2)
    grey: Any = (values @ LUMA)[..., np.newaxis]
    return np.asarray(grey, np.float32)

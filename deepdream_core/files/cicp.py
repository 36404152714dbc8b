"""Code points of ITU-T H.273 (cICP in PNG, nclx in AVIF) → the ICC profile of the colours that they name."""

from __future__ import annotations

import numpy as np

from ..errors import DreamError
from .profiles import SRGB_PRIMARIES, curve_profile, gamma_profile, linear_profile, srgb_curve

_D65 = SRGB_PRIMARIES[6:]
_PRIMARIES = {
    1: SRGB_PRIMARIES,
    5: (0.64, 0.33, 0.29, 0.60, 0.15, 0.06, *_D65),
    6: (0.63, 0.34, 0.31, 0.595, 0.155, 0.07, *_D65),
    9: (0.708, 0.292, 0.170, 0.797, 0.131, 0.046, *_D65),
    12: (0.680, 0.320, 0.265, 0.690, 0.150, 0.060, *_D65),
}
_SRGB, _LINEAR, _GAMMAS = 13, 8, {4: 2.2, 5: 2.8}
_REC_709 = (1, 6, 14, 15)
_UNSPECIFIED = 2
_NAMES = {16: "PQ (HDR)", 18: "HLG (HDR)"}


def profile_of(primaries: int, transfer: int, channels: int) -> bytes:
    """An ICC profile for 1 (grey) or 3 ``channels``; ``b""`` for sRGB. Raises ``DreamError`` (``picture.colours``)."""
    primaries = 1 if primaries == _UNSPECIFIED or channels == 1 else primaries
    transfer = _SRGB if transfer == _UNSPECIFIED else transfer
    if primaries not in _PRIMARIES or transfer not in (_SRGB, _LINEAR, *_GAMMAS, *_REC_709):
        colours = _NAMES.get(transfer, f"number {primaries}/{transfer} of H.273")
        raise DreamError("picture.colours", colours=colours)
    xy = _PRIMARIES[primaries]
    if transfer == _LINEAR:
        return linear_profile(channels) if primaries == 1 else gamma_profile(channels, 1.0, xy)
    if transfer in _GAMMAS:
        return gamma_profile(channels, _GAMMAS[transfer], xy)
    if transfer == _SRGB:
        return b"" if primaries == 1 else curve_profile(channels, srgb_curve(), xy)
    samples = np.linspace(0, 1, len(srgb_curve()))
    light = np.where(samples < 0.081, samples / 4.5, ((samples + 0.099) / 1.099) ** (1 / 0.45))
    return curve_profile(channels, light.astype(np.float32), xy)

"""Tones with room at both ends: a dream grows on white paper and in the night, and nothing in it is cut off.

A dream is computed in open tones, which reach beyond 0..255; ``pressed`` brings them back into that range along a
curve with a soft toe and a soft shoulder, straight between them.
"""

from __future__ import annotations

import numpy as np

from ..arrays import AnyPlanes, Planes

# Over how many 0..255 units toe and shoulder bend: black becomes 0.69 of it where all of the room is taken.
SOFTNESS = 20.0
# Open tones end here: another step would no longer be seen.
LOWEST, HIGHEST = -60.0, 315.0
# Tones nearer to black and white than this are opened as if they were here, or nothing could ever move them.
_END = 4.0


def pressed(tones: Planes) -> Planes:
    """Open tones → 0..255, float32: ``u + s log(1 + exp(-u / s)) - s log(1 + exp((u - 255) / s))``."""
    soft = np.float32(SOFTNESS)
    toe: Planes = np.exp(tones / -soft)
    toe += 1
    np.log(toe, out=toe)
    shoulder = np.exp((tones - np.float32(255)) / soft)
    shoulder += 1
    np.log(shoulder, out=shoulder)
    toe -= shoulder
    toe *= soft
    toe += tones
    return toe


def opened(picture: AnyPlanes, room: float) -> Planes:
    """0..255 → open tones, float32. ``room`` 0: ``pressed`` gives the picture back; 1: it presses it in full."""
    if picture.dtype == np.uint8:
        table: Planes = _opened(np.arange(256, dtype=np.float32), room)[picture]
        return table
    return _opened(np.asarray(picture, np.float32), room)


def _opened(tones: Planes, room: float) -> Planes:
    soft, end = np.float32(SOFTNESS), np.float32(_END)
    inner = np.clip(tones, end, 255 - end)
    inverse = inner + soft * (np.log1p(-np.exp(inner / -soft)) - np.log1p(-np.exp((inner - 255) / soft)))
    found: Planes = inverse + np.float32(room) * (np.clip(tones, 0, 255) - inverse)
    return found

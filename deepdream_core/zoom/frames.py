"""(job, film settings) → the frames of an endless zoom: dream, go a little closer, dream again.

The film of Google's 2015 notebook (Mordvintsev et al.); it may also turn and drift.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import cv2
import numpy as np

from ..arrays import Rgb
from ..dream import Job, dream
from ..engine.engine import Engine
from ..engine.progress import Progress
from ..engine.tones import FREE_CONTRAST_LIMIT
from ..image.colour import luminance
from ..image.pixels import Pixels, blend, over
from ..settings.zoom_settings import ZoomSettings

# How far colours may grow in a film, as FREE_CONTRAST_LIMIT for luminance: original x factor + 0..255 units.
COLOUR_LIMIT = (1.0, 10.0)


@dataclass(frozen=True)
class Frame:
    """``progress`` of frame ``number`` (from 1); ``rgb``: with its last progress the frame itself.

    float32 (height, width, 3), 0..255, blended by mask and strength.
    """

    number: int
    progress: Progress
    rgb: Rgb | None = None


def zoom(job: Job, engine: Engine, camera: ZoomSettings) -> Iterator[Frame]:
    """Dream the film's frames, each out of the one before, moved; the first shows the job's own picture dreamed.

    Closing the generator between two tiles stops it. Raises ``DreamError`` as ``dream`` does.
    """
    rgb = np.clip(over(job.pixels, job.backdrop), 0, 255)
    tones = _tones(rgb)
    for number in range(1, camera.frames + 1):
        still = replace(job, pixels=Pixels(rgb), backdrop=None)
        for progress in dream(still, engine):
            if progress.result is None:
                yield Frame(number, progress)
        rgb = _blended(rgb, progress)
        if job.settings.hold_brightness:
            rgb = _held(rgb, tones)
        yield Frame(number, progress, rgb)
        rgb = moved(rgb, camera)


def moved(rgb: Rgb, camera: ZoomSettings) -> Rgb:
    """What the camera sees next: float32 (height, width, 3), bicubic; beyond the border the picture is reflected."""
    height, width = rgb.shape[:2]
    # OpenCV counts from the middle of the first pixel.
    middle = (width - 1) / 2, (height - 1) / 2
    matrix = cv2.getRotationMatrix2D(middle, -camera.rotate, 1 + camera.zoom / 100)
    matrix[:, 2] += width * camera.move_right / 100, height * camera.move_down / 100
    seen = cv2.warpAffine(rgb, matrix, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT)
    clipped: Rgb = np.clip(seen, 0, 255)
    return clipped


def _blended(rgb: Rgb, progress: Progress) -> Rgb:
    result = progress.result
    assert result is not None
    area = slice(result.y, result.y + result.mask.shape[0]), slice(result.x, result.x + result.mask.shape[1])
    strength = np.float32(result.recipe.settings.strength / 100)
    whole = rgb.copy()
    whole[area] = blend(rgb[area], result.rgb, result.mask * strength)
    clipped: Rgb = np.clip(whole, 0, 255)
    return clipped


@dataclass(frozen=True)
class _Tones:
    """Mean and standard deviation of luminance, and the root mean square of what the colours add to it."""

    mean: float
    contrast: float
    colour: float


def _tones(rgb: Rgb) -> _Tones:
    light = luminance(rgb)
    colour = float(np.sqrt(np.mean(np.square(rgb - light[..., np.newaxis]))))
    return _Tones(float(light.mean()), float(light.std()), colour)


def _held(rgb: Rgb, first: _Tones) -> Rgb:
    """Brightness as in the first picture, contrast and colour within limits, however long the film."""
    now, light = _tones(rgb), luminance(rgb)[..., np.newaxis]
    shrink = _shrink(now.contrast, first.contrast, FREE_CONTRAST_LIMIT), _shrink(now.colour, first.colour, COLOUR_LIMIT)
    held_light = (light - np.float32(now.mean)) * np.float32(shrink[0]) + np.float32(first.mean)
    held: Rgb = np.clip(held_light + (rgb - light) * np.float32(shrink[1]), 0, 255)
    return held


def _shrink(now: float, first: float, limit: tuple[float, float]) -> float:
    return min(1.0, (first * limit[0] + limit[1]) / max(now, 1e-6))

"""(job, zoom settings) → the frames of an endless zoom: dream, go a little closer, dream again.

The zoom of Google's 2015 notebook (Mordvintsev et al.); it may also turn and drift.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import cv2
import numpy as np

from ..arrays import Planes, Rgb
from ..dream import Job, dream
from ..engine.engine import Engine
from ..engine.progress import Progress
from ..image.pixels import Pixels, blend, over
from ..settings.zoom_settings import ZoomSettings
from .look import First, first_of, held

# What is beyond the border is blurred by a Gaussian of this share of the shorter side.
BEYOND = 0.04


@dataclass(frozen=True)
class Frame:
    """``progress`` of frame ``number`` (from 1); ``rgb``: with its last progress the frame itself.

    float32 (height, width, 3), 0..255, blended by mask and strength.
    """

    number: int
    progress: Progress
    rgb: Rgb | None = None


def zoom(job: Job, engine: Engine, camera: ZoomSettings) -> Iterator[Frame]:
    """Dream the zoom's frames, each out of the one before, moved; the first shows the job's own picture dreamed.

    All look as the first does, and channels' weights drift, so that new things grow while the camera comes nearer.
    Closing the generator between two tiles stops it. Raises ``DreamError`` as ``dream`` does.
    """
    rgb = np.clip(over(job.pixels, job.backdrop), 0, 255)
    first: First | None = None
    for number in range(1, camera.frames + 1):
        still = replace(job, pixels=Pixels(rgb), backdrop=None, frame=number - 1)
        for progress in dream(still, engine):
            if progress.result is None:
                yield Frame(number, progress)
        rgb = _blended(rgb, progress)
        first = first or first_of(rgb)
        if job.settings.hold_brightness and number > 1:
            rgb = held(rgb, first)
        yield Frame(number, progress, rgb)
        rgb = moved(rgb, camera)


def moved(rgb: Rgb, camera: ZoomSettings) -> Rgb:
    """What the camera sees next: float32 (height, width, 3), bicubic.

    Beyond the border the picture is reflected without its details: reflected again in each frame, they would become a
    pattern in which nothing new grows.
    """
    height, width = rgb.shape[:2]
    # OpenCV counts from the middle of the first pixel.
    middle = (width - 1) / 2, (height - 1) / 2
    matrix = cv2.getRotationMatrix2D(middle, -camera.rotate, 1 + camera.zoom / 100)
    matrix[:, 2] += width * camera.move_right / 100, height * camera.move_down / 100

    def seen(plane: Planes, border: int) -> Planes:
        return np.asarray(cv2.warpAffine(plane, matrix, (width, height), flags=cv2.INTER_CUBIC, borderMode=border))

    picture = seen(rgb, cv2.BORDER_REFLECT)
    inside = np.clip(seen(np.ones((height, width), np.float32), cv2.BORDER_CONSTANT), 0, 1)[..., np.newaxis]
    # The weights of bicubic samples don't add up to 1 to the bit.
    if inside.min() < 0.999:
        sigma = max(1.0, BEYOND * min(height, width))
        blurred = cv2.GaussianBlur(picture, (0, 0), sigma, borderType=cv2.BORDER_REFLECT)
        picture = np.asarray(blurred + inside * (picture - blurred), np.float32)
    clipped: Rgb = np.clip(picture, 0, 255)
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

"""Animated GIF, WebP and PNG ↔ the frames of a film, by Pillow: 8 bits, with transparency.

Pillow keeps a GIF's, WebP's or PNG's frames in memory until it is written; for thousands of frames, use a video.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path

import numpy as np
from PIL import Image, ImageSequence

from ..arrays import Samples
from ..files.faults import told_as
from ..files.metadata import Stored, to_depth
from ..files.pictures import PictureFile
from .clip import Clip

ENDINGS = (".gif", ".webp", ".png", ".apng")
# How long viewers show a frame whose duration is zero.
_UNSAID = 100


def count(path: Path) -> int:
    """How many frames a picture file has; 1 for what isn't animated or can't be read."""
    try:
        with Image.open(path) as image:
            return int(getattr(image, "n_frames", 1))
    except (OSError, ValueError):
        return 1


def read(path: Path) -> Clip:
    """An animated picture. Raises ``DreamError`` if it can't be read."""
    with told_as("picture.corrupt", path), Image.open(path) as image:
        durations = [_duration(frame) for frame in ImageSequence.Iterator(image)]

    def pictures(first: int) -> Iterator[PictureFile]:
        with told_as("picture.corrupt", path), Image.open(path) as image:
            for number in range(first, len(durations)):
                image.seek(number)
                yield PictureFile(path, Stored(_samples(image)))

    return Clip(path, [Fraction(duration).limit_denominator(1000) / 1000 for duration in durations], pictures)


def write(path: Path, pictures: Iterator[PictureFile], seconds: Sequence[Fraction]) -> None:
    """Write an animated picture in the format that ``path`` ends in. Raises what Pillow raises."""
    images = (Image.fromarray(to_depth(each.stored.samples, np.dtype(np.uint8))) for each in pictures)
    first = next(images)
    format_name = {".apng": "PNG"}.get(path.suffix.lower(), path.suffix[1:].upper())
    # Pillow's lossy animations lose transparency.
    webp: dict[str, int] = {"lossless": True} if first.mode == "RGBA" else {"quality": 90}
    more: dict[str, int] = {"GIF": {"disposal": 2}, "WEBP": webp}.get(format_name, {})
    durations = [round(1000 * each) for each in seconds]
    # A PNG's are gone through twice.
    others = list(images) if format_name == "PNG" else images
    first.save(path, format_name, save_all=True, append_images=others, duration=durations, loop=0, **more)


def _duration(image: Image.Image) -> float:
    """In milliseconds; known only once the frame is unpacked."""
    image.load()
    return float(image.info.get("duration") or _UNSAID)


def _samples(image: Image.Image) -> Samples:
    transparent = "A" in image.mode or "transparency" in image.info
    return np.asarray(image.convert("RGBA" if transparent else "RGB"))

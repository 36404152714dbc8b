"""The picture that everybody dreams on: a photo of clouds beside the checkout, or one made of noise."""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.independent import SHARED

CLOUDS = SHARED / "photos" / "clouds_1024x575.jpg"


def clouds(width: int, height: int) -> np.ndarray:
    """float32 (height, width, 3), 0..255, of any size; the photo covers it, cut from its middle."""
    from PIL import Image, ImageOps

    image = Image.open(CLOUDS).convert("RGB") if CLOUDS.exists() else made_up()
    if image.size != (width, height):
        image = ImageOps.fit(image, (width, height), Image.Resampling.BICUBIC)
    return np.asarray(image, np.float32)


def made_up() -> Any:
    """Blue noise that falls off like a photo's spectrum, 1024 x 575."""
    from PIL import Image

    random = np.random.default_rng(0)
    rows, columns = np.fft.fftfreq(575)[:, np.newaxis], np.fft.fftfreq(1024)
    fall = 1 / np.maximum(np.hypot(rows, columns), 1 / 1024)
    spectrum = np.fft.fft2(random.normal(size=(3, 575, 1024))) * fall
    noise = np.fft.ifft2(spectrum).real.transpose(1, 2, 0)
    return Image.fromarray(np.uint8(np.clip(noise / noise.std() * 30 + (120, 140, 170), 0, 255)))

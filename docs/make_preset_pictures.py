"""Dreams every preset on five kinds of pictures: ``python docs/make_preset_pictures.py [NAME…]``.

The five side by side become ``docs/images/preset-NAME.jpg``, the contact sheets of ``gallery.md``; a part of one
of them becomes the docker's picture. Needs the project's own environment (TensorFlow,
Pillow).
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from deepdream_core.dream import dream_array  # noqa: E402
from deepdream_core.settings.presets import CREATURES, MATERIALS, PRESETS, Preset  # noqa: E402

Picture = NDArray[np.uint8]
KINDS = {path.stem: path for path in sorted((ROOT / "tests" / "kinds").iterdir()) if path.suffix in (".jpg", ".png")}
ORDER = ("photo", "portrait", "night", "flat", "lines")
LONGER_SIDE, GAP = 256, 4
# The docker's pictures, twice as large as they are shown there.
SIZE = (128, 96)
# Of which kind, and left, top and width of the part that is shown, as shares: it is three quarters as high as wide.
SHOWN = {CREATURES: ("photo", 0.5, 0.3, 0.5), MATERIALS: ("night", 0.52, 0.06, 0.36)}


def source(kind: str, longer_side: int = LONGER_SIDE) -> Picture:
    """One of the five kinds, (height, width, 3), at most ``longer_side`` pixels wide and high."""
    with Image.open(KINDS[kind]) as image:
        picture = image.convert("RGB")
    picture.thumbnail((longer_side, longer_side), Image.Resampling.LANCZOS)
    return np.asarray(picture)


def sheet(pictures: list[Picture]) -> Image.Image:
    """Pictures side by side, at the same height."""
    height = min(picture.shape[0] for picture in pictures)
    images = [Image.fromarray(picture) for picture in pictures]
    widths = [image.width * height // image.height for image in images]
    images = [
        image.resize((width, height), Image.Resampling.LANCZOS) for image, width in zip(images, widths, strict=True)
    ]
    whole = Image.new("RGB", (sum(image.width + GAP for image in images) - GAP, height), "white")
    left = 0
    for image in images:
        whole.paste(image, (left, 0))
        left += image.width + GAP
    return whole


def thumbnail(preset: Preset, dreamed: dict[str, Picture]) -> Image.Image:
    """The docker's picture."""
    kind, left, top, share = SHOWN[preset.family]
    height, width = dreamed[kind].shape[:2]
    left, top, width = left * width, top * height, share * width
    part = Image.fromarray(dreamed[kind]).crop(
        (round(left), round(top), round(left + width), round(top + width * 0.75))
    )
    return part.resize(SIZE, Image.Resampling.LANCZOS)


def main(names: list[str]) -> None:
    """Make the pictures of the named presets, or of all, and of what they are dreamed on."""
    sheets, pictures = ROOT / "docs" / "images", ROOT / "krita_deepdream" / "pictures"
    sheet([source(kind) for kind in ORDER]).save(sheets / "preset-sources.jpg", quality=86)
    for preset in PRESETS.values():
        if not names or preset.name in names:
            dreamed = {kind: dream_array(source(kind), preset.settings) for kind in ORDER}
            name = preset.name.lower().replace(" ", "_")
            sheet(list(dreamed.values())).save(sheets / f"preset-{name}.jpg", quality=86)
            thumbnail(preset, dreamed).save(pictures / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main(sys.argv[1:])

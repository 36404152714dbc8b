"""Dreams the presets' pictures for the docker: ``python docs/make_preset_pictures.py [NAME…]``.

Every preset dreams the same part of the sample picture, so that what differs is what the preset does.
Needs the project's own environment (TensorFlow, Pillow).
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from PIL import Image

ROOT = Path(__file__).resolve().parents[1]
PART = (120, 150, 504, 438)  # left, top, right, bottom of the sample, in pixels
DREAMED = (1024, 768)
SHOWN = (300, 200, 860, 620)  # the same of the dreamed picture
SIZE = (144, 108)


def main(names: list[str]) -> None:
    """Write ``krita_deepdream/pictures/NAME.png`` for the named presets, or for all."""
    sys.path.insert(0, str(ROOT))
    import deepdream_core as dd

    part = Image.open(ROOT / "docs" / "sample.jpg").convert("RGB").crop(PART)
    source = np.asarray(part.resize(DREAMED, Image.Resampling.LANCZOS), np.float32)
    target = ROOT / "krita_deepdream" / "pictures"
    target.mkdir(exist_ok=True)
    for preset in dd.PRESETS.values():
        if not names or preset.name in names:
            dreamed = dd.dream_array(source, preset.settings)
            picture = Image.fromarray(np.clip(np.rint(dreamed), 0, 255).astype(np.uint8))
            small = picture.crop(SHOWN).resize(SIZE, Image.Resampling.LANCZOS)
            small.save(target / f"{preset.name.lower()}.png", optimize=True)


main(sys.argv[1:])

"""Dreams the presets' pictures for the docker: ``python docs/make_preset_pictures.py [NAME…]``.

Every preset dreams the sample picture, further than it would by itself: the pictures are shown 64 pixels wide, and
what a preset does must be seen at a glance. Each shows the part where it is seen best.
Needs the project's own environment (TensorFlow, Pillow).
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from PIL import Image

ROOT = Path(__file__).resolve().parents[1]
DREAMED = (720, 480)
STEPS = 30
SIZE = (144, 108)
# Left, top and width of the part that is shown, in pixels of the dream; it is as wide as 4 : 3 demands.
SHOWN = {
    "Animals": (0, 100, 220),
    "Eyes": (0, 90, 220),
    "Scales": (230, 130, 280),
    "Temples": (220, 180, 340),
    "Blossoms": (0, 100, 230),
    "Storm": (180, 80, 280),
    "Veins": (110, 40, 260),
    "Weave": (20, 200, 330),
}


def main(names: list[str]) -> None:
    """Write ``krita_deepdream/pictures/NAME.png`` for the named presets, or for all."""
    sys.path.insert(0, str(ROOT))
    import deepdream_core as dd

    sample = Image.open(ROOT / "docs" / "sample.jpg").convert("RGB")
    source = np.asarray(sample.resize(DREAMED, Image.Resampling.LANCZOS), np.float32)
    target = ROOT / "krita_deepdream" / "pictures"
    target.mkdir(exist_ok=True)
    for preset in dd.PRESETS.values():
        if not names or preset.name in names:
            dreamed = Image.fromarray(dd.dream_array(source, preset.settings.replace({"steps": STEPS})))
            left, top, width = SHOWN[preset.name]
            part = dreamed.crop((left, top, left + width, top + width * SIZE[1] // SIZE[0]))
            small = part.resize(SIZE, Image.Resampling.LANCZOS)
            small.save(target / f"{preset.name.lower()}.png", optimize=True)


main(sys.argv[1:])

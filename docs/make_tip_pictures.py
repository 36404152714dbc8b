"""Dreams the pictures in the docker's tooltips: ``python docs/make_tip_pictures.py [SETTING…]``.

Each is a strip of the same part of the sample, with the setting low, in the middle and high, the rest as in
"Animals". Needs the project's own environment (TensorFlow, Pillow).
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

ROOT = Path(__file__).resolve().parents[1]
DREAMED = (600, 400)
PART = (0, 70, 200, 220)  # left, top, right, bottom in the dream
SIZE = (104, 78)
GAP_PX = 3
COLOURS = 160
STEPS = 24
# The picture's name → how each part of its strip differs; a plain number is strength in percent.
STRIPS: dict[str, list[dict[str, Any]]] = {
    "depth": [{"objective": layer} for layer in ("b3", "b7", "b10")],
    "size": [{"size": size} for size in (8, 25, 70)],
    "steps": [{"steps": steps} for steps in (3, 14, 60)],
    "strength": [{"strength": percent} for percent in (0, 50, 100)],
    "keep_colours": [{"keep_colours": False}, {"keep_colours": True}],
    "seed": [{"seed": seed} for seed in (1, 2, 3)],
    "protect_lines": [{"protect_lines": percent} for percent in (0, 60, 100)],
    "angle": [{"angle": angle} for angle in (0, 90, 180)],
    "step_size": [{"step_size": size} for size in (0.5, 1.5, 4)],
}


def main(names: list[str]) -> None:
    """Write ``krita_deepdream/pictures/tips/SETTING.png`` for the named settings, or for all."""
    sys.path.insert(0, str(ROOT))
    import deepdream_core as dd

    sample = Image.open(ROOT / "docs" / "sample.jpg").convert("RGB")
    source = np.asarray(sample.resize(DREAMED, Image.Resampling.LANCZOS), np.float32)
    target = ROOT / "krita_deepdream" / "pictures" / "tips"
    target.mkdir(exist_ok=True)
    base = dd.PRESETS["Animals"].settings.replace({"steps": STEPS})
    for name in names or STRIPS:
        parts = [Image.fromarray(dd.dream_array(source, base.replace(each))).crop(PART) for each in STRIPS[name]]
        strip(parts).save(target / f"{name}.png", optimize=True)


def strip(parts: list[Image.Image]) -> Image.Image:
    """The parts side by side, few colours, nothing between them."""
    width = len(parts) * (SIZE[0] + GAP_PX) - GAP_PX
    whole = Image.new("RGBA", (width, SIZE[1]))
    for index, part in enumerate(parts):
        whole.paste(part.resize(SIZE, Image.Resampling.LANCZOS), (index * (SIZE[0] + GAP_PX), 0))
    return whole.quantize(COLOURS, Image.Quantize.FASTOCTREE, dither=Image.Dither.FLOYDSTEINBERG)


main(sys.argv[1:])

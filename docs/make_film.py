"""Makes the gallery's film, of a view that moves over ``sample.jpg``: ``python docs/make_film.py``.

On the left each frame starts from the last dream, moved along (``--flow 80``); on the right each is dreamed alone.
Needs the project's own environment (TensorFlow, Pillow).
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

DOCS = Path(__file__).resolve().parent
FILE = DOCS / "images" / "film.webp"
SAMPLE_SIDE, VIEW = 480, (300, 220)
FRAMES, STEP, TOP, FRAME_MS, QUALITY = 24, 6, 60, 120, 60
FLOWS = ("80", "off")
GAP = 4


def views() -> list[Image.Image]:
    """What the moving view shows."""
    sample = Image.open(DOCS / "sample.jpg").convert("RGB")
    sample.thumbnail((SAMPLE_SIDE, SAMPLE_SIDE), Image.Resampling.LANCZOS)
    return [sample.crop((left, TOP, left + VIEW[0], TOP + VIEW[1])) for left in range(0, FRAMES * STEP, STEP)]


def dreamed(folder: Path, flow: str) -> list[Image.Image]:
    """The frames in ``folder`` as the command line dreams them."""
    out = folder / f"flow-{flow}"
    out.mkdir()
    command = [sys.executable, "-m", "deepdream_core", "film", folder / "%04d.png", out / "%04d.png", "--flow", flow]
    subprocess.run(command, cwd=DOCS.parent, check=True)
    return [Image.open(file).convert("RGB") for file in sorted(out.glob("*.png"))]


def main() -> None:
    """Both films side by side."""
    with tempfile.TemporaryDirectory() as scratch:
        for number, view in enumerate(views(), start=1):
            view.save(Path(scratch) / f"{number:04}.png")
        films = [dreamed(Path(scratch), flow) for flow in FLOWS]
    pairs = []
    for steady, wild in zip(*films, strict=True):
        pair = Image.new("RGB", (2 * VIEW[0] + GAP, VIEW[1]), "white")
        pair.paste(steady, (0, 0))
        pair.paste(wild, (VIEW[0] + GAP, 0))
        pairs.append(pair)
    pairs[0].save(FILE, save_all=True, append_images=pairs[1:], duration=FRAME_MS, loop=0, quality=QUALITY, method=6)
    print(f"{FILE}: {FILE.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()

"""Makes the pictures of README, zoom.md, networks.md and atlas.md: ``python docs/make_page_pictures.py [NAME…]``.

Each is what the command beside it on its page gives of ``sample.jpg``. Needs the project's own environment.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from PIL import Image

DOCS = Path(__file__).resolve().parent
SAMPLE = DOCS / "sample.jpg"
FIRST, NETWORK, ZOOM = (576, 384), (480, 320), (264, 176)
LAYERS = {"efficientnet_lite0": "b10", "efficientnet_lite1": "b12", "efficientnet_lite2": "b12"}
SHOWN = (1, 10, 20, 30)
CAMERA = ["--frames", "30", "--zoom", "5", "--rotate", "1", "--layer", "b10", "--octaves", "2", "--steps", "5"]
# The upper rows of the poster.
ATLAS = (1008, 562)
QUALITY = 88


def first_dream(folder: Path) -> Image.Image:
    """The sample, and what Animals makes of it."""
    deepdream("dream", SAMPLE, folder / "out.png", "--preset", "Animals")
    return beside([Image.open(SAMPLE), Image.open(folder / "out.png")], FIRST, gap=8)


def networks(folder: Path) -> Image.Image:
    """The bundled networks."""
    for name, layer in LAYERS.items():
        command = ["--network", name, "--layer", layer, "--size", "25"]
        deepdream("dream", SAMPLE, folder / f"{name}.png", *command)
    return beside([Image.open(folder / f"{name}.png") for name in LAYERS], NETWORK, gap=6)


def zoom(folder: Path) -> Image.Image:
    """Four frames of a zoom."""
    Image.open(SAMPLE).resize(ZOOM, Image.Resampling.LANCZOS).save(folder / "in.png")
    deepdream("zoom", folder / "in.png", folder / "frames", *CAMERA)
    return beside([Image.open(folder / "frames" / f"{number:05}.png") for number in SHOWN], ZOOM, gap=0)


def atlas(folder: Path) -> Image.Image:
    """The first channels of a layer."""
    deepdream("atlas", "efficientnet_lite0", "b10", folder / "atlas.png")
    poster = Image.open(folder / "atlas.png").convert("RGB")
    poster = poster.resize((ATLAS[0], ATLAS[0] * poster.height // poster.width), Image.Resampling.LANCZOS)
    return poster.crop((0, 0, *ATLAS))


PICTURES: dict[str, tuple[Path, Callable[[Path], Image.Image]]] = {
    "first-dream": (DOCS / "images" / "first-dream.jpg", first_dream),
    "networks": (DOCS / "networks.jpg", networks),
    "zoom": (DOCS / "images" / "zoom.jpg", zoom),
    "atlas": (DOCS / "images" / "atlas.jpg", atlas),
}


def deepdream(*words: str | Path) -> None:
    """Run the command."""
    subprocess.run([sys.executable, "-m", "deepdream_core", *words], cwd=DOCS.parent, check=True)


def beside(pictures: list[Image.Image], size: tuple[int, int], gap: int) -> Image.Image:
    """The pictures side by side, each of ``size``, on white."""
    whole = Image.new("RGB", ((size[0] + gap) * len(pictures) - gap, size[1]), "white")
    for number, picture in enumerate(pictures):
        whole.paste(picture.convert("RGB").resize(size, Image.Resampling.LANCZOS), (number * (size[0] + gap), 0))
    return whole


def main(wanted: list[str]) -> None:
    """Make those pictures, or all."""
    for name in wanted or PICTURES:
        target, make = PICTURES[name]
        with tempfile.TemporaryDirectory() as folder:
            make(Path(folder)).save(target, quality=QUALITY)


if __name__ == "__main__":
    main(sys.argv[1:])

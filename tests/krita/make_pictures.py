"""Makes the pictures of the docker in ``docs/images``: ``python -m tests.krita.make_pictures [SCENARIO…]``."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from PIL import Image

from . import harness

IMAGES = harness.ROOT / "docs" / "images"
# Width in pixels; the docker alone keeps its own.
SMALL = {
    "krita-dark": 1100,
    "krita-bright": 1100,
    "krita-200-percent": 1000,
    "dialog-200-percent": 1000,
    "variations": 800,
    "atlas-dark": 600,
    "atlas-bright": 600,
}
COLOURS = 255
IN_MANUAL = "docker-narrow"
# (screen, Qt's scale) → what is played on it: the smallest screen that painters have, and a fine one.
RUNS = {
    ((1366, 768), "1"): [
        *("dark", "bright", "pages_dark", "pages_bright", "kept_dark", "kept_bright"),
        *("shapes", "dialog", "variations"),
    ],
    ((2560, 1536), "2"): ["scaled"],
}
SAMPLE = harness.ROOT / "docs" / "sample.jpg"


def main(wanted: list[str]) -> None:
    """Play the ``wanted`` scenarios, or all, on the project's own sample and keep what was photographed."""
    for (size, scale), known in RUNS.items():
        scenarios = [name for name in known if name in wanted or not wanted]
        if not scenarios:
            continue
        os.environ["QT_SCALE_FACTOR"] = scale
        with tempfile.TemporaryDirectory() as scratch, harness.screen(*size) as display:
            _run(Path(scratch), display, scenarios)


def _run(folder: Path, display: str, scenarios: list[str]) -> None:
    harness.ensure_cached_profile(display, folder)
    profile = harness.Profile.make(folder / "profile", SAMPLE)
    profile.install_plugin()
    played = harness.play(profile, display, folder / "report", "pictures", scenarios)
    for scenario in scenarios:
        print(scenario, played[scenario].values)
    for path in sorted(played.folder.glob("*.png")):
        keep(path)


def keep(path: Path) -> None:
    """Put one picture into the documentation, reduced to what a page needs."""
    with Image.open(path) as picture:
        picture = picture.convert("RGB")
        if path.stem in SMALL:
            width = SMALL[path.stem]
            picture = picture.resize((width, round(picture.height * width / picture.width)), Image.Resampling.LANCZOS)
        IMAGES.mkdir(exist_ok=True)
        small = picture.quantize(COLOURS, dither=Image.Dither.FLOYDSTEINBERG)
        small.save(IMAGES / path.name, optimize=True)
        if path.stem == IN_MANUAL:
            small.save(harness.ROOT / "krita_deepdream" / "pictures" / "docker.png", optimize=True)


if __name__ == "__main__":
    main(sys.argv[1:])

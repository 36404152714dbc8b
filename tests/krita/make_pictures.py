"""Makes the pictures of the docker in ``docs/images``: ``python -m tests.krita.make_pictures``."""

from __future__ import annotations

import tempfile
from pathlib import Path

from PIL import Image

from . import harness

IMAGES = harness.ROOT / "docs" / "images"
SMALL = {"krita-dark": 1200, "krita-bright": 1200}  # width in pixels; the docker alone keeps its own
COLOURS = 255
SCENARIOS = ["dark", "bright", "dialog"]
SAMPLE = harness.ROOT / "docs" / "sample.jpg"


def main() -> None:
    """Play the scenarios on the project's own sample and keep what was photographed."""
    with tempfile.TemporaryDirectory() as scratch, harness.screen(1366, 900) as display:
        folder = Path(scratch)
        harness.ensure_cached_profile(display, folder)
        profile = harness.Profile.make(folder / "profile", SAMPLE)
        profile.install_plugin()
        played = harness.play(profile, display, folder / "report", "pictures", SCENARIOS)
        for scenario in SCENARIOS:
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
        picture.quantize(COLOURS, dither=Image.Dither.FLOYDSTEINBERG).save(IMAGES / path.name, optimize=True)


if __name__ == "__main__":
    main()

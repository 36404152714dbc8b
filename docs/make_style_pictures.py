"""Paints five kinds of pictures in every style: ``python -m docs.make_style_pictures [STYLE… PICTURE-STYLE…]``.

They become ``docs/images/style-STYLE.jpg``. Ten are painted as version 0.1.0 did and as today: beside what they were
painted from, they become ``docs/images/pair-PICTURE-STYLE.jpg``; when all are made, their numbers become the table in
``gallery.md``. Needs the environment of the tests.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from deepdream_core.engine.engine import Engine
from deepdream_core.image.pixels import Pixels
from deepdream_core.settings.recipe import settings_of
from deepdream_core.settings.style_settings import StyleSettings
from deepdream_core.style.job import StyleJob, style
from deepdream_core.style.styles import NAMES, style_file
from tests import independent, strokes
from tests.core.test_lite_sisters import STAGES

from .make_preset_pictures import KINDS, ORDER, sheet, source

DOCS = Path(__file__).resolve().parent
PAGE, IMAGES = DOCS / "gallery.md", DOCS / "images"
SOURCES = {**KINDS, "sample": DOCS / "sample.jpg"}
PAIRS = (
    ("photo", "oil"),
    ("photo", "swirls"),
    ("photo", "dots"),
    ("portrait", "pastel"),
    ("portrait", "pencil"),
    ("night", "mosaic"),
    ("night", "watercolour"),
    ("flat", "glass"),
    ("lines", "collage"),
    ("sample", "woodblock"),
)
LONGER_SIDE = 320
# What a recipe of 0.1.0 with nothing but defaults means today.
FORMER = settings_of({"kind": StyleSettings.kind, "settings": {}})
# Of EfficientNet-Lite2, which took no part: layers of the same strides as those that styles are taken from.
LAYERS = ("b0", "b1", "b3", "b4", "b6", "b9")
TABLE = re.compile(r"(?<=<!-- pairs -->\n).*?(?=<!-- /pairs -->)", re.DOTALL)

Picture = NDArray[np.uint8]
Features = Mapping[str, NDArray[np.float64]]


class Numbers(NamedTuple):
    """Of a painting: how far its Gram matrices are from its style's, how alike its deepest features are to its
    picture's, and ``tests/strokes.py``'s; grain is that of the picture's flat places, NaN without any."""

    gram: float
    content: float
    grain: float
    crumbs: float
    halos: float


def shown(path: Path, longer_side: int = LONGER_SIDE) -> Picture:
    """(height, width, 3), scaled to ``longer_side`` pixels."""
    with Image.open(path) as image:
        share = longer_side / max(image.size)
        size = round(image.width * share), round(image.height * share)
        return np.asarray(image.convert("RGB").resize(size, Image.Resampling.LANCZOS))


def painted(picture: Picture, manner: str, settings: Any) -> Picture:
    """In the style ``manner``."""
    styles = {"style": Pixels(np.asarray(Image.open(style_file(manner)), np.float32))}
    *_, last = style(StyleJob(Pixels(picture.astype(np.float32)), settings, styles), _engine())
    assert last.result is not None
    rgb: Picture = np.round(last.result.rgb).astype(np.uint8)
    return rgb


def numbers(picture: Picture, manner: str, painting: Picture) -> Numbers:
    """As a network sees them that took no part."""
    own, before, wanted = (_features(each) for each in (painting, picture, shown(style_file(manner))))
    flat = strokes.flat(picture)
    return Numbers(
        gram=sum(_apart(own[name], wanted[name]) for name in LAYERS),
        content=independent.cosine(own[LAYERS[-1]], before[LAYERS[-1]]),
        grain=strokes.grain(painting, flat) if flat.any() else float("nan"),
        crumbs=strokes.crumbs(painting),
        halos=strokes.halos(picture, painting),
    )


@cache
def _engine() -> Engine:
    return Engine()


@cache
def _network() -> Any:
    import keras

    model = independent.lite(independent.lite_state(2), STAGES)
    return keras.Model(model.input, {name: model.output[name] for name in LAYERS})


def _features(picture: Picture) -> Features:
    padded = independent.padded(picture)[np.newaxis]
    return {name: np.asarray(found[0], np.float64) for name, found in _network()(padded, training=False).items()}


def _apart(own: NDArray[np.float64], wanted: NDArray[np.float64]) -> float:
    """The squared distance of Gram matrices, relative to the wanted one's norm."""
    found, goal = (np.einsum("hwi,hwj->ij", each, each) / each[..., 0].size for each in (own, wanted))
    return float(np.sum((found - goal) ** 2) / np.sum(goal**2))


def row(pair: tuple[str, str], former: Numbers, today: Numbers) -> str:
    """A line of the table."""
    digits = (3, 2, 1, 1, 1)
    cells = [
        "–" if np.isnan(old) else f"{old:.{digit}f} → {new:.{digit}f}"
        for old, new, digit in zip(former, today, digits, strict=True)
    ]
    return f"| {pair[0]}, {pair[1]} | {' | '.join(cells)} |\n"


def make_pair(kind: str, manner: str) -> str:
    """A picture, as 0.1.0 painted it, and today; their line of the table."""
    picture = shown(SOURCES[kind])
    former, today = (painted(picture, manner, settings) for settings in (FORMER, StyleSettings()))
    sheet([picture, former, today]).save(IMAGES / f"pair-{kind}-{manner}.jpg", quality=84)
    line = row((kind, manner), *(numbers(picture, manner, painting) for painting in (former, today)))
    print(line, end="", flush=True)
    return line


def make_row(manner: str) -> None:
    """Five kinds of pictures in a style, as small as the presets' rows."""
    sources = [source(kind) for kind in ORDER]
    row = [painted(picture, manner, StyleSettings()) for picture in sources]
    sheet(row).save(IMAGES / f"style-{manner}.jpg", quality=84)


def main(wanted: list[str]) -> None:
    """Make those called ``wanted``, or all and the table."""
    for manner in NAMES:
        if not wanted or manner in wanted:
            make_row(manner)
    lines = [make_pair(*pair) for pair in PAIRS if not wanted or "-".join(pair) in wanted]
    if not wanted:
        head = "| pair | Gram distance | content cosine | grain | crumbs | halos |\n|---|---|---|---|---|---|\n"
        PAGE.write_text(TABLE.sub(lambda _: head + "".join(lines), PAGE.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])

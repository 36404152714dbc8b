"""(tiles of an atlas) → one picture of them all: with what is read in each, or bare and small, to be kept."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from ..arrays import Rgb8
from ..files.faults import told_as
from ..objective.classes import class_name
from ..system import atomic
from .render import TOP_CLASSES, Tile
from .sheets import COLUMNS, PIXELS, cached_file

_SHEET_QUALITY = 80
_FONT_PIXELS, _LINE_PIXELS, _GAP = 10, 12, 4
_PAPER, _INK, _PALE_INK = (250, 250, 247), (30, 30, 30), (110, 110, 110)


def poster(tiles: Sequence[Tile]) -> Rgb8:
    """A grid about as high as wide, channels in rows: uint8 (height, width, 3).

    Under each tile its channel and the classes that are read in it, one a line.
    """
    side = tiles[0].picture.shape[0]
    columns, width, height = _grid(len(tiles), side, bool(tiles[0].classes))
    image = Image.new("RGB", poster_size(len(tiles), side, bool(tiles[0].classes)), _PAPER)
    draw, font = ImageDraw.Draw(image), ImageFont.load_default(_FONT_PIXELS)
    for index, tile in enumerate(tiles):
        left, top = _GAP + index % columns * width, _GAP + index // columns * height
        image.paste(Image.fromarray(tile.picture), (left, top))
        for line, text in enumerate(_texts(tile)):
            ink = _PALE_INK if line else _INK
            corner = left, top + side + line * _LINE_PIXELS
            draw.text(corner, _fitting(text, side, draw, font), ink, font)
    return np.asarray(image)


def poster_size(count: int, side: int, with_classes: bool) -> tuple[int, int]:
    """Width and height of a poster of ``count`` tiles, ``side`` pixels wide and high."""
    columns, width, height = _grid(count, side, with_classes)
    return columns * width + _GAP, math.ceil(count / columns) * height + _GAP


def _grid(count: int, side: int, with_classes: bool) -> tuple[int, int, int]:
    """Columns, and the width and height of a tile with its text and its share of the gaps."""
    height = side + (1 + TOP_CLASSES * with_classes) * _LINE_PIXELS + 2 * _GAP
    return round(math.sqrt(count * height / (side + _GAP))), side + _GAP, height


def bare(tiles: Iterable[Tile], columns: int, pixels: int) -> Rgb8:
    """Nothing but the tiles, ``columns`` in a row, each ``pixels`` wide and high: uint8 (height, width, 3)."""
    shrunk = [Image.fromarray(tile.picture).resize((pixels, pixels), Image.Resampling.LANCZOS) for tile in tiles]
    image = Image.new("RGB", (columns * pixels, math.ceil(len(shrunk) / columns) * pixels))
    for index, picture in enumerate(shrunk):
        image.paste(picture, (index % columns * pixels, index // columns * pixels))
    return np.asarray(image)


def keep_sheet(network: str, layer: str, tiles: Sequence[Tile]) -> None:
    """Keep the sheet of a layer where ``atlas_sheets`` finds it; ``tiles``: all of them, by channel."""
    file = cached_file(network, layer)
    classes = file.with_suffix(".json")
    with told_as("picture.write", file):
        file.parent.mkdir(parents=True, exist_ok=True)
        with atomic.replacing(classes) as read, atomic.replacing(file) as sheet:
            read.write_bytes(json.dumps([tile.classes for tile in tiles]).encode())
            _write_sheet(sheet, tiles)
            atomic.flush(read)
            atomic.flush(sheet)
            # Without classes it is no sheet: rather none, for a moment or until it is made again, than another's.
            classes.unlink(missing_ok=True)


def save_sheet(file: Path, tiles: Sequence[Tile]) -> None:
    """Write the tiles as a sheet of the atlas."""
    with atomic.replacing(file) as part:
        _write_sheet(part, tiles)


def _write_sheet(file: Path, tiles: Sequence[Tile]) -> None:
    Image.fromarray(bare(tiles, COLUMNS, PIXELS)).save(file, quality=_SHEET_QUALITY, optimize=True)


def _texts(tile: Tile) -> list[str]:
    return [str(tile.channel), *(class_name(number) for number in tile.classes)]


def _fitting(
    text: str, pixels: int, draw: ImageDraw.ImageDraw, font: ImageFont.FreeTypeFont | ImageFont.ImageFont
) -> str:
    if draw.textlength(text, font) <= pixels:
        return text
    while draw.textlength(text + "…", font) > pixels:
        text = text[:-1]
    return text + "…"

"""What a saved .kra holds: its layers with their pixels, its annotations, its merged picture, its frames."""

from __future__ import annotations

import io
import json
import re
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
from PIL import Image

TILE_PX = 64


@dataclass(frozen=True)
class Layer:
    """One layer as ``maindoc.xml`` has it; ``level`` is 0 for those that stand in no group."""

    name: str
    kind: str
    visible: bool
    opacity: int
    level: int
    file: str
    keyframes: str
    identity: str


class Painting:
    """The file as it is when it is made; ``layers`` from the uppermost to the lowest."""

    def __init__(self, path: Path) -> None:
        with zipfile.ZipFile(path) as archive:
            self._members = {name: archive.read(name) for name in archive.namelist()}
        root = ElementTree.fromstring(re.sub(rb"<!DOCTYPE[^>]*>", b"", self._members["maindoc.xml"]))
        self._image = next(each for each in root.iter() if each.tag.endswith("IMAGE"))
        self.layers = [layer for each in self._image if each.tag.endswith("layers") for layer in _layers(each, 0)]

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return int(self._image.attrib["width"]), int(self._image.attrib["height"])

    @property
    def names(self) -> list[str]:
        """The layers' names from the uppermost to the lowest."""
        return [layer.name for layer in self.layers]

    @property
    def merged(self) -> np.ndarray:
        """The picture as it is seen: height × width × RGBA, 0–255."""
        return np.asarray(Image.open(io.BytesIO(self._members["mergedimage.png"])).convert("RGBA"))

    @property
    def annotations(self) -> dict[str, bytes]:
        """What programs have written beside the picture."""
        return {
            name.partition("/annotations/")[2]: data for name, data in self._members.items() if "/annotations/" in name
        }

    def recipe(self, layer: Layer) -> dict[str, Any]:
        """How a layer was dreamed, as the plugin wrote it; ``AssertionError`` if it wrote nothing."""
        found = [data for name, data in self.annotations.items() if "recipe" in name and layer.identity in name]
        assert found, f"{layer.name} has no recipe; there are {list(self.annotations)}"
        return json.loads(found[0].partition(b"\n")[0])["recipe"]

    def named(self, name: str) -> Layer:
        """The uppermost layer whose name begins so."""
        return next(layer for layer in self.layers if layer.name.startswith(name))

    @property
    def clip(self) -> tuple[int, int]:
        """The first and the last frame that Krita plays."""
        ranges = next(each for each in self._image.iter() if each.tag.endswith("}range") or each.tag == "range")
        return int(ranges.attrib["from"]), int(ranges.attrib["to"])

    def times(self, layer: Layer) -> list[int]:
        """The frames at which an animated layer has keys."""
        return [int(each.attrib["time"]) for each in self._keyframes(layer)]

    def frames(self, layer: Layer) -> list[np.ndarray]:
        """The pixels of each key."""
        return [self._tiles(f"{each.attrib['frame']}") for each in self._keyframes(layer)]

    def pixels(self, layer: Layer) -> np.ndarray:
        """An 8-bit RGBA layer on the canvas: height × width × RGBA, 0–255."""
        return self._tiles(layer.file)

    def _keyframes(self, layer: Layer) -> list[ElementTree.Element]:
        root = ElementTree.fromstring(re.sub(rb"<!DOCTYPE[^>]*>", b"", self._member(layer.keyframes)))
        return sorted(
            (each for each in root.iter() if each.tag.endswith("keyframe")), key=lambda each: int(each.attrib["time"])
        )

    def _member(self, name: str) -> bytes:
        return next(data for path, data in self._members.items() if path.endswith(f"/layers/{name}"))

    def _tiles(self, name: str) -> np.ndarray:
        data = io.BytesIO(self._member(name))
        header: dict[bytes, int] = {}
        while b"DATA" not in header:
            key, number = data.readline().split()
            header[key] = int(number)
        depth = header[b"PIXELSIZE"]
        width, height = self.size
        canvas = np.zeros((height, width, depth), np.uint8)
        canvas[:] = np.frombuffer(self._member(f"{name}.defaultpixel"), np.uint8)
        for _ in range(header[b"DATA"]):
            left, top, _kind, length = data.readline().decode().strip().split(",")
            tile = _unpacked(data.read(int(length)), depth * TILE_PX * TILE_PX)
            _put(canvas, tile.reshape(depth, TILE_PX, TILE_PX).transpose(1, 2, 0), int(left), int(top))
        return canvas[..., [2, 1, 0, 3]] if depth == 4 else canvas


def _layers(element: ElementTree.Element, level: int) -> list[Layer]:
    found = []
    for each in element:
        if each.tag.endswith("layer"):
            said = each.attrib
            found.append(
                Layer(
                    said["name"],
                    said["nodetype"],
                    said.get("visible") == "1",
                    int(said.get("opacity", 255)),
                    level,
                    said["filename"],
                    said.get("keyframes", ""),
                    said.get("uuid", ""),
                )
            )
            found += [layer for inner in each if inner.tag.endswith("layers") for layer in _layers(inner, level + 1)]
    return found


def _put(canvas: np.ndarray, tile: np.ndarray, left: int, top: int) -> None:
    """Only what lies on the canvas."""
    height, width = canvas.shape[:2]
    first_row, first_column = max(0, -top), max(0, -left)
    last_row, last_column = min(TILE_PX, height - top), min(TILE_PX, width - left)
    if first_row < last_row and first_column < last_column:
        canvas[top + first_row : top + last_row, left + first_column : left + last_column] = tile[
            first_row:last_row, first_column:last_column
        ]


def _unpacked(data: bytes, size: int) -> np.ndarray:
    """A tile as Krita keeps it: a flag, then the bytes of each channel together, packed by LZF if that is shorter."""
    if data[0] == 1:
        return np.frombuffer(_lzf(data[1:], size), np.uint8)
    depth = size // (TILE_PX * TILE_PX)
    return np.frombuffer(data[1:], np.uint8).reshape(-1, depth).T


def _lzf(data: bytes, size: int) -> bytes:
    out = bytearray()
    at = 0
    while at < len(data):
        control = data[at]
        at += 1
        if control < 32:
            out += data[at : at + control + 1]
            at += control + 1
            continue
        length = control >> 5
        if length == 7:
            length += data[at]
            at += 1
        start = len(out) - ((control & 31) << 8) - data[at] - 1
        at += 1
        for place in range(start, start + length + 2):
            out.append(out[place])
    assert len(out) == size, "a tile of another size"
    return bytes(out)

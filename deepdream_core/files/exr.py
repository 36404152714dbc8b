"""EXR files ↔ ``Stored``: linear light, colours multiplied by alpha; further channels and the header are kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import OpenEXR

from ..arrays import Samples
from ..errors import DreamError
from ..words import plural
from .faults import require_room
from .metadata import RECIPE_KEYWORD, Own, Stored
from .pillow import CONVERT
from .profiles import SRGB_PRIMARIES, gamma_profile, linear_profile

MAGIC = b"v/1\x01"
_COLOURS = (("R", "G", "B"), ("Y",))
# What OpenEXR writes by itself.
_OF_STORAGE = ("channels", "compression", "lineOrder", "type", "tiles", "chunkCount", "version", RECIPE_KEYWORD)
_ALWAYS_THERE = ("dataWindow", "displayWindow", "pixelAspectRatio", "screenWindowCenter", "screenWindowWidth")


def read(path: Path) -> Stored:
    """Read the first part of an EXR file. Raises ``DreamError`` (``picture.mode``), else what OpenEXR does."""
    with OpenEXR.File(str(path), header_only=True) as file:
        header, parts = dict(file.header()), len(file.parts)
    _refuse(path, header)
    first, last = (np.asarray(corner, np.int64) for corner in header["dataWindow"])
    width, height = (last - first + 1).tolist()
    require_room(width, height, 4 * len(header["channels"]))
    with OpenEXR.File(str(path), separate_channels=True) as file:
        channels = {name: channel.pixels for name, channel in file.channels().items()}
    names = _names(path, channels)
    samples = np.stack([channels.pop(name) for name in names], axis=-1)
    attributes = {name: value for name, value in header.items() if name not in _OF_STORAGE}
    return Stored(
        samples,
        _profile(header, 1 if names[0] == "Y" else 3),
        recipe=str(header.get(RECIPE_KEYWORD, "")),
        premultiplied="A" in names,
        own=Own("EXR", (attributes, channels), _words(attributes, channels)),
        notes=(f"{plural(parts, 'part')}; only the first is dreamed",) if parts > 1 else (),
    )


def write(path: Path, stored: Stored) -> None:
    """Write linear, premultiplied ``stored`` (as ``read`` makes it) as float16 or float32."""
    colours = _COLOURS[stored.channels == 1] + (("A",) if stored.has_alpha else ())
    own: tuple[dict[str, Any], dict[str, Samples]] = stored.pieces("EXR") or ({}, {})
    attributes, channels = own
    planes = {name: np.ascontiguousarray(stored.samples[..., index]) for index, name in enumerate(colours)}
    height, width = stored.samples.shape[:2]
    header = {**attributes, "compression": OpenEXR.ZIP_COMPRESSION, "type": OpenEXR.scanlineimage}
    if attributes:
        corner = np.asarray(attributes["dataWindow"][0])
        header["dataWindow"] = corner, (corner + (width - 1, height - 1)).astype(np.int32)
        # For the one row that is tried.
        channels = {name: plane[:height] for name, plane in channels.items()}
    if stored.recipe:
        header[RECIPE_KEYWORD] = stored.recipe
    OpenEXR.File(header, {**channels, **planes}).write(str(path))


def _refuse(path: Path, header: dict[str, Any]) -> None:
    """What would be read as something else."""
    sampled = [channel.name for channel in header["channels"] if (channel.xSampling, channel.ySampling) != (1, 1)]
    if sampled:
        mode = f"channels of a lower resolution ({', '.join(sampled)})"
        raise DreamError("picture.mode", path=path, mode=mode, advice=CONVERT)
    if header["type"] in (OpenEXR.deepscanline, OpenEXR.deeptile):
        raise DreamError("picture.mode", path=path, mode="deep data", advice="Flatten it first.")


def _names(path: Path, channels: dict[str, Samples]) -> tuple[str, ...]:
    """The channels of the picture, in the order of samples."""
    for colours in _COLOURS:
        if channels.keys() >= set(colours):
            names = (*colours, "A") if "A" in channels else colours
            if all(channels[name].dtype.kind == "f" for name in names):
                return names
            raise DreamError("picture.mode", path=path, mode="whole numbers as colours", advice=CONVERT)
    mode = f"the channels {', '.join(channels)}"
    raise DreamError("picture.mode", path=path, mode=mode, advice=CONVERT)


def _profile(header: dict[str, Any], channels: int) -> bytes:
    primaries = tuple(header.get("chromaticities", SRGB_PRIMARIES))
    near = max(abs(one - other) for one, other in zip(primaries, SRGB_PRIMARIES, strict=True)) < 0.001
    return linear_profile(channels) if near or channels == 1 else gamma_profile(channels, 1.0, primaries)


def _words(attributes: dict[str, Any], channels: dict[str, Samples]) -> tuple[str, ...]:
    further = [f"channels {', '.join(sorted(channels))}"] if channels else []
    corners = [np.asarray(attributes[name]).tolist() for name in ("dataWindow", "displayWindow")]
    placement = ["position on the canvas"] if corners[0] != corners[1] else []
    texts = [name for name in attributes if name not in (*_ALWAYS_THERE, "chromaticities")]
    return (*further, *placement, *([f"header ({', '.join(texts)})"] if texts else []))

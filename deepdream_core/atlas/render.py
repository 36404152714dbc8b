"""(network, layer) → a picture of what each of its channels looks for, and the classes that are read in it.

Many channels are rendered at once, each dreamed out of noise of its own. Every finished one is kept on disk, so
that whoever is interrupted goes on where it stopped.
"""

from __future__ import annotations

import hashlib
import json
import math
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, PngImagePlugin

from ..arrays import Batch, Rgb, Rgb8
from ..engine.engine import Engine
from ..files.faults import told_as
from ..image.colour import natural
from ..image.resizing import resize
from ..image.rotation import Rotation
from ..networks import Network
from ..settings import cache_settings
from ..settings.dream_settings import AUTO
from ..system import atomic, caches
from .channel_gradient import ChannelGradient, Reader
from .look import BATCH, Look

TOP_CLASSES = 3
_CLASSES_KEY = "classes"


@dataclass(frozen=True)
class Tile:
    """``picture``: uint8 (pixels, pixels, 3); ``classes``: the likeliest in it, none where none are known."""

    channel: int
    picture: Rgb8
    classes: tuple[int, ...]


@dataclass(frozen=True)
class Progress:
    """``tiles``: those that are done, by channel, in all ``total``; seconds until all are."""

    tiles: dict[int, Tile]
    total: int
    seconds_left: float


def render(engine: Engine, network_name: str, layer: str, folder: Path, look: Look | None = None) -> Iterator[Progress]:
    """Render every channel of ``layer``; progress after every batch, the last one with all tiles.

    ``folder``: the cache; what was rendered there before with the same weights and ``look`` is taken from it.
    Closing the generator between two batches stops it. Raises ``DreamError`` for an unknown network or layer.
    """
    network, look = engine.network(network_name), look or Look()
    layer = network.info.layer(layer).name
    home = folder / f"{network_name}_{layer}_{_key(network, look)}"
    with ExitStack() as using:
        with told_as("picture.write", home):
            using.enter_context(caches.using(home))
        yield from _render(engine, network, layer, home, look)
    with told_as("picture.write", home):
        caches.fit(cache_settings.read().limit_bytes)


def _render(engine: Engine, network: Network, layer: str, home: Path, look: Look) -> Iterator[Progress]:
    channels = network.info.layer(layer).channels
    tiles = {tile.channel: tile for channel in range(channels) if (tile := _stored(home, channel))}
    missing = [channel for channel in range(channels) if channel not in tiles]
    if not missing:
        yield Progress(tiles, channels, 0.0)
        return
    painter = _Painter(engine, network, layer, look)
    started = time.monotonic()
    for first in range(0, len(missing), BATCH):
        batch = missing[first : first + BATCH]
        for tile in painter.paint(batch):
            _store(home, tile)
            tiles[tile.channel] = tile
        done = first + len(batch)
        left = (time.monotonic() - started) / done * (len(missing) - done)
        yield Progress(dict(tiles), channels, left)


class _Painter:
    """Paints batches of channels. Each looks the same whatever others it is painted with."""

    def __init__(self, engine: Engine, network: Network, layer: str, look: Look) -> None:
        self._gradient = engine.that_works(
            lambda precision: ChannelGradient(network, layer, look.bands, precision), network, AUTO
        )
        self._reader = engine.cached(("reader", network.info.name), lambda: Reader(network))
        self._look = look

    def paint(self, channels: list[int]) -> list[Tile]:
        """The finished tiles of ``channels``."""
        look = self._look
        sizes = [round(look.pixels / look.scale**octave) for octave in reversed(range(look.octaves))]
        pictures = np.stack([self._noise(channel, sizes[0]) for channel in channels])
        for octave, size in enumerate(sizes):
            pictures = np.stack([resize(picture, size, size) for picture in pictures])
            for step in range(look.steps):
                pictures = self._step(pictures, channels, np.random.default_rng([octave, step]))
        finished = np.stack([_finished(picture, look.contrast) for picture in pictures])
        classes = self._reader.likeliest(finished.astype(np.float32), TOP_CLASSES)
        return [Tile(*parts) for parts in zip(channels, finished, map(tuple, classes), strict=True)]

    def _noise(self, channel: int, size: int) -> Rgb:
        noise = np.random.default_rng(channel).standard_normal((size, size, 3), np.float32)
        start: Rgb = np.float32(127) + np.float32(self._look.noise) * noise
        return start

    def _step(self, pictures: Batch, channels: list[int], random: np.random.Generator) -> Batch:
        """Rolled around, so that nothing begins or ends at the border; turned and scaled, for firm forms."""
        roll = tuple(int(shift) for shift in random.integers(0, pictures.shape[1], 2))
        angle, size = random.uniform(-1, 1, 2)
        rotation = Rotation(math.radians(self._look.rotation) * angle, (1 + self._look.scaling) ** size)
        seen = np.roll(pictures, roll, (1, 2))
        plain = self._gradient(np.clip(seen, 0, 255), channels, rotation)
        change = self._look.natural * _even(natural(plain)) + (1 - self._look.natural) * plain
        moved: Batch = np.roll(seen + np.float32(self._look.step_size) * _even(change), (-roll[0], -roll[1]), (1, 2))
        return moved


def _even(changes: Batch) -> Batch:
    """Each of (n, height, width, 3) with a root mean square of 1."""
    even: Batch = changes / np.maximum(np.sqrt(np.square(changes).mean(axis=(1, 2, 3), keepdims=True)), 1e-20)
    return even


def _finished(picture: Rgb, contrast: float) -> Rgb8:
    """float32 (height, width, 3) of any range → uint8 around middle grey."""
    even = (picture - picture.mean()) / max(float(picture.std()), 1e-6)
    finished: Rgb8 = np.rint(np.clip(127 + contrast * even, 0, 255)).astype(np.uint8)
    return finished


def _key(network: Network, look: Look) -> str:
    """Tells tiles apart that are not alike."""
    return hashlib.sha256(f"{network.weights.sha256} {look}".encode()).hexdigest()[:12]


def _stored(home: Path, channel: int) -> Tile | None:
    """The tile from the cache; what was cut short while it was written counts as missing."""
    try:
        with Image.open(home / f"{channel:04}.png") as image:
            image.load()
            classes = json.loads(image.info[_CLASSES_KEY])
            return Tile(channel, np.asarray(image), tuple(classes))
    except (OSError, SyntaxError, ValueError, KeyError):
        return None


def _store(home: Path, tile: Tile) -> None:
    about = PngImagePlugin.PngInfo()
    about.add_text(_CLASSES_KEY, json.dumps(tile.classes))
    file = home / f"{tile.channel:04}.png"
    with told_as("picture.write", file), atomic.replacing(file) as part:
        Image.fromarray(tile.picture).save(part, pnginfo=about)

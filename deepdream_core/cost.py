"""(settings, size of the region) → seconds and bytes that a dream will take; the seconds are learned from the last."""

from __future__ import annotations

import json
from pathlib import Path

from . import octaves, tiles, wire
from .catalogue import network
from .folders import data_folder
from .objective_text import parse
from .settings import DreamSettings
from .surroundings import surroundings

# Measured with EfficientNet-Lite0's b10; deeper and wider networks take more, so this is the least.
_BYTES_PER_PIXEL, _BYTES_PER_TILE_PIXEL, _BYTES_OF_RESULT = 110, 350, 40
# How much the newest job counts in the next guess: one beside a busy browser shall not spoil it.
_NEWEST = 0.5
# The rates of so many kinds of dream are kept; the oldest go first.
_MOST = 100


def seconds(settings: DreamSettings, width: int, height: int) -> float | None:
    """What a dream of a region of that size will take; ``None`` while nothing like it was ever dreamed here.

    Raises ``DreamError`` for a network or layer that isn't there.
    """
    rate = _rates().get(_kind(settings))
    return None if rate is None else rate * work(settings, width, height)


def learn(settings: DreamSettings, width: int, height: int, took: float) -> None:
    """Remember that it took so many seconds. Where nothing can be written nothing is remembered."""
    rates, kind = _rates(), _kind(settings)
    rate = took / work(settings, width, height)
    rates[kind] = _NEWEST * rate + (1 - _NEWEST) * rates.pop(kind, rate)
    path, beside = _path(), _path().with_suffix(".new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_text(json.dumps(dict(list(rates.items())[-_MOST:]), indent=0), "utf-8")
        beside.replace(path)
    except OSError:
        return


def answer(request: wire.Estimate) -> wire.Cost:
    """What ``request`` asks for. Raises ``DreamError`` for settings that can't be dreamed."""
    settings, size = DreamSettings.from_dict(request.settings), (request.width, request.height)
    return wire.Cost(request.id, seconds(settings, *size) or 0.0, memory(settings, *size))


def work(settings: DreamSettings, width: int, height: int) -> float:
    """Pixels of all octaves times steps, for a region of that size."""
    scale = octaves.working_scale(width, height, settings)
    shares = octaves.octave_scales(max(width, height) * scale, _motif_px(settings), settings)
    return width * height * scale**2 * sum(share**2 for share in shares) * settings.steps


def memory(settings: DreamSettings, width: int, height: int) -> int:
    """Bytes that a dream of a region of that size takes, with its surroundings, beside picture and network."""
    scale, around = octaves.working_scale(width, height, settings), 2 * surroundings(width, height)
    seen = round((width + around) * scale) * round((height + around) * scale)
    return memory_of(seen, tiles.largest_side(settings.tile, network(settings.network)), width * height)


def memory_of(seen: int, tile: int, result: int) -> int:
    """The same from ``seen`` pixels that are computed, the largest side of a tile, and the result's pixels."""
    return seen * _BYTES_PER_PIXEL + min(seen, tile**2) * _BYTES_PER_TILE_PIXEL + result * _BYTES_OF_RESULT


def in_words(took: float) -> str:
    """A time no more precise than the guess is: "about 12 s"."""
    return f"about {max(1, took):.0f} s" if took < 90 else f"about {took / 60:.0f} min"


def _motif_px(settings: DreamSettings) -> int:
    info, terms = network(settings.network), parse(settings.objective)
    wanted = [term for term in terms if term.weight > 0] or list(terms)
    layers = [info.layers[-1] if term.kind == "class" else info.layer(term.name) for term in wanted]
    return max(layer.motif_px for layer in layers)


def _kind(settings: DreamSettings) -> str:
    """What the seconds for a pixel depend on: the network, how deep it is read, precision, cores, and bands."""
    info = network(settings.network)
    names = [layer.name for layer in info.layers]
    read = [len(names) - 1 if term.kind == "class" else names.index(info.layer(term.name).name)
            for term in parse(settings.objective)]
    parts = info.name, names[max(read)], settings.precision, settings.threads, settings.laplacian_levels
    return " ".join(map(str, parts))


def _path() -> Path:
    return data_folder() / "cost.json"


def _rates() -> dict[str, float]:
    """Seconds for a pixel and step by ``_kind``; what can't be read was never learned."""
    try:
        found = json.loads(_path().read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    if not isinstance(found, dict):
        return {}
    return {kind: rate for kind, rate in found.items() if isinstance(rate, float) and 0 < rate < 1}

"""(settings, size of the region) → seconds and bytes that a job will take; the seconds are learned from the last ones.

A dream or a style; a zoom takes the seconds of its frames' dreams and the bytes of one.
"""

from __future__ import annotations

import json
from pathlib import Path

from ..catalogue import network, sisters
from ..networks.alternates import all_of
from ..objective.syntax import Term, parse
from ..objective.terms import check, deepest, motif_px
from ..protocol import messages, wire
from ..settings import octaves, recipe
from ..settings.dream_settings import AUTO, DreamSettings
from ..settings.style_settings import StyleSettings
from ..settings.surroundings import surroundings
from ..settings.working_size import extent, working_scale
from ..settings.zoom_settings import ZoomSettings
from ..system import atomic, records
from ..system.folders import data_folder
from . import tiles
from .precision import BF16, FP32, TRIAL_PX, known, resolved
from .progress import STEP_PX

Chosen = DreamSettings | StyleSettings

# For each pixel that is computed: three float32 pictures and the gradient's reduced ones; for one of the result: it in
# float32 and as it travels, also laid over the source; and where it grew.
_BYTES_PER_PIXEL, _BYTES_PER_MEAN, _BYTES_OF_RESULT, _BYTES_OF_GROWTH = 40, 12, 34, 16
# What the network takes for a pixel of its largest tile: the most that was measured (docs/performance.md). To stay like
# the original takes what the network says of that too.
_BYTES_PER_TILE_PIXEL = {BF16: 390, FP32: 580}
_BYTES_PER_INCEPTION_PIXEL = {BF16: 290, FP32: 520}
_WITH_LIKENESS = 1.2
# What each further network takes that has its turn: its weights and its compiled gradient.
_BYTES_PER_NETWORK = 100_000_000
# How many running means an optimiser keeps.
_MEANS = {"ascent": 0, "momentum": 1, "adam": 2}
# The same of a style: from 512 to 2048 pixels a tenth too little up to two fifths too much.
_STYLE_BYTES_PER_PIXEL, _STYLE_BYTES_PER_TILE_PIXEL = 250, 700
# And what each area beyond the first adds where styles have masks: bytes, and a share of the time (0.2 to 0.3).
_STYLE_BYTES_PER_AREA_PIXEL, _WITH_AREA = 140, 0.25
# What a dream takes beside its gradients, in seconds for a pixel and for a step, and how many times its pixels are in
# tiles (docs/performance.md).
_SECONDS_PER_PIXEL, _SECONDS_PER_STEP, _WITH_OVERLAP = 2.5e-7, 0.01, 1.1
# How much the newest job counts in the next guess: one beside a busy browser shall not spoil it.
_NEWEST = 0.5
# Pixels times steps below which a job's seconds tell of its beginning and end, not of its pixels.
_LEAST_WORK = 5e5
# The rates of so many kinds of jobs are kept; the oldest go first.
_MOST = 100


def seconds(settings: Chosen, width: int, height: int) -> float | None:
    """What a job on a region of that size will take; ``None`` while nothing is known about its network here.

    Raises ``DreamError`` for a network, layer, channel or class that isn't there.
    """
    rate = _rates().get(_rate_key(settings))
    return _by_trial(settings, width, height) if rate is None else rate * _effort(settings, width, height)


def learn(settings: Chosen, width: int, height: int, took: float, frames: int = 1) -> None:
    """Remember that the job, or a zoom of so many ``frames``, took so many seconds.

    One too small to tell by is left out, and one whose octaves may have ended early; where nothing can be written
    nothing is remembered.
    """
    if isinstance(settings, DreamSettings) and settings.how_far == AUTO:
        return
    if not took or work(settings, width, height) * frames < _LEAST_WORK:
        return
    rates, key, rate = _rates(), _rate_key(settings), took / (_effort(settings, width, height) * frames)
    rates[key] = _NEWEST * rate + (1 - _NEWEST) * rates.pop(key, rate)
    path = _path()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        atomic.write(path, json.dumps(dict(list(rates.items())[-_MOST:]), indent=0).encode())
    except OSError:
        return


def answer(request: wire.Estimate) -> wire.Cost:
    """What ``request`` asks for. Raises ``DreamError`` for settings, sizes or frames that can't be."""
    messages.check_size(request.width, request.height)
    ZoomSettings.spec_of("frames").check(request.frames)
    settings, size = settings_of(request), (request.width, request.height)
    return wire.Cost(
        request.id, (seconds(settings, *size) or 0.0) * request.frames, memory(settings, *size, request.is_part)
    )


def settings_of(request: wire.Estimate) -> Chosen:
    """The settings that ``request`` is about. Raises ``DreamError``."""
    return recipe.settings_of_kind(request.kind, request.settings)


def work(settings: Chosen, width: int, height: int) -> float:
    """Pixels of all octaves times steps, for a region of that size."""
    scale = working_scale(width, height, settings)
    if isinstance(settings, StyleSettings):
        # How many octaves there are is left to the rate: the smaller ones together are about half of the last.
        of_areas = 1 + _WITH_AREA * (settings.areas - 1)
        return width * height * scale**2 * settings.steps * settings.passes * of_areas
    shares = _octaves(settings, width, height)
    return width * height * scale**2 * sum(share**2 for share in shares) * settings.steps


def _effort(settings: Chosen, width: int, height: int) -> float:
    """As ``work``, with what each step of a dream takes beside its pixels."""
    done = work(settings, width, height)
    return done if isinstance(settings, StyleSettings) else done + STEP_PX * _steps(settings, width, height)


def _steps(settings: DreamSettings, width: int, height: int) -> int:
    """Those of all octaves."""
    return len(_octaves(settings, width, height)) * settings.steps


def _octaves(settings: DreamSettings, width: int, height: int) -> list[float]:
    """Shares of the computed size, for a region of that size."""
    scale, motif = working_scale(width, height, settings), motif_px(_terms(settings), network(settings.network))
    return octaves.octave_scales(extent(width, height) * scale, motif, settings)


def memory(settings: Chosen, width: int, height: int, is_part: bool = False) -> int:
    """Bytes that a job on a region of that size takes, beside picture and network.

    ``is_part``: of a larger picture, whose surroundings count too, as far as there are any.
    """
    around = 2 * surroundings(width, height, settings.working_size) if is_part else 0
    # What is cut into tiles may take less than what is a little smaller.
    return max(_memory(settings, width, height, 0), _memory(settings, width, height, around))


def _memory(settings: Chosen, width: int, height: int, around: int) -> int:
    scale = working_scale(width, height, settings)
    size = round((height + around) * scale), round((width + around) * scale)
    if isinstance(settings, StyleSettings):
        seen, tile = size[0] * size[1], tiles.largest_side(settings.tile, network(settings.network))
        of_steps = _STYLE_BYTES_PER_PIXEL + _STYLE_BYTES_PER_AREA_PIXEL * (settings.areas - 1)
        return seen * of_steps + min(seen, tile**2) * _STYLE_BYTES_PER_TILE_PIXEL
    return memory_of(settings, size, width * height)


def memory_of(settings: DreamSettings, size: tuple[int, int], result: int) -> int:
    """The same for a dream from the size at which it is computed, (height, width), and the pixels of the result."""
    info, seen = network(settings.network), size[0] * size[1]
    tile = _largest_tile(settings, *size)
    by_precision = _BYTES_PER_INCEPTION_PIXEL if info.family == "inception_v3" else _BYTES_PER_TILE_PIXEL
    of_tile = by_precision.get(resolved(settings.precision, info.name, settings.threads), by_precision[BF16])
    of_steps = _BYTES_PER_PIXEL + _BYTES_PER_MEAN * _MEANS[settings.optimiser]
    of_result = _BYTES_OF_RESULT + _BYTES_OF_GROWTH * settings.growth_alpha
    of_networks = _others(settings) * _BYTES_PER_NETWORK
    of_tiles = round(tile * of_tile * (_WITH_LIKENESS if settings.likeness else 1))
    return of_networks + of_tiles + max(seen * of_steps, result * of_result)


def _largest_tile(settings: DreamSettings, height: int, width: int) -> int:
    """Pixels of the largest tile in any octave: a smaller octave may go in one piece where a larger one is cut."""
    info = network(settings.network)
    side = tiles.largest_side(settings.tile, info)
    shares = octaves.octave_scales(extent(width, height), motif_px(_terms(settings), info), settings)
    return max(tiles.largest_area(round(height * share), round(width * share), side) for share in shares)


def _others(settings: DreamSettings) -> int:
    """How many networks take turns with the first."""
    if settings.alternate_networks == AUTO:
        return len(sisters(network(settings.network)))
    return len([name for name in settings.alternate_networks.split(",") if name.strip()])


def in_words(took: float) -> str:
    """A time no more precise than the guess is: "about 12 s"."""
    return f"about {max(1, took):.0f} s" if took < 90 else f"about {took / 60:.0f} min"


def _terms(settings: DreamSettings) -> tuple[Term, ...]:
    return check(parse(settings.objective), network(settings.network))


def _rate_key(settings: Chosen) -> str:
    """What the seconds for a pixel depend on: the network, how deep it is read, precision, cores, and bands."""
    if isinstance(settings, StyleSettings):
        parts: tuple[object, ...] = (
            settings.kind,
            settings.network,
            settings.octaves,
            settings.octave_scale,
            settings.threads,
        )
        return " ".join(map(str, parts))
    read = deepest(_terms(settings), network(settings.network)).name
    parts = (
        settings.network,
        read,
        settings.precision,
        settings.threads,
        settings.laplacian_levels,
        *filter(None, [settings.alternate_networks]),
    )
    return " ".join(map(str, parts))


def _by_trial(settings: Chosen, width: int, height: int) -> float | None:
    """Before the first job of its kind: by the trials of the networks' precisions, as deep as they will be read."""
    if isinstance(settings, StyleSettings):
        return None
    tried = [_trial_seconds(settings, each.name) for each in all_of(settings)]
    timed = [seconds for seconds in tried if seconds is not None]
    if not timed:
        return None
    info = network(settings.network)
    names = [layer.name for layer in info.layers]
    depth = (names.index(deepest(_terms(settings), info).name) + 1) / (names.index(info.default_layer) + 1)
    gradient = sum(timed) / len(timed) / TRIAL_PX**2 * _WITH_OVERLAP * (1 + depth) / 2
    per_step = _SECONDS_PER_STEP * _steps(settings, width, height)
    return (gradient + _SECONDS_PER_PIXEL) * work(settings, width, height) + per_step


def _trial_seconds(settings: DreamSettings, name: str) -> float | None:
    """Of one gradient of the network called ``name``, as far as that is known."""
    precision = resolved(settings.precision, name, settings.threads)
    return known(name, settings.threads).seconds.get(precision)


def _path() -> Path:
    return data_folder() / "cost.json"


def _rates() -> dict[str, float]:
    """Seconds for a pixel and step by ``_rate_key``; what can't be read was never learned."""
    return {key: rate for key, rate in records.read(_path()).items() if isinstance(rate, float) and 0 < rate < 1}

"""(what is chosen) → nine recipes near it: other seeds, depths, channels, presets, favourites, or surprises."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import TypeVar

from ..core import atlas_sheets, catalogue, dream_settings, presets, syntax
from ..jobs.descriptions import channel_word
from ..language import tr
from .atlas_picks import Channel, objective
from .choice import Choice
from .depths import deepest, depths
from .seeds import LARGEST_SEED

COUNT = 9
# A surprise's motifs may differ from the preset's size by this factor, within these percents.
SIZE_FACTORS = (0.6, 0.8, 1.0, 1.3, 1.6)
LEAST_SIZE, LARGEST_SIZE = 8, 80
NATURAL_COLOURS = (40, 60, 80, 100)
# The motif, in pixels, that a step of 1/255 brings out in a tile; larger ones take larger steps.
FULL_STEP_PX = 32
# The weight of another preset's channel next to the preset's own terms.
SECOND_SHARE = 0.5

Thing = TypeVar("Thing")


class Near(Enum):
    """How the variants differ from what is chosen."""

    SEEDS = "seeds"
    DEPTHS = "depths"
    CHANNELS = "channels"
    PRESETS = "presets"
    FAVOURITES = "favourites"
    SURPRISES = "surprises"


@dataclass(frozen=True)
class Variant:
    """A whole recipe and its name; ``preset``: the preset it belongs to, if any."""

    name: str
    settings: dream_settings.DreamSettings
    preset: str = ""


def variants(
    near: Near, choice: Choice, chosen: dream_settings.DreamSettings, round_number: int, die: random.Random
) -> list[Variant]:
    """At most ``COUNT`` of ``chosen``, or of the presets that ``choice`` offers: for 0 the first nine, for higher
    numbers further ones. ``die`` decides what is random.
    """
    if near is Near.SEEDS:
        seeds = die.sample(range(1, LARGEST_SEED + 1), COUNT)
        own = [chosen.seed, *(seed for seed in seeds if seed != chosen.seed)][:COUNT] if round_number == 0 else seeds
        return [Variant(tr("Seed {seed}", seed=seed), chosen.replace({"seed": seed})) for seed in own]
    if near is Near.DEPTHS:
        return [_of_layer(chosen, layer) for layer in _around(depths(chosen.network), _depth(chosen), round_number)]
    if near is Near.CHANNELS:
        layer = depths(chosen.network)[_depth(chosen)]
        numbers = range(_channels(chosen.network, layer))
        picked = die.sample(numbers, min(COUNT, len(numbers)))
        return [_of_channel(chosen, Channel(layer.name, number)) for number in picked]
    if near is Near.SURPRISES:
        return [surprise(die) for _ in range(COUNT)]
    offered = [preset for preset in choice.offered if near is Near.PRESETS or preset.name in choice.favourites]
    if near is Near.FAVOURITES:
        offered.sort(key=lambda preset: choice.favourites.index(preset.name))
    return [Variant(tr(preset.name), preset.settings, preset.name) for preset in _of_round(offered, round_number)]


def surprise(die: random.Random) -> Variant:
    """A random but tasteful recipe: a bundled preset, perhaps with a channel of another one.

    Its size is near the preset's, its colours are usually natural, its seed is random.
    """
    preset = die.choice(list(presets.PRESETS.values()))
    terms, name = syntax.parse(preset.settings.objective), tr(preset.name)
    other, term = die.choice(list(_curated(preset.name)))
    if die.random() < 0.5:
        terms = (*terms, replace(term, weight=SECOND_SHARE))
        name = f"{name} + {tr(other)}"
    size = float(preset.settings.size) * die.choice(SIZE_FACTORS)
    values = {
        "objective": syntax.write(terms),
        "size": round(min(max(size, LEAST_SIZE), LARGEST_SIZE)),
        "natural_colours": die.choice(NATURAL_COLOURS),
        "seed": die.randint(1, LARGEST_SEED),
    }
    return Variant(name, preset.settings.replace(values))


def _curated(without: str) -> list[tuple[str, syntax.Term]]:
    """The channels that presets are made of, with the preset's name."""
    found = ((preset.name, term) for preset in presets.PRESETS.values() for term in _terms(preset))
    return [(name, term) for name, term in found if term.channels and name != without]


def _terms(preset: presets.Preset) -> tuple[syntax.Term, ...]:
    return syntax.parse(preset.settings.objective)


def _depth(chosen: dream_settings.DreamSettings) -> int:
    names = [layer.name for layer in depths(chosen.network)]
    return names.index(deepest(chosen.objective, names))


def _around(layers: Sequence[Thing], middle: int, round_number: int) -> list[Thing]:
    """Nine neighbours of ``middle``; later rounds give the following ones, wrapping around."""
    first = min(max(0, middle - COUNT // 2), max(0, len(layers) - COUNT))
    return [layers[(first + round_number * COUNT + index) % len(layers)] for index in range(min(COUNT, len(layers)))]


def _of_round(things: Sequence[Thing], round_number: int) -> list[Thing]:
    rounds = max(1, -(-len(things) // COUNT))
    return list(things[round_number % rounds * COUNT : (round_number % rounds + 1) * COUNT])


def _channels(network: str, layer: catalogue.LayerInfo) -> int:
    """How many channels there are; those that have a picture in the atlas where there is one."""
    sheet = atlas_sheets.sheets(network).get(layer.name)
    return len(sheet.classes) if sheet else layer.channels


def _of_layer(chosen: dream_settings.DreamSettings, layer: catalogue.LayerInfo) -> Variant:
    """A layer's motif is as many percent of the picture as it has pixels: then every layer takes as many octaves.

    With one size for all, early layers would cover a tile and late ones, whose motif hardly fits in it, barely show.
    """
    size = min(max(layer.motif_px, LEAST_SIZE), LARGEST_SIZE)
    step_size = max(chosen.step_size, round((layer.motif_px / FULL_STEP_PX) ** 0.5, 2))
    return Variant(
        tr(layer.looks_like), chosen.replace({"objective": layer.name, "size": size, "step_size": step_size})
    )


def _of_channel(chosen: dream_settings.DreamSettings, channel: Channel) -> Variant:
    name = channel_word(chosen.network, *channel) or f"{channel.layer} · {channel.number}"
    return Variant(name, chosen.replace({"objective": objective((), {channel: 1.0})}))

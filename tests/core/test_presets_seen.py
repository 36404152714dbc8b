"""Every preset is pleasing in numbers on five kinds of pictures, and no two of them, or of its seeds, are alike."""

from __future__ import annotations

from functools import cache
from itertools import combinations

import numpy as np
import pytest

from deepdream_core.dream import dream_array
from deepdream_core.settings.presets import PRESETS
from docs.make_preset_pictures import ORDER, source
from tests import seen

NAMES = list(PRESETS)
# Each on one kind in turn; at --long each on each, as large as the pictures are.
SMALL, WHOLE = 144, 512
FEW = [(name, ORDER[index % len(ORDER)]) for index, name in enumerate(NAMES)]
ALIKE_PRESETS, ALIKE_SEEDS = 0.35, 0.5


@cache
def dreamed(name: str, kind: str, side: int, seed: int = 1):
    return dream_array(source(kind, side), PRESETS[name].settings.replace({"seed": seed}))


def added(name: str, kind: str, side: int, seed: int = 1):
    return seen.added(source(kind, side), dreamed(name, kind, side, seed))


def alike(side: int, kinds) -> dict[tuple[str, str], float]:
    """How much every two presets correlate, on average."""
    return {
        (one, other): float(
            np.mean([seen.correlation(added(one, kind, side), added(other, kind, side)) for kind in kinds])
        )
        for one, other in combinations(NAMES, 2)
    }


def test_there_are_presets_enough():
    assert len(PRESETS) >= 16
    families = {preset.family for preset in PRESETS.values()}
    assert len(families) == 2 and "" not in families


@pytest.mark.parametrize(("name", "kind"), FEW)
def test_a_preset_keeps_colours_tones_and_detail(name, kind):
    assert seen.faults(source(kind, SMALL), dreamed(name, kind, SMALL)) == []


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("name", NAMES)
def test_a_preset_keeps_them_on_every_kind(name):
    found = {kind: seen.faults(source(kind, WHOLE), dreamed(name, kind, WHOLE)) for kind in ORDER}
    assert found == {kind: [] for kind in ORDER}


@pytest.mark.slow
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("side", [256, WHOLE])
def test_no_two_presets_are_alike_on_all_kinds(side):
    """On one small picture alone there is room for too few forms, and the lines of the picture decide."""
    found = alike(side, ORDER)
    assert {pair: share for pair, share in found.items() if share > ALIKE_PRESETS} == {}


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("name", NAMES)
def test_two_seeds_are_not_alike(name):
    found = [seen.correlation(added(name, kind, WHOLE), added(name, kind, WHOLE, seed=2)) for kind in ORDER]
    assert np.mean(found) <= ALIKE_SEEDS

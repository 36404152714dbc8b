"""How long the rest takes is told about right from the beginning, when only small octaves are done."""

from __future__ import annotations

import pytest

from deepdream_core.engine import progress
from deepdream_core.engine.progress import Pace

# As measured on two cores: a step of 0.02 s, and 0.4 s for a megapixel; the very first takes a second more.
STEP, PIXEL, START = 0.02, 0.4e-6, 1.0


@pytest.mark.parametrize(
    "areas",
    [
        [6_000, 20_000, 60_000, 200_000, 600_000],
        [600_000],
        [100, 100],
        [2_000, 2_200_000],
    ],
    ids=["animals", "one octave", "tiny", "panorama"],
)
def test_small_octaves_do_not_make_minutes_of_seconds(monkeypatch, areas):
    now = 100.0
    monkeypatch.setattr(progress.time, "monotonic", lambda: now)
    steps = 14
    pace = Pace(areas, steps)
    durations = [[STEP + PIXEL * area for _ in range(steps)] for area in areas]
    left = sum(map(sum, durations))
    now += START
    for octave, own in enumerate(durations):
        for step, took in enumerate(own):
            now += took
            left -= took
            pace.reach(octave, step + 1)
            if (octave, step) != (0, 0) and left > 1:
                assert left / 2 < pace.seconds_left < 2.2 * left, (octave, step)
    assert pace.done == pace.total == sum(areas) * steps
    assert pace.seconds_left == 0

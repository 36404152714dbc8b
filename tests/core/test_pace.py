"""How long the rest takes is told about right from the beginning, when only small octaves are done."""

from __future__ import annotations

import pytest

from deepdream_core.engine import progress
from deepdream_core.engine.progress import Pace, Progress, Stopwatch

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


def test_what_was_compiled_before_the_first_progress_is_not_learned_from(monkeypatch):
    """Or what is said of the next job would be several times too long."""
    now = 100.0
    monkeypatch.setattr(progress.time, "monotonic", lambda: now)
    watch = Stopwatch()
    assert watch.seconds == 0
    now += 30.0
    for done in range(1, 11):
        now += 0.5
        watch.see(Progress(done=done, total=10, octave=1, octaves=1, step=done, steps=10, seconds_left=0))
    assert watch.seconds == pytest.approx(5)
    alone = Stopwatch()
    alone.see(Progress(done=1, total=1, octave=1, octaves=1, step=1, steps=1, seconds_left=0))
    assert alone.seconds == 0

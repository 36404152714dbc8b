"""How much memory a dream takes at most, beside what the runtime takes by itself: measured in a child of its own.

Read from the high-water mark of resident memory (Linux), so whatever is taken is counted, by whomever.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from deepdream_core.catalogue import network
from deepdream_core.dream import Job, dream
from deepdream_core.engine.engine import Engine
from deepdream_core.engine.tiles import largest_side
from deepdream_core.image.pixels import Pixels
from deepdream_core.protocol import wire
from deepdream_core.settings.dream_settings import FULL, DreamSettings
from deepdream_core.worker import requests


@dataclass(frozen=True)
class Peak:
    """In bytes. ``built``: the mark after a first, tiny dream; ``runtime``: after one as large as a tile; ``given``:
    what the caller's picture and mask take; ``whole``: the mark after dreaming that.
    """

    built: int
    runtime: int
    given: int
    whole: int

    @property
    def own(self) -> int:
        """What the dream took for itself."""
        return self.whole - self.runtime - self.given


def peak_of(side: int, settings: dict[str, Any], form: str = "float32", selection: int = 0) -> Peak:
    """The peak of one dream of ``side`` x ``side`` pixels, in one octave and one step unless ``settings`` say else.

    ``form``: "float32", "uint8", "first" (uint8, and no tile before), or "wire": a request's bytes, half transparent,
    up to the bytes of the answer; or "steps": float32 without the network, whose tiles come in many shapes and never
    take the same twice.
    ``selection``: so many pixels square in the middle are dreamed.
    """
    task = [side, {"octaves": 1, "steps": 1, "working_size": FULL, **settings}, form, selection]
    command = [sys.executable, "-m", "tests.peak", json.dumps(task)]
    child = subprocess.run(
        command, cwd=Path(__file__).resolve().parents[1], capture_output=True, text=True, check=False
    )
    assert child.returncode == 0, child.stderr
    return Peak(*json.loads(child.stdout.splitlines()[-1]))


def high_water() -> int:
    """The largest resident memory of this process so far."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    assert found
    return int(found[1]) * 1024


def _main() -> None:
    side, values, form, selection = json.loads(sys.argv[1])
    settings, engine = DreamSettings.from_dict(values), Engine()
    if form == "steps":
        engine.gradient = lambda *_: _PictureAsGradient()  # type: ignore[method-assign]
        form = "float32"
    tile = largest_side(settings.tile, network(settings.network))
    marks: list[int] = []
    for each in (64, tile) if form != "first" else (64, 64):
        ground = Pixels(np.full((each, each, 3), 90, np.float32))
        _dream(Job(ground, settings.replace({"jitter": 0, "octaves": 1})), engine)
        marks.append(high_water())
    channels = 4 if form == "wire" else 3
    picture = np.zeros((side, side, channels), "float32" if form == "float32" else np.uint8)
    picture[:] = np.random.default_rng(0).integers(0, 256, (side, 1, channels))
    mask = _mask(side, selection) if selection else None
    given = picture.nbytes + (0 if mask is None else mask.nbytes)
    if form == "wire":
        picture[..., 3] = 127
        request = wire.Dream(1, settings.to_dict(), wire.Picture(side, side, "U8", picture.data.cast("B")))
        requests.result(request, _dream(requests.job_of(request), engine), 0.0)
    else:
        _dream(Job(Pixels(picture), settings, mask), engine)
    print(json.dumps([*marks, given, high_water()]))


class _PictureAsGradient:
    """Stands in for the compiled gradient: of the picture's own size and kind, and nothing taken for it."""

    maps: tuple[str, ...] = ()
    groups = (("", 1.0),)
    emphasised: tuple[int, ...] = ()
    lattice = 16
    precision = "fp32"
    original_channels = 0

    def __call__(self, tile: Any, *_: Any) -> Any:
        return tile


def _mask(side: int, selection: int) -> Any:
    # Filled, so that all of it is resident and counts as given.
    mask = np.full((side, side), 0, np.float32)
    start = (side - selection) // 2
    mask[start : start + selection, start : start + selection] = 1
    return mask


def _dream(job: Job, engine: Engine) -> Any:
    for progress in dream(job, engine):
        result = progress.result
    return result


if __name__ == "__main__":
    _main()

"""Cost against canvas and selection, of a small picture, until the first preview, and over the wire.

Everything here is the project's own engine; run as a program it prints one line of JSON.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from deepdream_core.dream import Job, dream
from deepdream_core.engine.engine import Engine
from deepdream_core.engine.gradient import DTYPES
from deepdream_core.image.pixels import Pixels
from deepdream_core.protocol import wire
from deepdream_core.settings.dream_settings import FULL, DreamSettings
from deepdream_core.settings.presets import FORMER_PRESETS, PRESETS

from .pictures import clouds
from .previews import first_previews

ROOT = Path(__file__).resolve().parents[1]
FEW_STEPS = DreamSettings(octaves=2, steps=2, working_size=FULL)
# Both echo once, after a first byte that says that they have started.
ECHO_BYTES = """
import sys
sys.stdout.buffer.write(b"."), sys.stdout.buffer.flush()
sys.stdout.buffer.write(sys.stdin.buffer.read(int(sys.argv[1])))
"""
ECHO_PICTURE = """
import sys
sys.path.insert(0, sys.argv[1])
from deepdream_core.protocol import wire
sys.stdout.buffer.write(b"."), sys.stdout.buffer.flush()
asked = wire.read(sys.stdin.buffer)
wire.write(sys.stdout.buffer, wire.Result(asked.id, 0, 0, asked.picture, {}, 0.0))
"""


def by_canvas(engine: Engine, sides: tuple[int, ...]) -> dict[int, float]:
    """Seconds to dream 256 x 256 pixels in the middle of square canvases, default steps."""
    return {side: _selected(engine, side, 256, DreamSettings(working_size=FULL)) for side in sides}


def by_selection(engine: Engine, side: int, percents: tuple[int, ...]) -> dict[int, float]:
    """Seconds to dream a square of so many percent of a canvas of ``side`` x ``side`` pixels."""
    return {percent: _selected(engine, side, round(side * (percent / 100) ** 0.5), FEW_STEPS) for percent in percents}


def small(engine: Engine) -> dict[str, float]:
    """Seconds to dream a picture of 256 x 256 pixels by a preset in a warm process, the best of five; by its name."""
    presets = PRESETS["Animals"], FORMER_PRESETS["Animals (0.1)"]
    return {one.name: min(_selected(engine, 256, 256, one.settings) for _ in range(5)) for one in presets}


def _selected(engine: Engine, canvas: int, selection: int, settings: DreamSettings) -> float:
    picture = Pixels(clouds(canvas, canvas))
    mask = np.zeros((canvas, canvas), np.float32)
    start = (canvas - selection) // 2
    mask[start : start + selection, start : start + selection] = 1
    return seconds_of(lambda: [None for _ in dream(Job(picture, settings, mask), engine)])


def transfer(mebibytes: int) -> dict[str, float]:
    """MiB/s there and back for a picture over the wire, and for bare bytes through a child that echoes: best of 3."""
    side = int((mebibytes * 2**20 / 4) ** 0.5)
    pixels = np.random.default_rng(0).integers(0, 256, side * side * 4, np.uint8).tobytes()
    asked = wire.Dream(1, {}, wire.Picture(side, side, "U8", pixels))
    moved = 2 * len(pixels) / 2**20

    def over_wire(child: subprocess.Popen[bytes]) -> object:
        wire.write(child.stdin, asked)
        return wire.read(child.stdout)

    def bare(child: subprocess.Popen[bytes]) -> object:
        child.stdin.write(pixels)
        child.stdin.flush()
        return child.stdout.read(len(pixels))

    seconds = [
        (_echo_seconds(ECHO_PICTURE, str(ROOT), over_wire), _echo_seconds(ECHO_BYTES, str(len(pixels)), bare))
        for _ in range(3)
    ]
    over, through = (min(times) for times in zip(*seconds, strict=True))
    return {"wire": moved / over, "bare": moved / through}


def _echo_seconds(program: str, argument: str, action: Callable[[subprocess.Popen[bytes]], object]) -> float:
    command = [sys.executable, "-I", "-c", program, argument]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout
        child.stdout.read(1)
        return seconds_of(lambda: action(child))


def matrix_product(side: int = 4096) -> dict[str, float]:
    """GFLOP/s of a large matrix product in each precision: the roof over every convolution."""
    import tensorflow as tf

    product = tf.function(tf.matmul)
    found = {}
    for name, dtype in DTYPES.items():
        if name != "fp16":
            factor = tf.cast(tf.random.normal((side, side), seed=0), dtype)
            seconds = min(seconds_of(lambda x=factor: product(x, x).numpy()) for _ in range(5))  # type: ignore[misc]
            found[name] = 2 * side**3 / seconds / 1e9
    return found


def seconds_of(action: Callable[[], object]) -> float:
    """How long ``action`` takes."""
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def main() -> None:
    """Argument: "quick" for small sizes."""
    quick = sys.argv[1:] == ["quick"]
    with os.fdopen(os.dup(1), "w") as report, contextlib.redirect_stdout(sys.stderr):
        engine = Engine()
        _selected(engine, 256, 256, FEW_STEPS)  # traces
        outcome = {
            "by_canvas": by_canvas(engine, (512, 1024) if quick else (512, 1024, 2048, 4096, 8192)),
            "by_selection": by_selection(engine, 512 if quick else 4096, (1, 10, 50, 100)),
            "small": small(engine),
            "first_preview": first_previews(),
            "transfer": transfer(16 if quick else 256),
            "matrix_product": matrix_product(1024 if quick else 4096),
        }
        report.write(json.dumps(outcome) + "\n")


if __name__ == "__main__":
    main()

"""What it costs to renew a stroke, beside the whole dream: ``python -m benchmarks.renewal [SIDE…]``.

The default preset on a square painting of each side, 2048 by default; a stroke of 200 pixels in its middle. Seconds are
the best of three once all is warm; CPU seconds tell more on a busy machine.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator

import cv2
import numpy as np
from PIL import Image

from deepdream_core.dream import Job, Renewal, dream, renew
from deepdream_core.engine.engine import Engine
from deepdream_core.engine.progress import DreamResult, Progress
from deepdream_core.image.pixels import Pixels, rounded
from deepdream_core.settings.presets import DEFAULT_PRESET, PRESETS
from deepdream_core.settings.renewal import Rect, crop
from deepdream_core.system.folders import bundled

STROKE_PX, REPEATS = 200, 3


def main() -> int:
    """Print a table."""
    engine, settings = Engine(), PRESETS[DEFAULT_PRESET].settings
    print("| canvas | whole s | renewal s | first sight s | whole CPU s | renewal CPU s | share of the whole |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for side in [int(text) for text in sys.argv[1:]] or [2048]:
        with Image.open(bundled("style_oil.jpg")) as picture:
            source = np.asarray(picture.convert("RGB").resize((side, side), Image.Resampling.BICUBIC))
        job = Job(Pixels(source), settings)
        result, whole, _first, whole_cpu = _timed(dream(job, engine))
        renewal = _stroke(job, result)
        runs = [_timed(renew(renewal, engine)) for _ in range(REPEATS + 1)][1:]
        seconds, first, cpu = (min(run[index] for run in runs) for index in (1, 2, 3))
        share = f"{cpu / whole_cpu:.0%}"
        print(f"| {side} | {whole:.1f} | {seconds:.1f} | {first:.2f} | {whole_cpu:.1f} | {cpu:.1f} | {share} |")
    return 0


def _stroke(job: Job, result: DreamResult) -> Renewal:
    """A red stroke across the middle, and all around it that its renewal needs."""
    source = np.array(job.pixels.rgb)
    low, high = (source.shape[0] - STROKE_PX) // 2, (source.shape[0] + STROKE_PX) // 2
    changed = cv2.line(np.zeros(source.shape[:2], np.uint8), (low, high), (high, low), 1, STROKE_PX // 6)
    source[changed > 0] = 200, 60, 40
    area = crop(Rect(*cv2.boundingRect(changed)), result.record, job.settings)
    assert area is not None
    part = slice(area.y, area.y + area.height), slice(area.x, area.x + area.width)
    old = Pixels(rounded(result.rgb)[part])
    return Renewal(Job(Pixels(source[part]), job.settings), old, changed[part], result.record, area.x, area.y)


def _timed(steps: Iterator[Progress]) -> tuple[DreamResult, float, float, float]:
    """The result, seconds, seconds to the first preview, and CPU seconds."""
    started, cpu, first = time.monotonic(), time.process_time(), 0.0
    for progress in steps:
        if not first and progress.preview is not None:
            first = time.monotonic() - started
    assert progress.result is not None
    return progress.result, time.monotonic() - started, first, time.process_time() - cpu


if __name__ == "__main__":
    sys.exit(main())

"""(how to make a gradient in a precision) → ``Trial``: which one is fastest here, and agrees with fp32."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence

import numpy as np

from ..arrays import Planes, Rgb
from ..image.resizing import resize
from ..image.rotation import Rotation
from .gradient import Gradient
from .precision import FP32, TRIAL_PX, Trial

# How often each gradient is timed; fewer where all together take longer than so many seconds.
_ROUNDS, _ENOUGH_SECONDS = 5, 1.0
# Another precision than fp32 must take at most this share of its time: less would be within the noise.
_WORTH_IT = 0.9
# Dropped at once: one that takes so many times as long as fp32 on a small tile, or so many seconds on a large one.
_HOPELESS, _TOO_LONG_SECONDS = 3.0, 2.0
# How well it must agree. bf16 has a cosine of 0.8 to 0.95 at b10, and its gain is within 3 percent.
_LEAST_COSINE, _LARGEST_DIFFERENCE = 0.8, 0.05
_DREAM_PX, _DREAM_STEPS, _STEP_SIZE = 192, 6, 2.0


def tried(make: Callable[[str], Gradient], candidates: Sequence[str]) -> Trial:
    """Time and compare; ``make`` gives a gradient for fp32 and for each of ``candidates``, the same one each time."""
    failed: dict[str, str] = {}
    gradients = {FP32: make(FP32)}
    least = _probe_seconds(gradients[FP32])
    for precision in candidates:
        gradient = make(precision)
        gradient.when_failing = failed.__setitem__
        if _probe_seconds(gradient) < _HOPELESS * least and precision not in failed:
            gradients[precision] = gradient
    picture = _picture(TRIAL_PX)
    seconds = _timed(gradients, picture)
    ranking = sorted(gradients.keys() - failed.keys(), key=lambda precision: seconds[precision])
    worth = [precision for precision in ranking if seconds[precision] <= _WORTH_IT * seconds[FP32]]
    agreeing = (p for p in worth if _agrees(gradients[p], gradients[FP32], picture) and p not in failed)
    chosen = next(agreeing, FP32)
    return Trial(chosen, {name: took for name, took in seconds.items() if name not in failed}, failed)


def _probe_seconds(gradient: Gradient) -> float:
    gradient.probe()
    return _seconds(gradient.probe)


def _timed(gradients: dict[str, Gradient], picture: Rgb) -> dict[str, float]:
    """The median of each, in turns, since a computer's speed changes; the first of each only prepares its kernels."""
    times: dict[str, list[float]] = {}
    for precision, gradient in gradients.items():
        first = _seconds(lambda gradient=gradient: _of(gradient, picture))  # type: ignore[misc]
        times[precision] = [first] if first > _TOO_LONG_SECONDS else []
    running = {precision: gradient for precision, gradient in gradients.items() if not times[precision]}
    for _round in range(_ROUNDS):
        for precision, gradient in running.items():
            times[precision].append(_seconds(lambda gradient=gradient: _of(gradient, picture)))  # type: ignore[misc]
        if sum(map(sum, times.values())) > _ENOUGH_SECONDS:
            break
    return {precision: statistics.median(each) for precision, each in times.items()}


def _agrees(gradient: Gradient, trusted: Gradient, picture: Rgb) -> bool:
    """Whether it points where the trusted one does, and a short dream with it becomes as strong."""
    own, other = _of(gradient, picture), _of(trusted, picture)
    lengths = float(np.linalg.norm(own)) * float(np.linalg.norm(other))
    if not np.isfinite(lengths) or float(np.vdot(own, other)) < _LEAST_COSINE * lengths:
        return False
    gains = [_gain(each, trusted) for each in (gradient, trusted)]
    return abs(gains[0] / max(gains[1], 1e-30) - 1) <= _LARGEST_DIFFERENCE


def _gain(gradient: Gradient, judge: Gradient) -> float:
    """How many times as strong a short dream becomes, as ``judge`` sees it."""
    picture = start = _picture(_DREAM_PX)
    for _step in range(_DREAM_STEPS):
        change = _of(gradient, picture)
        moved = picture + np.float32(_STEP_SIZE) * change / max(float(np.abs(change).mean()), 1e-30)
        picture = np.clip(moved, 0, 255)
    before, after = (judge.value(each, *_plain(judge, each)) for each in (start, picture))
    return after / max(before, 1e-30)


def _of(gradient: Gradient, picture: Rgb) -> Planes:
    everywhere, even = _plain(gradient, picture)
    return gradient(picture, everywhere, picture[..., :0], even, Rotation())


def _plain(gradient: Gradient, picture: Rgb) -> tuple[Planes, list[Planes]]:
    """Everything counts everywhere, each channel as much."""
    everywhere = np.ones((*picture.shape[:2], len(gradient.maps)), np.float32)
    return everywhere, [np.ones(count, np.float32) for count in gradient.emphasised]


def _picture(side: int) -> Rgb:
    """Something like a photo: float32 (side, side, 3), 0..255, as much of every size of detail."""
    random = np.random.default_rng(0)
    sizes = [side >> octave for octave in range(8) if side >> octave >= 2]
    noise = sum(resize(random.standard_normal((size, size, 3), np.float32), side, side) for size in sizes)
    picture: Rgb = np.clip(np.float32(127) + np.float32(25) * np.asarray(noise, np.float32), 0, 255)
    return picture


def _seconds(action: Callable[[], object]) -> float:
    start = time.perf_counter()
    action()
    return time.perf_counter() - start

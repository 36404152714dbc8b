"""Frames that hang together: known motions are found, what comes into view shows no ghosts, and the film flickers less.

Flicker is the mean difference of neighbouring frames after undoing the motion, which is known here.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace

import cv2
import numpy as np
import pytest

from deepdream_core.dream import Job, dream
from deepdream_core.engine.gain import gain
from deepdream_core.film import coherence
from deepdream_core.film.coherence import Film, Last, Look
from deepdream_core.film.flow import Motion, motion
from deepdream_core.image.pixels import Pixels
from deepdream_core.settings.dream_settings import DreamSettings, spec_of
from deepdream_core.settings.film_settings import carried_share
from deepdream_core.settings.style_settings import StyleSettings

QUICK = DreamSettings(objective="b4", octaves=2, steps=8)


def scene(height: int, width: int, seed: int = 1) -> np.ndarray:
    """A picture with forms of all sizes, float32 (height, width, 3), 0..255."""
    random = np.random.default_rng(seed)
    whole = np.full((height, width, 3), 128, np.float32)
    for size in (4, 8, 16, 32):
        noise = random.standard_normal((height // size + 2, width // size + 2, 3)).astype(np.float32)
        whole += 9 * np.sqrt(size) * cv2.resize(noise, (width, height), interpolation=cv2.INTER_CUBIC)
    return np.clip(whole, 0, 255)


@dataclass(frozen=True)
class Camera:
    """A known motion: each frame shows the scene ``across`` and ``down`` further, and larger by ``zoom``."""

    across: float = 0.0
    down: float = 0.0
    zoom: float = 1.0

    def matrix(self, steps: int, height: int, width: int) -> np.ndarray:
        """Where the pixels of frame 0 are in frame number ``steps``."""
        scale = self.zoom**steps
        middle = (np.asarray([width, height]) - 1) / 2
        moved = middle * (1 - scale) - np.asarray([self.across, self.down]) * steps
        return np.asarray([[scale, 0, moved[0]], [0, scale, moved[1]]], np.float32)

    def frames(self, count: int, height: int, width: int) -> list[np.ndarray]:
        whole = scene(2 * height, 2 * width)
        shift = np.asarray([[0, 0, -width / 2], [0, 0, -height / 2]], np.float32)
        found = []
        for number in range(count):
            matrix = self.matrix(number, height, width)
            matrix = matrix + np.asarray(
                [[0, 0, matrix[0, 0] * shift[0, 2]], [0, 0, matrix[1, 1] * shift[1, 2]]], np.float32
            )
            found.append(np.clip(cv2.warpAffine(whole, matrix, (width, height), flags=cv2.INTER_CUBIC), 0, 255))
        return found

    def undone(self, frame: np.ndarray) -> np.ndarray:
        """A frame as the one before showed it."""
        height, width = frame.shape[:2]
        flags = cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP
        return cv2.warpAffine(frame, self.matrix(1, height, width), (width, height), flags=flags)

    def flicker(self, frames: list[np.ndarray]) -> float:
        border = max(4, round(2 * max(abs(self.across), abs(self.down), 100 * abs(self.zoom - 1))))
        inner = slice(border, -border), slice(border, -border)
        pairs = zip(frames, frames[1:], strict=False)
        return float(np.mean([np.abs(self.undone(now)[inner] - before[inner]).mean() for before, now in pairs]))


PAN, ZOOM = Camera(across=3, down=-2), Camera(zoom=1.03)


def film(engine, frames, look: Look, flow: float | str) -> list[np.ndarray]:
    made, whole = Film(engine, look, flow), []
    for frame in frames:
        for progress in made.frame(Pixels(frame)):
            result = progress.result
        whole.append(result.rgb.copy())
    return whole


@pytest.mark.parametrize("camera", [PAN, ZOOM], ids=["pan", "zoom"])
def test_a_known_motion_is_found(camera):
    before, after = camera.frames(2, 120, 160)
    found = motion(before, after)
    down, across = np.mgrid[10:110, 10:150].astype(np.float32)
    matrix = camera.matrix(1, 120, 160)
    known = (across - matrix[0, 2]) / matrix[0, 0] - across, (down - matrix[1, 2]) / matrix[1, 1] - down
    inner = found.back[10:110, 10:150]
    assert np.abs(inner - np.stack(known, axis=-1)).mean() < 0.2
    assert found.holds[10:110, 10:150].mean() > 0.9


def test_what_comes_into_view_from_outside_does_not_hold():
    before, after = Camera(across=12).frames(2, 120, 160)
    holds = motion(before, after).holds
    assert holds[:, -11:].max() < 0.1 and holds[20:100, 20:120].mean() > 0.9


def uncovering() -> tuple[list[np.ndarray], np.ndarray]:
    """A square moves to the right over a still ground; and what it uncovers, bool (height, width)."""
    ground, square = scene(120, 160), scene(48, 48, seed=9)
    frames = []
    for left in (40, 50):
        frames.append(ground.copy())
        frames[-1][36:84, left : left + 48] = 255 - square
    uncovered = np.zeros((120, 160), bool)
    uncovered[36:84, 40:50] = True
    return frames, uncovered


def test_what_is_uncovered_shows_no_ghost(engine):
    (before, after), uncovered = uncovering()
    found = motion(before, after)
    assert found.holds[uncovered].mean() < 0.1
    # A dream that made the square red, and nothing else.
    change = np.zeros_like(before)
    change[36:84, 40:88, 0] = 100
    carried = found.carried(change)[..., 0] * found.holds
    assert carried[uncovered].mean() < 3 and carried[42:78, 58:90].mean() > 80
    still = carried[:30]
    assert np.abs(still).max() < 3


def test_the_uncovered_is_dreamed_as_much_as_the_rest(engine):
    frames, uncovered = uncovering()
    alone, together = (film(engine, frames, Look(QUICK), flow)[1] - frames[1] for flow in ("off", 80))
    there = [np.abs(change[uncovered]).mean() / np.abs(change[:30]).mean() for change in (alone, together)]
    assert there[1] == pytest.approx(there[0], rel=0.25)


def test_what_comes_into_view_softly_is_added_in_full(monkeypatch):
    """Half carried and half new is as much as either."""
    seen = np.full((40, 40, 3), 100, np.float32)
    half = Motion(np.zeros((40, 40, 2), np.float32), np.full((40, 40), 0.5, np.float32))
    monkeypatch.setattr(coherence, "same_scene", lambda *_: half)
    monkeypatch.setattr(coherence, "dream", lambda job, _engine: [made(seen + 10, job.mask)])
    begun = Film(None, Look(DreamSettings()), 100, Last(seen, np.full_like(seen, 10)))._start(Pixels(seen), seen)
    with pytest.raises(StopIteration) as ended:
        next(begun)
    assert ended.value.value == pytest.approx(10 * carried_share(100))


def made(rgb, mask):
    """A dream's last progress, as far as a film looks at it."""
    return SimpleNamespace(result=SimpleNamespace(x=0, y=0, rgb=rgb, mask=mask))


@pytest.mark.parametrize(("steps", "size"), [(1, 0.15), (2, 0.1), (1, 20.0)])
def test_the_steps_that_are_left_are_of_a_size_that_there_is(steps, size):
    seen = np.zeros((4, 4, 3), np.float32)
    look = Look(DreamSettings(steps=steps, step_size=size))
    spec_of("step_size").check(Film(None, look, 80)._begun(seen).settings.step_size)


@pytest.mark.parametrize("camera", [PAN, ZOOM], ids=["pan", "zoom"])
def test_a_dream_flickers_half_as_much_and_is_as_strong(engine, camera):
    frames = camera.frames(5, 96, 128)
    wild, steady = (film(engine, frames, Look(QUICK), flow) for flow in ("off", 80))
    assert camera.flicker(steady) < 0.5 * camera.flicker(wild)
    for frame, one, other in zip(frames, wild, steady, strict=True):
        gains = [gain(engine, QUICK, {}, frame, each) for each in (one, other)]
        assert gains[0] > 1.1 and gains[1] == pytest.approx(gains[0], rel=0.1)


def test_a_style_flickers_half_as_much(engine):
    frames = PAN.frames(4, 96, 128)
    look = Look(StyleSettings(octaves=1, steps=8), {"style": Pixels(scene(96, 96, seed=4))})
    wild, steady = (film(engine, frames, look, flow) for flow in ("off", 85))
    assert PAN.flicker(steady) < 0.5 * PAN.flicker(wild)


@pytest.mark.slow
@pytest.mark.parametrize("camera", [PAN, ZOOM], ids=["pan", "zoom"])
@pytest.mark.parametrize("objective", ["b4", "b6", "b10"])
def test_a_film_of_512_pixels_flickers_half_as_much_and_is_as_strong(engine, camera, objective):
    settings = DreamSettings(objective=objective)
    frames = camera.frames(6, 384, 512)
    wild, steady = (film(engine, frames, Look(settings), flow) for flow in ("off", 80))
    ratio = camera.flicker(steady) / camera.flicker(wild)
    gains = [
        gain(engine, settings, {}, frame, b) / gain(engine, settings, {}, frame, a)
        for frame, a, b in zip(frames, wild, steady, strict=True)
    ]
    print(f"{objective}: flicker {ratio:.2f}, gains {np.round(gains, 2)}")
    assert ratio < 0.5
    assert gains == pytest.approx([1] * len(frames), abs=0.1)


def test_without_flow_and_after_a_cut_each_frame_is_dreamed_alone(engine):
    frames = [scene(64, 96, seed) for seed in (1, 2)]
    alone = []
    for frame in frames:
        for progress in dream(Job(Pixels(frame), QUICK), engine):
            result = progress.result
        alone.append(result.rgb)
    assert motion(*frames).holds.mean() < 0.5
    for flow in ("off", 80):
        assert all(np.array_equal(*pair) for pair in zip(film(engine, frames, Look(QUICK), flow), alone, strict=True))


def test_a_dream_that_starts_from_another_keeps_it(engine):
    picture = Pixels(scene(64, 96))
    for progress in dream(Job(picture, QUICK), engine):
        first = progress.result
    gentle = QUICK.replace({"steps": 1, "step_size": 0.05})
    for progress in dream(Job(picture, gentle, start=first.rgb - picture.rgb), engine):
        second = progress.result
    assert np.abs(first.rgb - picture.rgb).mean() > 4
    assert np.abs(second.rgb - first.rgb).mean() < 0.8

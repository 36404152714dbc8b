"""Keyframes of an animated layer: dreamed one by one as one film, by whichever worker, and written in their places."""

from __future__ import annotations

import io
import re
import zipfile
from contextlib import contextmanager, nullcontext
from dataclasses import replace

import numpy as np
import pytest

from deepdream_core.errors import Cancelled, DreamError
from deepdream_core.film.coherence import Film, Look
from deepdream_core.film.keyframes import Keyframes
from deepdream_core.image.pixels import Pixels, from_wire, to_wire
from deepdream_core.protocol import wire
from deepdream_core.settings.dream_settings import DreamSettings
from deepdream_core.settings.style_settings import StyleSettings
from deepdream_core.system import caches, owned
from deepdream_core.worker import sending
from deepdream_core.worker.animations import animate, keyframe
from deepdream_core.worker.finished import Finished

from .test_zoom_painting import read_frame

HEIGHT, WIDTH = 70, 130
QUICK = DreamSettings(objective="b4", octaves=1, steps=2, working_size="full")
FLOW = 80.0


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    """Nothing is left of an earlier animation."""
    monkeypatch.setenv("KRITA_DEEPDREAM_HOME", str(tmp_path / "home"))


@pytest.fixture
def folder(tmp_path):
    owned.make(tmp_path / "frames")
    return tmp_path / "frames"


def figure(number: int) -> Pixels:
    """A square that walks to the right over nothing."""
    rgb = np.kron(np.random.default_rng(3).uniform(0, 255, (8, 8, 3)), np.ones((6, 6, 1))).astype(np.float32)
    picture, alpha = np.zeros((HEIGHT, WIDTH, 3), np.float32), np.zeros((HEIGHT, WIDTH), np.float32)
    left = 20 + 3 * number
    picture[10:58, left : left + 48], alpha[10:58, left : left + 48] = rgb, 1
    return Pixels(picture, alpha)


def request(folder, number: int, depth: str = "U8", **more) -> wire.Keyframe:
    """Every second frame of the document is a keyframe."""
    more = {"picture": to_wire(figure(number), depth), "kind": "dream", "flow": FLOW, **more}
    after = 2 * number - 2 if number else None
    return wire.Keyframe(1, QUICK.to_dict(), folder=str(folder), time=2 * number, after=after, **more)


def dreamed(engine, *requests: wire.Keyframe) -> None:
    for each in requests:
        keyframe(each, engine, lambda _progress: None, nullcontext)


def animated(folder, target, times, blank=()) -> None:
    animate(wire.Animate(1, str(folder), str(target), times, list(blank)), nullcontext, lambda _message: None)


def test_keyframes_are_one_film_though_nothing_is_remembered_between_them(engine, folder):
    dreamed(engine, *(request(folder, number) for number in range(3)))
    film = Film(engine, Look(QUICK), FLOW)
    for number in range(3):
        for progress in film.frame(from_wire(to_wire(figure(number), "U8"))):
            result = progress.result
        stored = from_wire(Keyframes(folder).picture(2 * number))
        area = np.s_[result.y : result.y + result.mask.shape[0], result.x : result.x + result.mask.shape[1]]
        assert np.abs(stored.rgb[area] - np.clip(result.rgb, 0, 255)).max() <= 0.51
        assert np.array_equal(stored.alpha, figure(number).alpha)
    last = Keyframes(folder).last(4)
    assert np.array_equal(last.change, film.last.change)
    assert Keyframes(folder).last(2) is None, "what comes after another keyframe has nothing to begin with"


def test_without_flow_each_is_dreamed_alone(engine, folder):
    dreamed(engine, *(request(folder, number, flow="off") for number in (0, 1)))
    both = Keyframes(folder).picture(2)
    dreamed(engine, replace(request(folder, 1, flow="off"), after=None))
    assert Keyframes(folder).picture(2) == both and Keyframes(folder).last(2) is None
    dreamed(engine, *(request(folder, number) for number in (0, 1)))
    assert Keyframes(folder).picture(2) != both


def test_each_goes_where_it_belongs_and_is_blank_where_nothing_is_painted(engine, folder, tmp_path):
    nothing = to_wire(Pixels(np.zeros((HEIGHT, WIDTH, 3), np.float32), np.zeros((HEIGHT, WIDTH), np.float32)), "F32")
    dreamed(engine, request(folder, 0, "U16"), request(folder, 1, picture=nothing), request(folder, 2, "U16"))
    target = tmp_path / "animation.kra"
    animated(folder, target, [0, 2, 4], [7])
    with zipfile.ZipFile(target) as archive:
        keys = archive.read("zoom/layers/layer1.keyframes.xml").decode()
        assert re.findall(r'time="(\d+)" frame="layer1\.f(\d)"', keys) == [
            ("0", "0"),
            ("2", "1"),
            ("4", "2"),
            ("7", "3"),
        ]
        frames = [read_frame(archive, number)[:HEIGHT, :WIDTH] for number in range(4)]
        assert 'colorspacename="RGBA16"' in archive.read("maindoc.xml").decode()
    assert [bool(frame.any()) for frame in frames] == [True, False, True, False]
    for number in (0, 2):
        assert np.array_equal(frames[number][..., 3] / 65535, figure(number).alpha)
        assert (frames[number][..., :3] % 257 != 0).any(), "only eight bits of sixteen"


def test_what_is_above_white_stays_there(engine, folder, tmp_path):
    bright = Pixels(figure(0).rgb * 3, figure(0).alpha)
    dreamed(engine, request(folder, 0, picture=to_wire(bright, "F32")), request(folder, 1))
    animated(folder, tmp_path / "animation.kra", [0, 2])
    with zipfile.ZipFile(tmp_path / "animation.kra") as archive:
        frames = [read_frame(archive, number)[:HEIGHT, :WIDTH] for number in range(2)]
        assert 'colorspacename="RGBAF32"' in archive.read("maindoc.xml").decode()
    given = np.frombuffer(to_wire(bright, "F32").data, "<f4").reshape(HEIGHT, WIDTH, 4)
    assert (given[..., :3] > 2).any()
    above = (given[..., :3] > 2) & (given[..., 3:] > 0)
    assert frames[0][..., :3][above].mean() > 0.9 * given[..., :3][above].mean()
    assert np.array_equal(frames[1][..., 3], figure(1).alpha), "one of another depth comes along"


def test_only_what_is_selected_is_there(engine, folder):
    mask = np.zeros((HEIGHT, WIDTH), np.uint8)
    mask[:30] = 255
    dreamed(engine, *(request(folder, number, mask=mask.tobytes()) for number in range(2)))
    for time, number in ((0, 0), (2, 1)):
        stored = from_wire(Keyframes(folder).picture(time))
        assert np.array_equal(stored.alpha, figure(number).alpha * (mask > 0))


def test_what_is_cancelled_leaves_the_frame_before_to_go_on_with(engine, folder):
    @contextmanager
    def unwanted():
        raise Cancelled
        yield

    dreamed(engine, request(folder, 0))
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(Cancelled):
        keyframe(request(folder, 1), engine, lambda _progress: None, unwanted)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_nothing_is_written_into_a_folder_of_others(engine, tmp_path):
    with pytest.raises(DreamError) as caught:
        dreamed(engine, request(tmp_path, 0))
    assert caught.value.code == "folder.foreign"
    with pytest.raises(DreamError):
        animated(tmp_path, tmp_path / "a.kra", [0])
    assert not [path for path in tmp_path.iterdir() if path.name != "home"]


def test_a_style_paints_keyframes_as_well(engine, folder):
    styles = {"000": to_wire(Pixels(np.random.default_rng(1).uniform(0, 255, (64, 64, 3)).astype(np.float32)), "U8")}
    settings = StyleSettings(steps=1, passes=1, octaves=1, shares="1").to_dict()
    for number in range(2):
        each = request(folder, number, kind="style", pictures=styles)
        dreamed(engine, replace(each, settings=settings))
        stored = from_wire(Keyframes(folder).picture(2 * number))
        source = from_wire(to_wire(figure(number), "U8"))
        assert np.array_equal(stored.alpha, source.alpha)
        assert np.abs(stored.rgb - source.rgb)[source.alpha > 0].mean() > 1


def test_after_a_crash_the_same_animation_goes_on_where_it_stopped(engine, folder, tmp_path, monkeypatch):
    whole = tmp_path / "whole"
    owned.make(whole)
    dreamed(engine, *(request(whole, number) for number in range(3)))
    animated(whole, tmp_path / "whole.kra", [0, 2, 4])
    dreamed(engine, *(request(folder, number) for number in range(2)))
    again, calls, frame = tmp_path / "again", [], Film.frame
    owned.make(again)
    monkeypatch.setattr(Film, "frame", lambda self, pixels: calls.append(pixels) or frame(self, pixels))
    dreamed(engine, *(request(again, number) for number in range(3)))
    assert len(calls) == 1, "what was done is dreamed again"
    for time in (0, 2, 4):
        assert Keyframes(again).picture(time) == Keyframes(whole).picture(time)
    animated(again, tmp_path / "again.kra", [0, 2, 4])
    assert not (tmp_path / "home" / "interrupted-animation").exists()


def test_a_frame_that_is_done_but_nobody_has_heard_of_is_not_dreamed_again(engine, folder, monkeypatch):
    dreamed(engine, *(request(folder, number) for number in range(2)))
    Finished().clear()
    before, calls, frame = Keyframes(folder).picture(2), [], Film.frame
    monkeypatch.setattr(Film, "frame", lambda self, pixels: calls.append(self.last) or frame(self, pixels))
    dreamed(engine, request(folder, 1))
    assert not calls and Keyframes(folder).picture(2) == before
    dreamed(engine, request(folder, 1, picture=to_wire(figure(5), "U8")))
    assert len(calls) == 1, "it has changed since"


def test_of_another_animation_nothing_is_found(engine, folder, tmp_path, monkeypatch):
    dreamed(engine, request(folder, 0), request(folder, 1))
    calls, frame = [], Film.frame
    monkeypatch.setattr(Film, "frame", lambda self, pixels: calls.append(pixels) or frame(self, pixels))
    dreamed(engine, request(folder, 0), request(folder, 1))
    assert not calls
    dreamed(engine, request(folder, 1, flow=40.0), replace(request(folder, 0), settings={**QUICK.to_dict(), "seed": 9}))
    assert len(calls) == 2
    kept = [path.name for path in (tmp_path / "home" / "interrupted-animation").iterdir()]
    assert len(kept) == 2, "one frame, and what the next begins with"


def test_for_another_computer_they_outlive_the_worker_and_are_sent(engine, folder, tmp_path):
    dreamed(engine, *(request(folder, number) for number in range(2)))
    animated(folder, tmp_path / "here.kra", [0, 2])
    far = [replace(request("frames-1", number), elsewhere=True) for number in range(2)]
    for each in far:
        dreamed(engine, each)
        # A worker that ends lets go of them, and the next one begins with tidying.
        sending._waiting.clear()
        caches.fit(1 << 40)
    sent = []
    animate(wire.Animate(1, "frames-1", "animation.kra", [0, 2], elsewhere=True), nullcontext, sent.append)
    whole = b"".join(each.data for each in sent)
    with zipfile.ZipFile(tmp_path / "here.kra") as here, zipfile.ZipFile(io.BytesIO(whole)) as there:
        # A profile has the time of its making in it.
        names = [name for name in here.namelist() if not name.endswith(".icc")]
        assert all(here.read(name) == there.read(name) for name in names)
    jobs = tmp_path / "home" / "jobs"
    assert [each.name for each in jobs.iterdir()] == ["waits-frames-1"], "they go when it has arrived"
    sending.discard("frames-1")
    assert not list(jobs.iterdir())


@pytest.mark.parametrize("name", ["", "..", "/tmp/frames", "a/b", "frames\n", "x" * 61])
def test_for_another_computer_nothing_but_a_plain_name_is_taken(name):
    for taking in (sending.waiting_folder, sending.discard):
        with pytest.raises(DreamError, match="plain name"):
            taking(name)

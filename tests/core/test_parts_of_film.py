"""Films and animations part by part: what is read, what is told, what is left, without dreaming any of it."""

from __future__ import annotations

import json
import os
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from deepdream_core.errors import DreamError
from deepdream_core.files.metadata import Stored
from deepdream_core.files.pictures import PictureFile
from deepdream_core.film import animation, formats, making, scenes, sequence, video
from deepdream_core.film.clip import Clip, Colours, Scene
from deepdream_core.film.coherence import Film, Last, Look
from deepdream_core.image.pixels import Pixels
from deepdream_core.settings.dream_settings import DreamSettings
from deepdream_core.settings.film_settings import FilmSettings
from deepdream_core.settings.style_settings import StyleSettings
from deepdream_core.worker.finished import Finished
from deepdream_core.zoom import writer
from tests.core.test_film import clip, pictures

av = pytest.importorskip("av")


def code(call, *what: object) -> str:
    with pytest.raises(DreamError) as told:
        call(*what)
    return told.value.code


# What is read


def test_what_is_no_film_is_told_for_what_it_is(tmp_path):
    (tmp_path / "notes.txt").write_text("no picture")
    Image.new("RGB", (8, 8)).save(tmp_path / "still.webp")
    for name, expected in (("none.gif", "picture.missing"), ("notes.txt", "film.still"), ("still.webp", "film.still")):
        assert code(formats.opened, tmp_path / name, 24.0) == expected
    assert code(formats.opened, tmp_path / "none" / "f_%03d.png", 24.0) == "film.frames"
    assert animation.count(tmp_path / "notes.txt") == 1


def sound(path: Path, codec: str) -> Path:
    """A file with nothing but sound."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=48000)
        for number in range(4):
            wave = (np.sin(np.arange(1024) / 9) * 8000).astype("i2")[np.newaxis]
            frame = av.AudioFrame.from_ndarray(wave, format="s16", layout="mono")
            frame.sample_rate, frame.pts = 48000, number * 1024
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def test_a_video_without_pictures_is_told(tmp_path):
    with pytest.raises(DreamError, match="no video in it"):
        video.read(sound(tmp_path / "sound.mp4", "aac"))
    (tmp_path / "x.mp4").write_bytes(b"no film")
    with pytest.raises(DreamError) as told:
        video.read(tmp_path / "x.mp4")
    assert told.value.code == "picture.corrupt"


def test_a_format_takes_the_sound_that_it_can_hold(tmp_path):
    film = {
        codec: Clip(sound(tmp_path / f"{codec}.mkv", codec), [Fraction(1)], None, sound=True)
        for codec in ("aac", "libopus")
    }
    assert code(video.check, tmp_path / "x.webm", film["aac"]) == "film.sound"
    for name, codec in (("x.webm", "libopus"), ("x.mp4", "aac"), ("x.mkv", "libopus")):
        video.check(tmp_path / name, film[codec])


def test_sound_is_written_as_far_as_the_pictures_are():
    muxed, closed = [], []
    packets = [SimpleNamespace(dts=dts, time_base=Fraction(1, 10)) for dts in (0, 5, None, 10, 11, 30)]
    heard = video._Sound.__new__(video._Sound)
    source = SimpleNamespace(close=lambda: closed.append(1))
    container = SimpleNamespace(mux=lambda packet: muxed.append(packet.dts))
    vars(heard).update(_container=container, _source=source, _next=None, _target="t", _packets=iter(packets))
    with heard:
        for until, written in ((Fraction(1, 2), [0, 5]), (Fraction(1), [0, 5, 10]), (None, [0, 5, 10, 11, 30])):
            heard.up_to(until)
            assert muxed == written
    assert closed


def test_colours_are_those_that_are_said_or_of_the_size():
    assert [video._matrix(Colours(), height) for height in (719, 720)] == [5, 1]
    assert [video._matrix(Colours(matrix), 100) for matrix in (1, 6, 9, 0)] == [1, 5, 9, 5]


@pytest.mark.parametrize("full", [True, False])
@pytest.mark.parametrize("depth", [np.uint8, np.uint16])
@pytest.mark.parametrize("alpha", [True, False])
def test_pictures_come_back_as_deep_and_as_bright_as_they_were(tmp_path, full, depth, alpha):
    path = tmp_path / ("x.mov" if alpha else "x.mp4")
    colours = Colours(1, 1, 1, full)
    given = pictures(depth, 2, alpha)
    video.write(path, iter(given), clip(given, colours))
    found = list(video.read(path).pictures(0))
    deep = alpha or depth == np.uint16
    for known, seen in zip(given, found, strict=True):
        assert seen.stored.samples.dtype == (np.uint16 if deep else np.uint8)
        assert (seen.pixels.alpha is not None) == alpha
        assert np.abs(seen.pixels.rgb - known.pixels.rgb).mean() < 6


def test_frames_of_light_and_of_grey_are_colours_within_white():
    full = SimpleNamespace(color_range=2)
    stream = SimpleNamespace(height=2, width=4, pix_fmt="rgb48le", codec_context=full)
    light = np.array([[[2.0], [-1.0], [0.5]]], np.float32)
    found = video._frame(light, stream, Colours(1, 1, 1, full=True)).to_ndarray()
    assert found.shape == (2, 4, 3) and np.abs(found[0, :, 0] / 65535 - [1, 0, 0.5, 0.5]).max() < 0.01
    grey = np.array([[[90, 255], [90, 0]]], np.uint8)
    stream = SimpleNamespace(height=2, width=2, pix_fmt="rgba", codec_context=full)
    assert video._frame(grey, stream, Colours()).to_ndarray()[0].tolist() == [[90] * 3 + [255], [90] * 3 + [0]]


# Scenes


def noise(seed: int) -> np.ndarray:
    return np.random.default_rng(seed).uniform(0, 255, (512, 768, 3)).astype(np.float32)


def test_what_flickers_finely_is_one_scene_and_what_changes_is_another():
    one, other = noise(1), noise(2)
    frames = [PictureFile(Path("x"), Stored(np.rint(each).astype("u1"))) for each in (one, other, one * 0.2, one * 0.2)]
    film = Clip(Path("x"), [Fraction(1, 24)] * 4, lambda first: iter(frames[first:]))
    assert list(scenes.scenes(film, 80.0)) == [Scene(0, 2), Scene(2, 2)]
    wider = [*frames[:2], PictureFile(Path("x"), Stored(np.zeros((8, 8, 3), np.uint8)))]
    film = Clip(Path("x"), [Fraction(1, 24)] * 3, lambda first: iter(wider[first:]))
    assert list(scenes.scenes(film, 80.0)) == [Scene(0, 2), Scene(2, 1)]
    assert list(scenes.scenes(film, "off")) == [Scene(0, 3)]


def test_each_scene_has_a_file_of_its_own(tmp_path):
    assert len({Scene(first, 3).state_in(tmp_path) for first in (0, 3, 6)}) == 3
    film = Clip(Path("x"), [Fraction(1, 24)] * (2 * scenes.SPAN + 1), lambda _first: iter(()))
    assert [scene.first for scene in scenes.scenes(film, "off")] == [0, scenes.SPAN, 2 * scenes.SPAN]


# How far a film is


def of(target: Path, source: Clip | None = None, **settings: object) -> making.Making:
    return making.Making(source or clip(pictures()), target, DreamSettings(**settings), FilmSettings())


def test_what_is_done_counts_for_this_film_only_and_as_far_as_its_files_are_there(tmp_path):
    film = of(tmp_path / "f.mkv")
    film.prepare()
    frames = film.scene(Scene(0, 5))
    for number in (1, 2, 4):
        frames.file(number).touch()
    frames.write_state(4)
    assert film.done == frames.done() == 2
    assert of(tmp_path / "f.mkv", seed=2).done == 0
    state = next(film.frames.parent.glob("*.json"))
    for text in ("", "[]", "{", '"film"', json.dumps({"film": frames.says})):
        state.write_text(text)
        assert film.done == 0
    state.unlink()
    assert film.done == 0


def test_a_film_that_has_changed_is_another(tmp_path):
    (tmp_path / "in.mp4").touch()
    says = []
    for time in (1000, 2000):
        os.utime(tmp_path / "in.mp4", (time, time))
        film = Clip(tmp_path / "in.mp4", [Fraction(1)], lambda _first: iter(()))
        says.append(of(tmp_path / "out.mkv", film).scene(Scene(0, 1)).says)
    assert [each["source"][2] for each in says] == [1000, 2000]
    numbered = Clip(tmp_path / "f_%03d.png", [Fraction(1)], lambda _first: iter(()))
    assert of(tmp_path / "out.mkv", numbered).scene(Scene(0, 1)).says["source"][2] == 0


def test_what_is_done_is_not_even_read_again(tmp_path):
    def unread(_first):
        pytest.fail("the film was read")

    film = of(tmp_path / "f.mkv", Clip(Path("x"), [Fraction(1)], unread))
    film.prepare()
    frames = film.scene(Scene(0, 1))
    frames.file(1).touch()
    frames.write_state(1)
    assert list(frames.make(Clip(Path("x"), [Fraction(1)], unread), None)) == []


def test_numbered_pictures_go_among_others_and_waiting_ones_do_not(tmp_path):
    (tmp_path / "letter.txt").touch()
    of(tmp_path / "f_%03d.png").prepare()
    (tmp_path / "f.mkv-frames").mkdir()
    (tmp_path / "f.mkv-frames" / "letter.txt").touch()
    assert code(of(tmp_path / "f.mkv").prepare) == "picture.write"


def test_a_film_is_written_where_there_is_a_folder(tmp_path):
    for name in ("x.gif", "x.webp", "x.mp4"):
        formats.check_film(tmp_path / name, clip(pictures()))
        assert code(formats.check_film, tmp_path / "none" / name, clip(pictures())) == "picture.write"
    assert code(formats.check_film, tmp_path / "x.xyz", clip(pictures())) == "film.format"
    for number in ("f_1.png", "f_01.png"):
        (tmp_path / number).touch()
    assert sequence.numbers(tmp_path / "f_%d.png") == [1] and sequence.numbers(tmp_path / "none" / "f_%d.png") == []


@pytest.mark.parametrize(("alpha", "lossless"), [(True, True), (False, False)])
def test_only_what_is_transparent_takes_the_room_of_all_its_bits(tmp_path, alpha, lossless):
    animation.write(tmp_path / "x.webp", iter(pictures(count=2, alpha=alpha)), [Fraction(1, 10)] * 2)
    assert (b"VP8L" in (tmp_path / "x.webp").read_bytes()) == lossless


# From frame to frame


def test_a_film_without_flow_goes_on_from_nothing():
    grey = Pixels(np.full((16, 16, 3), 90, np.float32))
    bright = Pixels(grey.rgb + 20)
    for flow, settings, change in (
        ("off", DreamSettings(), None),
        (80.0, DreamSettings(strength=0), None),
        (80.0, DreamSettings(strength=50), 40),
    ):
        film = Film(None, Look(settings), flow)
        film.resume(grey, bright)
        assert (film.last is None) == (change is None)
        if film.last:
            assert film.last.change == pytest.approx(change)
    film = Film(None, Look(DreamSettings()), "off", Last(grey.rgb, grey.rgb))
    with pytest.raises(StopIteration) as ended:
        next(film._start(grey, grey.rgb))
    assert ended.value.value is None


def test_what_comes_into_view_and_cant_be_dreamed_is_told_unless_no_style_is_painted_there(monkeypatch):
    grey = Pixels(np.full((16, 16, 3), 90, np.float32))
    for error, told in ((DreamError("style.nowhere", name="sky"), False), (DreamError("memory.gone"), True)):

        def made(_self, _job, error=error):
            raise error
            yield

        monkeypatch.setattr(Film, "_made", made)
        steps = Film(None, Look(StyleSettings()), 80.0)._uncovered(grey, grey.rgb, np.ones((16, 16), np.float32))
        if told:
            assert code(next, steps) == "memory.gone"
        else:
            with pytest.raises(StopIteration) as ended:
                next(steps)
            assert (ended.value.value == 0).all()


# What is left on the disk


def test_frames_that_no_room_is_left_for_go_all_together(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("KRITA_DEEPDREAM_HOME", str(tmp_path / "home"))
    (tmp_path / "x.png").write_bytes(b"frame")
    grey = np.zeros((2, 2, 3), np.float32)
    finished = Finished()
    finished.add("ab", tmp_path / "x.png", Last(grey, grey))
    assert finished.last("ab") is not None and finished.last("cd") is None
    finished.add("cd", tmp_path / "gone.png", None)
    assert finished.frame("ab") is None and not finished._folder.exists()


def test_a_folder_that_may_not_be_written_to_is_told_before(tmp_path, monkeypatch):
    """Whoever may write everywhere is asked no less."""
    monkeypatch.setattr(writer.os, "access", lambda _path, _mode: False)
    assert code(writer.check_zoom, tmp_path / "x.gif") == "picture.write"

"""The endless zoom: each frame grows out of the one before, moved as asked; and films come out as files."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from deepdream_core.cli import main
from deepdream_core.dream import Job, dream
from deepdream_core.engine.drift import channel_weights
from deepdream_core.errors import Cancelled, DreamError
from deepdream_core.image.pixels import Pixels
from deepdream_core.image.resizing import resize
from deepdream_core.settings.dream_settings import DreamSettings
from deepdream_core.settings.presets import preset
from deepdream_core.settings.zoom_settings import ZoomSettings as Film
from deepdream_core.zoom import writer
from deepdream_core.zoom.frames import moved, zoom
from deepdream_core.zoom.look import first_of, held
from deepdream_core.zoom.writer import write_zoom
from tests import independent

SHORT = DreamSettings(octaves=2, steps=4)


def dot(row, column):
    """Black with a soft white dot."""
    down, across = np.mgrid[:200, :300]
    light = 255 * np.exp(-((down + 0.5 - row) ** 2 + (across + 0.5 - column) ** 2) / 18)
    return np.repeat(light[..., np.newaxis], 3, axis=2).astype(np.float32)


def place(rgb):
    light = rgb.mean(axis=2)
    down, across = np.mgrid[:200, :300]
    return (light * (down + 0.5)).sum() / light.sum(), (light * (across + 0.5)).sum() / light.sum()


@pytest.mark.parametrize(
    ("film", "row", "column"),
    [
        (Film(zoom=0), 80, 180),
        (Film(zoom=10), 78, 183),
        (Film(zoom=-10), 82, 177),
        (Film(zoom=0, move_right=5, move_down=-10), 60, 195),
        (Film(zoom=0, rotate=90), 130, 170),
    ],
)
def test_a_dot_moves_where_the_camera_says(film, row, column):
    assert place(moved(dot(80, 180), film)) == pytest.approx((row, column), abs=0.2)


@pytest.mark.parametrize("size", [(200, 300), (40, 700), (700, 40), (3, 5), (1, 1)], ids=str)
@pytest.mark.parametrize(
    "film",
    [
        Film(zoom=-30),
        Film(zoom=-30, rotate=45),
        Film(zoom=0, rotate=45),
        Film(zoom=0, rotate=90),
        Film(rotate=-180),
        Film(zoom=-30, rotate=30, move_right=20, move_down=-20),
        Film(zoom=100, move_right=-20, move_down=20),
    ],
    ids=lambda film: f"zoom {film.zoom} rotate {film.rotate} move {film.move_right} {film.move_down}",
)
def test_beyond_the_border_the_picture_goes_on_and_nothing_is_black(film, size):
    assert np.abs(moved(np.full((*size, 3), 200, np.float32), film) - 200).max() < 0.01


def test_beyond_the_border_the_picture_is_mirrored():
    """A quarter turn of a wide picture: above and below its middle square it goes on as in a mirror."""
    wide = np.repeat(np.tile(np.linspace(0, 255, 40, dtype=np.float32)[:, np.newaxis], (1, 120))[..., np.newaxis], 3, 2)
    turned = moved(wide, Film(zoom=0, rotate=90))[20, :, 0]
    mirrored = np.pad(wide[::-1, 60, 0], 40, mode="symmetric")
    assert np.abs(turned - mirrored).max() < 8


def test_moving_away_leaves_no_pattern_around_the_picture(flowers):
    """What is reflected in each frame would be stripes after twenty."""
    picture = far = np.clip(resize(flowers, 160, 120), 0, 255)
    for _ in range(20):
        far = moved(far, Film(zoom=-4))
    ring = [np.abs(np.diff(each[:20], axis=1)).mean() for each in (picture, far)]
    assert ring[1] < 0.5 * ring[0]


def test_many_small_steps_closer_are_no_sharper_than_one_large(clouds):
    """A bicubic filter that rings a little in each frame rings a lot after twenty."""
    near = far = np.clip(resize(clouds, 240, 160), 0, 255)
    for _ in range(20):
        near = moved(near, Film(zoom=2))
    once = moved(far, Film(zoom=100 * (1.02**20 - 1)))
    steepness = [np.abs(np.diff(each, axis=1)).mean() for each in (near, once)]
    assert 0.8 < steepness[0] / steepness[1] < 1.4


def test_each_frame_grows_out_of_the_one_before(engine, clouds):
    picture = np.clip(resize(clouds, 320, 192), 0, 255)
    film = Film(frames=4, zoom=8, rotate=2)
    frames = [frame.rgb for frame in zoom(Job(Pixels(picture), SHORT), engine, film) if frame.rgb is not None]
    assert len(frames) == 4
    for before, after in zip(frames, frames[1:], strict=False):
        continued = np.abs(after - moved(before, film)).mean()
        assert continued < 0.6 * np.abs(after - before).mean()
    gains = [independent.gain(picture, frame, "b10") for frame in frames]
    assert gains[-1] > 1.25 * gains[0] > 1.25
    assert all(abs(frame.mean() - picture.mean()) < 6 for frame in frames)


def stripes(count):
    for number in range(count):
        frame = np.zeros((41, 60, 3), np.float32)
        frame[:, number * 10 : number * 10 + 10] = 255
        yield frame


@pytest.mark.parametrize("ending", [".gif", ".webp"])
def test_an_animated_picture_has_every_frame(tmp_path, ending):
    path = tmp_path / f"film{ending}"
    write_zoom(path, stripes(5), 10)
    with Image.open(path) as image:
        assert (image.n_frames, image.size) == (5, (60, 41))
        image.seek(3)
        assert np.asarray(image.convert("L"))[:, 32:38].min() > 200
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_gets_numbered_pictures(tmp_path):
    write_zoom(tmp_path / "film", stripes(3), 10)
    assert sorted(path.name for path in (tmp_path / "film").iterdir()) == ["00001.png", "00002.png", "00003.png"]
    third = np.asarray(Image.open(tmp_path / "film" / "00003.png"))
    assert np.array_equal(third, list(stripes(3))[2].astype(np.uint8))


def test_a_folder_that_is_there_may_be_called_like_a_file(tmp_path):
    folder = tmp_path / "my.frames"
    folder.mkdir()
    write_zoom(folder, stripes(1), 10)
    assert [path.name for path in folder.iterdir()] == ["00001.png"]


@pytest.mark.parametrize("ending", writer.VIDEOS)
def test_a_video_has_every_frame_at_its_time(tmp_path, ending):
    av = pytest.importorskip("av")
    path = tmp_path / f"film{ending}"
    write_zoom(path, stripes(5), 12.5)
    with av.open(str(path)) as container:
        frames = list(container.decode(video=0))
    assert [frame.time for frame in frames] == pytest.approx([0, 0.08, 0.16, 0.24, 0.32], abs=0.002)
    light = [frame.to_ndarray(format="gray") for frame in frames]
    assert all(light[number][:40, number * 10 + 3 : number * 10 + 7].min() > 200 for number in range(5))
    assert list(tmp_path.iterdir()) == [path]


def test_a_video_that_nobody_wants_any_more_is_not_made(tmp_path):
    pytest.importorskip("av")
    path, asked = tmp_path / "film.mp4", []
    path.write_bytes(b"old")

    def unwanted():
        asked.append(1)
        if len(asked) == 3:
            raise Cancelled
        return nullcontext()

    with pytest.raises(Cancelled):
        write_zoom(path, stripes(5), 10, unwanted)
    assert path.read_bytes() == b"old" and list(tmp_path.iterdir()) == [path]


def test_a_video_too_large_is_told_before_and_leaves_its_frames_after(tmp_path):
    pytest.importorskip("av")
    path, wide = tmp_path / "film.mp4", np.zeros((2, 16386, 3), np.float32)
    with pytest.raises(DreamError, match="MP4 files are limited to 16384 pixels"):
        writer.check_zoom(path, (16386, 2), 2)
    with pytest.raises(DreamError, match=r"Generic error in an external library\. The frames were saved") as told:
        write_zoom(path, [wide, wide], 10)
    assert told.value.code == "zoom.rescued" and len(list((tmp_path / "film-frames").iterdir())) == 2


def test_a_large_film_has_the_colours_of_its_frames(tmp_path):
    """Players take large films for BT.709, and FFmpeg writes BT.601 unless it is told."""
    av = pytest.importorskip("av")
    red = np.full((720, 64, 3), (200, 40, 40), np.float32)
    write_zoom(tmp_path / "film.mp4", [red, red], 10)
    with av.open(str(tmp_path / "film.mp4")) as container:
        frame = next(container.decode(video=0))
    assert frame.color_primaries == frame.color_trc == frame.colorspace == 1
    read = frame.reformat(format="rgb24", src_colorspace=1).to_ndarray()
    assert np.abs(read.astype(int) - (200, 40, 40)).max() <= 4


@pytest.mark.parametrize(("name", "code"), [("film.mp4", "film.pyav"), ("film.doc", "zoom.format")])
def test_what_can_not_be_written_is_told_before_any_dream(tmp_path, monkeypatch, name, code):
    monkeypatch.setitem(sys.modules, "av", None)
    with pytest.raises(DreamError) as caught:
        write_zoom(tmp_path / name, iter(()), 10)
    assert caught.value.code == code


def test_a_film_that_breaks_off_leaves_the_old_one(tmp_path):
    path = tmp_path / "film.gif"
    path.write_bytes(b"old")

    def frames():
        yield from stripes(2)
        raise DreamError("cancelled")

    with pytest.raises(DreamError):
        write_zoom(path, frames(), 10)
    assert path.read_bytes() == b"old" and list(tmp_path.iterdir()) == [path]


def test_the_command_writes_a_film(tmp_path):
    Image.new("RGB", (64, 48), (90, 120, 150)).save(tmp_path / "in.png")
    command = [
        sys.executable,
        "-m",
        "deepdream_core",
        "zoom",
        "in.png",
        "out.gif",
        "--frames",
        "3",
        "--zoom",
        "10",
        "--rotate",
        "3",
        "--translate=2,-1",
        "--octaves",
        "1",
        "--steps",
        "1",
    ]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), "PATH": ""}
    subprocess.run(command, cwd=tmp_path, check=True, timeout=120, env=environment)
    with Image.open(tmp_path / "out.gif") as image:
        assert image.n_frames == 3


@pytest.mark.parametrize("wrong", [["--frames", "0"], ["--zoom", "500"], ["--translate", "5"]])
def test_the_command_refuses_nonsense(tmp_path, wrong):
    with pytest.raises(SystemExit) as caught:
        main(["zoom", "in.png", "out.gif", *wrong])
    assert caught.value.code == 2


def light_of(rgb):
    return rgb @ np.array([0.299, 0.587, 0.114])


def looks(rgb):
    """Deviation of luminance, root mean squares of what colours add to it and of what is finer than 1.5 pixels."""
    light = light_of(rgb)
    colour = np.sqrt(np.mean((rgb - light[..., np.newaxis]) ** 2))
    # Mirrored, so that the transform sees no edge where the picture ends.
    light = np.block([[light, light[:, ::-1]], [light[::-1], light[::-1, ::-1]]])
    down, across = np.abs(np.fft.fftfreq(light.shape[0]))[:, np.newaxis], np.abs(np.fft.rfftfreq(light.shape[1]))
    low = np.exp(-2 * (np.pi * 1.5) ** 2 * (down**2 + across**2))
    fine = np.fft.irfft2(np.fft.rfft2(light - light.mean()) * (1 - low), light.shape)
    return np.array([light.std(), colour, np.sqrt(np.mean(fine**2))])


def film_of(engine, picture, settings, frames, **camera):
    job = Job(Pixels(picture), settings)
    return [frame.rgb for frame in zoom(job, engine, Film(frames=frames, **camera)) if frame.rgb is not None]


BURNING = DreamSettings(octaves=1, steps=3, step_size=4, hold_contrast=False, hold_saturation=False)


def glow(rgb):
    """What averages hide: the most saturated hundredth, for its luminance; colour along edges; the sharpest edges."""
    light = light_of(rgb)
    colour = rgb - light[..., np.newaxis]
    saturation = np.sqrt(np.square(colour).sum(axis=2)) / (8 + np.minimum(light, 255 - light) / 2)
    fringes, edges = (plane - cv2.GaussianBlur(plane, (0, 0), 1.5) for plane in (colour, light))
    return np.array([np.quantile(saturation, 0.99), np.sqrt(np.mean(fringes**2)), np.quantile(np.abs(edges), 0.995)])


def test_forty_frames_neither_burn_nor_fade(engine, flowers):
    """Luminance, colour and fine detail stay as in the first frame; where tones aren't held, they don't."""
    picture = 127 + 0.5 * (np.clip(resize(flowers, 96, 72), 0, 255) - 127)
    frames = film_of(engine, picture, BURNING, 40)
    first = looks(frames[0])
    assert all(np.abs(looks(frame) / first - 1).max() < 0.1 for frame in frames[1:])
    assert all(abs(light_of(frame).mean() - light_of(frames[0]).mean()) < 2 for frame in frames)
    free = film_of(engine, picture, BURNING.replace({"hold_brightness": False}), 8)
    assert (looks(free[-1]) > 1.3 * looks(free[0])).any()


def burnt(rgb):
    """As many steps would leave it: fringes, spikes on the sharpest edges, and a place that turns dark and neon."""
    light = light_of(rgb)[..., np.newaxis].astype(np.float32)
    colour = rgb - light
    fringes, edges = (plane - cv2.GaussianBlur(plane, (0, 0), 1.5).reshape(plane.shape) for plane in (colour, light))
    colour += 0.4 * fringes
    light += 0.8 * np.where(np.abs(edges) > np.quantile(np.abs(edges), 0.98), edges, 0)
    light[40:56, 60:76] *= 0.9
    colour[40:56, 60:76] *= 1.5
    return np.clip(light + colour, 0, 255)


def test_nothing_glows_while_the_rest_pales(flowers):
    picture = frame = 127 + 0.4 * (np.clip(resize(flowers, 160, 120), 0, 255) - 127)
    first = first_of(picture)
    for _ in range(10):
        frame = held(burnt(frame), first)
        assert glow(frame)[1] < 0.9 * glow(picture)[1], "fringes of colour"
    assert np.abs(looks(frame) / looks(picture) - 1).max() < 0.1
    assert (glow(frame) < 1.3 * glow(picture)).all()


@pytest.mark.slow
@pytest.mark.parametrize(("name", "steps"), [("Animals", 14), ("Animals", 5), ("Temples", 5), ("Swirls", 5)])
def test_forty_frames_of_a_preset_do_neither(engine, clouds, name, steps):
    settings = preset(name).settings.replace({"steps": steps})
    frames = film_of(engine, np.clip(resize(clouds, 400, 224), 0, 255), settings, 40, rotate=2)
    assert all(np.abs(looks(frame) / looks(frames[0]) - 1).max() < 0.1 for frame in frames[1:])
    assert all((glow(frame) < 1.35 * glow(frames[0])).all() for frame in frames)


def test_what_channels_count_drifts_from_frame_to_frame():
    settings = DreamSettings(seed=5)

    def logs(frame):
        return np.log(channel_weights(settings, [300], frame)[0])

    def alike(one, other):
        return np.corrcoef(logs(one), logs(other))[0, 1]

    own = np.exp(0.25 * np.random.default_rng(5).standard_normal(300, np.float32))
    assert np.allclose(channel_weights(settings, [300])[0], own / own.mean(), rtol=1e-5), "a still is the seed's own"
    assert all(alike(frame, frame + 1) > 0.9 for frame in range(40))
    assert abs(alike(0, 8)) < 0.2 and all(abs(alike(frame, frame + 16)) < 0.3 for frame in range(24))
    assert all(logs(frame).std() > 0.4 for frame in range(8, 40))
    assert np.ptp(channel_weights(settings.replace({"variation": 0}), [300], 20)[0]) == 0


def test_new_things_go_on_growing(engine, clouds):
    """The weights of frame 30 make other things than the first frame's on the same ground."""
    picture = np.clip(resize(clouds, 128, 72), 0, 255)

    def added(frame):
        job = Job(Pixels(picture), DreamSettings(octaves=2, steps=4), frame=frame)
        *_, last = dream(job, engine)
        return (last.result.rgb - picture).ravel()

    assert np.corrcoef(added(0), added(30))[0, 1] < 0.8


def test_where_not_even_one_frame_was_written_none_is_promised(tmp_path, monkeypatch):
    def full(*_arguments):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(writer.os, "replace", full)
    with pytest.raises(DreamError) as told:
        write_zoom(tmp_path / "frames", iter([np.zeros((4, 6, 3), np.float32)]), 10.0)
    assert told.value.code == "picture.write"

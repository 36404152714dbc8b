"""Films: every frame is dreamed, and times, sound, colours, depth and transparency are what they were."""

from __future__ import annotations

import socket
import struct
import sys
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from deepdream_core import cli
from deepdream_core.commands import film as film_command
from deepdream_core.errors import DreamError
from deepdream_core.files.metadata import Stored
from deepdream_core.files.pictures import PictureFile, load, save
from deepdream_core.film import animation, formats, making, sequence, video
from deepdream_core.film.clip import Clip, Colours, Scene
from deepdream_core.settings.dream_settings import DreamSettings
from deepdream_core.settings.film_settings import FilmSettings
from tests.core.test_flow import PAN

av = pytest.importorskip("av")
QUICK = ["--layer", "b4", "--octaves", "1", "--steps", "1"]
UNEVEN = [Fraction(1, 10), Fraction(1, 5), Fraction(1, 10), Fraction(3, 10), Fraction(1, 10)]


def film(*words: object) -> int:
    return cli.main(["film", *map(str, words), *QUICK])


def pictures(depth=np.uint8, count: int = 5, alpha: bool = False) -> list[PictureFile]:
    most = np.iinfo(depth).max
    found = []
    for frame in PAN.frames(count, 48, 64):
        samples = np.rint(frame / 255 * most).astype(depth)
        if alpha:
            shape = np.where(np.arange(64) < 32, most, 0).astype(depth)
            samples = np.dstack([samples, np.broadcast_to(shape, (48, 64))])
        found.append(PictureFile(Path("x"), Stored(samples)))
    return found


def clip(frames: list[PictureFile], colours: Colours | None = None) -> Clip:
    return Clip(Path("x"), UNEVEN[: len(frames)], lambda first: iter(frames[first:]), colours=colours)


@pytest.fixture
def talkie(tmp_path) -> Path:
    """Five frames of uneven length, and sound that is longer than they are."""
    silent, path = tmp_path / "silent.mp4", tmp_path / "talkie.mp4"
    video.write(silent, iter(pictures()), clip(pictures()))
    with av.open(str(silent)) as source, av.open(str(path), "w") as target:
        stream = target.add_stream_from_template(source.streams.video[0])
        sound = target.add_stream("aac", rate=44100)
        for packet in source.demux(video=0):
            if packet.dts is not None:
                packet.stream = stream
                target.mux(packet)
        for number in range(40):
            wave = (np.sin(np.arange(1024) / 10 + number) * 8000).astype("i2")[np.newaxis]
            frame = av.AudioFrame.from_ndarray(wave, format="s16", layout="mono")
            frame.sample_rate, frame.pts = 44100, number * 1024
            target.mux(sound.encode(frame))
        target.mux(sound.encode(None))
    return path


def lengths(film: Clip) -> list[float]:
    return [float(each) for each in film.seconds]


def heard(path: Path) -> list[tuple[float, bytes]]:
    with av.open(str(path)) as container:
        packets = container.demux(audio=0)
        return [(round(float(each.pts * each.time_base), 3), bytes(each)) for each in packets if each.dts is not None]


def test_a_film_keeps_its_frames_times_and_sound(talkie, tmp_path, capsys):
    out = tmp_path / "out.mp4"
    assert film(talkie, out) == 0
    before, after = video.read(talkie), video.read(out)
    known = [float(each) for each in UNEVEN]
    assert len(lengths(after)) == 5 and lengths(after)[:-1] == pytest.approx(known[:-1])
    # The last one ends where its file says.
    assert sum(lengths(after)) == pytest.approx(sum(lengths(before)), abs=0.11)
    assert len(heard(talkie)) > 30 and heard(out) == heard(talkie)
    changes = [
        np.abs(a.pixels.rgb - b.pixels.rgb).mean() for a, b in zip(before.pictures(0), after.pictures(0), strict=True)
    ]
    assert all(1 < change < 40 for change in changes)
    assert "frame 5 of 5" in capsys.readouterr().err
    assert not (tmp_path / "out.mp4-frames").exists()


@pytest.mark.parametrize("name", ["out.mkv", "out.mov", "out.webm", "out.gif", "out.webp", "out.png"])
def test_every_format_gives_the_frames_back(tmp_path, name):
    path = tmp_path / name
    if path.suffix in video.WRITTEN:
        video.write(path, iter(pictures()), clip(pictures()))
    else:
        animation.write(path, iter(pictures()), UNEVEN)
    found = formats.opened(path, 24)
    assert [float(each) for each in found.seconds][:-1] == pytest.approx(
        [float(each) for each in UNEVEN[:-1]], abs=0.002
    )
    for seen, known in zip(found.pictures(0), pictures(), strict=True):
        assert np.abs(seen.pixels.rgb - known.pixels.rgb).mean() < (12 if path.suffix == ".gif" else 6)
    assert len(list(found.pictures(3))) == 2


def test_ten_bits_and_what_is_said_of_colours_are_kept(tmp_path):
    path, out = tmp_path / "deep.mp4", tmp_path / "out.mp4"
    colours = Colours(9, 9, 14, full=True)
    video.write(path, iter(pictures(np.uint16)), clip(pictures(np.uint16), colours))
    assert film(path, out) == 0
    with av.open(str(out)) as container:
        context = container.streams.video[0].codec_context
        assert context.pix_fmt in ("yuv420p10le", "yuvj420p10le")
    found = video.read(out)
    assert found.colours == colours == video.read(path).colours
    assert next(found.pictures(0)).stored.samples.dtype == np.uint16


def test_hdr_is_told():
    assert "HDR (PQ)" in clip([], Colours(9, 9, 16)).notes[0] and not clip([], Colours(1, 1, 1)).notes


@pytest.mark.parametrize(("name", "codec"), [("a.avi", "mpeg4"), ("a.mpg", "mpeg2video"), ("a.ogv", "vp8")])
def test_older_formats_are_read(tmp_path, name, codec):
    with av.open(str(tmp_path / name), "w") as container:
        stream = container.add_stream(codec, rate=25)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for each in [*pictures(), None]:
            container.mux(stream.encode(each and av.VideoFrame.from_ndarray(each.stored.samples)))
    assert len(list(video.read(tmp_path / name).pictures(0))) == 5


def test_a_name_like_an_address_is_a_file_and_nothing_is_connected(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as server:
        folder = Path(f"http:/127.0.0.1:{server.getsockname()[1]}")
        folder.mkdir(parents=True)
        video.write(folder / "a.mp4", iter(pictures()), clip(pictures()))
        assert len(list(video.read(folder / "a.mp4").pictures(0))) == 5
        server.setblocking(False)
        with pytest.raises(BlockingIOError):
            server.accept()


def test_a_list_of_other_files_is_refused(talkie, capsys):
    listed = talkie.with_name("listed.mp4")
    listed.write_text(f"ffconcat version 1.0\nfile {talkie.name}\n")
    assert film(listed, talkie.with_name("out.mp4")) == 1
    assert "it is not a supported film format" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["out.mov", "out.webp", "out.png", "out.gif"])
def test_transparency_is_kept(tmp_path, name):
    source, out = tmp_path / "in.webp", tmp_path / name
    animation.write(source, iter(pictures(alpha=True, count=2)), UNEVEN[:2])
    assert film(source, out) == 0
    alpha = next(formats.opened(out, 24).pictures(0)).pixels.alpha
    assert alpha is not None and alpha[:, :30].min() > 0.98 and alpha[:, 34:].max() < 0.02


def test_a_turned_video_is_dreamed_upright(tmp_path):
    path = tmp_path / "turned.mp4"
    video.write(path, iter(pictures()), clip(pictures()))
    content = bytearray(path.read_bytes())
    matrix = content.index(b"tkhd") + 4 + 40
    # Clockwise by a quarter, as telephones write it.
    content[matrix : matrix + 36] = struct.pack(">9i", 0, 1 << 16, 0, -(1 << 16), 0, 0, 0, 0, 1 << 30)
    path.write_bytes(content)
    seen = next(video.read(path).pictures(0)).pixels.rgb
    assert seen.shape == (64, 48, 3)
    assert np.abs(seen - np.rot90(pictures()[0].pixels.rgb, -1)).mean() < 6


def test_numbered_pictures_keep_names_depth_and_light(tmp_path):
    (tmp_path / "out").mkdir()
    for number, frame in enumerate(PAN.frames(2, 48, 64), start=7):
        light = (frame / 255).astype(np.float32) ** 2 * 3
        picture = PictureFile(Path("x.exr"), Stored(light, profile=_linear()))
        save(tmp_path / f"shot_{number:04}.exr", picture)
    assert film(tmp_path / "shot_%04d.exr", tmp_path / "out" / "dream_%04d.exr") == 0
    made = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert made == ["dream_0007.exr", "dream_0008.exr"]
    found = load(tmp_path / "out" / "dream_0007.exr")
    assert found.stored.samples.dtype.kind == "f" and found.stored.samples.max() > 1.5
    assert found.recipe.settings.objective == "b4"


def _linear() -> bytes:
    from deepdream_core.files.profiles import linear_profile

    return linear_profile(3)


def test_a_stopped_film_resumes_and_another_begins_again(talkie, tmp_path, monkeypatch, capsys):
    out, whole = tmp_path / "out.mkv", tmp_path / "whole.mkv"
    from deepdream_core.film.coherence import Film

    frame, calls = Film.frame, []

    def interrupted(self, pixels):
        calls.append(pixels)
        if len(calls) == 4:
            raise KeyboardInterrupt
        return frame(self, pixels)

    monkeypatch.setattr(Film, "frame", interrupted)
    assert film(talkie, out) == 130
    assert "The first 3 frames are in" in capsys.readouterr().err and not out.exists()
    first = (tmp_path / "out.mkv-frames" / "000001.png").read_bytes()
    assert film(talkie, out) == 0 and len(calls) == 6
    assert "3 frames of 5 done already" in capsys.readouterr().err
    assert film(talkie, whole) == 0
    assert len(first) > 1000
    pairs = zip(video.read(out).pictures(0), video.read(whole).pictures(0), strict=True)
    assert max(np.abs(a.pixels.rgb - b.pixels.rgb).mean() for a, b in pairs) < 2
    calls[:] = [None, None]
    assert film(talkie, tmp_path / "other.mkv") == 130
    assert film(talkie, tmp_path / "other.mkv", "--seed", 4) == 0
    assert "1 frame of 5 done" not in capsys.readouterr().err


def test_scenes_of_another_film_are_forgotten_before_their_frames_are_replaced(tmp_path):
    frames = pictures()
    of = {
        seed: making.Making(clip(frames), tmp_path / "f_%02d.png", DreamSettings(seed=seed), FilmSettings())
        for seed in (1, 2)
    }
    of[1].prepare()
    second = of[1].scene(Scene(3, 2))
    for number in (4, 5):
        second.file(number).touch()
    second.write_state(2)
    of[1].prepare()
    assert second.done() == 2
    of[2].prepare()
    assert second.done() == 0
    second.write_state(2)
    of[1].finish()
    assert not list(tmp_path.glob(".deepdream*"))


def test_a_film_whose_first_words_were_cut_off_begins_again(tmp_path):
    film = making.Making(clip(pictures()), tmp_path / "f.mkv", DreamSettings(), FilmSettings())
    film.frames.parent.mkdir()
    (film.frames.parent / ".deepdream-0123abcd.json").touch()
    film.prepare()
    (film.frames.parent / "letter").touch()
    for state in film.frames.parent.glob(".deepdream-film*"):
        state.unlink()
    with pytest.raises(DreamError, match="another folder"):
        film.prepare()


def test_what_cannot_be_is_said_before_anything_is_dreamed(talkie, tmp_path, capsys, monkeypatch):
    def said(*words: object) -> str:
        assert film(*words) == 1
        return capsys.readouterr().err

    assert "can't hold the film's sound (AAC)" in said(talkie, tmp_path / "out.webm")
    assert "not a supported film format" in said(talkie, tmp_path / "out.xyz")
    assert "no frames called" in said(tmp_path / "frame_%04d.png", tmp_path / "out.gif")
    Image.new("RGB", (8, 8)).save(tmp_path / "still.png")
    assert "is not a film" in said(tmp_path / "still.png", tmp_path / "out.gif")
    with monkeypatch.context() as undreamed:
        undreamed.setattr(film_command, "loaded_engine", lambda _threads: pytest.fail("this is dreamed"))
        animation.write(tmp_path / "clear.webp", iter(pictures(alpha=True)), UNEVEN)
        assert "transparen" in said(tmp_path / "clear.webp", tmp_path / "frame_%04d.jpg")
    (tmp_path / "out.mp4-frames").mkdir()
    (tmp_path / "out.mp4-frames" / "mine.txt").write_text("x")
    assert "is another folder" in said(talkie, tmp_path / "out.mp4")
    assert (tmp_path / "out.mp4-frames" / "mine.txt").exists()
    monkeypatch.setitem(sys.modules, "av", None)
    assert "need the package PyAV" in said(talkie, tmp_path / "out.gif")


def test_names_of_numbered_pictures(tmp_path):
    for name in ("f_1.png", "f_10.png", "f_02.png", "f_x.png", "g_3.png"):
        (tmp_path / name).write_text("x")
    assert sequence.numbers(tmp_path / "f_%d.png") == [1, 10]
    assert sequence.numbers(tmp_path / "f_%02d.png") == [2, 10]
    assert sequence.name_of(tmp_path / "f_%04d.png", 12).name == "f_0012.png"


@pytest.mark.slow
def test_a_long_film_needs_no_more_memory(tmp_path):
    import resource

    import psutil

    from deepdream_core.engine.engine import shared
    from deepdream_core.film.coherence import Film, Look

    count, source = 2000, tmp_path / "long.mp4"
    frames = pictures(count=20)
    many = Clip(Path("x"), [Fraction(1, 25)] * count, lambda first: (frames[n % 20] for n in range(first, count)))
    video.write(source, many.pictures(0), many)
    settings, film_settings = DreamSettings(objective="b2", octaves=1, steps=1), FilmSettings(flow="off")
    made = making.Making(video.read(source), tmp_path / "out.mp4", settings, film_settings)
    sizes = {}
    for progress in made.make(Film(shared(), Look(settings), "off")):
        if progress.share == 1.0 and progress.number in (200, count):
            sizes[progress.number] = psutil.Process().memory_info().rss / 1e6
    assert len(video.read(tmp_path / "out.mp4").seconds) == count
    # Also while it is put together.
    sizes["most"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6
    print(f"megabytes after 200 and {count} frames, and at most: {sizes}")
    assert sizes[count] < sizes[200] + 40 and sizes["most"] < sizes[200] + 80

"""Every file operation of the core fails once: pictures, zooms, batches, costs, atlas, weights."""

from __future__ import annotations

import hashlib
import io
import zipfile
from contextlib import nullcontext, redirect_stderr
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from deepdream_core import cli
from deepdream_core.atlas import grid, sheets
from deepdream_core.atlas.render import Tile
from deepdream_core.catalogue import network
from deepdream_core.commands import file_jobs
from deepdream_core.dream import Job as DreamJob
from deepdream_core.engine import cost
from deepdream_core.errors import DreamError
from deepdream_core.files.pictures import load
from deepdream_core.film.coherence import Last
from deepdream_core.film.keyframes import Keyframes, Origin
from deepdream_core.film.painting import write_painting
from deepdream_core.image.pixels import Pixels, to_wire
from deepdream_core.networks import fetch as fetching
from deepdream_core.settings.dream_settings import DreamSettings
from deepdream_core.settings.zoom_settings import ZoomSettings
from deepdream_core.system import atomic, owned
from deepdream_core.weights import store
from deepdream_core.zoom.frames import zoom
from deepdream_core.zoom.writer import write_zoom
from tests.fakes.engine import FakeEngine
from tests.faults.loops import Job

QUICK = ["--steps", "1", "--octaves", "1", "--threads", "1"]
OLD = np.full((9, 11, 3), 200, np.uint8)


class Told(DreamError):
    """What the command line said, in its two lines."""

    def __init__(self, said: str) -> None:
        Exception.__init__(self, said)
        self.code, self.values, self.sentence, self.advice = "told", {}, said.strip().splitlines()[-1], said


@pytest.fixture(autouse=True)
def without_tensorflow(monkeypatch):
    monkeypatch.setattr(file_jobs, "loaded_engine", lambda _threads: FakeEngine())
    monkeypatch.setattr(file_jobs, "path_of", lambda _info: Path("none"))


def command(*words):
    """Run ``deepdream``; raises what it told, if it failed."""
    said = io.StringIO()
    with redirect_stderr(said):
        code = cli.main([str(word) for word in words])
    assert "Traceback" not in said.getvalue()
    if code:
        raise Told(said.getvalue())


def picture(path, seed=0, size=(10, 12)):
    Image.fromarray(np.random.default_rng(seed).integers(0, 256, (*size, 3), np.uint8)).save(path)


def is_old(path):
    return path.exists() and path.read_bytes() == path.with_name(f"old{path.suffix}").read_bytes()


def old_or_dreamed(path, new):
    """The old file to the byte, or a dream with its recipe."""
    if is_old(path):
        assert not new, "the old file is still there"
        return
    found = load(path)
    assert found.recipe.settings.steps == 1 and found.stored.samples.shape[:2] == (10, 12)


@pytest.mark.parametrize("ending", ["png", "jpg", "webp", "tif", "exr", "bmp"])
def test_a_dream_over_a_file(loop, ending):
    def prepare(folder):
        picture(folder / "in.png")
        for name in ("out", "old"):
            if ending == "exr":
                (folder / f"{name}.exr").write_bytes(b"something old")
            else:
                Image.fromarray(OLD).save(folder / f"{name}.{ending}")

    def run(folder):
        command("dream", folder / "in.png", folder / f"out.{ending}", *QUICK)

    def check(folder, new):
        old_or_dreamed(folder / f"out.{ending}", new) if ending not in ("bmp",) else Image.open(
            folder / "out.bmp"
        ).load()
        assert load(folder / "in.png").stored.samples.shape == (10, 12, 3)
        for rescued in folder.glob("out-dream*.png"):
            assert load(rescued).recipe.settings.steps == 1

    # What it took is only remembered where that can be.
    loop.break_everywhere(Job(prepare, run, check))


def test_a_dream_with_pictures_of_its_octaves(loop):
    def prepare(folder):
        picture(folder / "in.png", size=(64, 64))
        (folder / "octaves").mkdir()

    def run(folder):
        command(
            "dream",
            folder / "in.png",
            folder / "out.png",
            "--octave-pictures",
            folder / "octaves",
            "--steps",
            "1",
            "--octaves",
            "2",
        )

    def check(folder, new):
        assert not new or load(folder / "out.png").recipe
        for path in (folder / "octaves").glob("*.png"):
            # What a killed process began lies there under another name.
            assert atomic.is_part(path) or load(path)

    loop.break_everywhere(Job(prepare, run, check))


@pytest.mark.parametrize("ending", ["", pytest.param(".gif", marks=pytest.mark.slow), ".webp"])
def test_a_zoom_over_another(loop, ending):
    def prepare(folder):
        picture(folder / "in.png")
        if ending:
            for name in ("out", "old"):
                (folder / f"{name}{ending}").write_bytes(b"an old film")
        else:
            (folder / "out").mkdir()
            (folder / "out" / "painters.txt").write_bytes(b"mine")
            picture(folder / "out" / "00002.png")

    def run(folder):
        command("zoom", folder / "in.png", folder / f"out{ending}", "--frames", "2", *QUICK)

    def check(folder, new):
        if not ending:
            assert (folder / "out" / "painters.txt").read_bytes() == b"mine"
            found = [load(path) for path in sorted((folder / "out").glob("*.png"))]
            assert not new or len(found) == 2
        elif not is_old(folder / f"out{ending}"):
            with Image.open(folder / f"out{ending}") as film:
                assert film.n_frames == 2
        else:
            assert not new
        for rescued in folder.glob("out-frames*/*.png"):
            load(rescued)

    loop.break_everywhere(Job(prepare, run, check))


def test_a_zoom_as_a_painting(loop):
    def prepare(folder):
        for name in ("out", "old"):
            (folder / f"{name}.kra").write_bytes(b"an old painting")

    def run(folder):
        job = DreamJob(Pixels(np.zeros((10, 12, 3), np.float32)), DreamSettings(steps=1, octaves=1))
        frames = (each.rgb for each in zoom(job, FakeEngine(), ZoomSettings(frames=2)) if each.rgb is not None)
        keyframes = ((number, to_wire(Pixels(rgb), "U8")) for number, rgb in enumerate(frames))
        write_painting(folder / "out.kra", keyframes, nullcontext)

    def check(folder, new):
        if is_old(folder / "out.kra"):
            assert not new
            return
        with zipfile.ZipFile(folder / "out.kra") as archive:
            assert archive.testzip() is None and "maindoc.xml" in archive.namelist()

    loop.break_everywhere(Job(prepare, run, check))


def test_a_keyframe_after_another(loop):
    """The newest is there with what the next begins with; an older dream of it counts as nothing."""
    flow = Last(np.zeros((2, 2, 3), np.float32), np.zeros((2, 2, 3), np.float32))
    first, second = Origin(0, "ab", None, ""), Origin(2, "cd", 0, "ab")

    def stored(folder):
        return Keyframes(folder / "frames")

    def prepare(folder):
        owned.make(folder / "frames")
        stored(folder).store(first, b"first", flow, nullcontext)
        stored(folder).file(2).write_bytes(b"of another dream")

    def run(folder):
        stored(folder).store(second, b"second", flow, nullcontext)

    def check(folder, new):
        newest = stored(folder).newest()
        assert newest == second or (newest == first and not new)
        assert stored(folder).has(newest) and stored(folder).last(newest.time) is not None
        assert stored(folder).file(newest.time).read_bytes() == (b"second" if newest == second else b"first")

    loop.break_everywhere(Job(prepare, run, check))


def test_a_batch(loop):
    """What is whole stays; the same command does the rest."""

    def prepare(folder):
        (folder / "in").mkdir()
        for number in range(2):
            picture(folder / "in" / f"{number}.png", number)

    def run(folder):
        command("batch", folder / "in", folder / "out", "--report", folder / "report.json", *QUICK)

    def check(folder, new):
        found = [load(path).recipe for path in (folder / "out").glob("?.png")] if (folder / "out").exists() else []
        assert not new or len(found) == 2

    loop.break_everywhere(Job(prepare, run, check))


def test_what_jobs_cost(loop):
    """Nobody needs it: where it can't be written nothing is remembered, and nothing is said."""

    def prepare(folder):
        (folder / "home").mkdir()
        cost.learn(DreamSettings(steps=10), 1000, 1000, 5.0)

    def run(folder):
        cost.learn(DreamSettings(steps=10), 1000, 1000, 50.0)

    def check(folder, _new):
        assert (cost.seconds(DreamSettings(steps=10), 1000, 1000) or 0) > 1

    loop.break_everywhere(
        Job(
            prepare,
            run,
            check,
            quiet=("open", "write", "flush", "close", "fsync", "mkdir", "chmod", "replace", "unlink"),
        )
    )


def test_a_sheet_of_the_atlas_over_an_old_one(loop):
    """A picture never stands beside classes that aren't its own."""
    new_tiles = [Tile(channel, np.full((64, 64, 3), 10 * channel, np.uint8), (channel,)) for channel in range(3)]
    old_tiles = [Tile(channel, np.full((64, 64, 3), 250, np.uint8), (7,)) for channel in range(3)]

    def prepare(_folder):
        grid.keep_sheet("vgg16", "block1_conv1", old_tiles)

    def run(_folder):
        grid.keep_sheet("vgg16", "block1_conv1", new_tiles)

    def check(_folder, new):
        sheet = sheets.sheets("vgg16").get("block1_conv1")
        if sheet is None:
            assert not new, "what is missing is made again of the tiles that are kept"
            return
        with Image.open(sheet.file) as image:
            light = np.asarray(image).mean()
        assert (light > 20) == (sheet.classes[0] == (7,)), "picture and classes are of two atlases"
        assert not new or sheet.classes == ((0,), (1,), (2,))

    loop.break_everywhere(Job(prepare, run, check))


CONTENT = np.random.default_rng(0).bytes(40_000)
OTHER = np.random.default_rng(1).bytes(30_000)


def weights_info(content=CONTENT, **more):
    known = network("vgg16")
    return replace(
        known, source=replace(known.source, md5=hashlib.md5(content).hexdigest(), bytes=len(content), **more)
    )


def fetched(monkeypatch, content):
    def download(_address, part, _progress, _most):
        try:
            part.write_bytes(content)
        except OSError as error:
            raise DreamError("fetch.disk", path=part, reason=error.strerror) from error

    monkeypatch.setattr(fetching, "download", download)


def verified_as(info):
    try:
        return store.verified(info).sha256
    except DreamError:
        return ""


@pytest.mark.parametrize("as_archive", [False, True])
def test_fetching_weights(loop, monkeypatch, as_archive):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr(network("vgg16").source.file, CONTENT)
    info = weights_info(archive_sha256=hashlib.sha256(content.getvalue()).hexdigest() if as_archive else "")
    fetched(monkeypatch, content.getvalue() if as_archive else CONTENT)

    def check(_folder, new):
        path = store.own_path(info)
        assert not path.exists() or path.read_bytes() == CONTENT
        assert path.exists() or not new

    loop.break_everywhere(Job(lambda _folder: None, lambda _folder: fetching.fetch(info, lambda *_: None), check))


@pytest.mark.parametrize("trusted_before", [False, True])
@pytest.mark.parametrize("trusted_after", [False, True])
def test_adding_weights_over_others(loop, monkeypatch, trusted_before, trusted_after):
    """Whatever fails, those that lie there then are ones that verify."""
    info = weights_info(OTHER if trusted_after else CONTENT)
    before = weights_info(CONTENT if trusted_before else OTHER)
    # They verify by the publisher's checksum, or since somebody vouched for them.
    monkeypatch.setattr(fetching, "build_from", lambda _info, _weights: None)
    # Another process reads them, of which these points count nothing.
    monkeypatch.setattr(fetching, "look_through", lambda _path: None)
    contents = {"old": b"old" + OTHER if trusted_before else info_content(info), "new": b"new" + CONTENT}
    if not trusted_after:
        contents["new"] = info_content(info)
        if not trusted_before:
            pytest.skip("the publisher's over the publisher's")
    del before

    def prepare(folder):
        for name, content in contents.items():
            (folder / name).write_bytes(content)
        fetching.add(info, folder / "old", trusted_before)

    def check(_folder, new):
        found = verified_as(info)
        digests = {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()}
        assert found in ((digests["new"],) if new else digests.values())

    loop.break_everywhere(Job(prepare, lambda folder: fetching.add(info, folder / "new", trusted_after), check))


def info_content(info):
    return OTHER if info.source.md5 == hashlib.md5(OTHER).hexdigest() else CONTENT


def test_removing_weights(loop):
    info = weights_info()

    def prepare(folder):
        (folder / "weights").write_bytes(CONTENT)
        fetching.add(info, folder / "weights", False)

    def check(_folder, new):
        path = store.own_path(info)
        assert not path.exists() or (not new and verified_as(info))

    loop.break_everywhere(Job(prepare, lambda _folder: fetching.remove(info), check))


def test_frames_that_a_painter_has_in_the_folder_stay_if_no_frame_comes(loop):
    def prepare(folder):
        (folder / "out").mkdir()
        picture(folder / "out" / "00001.png", 5)
        picture(folder / "old.png", 5)

    def run(folder):
        write_zoom(folder / "out", iter([np.zeros((10, 12, 3), np.float32)]), 10.0)

    def check(folder, new):
        whole = load(folder / "out" / "00001.png").stored.samples
        assert not new or not whole.any()

    loop.break_everywhere(Job(prepare, run, check))

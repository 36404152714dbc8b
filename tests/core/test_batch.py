"""Many pictures at once: which are chosen, what is skipped, what fails, and that the same command resumes."""

from __future__ import annotations

import io
import json
import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from deepdream_core import cli
from deepdream_core.batch.listing import chosen, frame_number, pairs
from deepdream_core.batch.tasks import Answer, PictureTask
from deepdream_core.commands.batch_progress import BatchProgress
from deepdream_core.engine.gain import gain
from deepdream_core.errors import DreamError
from deepdream_core.files.pictures import load, save
from deepdream_core.settings.dream_settings import DreamSettings
from deepdream_core.settings.recipe import Recipe

ROOT = Path(__file__).resolve().parents[2]
QUICK = ["--layer", "b4", "--octaves", "1", "--steps", "2"]


def patches(seed: int, height: int = 64, width: int = 80) -> Image.Image:
    random = np.random.default_rng(seed)
    return Image.fromarray(
        np.kron(random.integers(0, 256, (height // 8, width // 8, 3)), np.ones((8, 8, 1))).astype("u1")
    )


@pytest.fixture
def folder(tmp_path) -> Path:
    """Three pictures, one of them deeper, something that is no picture, and a picture that can't be read."""
    deeper = tmp_path / "in" / "deeper"
    deeper.mkdir(parents=True)
    for number, name in enumerate(["one.png", "deeper/two.jpg", "three.gif"]):
        patches(number).save(tmp_path / "in" / name)
    (tmp_path / "in" / "notes.txt").write_text("x")
    (tmp_path / "in" / "bad.png").write_text("x")
    return tmp_path / "in"


def batch(*words: object) -> int:
    return cli.main(["batch", *map(str, words)])


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_one_bad_file_stops_nothing_and_is_reported(folder, tmp_path, capsys):
    out, report = tmp_path / "out", tmp_path / "report.json"
    assert batch(folder, out, *QUICK, "--report", report) == 3
    assert set(files(out)) == {"one.png", "deeper/two.jpg", "three.gif.png"}
    told = {Path(row["source"]).name: row for row in json.loads(report.read_text("utf-8"))["pictures"]}
    assert told["bad.png"]["state"] == "failed" and "can't be read as a picture" in told["bad.png"]["error"]
    assert [name for name, row in told.items() if row["state"] == "done"] == ["two.jpg", "one.png", "three.gif"]
    assert all(row["seconds"] > 0 and row["gain"] > 0 for row in told.values() if row["state"] == "done")
    assert load(out / "one.png").recipe.settings.objective == "b4"
    assert "1 of 4 pictures failed" in capsys.readouterr().err


def test_the_same_command_makes_only_what_is_missing(folder, tmp_path):
    out, report = tmp_path / "out", tmp_path / "report.json"
    (folder / "bad.png").unlink()
    assert batch(folder, out, *QUICK) == 0
    before, times = files(out), {path: path.stat().st_mtime_ns for path in out.rglob("*.*")}
    (out / "one.png").unlink()
    assert batch(folder, out, *QUICK, "--report", report) == 0
    assert files(out) == before
    again = {path for path in out.rglob("*.*") if path.stat().st_mtime_ns != times[path]}
    assert again == {out / "one.png"}
    states = [row["state"] for row in json.loads(report.read_text("utf-8"))["pictures"]]
    assert sorted(states) == ["done", "skipped", "skipped"]


def test_other_settings_make_it_again_unless_files_are_to_stay(folder, tmp_path):
    out = tmp_path / "out"
    assert batch(folder / "one.png", out, *QUICK) == 0
    before = files(out)
    assert batch(folder / "one.png", out, *QUICK, "--seed", 5, "--skip-existing") == 0
    assert files(out) == before
    assert batch(folder / "one.png", out, *QUICK, "--seed", 5) == 0
    assert files(out) != before


def test_a_killed_batch_leaves_whole_files_and_resumes(tmp_path):
    source, out, whole = tmp_path / "in", tmp_path / "out", tmp_path / "whole"
    source.mkdir()
    for number in range(12):
        patches(number, 160, 160).save(source / f"{number:02}.png")
    words = [sys.executable, "-m", "deepdream_core", "batch", str(source), str(out), *QUICK]
    process = subprocess.Popen(words, cwd=ROOT, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while len(list(out.glob("[0-9]*.png"))) < 2 and time.monotonic() < deadline:
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
    left = sorted(out.glob("[0-9]*.png"))
    assert 2 <= len(left) < 12
    assert all(load(path).recipe for path in left)
    assert batch(source, out, *QUICK) == 0 and batch(source, whole, *QUICK) == 0
    made = {name: content for name, content in files(out).items() if not name.startswith(".")}
    assert made == files(whole) and len(made) == 12


def test_an_interrupted_batch_says_what_is_there_and_reports(folder, tmp_path, capsys, monkeypatch):
    run, calls = PictureTask.run, []

    def interrupted(self, engine, tell):
        calls.append(self)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return run(self, engine, tell)

    monkeypatch.setattr(PictureTask, "run", interrupted)
    (folder / "bad.png").unlink()
    report = tmp_path / "report.json"
    assert batch(folder, tmp_path / "out", *QUICK, "--report", report) == 130
    assert "1 picture written" in capsys.readouterr().err
    assert len(json.loads(report.read_text("utf-8"))["pictures"]) == 1


def test_a_style_and_what_was_done_to_another_picture(folder, tmp_path):
    out, other = tmp_path / "out", tmp_path / "other"
    quick = ["--octaves", "1", "--steps", "1"]
    assert batch(folder / "one.png", out, "--style", "hatching", *quick) == 0
    assert load(out / "one.png").recipe.settings.kind == "style"
    recipe = ["--recipe", out / "one.png", "--style", "hatching"]
    assert batch(folder / "three.gif", other, *recipe) == 0
    assert load(other / "three.gif.png").recipe.settings == load(out / "one.png").recipe.settings
    assert batch(folder / "one.png", other, *recipe) == 0
    assert np.array_equal(load(other / "one.png").stored.samples, load(out / "one.png").stored.samples)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--style", "hatching", "--layer", "b4"], "--layer"),
        (["--style", "hatching", "--jitter", "3"], "--jitter"),
        (["--style-scale", "50"], "--style-scale"),
        (["--style", "hatchin"], "Did you mean hatching"),
        (["--guide", "x.png", "--objective", "b4"], "doesn't use it"),
        (["--frames", "7"], "No picture has a frame number"),
    ],
)
def test_what_contradicts_itself_is_refused_before_anything_is_written(folder, tmp_path, words, said, capsys):
    assert batch(folder, tmp_path / "out", *words) == 1
    assert said in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_folders_keep_their_tree_and_output_is_no_input(folder):
    (folder / "out").mkdir()
    patches(1).save(folder / "out" / "one.png")
    (folder / ".hidden.png").write_text("x")
    found = {target.relative_to(folder).as_posix() for _source, target in pairs([folder], folder / "out")}
    assert found == {"out/one.png", "out/bad.png", "out/three.gif.png", "out/deeper/two.jpg"}
    with pytest.raises(DreamError, match="would both be written"):
        pairs([folder, folder / "out" / "one.png"], folder / "elsewhere")


def test_names_that_are_none_and_folders_like_pictures_are_passed_over_or_told(folder, tmp_path):
    (folder / "album.png").mkdir()
    (folder / ".git").mkdir()
    patches(1).save(folder / ".git" / "one.png")
    out = tmp_path / "out"
    found = pairs([folder, folder], out)
    assert sorted(source.name for source, _target in found) == ["bad.png", "one.png", "three.gif", "two.jpg"]
    assert pairs([folder / "one.png"] * 2, out) == [(folder / "one.png", out / "one.png")]
    (tmp_path / "empty").mkdir()
    for wrong, code in (([tmp_path / "empty"], "batch.nothing"), ([tmp_path / "none.png"], "picture.missing")):
        with pytest.raises(DreamError) as told:
            pairs(wrong, out)
        assert told.value.code == code
    with pytest.raises(DreamError) as told:
        chosen(found, {3, 7})
    assert told.value.code == "batch.frames"


def test_a_picture_is_made_again_once_it_has_changed_or_its_dream_is_none(folder):
    source, target = folder / "one.png", folder / "dream.png"
    task = PictureTask(source, target, DreamSettings())
    assert not task.is_done({}), "there is none yet"
    for content in (b"no picture", source.read_bytes()):
        target.write_bytes(content)
        assert not task.is_done({})
    recipe = Recipe(DreamSettings(), "1", "ab", "2", "cpu", 2, "fp32", 512, 4, 3, {"a": "ab"})
    save(target, load(source).with_recipe(recipe))
    assert task.is_done({"a": "ab"}) and not task.is_done({"a": "cd"})
    assert not replace(task, settings=DreamSettings(seed=9)).is_done({"a": "ab"})
    os.utime(source, (2**31, 2**31))
    assert not task.is_done({"a": "ab"})


def test_frames_and_shards_choose_each_picture_once():
    frames = [(Path(f"shot2_{number:04}.png"), Path("x")) for number in range(1, 41)]
    assert [frame_number(source) for source, _ in chosen(frames, {3, 39, 99})] == [3, 39]
    for count, chunk in ((10, 1), (3, 1), (3, 4), (7, 100)):
        shards = [chosen(frames, (), (number, count), chunk) for number in range(1, count + 1)]
        assert sorted(pair for shard in shards for pair in shard) == frames
    assert [frame_number(source) for source, _ in chosen(frames, (), (2, 3), 4)] == [
        *range(5, 9),
        *range(17, 21),
        *range(29, 33),
    ]
    assert frame_number(Path("3d_sketch.png")) is None


def test_gain_is_that_of_the_objective(engine, flowers):
    settings = DreamSettings(objective="b4", octaves=1, steps=3)
    assert gain(engine, settings, {}, flowers, flowers) == pytest.approx(1)
    from deepdream_core.dream import dream_array

    dreams = [dream_array(flowers, settings.replace({"steps": steps})) for steps in (2, 8)]
    few, many = (gain(engine, settings, {}, flowers, each) for each in dreams)
    assert 1.05 < few < many
    assert gain(engine, settings.replace({"objective": "-b4"}), {}, flowers, dreams[0]) is None


def test_a_terminal_shows_what_each_worker_does():
    from rich.console import Console

    from deepdream_core.batch.tasks import Told
    from deepdream_core.commands.worker_table import WorkerTable

    first, second = (PictureTask(Path(name), Path("out.png"), DreamSettings()) for name in ("a[1].png", "b.png"))
    terminal = io.StringIO()
    terminal.isatty = lambda: True
    with WorkerTable(3, lambda: ["tcp://one:1", "tcp://two:2"], terminal) as table:
        table.tell(Told(first, 0.4, 65.0, "tcp://one:1"))
        table.finished(Answer(second, None, "tcp://three:3"))
        console = Console(file=io.StringIO(), width=100)
        console.print(table.table())
        lines = console.file.getvalue().splitlines()
    assert lines[0].startswith("1 of 3 ") and len(lines) == 5
    assert [re.split(r"\s{2,}", line)[1] for line in lines[2:4]] == ["a[1].png", "gone"]
    assert "1:05" in lines[2] and "tcp://three:3: 1 (" in terminal.getvalue()
    piped = io.StringIO()
    with WorkerTable(1, lambda: [], piped) as table:
        table.finished(Answer(first, None, "tcp://one:1"), "done")
    assert piped.getvalue().splitlines()[0] == "1 of 1: a[1].png (done)" and "\x1b" not in piped.getvalue()


def test_what_is_done_is_seen_at_once_by_whoever_reads_along():
    """As by a shell's pipe, which Python would fill first."""
    pipe = io.BytesIO()
    with BatchProgress(2, io.TextIOWrapper(io.BufferedWriter(pipe, 1 << 16))) as progress:
        progress.finished(Answer(SimpleNamespace(name="owl.png"), None), "written")
        assert b"owl.png (written)" in pipe.getvalue()

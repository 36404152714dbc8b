"""What commands take, refuse and say, word by word, before and after anything is dreamed."""

from __future__ import annotations

import argparse
import io
import math
import re
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from deepdream_core import cli
from deepdream_core.batch.tasks import Answer, PictureTask, Told
from deepdream_core.commands import (
    batch,
    batch_progress,
    clusters,
    file_jobs,
    film,
    networks,
    options,
    worker_table,
    zoom,
)
from deepdream_core.errors import DreamError
from deepdream_core.film.making import Made
from deepdream_core.image.pixels import Pixels
from deepdream_core.settings.dream_settings import DreamSettings
from deepdream_core.settings.film_settings import FilmSettings
from deepdream_core.settings.style_settings import StyleSettings
from deepdream_core.weights.store import Weights
from tests.core.test_progress_bar import Terminal


def task(name: str) -> PictureTask:
    return PictureTask(Path(name), Path("out.png"), DreamSettings())


@pytest.fixture
def picture(tmp_path) -> Path:
    Image.fromarray(np.full((20, 30, 3), 128, np.uint8)).save(tmp_path / "in.png")
    return tmp_path / "in.png"


@pytest.fixture
def terminal(monkeypatch) -> Terminal:
    monkeypatch.setenv("COLUMNS", "60")
    monkeypatch.setenv("TERM", "xterm")
    return Terminal()


def told(capsys, *words: object, code: int = 1) -> str:
    """What a command says that ends with ``code``."""
    if code == 2:
        with pytest.raises(SystemExit) as ended:
            cli.main([*map(str, words)])
        assert ended.value.code == code
    else:
        assert cli.main([*map(str, words)]) == code
    return capsys.readouterr().err


# Words


@pytest.mark.parametrize("text", ["", "x", "1-", "-3", "5-3", "1-x", "1,,2", "1-3-5", "1.5"])
def test_frames_that_are_no_list_are_refused(text):
    with pytest.raises(argparse.ArgumentTypeError, match="must look like"):
        batch._frames(text)


def test_frames_are_numbers_and_both_ends_of_ranges():
    assert batch._frames("3,7-9,5-5") == {3, 5, 7, 8, 9}


@pytest.mark.parametrize("text", ["", "3", "0/3", "4/3", "a/3", "3/x", "1/"])
def test_a_part_that_is_none_is_refused(text):
    with pytest.raises(argparse.ArgumentTypeError, match="must look like"):
        batch._shard(text)
    assert batch._shard("3/3") == (3, 3)


def test_numbers_end_where_a_command_says():
    parse = options.whole_number(32, 512)
    assert parse("32") == 32 and parse("512") == 512
    for text in ("31", "513", "-40", "many", ""):
        with pytest.raises(argparse.ArgumentTypeError, match="from 32 to 512"):
            parse(text)


def test_a_word_that_is_no_choice_is_refused():
    parser = options.Parser(prog="deepdream")
    parser.add_argument("--kind", choices=["one", "two"])
    assert parser.parse_args(["--kind", "two"]).kind == "two"
    with pytest.raises(SystemExit):
        parser.parse_args(["--kind", "three"])


@pytest.mark.parametrize("more", [["--layer", "b4"], ["--channels", "3"], ["--guide", "x.png"], ["--objective", "b4"]])
def test_a_thing_is_all_that_is_dreamed_of(capsys, picture, more):
    words = ["dream", picture, picture.with_name("out.png"), "--dream-of", "castle", *more]
    assert "--dream-of" in told(capsys, *words)


def test_a_guide_alone_is_a_whole_objective():
    arguments = cli._parser().parse_args(["dream", "in.png", "out.png", "--guide", "photo.jpg"])
    assert options.chosen_settings(arguments).objective == "guide:b10"


@pytest.mark.parametrize("text", ["1000,0", "0,1000", "a,b", "3,"])
def test_a_camera_moves_no_further_than_it_can(capsys, text):
    said = told(capsys, "zoom", "in.png", "out.gif", f"--translate={text}", code=2)
    assert "Traceback" not in said and "--help" in said


@pytest.mark.parametrize("word", ["photo", "=x.png", "1a=x.png", "sky="])
def test_a_picture_without_a_name_or_a_file_is_refused(capsys, word):
    assert "NAME=FILE" in told(capsys, "dream", "in.png", "out.png", "--picture", word, code=2)


# What contradicts itself, what can't be


def test_what_a_batch_cant_do_is_said_before_anything_is_loaded(capsys, picture, tmp_path, monkeypatch):
    monkeypatch.setattr(file_jobs, "loaded_engine", lambda _threads: pytest.fail("TensorFlow was loaded"))
    recipes = {"dream": DreamSettings(), "style": StyleSettings()}
    monkeypatch.setattr("deepdream_core.commands.looks._recipe_settings", lambda path: recipes[path.stem])
    for more, said in (
        (["--style", "hatching", "--preset", "Swirls"], "--preset"),
        (["--style", "hatching", "--dream-of", "owl"], "--dream-of"),
        (["--style", "hatching", "--channels", "3"], "--channels"),
        (["--style", "hatching", "--guide", picture], "--guide"),
        (["--style", "hatching", "--recipe", "dream.png"], "the recipe of a dream"),
        (["--recipe", "style.png"], "needs --style"),
        (["--recipe", "style.png", "--layer", "b4"], "--layer"),
        (["--recipe", "dream.png", "--style-scale", "50"], "--style-scale"),
    ):
        assert said in told(capsys, "batch", picture, tmp_path / "out", *more)
    assert "in.png" in told(capsys, "batch", picture, picture, "--layer", "b4")
    assert not (tmp_path / "out").exists()


def test_a_part_without_pictures_is_done_at_once(picture, tmp_path, monkeypatch):
    monkeypatch.setattr(file_jobs, "loaded_engine", lambda _threads: pytest.fail("TensorFlow was loaded"))
    out, report = tmp_path / "out", tmp_path / "report.json"
    assert cli.main(["batch", str(picture), str(out), "--layer", "b4", "--shard", "2/2", "--report", str(report)]) == 0
    assert '"pictures": []' in report.read_text("utf-8")


def test_a_style_that_is_neither_a_file_nor_bundled_is_told_by_its_name(capsys, picture):
    out = picture.with_name("out.png")
    for name, said in (("galss", "Did you mean glass"), ("none.png", "There is no file")):
        assert said in told(capsys, "style", picture, name, out)
    plain = picture.rename(picture.with_name("mine"))
    assert "needs --mask" in told(capsys, "style", plain, plain, out, "--feather", 5)


def test_targets_are_tried_before_tensorflow_takes_its_seconds(capsys, picture, tmp_path, monkeypatch):
    nothing = lambda _what: pytest.fail("TensorFlow was loaded")  # noqa: E731
    for module in (zoom, file_jobs):
        monkeypatch.setattr(module, "ready_engine", nothing)
    monkeypatch.setattr(file_jobs, "loaded_engine", nothing)
    none = tmp_path / "none"
    quick = ["--layer", "b4"]
    for words in (
        ["dream", picture, none / "x.png", *quick],
        ["dream", picture, tmp_path / "x.png", *quick, "--octave-pictures", none],
        ["style", picture, "hatching", none / "x.png"],
        ["zoom", picture, none / "x.gif", *quick],
        ["zoom", picture, tmp_path / "x.xyz", *quick],
        ["film", picture, none / "x.gif", *quick],
        ["atlas", "efficientnet_lite0", "b4", none / "x.png"],
    ):
        said = told(capsys, *words)
        assert len(said.splitlines()) == 2 and "Traceback" not in said
    assert sorted(tmp_path.iterdir()) == [picture]


def test_a_poster_larger_than_its_format_is_told_before_it_is_rendered(capsys, tmp_path, monkeypatch):
    monkeypatch.setattr(file_jobs, "ready_engine", lambda _settings: None)
    monkeypatch.setattr("deepdream_core.atlas.render.render", lambda *_what: pytest.fail("it was rendered"))
    words = ["atlas", "efficientnet_lite0", "b10", tmp_path / "x.webp", "--pixels", "512"]
    monkeypatch.setattr("deepdream_core.atlas.grid.poster_size", lambda *_what: (17_000, 400))
    assert "16383" in told(capsys, *words)


# What is said


def test_a_network_that_isnt_here_is_listed_as_that(monkeypatch):
    info = networks.NETWORKS["vgg16"]
    for here, trusted, said in ((False, ["ab"], "no"), (True, ["ab"], "yes, yours"), (True, [], "yes")):
        monkeypatch.setattr(networks, "present", lambda _info, here=here: here)
        monkeypatch.setattr(networks, "trusted_sha256s", lambda _info, trusted=trusted: trusted)
        assert networks._here(info) == said


def test_a_download_of_which_nothing_is_known_yet_is_shown(monkeypatch, capsys, tmp_path):
    def fetch(_info, show):
        show(0, 0)
        show(0, 1000)
        return Weights(tmp_path / "w.h5", "ab" * 32, user_supplied=False)

    monkeypatch.setattr("deepdream_core.networks.fetch.fetch", fetch)
    assert cli.main(["networks", "fetch", "vgg16"]) == 0
    assert "Ready: " in capsys.readouterr().out


def test_octaves_that_cant_be_written_are_told_and_the_dream_goes_on(tmp_path, capsys):
    file_jobs._save_octave(tmp_path / "none" / "x.png", Pixels(np.zeros((2, 2, 3), np.float32)))
    assert "doesn't exist" in capsys.readouterr().err
    file_jobs._save_octave(tmp_path / "x.png", Pixels(np.zeros((2, 2, 3), np.float32)))
    assert (tmp_path / "x.png").exists() and capsys.readouterr().err == ""


def test_only_what_grew_stands_alone_and_only_where_there_is_transparency():
    made = SimpleNamespace(with_dream_alone=lambda _result: "alone", with_dream=lambda _result: "over")
    for grows, name, found in ((True, "x.png", "alone"), (True, "x.jpg", "over"), (False, "x.png", "over")):
        job = file_jobs.FileJob(made, Path(name), DreamSettings(growth_alpha=grows))
        assert file_jobs._finished(job, None) == found


def test_time_that_is_left_is_told_from_the_first_moment(monkeypatch):
    """Nothing is done yet of what is shown first, and nothing has been spent."""
    shown: list[float] = []
    making = SimpleNamespace(done=0, make=lambda _film: [Made(1, 0.0, 9.0), Made(1, 1.0, 0.0)])
    monkeypatch.setattr("deepdream_core.film.coherence.Film", lambda *_what: None)
    monkeypatch.setattr(film.ProgressBar, "show", lambda _self, _share, _part, left: shown.append(left))
    film._make(making, None, None, FilmSettings(), 1)
    done = SimpleNamespace(done=10, total=10, seconds_left=0.0)
    frames = [SimpleNamespace(number=1, rgb="picture", progress=done)]
    monkeypatch.setattr("deepdream_core.zoom.frames.zoom", lambda *_what: frames)
    monkeypatch.setattr(zoom, "ProgressBar", film.ProgressBar)
    written: list[int] = []
    assert list(zoom._frames(None, None, SimpleNamespace(frames=3), written)) == ["picture"] and written == [1]
    progress = batch_progress.BatchProgress(2, io.StringIO())
    shown += [progress.seconds_left]
    progress.tell(Told(task("a.png"), 0.0, 1.0))
    assert all(map(math.isfinite, [*shown, progress.seconds_left]))


def test_what_is_left_of_an_interrupted_command_is_said_if_there_is_any(tmp_path):
    assert zoom._left(tmp_path, 1) == f"The first picture is in “{tmp_path}”."
    assert zoom._left(tmp_path, 0) == zoom._left(tmp_path / "film.gif", 3) == ""
    making = SimpleNamespace(done=0, frames=tmp_path / "x.png")
    assert film._left(making) == ""
    making.done = 4
    assert "same command resumes" in film._left(making)
    done = SimpleNamespace(state="done")
    assert batch._left([done], tmp_path).startswith("1 picture written") and batch._left([], tmp_path) == ""


def test_a_terminal_shows_a_bar_for_all_and_one_for_the_picture(terminal):
    with batch_progress.BatchProgress(2, terminal) as progress:
        progress.tell(Told(task("owl.png"), 0.5, 65.0))
        progress.finished(Answer(task("owl.png"), None), "1.0 s")
        bars = progress._bars
    assert bars is not None and bars.finished is False and not bars.live.is_started
    assert "1 of 2" in terminal.rows()[-2] and "owl.png" in terminal.rows()[-1] and "1:05" in terminal.rows()[-1]
    assert not any("(1.0 s)" in row for row in terminal.rows()), "no line per picture beside the bars"


def test_a_worker_that_is_gone_is_working_on_nothing(terminal, monkeypatch):
    from rich.console import Console

    # On a coarse clock no time has passed.
    monkeypatch.setattr(batch_progress, "time", SimpleNamespace(monotonic=lambda: 5.0))
    with worker_table.WorkerTable(3, lambda: ["tcp://here:1"], terminal) as table:
        for worker in ("tcp://here:1", "tcp://gone:1"):
            table.tell(Told(task("owl.png"), 0.4, 65.0, worker))
        table.tell(Told(task("cat.png"), 0.4, 65.0))
        table._made["tcp://gone:1"] += 1
        console = Console(file=io.StringIO(), width=100)
        console.print(table.table())
        live = table._live
    rows = {re.split(r"\s{2,}", line)[0]: line for line in console.file.getvalue().splitlines()}
    assert "owl.png" in rows["tcp://here:1"] and "gone" in rows["tcp://gone:1"]
    assert "owl.png" not in rows["tcp://gone:1"] and live is not None and not live.is_started


# Clusters


def test_there_is_one_worker_at_least_and_never_more_than_tasks(monkeypatch):
    work = clusters.Work(DreamSettings(), 3, 100, 100)
    for cores, free, count in ((64, 1 << 50, 3), (64, 0, 1), (1, 1 << 50, 1), (4, 1 << 50, 2)):
        monkeypatch.setattr(clusters, "usable_cores", lambda cores=cores: cores)
        monkeypatch.setattr(clusters.memory, "available", lambda free=free: free)
        assert clusters._count(work) == count


def test_work_is_as_large_as_the_first_picture_that_can_be_read(picture, tmp_path):
    (tmp_path / "bad.png").write_text("x")
    found = batch._work([task(str(tmp_path / "bad.png")), task(str(picture))])
    assert (found.width, found.height, found.count) == (30, 20, 2)
    assert batch._work([task(str(tmp_path / "bad.png"))]).width == 1


def test_a_cluster_writes_no_pictures_of_octaves(capsys, picture):
    words = ["dream", picture, picture.with_name("x.png"), "--layer", "b4", "--cluster", "local"]
    assert "--octave-pictures" in told(capsys, *words, "--octave-pictures", picture.parent)


def test_a_recipe_of_a_style_is_no_dreams_and_the_other_way_round(capsys, picture, monkeypatch):
    """Each says by which command it is repeated."""
    for words, settings, said in (
        (["again", picture, picture, picture.with_name("x.png")], StyleSettings(), "deepdream style --recipe"),
        (["style", picture, "glass", picture.with_name("x.png"), "--recipe", picture], DreamSettings(), "again"),
    ):
        recipe = SimpleNamespace(settings=settings)
        monkeypatch.setattr("deepdream_core.files.pictures.PictureFile.recipe", recipe)
        assert said in told(capsys, *words)


def test_pictures_that_an_objective_needs_and_those_that_it_doesnt(monkeypatch):
    monkeypatch.setattr(file_jobs, "path_of", lambda _info: None)
    file_jobs.check_objective(DreamSettings(objective="b4"), ())
    file_jobs.check_objective(DreamSettings(objective="guide:b4"), ["guide"])
    for objective, pictures, code in (("guide:b4", (), "objective.picture"), ("b4", ["x"], "objective.unused")):
        with pytest.raises(DreamError) as refused:
            file_jobs.check_objective(DreamSettings(objective=objective), pictures)
        assert refused.value.code == code

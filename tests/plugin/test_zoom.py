"""The page *Zoom*: a film of the current layer becomes an animated layer or a file, and can be cancelled."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

import pytest

from krita_deepdream.core import errors
from krita_deepdream.documents import placing
from krita_deepdream.dreaming.estimate import in_words
from krita_deepdream.dreaming.films import PREFIX
from krita_deepdream.orders.jobs import State
from krita_deepdream.qt import QtGui, QtWidgets
from tests.fakes import host as fake

from .conftest import Painter, scripted, until
from .test_style import real, turn

Paint = Callable[..., Painter]


@pytest.fixture(autouse=True)
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Other tests may run beside these."""
    folder = tmp_path / "scratch"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))


def left_behind() -> list[Path]:
    return list(Path(tempfile.gettempdir()).glob(f"*{PREFIX}*"))


def test_a_film_becomes_a_file_or_a_folder_of_pictures(
    paint: Paint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("tensorflow")
    painter, folder = real(paint), tmp_path / "my.frames"
    folder.mkdir()
    turn(painter, "Zoom")
    painter.choice.film.nudge({"frames": 2})
    painter.choice.nudge({"steps": 1, "octaves": 1})
    answer(monkeypatch, file=tmp_path / "film", folder=folder)
    size = (painter.host.picture.width, painter.host.picture.height)
    painter.pick("film_result", "File…")
    assert str(tmp_path / "film.webp") in painter.widget("film_words").text()
    make(painter)
    film = QtGui.QImageReader(str(tmp_path / "film.webp"))
    assert (film.size().width(), film.size().height()) == size
    assert str(tmp_path / "film.webp") in painter.status
    painter.pick("film_result", "Folder of pictures…")
    make(painter)
    images = [QtGui.QImage(str(file)) for file in sorted(folder.glob("*.png"))]
    assert [(image.width(), image.height()) for image in images] == [size] * 2 and images[0] != images[1]
    assert not painter.host.films, "neither becomes a layer"


def test_the_time_that_the_worker_expects_goes_by_the_frames(paint: Paint) -> None:
    painter = paint(scripted("good"))
    turn(painter, "Zoom")
    painter.session.wake()
    width, steps = fake.BOX[2], painter.choice.settings.steps

    def told(frames: int) -> bool:
        return in_words(width * steps * frames / 10) in painter.widget("aim").text()

    painter.choice.film.nudge({"frames": 2})
    until(lambda: told(2))
    painter.choice.film.nudge({"frames": 400})
    until(lambda: told(400))


def test_who_changes_their_mind_in_the_dialog_changes_nothing(
    paint: Paint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    painter = paint(scripted("good"))
    turn(painter, "Zoom")
    answer(monkeypatch, file=None, folder=tmp_path)
    painter.pick("film_result", "Folder of pictures…")
    painter.pick("film_result", "File…")
    assert painter.choice.film.target == str(tmp_path)
    assert painter.widget("film_result").currentText() == "Folder of pictures…"
    painter.pick("film_result", "Animated layer")
    assert not painter.choice.film.target


def answer(monkeypatch: pytest.MonkeyPatch, file: Path | None, folder: Path) -> None:
    """What the painter answers when a file or a folder is asked for."""
    monkeypatch.setattr(QtWidgets.QFileDialog, "getSaveFileName", lambda *_: (str(file or ""), ""))
    monkeypatch.setattr(QtWidgets.QFileDialog, "getExistingDirectory", lambda *_: str(folder))


def make(painter: Painter) -> None:
    painter.click("dream")
    assert painter.session.busy, painter.status
    until(lambda: not painter.session.busy, 180)
    assert painter.session.state is State.IDLE, painter.status


@pytest.mark.slow
def test_a_film_becomes_an_animated_layer_and_leaves_nothing_behind(paint: Paint) -> None:
    pytest.importorskip("tensorflow")
    painter = real(paint)
    turn(painter, "Zoom")
    assert painter.button == "Make Film"
    painter.choice.film.nudge({"frames": 2})
    painter.choice.nudge({"steps": 1, "octaves": 1})
    painter.click("dream")
    until(lambda: painter.host.films or painter.session.state is State.FAILED, 180)
    assert painter.host.films, painter.status
    _name, frames, per_second = painter.host.films[0]
    images = [QtGui.QImage.fromData(data) for data in frames]
    picture = painter.host.picture
    assert [(image.width(), image.height()) for image in images] == [(picture.width, picture.height)] * 2
    assert frames[0] != frames[1] and per_second == painter.choice.film.settings.per_second
    assert "animated layer of 2 frames" in painter.status and not left_behind()
    painter.choice.film.nudge({"frames": 500})
    painter.click("dream")
    until(lambda: painter.session.progress, 60)
    painter.click("dream")
    until(lambda: painter.button == "Make Film" and not painter.session.turns.owed, 60)
    assert len(painter.host.films) == 1 and not left_behind()


def test_a_worker_that_writes_until_it_hears_of_the_cancel_leaves_nothing_behind(paint: Paint) -> None:
    painter = paint(scripted("busy"))
    turn(painter, "Zoom")
    painter.click("dream")
    until(lambda: painter.session.progress)
    assert left_behind()
    painter.click("dream")
    assert painter.button == "Make Film" and painter.session.turns.owed
    until(lambda: not painter.session.turns.owed)
    assert not left_behind()


@pytest.mark.parametrize("how", ["crash", "quit"])
def test_a_film_whose_worker_ends_leaves_nothing_behind(paint: Paint, how: str) -> None:
    painter = paint(scripted("crash" if how == "crash" else "slow"))
    turn(painter, "Zoom")
    painter.click("dream")
    painter.click("add")
    assert len(left_behind()) == 2
    until(lambda: painter.session.progress)
    if how == "quit":
        painter.session.close()
    else:
        until(lambda: painter.session.state is State.FAILED)
    assert not left_behind()


@pytest.mark.parametrize(("version", "crashes"), [("6.0.4.1", True), ("5.1.5", False), ("5.2.9", False)])
def test_no_animated_layer_is_begun_in_a_krita_that_crashes_by_it(version: str, crashes: bool) -> None:
    with pytest.raises(errors.DreamError, match="often crashes") if crashes else nullcontext():
        placing.check_film(version)

"""The page *Zoom*: a zoom of the current layer becomes an animated layer or a file, and can be cancelled."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from krita_deepdream.core import errors, folders, owned
from krita_deepdream.dreaming import zooms
from krita_deepdream.dreaming.estimate import in_words
from krita_deepdream.dreaming.zooms import PREFIX
from krita_deepdream.jobs.job import State
from krita_deepdream.qt import QtGui, QtWidgets
from tests.fakes import host as fake

from .conftest import Painter, scripted, until
from .test_style import real, turn

Paint = Callable[..., Painter]


def left_behind() -> list[Path]:
    return list((folders.data_folder() / "jobs").glob(f"*/{PREFIX}*"))


def test_a_zoom_becomes_a_file_or_a_folder_of_pictures(
    paint: Paint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("tensorflow")
    painter, folder = real(paint), tmp_path / "my.frames"
    folder.mkdir()
    turn(painter, "Zoom")
    painter.choice.zoom.nudge({"frames": 2})
    painter.choice.nudge({"steps": 1, "octaves": 1})
    answer(monkeypatch, file=tmp_path / "zoom", folder=folder)
    size = (painter.host.picture.width, painter.host.picture.height)
    painter.pick("zoom_result", "File…")
    assert str(tmp_path / "zoom.webp") in painter.widget("zoom_words").text()
    make(painter)
    zoom = QtGui.QImageReader(str(tmp_path / "zoom.webp"))
    assert (zoom.size().width(), zoom.size().height()) == size
    assert str(tmp_path / "zoom.webp") in painter.status
    painter.pick("zoom_result", "Folder of pictures…")
    make(painter)
    images = [QtGui.QImage(str(file)) for file in sorted(folder.glob("*.png"))]
    assert [(image.width(), image.height()) for image in images] == [size] * 2 and images[0] != images[1]
    assert not painter.host.zooms, "neither becomes a layer"


def test_the_time_that_the_worker_expects_goes_by_the_frames(paint: Paint) -> None:
    painter = paint(scripted("good"))
    turn(painter, "Zoom")
    painter.session.wake()
    width, steps = fake.BOX[2], painter.choice.settings.steps

    def told(frames: int) -> bool:
        return in_words(width * steps * frames / 10) in painter.widget("aim").text()

    painter.choice.zoom.nudge({"frames": 2})
    until(lambda: told(2))
    painter.choice.zoom.nudge({"frames": 400})
    until(lambda: told(400))


def test_who_changes_their_mind_in_the_dialog_changes_nothing(
    paint: Paint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    painter = paint(scripted("good"))
    turn(painter, "Zoom")
    answer(monkeypatch, file=None, folder=tmp_path)
    painter.pick("zoom_result", "Folder of pictures…")
    painter.pick("zoom_result", "File…")
    assert painter.choice.zoom.target == str(tmp_path)
    assert painter.widget("zoom_result").currentText() == "Folder of pictures…"
    painter.pick("zoom_result", "Animated layer")
    assert not painter.choice.zoom.target


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
def test_a_zoom_becomes_an_animated_layer_and_leaves_nothing_behind(paint: Paint) -> None:
    pytest.importorskip("tensorflow")
    painter = real(paint)
    turn(painter, "Zoom")
    assert painter.button == "Make Zoom"
    painter.choice.zoom.nudge({"frames": 2})
    painter.choice.nudge({"steps": 1, "octaves": 1})
    painter.click("dream")
    until(lambda: painter.host.zooms or painter.session.state is State.FAILED, 180)
    assert painter.host.zooms, painter.status
    _name, data, zoom = painter.host.zooms[0]
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.read("mimetype") == b"application/x-krita"
        frames = [archive.read(f"zoom/layers/layer1.f{number}") for number in range(2)]
        picture = painter.host.picture
        assert f'width="{picture.width}" height="{picture.height}"' in archive.read("maindoc.xml").decode()
    assert frames[0] != frames[1] and zoom.settings == painter.choice.zoom.settings
    assert "animated layer with 2 frames" in painter.status and not left_behind()
    painter.choice.zoom.nudge({"frames": 500})
    painter.click("dream")
    until(lambda: painter.session.progress, 60)
    painter.click("dream")
    until(lambda: painter.button == "Make Zoom" and not painter.session.queue.awaits_cancel, 60)
    assert len(painter.host.zooms) == 1 and not left_behind()


def test_a_worker_that_writes_until_it_hears_of_the_cancel_leaves_nothing_behind(paint: Paint) -> None:
    painter = paint(scripted("busy"))
    turn(painter, "Zoom")
    painter.click("dream")
    until(lambda: painter.session.progress)
    assert left_behind()
    painter.click("dream")
    assert painter.button == "Make Zoom" and painter.session.queue.awaits_cancel
    until(lambda: not painter.session.queue.awaits_cancel)
    assert not left_behind()


def test_no_zoom_is_written_over_another(paint: Paint, tmp_path: Path) -> None:
    """Whoever presses Make Zoom twice has two zooms."""
    painter = paint(scripted("good"))
    turn(painter, "Zoom")
    (tmp_path / "frames").mkdir()
    for name, there, expected in [
        ("zoom.webp", [], "zoom.webp"),
        ("zoom.webp", ["zoom.webp"], "zoom 2.webp"),
        ("zoom.webp", ["zoom.webp", "zoom 2.webp"], "zoom 3.webp"),
        ("frames", [], "frames"),
        ("frames", ["frames/00001.png"], "frames 2"),
        ("x" * 400, [], "x" * 400),
    ]:
        for each in there:
            (tmp_path / each).write_bytes(b"an earlier zoom")
        painter.choice.zoom.take_target(str(tmp_path / name))
        found = zooms.with_target(painter.host, painter.choice.zoom_request, False)
        assert found.zoom is not None and found.zoom.target == str(tmp_path / expected) and not found.zoom.layer


@pytest.mark.parametrize("name", [f"{PREFIX}best", "frames"])
def test_a_painters_folder_stays_whatever_it_is_called(paint: Paint, tmp_path: Path, name: str) -> None:
    """Also with a record of ours in it: only a folder that was made for this zoom is deleted."""
    folder = tmp_path / name
    owned.make(folder)
    (folder / "painting.kra").write_bytes(b"years of work")
    painter = paint(scripted("busy"))
    turn(painter, "Zoom")
    painter.choice.zoom.take_target(str(folder / "zoom.webp"))
    painter.click("dream")
    until(lambda: painter.session.progress)
    painter.click("dream")
    until(lambda: not painter.session.queue.awaits_cancel)
    job = painter.host.requests[-1]
    zooms.forget(job)
    assert (folder / "painting.kra").read_bytes() == b"years of work"


def test_only_a_folder_with_our_record_is_deleted(paint: Paint, tmp_path: Path) -> None:
    painter = paint(scripted("slow"))
    turn(painter, "Zoom")
    painter.click("dream")
    until(lambda: painter.session.progress)
    folder = left_behind()[0]
    assert owned.is_ours(folder)
    (folder / owned.RECORD).unlink()
    (folder / "painting.kra").write_bytes(b"years of work")
    painter.session.close()
    assert (folder / "painting.kra").exists()


@pytest.mark.parametrize("how", ["crash", "quit"])
def test_a_zoom_whose_worker_ends_leaves_nothing_behind(paint: Paint, how: str) -> None:
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


def test_a_zoom_whose_picture_is_gone_leaves_nothing_behind(paint: Paint) -> None:
    painter = paint(scripted("slow"))
    painter.choice.nudge({"objective": "b10 + guide:gone"})
    order = painter.choice.zoom_request
    assert order.zoom is not None and not order.zoom.target, "its frames would lie in a folder of ours"
    with pytest.raises(errors.DreamError) as caught:
        painter.session.dream(order)
    assert caught.value.code == "named_picture.missing"
    assert left_behind() == []

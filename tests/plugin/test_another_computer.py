"""A worker on another computer: the line that starts it, a slow way there, and what is said when there is none."""

from __future__ import annotations

import io
import os
import shlex
import signal
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from deepdream_core.settings.zoom_settings import ZoomSettings
from krita_deepdream.atlas.atlas_dialog import AtlasDialog
from krita_deepdream.choices.choice import Choice
from krita_deepdream.choices.store import Store
from krita_deepdream.core import atlas_sheets, atomic, errors, folders, wire
from krita_deepdream.dreaming import arrivals
from krita_deepdream.jobs.job import Zoom
from krita_deepdream.qt import QAction, QtGui, QtWidgets
from krita_deepdream.worker import client as client_module
from krita_deepdream.worker.another_computer import PAYLOAD_BYTES, LinkTest
from krita_deepdream.worker.client import Client
from krita_deepdream.worker.worker_process import WorkerProcess
from tests.chosen import choose_fp32

from .conftest import Painter, launched, scripted, until
from .test_style import turn

SLOW_LINK = Path(__file__).resolve().parents[1] / "slow_link.py"
# 20 Mbit/s and 50 ms.
RATE, LATENCY = 20e6 / 8, 0.05
REPLACING = atomic.replacing


def line_through(counted: Path, command: list[str]) -> str:
    return shlex.join([sys.executable, "-I", str(SLOW_LINK), str(counted), str(RATE), str(LATENCY), *command])


def connected(line: str) -> tuple[Client, list[object], list[errors.DreamError]]:
    client, answers, ends = Client(lambda: None, line=lambda: line), [], []
    client.answered.connect(answers.append)
    client.ended.connect(ends.append)
    client.start()
    return client, answers, ends


def picture(side: int) -> wire.Picture:
    """Smooth, as most of a painting is."""
    row = b"".join(bytes([each // 4 % 256, 90, 40, 255]) for each in range(side))
    return wire.Picture(side, side, "U8", row * side)


@pytest.mark.parametrize("deflates", [True, False])
def test_pixels_are_deflated_where_the_way_is_slow_and_only_there(tmp_path: Path, monkeypatch, deflates) -> None:
    if not deflates:
        monkeypatch.setattr(client_module, "SLOW", RATE / 1000)
    sent = picture(400)
    client, answers, ends = connected(line_through(tmp_path / "counted", scripted("quick")()))
    try:
        until(lambda: client.is_welcome, 20)
        client.send(wire.Dream(7, {"steps": 1}, sent))
        until(lambda: any(isinstance(each, wire.Result) for each in answers) or ends, 30)
        there, _back = map(int, (tmp_path / "counted").read_text().split())
        assert not ends
        result = next(each for each in answers if isinstance(each, wire.Result))
        assert len(result.picture.data) == len(sent.data)
        assert (there - PAYLOAD_BYTES < len(sent.data) / 2) is deflates
    finally:
        client.stop(wait=True)


@pytest.mark.slow
def test_a_dream_through_a_slow_link_is_that_of_this_computer(paint: Callable[..., Painter], tmp_path: Path) -> None:
    pytest.importorskip("tensorflow")
    results = []
    for line in ("", line_through(tmp_path / "counted", launched()())):
        client, answers, _ends = Client(launched(), line=lambda line=line: line), [], []
        client.answered.connect(answers.append)
        client.start()
        until(lambda client=client: client.is_ready, 90)
        client.send(wire.Dream(3, {"steps": 2, "octaves": 1}, picture(160)))
        until(lambda answers=answers: any(isinstance(each, wire.Result) for each in answers), 60)
        results += [bytes(each.picture.data) for each in answers if isinstance(each, wire.Result)]
        client.stop(wait=True)
    assert results[0] == results[1] != bytes(picture(160).data)


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (["no-such-program"], "no-such-program"),
        ([sys.executable, "-c", "import sys; sys.exit('ssh: Could not resolve hostname gpu-box')"], "resolve hostname"),
    ],
)
def test_what_cannot_be_reached_is_said_in_its_own_words(command: list[str], said: str) -> None:
    client, _answers, ends = connected(shlex.join(command))
    until(lambda: ends, 10)
    assert ends[0].code == "worker.unreachable" and said in ends[0].sentence + ends[0].advice
    assert said not in ends[0].nameless, "the log would name the computer"
    client.stop()


def typed(painter: Painter, line: str) -> None:
    painter.panel.findChild(QAction, "deepdream_care_computer").trigger()
    box = next(each for each in painter.panel.window().findChildren(QtWidgets.QInputDialog) if each.isVisible())
    box.setTextValue(line)
    box.accept()


def test_the_line_is_typed_in_the_help_menu_tried_at_once_and_remembered(paint: Callable[..., Painter]) -> None:
    painter, line = paint(scripted("quick")), shlex.join(scripted("quick")())
    typed(painter, line)
    words = painter.widget("care_words")
    assert words.text() == "Trying to reach the other computer…"
    until(lambda: words.text() == "DeepDream computes on another computer.")
    assert painter.client.is_elsewhere and not painter.session.failed
    again = Choice(Store(Path(os.environ["KRITA_DEEPDREAM_HOME"])))
    assert again.worker_line == painter.choice.worker_line == line
    typed(painter, "")
    assert words.text() == "DeepDream computes on this computer." and not painter.client.running
    with pytest.raises(errors.DreamError, match="is not a command"):
        painter.choice.worker_line = 'ssh "gpu-box'


@pytest.mark.parametrize("command", [["no-such-program"], [sys.executable, "-c", "import sys; sys.exit('who is it?')"]])
def test_a_line_that_leads_nowhere_is_told_when_it_is_typed(paint: Callable[..., Painter], command: list[str]) -> None:
    painter = paint(scripted("quick"))
    typed(painter, shlex.join(command))
    until(lambda: painter.session.failed, 10)
    for words in (painter.widget("care_words").text(), painter.status):
        assert command[0] in words and "worker on another computer stopped" in words
    typed(painter, shlex.join(scripted("quick")()))
    until(lambda: painter.widget("care_words").text() == "DeepDream computes on another computer.", 10)
    assert not painter.session.failed


def test_a_core_is_left_free_where_the_help_menu_says_so(paint: Callable[..., Painter], monkeypatch) -> None:
    painter = paint(scripted("quick"))
    core = painter.panel.findChild(QAction, "deepdream_care_core")
    core.trigger()
    assert "leave one processor core to Krita" in painter.widget("care_words").text()
    again = Choice(Store(Path(os.environ["KRITA_DEEPDREAM_HOME"])))
    assert again.free_core
    sent: list[wire.Hello] = []
    monkeypatch.setattr(WorkerProcess, "send", lambda _self, message: sent.append(message))
    client = Client(scripted("quick"), free_core=lambda: again.free_core)
    client.start()
    client.stop(wait=True)
    core.trigger()
    assert sent[0].free_core and not again.free_core and again.worker_line == ""


def test_another_worker_leaves_nothing_of_the_present_one_at_work(paint: Callable[..., Painter]) -> None:
    painter = paint(scripted("slow", "quick"))
    painter.click("dream")
    until(lambda: painter.session.progress)
    painter.session.change_worker()
    assert painter.session.progress is None and not painter.session.busy
    painter.click("dream")
    until(lambda: painter.host.placed)


def far_away(paint: Callable[..., Painter], tmp_path: Path, command: list[str], target: str = "") -> Painter:
    """A painter on the page *Zoom* whose worker is behind a slow link."""
    painter = paint(lambda: None)
    painter.choice.worker_line = line_through(tmp_path / "counted", command)
    turn(painter, "Zoom")
    painter.choice.zoom.nudge({"frames": 2})
    painter.choice.zoom.take_target(target)
    return painter


def make(painter: Painter) -> None:
    painter.click("dream")
    until(lambda: not painter.session.busy, 120)


WHOLE = b"".join(bytes([number]) * 50_000 for number in range(4))


def test_a_zoom_made_elsewhere_becomes_a_file_here(paint: Callable[..., Painter], tmp_path: Path) -> None:
    folder = tmp_path / "zooms"
    folder.mkdir()
    painter = far_away(paint, tmp_path, scripted("quick")(), str(folder / "mine.webp"))
    make(painter)
    assert [each.name for each in folder.iterdir()] == ["mine.webp"]
    assert (folder / "mine.webp").read_bytes() == WHOLE and str(folder / "mine.webp") in painter.status
    painter.choice.zoom.take_target(str(folder / "my frames"))
    make(painter)
    assert sorted(each.name for each in (folder / "my frames").iterdir()) == ["00001.png", "00002.png"]
    painter.choice.zoom.take_target("")
    make(painter)
    assert [data for _name, data, _zoom in painter.host.zooms] == [WHOLE]
    assert not list(folders.data_folder().glob("jobs/*/zoom-*"))


def test_a_zoom_that_is_cancelled_while_it_arrives_leaves_nothing(
    paint: Callable[..., Painter], tmp_path: Path
) -> None:
    folder = tmp_path / "zooms"
    folder.mkdir()
    painter = far_away(paint, tmp_path, scripted("halting")(), str(folder / "mine.webp"))
    painter.click("dream")
    until(lambda: any(each.stat().st_size for each in folder.iterdir()), 60)
    painter.click("dream")
    until(lambda: not painter.session.queue.awaits_cancel, 60)
    assert list(folder.iterdir()) == []


def test_a_file_that_cannot_arrive_ends_the_zoom(paint: Callable[..., Painter], tmp_path: Path, monkeypatch) -> None:
    folder = tmp_path / "zooms"
    folder.mkdir()
    painter = far_away(paint, tmp_path, scripted("halting")(), str(folder / "mine.webp"))
    monkeypatch.setattr(arrivals.atomic, "replacing", full_after(folder, 0))
    with pytest.raises(errors.DreamError, match="No space left"):
        painter.session.dream(painter.choice.zoom_request)
    monkeypatch.setattr(arrivals.atomic, "replacing", full_after(folder, 1))
    painter.click("dream")
    until(lambda: not painter.session.busy, 60)
    assert "mine.webp" in painter.status and "No space left" in painter.status and painter.session.failed
    assert list(folder.iterdir()) == []


def test_of_a_sheet_that_cannot_arrive_no_rest_passes_for_it(paint: Callable[..., Painter], tmp_path: Path) -> None:
    painter = far_away(paint, tmp_path, scripted("slow")())
    dialog = AtlasDialog(painter.session, painter.choice, painter.panel)
    dialog.findChild(QtWidgets.QPushButton, "deepdream_atlas_render").click()
    queue, network, layer = painter.session.queue, dialog._network, dialog._layer.currentData()
    until(lambda: queue.current)
    number = queue.current.number
    folder = atlas_sheets.cached_file(network, layer).parent
    folder.parent.mkdir(parents=True)
    # A file stands where its folder should be.
    folder.write_bytes(b"")
    queue.receive(wire.FileBytes(number, ".jpg", b"first", False))
    folder.unlink()
    queue.receive(wire.FileBytes(number, ".jpg", b"last", True))
    assert not folder.exists()
    dialog.close()


KEYFRAMES = (0, 2, 3, 6)


def animated(paint: Callable[..., Painter], line: str) -> tuple[Painter, list[Any]]:
    """A painter on an animated layer whose worker is on another computer, and what that is sent."""
    painter = paint(lambda: None)
    painter.choice.worker_line = line
    painter.panel.resize(320, 1400)
    painter.host.keyframes = KEYFRAMES
    until(lambda: painter.widget("frames").isVisible())
    painter.pick("frames", "All Frames")
    sent: list[Any] = []
    send = painter.client.send
    painter.client.send = lambda message: (sent.append(message), send(message))  # type: ignore[method-assign]
    return painter, sent


def frames_words(painter: Painter) -> str:
    return str(painter.widget("frames_words").text())


def cancel_frame(painter: Painter, number: int) -> None:
    until(lambda: frames_words(painter).startswith(f"Frame {number} of"))
    painter.session.cancel()
    until(lambda: not painter.session.queue.awaits_cancel)


def test_frames_dreamed_elsewhere_become_a_layer_here(paint: Callable[..., Painter]) -> None:
    painter, sent = animated(paint, shlex.join(scripted("good")()))
    painter.click("dream")
    cancel_frame(painter, 3)
    assert frames_words(painter) == "2 of 4 frames of “Sky” are done."
    painter.click("frames_resume")
    until(lambda: painter.host.animations)
    _name, data, animation = painter.host.animations[0]
    assert data == WHOLE and animation.times == KEYFRAMES
    frames = [each for each in sent if isinstance(each, wire.Keyframe)]
    assert [(each.time, each.after) for each in frames] == [(0, None), (2, 0), (3, 2), (3, 2), (6, 3)]
    names = {each.folder for each in sent if isinstance(each, wire.Keyframe | wire.Animate | wire.Discard)}
    assert len(names) == 1 and "/" not in names.pop() and all(each.elsewhere for each in frames)
    last = [each for each in sent if not isinstance(each, wire.Estimate)][-1]
    assert isinstance(last, wire.Discard), "they wait there for ever"
    assert not list(folders.data_folder().glob("jobs/*/frames-*"))


@pytest.mark.slow
def test_frames_whose_layer_was_cancelled_on_its_way_are_still_there(paint: Callable[..., Painter]) -> None:
    painter, sent = animated(paint, shlex.join(scripted("halting")()))
    painter.click("dream")
    for _ in range(2):
        until(lambda: any(each.stat().st_size for each in folders.data_folder().glob("jobs/*/frames-*/*kra*")))
        painter.session.cancel()
        until(lambda: not painter.session.queue.awaits_cancel)
        assert frames_words(painter) == "4 of 4 frames of “Sky” are done."
        assert not list(folders.data_folder().glob("jobs/*/frames-*/*kra*"))
        painter.click("frames_resume")
    assert not [each for each in sent if isinstance(each, wire.Discard)]


@pytest.mark.slow
def test_frames_go_on_only_where_they_wait(paint: Callable[..., Painter]) -> None:
    far = shlex.join(scripted("good")())
    painter, sent = animated(paint, far)
    painter.click("dream")
    cancel_frame(painter, 3)
    painter.choice.worker_line = f"env {far}"
    painter.session.change_worker()
    for button in ("frames_resume", "frames_keep"):
        painter.click(button)
        assert "on different computers" in painter.status and frames_words(painter).startswith("2 of 4")
    painter.choice.worker_line = far
    painter.session.change_worker()
    painter.click("frames_resume")
    until(lambda: painter.host.animations)
    assert [each.time for each in sent if isinstance(each, wire.Keyframe)] == [0, 2, 3, 3, 6]


def full_after(folder: Path, count: int) -> Callable[..., Any]:
    """``atomic.replacing`` where a folder has room for so many files."""
    left = [None] * count

    def replacing(path: Path, flushes: bool = True) -> Any:
        if path.parent == folder:
            if not left:
                raise OSError(28, "No space left on device", str(path))
            left.pop()
        return REPLACING(path, flushes)

    return replacing


@pytest.mark.parametrize("name", ["", "../00001.png", "00001.exe", "/00001.png"])
def test_no_file_arrives_but_a_zooms_own(tmp_path: Path, name: str) -> None:
    with pytest.raises(errors.DreamError):
        Zoom(ZoomSettings(), str(tmp_path)).arriving_file(name)
    if name:
        with pytest.raises(errors.DreamError):
            Zoom(ZoomSettings(), str(tmp_path / "zoom.webp")).arriving_file(name)
        with pytest.raises(errors.DreamError):
            atlas_sheets.arriving_file("vgg16", "block1_conv1", name)


@pytest.mark.slow
def test_a_zoom_and_a_sheet_through_a_slow_link(paint: Callable[..., Painter], tmp_path: Path) -> None:
    """By the real worker: in the painter's data folder there is the sheet, and a layer with two frames."""
    pytest.importorskip("tensorflow")
    far = tmp_path / "far"
    command = ["env", f"KRITA_DEEPDREAM_HOME={far}", *launched()()]
    painter = far_away(paint, tmp_path, command)
    painter.choice.nudge({"steps": 1, "octaves": 1})
    make(painter)
    _name, data, _zoom = painter.host.zooms[0]
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        frames = [archive.read(f"zoom/layers/layer1.f{number}") for number in range(2)]
    assert frames[0] != frames[1]
    network = "efficientnet_lite0"
    painter.choice.nudge({"network": network})
    dialog = AtlasDialog(painter.session, painter.choice, painter.panel)
    layers = dialog.findChild(QtWidgets.QComboBox, "deepdream_atlas_layer")
    layers.setCurrentIndex(layers.findData("b0"))
    dialog.findChild(QtWidgets.QPushButton, "deepdream_atlas_render").click()
    until(lambda: atlas_sheets.cached_file(network, "b0").with_suffix(".json").exists(), 300)
    assert QtGui.QImage(str(atlas_sheets.cached_file(network, "b0"))).width() == 16 * 64
    until(lambda: not list((far / "jobs").glob("sent-*")))
    dialog.close()


@pytest.mark.slow
def test_frames_through_a_slow_link_are_those_of_this_computer(paint: Callable[..., Painter], tmp_path: Path) -> None:
    """By the real worker, which is killed in the middle: it goes on where it was, and keeps nothing."""
    pytest.importorskip("tensorflow")
    layers, far = [], tmp_path / "far"
    choose_fp32(far)
    command = ["env", f"KRITA_DEEPDREAM_HOME={far}", *launched()()]
    for line in (shlex.join(command), line_through(tmp_path / "counted", command)):
        painter, sent = animated(paint, line)
        painter.choice.nudge({"steps": 1, "octaves": 1})
        painter.click("dream")
        if layers:
            until(lambda painter=painter: frames_words(painter).startswith("Frame 3 of"), 120)
            os.kill(painter.client.pid, signal.SIGKILL)
            until(lambda painter=painter: not painter.session.busy)
            # What was on its way still came.
            assert frames_words(painter)[:6] in ("2 of 4", "3 of 4")
            assert list((far / "jobs").glob("waits-*/000002.frame"))
            painter.click("frames_resume")
        until(lambda painter=painter: painter.host.animations, 120)
        layers.append(painter.host.animations[0][1])
        assert [each.time for each in sent if isinstance(each, wire.Keyframe)].count(0) == 1
        until(lambda: not list((far / "jobs").glob("waits-*")))
        painter.session.close()
    parts = [zipfile.ZipFile(io.BytesIO(each)) for each in layers]
    # A profile has the time of its making in it.
    names = [name for name in parts[0].namelist() if not name.endswith(".icc")]
    assert all(parts[0].read(name) == parts[1].read(name) for name in names)


def test_the_rate_is_that_of_the_payload(monkeypatch: pytest.MonkeyPatch) -> None:
    link_test = LinkTest()
    first, second = link_test.pings()
    assert not first.payload and len(second.payload) == PAYLOAD_BYTES
    assert link_test.rate(wire.Pong(0)) is None and link_test.rate(wire.Pong(1)) is None
    assert link_test.rate(wire.Pong(2)) > 0
    # As where a clock is coarse.
    monkeypatch.setattr("time.monotonic", lambda: 5.0)
    assert link_test.rate(wire.Pong(1)) is None and link_test.rate(wire.Pong(2)) > PAYLOAD_BYTES

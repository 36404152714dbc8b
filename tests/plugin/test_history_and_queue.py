"""Past dreams wait in the history, future ones in the queue, and both say where they belong."""

from __future__ import annotations

import importlib
import json
import struct
import threading
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from krita_deepdream.choices.choice import Choice
from krita_deepdream.core import errors, wire
from krita_deepdream.docker.history.history_box import HistoryBox
from krita_deepdream.docker.history.history_menu import export
from krita_deepdream.documents import archive
from krita_deepdream.dreaming import history as history_module
from krita_deepdream.dreaming import unpack
from krita_deepdream.dreaming.history import History
from krita_deepdream.jobs.document_data import Location, Outcome
from krita_deepdream.jobs.images import FORMAT, png
from krita_deepdream.qt import QAction, Qt, QtGui, QtWidgets
from tests.fakes.host import FakeDocument, FakeHost

from .conftest import BINDING, Painter, scripted, until

Paint = Callable[..., Painter]


@pytest.fixture
def painter(paint: Paint) -> Painter:
    made = paint(scripted("good"))
    made.panel.resize(300, 1200)
    return made


def dream(painter: Painter) -> None:
    placed = len(painter.host.placed)
    painter.click("dream")
    until(lambda: len(painter.host.placed) > placed and not painter.session.busy)
    until(lambda: painter.session.results.history.entries[0].packed)


def entry_of_menu(painter: Painter, name: str) -> QAction:
    menu = painter.widget("history_menu").menu()
    menu.aboutToShow.emit()
    return menu.findChild(QAction, f"deepdream_history_{name}")


def shown(painter: Painter) -> list[str]:
    box = painter.widget("history")
    return [box.item(row).text().partition("\n")[0] for row in range(box.count())]


def reopened(painter: Painter) -> FakeDocument:
    """The active document after saving, closing and opening."""
    old = painter.host.active
    new = FakeDocument()
    new.annotations = dict(old.annotations)
    painter.host.closed.append(old)
    painter.host.active = new
    return new


def test_a_past_dream_is_placed_again_as_it_was(painter: Painter) -> None:
    assert not painter.widget("history").isVisible()
    dream(painter)
    painter.click("preset_dots")
    dream(painter)
    assert shown(painter) == ["Dots", "Animals"]
    painter.widget("history").setCurrentRow(1)
    painter.click("history_apply")
    first, last = painter.host.placed[0], painter.host.placed[-1]
    assert len(painter.host.placed) == 3
    assert (last.name, bytes(last.picture.data), last.x, last.y) == (
        first.name,
        bytes(first.picture.data),
        first.x,
        first.y,
    )


@pytest.mark.parametrize(
    ("packed", "raised", "said"),
    [
        (b"no picture", None, "can no longer be read"),
        (b"\x89PNG", MemoryError("no room"), "MemoryError"),
    ],
)
def test_a_past_dream_that_can_not_be_unpacked_is_told(
    painter: Painter, monkeypatch: pytest.MonkeyPatch, packed: bytes, raised: Exception | None, said: str
) -> None:
    """Trial C38: whatever went wrong in the thread was never seen, and the docker waited for ever."""
    dream(painter)
    entry = painter.session.results.history.entries[0]
    entry.packed, entry.outcome = packed, replace(entry.outcome, picture=replace(entry.outcome.picture, data=b""))
    passed_on: list[type[BaseException]] = []
    if raised:
        monkeypatch.setattr(threading, "excepthook", lambda fault: passed_on.append(fault.exc_type))
        monkeypatch.setattr(unpack, "unpacked", lambda _png: (_ for _ in ()).throw(raised))
    before = len(painter.host.placed)
    painter.click("history_apply")
    until(lambda: painter.session.failed)
    assert said in painter.widget("status").text() and len(painter.host.placed) == before
    until(lambda: passed_on == ([type(raised)] if raised else [])), "the log has it too"


def test_settings_of_a_past_dream_come_back(painter: Painter) -> None:
    painter.choice.nudge({"seed": 4321, "size": 31})
    chosen = painter.choice.settings
    dream(painter)
    painter.click("preset_woodcut")
    painter.click("history_settings")
    assert painter.choice.settings == chosen and painter.choice.preset == "Animals"


def test_settings_are_copied_as_text_that_is_a_preset(painter: Painter) -> None:
    painter.choice.nudge({"seed": 4321})
    dream(painter)
    entry_of_menu(painter, "copy").trigger()
    copied = json.loads(QtWidgets.QApplication.clipboard().text())
    assert copied["name"] == "Animals" and copied["settings"] == painter.choice.settings.to_dict()


def test_one_dream_is_forgotten_here_and_in_the_file(painter: Painter) -> None:
    dream(painter)
    assert any(annotation.startswith(archive.PREFIX) for annotation in painter.host.active.annotations)
    entry_of_menu(painter, "forget").trigger()
    assert painter.widget("history").count() == 0 and not painter.widget("history").isVisible()
    assert painter.host.active.annotations == {}


def test_a_dream_thrown_away_waits_in_the_history(painter: Painter) -> None:
    painter.host.refusal = errors.DreamError("krita.gone", layer="Sky")
    painter.click("dream")
    until(lambda: painter.session.results.offer)
    painter.click("drop")
    painter.click("history_apply")
    assert len(painter.host.placed) == 1


def test_a_document_brings_its_dreams_along(painter: Painter) -> None:
    dream(painter)
    before = painter.host.placed[0]
    document = reopened(painter)
    until(lambda: painter.session.results.history.document is document)
    assert shown(painter) == ["Animals"], "once, although it was known from before"
    assert not painter.widget("history").item(0).icon().isNull()
    painter.click("history_apply")
    until(lambda: len(painter.host.placed) == 2)
    after = painter.host.placed[-1]
    assert after.location.document is document
    assert (after.name, after.x, after.y, after.recipe) == (before.name, before.x, before.y, before.recipe)
    assert bytes(after.picture.data) == bytes(before.picture.data)


def test_only_the_active_documents_dreams_are_shown_and_those_of_closed_ones(painter: Painter) -> None:
    first = painter.host.active
    dream(painter)
    painter.host.active = FakeDocument("Other")
    until(lambda: shown(painter) == [])
    painter.host.active = first
    until(lambda: shown(painter) == ["Animals"])
    painter.host.active = FakeDocument("Other")
    until(lambda: shown(painter) == [])
    painter.host.closed.append(first)
    painter.host.active = None
    until(lambda: shown(painter) == ["Animals"])
    assert "closed" in painter.widget("history").item(0).toolTip()


def test_a_file_may_take_no_dreams_along(painter: Painter) -> None:
    dream(painter)
    assert "saved in the file" in painter.widget("history_saved").text()
    entry_of_menu(painter, "off").trigger()
    assert list(painter.host.active.annotations) == [archive.OFF]
    assert painter.widget("history_saved").text() == ""
    dream(painter)
    assert list(painter.host.active.annotations) == [archive.OFF]
    document = reopened(painter)
    until(lambda: painter.session.results.history.document is document)
    assert entry_of_menu(painter, "off").isChecked()
    entry_of_menu(painter, "off").trigger()
    assert not entry_of_menu(painter, "off").isChecked()
    dream(painter)
    assert len(document.annotations) == 1


def test_a_file_takes_no_more_than_its_share(painter: Painter, monkeypatch: pytest.MonkeyPatch) -> None:
    dream(painter)
    size = len(painter.session.results.history.entries[0].packed)
    monkeypatch.setattr(archive, "MOST_BYTES", 2 * size + size // 2)
    for _ in range(3):
        dream(painter)
    assert [entry.saved for entry in painter.session.results.history.entries] == [True, True, False, False]
    assert len(painter.host.active.annotations) == 2
    monkeypatch.setattr(archive, "MOST_BYTES", size // 2)
    dream(painter)
    assert [entry.saved for entry in painter.session.results.history.entries] == [False, True, True, False, False]


def test_everything_shown_is_cleared(painter: Painter) -> None:
    dream(painter)
    dream(painter)
    entry_of_menu(painter, "clear").trigger()
    assert shown(painter) == [] and painter.host.active.annotations == {}


def test_a_dream_is_exported_as_it_is(painter: Painter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dream(painter)
    path = tmp_path / "dream"
    monkeypatch.setattr(QtWidgets.QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    entry_of_menu(painter, "export").trigger()
    image = QtGui.QImage(str(path.with_suffix(".png"))).convertToFormat(QtGui.QImage.Format.Format_ARGB32)
    picture = painter.host.placed[0].picture
    assert (image.width(), image.height()) == (picture.width, picture.height)
    blue, green, red, alpha = bytes(picture.data)[:4]
    assert image.pixelColor(0, 0).getRgb() == (red, green, blue, alpha)


def test_what_cant_be_exported_is_told(painter: Painter, tmp_path: Path) -> None:
    dream(painter)
    entry = painter.session.results.history.entries[0]
    for chosen, path, code in (
        (None, tmp_path / "x.png", "history.unpacked"),
        (replace(entry, packed=b""), tmp_path / "x.png", "history.unpacked"),
        (entry, tmp_path / "nowhere" / "x.png", "picture.write"),
    ):
        with pytest.raises(errors.DreamError) as told:
            export(chosen, path)
        assert told.value.code == code and not path.exists()


def test_holding_compare_hides_the_layer_and_letting_go_brings_it_back(painter: Painter) -> None:
    test = importlib.import_module(f"{BINDING}.QtTest").QTest
    dream(painter)
    button = painter.widget("history_compare")
    test.mousePress(button, Qt.MouseButton.LeftButton)
    assert painter.host.flips == 1
    test.mouseRelease(button, Qt.MouseButton.LeftButton)
    assert painter.host.flips == 2
    test.mousePress(button, Qt.MouseButton.LeftButton)
    painter.panel.hide()
    assert painter.host.flips == 4, "the docker was closed while the button was held"
    test.mouseRelease(button, Qt.MouseButton.LeftButton)
    assert painter.host.flips == 4
    painter.panel.show()
    painter.host.standing = False
    until(lambda: not button.isEnabled())


def test_the_oldest_let_go_of_their_pixels_when_memory_runs_out() -> None:
    history = History(FakeHost())
    side = 4096
    picture = wire.Picture(side, side, "U8", bytes(side * side * 4))
    place = Location(FakeDocument(), "Picture", (side, side), "", "Sky", 0, 0)
    packed = history.add(Outcome(name="packed", location=place, picture=picture, x=0, y=0, strength=100.0), 1)
    history.pack(1, b"\x89PNG")
    for number in range(history_module.MOST_BYTES // len(picture.data) + 2):
        history.add(Outcome(name=str(number), location=place, picture=picture, x=0, y=0, strength=100.0))
    assert history.held_bytes <= history_module.MOST_BYTES
    assert history.entries[0].outcome.name == str(number)
    assert packed in history.entries and not packed.outcome.picture.data
    assert "0" not in [entry.outcome.name for entry in history.entries]


def test_a_broken_memory_is_told_and_can_be_forgotten(painter: Painter) -> None:
    dream(painter)
    annotation = next(iter(painter.host.active.annotations))
    line = painter.host.active.annotations[annotation].partition(b"\n")[0]
    painter.host.active.annotations[annotation] = line + b"\nno picture"
    painter.host.active.annotations[archive.PREFIX + "rubbish"] = b"{"
    document = reopened(painter)
    until(lambda: painter.session.results.history.document is document)
    assert shown(painter) == ["Animals"]
    assert "A past dream in “Picture” can't be read" in painter.session.sentence
    assert document.annotations[archive.PREFIX + "rubbish"] == b"{"
    painter.click("history_apply")
    until(lambda: "can no longer be read" in painter.status)
    assert len(painter.host.placed) == 1


def test_jobs_wait_their_turn_and_each_can_be_cancelled(paint: Paint) -> None:
    painter = paint(scripted("slow"))
    painter.panel.resize(300, 1200)
    assert not painter.widget("add").isEnabled()
    painter.click("dream")
    until(lambda: painter.session.progress)
    assert painter.button == "Cancel"
    painter.click("preset_dots")
    painter.click("add")
    painter.host.active = FakeDocument("Other")
    painter.click("preset_woodcut")
    painter.click("add")
    rows = [label.text() for label in painter.widget("queue").findChildren(QtWidgets.QLabel)]
    assert rows == [
        "Now “Animals” on “Sky” (Picture)",
        "Then “Dots” on “Sky” (Picture)",
        "Then “Woodcut” on “Sky” (Other)",
    ]
    assert painter.button == "Cancel All"
    present, weave, _veins = (job.number for job in painter.session.queue.jobs)
    painter.click(f"drop_{weave}")
    assert [job.request.name for job in painter.session.queue.jobs] == ["Animals", "Woodcut"]
    painter.click(f"drop_{present}")
    assert "Nothing was changed" not in painter.session.sentence, "the other one goes on"
    until(lambda: painter.host.placed)
    assert [(outcome.name, outcome.location.document_name) for outcome in painter.host.placed] == [("Woodcut", "Other")]


def test_rows_of_the_queue_stay_while_they_are_the_same(paint: Paint) -> None:
    """One may just be pressed."""
    painter = paint(scripted("slow"))
    painter.click("dream")
    painter.click("add")
    first = painter.session.queue.jobs[1].number
    row = painter.widget(f"drop_{first}")
    painter.session.changed.emit()
    assert painter.widget(f"drop_{first}") is row
    changed: list[bool] = []
    painter.session.results.history.changed.connect(lambda: changed.append(True))
    painter.session.results.history.look()
    assert not changed, "it is the same image"


def test_all_jobs_are_cancelled_at_once(paint: Paint) -> None:
    painter = paint(scripted("slow"))
    painter.panel.resize(300, 1200)
    painter.click("dream")
    until(lambda: painter.session.progress)
    painter.click("add")
    painter.click("dream")
    assert not painter.session.busy and painter.button == "Dream"
    assert not painter.widget("queue").isVisible()


def test_two_dockers_show_the_same_history(painter: Painter, own_folders: None) -> None:
    other = HistoryBox(painter.session, painter.choice, painter.keeper)
    dream(painter)
    box = other.findChild(QtWidgets.QListWidget, "deepdream_history")
    assert isinstance(painter.choice, Choice) and box.count() == 1


SPOILT = [
    ("time", "now"),
    ("time", None),
    ("place", 5),
    ("recipe", []),
    ("x", 10**400),
    ("goes", "away"),
    ("small", 7),
    ("place.canvas", [0, 0]),
    ("place.canvas", "big"),
    ("place.space", [1]),
    ("place.resolution", float("nan")),
    ("place.x", "1"),
    ("small", "A" * (archive.LONGEST_THUMBNAIL + 4)),
]


@pytest.mark.parametrize(("name", "value"), SPOILT)
def test_a_strangers_dream_is_left_alone_and_costs_no_other(painter: Painter, name: str, value: object) -> None:
    dream(painter)
    document = painter.host.active
    annotation = next(iter(document.annotations))
    line, _, png = document.annotations[annotation].partition(b"\n")
    values = json.loads(line)
    part = values["place"] if name.startswith("place.") else values
    part[name.removeprefix("place.")] = value
    spoilt = json.dumps(values).encode() + b"\n" + png
    document.annotations[archive.PREFIX + "spoilt"] = spoilt
    found, left = archive.read(document)
    assert ([entry.outcome.name for entry in found], left) == (["Animals"], 1)
    assert document.annotations[archive.PREFIX + "spoilt"] == spoilt


def test_fifteen_dreams_make_no_large_file_of_a_small_sketch() -> None:
    """They are about a megabyte each: no more of them are saved than the sketch itself takes."""
    host = FakeHost()
    document, history = host.active, History(host)
    picture = wire.Picture(8, 8, "U8", bytes(256))
    place = Location(document, "Picture", (640, 480), "", "Sky", 0, 0)
    for number in range(1, 16):
        history.add(Outcome(name=str(number), location=place, picture=picture, x=0, y=0, strength=100.0), number)
        history.pack(number, b"\x89PNG" + bytes(400_000))
    kept = sum(len(data) for data in document.annotations.values())
    assert 800_000 < kept < 640 * 480 * 4 + 10_000
    assert [entry.outcome.name for entry in history.entries if entry.saved] == ["15", "14", "13"]
    assert history.saved_bytes() == 3 * 400_004 and len(history.entries) == 15


@pytest.mark.parametrize(
    ("depth", "pixel"),
    [
        ("U8", bytes((10, 200, 90, 255))),
        ("U16", struct.pack("<4H", 2600, 51400, 23130, 65535)),
        ("F32", struct.pack("<4f", 0.1022, 0.5776, 0.00304, 1.0)),
    ],
)
def test_a_thumbnail_shows_the_dream_itself_in_its_colours(depth: str, pixel: bytes) -> None:
    """The last preview may be of a much earlier step, and grey."""
    history = History(FakeHost())
    picture = wire.Picture(900, 500, depth, pixel * (900 * 500))
    place = Location(FakeDocument(), "Picture", (900, 500), "", "Sky", 0, 0)
    grey = wire.Picture(2, 1, "U8", bytes([90, 90, 90, 255] * 2))
    entry = history.add(Outcome(name="x", location=place, picture=picture, x=0, y=0, strength=100.0, preview=grey))
    small = QtGui.QImage.fromData(entry.small)
    colour = small.pixelColor(small.width() // 2, small.height() // 2)
    assert (colour.red(), colour.green(), colour.blue()) == pytest.approx((90, 200, 10), abs=1)
    assert small.width() == archive.THUMBNAIL_PX


SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9" fill="red"/></svg>'


def stated(width: int, height: int) -> bytes:
    """A short PNG file that states so many pixels."""
    head = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    data = b"IDAT" + zlib.compress(bytes(1000))
    chunks = [struct.pack(">I", len(each) - 4) + each + struct.pack(">I", zlib.crc32(each)) for each in (head, data)]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


@pytest.mark.parametrize(
    "small", [SVG, stated(20_000, 20_000), png(QtGui.QImage(300, 300, FORMAT))], ids=["svg", "claims", "large"]
)
def test_a_strangers_thumbnail_is_a_small_png_or_none(painter: Painter, small: bytes) -> None:
    """Other readers of Qt's open further files, and this is Krita's thread."""
    dream(painter)
    (entry,) = painter.session.results.history.entries
    assert not shown_thumbnail(painter).isNull()
    entry.small = small
    painter.session.results.history.changed.emit()
    assert shown_thumbnail(painter).isNull()


def shown_thumbnail(painter: Painter) -> QtGui.QIcon:
    return painter.widget("history").item(0).icon()


def test_a_packed_dream_that_states_more_than_it_holds_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    class Reader(QtGui.QImageReader):
        def read(self) -> QtGui.QImage:
            raise AssertionError("room is made for it")

    monkeypatch.setattr(QtGui, "QImageReader", Reader)
    for packed in (SVG, stated(20_000, 20_000), stated(1 << 16, 1 << 16)):
        with pytest.raises(errors.DreamError, match="can no longer be read"):
            unpack.unpacked(packed)

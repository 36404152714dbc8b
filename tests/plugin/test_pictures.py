"""Pictures beside the one that is dreamed: given, seen, put to work without writing an objective, taken away."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from krita_deepdream.choices.choice import Choice
from krita_deepdream.choices.store import Store
from krita_deepdream.core import errors, wire
from krita_deepdream.jobs.images import from_image
from krita_deepdream.jobs.job import State
from krita_deepdream.jobs.named_pictures import NamedPicture, fitted_to, flat_colours, name_for, pictures_for
from krita_deepdream.qt import QtGui, QtWidgets
from tests.fakes import host as fake

from .conftest import Painter, scripted, until

Paint = Callable[..., Painter]


@pytest.fixture
def painter(paint: Paint) -> Painter:
    made = paint(scripted("slow"))
    made.panel.resize(300, 2000)
    made.click("more")
    return made


def image(*colours: str) -> Any:
    made = QtGui.QImage(40 * len(colours), 30, QtGui.QImage.Format.Format_ARGB32)
    made.fill(0)
    brush = QtGui.QPainter(made)
    for index, colour in enumerate(colours):
        brush.fillRect(40 * index, 0, 30, 30, QtGui.QColor(colour))
    brush.end()
    return made


def objective(painter: Painter) -> str:
    shown: str = painter.widget("objective").text()
    assert shown == painter.choice.settings.objective
    return shown


def test_a_layer_becomes_a_guide(painter: Painter) -> None:
    painter.menu_entry("picture_add", "Layer or Mask", "Hill").trigger()
    assert painter.widget("picture_Hill").text() == "Hill" and not painter.widget("picture_Hill").icon().isNull()
    painter.menu_entry("picture_Hill", "Dream Towards It").trigger()
    assert objective(painter) == "guide:b10=Hill"
    painter.click("dream")
    until(lambda: painter.session.queue.current)
    assert painter.session.queue.current.request.pictures == {"Hill": painter.host.layers["Hill"]}


def test_things_grow_each_in_its_place(painter: Painter) -> None:
    painter.host.layers["Hints"] = from_image(image("#3366ff", "#22aa33"))
    painter.menu_entry("picture_add", "Layer or Mask", "Hints").trigger()
    painter.choice.nudge({"objective": "class:castle"})
    also = painter.widget("also")
    also.setText("owl")
    also.returnPressed.emit()
    painter.choose_at_once("where_0", "where “Hints” is blue")
    painter.choose_at_once("where_1", "where “Hints” is green")
    assert objective(painter) == "class:castle@Hints#3366ff + class:owl@Hints#22aa33"
    painter.click("less_1")
    assert objective(painter) == "class:castle@Hints#3366ff"
    assert not painter.widget("less_0").isEnabled(), "something has to grow"


def test_an_unknown_thing_is_told_and_not_added(painter: Painter) -> None:
    before = painter.choice.settings
    painter.widget("also").setText("no such thing")
    painter.widget("also").returnPressed.emit()
    assert "doesn't know" in painter.status and painter.choice.settings == before


def test_a_file_lies_over_the_grabbed_part(painter: Painter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "left and right.png"
    image("white", "black").save(str(path))
    chosen = lambda *_: (str(path), "")  # noqa: E731
    monkeypatch.setattr(QtWidgets.QFileDialog, "getOpenFileName", chosen)
    painter.menu_entry("picture_add", "From File…").trigger()
    painter.menu_entry("picture_left_and_right", "Dream Only Where It Is Light").trigger()
    assert objective(painter) == "b10@left_and_right"
    painter.click("dream")
    until(lambda: painter.session.queue.current)
    mask = painter.session.queue.current.request.pictures["left_and_right"]
    assert (mask.width, mask.height) == (fake.WIDTH, fake.HEIGHT)
    assert bytes(mask.data[:4]) == b"\xff\xff\xff\xff", "x 100 of 640 lies in the white left"


def test_the_clipboard_is_a_guide(painter: Painter) -> None:
    clipboard = QtWidgets.QApplication.clipboard()
    assert clipboard is not None
    clipboard.setImage(image("red"))
    painter.menu_entry("picture_add", "From Clipboard").trigger()
    painter.menu_entry("picture_Clipboard", "Dream Towards It").trigger()
    assert objective(painter) == "guide:b10=Clipboard"


def test_a_picture_taken_away_leaves_the_objective(painter: Painter) -> None:
    painter.menu_entry("picture_add", "Layer or Mask", "Hill").trigger()
    painter.choice.nudge({"objective": "class:castle@Hill + guide:b6=Hill"})
    painter.menu_entry("picture_Hill", "Remove").trigger()
    assert objective(painter) == "class:castle" and not painter.choice.named_pictures


def test_a_layer_that_is_gone_is_told_before_any_work(painter: Painter) -> None:
    painter.menu_entry("picture_add", "Layer or Mask", "Hill").trigger()
    painter.menu_entry("picture_Hill", "Dream Towards It").trigger()
    del painter.host.layers["Hill"]
    painter.click("dream")
    assert "“Hill”, which no longer exists" in painter.status and painter.button == "Dream"


def test_remembered_pictures_that_are_gone_do_no_harm(painter: Painter, tmp_path: Path) -> None:
    path = tmp_path / "photo.png"
    image("red").save(str(path))
    store = Store(tmp_path)
    first = Choice(store)
    first.give(painter.choice.named_pictures.setdefault("x", fake_given("photo", str(path))))
    first.nudge({"objective": "guide:b6=photo"})
    first.remember()
    assert Choice(store).named_pictures["photo"].picture is not None
    path.unlink()
    later = Choice(store)
    assert later.settings.objective == "guide:b6=photo" and not later.named_pictures
    painter.choice.named_pictures = {}
    painter.choice.nudge({"objective": "guide:b6=photo"})
    painter.click("dream")
    assert "More ▸ Pictures" in painter.status and painter.button == "Dream"


def fake_given(name: str, path: str) -> Any:
    from krita_deepdream.jobs.named_pictures import NamedPicture

    return NamedPicture(name, name, path=path)


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("Paint Layer 1", "Paint_Layer_1"),
        ("3 hills", "_3_hills"),
        ("…", "_"),
        ("taken", "taken_2"),
        ("空", "_空"),
    ],
)
def test_names_can_be_spelt_in_an_objective(label: str, name: str) -> None:
    assert name_for(label, {"taken"}) == name


def test_flat_colours_are_those_of_a_hint_layer_only() -> None:
    assert set(flat_colours(from_image(image("#3366ff", "#22aa33")))) == {"3366ff", "22aa33"}
    assert flat_colours(fake.gradient(200, 200)) == []


def test_a_picture_is_stretched_over_the_canvas() -> None:
    part = fitted_to(wire.Picture(2, 1, "U8", b"\0\0\0\xff" + b"\xff" * 4), (200, 100), (150, 0, 50, 100))
    assert (part.width, part.height) == (50, 100) and min(part.data) == 255


def test_the_real_worker_takes_guides_and_masks(paint: Paint) -> None:
    pytest.importorskip("tensorflow")
    launcher = Path(sys.modules["krita_deepdream"].__file__ or "").with_name("launch.py")
    painter = paint(lambda: [sys.executable, "-I", str(launcher), "worker"])
    painter.host.picture, painter.host.mask = fake.gradient(96, 80), fake.box(96, 80)
    painter.host.layers["Hints"] = fake.gradient(96, 80)
    painter.panel.resize(300, 2000)
    painter.click("more")
    painter.menu_entry("picture_add", "Layer or Mask", "Hints").trigger()
    painter.menu_entry("picture_add", "Other Open Image", "Other.kra").trigger()
    painter.menu_entry("picture_Other_kra", "Dream Towards It").trigger()
    painter.menu_entry("picture_Hints", "Dream Only Where It Is Light").trigger()
    assert objective(painter) == "guide:b10=Other_kra@Hints"
    painter.click("dream")
    until(lambda: painter.host.placed or painter.session.state is State.FAILED, 600)
    assert painter.host.placed, painter.status
    assert {"Hints", "Other_kra"} <= painter.host.placed[0].recipe["pictures"].keys()


def test_where_says_how_to_get_more_places(painter: Painter) -> None:
    box = painter.widget("where_0")
    assert box.count() == 2 and "Add Picture" in box.itemText(1)
    assert not box.model().item(1).isEnabled()
    painter.choice.give(NamedPicture("hill", "Hill", picture=fake.gradient(8, 8)))
    box = painter.widget("where_0")
    assert "Add Picture" not in [box.itemText(index) for index in range(box.count())][-1] and box.count() >= 2


def legend(painter: Painter, name: str, text: str) -> None:
    """Type a thing into a line of the legend."""
    line = painter.widget(f"legend_{name}")
    line.setText(text)
    line.setModified(True)
    line.editingFinished.emit()


def test_the_legend_says_what_each_colour_stands_for(painter: Painter) -> None:
    assert painter.widget("legend").isHidden()
    painter.host.layers["Hints"] = from_image(image("#3366ff", "#22aa33"))
    painter.menu_entry("picture_add", "Layer or Mask", "Hints").trigger()
    assert painter.widget("legend_Hints_3366ff").accessibleName() == "What grows where “Hints” is blue"
    legend(painter, "Hints_3366ff", "castle")
    legend(painter, "Hints_22aa33", "owl")
    assert objective(painter) == "b10 + class:castle@Hints#3366ff + class:owl@Hints#22aa33"
    assert painter.widget("legend_Hints_22aa33").text() == "owl"
    legend(painter, "Hints_3366ff", "")
    assert objective(painter) == "b10 + class:owl@Hints#22aa33"
    legend(painter, "Hints_22aa33", "no such thing")
    assert "doesn't know" in painter.status and objective(painter) == "b10 + class:owl@Hints#22aa33"
    painter.choice.nudge({"objective": "0.5*class:owl@Hints#22aa33"})
    painter.widget("legend_Hints_22aa33").editingFinished.emit()
    assert objective(painter) == "0.5*class:owl@Hints#22aa33", "nothing was typed"


def test_a_thing_grows_where_its_layer_is_painted(painter: Painter) -> None:
    painter.menu_entry("picture_add", "Layer or Mask", "Hill").trigger()
    legend(painter, "Hill_alpha", "castle")
    assert objective(painter) == "b10 + class:castle@Hill#alpha"
    assert painter.widget("where_1").currentText() == "where “Hill” is painted"
    painter.menu_entry("picture_Hill", "Dream Only Where It Is Painted").trigger()
    assert objective(painter) == "b10@Hill#alpha + class:castle@Hill#alpha"
    painter.click("dream")
    until(lambda: painter.session.queue.current)
    assert painter.session.queue.current.request.pictures == {"Hill": painter.host.layers["Hill"]}
    painter.click("dream")
    painter.menu_entry("picture_Hill", "Remove").trigger()
    assert objective(painter) == "b10 + class:castle" and painter.widget("legend").isHidden()


def test_a_picture_that_is_gone_is_called_by_its_own_name() -> None:
    def read(_picture: NamedPicture, _aligned: bool) -> wire.Picture:
        raise errors.DreamError("picture.missing", path="/gone.png")

    with pytest.raises(errors.DreamError) as told:
        pictures_for({"Hill"}, set(), [NamedPicture("Hill", "My “Hill”")], read, "named_picture.missing")
    assert told.value.code == "named_picture.missing" and told.value.values["name"] == "My “Hill”"

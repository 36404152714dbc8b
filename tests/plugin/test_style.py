"""The page *Style*: pictures chosen and mixed by clicks, own ones added and kept, and an order that says it all."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from krita_deepdream.core import dream_settings, recipe, style_settings, styles
from krita_deepdream.docker.pages.style_box import StyleBox
from krita_deepdream.docker.pages.style_page import ELSEWHERE, SPECS, StylePage
from krita_deepdream.dreaming import again
from krita_deepdream.jobs.document_data import StoredRecipe
from krita_deepdream.jobs.images import from_image
from krita_deepdream.jobs.job import State
from krita_deepdream.jobs.named_pictures import NamedPicture
from krita_deepdream.qt import QtCore, QtGui, QtWidgets, alive
from krita_deepdream.widgets.calm_widgets import CalmChoice
from krita_deepdream.widgets.setting_widgets import SettingWidget
from tests.fakes import host as fake

from .conftest import BINDING, Painter, scripted, until

Paint = Callable[..., Painter]


@pytest.fixture
def painter(paint: Paint) -> Painter:
    made = paint(scripted("good"))
    made.panel.resize(320, 1400)
    turn(made, "Style")
    return made


def turn(painter: Painter, title: str) -> None:
    """Click on the tab of a page."""
    from krita_deepdream.qt import Qt

    tabs = painter.widget("pages")
    QtWidgets.QApplication.processEvents()
    index = [tabs.tabText(each) for each in range(tabs.count())].index(title)
    test = importlib.import_module(f"{BINDING}.QtTest").QTest
    place = tabs.tabRect(index).center()
    test.mouseClick(tabs, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)


def red_and_blue() -> QtGui.QImage:
    image = QtGui.QImage(40, 30, QtGui.QImage.Format.Format_ARGB32)
    image.fill(QtGui.QColor("red"))
    painter = QtGui.QPainter(image)
    painter.fillRect(0, 0, 20, 30, QtGui.QColor("blue"))
    painter.end()
    return image


def pressed(painter: Painter) -> list[str]:
    return [name for name in styles.NAMES if painter.widget(f"style_{name}").isChecked()]


def test_a_press_paints_in_the_manner_of_the_chosen_picture(painter: Painter) -> None:
    assert painter.button == "Paint" and pressed(painter) == ["swirls"]
    painter.click("style_glass")
    painter.click("style_style_scale", 0.9)
    painter.click("style_keep_colours", 0.05)
    painter.click("dream")
    until(lambda: painter.host.placed)
    order = painter.host.requests[0]
    assert isinstance(order.settings, style_settings.StyleSettings)
    assert order.settings.keep_colours and order.settings.style_scale > 200
    assert pressed(painter) == ["glass"] and list(order.pictures) == ["000"]
    picture = order.pictures["000"]
    shipped = QtGui.QImage(str(styles.style_file("glass")))
    assert (picture.width, picture.height) == (shipped.width(), shipped.height())
    blue, green, red = bytes(picture.data)[:3]
    assert shipped.pixelColor(0, 0).getRgb()[:3] == (red, green, blue)
    assert painter.host.placed[0].name == "Glass" and painter.button == "Paint"


def test_several_pictures_are_mixed_by_their_weights(painter: Painter) -> None:
    painter.click("style_mix", 0.05)
    painter.click("style_dots")
    assert pressed(painter) == ["swirls", "dots"]
    painter.click("style_weight_of_dots", 0.25)
    order = painter.choice.style_request
    first, second = (float(share) for share in order.settings.shares.split(","))
    assert first == 1 and second == pytest.approx(0.5, abs=0.1) and len(order.pictures) == 2
    painter.click("style_swirls")
    assert pressed(painter) == ["dots"]
    painter.click("style_dots")
    assert pressed(painter) == ["dots"], "the last one stays"


def test_each_style_is_painted_where_its_hint_is(paint: Paint) -> None:
    painter = paint(scripted("slow"))
    painter.panel.resize(320, 1400)
    turn(painter, "Style")
    painter.click("style_mix", 0.05)
    painter.click("style_dots")
    painter.host.layers["Hints"] = from_image(red_and_blue())
    painter.menu_entry("style_mask_picture_add", "Layer or Mask", "Hints").trigger()
    assert painter.widget("style_where_dots").currentText() == "everywhere"
    painter.choose_at_once("style_where_swirls", "where “Hints” is blue")
    assert painter.widget("style_where_dots").currentText() == "everywhere else"
    painter.choose_at_once("style_where_dots", "where “Hints” is red")
    painter.click("dream")
    until(lambda: painter.session.queue.current)
    request = painter.session.queue.current.request
    assert request.settings.masks == "Hints#0000ff,Hints#ff0000" and request.hints == {"{Hints}"}
    assert list(request.pictures) == ["000", "001", "Hints"]
    assert request.pictures["Hints"] == painter.host.layers["Hints"]
    painter.choice.remember()
    again = paint(scripted("good"))
    turn(again, "Style")
    assert again.choice.style.masks == {"swirls": "Hints#0000ff", "dots": "Hints#ff0000"}
    assert again.widget("style_where_swirls").currentText() == "where “Hints” is blue"
    painter.menu_entry("style_mask_picture_Hints", "Remove").trigger()
    assert painter.choice.style.masks == {} and painter.choice.style_request.settings.masks == ""
    painter.click("style_swirls")
    assert painter.panel.findChild(StyleBox)._masks_box.isHidden()


def test_a_narrow_list_tells_places_apart_whose_names_begin_alike(application: Any) -> None:
    box, seen = CalmChoice(), []
    for end in ("light", "painted"):
        box.addItem(f"where “Clouds over the distant mountains” is {end}")
    box.resize(box.view().sizeHintForColumn(0) * 2 // 3, 26)
    box.show()
    for index in range(2):
        box.setCurrentIndex(index)
        seen.append(box.grab().toImage())
    assert seen[0] != seen[1]
    box.showPopup()
    until(box.view().isVisible)
    assert box.view().width() >= box.view().sizeHintForColumn(0) > box.width()
    box.hidePopup()


def test_the_list_of_the_last_style_with_a_mask_goes_by_its_own_choice(painter: Painter) -> None:
    painter.click("style_mix", 0.05)
    painter.click("style_dots")
    painter.menu_entry("style_mask_picture_add", "Layer or Mask", "Hill").trigger()
    painter.choose_at_once("style_where_swirls", "where “Hill” is light")
    painter.click("style_dots")
    assert painter.choice.style.masks == {"swirls": "Hill"}
    box = painter.widget("style_where_swirls")
    importlib.import_module(f"{BINDING}.QtTest").QTest.keyClick(box, QtCore.Qt.Key.Key_Home)
    assert alive(box), "Qt is still in the middle of its signal"
    assert painter.choice.style.masks == {}
    assert painter.panel.findChild(StyleBox)._share_form.rowCount() == 0


def test_a_hint_layer_that_is_gone_is_told_and_one_style_alone_has_no_mask(painter: Painter) -> None:
    painter.click("style_mix", 0.05)
    painter.click("style_dots")
    painter.menu_entry("style_mask_picture_add", "Layer or Mask", "Hill").trigger()
    painter.choose_at_once("style_where_dots", "where “Hill” is light")
    del painter.host.layers["Hill"]
    painter.click("dream")
    assert "Hill" in painter.status and "no longer exists" in painter.status and not painter.session.busy
    painter.click("style_mix", 0.05)
    assert painter.choice.style_request.settings.masks == ""


def test_a_picture_from_the_clipboard_is_kept_for_the_next_time(painter: Painter) -> None:
    from krita_deepdream.choices.choice import Choice

    QtWidgets.QApplication.clipboard().setImage(red_and_blue())
    painter.menu_entry("style_add", "From Clipboard").trigger()
    assert list(painter.choice.style.shares) == ["Clipboard"]
    assert painter.widget("style_clipboard").isChecked()
    painter.choice.remember()
    again = Choice(painter.choice._store)
    assert list(again.style.shares) == ["Clipboard"]
    (picture,) = again.style_request.pictures.values()
    left, right = bytes(picture.data)[:3], bytes(picture.data)[39 * 4 : 39 * 4 + 3]
    assert left[0] > 200 > 50 > left[2] and right[2] > 200 > 50 > right[0]
    painter.click("style_forget")
    assert list(painter.choice.style.shares) == ["swirls"] and "Clipboard" not in painter.choice.style.offered


def test_a_file_becomes_a_style_and_a_large_one_is_made_smaller(
    painter: Painter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "my waves.png"
    red_and_blue().scaled(4000, 3000).save(str(path))
    monkeypatch.setattr(QtWidgets.QFileDialog, "getOpenFileName", lambda *_: (str(path), ""))
    painter.menu_entry("style_add", "From File…").trigger()
    assert list(painter.choice.style.shares) == ["my waves"]
    (picture,) = painter.choice.style_request.pictures.values()
    assert (picture.width, picture.height) == (1600, 1200)


def test_what_is_no_picture_is_told(painter: Painter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "no.png").write_text("no picture")
    monkeypatch.setattr(QtWidgets.QFileDialog, "getOpenFileName", lambda *_: (str(tmp_path / "no.png"), ""))
    QtWidgets.QApplication.clipboard().setText("no picture")
    assert not painter.menu_entry("style_add", "From Clipboard").isEnabled()
    painter.menu_entry("style_add", "From File…").trigger()
    assert "no.png" in painter.status and "can't be read" in painter.status
    assert list(painter.choice.style.shares) == ["swirls"]


def test_a_layer_becomes_a_style_and_follows_the_brush(painter: Painter) -> None:
    painter.host.layers["Hill"] = from_image(plain("red"))
    painter.menu_entry("style_add", "Layer or Mask", "Hill").trigger()
    assert painter.widget("style_hill").isChecked() and colour_of(painter) == "red"
    painter.host.layers["Hill"] = from_image(plain("blue"))
    painter.click("dream")
    until(lambda: painter.host.placed)
    (picture,) = painter.host.requests[0].pictures.values()
    assert bytes(picture.data)[0] > 200 > 50 > bytes(picture.data)[2]
    assert colour_of(painter) == "blue" and painter.host.placed[0].name == "Hill"
    del painter.host.layers["Hill"]
    painter.click("dream")
    until(lambda: len(painter.host.placed) == 2)
    assert colour_of(painter) == "blue", "a layer that is gone leaves what it was"


def test_a_style_follows_its_layer_after_a_restart_too(painter: Painter, paint: Paint) -> None:
    painter.host.layers["Hill"] = from_image(plain("red"))
    painter.menu_entry("style_add", "Layer or Mask", "Hill").trigger()
    painter.click("dream")
    until(lambda: painter.host.placed)
    again = paint(scripted("good"))
    turn(again, "Style")
    assert colour_of(again) == "red", "the image isn't open yet"
    again.host.layers["Hill"] = from_image(plain("blue"))
    again.click("dream")
    until(lambda: again.host.placed)
    assert colour_of(again) == "blue"


def test_another_open_image_becomes_a_style_as_sharp_as_strokes_are_computed(painter: Painter) -> None:
    painter.host.layers["other"] = from_image(plain("red").scaled(1500, 900))
    painter.menu_entry("style_add", "Other Open Image", "Other.kra").trigger()
    (picture,) = painter.choice.style_request.pictures.values()
    assert list(painter.choice.style.shares) == ["Other kra"] and (picture.width, picture.height) == (1500, 900)


def test_each_setting_of_a_style_stands_once_on_its_page(painter: Painter) -> None:
    (page,) = painter.docker.findChildren(StylePage)
    shown = sorted(each.spec.name for each in page.findChildren(SettingWidget))
    wanted = {name for name, spec in SPECS.items() if spec.group != "fine-tuning"} - {*ELSEWHERE}
    assert [name for name in shown if not name.startswith("share")] == sorted(wanted)


def test_an_empty_layer_is_no_style(painter: Painter) -> None:
    painter.host.layers["Hill"] = from_image(plain("transparent"))
    painter.menu_entry("style_add", "Layer or Mask", "Hill").trigger()
    assert "No picture was found" in painter.status and list(painter.choice.style.shares) == ["swirls"]


def test_each_weight_stands_beside_its_picture(painter: Painter) -> None:
    painter.click("style_mix", 0.05)
    painter.host.layers["Hill"] = from_image(plain("red"))
    painter.menu_entry("style_add", "Layer or Mask", "Hill").trigger()
    assert thumbnails(painter)[1] == "red"
    painter.host.layers["Hill"] = from_image(plain("blue"))
    painter.choice.style.look_again(painter.host)
    assert thumbnails(painter)[1] == "blue"
    painter.click("style_forget")
    assert thumbnails(painter) == []


def plain(colour: str) -> QtGui.QImage:
    image = QtGui.QImage(40, 30, QtGui.QImage.Format.Format_ARGB32)
    image.fill(QtGui.QColor(colour))
    return image


def name_of(colour: QtGui.QColor) -> str:
    return max(("red", "green", "blue"), key=lambda each: getattr(colour, each)())


def colour_of(painter: Painter) -> str:
    """Of the picture on the button of the layer “Hill”."""
    return name_of(painter.widget("style_hill").icon().pixmap(64, 48).toImage().pixelColor(20, 20))


def thumbnails(painter: Painter) -> list[str]:
    """The colours of the pictures that stand before the weights."""
    QtWidgets.QApplication.sendPostedEvents(None, QtCore.QEvent.Type.DeferredDelete)
    form = painter.panel.findChild(StyleBox)._share_form
    found = [form.itemAt(row, QtWidgets.QFormLayout.ItemRole.LabelRole).widget() for row in range(form.rowCount())]
    # Each stands above the line that says where it is painted.
    found = found[::2]
    images = [row.findChildren(QtWidgets.QLabel)[0].pixmap().toImage() for row in found]
    return [name_of(image.pixelColor(image.rect().center())) for image in images]


def test_a_picture_that_is_gone_is_told_and_harms_nothing(painter: Painter) -> None:
    painter.choice.style.add(NamedPicture("", "Lost", picture=from_image(red_and_blue())))
    painter.choice.style.offered["Lost"].unlink()
    painter.choice.style._read.clear()
    painter.choice.style.changed.emit()
    assert "Lost" in painter.widget("aim").text()
    painter.click("dream")
    assert "Lost" in painter.status and not painter.session.busy


def test_settings_of_a_painted_layer_turn_to_their_page(painter: Painter) -> None:
    turn(painter, "Dream")
    assert painter.button == "Dream"
    chosen = style_settings.StyleSettings(style_scale=33, steps=7)
    values = {"kind": "style", "settings": chosen.to_dict(), "content": recipe.RECENTRED}
    painter.host.active_recipe = StoredRecipe("Ink", values, None)
    painter.choice.take(*again.named_settings(painter.host.recipe()))
    assert painter.button == "Paint" and painter.choice.style.settings == chosen
    assert painter.widget("style_style_scale_number").value() == 33
    painter.choice.take("Sky", dream_settings.DreamSettings(seed=5))
    assert painter.button == "Dream" and painter.choice.settings.seed == 5


def test_what_is_chosen_comes_back_and_spoilt_files_do_no_harm(painter: Painter, tmp_path: Path) -> None:
    from krita_deepdream.choices.choice import Choice

    painter.choice.style.nudge({"style_weight": 250})
    painter.choice.style.choose("dots", mix=True)
    painter.choice.style.weigh("dots", 40)
    painter.choice.remember()
    again = Choice(painter.choice._store).style
    assert (again.settings.style_weight, again.shares) == (250, {"swirls": 100, "dots": 40})
    file = tmp_path / "style.json"
    for text in ("{", "[]", '{"settings": {}, "weights": []}', '{"settings": {"x": 1}, "weights": {}}'):
        file.write_text(text, encoding="utf-8")
        assert Choice(painter.choice._store).style.shares == {"swirls": 100}


@pytest.mark.slow
def test_the_real_worker_paints(paint: Paint) -> None:
    pytest.importorskip("tensorflow")
    painter = real(paint)
    turn(painter, "Style")
    painter.choice.style.nudge({"steps": 2, "octaves": 1})
    painter.click("style_hatching")
    painter.click("dream")
    until(lambda: painter.host.placed or painter.session.state is State.FAILED, 180)
    assert painter.host.placed, painter.status
    outcome = painter.host.placed[0]
    assert outcome.recipe["kind"] == "style" and outcome.recipe["settings"]["steps"] == 2
    assert set(bytes(outcome.picture.data)[3::4]) == {200}


def real(paint: Paint) -> Any:
    """A painter with the real worker and a picture of some size."""
    launcher = Path(sys.modules["krita_deepdream"].__file__ or "").with_name("launch.py")
    painter = paint(lambda: [sys.executable, "-I", str(launcher), "worker"])
    painter.host.picture, painter.host.mask = fake.gradient(96, 80), fake.box(96, 80)
    painter.panel.resize(320, 1400)
    return painter

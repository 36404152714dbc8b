"""What a painter expects of a docker without thinking: keys, wheel, pictures from everywhere, and no waiting."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

from deepdream_driver import docker, hands, scene
from deepdream_driver.gaps import Gaps
from deepdream_driver.handle import Handle
from deepdream_driver.qt import QtGui, QtWidgets
from krita import Krita

BRUSH, FILL = "KritaShape/KisToolBrush", "KritaFill/KisToolFill"
SELECTED = (200, 40, 512, 512)
LARGE = 4096
NARROW = 200
FEW = "4"  # steps, where it doesn't matter how far a dream goes
BLUE, GREEN = b"\xff\x66\x33\xff", b"\x33\xaa\x22\xff"


def keys_stay_kritas(stage: Any) -> Iterator[float]:
    """After a slider, a preset, a check box and a list, B picks the brush."""
    yield from scene.open_photo()
    yield from docker.open_docker()
    hands.click(Handle(lambda: hands.window().centralWidget()))
    picked = {}
    for name in ("size", "keep_colours", "preset_eyes", "depth"):
        Krita.instance().action(FILL).trigger()
        yield from hands.until(lambda: tool() == FILL, hands.HEARD, "the fill tool")
        target = hands.widget(f"deepdream_{name}")
        yield from docker.reach(target)
        hands.click(target)
        # The X server keeps clicks and keys in their order.
        hands.keys("b")
        yield from hands.until(lambda: tool() != FILL, hands.HEARD, f"B heard by Krita after a click on {name}")
        picked[name] = tool() == BRUSH
    stage.note(picked=picked)
    yield from docker.press("keep_colours")


def tool() -> str:
    """The tool whose button in the toolbox is pressed."""
    buttons = [each for each in QtWidgets.QApplication.allWidgets() if isinstance(each, QtWidgets.QToolButton)]
    return next((each.objectName() for each in buttons if each.isChecked() and "/KisTool" in each.objectName()), "")


def wheel_scrolls(stage: Any) -> Iterator[float]:
    yield from scene.open_photo()
    yield from docker.open_docker()
    yield from docker.unfold("more")
    slider = hands.widget("deepdream_size")
    bar = Handle(lambda: hands.widget("deepdream_scroll").verticalScrollBar())
    yield from docker.reach(slider)
    before, there = slider.value(), bar.value()
    hands.wheel(slider, 2)
    yield from hands.until(lambda: bar.value() != there or slider.value() != before, hands.HEARD, "the wheel")
    yield scene.QUIET
    stage.note(moved=slider.value() - before, scrolled=bar.value() - there)


def guides_and_masks(stage: Any) -> Iterator[float]:
    """A castle where a hint layer is blue, the clipboard and another image as guides: all by clicks."""
    document = yield from scene.open_photo()
    yield from docker.open_docker()
    ground = scene.active(document)
    width, height = document.width(), document.height()
    half = width // 2
    halves = (BLUE * half + GREEN * (width - half)) * height
    scene.paint(document, "Hints", halves, (0, 0, width, height), above=ground, visible=False)
    yield scene.QUIET
    document.setActiveNode(ground.now)
    before = scene.looks(document)
    yield from docker.type_into("steps_number", FEW)
    yield from docker.unfold("more")
    yield from docker.menu_entry("picture_add", "Layer or Mask", "Hints")
    yield from docker.type_into("objective", "class:castle")
    yield from docker.menu_entry("picture_Hints", "Dream Only Where It Is blue")
    stage.note(objective=hands.widget("deepdream_objective").text())
    stage.photograph("guides-and-masks")
    layer = yield from docker.dream(document)
    stage.keep("before", before, height, width, 4)
    stage.keep("after", scene.looks(document), height, width, 4)
    stage.note(recipe=_recipe(document, layer), half=half)


def guide_of_another_image(stage: Any) -> Iterator[float]:
    """The other image and the clipboard, one after the other."""
    yield from scene.create(64, 48, "Other", b"\x00\x80\x00\x20\xff\xff\xff\xff" * 64 * 48, "U16")
    document = yield from scene.open_photo()
    yield from docker.open_docker()
    scene.select(document, b"\xff" * 200 * 200, 100, 100, 200, 200)
    image = QtGui.QImage(80, 60, QtGui.QImage.Format.Format_RGB32)
    image.fill(QtGui.QColor("orange"))
    QtWidgets.QApplication.clipboard().setImage(image)
    yield from docker.type_into("steps_number", FEW)
    yield from docker.unfold("more")
    for entries in (("Other Open Image", "Other"), ("From Clipboard",)):
        yield from docker.menu_entry("picture_add", *entries)
        yield from docker.menu_entry(f"picture_{entries[-1].split()[-1]}", "Dream Towards It")
        layer = yield from docker.dream(document)
        stage.note(**{entries[-1].split()[-1]: _recipe(document, layer)})
        yield from docker.menu_entry(f"picture_{entries[-1].split()[-1]}", "Remove")


def narrow(stage: Any) -> Iterator[float]:
    """A docker of 200 pixels, with *More* unfolded and whatever earlier scenarios left in it."""
    yield from scene.open_photo()
    yield from docker.open_docker()
    yield from docker.unfold("more")
    area = hands.widget("deepdream_scroll")
    holder = Handle(lambda: hands.widget("deepdream_panel").parentWidget())
    holder.setFloating(True)
    holder.resize(NARROW, 600)
    yield from hands.until(lambda: holder.width() == NARROW, hands.HEARD, "the narrow docker")
    content = Handle(lambda: area.widget())
    yield from hands.still(content)
    stage.photograph("narrow", hands.widget("deepdream_panel"))
    stage.note(room=area.viewport().width(), content=content.width())
    wide = {
        each.objectName() or type(each).__name__: each.minimumSizeHint().width()
        for each in content.findChildren(QtWidgets.QWidget)
        if each.isVisible()
    }
    stage.note(wide={name: width for name, width in wide.items() if width > area.viewport().width()})
    holder.setFloating(False)
    yield from hands.still(content)


def first_press(stage: Any) -> Iterator[float]:
    """From the press to the layer for 512 x 512 pixels, with the default preset and a warm worker."""
    document = yield from scene.open_photo()
    yield from docker.open_docker()
    yield from _default_preset()
    scene.select(document, b"\xff" * 512 * 512, *SELECTED)
    yield from docker.warm()
    nodes = scene.identities(document)
    began = yield from docker.press_dream()
    yield from hands.until(lambda: scene.identities(document) > nodes, docker.FIRST_DREAM, "the layer")
    stage.note(seconds=time.monotonic() - began, size=list(SELECTED[2:]))


def large_canvas(stage: Any) -> Iterator[float]:
    """What the plugin and Krita each take of Krita's thread while a whole canvas of 4096 x 4096 is dreamed, twice."""
    row = b"".join(bytes((x // 16 % 256, x // 3 % 256, x % 256, 255)) for x in range(LARGE))
    document = yield from scene.create(LARGE, LARGE, "Large", row * LARGE)
    ground = scene.bottom(document)
    yield from docker.open_docker()
    yield from _default_preset()
    yield from docker.type_into("steps_number", "1")
    yield 3.0  # the canvas is drawn for the first time
    measured = []
    for _ in range(2):
        document.setActiveNode(ground.now)
        yield scene.QUIET
        measured.append((yield from _measured_dream()))
    stage.note(dreams=measured, layers=len(scene.all_nodes(document)), krita=_worked_by_krita())
    yield from _default_preset()


def _measured_dream() -> Iterator[float]:
    # Everything the hands do holds Krita up too: found beforehand, clicked before the clock begins.
    gaps, large = Gaps(), hands.widget("deepdream_dream")
    yield from hands.still(large)
    hands.click(large)
    gaps.begin()
    yield from hands.until(lambda: large.text() == "Cancel", hands.HEARD, "the docker at work")
    yield from hands.until(lambda: large.text() != "Cancel", docker.FIRST_DREAM, "the end of the dream")
    yield 1.5
    return gaps.end()


def _default_preset() -> Iterator[float]:
    yield from docker.take_preset("animals")


def _worked_by_krita() -> float:
    """Krita's own work to read the whole canvas and to write it into a layer, in milliseconds of the processor."""
    document = Krita.instance().activeDocument()
    rect = (0, 0, document.width(), document.height())
    began = time.thread_time()
    document.createNode("written", "paintlayer").setPixelData(document.pixelData(*rect), *rect)
    return 1000 * (time.thread_time() - began)


def _recipe(document: Any, layer: Any) -> dict[str, Any]:
    """The objective and the pictures of the recipe that came with a layer."""
    for kind in document.annotationTypes():
        if layer.uniqueId().toString() in kind:
            recipe = json.loads(bytes(document.annotation(kind)).partition(b"\n")[0])
            made = recipe["recipe"]
            return {"objective": made["settings"]["objective"], "pictures": sorted(made["pictures"])}
    raise AssertionError(f"no recipe: {document.annotationTypes()}")

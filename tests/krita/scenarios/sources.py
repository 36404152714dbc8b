"""What the plugin grabs from a document of known colours, for each source and kind of layer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from deepdream_driver import docker, scene

SIZE = (120, 80)
GREY, FIRST, SECOND, LABELED = (90, 90, 90, 255), (10, 20, 30, 255), (200, 100, 50, 128), (60, 0, 255, 255)
YELLOW, RED = 3, 6


def all_sources(stage: Any) -> Iterator[float]:
    """Group and labels in every way; nothing of the document may change."""
    from krita_deepdream.jobs.document_data import Source

    document, nodes = yield from _layers()
    group, first = nodes["Trees"], nodes["First"]
    document.setActiveNode(nodes["Sea"].now)
    yield scene.QUIET
    before, steps = scene.fingerprint(document), scene.undo_steps()
    _grab(stage, document, first, Source.CURRENT_GROUP, "group")
    _grab(stage, document, group, Source.CURRENT_GROUP, "group_itself")
    group.setPassThroughMode(True)
    document.refreshProjection()
    document.waitForDone()
    _grab(stage, document, first, Source.CURRENT_GROUP, "pass_through")
    _grab(stage, document, group, Source.CURRENT_LAYER, "pass_through_as_layer")
    group.setPassThroughMode(False)
    _grab(stage, document, nodes["Sea"], Source.LABELED_LAYERS, "own_label")
    _grab(stage, document, first, Source.LABELED_LAYERS, "chosen_label", frozenset({YELLOW}))
    group.setColorLabel(RED)
    _grab(stage, document, first, Source.LABELED_LAYERS, "two_labels", frozenset({YELLOW, RED}))
    group.setColorLabel(0)
    _grab(stage, document, nodes["Background"], Source.CURRENT_GROUP, "no_group")
    _grab(stage, document, nodes["Background"], Source.LABELED_LAYERS, "no_label")
    _grab(stage, document, first, Source.LABELED_LAYERS, "label_of_none", frozenset({RED}))
    document.setActiveNode(nodes["Sea"].now)
    document.refreshProjection()
    yield scene.QUIET
    stage.note(changed=scene.differences(before, scene.fingerprint(document)), steps=scene.undo_steps()[len(steps) :])


def other_layers(stage: Any) -> Iterator[float]:
    """Layers whose pixels Krita makes itself, alone under a label."""
    from deepdream_driver import kinds

    from krita_deepdream.jobs.document_data import Source

    for kind in ("vector layer", "fill layer", "clone layer"):
        document, nodes = yield from _layers()
        node = yield from kinds.KINDS[kind](document)
        node.setColorLabel(RED)
        yield scene.QUIET
        document.refreshProjection()
        document.waitForDone()
        name = kind.partition(" ")[0]
        stage.keep(f"{name}_seen", node.projectionPixelData(0, 0, *SIZE), *SIZE[::-1], 4)
        _grab(stage, document, node, Source.LABELED_LAYERS, name)


def labels_by_click(stage: Any) -> Iterator[float]:
    """Through the docker: the layers of a label are dreamed, and the line says so before."""
    document, nodes = yield from _layers()
    yield from docker.open_docker()
    document.setActiveNode(nodes["First"].now)
    scene.select(document, b"\xff" * (64 * 48), 8, 8, 64, 48)
    yield scene.QUIET
    yield from docker.choose("source", "Color Labeled Layers")
    without = yield from docker.until_aims("no color label")
    yield from docker.press_dream()
    stage.note(without=without, refused=docker.says(), busy=docker.is_busy())
    yield from docker.warm()
    stage.note(still_refused=docker.says())
    yield from docker.press(f"label_{YELLOW}")
    says = yield from docker.until_aims("layers labeled")
    stage.note(says=says)
    stage.photograph("labels")
    layer = yield from docker.dream(document)
    stage.note(above=scene.steps_above(layer, nodes["First"]))
    stage.keep("dream", layer.pixelData(0, 0, *SIZE), *SIZE[::-1], 4)
    yield from docker.choose("source", "Current Group")
    group = yield from docker.until_aims("from the group")
    stage.note(group=group)
    yield from docker.choose("source", "Current Layer")


def _layers() -> Iterator[float]:
    """Grey ground; a group of two; a labelled strip, and another that is labelled but hidden."""
    document = yield from scene.create(*SIZE, "Layers", _paint(GREY, *SIZE), resolution=150.0)
    nodes = {"Background": scene.bottom(document)}
    trees = nodes["Trees"] = scene.add(document, document.createGroupLayer("Trees"))
    nodes["First"] = _layer(document, "First", FIRST, (10, 10, 40, 40), parent=trees)
    nodes["Second"] = _layer(document, "Second", SECOND, (30, 30, 40, 40), parent=trees)
    nodes["Sea"] = _layer(document, "Sea", LABELED, (0, 0, 120, 20))
    nodes["Hidden"] = _layer(document, "Hidden", LABELED, (0, 40, 120, 20), visible=False)
    for name in ("Second", "Sea", "Hidden"):
        nodes[name].setColorLabel(YELLOW)
    yield scene.QUIET
    document.refreshProjection()
    document.waitForDone()
    return document, nodes


def _layer(document: Any, name: str, colour: tuple[int, ...], place: tuple[int, int, int, int], **how: Any) -> Any:
    return scene.paint(document, name, _paint(colour, *place[2:]), place, **how)


def _paint(colour: tuple[int, ...], width: int, height: int) -> bytes:
    return bytes(colour) * (width * height)


def _grab(stage: Any, document: Any, active: Any, source: Any, name: str, labels: frozenset[int] = frozenset()) -> None:
    from krita_deepdream.core import dream_settings, errors
    from krita_deepdream.documents.host import Host
    from krita_deepdream.jobs.job import DreamRequest

    document.setActiveNode(active.now)
    try:
        grabbed = Host().grab(DreamRequest("Dream", dream_settings.DreamSettings(), source=source, labels=labels))
    except errors.DreamError as error:
        stage.note(**{name: str(error)})
        return
    picture, place, inside = grabbed.picture, grabbed.location, grabbed.inside
    stage.keep(name, picture.data, picture.height, picture.width, 4)
    box = [place.x + inside[0], place.y + inside[1], *inside[2:]]
    stage.note(**{f"{name}_place": [place.x, place.y], f"{name}_inside": box, f"{name}_layer": place.layer_name})

"""Dreams on dreams: the second lies on the first, above hints and in groups; what each is called; one undo each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from deepdream_driver import docker, scene

PLACE = (150, 90, 200, 150)


def twice(stage: Any) -> Iterator[float]:
    """Two dreams of the same layer, then one with a group around all, then one more."""
    document = yield from _photo()
    yield from docker.open_docker()
    yield from docker.dream(document)
    first = scene.looks(document)
    steps = len(scene.undo_steps())
    yield from docker.type_into("steps_number", "9")
    yield from docker.dream(document)
    stage.note(
        names=_names(document.rootNode()), seen=scene.looks(document) != first, steps=len(scene.undo_steps()) - steps
    )
    stage.photograph("stacked")
    yield from scene.undo()
    stage.note(undone=_names(document.rootNode()), as_before=scene.looks(document) == first)


def in_a_group(stage: Any) -> Iterator[float]:
    """The source stands in a group; dreams above it, then dreams in a group of their own."""
    document = yield from _photo()
    source = scene.active(document)
    land = scene.add(document, document.createGroupLayer("Land"), above=source)
    inside = scene.add(document, source.duplicate(), parent=land)
    inside.setName("Sky")
    yield scene.QUIET
    source.remove()
    yield scene.QUIET
    document.setActiveNode(inside.now)
    yield scene.QUIET
    for _ in range(2):
        yield from docker.dream(document)
    stage.note(above=_names(document.rootNode()), active=document.activeNode().name())
    yield from docker.choose("result", "Dreams group")
    steps = len(scene.undo_steps())
    for number in range(2):
        yield from docker.press_dream()
        yield from docker.rest()
        yield scene.QUIET
        stage.note(**{f"group_{number}": _names(document.rootNode())})
    stage.note(steps=scene.undo_steps()[steps:])
    yield from docker.choose("result", "New layer above")


def above_hints(stage: Any) -> Iterator[float]:
    """A layer that says how strong the dream is lies visibly above the source: the dream goes above it."""
    document = yield from _photo()
    source = scene.active(document)
    width, height = document.width(), document.height()
    scene.paint(document, "How strong", b"\xff" * (4 * width * height), (0, 0, width, height))
    scene.paint(document, "Ink")
    yield scene.QUIET
    document.setActiveNode(source.now)
    yield scene.QUIET
    yield from docker.choose("strength_by", "How strong")
    before = scene.looks(document)
    yield from docker.dream(document)
    stage.note(names=_names(document.rootNode()), seen=scene.looks(document) != before)
    yield from docker.choose("strength_by", "Local Selection")


def _photo() -> Iterator[float]:
    document = yield from scene.open_photo()
    scene.select(document, scene.ellipse(*PLACE[2:]), *PLACE, feather=12)
    yield scene.QUIET
    return document


def _names(parent: Any) -> list[Any]:
    found = [node for node in parent.childNodes() if not node.type().endswith("mask")]
    return [[node.name(), *_names(node)] if node.type() == "grouplayer" else node.name() for node in found]

"""A dreamed layer after saving and opening, duplicated, and dreamed again with another seed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from deepdream_driver import docker, hands, scene

PLACE = (150, 90, 200, 150)
USE, AGAIN = "Use Settings of Active Layer", "Dream Active Layer Again with a New Seed"


def again(stage: Any) -> Iterator[float]:
    document = yield from scene.open_photo()
    yield from docker.open_docker()
    yield from docker.take_preset("swirls")
    swirls = _chosen_layer()
    scene.select(document, scene.ellipse(*PLACE[2:]), *PLACE, feather=12)
    yield from docker.dream(document)
    path = str(stage.folder / "dreamed.kra")
    document.setBatchmode(True)
    assert document.saveAs(path)
    yield from docker.take_preset("woodcut")
    document = yield from scene.reopen(document, path)
    source, dream = scene.bottom(document), scene.node(document, scene.identity_of(document.topLevelNodes()[1]))
    # Other things are active and selected now than were then; a duplicate stands for the dream.
    copy = scene.add(document, dream.duplicate(), above=dream)
    scene.select(document, b"\xff" * 100, 600, 300, 10, 10)
    yield scene.QUIET
    dream.remove()
    yield scene.QUIET
    document.setActiveNode(copy.now)
    yield scene.QUIET
    yield from docker.menu_entry("preset_menu", USE)
    stage.note(chosen=_chosen_layer(), swirls=swirls)
    yield from docker.take_preset("woodcut")
    stage.note(other=_chosen_layer())
    nodes = scene.identities(document)
    yield from docker.menu_entry("preset_menu", AGAIN)
    layer = yield from docker.new_layer(document, nodes)
    stage.note(name=layer.name(), above=scene.steps_above(layer, copy), active=copy == document.activeNode())
    shape = (document.height(), document.width(), 4)
    stage.keep("first", scene.pixels(document, copy), *shape)
    stage.keep("second", scene.pixels(document, layer), *shape)
    source.remove()
    yield scene.QUIET
    document.setActiveNode(layer.now)
    yield scene.QUIET
    before = scene.fingerprint(document)
    yield from docker.menu_entry("preset_menu", AGAIN)
    says = yield from docker.until_says("no longer exists")
    yield scene.QUIET
    stage.note(says=says, busy=docker.is_busy(), changed=scene.differences(before, scene.fingerprint(document)))


def many(stage: Any) -> Iterator[float]:
    """Recipes of deleted layers don't pile up, but those of the last ones wait for an undo."""
    from krita_deepdream.documents import recipes

    document = yield from scene.open_photo()
    for number in range(30):
        node = scene.paint(document, str(number), bytes([number, 9, 9, 255] * 100), (5, 5, 10, 10))
        _write_recipe(document, node, number)
        if number == 3:
            heir = scene.add(document, node.duplicate())
        node.remove()
        yield 0.02
    kept = [kind for kind in document.annotationTypes() if kind.startswith(recipes.PREFIX)]
    found = recipes.read(document.now, heir.now)
    stage.note(kept=len(kept), heir=found.recipe["n"] if found else None)


def _write_recipe(document: Any, node: Any, number: int) -> None:
    from krita_deepdream.core import wire
    from krita_deepdream.documents import recipes
    from krita_deepdream.jobs.document_data import Location, Outcome

    place = Location(document.now, "", (0, 0), "", "", 0, 0)
    dot = wire.Picture(1, 1, "U8", bytes(4))
    recipes.write(
        document.now,
        node.now,
        Outcome(name="", location=place, picture=dot, x=0, y=0, strength=100.0, recipe={"n": number}),
    )


def _chosen_layer() -> str:
    return str(hands.widget("deepdream_layer").currentText())

"""A Krita that was set to German, from start to layer."""

from __future__ import annotations

import builtins
from collections.abc import Iterator
from typing import Any

from deepdream_driver import docker, hands, scene
from deepdream_driver.handle import Handle

PLACE = (60, 40, 160, 140)


def german(stage: Any) -> Iterator[float]:
    document = yield from scene.open_photo()
    stage.note(krita=getattr(builtins, "i18n")("Layers"))  # noqa: B009  Krita's own, unknown to a type checker
    yield from docker.open_docker()
    stage.photograph("german", hands.widget("deepdream_panel"))
    yield from docker.unfold("more")
    yield from hands.still(hands.widget("deepdream_more"))
    stage.photograph("german-more", Handle(lambda: hands.widget("deepdream_scroll").widget()))
    x, y, width, height = PLACE
    scene.select(document, b"\xff" * (width * height), *PLACE)
    aim = yield from docker.until_aims(f"{width} × {height}")
    button, before = hands.widget("deepdream_dream"), scene.identities(document)
    stage.note(verb=button.text(), aim=aim)
    yield from hands.press(button)
    # Not ``new_layer``: it reads English buttons.
    yield from hands.until(lambda: scene.identities(document) > before, docker.FIRST_DREAM, "the layer")
    yield scene.QUIET
    stage.note(layer=list(scene.all_nodes(document).values())[-1].name(), says=docker.says())
    stage.note(menu=hands.entries("Filter"))

"""A Krita that was set to German, from start to layer."""

from __future__ import annotations

import builtins
from collections.abc import Iterator
from typing import Any

from deepdream_driver import docker, hands, scene

PLACE = (60, 40, 160, 140)


def german(stage: Any) -> Iterator[float]:
    document = yield from scene.open_photo()
    stage.note(krita=getattr(builtins, "i18n")("Layers"))  # noqa: B009  Krita's own, unknown to a type checker
    yield from docker.open_docker(stage.window)
    panel = hands.widget("deepdream_panel")
    stage.photograph("german", panel)
    yield from docker.unfold_more()
    yield 0.5
    stage.photograph("german-more", hands.widget("deepdream_scroll").widget())
    x, y, width, height = PLACE
    scene.select(document, b"\xff" * (width * height), *PLACE)
    yield scene.QUIET
    button = hands.widget("deepdream_dream")
    yield from hands.still(button)
    hands.click(button)
    stage.note(verb=button.text(), aim=hands.widget("deepdream_aim").text())
    yield from hands.until(lambda: len(scene.all_nodes(document)) > 1, docker.FIRST_DREAM, "the layer")
    yield scene.QUIET
    stage.note(layer=list(scene.all_nodes(document).values())[-1].name(), says=docker.says())
    menu = next(each for each in stage.window.menuBar().actions() if each.text().replace("&", "") == "Filter").menu()
    stage.note(menu=[each.text().replace("&", "") for each in menu.actions()])

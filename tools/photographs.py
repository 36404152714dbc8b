"""How strong a network's layers are in photographs: ``python -m tools.photographs PHOTO…`` writes the table.

The table, ``deepdream_core/data/photographs.json``, was made of ``astronaut.png`` and ``rocket.jpg`` (NASA and SpaceX,
public domain), ``chelsea.png`` and ``coffee.png`` (Stefan van der Walt and Rachel Michetti, CC0) of scikit-image 0.26,
and of ``china.jpg`` and ``flower.jpg`` (danielbuechele and vultilion on Flickr, CC BY 2.0) of scikit-learn 1.9. Both
packages are on PyPI; the photographs aren't kept here. Needs the project's own environment.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import tensorflow as tf
from PIL import Image

from deepdream_core import networks
from deepdream_core.arrays import Features, Rgb
from deepdream_core.catalogue import network, sisters
from deepdream_core.objective.terms import LOGITS
from deepdream_core.settings.dream_settings import DreamSettings

TABLE = Path(__file__).resolve().parents[1] / "deepdream_core" / "data" / "photographs.json"
LONGER_SIDE = 512
# A photograph shows what a layer looks for where it is as strong as at so many of all positions.
LAYER_SHARE, CHANNEL_SHARE = 0.05, 0.01


def photo(file: Path) -> Rgb:
    """A photograph, at most ``LONGER_SIDE`` pixels wide and high."""
    with Image.open(file) as image:
        picture = image.convert("RGB")
    picture.thumbnail((LONGER_SIDE, LONGER_SIDE), Image.Resampling.LANCZOS)
    return np.asarray(picture, np.float32)


def measured(name: str, photos: list[Rgb]) -> dict[str, dict[str, float]]:
    """For each layer of a network what its ``layer`` and its ``channel`` are, of the logits only its ``class``."""
    built = networks.build(name)
    layers = [layer.name for layer in built.info.layers]
    found = [built.activations(tf.constant(each[np.newaxis]), layers) for each in photos]
    return {
        layer: (_of_logits if layer == LOGITS else _of_layer)(
            np.concatenate([np.asarray(each[layer]).reshape(-1, each[layer].shape[-1]) for each in found])
        )
        for layer in layers
    }


def _of_layer(positions: Features) -> dict[str, float]:
    """``layer``: mean of squares; ``channel``: of the channels, on average."""
    squares = np.square(positions).mean(axis=1)
    channels = np.quantile(positions, 1 - CHANNEL_SHARE, axis=0)
    return {"layer": _short(np.quantile(squares, 1 - LAYER_SHARE)), "channel": _short(channels.mean())}


def _of_logits(positions: Features) -> dict[str, float]:
    """``class``: the class that each position shows."""
    return {"class": _short(np.quantile(positions.max(axis=1), 1 - LAYER_SHARE))}


def _short(value: float) -> float:
    return float(f"{value:.4g}")


def table() -> dict[str, dict[str, dict[str, float]]]:
    """What is kept: network → layer → its numbers."""
    kept: dict[str, dict[str, dict[str, float]]] = json.loads(TABLE.read_text(encoding="utf-8"))
    return kept


def main(files: list[str]) -> None:
    """Write the table of the default network and its sisters."""
    default = network(DreamSettings().network)
    photos = [photo(Path(file)) for file in files]
    found = {info.name: measured(info.name, photos) for info in (default, *sisters(default))}
    TABLE.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])

"""The atlas that comes along: ``python -m tools.atlas_sheets`` renders it and writes it into the core's data.

It takes about ten minutes and goes on where it was interrupted.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from deepdream_core.atlas.grid import save_sheet
from deepdream_core.atlas.render import Tile, render
from deepdream_core.atlas.sheets import classes_file, sheet_file
from deepdream_core.catalogue import NETWORKS
from deepdream_core.engine.engine import Engine
from deepdream_core.system.folders import data_folder

NETWORK = "efficientnet_lite0"


def main(folder: Path) -> None:
    """Write the sheets and classes of every layer but the classes themselves, which have names."""
    engine = Engine()
    classes = {}
    for layer in (info.name for info in NETWORKS[NETWORK].layers if info.name != "logits"):
        tiles: list[Tile] = []
        for progress in render(engine, NETWORK, layer, folder):
            tiles = [progress.tiles[channel] for channel in sorted(progress.tiles)]
        save_sheet(sheet_file(NETWORK, layer), tiles)
        classes[layer] = [tile.classes for tile in tiles]
        print(layer, len(tiles), sheet_file(NETWORK, layer).stat().st_size)
    text = json.dumps(classes, separators=(",", ":")).replace('],"', '],\n"')
    classes_file(NETWORK).write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else data_folder() / "atlas")

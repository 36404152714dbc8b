"""``deepdream presets`` and ``deepdream layers NETWORK``: what there is to choose from."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from ..catalogue import network
from ..settings.presets import PRESETS
from .options import add_command

if TYPE_CHECKING:
    from .options import Commands


def register(commands: Commands) -> None:
    """Add the subcommands."""
    add_command(commands, "presets", "List the presets.", _presets)
    layers = add_command(commands, "layers", "List a network's layers and their number of channels.", _layers)
    layers.add_argument("network", metavar="NETWORK", help="See: deepdream networks list")


def print_table(head: Sequence[str], rows: Iterable[Sequence[object]], title: str = "") -> None:
    """Print rows under a head, in columns as wide as they need to be; above them a sentence, if there is one."""
    cells = [list(head), *([str(cell) for cell in row] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells)
    try:
        print("\n".join([*([title, ""] if title else []), *lines]), flush=True)
    except BrokenPipeError:
        # Whoever reads has seen enough ("| head"); Python would complain once more at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _presets(arguments: argparse.Namespace) -> int:
    rows = ((preset.name, preset.settings.objective, preset.description) for preset in PRESETS.values())
    print_table(("preset", "objective", "what it does"), rows)
    return 0


def _layers(arguments: argparse.Namespace) -> int:
    info = network(arguments.network)
    title = f"{info.label}, trained on {info.trained_on}; its weights are under {info.licence}."
    rows = ((layer.name, layer.channels, layer.stride, layer.motif_px, layer.looks_like) for layer in info.layers)
    print_table(("layer", "channels", "stride", "motif px", "looks like"), rows, title)
    return 0

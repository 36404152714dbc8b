"""``deepdream networks fetch | add | remove``: getting a network's weights, and letting them go."""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import TYPE_CHECKING

from ..catalogue import network
from ..weights.store import Weights, megabytes
from .interruption import leaving
from .options import add_command
from .progress_bar import ProgressBar

if TYPE_CHECKING:
    from .options import Commands


def register(actions: Commands) -> None:
    """Add the actions to those of ``deepdream networks``."""
    fetch = add_command(actions, "fetch", "Download a network's weights and check them.", _fetch)
    add = add_command(actions, "add", "Use a weights file that you have.", _add)
    remove = add_command(actions, "remove", "Delete a network's fetched or added weights.", _remove)
    for parser in (fetch, add, remove):
        parser.add_argument("network", metavar="NETWORK", help="See: deepdream networks list")
    add.add_argument("file", metavar="FILE", type=Path, help="The publisher's file, or any other with --trust")
    add.add_argument("--trust", action="store_true", help="You vouch for the file; recipes will say so")


def _fetch(arguments: argparse.Namespace) -> int:
    from ..networks.fetch import fetch

    info = network(arguments.network)
    begun, came = time.monotonic(), 0
    with ProgressBar(info.label) as bar:

        def show(done: int, total: int) -> None:
            nonlocal came
            came = done
            seconds = time.monotonic() - begun
            left = seconds * (total - done) / max(1, done)
            bar.show(done / max(1, total), f"downloading {megabytes(total)}", left)

        with leaving(lambda: "What came is kept: the same command goes on there." if came else ""):
            weights = fetch(info, show)
    _tell(weights)
    return 0


def _add(arguments: argparse.Namespace) -> int:
    from ..networks.fetch import add

    _tell(add(network(arguments.network), arguments.file, arguments.trust))
    return 0


def _remove(arguments: argparse.Namespace) -> int:
    from ..networks.fetch import remove

    freed = remove(network(arguments.network))
    print(f"Freed {megabytes(freed)}." if freed else "Nothing was fetched or added for this network.")
    return 0


def _tell(weights: Weights) -> None:
    vouched = ", which you vouch for" if weights.user_supplied else ", checked"
    print(f"Ready: {weights.path} (SHA-256 {weights.sha256[:12]}…{vouched}).")

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
    fetch = add_command(actions, "fetch", "Download and verify a network's weights.", _fetch)
    add = add_command(actions, "add", "Install a weights file you already have.", _add)
    remove = add_command(actions, "remove", "Delete a network's downloaded or added weights.", _remove)
    for parser in (fetch, add, remove):
        parser.add_argument("network", metavar="NETWORK", help="See: deepdream networks list")
    add.add_argument("file", metavar="FILE", type=Path, help="The publisher's file, or any other with --trust")
    add.add_argument(
        "--trust", action="store_true", help="Accept a file without a known checksum; recipes will mention it"
    )


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

        with leaving(lambda: "The partial download was kept; run the same command to resume." if came else ""):
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
    print(f"Freed {megabytes(freed)}." if freed else "This network has no downloaded or added weights.")
    return 0


def _tell(weights: Weights) -> None:
    vouched = ", trusted by you" if weights.user_supplied else ", verified"
    print(f"Ready: {weights.path} (SHA-256 {weights.sha256[:12]}…{vouched}).")

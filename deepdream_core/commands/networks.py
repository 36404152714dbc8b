"""``deepdream networks``: which networks there are, which are on this computer, and how to get the others."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from ..catalogue import NETWORKS, NetworkInfo
from ..weights.store import megabytes, present, trusted_sha256s
from . import network_weights
from .lists import print_table
from .options import add_command

if TYPE_CHECKING:
    from .options import Commands


def register(commands: Commands) -> None:
    """Add the subcommand with its own subcommands."""
    help = "List networks; download, add or remove their weights."
    parser = commands.add_parser("networks", help=help, description=help, allow_abbrev=False)
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    add_command(actions, "list", "List networks: size, licence, whether installed.", _list)
    network_weights.register(actions)


def _list(arguments: argparse.Namespace) -> int:
    rows = (
        (info.name, info.label, megabytes(info.source.bytes), info.licence, info.source.checksum_name, _here(info))
        for info in NETWORKS.values()
    )
    print_table(("network", "label", "size", "licence", "checksum", "here"), rows)
    return 0


def _here(info: NetworkInfo) -> str:
    if not present(info):
        return "no"
    return "yes, yours" if trusted_sha256s(info) else "yes"

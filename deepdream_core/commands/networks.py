"""``deepdream networks list``: which networks there are, and which are on this computer."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from ..catalogue import NETWORKS
from ..description import is_present
from .lists import print_table
from .options import add_command

if TYPE_CHECKING:
    from .options import Commands


def register(commands: Commands) -> None:
    """Add the subcommand with its own subcommands."""
    parser = commands.add_parser("networks", help="List the networks.", allow_abbrev=False)
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    add_command(actions, "list", "List the networks: size, licence, what is on this computer.", _list)


def _list(arguments: argparse.Namespace) -> int:
    rows = (
        (info.name, info.label, f"{info.source.bytes / 1e6:.0f} MB", info.licence,
         "yes" if is_present(info) else "no")
        for info in NETWORKS.values()
    )
    print_table(("network", "label", "size", "licence", "here"), rows)
    return 0

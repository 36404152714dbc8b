"""``deepdream caches``: what is kept on disk that can be made again, how much of it may be, and how to delete it."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from ..files.faults import told_as
from ..settings import cache_settings
from ..settings.cache_settings import CacheSettings
from ..settings.spec import specs_of
from ..system import caches
from ..system.folders import data_folder
from .lists import print_table
from .options import add_command, add_settings, explicit_settings

if TYPE_CHECKING:
    from .options import Commands

_SPECS = specs_of(CacheSettings)
_NAMES = {caches.JOBS: "running jobs", caches.ATLAS: "atlas"}


def register(commands: Commands) -> None:
    """Add the subcommand."""
    parser = add_command(commands, "caches", "Show, limit or delete cached files.", _run)
    parser.add_argument("--clear", action="store_true", help="Delete everything not in use")
    add_settings(parser, _SPECS)


def _run(arguments: argparse.Namespace) -> int:
    with told_as("picture.write", data_folder()):
        if chosen := explicit_settings(arguments, _SPECS):
            cache_settings.write(cache_settings.read().replace(chosen))
        caches.fit(0 if arguments.clear else cache_settings.read().limit_bytes)
    found = caches.by_folder()
    rows = [(_NAMES[name], f"{size / 1e6:.1f} MB") for name, size in found.items()]
    limit = f"{cache_settings.read().limit_bytes / 1e6:.1f} MB"
    print_table(("cache", "size"), [*rows, ("together", f"{sum(found.values()) / 1e6:.1f} MB"), ("limit", limit)])
    return 0

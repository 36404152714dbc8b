"""The command line: ``deepdream SUBCOMMAND …`` → exit code 0, 1 for an error, 2 for wrong usage, 130 for Ctrl-C."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from .commands import again, atlas, batch, caches, dream, feature, film, lists, networks, style, zoom
from .commands.options import Parser, add_command
from .errors import DreamError
from .system import environment
from .version import VERSION

_GROUPS = (dream, again, style, batch, film, feature, atlas, zoom, lists, networks, caches)
INTERRUPTED = 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run one subcommand; errors are told on standard error in two lines: what happened, what to do."""
    environment.prepare()
    arguments, unknown = _parser().parse_known_args(argv)
    if unknown:
        arguments.parser.refuse(unknown[0])
    try:
        code: int = arguments.run(arguments)
    except DreamError as error:
        print(f"{error.sentence}\n{error.advice}", file=sys.stderr)
        return 1
    except KeyboardInterrupt as interrupt:
        print(f"Cancelled. {str(interrupt) or 'Nothing was changed.'}", file=sys.stderr)
        return INTERRUPTED
    return code


def _parser() -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = Parser(
        prog="deepdream", description="DeepDream for painters.", allow_abbrev=False
    )
    parser.add_argument("--version", action="version", version=f"deepdream {VERSION}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for group in _GROUPS:
        group.register(commands)
    add_command(commands, "worker", "Run as a worker over standard input and output.", _worker)
    return parser


def _worker(arguments: argparse.Namespace) -> int:
    from .worker.main import main as serve

    return serve()

"""Opens one of the core's doors with the folder that holds ``deepdream_core`` first on the path.

Run by the environment's Python, isolated: ``python -I launch.py worker`` or ``python -I launch.py cli …``.
The core is looked for inside this folder (as installed in Krita), then beside it (as in the repository),
and nowhere else: a copy that pip may have installed is never used.
"""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

DOORS = {"worker": "deepdream_core.worker.main", "cli": "deepdream_core.cli"}


def core_parent() -> Path:
    """The folder that holds ``deepdream_core``."""
    here = Path(__file__).resolve().parent
    return here if (here / "deepdream_core").is_dir() else here.parent


def main() -> int:
    """Run the door that the first argument names with the other arguments; its exit code."""
    door = DOORS[sys.argv.pop(1)]
    sys.path.insert(0, str(core_parent()))
    sys.argv[0] = "deepdream"
    try:
        opened = importlib.import_module(door)
    except (ImportError, SyntaxError, AttributeError, TypeError, ValueError, OSError) as error:
        # What a package can raise of which only a part is left.
        return complain(error)
    try:
        return int(opened.main() or 0)
    except ImportError as error:
        return complain(error)


def complain(error: Exception) -> int:
    """Say in two lines that a package is damaged, and what to do about it; the exit code."""
    errors = importlib.import_module("deepdream_core.errors")
    first = (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".:")
    told = errors.DreamError("setup.broken", reason=first)
    print(f"{told.sentence}\n{told.advice}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())

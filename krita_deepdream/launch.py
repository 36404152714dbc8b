"""Opens one of the core's doors with the folder that holds ``deepdream_core`` first on the path.

Run by the environment's Python, isolated: ``python -I launch.py worker`` or ``python -I launch.py cli …``.
The core is looked for inside this folder (as installed in Krita), then beside it (as in the repository),
and nowhere else: a copy that pip may have installed is never used.
"""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

DOORS = {"worker": "deepdream_core.worker", "cli": "deepdream_core.cli"}


def core_parent() -> Path:
    """The folder that holds ``deepdream_core``."""
    here = Path(__file__).resolve().parent
    return here if (here / "deepdream_core").is_dir() else here.parent


def main() -> int:
    """Run the door that the first argument names with the other arguments; its exit code."""
    door = DOORS[sys.argv.pop(1)]
    sys.path.insert(0, str(core_parent()))
    sys.argv[0] = "deepdream"
    return int(importlib.import_module(door).main() or 0)


if __name__ == "__main__":
    sys.exit(main())

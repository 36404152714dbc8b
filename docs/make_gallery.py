"""Runs every command of ``gallery.md`` and puts the small pictures where the page shows them."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

DOCS = Path(__file__).resolve().parent
LONGEST_SIDE = 560
ENTRY = re.compile(r"^    deepdream (.+)\n\n!\[[^\]]*\]\((images/[^)]+)\)$", re.MULTILINE)


def main(wanted: list[str]) -> int:
    """Make the pictures called ``wanted`` ("castle"), or all; earlier ones may serve later ones as input."""
    entries = ENTRY.findall((DOCS / "gallery.md").read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as folder:
        for command, picture in entries:
            target = DOCS / picture
            if not wanted or target.stem in wanted:
                run(command, Path(folder))
                shrink(Path(folder) / target.name, target)
            elif target.exists():
                (Path(folder) / target.name).write_bytes(target.read_bytes())
    return 0


def run(command: str, folder: Path) -> None:
    """Run one command in ``folder``, from where the repository's docs can be reached as they are written."""
    link = folder / "docs"
    if not link.exists():
        link.symlink_to(DOCS, target_is_directory=True)
    print("deepdream", command, flush=True)
    words = [sys.executable, "-m", "deepdream_core", *shlex.split(command)]
    path = {"PYTHONPATH": str(DOCS.parent)}
    subprocess.run(words, cwd=folder, env=path, check=True, stderr=subprocess.DEVNULL)


def shrink(picture: Path, target: Path) -> None:
    """Write ``picture`` as ``target`` with at most ``LONGEST_SIDE`` pixels on the longer side."""
    with Image.open(picture) as image:
        image.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
        target.parent.mkdir(exist_ok=True)
        image.convert("RGB").save(target, quality=84)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

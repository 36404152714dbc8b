"""Which Python this system's own package manager has for us, as the line to type for it.

Like ``pythons``, it sticks to the syntax of Python 3.7.
"""

from __future__ import annotations

import shutil
import subprocess
from typing import Set  # noqa: UP035 - subscripting set needs 3.9

from .pythons import VERSIONS

ASK_SECONDS = 20
# Fedora and Homebrew keep several Pythons at a time, under names that don't change.
ELSEWHERE = {"dnf": "sudo dnf install python3.12", "brew": "brew install python@3.12"}


def line_to_type() -> str:
    """A line for the terminal that installs the best Python there is, with venv; empty if none is known."""
    if shutil.which("apt-cache"):
        names = _known_to_apt()
        for version in VERSIONS:
            wanted = "python{}.{}".format(*version)
            if {wanted, f"{wanted}-venv"} <= names:
                return f"sudo apt install {wanted} {wanted}-venv"
        return ""
    return next((line for program, line in ELSEWHERE.items() if shutil.which(program)), "")


def _known_to_apt() -> Set[str]:  # noqa: UP006
    try:
        answer = subprocess.run(
            ["apt-cache", "pkgnames", "python3.1"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=ASK_SECONDS,
        )
    except (OSError, subprocess.SubprocessError):
        return set()
    return set(answer.stdout.decode("utf-8", "replace").split())

"""How urgently this process is computed: after whoever works at the same computer."""

from __future__ import annotations

import sys

import psutil

# Of 0 to 19: what others need goes first, and what they leave is used.
NICE = 10


def give_way() -> None:
    """Lower the priority of this process and of every thread that it starts from now on."""
    process = psutil.Process()
    process.nice(psutil.BELOW_NORMAL_PRIORITY_CLASS if sys.platform == "win32" else NICE)

"""How urgently this process is computed, and where: after whoever works at the same computer."""

from __future__ import annotations

import os
import sys

import psutil

# What others need goes first, and what they leave is used. Counted from whoever started this process.
NICE = 10


def give_way() -> None:
    """Lower the priority of this process and of every thread that it starts from now on."""
    if sys.platform == "win32":
        psutil.Process().nice(psutil.BELOW_NORMAL_PRIORITY_CLASS)
    else:
        os.nice(NICE)


def free_a_core() -> int:
    """Keep the threads that are started from now on off one core; ends with how many cores are left for them.

    A Mac binds nothing to its cores: there only the number says so.
    """
    process, count = psutil.Process(), os.cpu_count() or 1
    if not hasattr(process, "cpu_affinity"):
        return max(count - 1, 1)
    cores = process.cpu_affinity()
    left = cores[1:] or cores
    process.cpu_affinity(left)
    return len(left)

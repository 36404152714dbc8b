"""(bytes that a dream needs) → go on, or an error that says how much is free."""

from __future__ import annotations

import ctypes
import os
import sys
from pathlib import Path

from ..errors import DreamError

_GIGABYTE = 1e9
_SMALL_MEMORY = 6 * _GIGABYTE
# Where Linux tells what a container may use.
CONTROL_GROUP = Path("/sys/fs/cgroup")
_RECLAIMABLE = ("inactive_file", "active_file", "slab_reclaimable")


def require(needed: int) -> None:
    """Raise ``DreamError`` (``memory.short``) if fewer than ``needed`` bytes are free, as far as that is known."""
    free = available()
    if free is not None and needed > free:
        raise DreamError("memory.short", needed=in_words(needed), free=in_words(free))


def available() -> int | None:
    """Bytes that this process may still take without pushing others out; ``None`` where nobody tells."""
    if sys.platform == "linux":
        known = [_free_on_linux(), _free_in_control_group()]
        return min((free for free in known if free is not None), default=None)
    return _free_on_windows() if sys.platform == "win32" else None


def is_small() -> bool:
    """Whether this computer has so little memory that tiles should be small, however much is free just now."""
    if not hasattr(os, "sysconf") or "SC_PHYS_PAGES" not in os.sysconf_names:
        return False
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") < _SMALL_MEMORY


def in_words(size: int) -> str:
    """So many bytes as a person reads them: "40 MB", "1.3 GB"."""
    return f"{size / _GIGABYTE:.1f} GB" if size >= 0.95 * _GIGABYTE else f"{max(1, round(size / 1e7)) * 10} MB"


def _free_on_linux() -> int | None:
    for line in Path("/proc/meminfo").read_text("ascii").splitlines():
        if line.startswith("MemAvailable:"):
            return int(line.split()[1]) * 1024
    return None


def _free_in_control_group() -> int | None:
    """What a container still lets us have: files that the system only remembers are given up when room is needed."""
    try:
        limit, used, parts = (
            (CONTROL_GROUP / name).read_text("ascii") for name in ("memory.max", "memory.current", "memory.stat")
        )
    except OSError:
        return None
    sizes = dict(line.split() for line in parts.splitlines())
    reclaimable = sum(int(sizes.get(name, 0)) for name in _RECLAIMABLE)
    return None if limit.strip() == "max" else int(limit) - max(0, int(used) - reclaimable)


def _free_on_windows() -> int | None:
    """``GlobalMemoryStatusEx``: length and load, then seven sizes, the second of which is free physical memory."""

    class Status(ctypes.Structure):
        _fields_ = (("length", ctypes.c_uint32), ("load", ctypes.c_uint32), ("sizes", ctypes.c_uint64 * 7))

    status = Status(length=ctypes.sizeof(Status))
    kernel = getattr(ctypes, "windll").kernel32  # noqa: B009  exists on Windows only
    return int(status.sizes[1]) if kernel.GlobalMemoryStatusEx(ctypes.byref(status)) else None

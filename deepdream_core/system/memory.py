"""(bytes that a dream needs) → go on, or an error that says how much is free."""

from __future__ import annotations

from pathlib import Path

import psutil

from ..errors import DreamError

_GIGABYTE = 1e9
_SMALL_MEMORY = 6 * _GIGABYTE
# Where Linux tells what a container may use.
CONTROL_GROUP = Path("/sys/fs/cgroup")
_RECLAIMABLE = ("inactive_file", "active_file", "slab_reclaimable")


def require(needed: int) -> None:
    """Raise ``DreamError`` (``memory.short``) if fewer than ``needed`` bytes are free."""
    free = available()
    if needed > free:
        raise DreamError("memory.short", needed=in_words(needed), free=in_words(free))


def available() -> int:
    """Bytes that this process may still take without pushing others out."""
    free = int(psutil.virtual_memory().available)
    in_group = _free_in_control_group()
    return free if in_group is None else min(free, in_group)


def is_small() -> bool:
    """Whether this computer has so little memory that tiles should be small, however much is free just now."""
    return bool(psutil.virtual_memory().total < _SMALL_MEMORY)


def in_words(size: int) -> str:
    """So many bytes as a person reads them: "40 MB", "1.3 GB"."""
    return f"{size / _GIGABYTE:.1f} GB" if size >= 0.95 * _GIGABYTE else f"{max(1, round(size / 1e7)) * 10} MB"


def _free_in_control_group() -> int | None:
    """What a container may still use; cached files count as free, since the system drops them when needed."""
    try:
        limit, used, parts = (
            (CONTROL_GROUP / name).read_text("ascii") for name in ("memory.max", "memory.current", "memory.stat")
        )
    except OSError:
        return None
    sizes = dict(line.split() for line in parts.splitlines())
    reclaimable = sum(int(sizes.get(name, 0)) for name in _RECLAIMABLE)
    return None if limit.strip() == "max" else int(limit) - max(0, int(used) - reclaimable)

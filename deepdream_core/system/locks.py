"""Locks of the operating system's on open files: they go with their process, however that ends."""

from __future__ import annotations

import errno
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

_LOOK_SECONDS = 0.02
# Windows locks bytes and not files: one that nobody reads, beyond what is written.
_FAR = 1 << 20
# Disks that know no locks, as some over a network.
_NO_LOCKS = (errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP)


def lock(stream: IO[Any]) -> bool | None:
    """Whether ``stream`` is locked now, and nobody else had it; ``None`` on a disk that knows no locks."""
    try:
        if sys.platform == "win32":
            import msvcrt

            os.lseek(stream.fileno(), _FAR, os.SEEK_SET)
            msvcrt.locking(stream.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return None if error.errno in _NO_LOCKS else False
    return True


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Hold a lock on the file ``path``, which is made, for as long as the body runs; wait for whoever has it.

    For what takes an instant. Raises ``OSError`` where it can't be made.
    """
    with path.open("a+b") as stream:
        while lock(stream) is False:
            time.sleep(_LOOK_SECONDS)
        yield

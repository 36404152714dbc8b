"""The operating system's locks on open files: they end with their process, however that ends."""

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
# Windows locks bytes, not files: we take one beyond the contents, which nobody reads.
_FAR = 1 << 20
# Disks without locks, such as some network drives.
_NO_LOCKS = (errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOTSUP)


def lock(stream: IO[Any], shared: bool = False) -> bool | None:
    """Lock ``stream``; ``False`` if another process holds the lock, ``None`` on a disk without locks.

    ``shared``: with others that share it, except on Windows, where only the first one holds it.
    """
    try:
        if sys.platform == "win32":
            import msvcrt

            os.lseek(stream.fileno(), _FAR, os.SEEK_SET)
            msvcrt.locking(stream.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(stream, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except OSError as error:
        return None if error.errno in _NO_LOCKS else False
    return True


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Hold a lock on the file ``path``, which is made, for as long as the body runs; wait for whoever has it.

    For short tasks only. Raises ``OSError`` if the file can't be made.
    """
    with path.open("a+b") as stream:
        while lock(stream) is False:
            time.sleep(_LOOK_SECONDS)
        yield

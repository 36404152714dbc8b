"""Lets the n-th file operation fail, or the process die there, and counts how many there are.

What Python does with files below a folder is counted: open, each write, flush and close of what is written, fsync,
mkdir, rename, replace, unlink, rmdir, chmod and copies. What a library opens by itself in C isn't.
"""

from __future__ import annotations

import builtins
import errno
import io
import os
import shutil
import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from unittest import mock

FULL, BROKEN, FORBIDDEN = errno.ENOSPC, errno.EIO, errno.EACCES
# Of each operation how the system can refuse it.
CREATING = ("open for writing", "write", "flush", "close", "fsync", "mkdir", "copy")
KILLED = 137
PATIENCE_SECONDS = 60
_BY_PATH = ("mkdir", "rename", "replace", "unlink", "remove", "rmdir", "chmod", "link", "symlink", "truncate")


@dataclass
class Breaking:
    """The ``number``-th operation below ``folder`` fails with ``code``; ``onward``: later ones that need room too.

    ``code`` of ``KILLED``: the process ends there. ``done``: the operations so far.
    """

    folder: Path
    number: int = 0
    code: int = FULL
    onward: bool = False
    done: list[str] = field(default_factory=list)

    def met(self, operation: str, path: object, half: Callable[[], object] | None = None) -> None:
        """An operation is about to be done; ``half``: does a part of it before it fails."""
        if not str(path).startswith(str(self.folder)):
            return
        self.done.append(f"{operation} {Path(str(path)).name}")
        later = self.onward and len(self.done) > self.number > 0 and operation in CREATING
        if len(self.done) != self.number and not later:
            return
        if half:
            half()
        if self.code == KILLED:
            os._exit(KILLED)
        raise OSError(self.code, os.strerror(self.code), str(path))

    @property
    def broken(self) -> str:
        """The operation that failed."""
        return self.done[self.number - 1] if 0 < self.number <= len(self.done) else ""


class _Stream:
    """An open file that is written, each of whose operations may fail."""

    def __init__(self, stream: io.IOBase, path: str, breaking: Breaking) -> None:
        self._stream, self._path, self._breaking = stream, path, breaking

    def write(self, data):
        self._breaking.met("write", self._path, lambda: self._write_half(data))
        return self._stream.write(data)

    def _write_half(self, data) -> None:
        self._stream.write(
            data[: len(data) // 2] if isinstance(data, str) else memoryview(data).cast("B")[: len(data) // 2]
        )
        self._stream.flush()

    def flush(self) -> None:
        self._breaking.met("flush", self._path)
        self._stream.flush()

    def close(self) -> None:
        if not self._stream.closed:
            try:
                self._breaking.met("close", self._path)
            finally:
                self._stream.close()

    def __enter__(self):
        return self

    def __exit__(self, *_error) -> None:
        self.close()

    def __iter__(self):
        return iter(self._stream)

    def __getattr__(self, name):
        return getattr(self._stream, name)


@contextmanager
def breaking(folder: Path, number: int = 0, code: int = FULL, onward: bool = False) -> Iterator[Breaking]:
    """Nothing fails with ``number`` 0: then it only counts."""
    found = Breaking(folder, number, code, onward)
    real_open = builtins.open

    def opened(file, mode="r", *arguments, **more):
        path = os.fspath(file) if not isinstance(file, int) else ""
        path = os.path.abspath(path if isinstance(path, str) else os.fsdecode(path)) if path else ""
        writes = bool(set(mode) & set("wax+"))
        found.met("open for writing" if writes else "open", path)
        stream = real_open(file, mode, *arguments, **more)
        return _Stream(stream, path, found) if writes and path.startswith(str(folder)) else stream

    with ExitStack() as patched:

        def patch(module, name, replacement):
            patched.enter_context(mock.patch.object(module, name, replacement))

        for name in _BY_PATH:
            patch(os, name, _by_path(found, name, getattr(os, name)))
        patch(os, "fsync", _by_handle(found, "fsync", os.fsync))
        patch(os, "open", _os_open(found, os.open))
        # The fast ways would write in one step that nobody sees.
        for name in ("_USE_CP_SENDFILE", "_HAS_FCOPYFILE"):
            if hasattr(shutil, name):
                patch(shutil, name, False)
        patch(builtins, "open", opened)
        patch(io, "open", opened)
        yield found


def _by_path(found: Breaking, name: str, real: Callable) -> Callable:
    def done(path, *arguments, **more):
        shown = path
        if more.get("dir_fd") is not None:
            shown = os.path.join(os.readlink(f"/proc/self/fd/{more['dir_fd']}"), path)
        found.met(name, os.path.abspath(shown) if isinstance(shown, (str, os.PathLike)) else shown)
        return real(path, *arguments, **more)

    return done


def _by_handle(found: Breaking, name: str, real: Callable) -> Callable:
    def done(handle, *arguments):
        number = handle if isinstance(handle, int) else handle.fileno()
        found.met(name, os.readlink(f"/proc/self/fd/{number}"))
        return real(number, *arguments)

    return done


def _os_open(found: Breaking, real: Callable) -> Callable:
    def done(path, flags, *arguments, **more):
        writes = flags & (os.O_CREAT | os.O_WRONLY | os.O_RDWR)
        if more.get("dir_fd") is None:
            found.met("open for writing" if writes else "open", os.path.abspath(os.fspath(path)))
        return real(path, flags, *arguments, **more)

    return done


def killed_at(folder: Path, number: int, action: Callable[[], object]) -> int:
    """Do ``action`` in a fork of this process that dies at an operation; its exit code, 0 if it lived."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            signal.alarm(PATIENCE_SECONDS)
            with breaking(folder, number, KILLED):
                action()
            code = 0
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])

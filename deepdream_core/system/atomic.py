"""Files and folders that are replaced atomically: others see the old one or the new one, never a half."""

from __future__ import annotations

import errno
import os
import re
import secrets
import shutil
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path

# A part keeps the ending, by which encoders know a format, unless that is as long as a name.
_LONGEST_ENDING = 8
# POSIX's access list, as Linux calls it.
_LIST = "system.posix_acl_access"
# Entered around everything that appears where others see it; what it raises prevents that.
Publishing = Callable[[], AbstractContextManager[None]]


def write(path: Path, content: bytes) -> None:
    """Put ``content`` into the file ``path``, which may be new. Raises ``OSError``; the old file then stays."""
    with replacing(path) as part:
        part.write_bytes(content)


@contextmanager
def replacing(path: Path, flushes: bool = True) -> Iterator[Path]:
    """Give an empty part to write to, which becomes the file ``path`` once the body has ended well.

    The part lies beside the file that ``path`` leads to, with a short name and its ending. It is flushed to the disk
    and gets the old file's permissions before it takes its name; until then nobody else may read it. It is removed if
    anything fails. ``flushes``: off where nobody may wait for the disk. Raises ``OSError``; the folder must be there.
    """
    target = Path(os.path.realpath(path))
    part = _beside(target, target.suffix if len(target.suffix) <= _LONGEST_ENDING else "")
    try:
        part.touch(0o600 if target.exists() else 0o666, exist_ok=False)
        yield part
        if flushes:
            flush(part)
        if target.exists():
            _give_rights(target, part)
        os.replace(part, target)
    except OSError as error:
        # Nobody has heard of the part.
        if error.filename in (part, str(part)):
            error.filename, error.filename2 = str(path), None
        raise
    finally:
        # What failed before counts, not that the part can't be removed either.
        with suppress(OSError):
            part.unlink(missing_ok=True)


def _give_rights(old: Path, part: Path) -> None:
    """The permissions of ``old``, and none for its group where the part can't have the same group and list of rights.

    The owner is whoever writes.
    """
    mode = stat.S_IMODE(old.stat().st_mode)
    part.chmod(mode if _has_group(old, part) and _has_list(old, part) else mode & ~(stat.S_IRWXG | stat.S_ISGID))


def _has_group(old: Path, part: Path) -> bool:
    group = old.stat().st_gid
    try:
        if part.stat().st_gid != group:
            os.chown(part, -1, group)
    except OSError:
        return False
    return True


def _has_list(old: Path, part: Path) -> bool:
    """Of further people and groups, on Linux. The part's folder may have given it one of its own."""
    if sys.platform != "linux":
        return True
    has = False
    try:
        has = _LIST in os.listxattr(old)
        if has:
            os.setxattr(part, _LIST, os.getxattr(old, _LIST))
        elif _LIST in os.listxattr(part):
            os.removexattr(part, _LIST)
    except OSError as error:
        return not has and error.errno == errno.ENOTSUP
    return True


def replace_folder(path: Path, new: Path) -> None:
    """Move the folder ``new`` to ``path``; what was there is put away first and deleted last.

    Raises ``OSError``; where ``new`` can't take the name, the old one has it again. A link at ``path`` is
    replaced, not what it leads to.
    """
    old = _beside(path, ".old")
    if os.path.lexists(path):
        path.rename(old)
    try:
        new.rename(path)
    except OSError:
        if os.path.lexists(old):
            old.rename(path)
        raise
    if old.is_symlink():
        old.unlink()
    elif old.exists():
        shutil.rmtree(old)


def is_part(path: Path) -> bool:
    """Whether ``path`` is called like a part that a killed process may have left. Only a name: anybody's may be so."""
    return re.fullmatch(r"\.deepdream-[0-9a-f]{8}(\.\w+)?", path.name) is not None


def _beside(path: Path, ending: str) -> Path:
    return path.with_name(f".deepdream-{secrets.token_hex(4)}{ending}")


def flush(path: Path) -> None:
    """Wait until the file is on the disk. Raises ``OSError`` where there is no room for it."""
    with path.open("rb+") as stream:
        os.fsync(stream.fileno())

"""What codecs raise → one sentence: readers and writers of others fail in more ways than they name."""

from __future__ import annotations

import errno
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import UnidentifiedImageError

from ..errors import DreamError
from ..system import memory

# A gigapixel, 32,768 x 32,768: one layer of 8 bits takes 4 GB in Krita.
MOST_PIXELS = 1 << 30
_WORDS = {errno.EISDIR: "it is a folder", errno.ENAMETOOLONG: "its name is too long"}


# What atomic writing calls a file until it is whole; nobody has heard of it.
_PART = re.compile(r"\.deepdream-\w+(/(row|frames))?(\.\w+)?")


@contextmanager
def told_as(code: str, path: Path) -> Iterator[None]:
    """Any fault inside becomes ``DreamError`` ``code`` about ``path``; a ``DreamError`` stays what it is.

    One about a part that is to become ``path`` is told of ``path`` too.
    """
    try:
        yield
    except DreamError as error:
        if not _PART.search(str(error.values.get("path", ""))):
            raise
        reason = _PART.sub(path.name, str(error.values.get("reason", "it can't be read again")))
        raise DreamError(code, path=path, reason=reason) from error
    except Exception as error:  # noqa: BLE001  what codecs of others raise isn't written down anywhere
        raise DreamError(code, path=path, reason=_PART.sub(path.name, reason_of(error))) from error


def reason_of(error: BaseException) -> str:
    """In a few words, as the end of a sentence."""
    if isinstance(error, UnidentifiedImageError):
        return "it is not a supported picture format"
    if isinstance(error, MemoryError):
        return "there is not enough memory"
    # PyAV's own have them too.
    number, words = getattr(error, "errno", None), getattr(error, "strerror", None)
    if number:
        return str(_WORDS.get(number, words or type(error).__name__))
    return str(error).splitlines()[0] if str(error) else type(error).__name__


def require_room(width: int, height: int, bytes_in_pixel: int) -> None:
    """Raise ``DreamError`` (``memory.short``) for a picture that can't be held, before it is unpacked.

    ``ValueError`` for one of more than ``MOST_PIXELS``, however much memory there is.
    """
    if width * height > MOST_PIXELS:
        raise ValueError(f"it states {width} × {height} pixels, more than any painting has")
    memory.require(width * height * bytes_in_pixel)


def require_data(width: int, height: int, size: int, most: int) -> None:
    """Raise ``ValueError`` for a file of ``size`` bytes, ``most`` pixels in each at best, that states more."""
    if width * height > size * most:
        raise ValueError(f"it is truncated: {width} × {height} pixels don't fit in {size} bytes")


def is_there(path: Path) -> bool:
    """Whether anything has this name. Raises ``OSError`` or ``ValueError`` if nothing can: ``exists`` hides that."""
    try:
        path.stat()
    except FileNotFoundError:
        return False
    return True

"""Getting a network's weights, and letting them go. Nothing here runs unless somebody asks for it.

What is downloaded becomes visible under its name only once its checksum was found right.
"""

from __future__ import annotations

import os
import shutil
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ..catalogue import NetworkInfo
from ..errors import DreamError
from ..system import atomic
from ..weights.download import Progress, download
from ..weights.keras_h5 import look_through
from ..weights.store import (
    TRUST_FILE,
    Digests,
    Weights,
    digests_of,
    how_to_get,
    matches,
    own_path,
    trusted_sha256s,
    verified,
    wrong_checksum,
)
from . import build_from

# In bytes: a zip's own records, and its other small members.
_BESIDE_THE_FILE = 1 << 20


def fetch(info: NetworkInfo, progress: Progress) -> Weights:
    """Download the weights unless they are here already; ``progress`` is told bytes so far and in all.

    Raises ``DreamError``: ``fetch.…`` (a later try goes on where this one stopped), or ``weights.checksum``
    (what came is thrown away).
    """
    if not info.source.can_be_fetched:
        raise DreamError("fetch.by_hand", label=info.label, advice=how_to_get(info))
    if (here := _publishers(info)) is not None:
        return here
    part = _part(own_path(info))
    with _written(part):
        part.parent.mkdir(parents=True, exist_ok=True)
    download(info.source.address, part, progress, info.source.bytes + _BESIDE_THE_FILE)
    digests = digests_of(part)
    if digests.sha256 != info.source.archive_sha256 and not matches(info, digests):
        _delete(part)
        raise wrong_checksum(
            info, part, digests, "It was deleted. Try again; something on the network may be altering downloads."
        )
    weights = _take(info, part, digests)
    _delete(part)
    return weights


def add(info: NetworkInfo, path: Path, trust: bool) -> Weights:
    """Copy a file that the user has into the weights folder.

    It must be the publisher's, by its checksum; with ``trust`` any other will do that has the right layout.
    Raises ``DreamError``: ``weights.checksum``, ``weights.unreadable``, ``network.layout``, ``weights.disk``.
    """
    digests = digests_of(path)
    publishers = matches(info, digests) or digests.sha256 == info.source.archive_sha256
    if not publishers and not trust:
        advice = f"If you trust it: deepdream networks add {info.name} FILE --trust"
        raise wrong_checksum(info, path, digests, advice)
    return _take(info, path, digests, "weights.disk")


def remove(info: NetworkInfo) -> int:
    """Delete what was fetched or added, also half of it, and return how many bytes that freed."""
    own, waiting = own_path(info), _waiting(own_path(info))
    with _written(own.parent, "weights.disk"):
        ours = [own, _part(own), own.with_name(TRUST_FILE), waiting, *filter(atomic.is_part, own.parent.glob(".*"))]
        there = [path for path in ours if os.path.lexists(path)]
        freed = sum(path.lstat().st_size for path in there)
        for path in there:
            path.unlink()
    for folder in (waiting.parent, own.parent):
        _delete_empty(folder)
    return freed


def _publishers(info: NetworkInfo) -> Weights | None:
    """The publisher's own weights, if they are here and sound."""
    try:
        weights = verified(info)
    except DreamError:
        return None
    return None if weights.user_supplied else weights


def _take(info: NetworkInfo, path: Path, digests: Digests, code: str = "fetch.disk") -> Weights:
    """Put a file under its name once it was looked through; until then it lies in a folder of its own.

    ``code``: what a full disk is told as.
    """
    target = own_path(info)
    waiting = _waiting(target)
    trust = target.with_name(TRUST_FILE)
    with _written(target, code):
        waiting.parent.mkdir(parents=True, exist_ok=True)
        try:
            weights = _looked_through(info, path, waiting, digests)
            vouched = [weights.sha256] if weights.user_supplied else []
            # Until the new file has the name, the old one's word holds too: whichever lies there is trusted.
            if vouched:
                atomic.write(trust, "\n".join([*vouched, *trusted_sha256s(info)]).encode("ascii"))
            waiting.replace(target)
            if vouched:
                atomic.write(trust, vouched[0].encode("ascii"))
            else:
                trust.unlink(missing_ok=True)
        finally:
            _delete(waiting)
            _delete_empty(waiting.parent)
    return Weights(target, weights.sha256, weights.user_supplied)


def _looked_through(info: NetworkInfo, path: Path, waiting: Path, digests: Digests) -> Weights:
    if digests.sha256 == info.source.archive_sha256:
        _unpack(path, info.source.file, waiting)
        digests = digests_of(waiting)
    else:
        shutil.copyfile(path, waiting)
    weights = Weights(waiting, digests.sha256, user_supplied=not matches(info, digests))
    if weights.user_supplied:
        if waiting.suffix == ".h5":
            look_through(waiting)
        build_from(info, weights)
    return weights


def _unpack(archive: Path, name: str, target: Path) -> None:
    with zipfile.ZipFile(archive) as zipped, zipped.open(name) as source, target.open("wb") as file:
        shutil.copyfileobj(source, file)


def _delete(part: Path) -> None:
    """What can't be deleted now is looked at again by the next try."""
    with suppress(OSError):
        part.unlink(missing_ok=True)


def _delete_empty(folder: Path) -> None:
    """What else is in it is somebody else's."""
    with suppress(OSError):
        folder.rmdir()


def _part(own: Path) -> Path:
    return own.with_name(own.name + ".part")


def _waiting(own: Path) -> Path:
    return own.parent / "new" / own.name


@contextmanager
def _written(path: Path, code: str = "fetch.disk") -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise DreamError(code, path=path, reason=error.strerror or error) from error

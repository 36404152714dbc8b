"""Where a network's weights lie on this computer, and that they are the ones they should be."""

from __future__ import annotations

import hashlib
import importlib.metadata
from pathlib import Path

from .catalogue import NetworkInfo
from .errors import DreamError

_REINSTALL = "Run “python3 install.py” again."


def path_of(info: NetworkInfo) -> Path:
    """The file with the weights of ``info``; ``DreamError`` (``network.missing``) if it isn't there."""
    try:
        files = importlib.metadata.files(info.source.package) or []
    except importlib.metadata.PackageNotFoundError as error:
        raise DreamError("network.missing", label=info.label, advice=_REINSTALL) from error
    for file in files:
        path = Path(str(file.locate()))
        if path.as_posix().endswith(info.source.file) and path.exists():
            return path
    raise DreamError("network.missing", label=info.label, advice=_REINSTALL)


def verified_path(info: NetworkInfo) -> Path:
    """The same, after its SHA-256 was compared; ``DreamError`` (``weights.checksum``) if it is another."""
    path = path_of(info)
    with path.open("rb") as file:
        found = sha256_of(file.read())
    if found != info.source.sha256:
        raise DreamError(
            "weights.checksum", path=path, found=found, expected=info.source.sha256, advice=_REINSTALL
        )
    return path


def sha256_of(data: bytes) -> str:
    """The SHA-256 of ``data`` in hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()

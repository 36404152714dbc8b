"""(names and versions) → the hashes of their wheels, and what those need on other systems; asks pip's own index.

Which index that is, a proxy, certificates and passwords are pip's settings, so this runs in a Python that has pip.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name, parse_wheel_filename
from packaging.version import Version
from pip._internal.commands import create_command

# PEP 691
AS_JSON = {"Accept": "application/vnd.pypi.simple.v1+json"}
OURS = range(10, 14)
# What markers are asked for: sys_platform, platform_system, os_name, platform_machine.
SYSTEMS = (
    ("linux", "Linux", "posix", "x86_64"),
    ("linux", "Linux", "posix", "aarch64"),
    ("darwin", "Darwin", "posix", "arm64"),
    ("win32", "Windows", "nt", "AMD64"),
)


def hashes(pinned: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str, list[str]]]:
    """Name, version and sorted SHA-256s of all its wheels for our Pythons, on every system; no yanked ones.

    Raises ``SystemExit`` where there is none, since set-up takes nothing but wheels.
    """
    command = create_command("download")
    options, _ = command.parse_args([])
    with command._build_session(options) as session:  # type: ignore[attr-defined]
        for name, version in pinned:
            answer = session.get(f"{options.index_url.rstrip('/')}/{name}/", headers=AS_JSON)
            answer.raise_for_status()
            found = {
                file["hashes"]["sha256"]
                for file in answer.json()["files"]
                if not file.get("yanked") and fits(file["filename"], version)
            }
            if not found:
                raise SystemExit(f"{name}=={version} has no wheel with a SHA-256.")
            yield name, version, sorted(found)


def fits(filename: str, version: str) -> bool:
    """Whether the file is a wheel of ``version`` that one of our Pythons can use on some system."""
    if not filename.endswith(".whl"):
        return False
    _, found, _, tags = parse_wheel_filename(filename)
    return found == Version(version) and any(_for_ours(tag.interpreter, tag.abi) for tag in tags)


def _for_ours(interpreter: str, abi: str) -> bool:
    parts = re.fullmatch(r"(py|cp)(\d)(\d*)", interpreter)
    if not parts or parts[2] != "3":
        return False
    minor = int(parts[3] or 0)
    if abi in ("none", "abi3"):
        return minor <= OURS[-1]
    return minor in OURS and abi == interpreter


def lacking(needs: dict[str, list[str]], locked: set[str]) -> set[str]:
    """What the packages of ``needs`` (name → its requirements) want on any system and isn't ``locked``.

    With hashes pip takes nothing that isn't listed, so a package that only Windows needs would stop set-up there.
    """
    everywhere = {canonicalize_name(name) for name in locked}
    return {
        f"{wanted} (for {name})"
        for name, texts in needs.items()
        for wanted in map(Requirement, texts)
        if canonicalize_name(wanted.name) not in everywhere and _wanted_somewhere(wanted)
    }


def _wanted_somewhere(wanted: Requirement) -> bool:
    if not wanted.marker:
        return True
    for platform, system, name, machine in SYSTEMS:
        there = {"sys_platform": platform, "platform_system": system, "os_name": name, "platform_machine": machine}
        for minor in OURS:
            python = {"python_version": f"3.{minor}", "python_full_version": f"3.{minor}.1"}
            if wanted.marker.evaluate({**there, **python, "extra": ""}):
                return True
    return False

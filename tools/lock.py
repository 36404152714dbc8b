"""Writes what set-up installs, by version and hash: ``python -m tools.lock PYTHON3.10 PYTHON3.11``.

Asks the pips of the two Pythons (on Linux x86_64) what it would install for
``pyproject.toml`` and writes ``krita_deepdream/requirements.txt`` and ``requirements-gpu.txt``. Where the
oldest Python needs other versions than the next one, both stand there with a marker. A newer version that
only a still newer Python can have is not taken: one set of versions serves all.
Without the two Pythons the versions stay and only the hashes are asked for. Runs in the tests' Python.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import tomllib  # type: ignore[import-not-found]  # from 3.11

from krita_deepdream.setup import set_up

from . import wheels

ROOT = Path(__file__).resolve().parents[1]
HEADER = "# Written by tools/lock.py: the exact versions of the environment ({kind}), with all wheels' hashes.\n"
NOT_MAC_X86 = "sys_platform != 'darwin' and platform_machine in 'x86_64 AMD64'"
ELSEWHERE = "sys_platform == 'darwin' or platform_machine not in 'x86_64 AMD64'"


def resolve(python: str, requirements: list[str]) -> dict[str, str]:
    """Name → version of everything that pip would install for ``requirements`` into an empty environment.

    Raises ``SystemExit`` if one of them needs more than that on another system.
    """
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([python, "-m", "venv", folder], check=True)
        pip = [str(Path(folder, "bin", "pip")), "--quiet"]
        subprocess.run([*pip, "install", "--upgrade", "pip"], check=True)
        report = Path(folder, "report.json")
        subprocess.run(
            [
                *pip,
                "install",
                "--dry-run",
                "--ignore-installed",
                "--only-binary=:all:",
                "--report",
                str(report),
                *requirements,
            ],
            check=True,
        )
        found = [item["metadata"] for item in json.loads(report.read_text(encoding="utf-8"))["install"]]
    versions = {item["name"].lower().replace("_", "-"): item["version"] for item in found}
    if missing := wheels.lacking({item["name"]: item.get("requires_dist", []) for item in found}, {*versions}):
        raise SystemExit(f"Other systems need more: {', '.join(sorted(missing))}.")
    return versions


def lines(oldest: dict[str, str], newer: dict[str, str], boundary: str) -> list[str]:
    """The lock's lines, sorted by name; ``boundary`` is the first version of Python that ``newer`` is for."""
    rows = []
    for name in sorted({*oldest, *newer}):
        before, after = oldest.get(name), newer.get(name)
        if before == after:
            rows.append(f"{name}=={after}")
            continue
        rows += [f"{name}=={before}; python_version < '{boundary}'"] if before else []
        rows += [f"{name}=={after}; python_version >= '{boundary}'"] if after else []
    return rows


def everywhere(rows: list[str]) -> list[str]:
    """The same lines for every system: ``tensorflow-cpu`` where it exists, else ``tensorflow``."""
    result = []
    for row in rows:
        if row.startswith("tensorflow-cpu=="):
            version = row.split("==")[1]
            result += [f"tensorflow=={version}; {ELSEWHERE}", f"tensorflow-cpu=={version}; {NOT_MAC_X86}"]
        else:
            result.append(row)
    return result


def with_hashes(rows: list[str]) -> Iterator[str]:
    """Each line of the lock, followed by the hashes of its wheels."""
    known = {(name, version): found for name, version, found in wheels.hashes(sorted({*map(pinned, rows)}))}
    for row in rows:
        yield " \\\n    ".join([row, *(f"--hash=sha256:{each}" for each in known[pinned(row)])])


def pinned(row: str) -> tuple[str, str]:
    """Name and version of a line of the lock."""
    name, version = row.split(";")[0].split("==")
    return name, version


def resolved(variant: str, oldest: str, newer: str) -> list[str]:
    """The lock's lines, as the two Pythons' pips choose them."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [item for item in project["dependencies"] if not item.startswith("tensorflow>")]
    if variant == "gpu":
        wanted = [re.sub(r"^tensorflow-cpu([^;]*);.*", r"tensorflow[and-cuda]\1", item) for item in wanted]
    boundary = subprocess.run(
        [newer, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()
    return everywhere(lines(resolve(oldest, wanted), resolve(newer, wanted), boundary))


def main() -> None:
    """Write both files."""
    for variant in ("cpu", "gpu"):
        rows = resolved(variant, *sys.argv[1:3]) if sys.argv[1:] else set_up.lock(variant)
        text = HEADER.format(kind=variant) + "\n".join(with_hashes(rows)) + "\n"
        set_up.lock_file(variant).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()

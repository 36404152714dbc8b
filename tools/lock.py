"""Writes the exact versions that set-up installs: ``python tools/lock.py PYTHON3.10 PYTHON3.11``.

Asks the pips of the two Pythons (on Linux x86_64) what it would install for
``pyproject.toml`` and writes ``krita_deepdream/requirements.txt`` and ``requirements-gpu.txt``. Where the
oldest Python needs other versions than the next one, both stand there with a marker. A newer version that
only a still newer Python can have is not taken: one set of versions serves all.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import tomllib  # type: ignore[import-not-found]  # from 3.11

ROOT = Path(__file__).resolve().parents[1]
HEADER = "# Written by tools/lock.py: the exact versions of the environment ({kind}).\n"
NOT_MAC_X86 = "sys_platform != 'darwin' and platform_machine in 'x86_64 AMD64'"
ELSEWHERE = "sys_platform == 'darwin' or platform_machine not in 'x86_64 AMD64'"


def resolve(python: str, requirements: list[str]) -> dict[str, str]:
    """Name → version of everything that pip would install for ``requirements`` into an empty environment."""
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
        found = json.loads(report.read_text(encoding="utf-8"))["install"]
    return {item["metadata"]["name"].lower().replace("_", "-"): item["metadata"]["version"] for item in found}


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


def main() -> None:
    """Resolve and write both files."""
    oldest, newer = sys.argv[1:3]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [item for item in project["dependencies"] if not item.startswith("tensorflow>")]
    gpu = [re.sub(r"^tensorflow-cpu([^;]*);.*", r"tensorflow[and-cuda]\1", item) for item in wanted]
    boundary = subprocess.run(
        [newer, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()
    for variant, requirements in (("cpu", wanted), ("gpu", gpu)):
        rows = everywhere(lines(resolve(oldest, requirements), resolve(newer, requirements), boundary))
        name = "requirements.txt" if variant == "cpu" else "requirements-gpu.txt"
        text = HEADER.format(kind=variant) + "\n".join(rows) + "\n"
        (ROOT / "krita_deepdream" / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()

"""Where Krita keeps its resources and its configuration, whether it runs, and how a plugin is switched on.

Standard library only. Krita rewrites its configuration when it ends, so it is edited only while Krita is
closed, in one line, and every other byte stays as it is.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from ..core import atomic, folders

FLATPAK_ID = "org.kde.krita"
SWITCH = "enable_krita_deepdream"


@dataclass(frozen=True)
class ResourceFolder:
    """A folder whose ``pykrita`` Krita reads; ``variant`` is "native", "moved" or "flatpak"."""

    path: Path
    packaging: str


def resource_folders() -> list[ResourceFolder]:
    """Every resource folder of this user. Without any Krita: the default one, where it will look."""
    native, moved, flatpak = native_folder(), moved_folder(), _flatpak_data() / "krita"
    found = [ResourceFolder(moved, "moved")] if moved else []
    # Inside the sandbox its folder is the native one.
    inside = [ResourceFolder(flatpak, "flatpak")] if _flatpak_data().is_dir() and flatpak != native else []
    if native.is_dir() or not (found or inside):
        found.append(ResourceFolder(native, "native"))
    return found + inside


def native_folder() -> Path:
    """Krita's default resource folder on this system, there or not."""
    if sys.platform == "win32":
        return folders.by_habit("APPDATA", "AppData", "Roaming") / "krita"
    if sys.platform == "darwin":
        return folders.home() / "Library" / "Application Support" / "krita"
    return folders.by_habit("XDG_DATA_HOME", ".local", "share") / "krita"


def moved_folder() -> Path | None:
    """The folder that the user chose in Krita's settings, if there is one."""
    try:
        text = configuration_file().read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return None
    ungrouped = re.split(r"^\[", text, maxsplit=1, flags=re.MULTILINE)[0]
    line = re.search(r"^ResourceDirectory(\[\$e\])?=(.*)$", ungrouped, re.MULTILINE)
    if not line or not line.group(2).strip():
        return None
    value = line.group(2).strip().replace("\\s", " ").replace("\\\\", "\\")
    path = Path(os.path.expandvars(value) if line.group(1) else value)
    return path if path.is_absolute() and path != native_folder() else None


def configuration_file() -> Path:
    """``kritarc`` of the native Krita, there or not."""
    if sys.platform == "win32":
        return folders.by_habit("LOCALAPPDATA", "AppData", "Local") / "kritarc"
    if sys.platform == "darwin":
        return folders.home() / "Library" / "Preferences" / "kritarc"
    return folders.by_habit("XDG_CONFIG_HOME", ".config") / "kritarc"


def _flatpak_data() -> Path:
    return folders.home() / ".var" / "app" / FLATPAK_ID / "data"


def is_switched_on() -> bool:
    """Whether the plugin is enabled in Krita's configuration."""
    try:
        text = configuration_file().read_bytes()
    except FileNotFoundError:
        return False
    return switched(text, on=True) == text


def switch(on: bool) -> bool:
    """Switch the plugin on or off in ``kritarc``; whether that changed the file. Not while Krita runs."""
    path = configuration_file()
    before = path.read_bytes() if path.exists() else b""
    after = switched(before, on)
    if after == before:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    atomic.write(path, after)
    return True


def switched(text: bytes, on: bool) -> bytes:
    """A ``kritarc`` with the plugin on, or without any mention of it; nothing else is changed."""
    newline = b"\r\n" if b"\r\n" in text else b"\n"
    line = SWITCH.encode() + b"=true" + newline
    start, end = _group(text, b"python")
    old = re.search(rb"^" + SWITCH.encode() + rb"=([^\r\n]*)(\r?\n|\Z)", text[start:end], re.MULTILINE)
    if old and on:
        return text if old[1].strip() == b"true" else text[: start + old.start()] + line + text[start + old.end() :]
    if old:
        return text[: start + old.start()] + text[start + old.end() :]
    if not on:
        return text
    if start:
        return text[:start] + line + text[start:]
    gap = b"" if not text else newline if text.endswith(b"\n") else newline * 2
    return text + gap + b"[python]" + newline + line


def _group(text: bytes, name: bytes) -> tuple[int, int]:
    """Where the lines of a group begin and end; (0, 0) if there is no such group."""
    header = re.search(rb"^\[" + name + rb"\][ \t]*(\r?\n|\Z)", text, re.MULTILINE)
    if not header:
        return 0, 0
    following = re.compile(rb"^\[", re.MULTILINE).search(text, header.end())
    return header.end(), following.start() if following else len(text)


def krita_runs() -> bool:
    """Whether a Krita is open that will rewrite this user's ``kritarc`` when it ends."""
    if sys.platform.startswith("linux"):
        return any(_uses_this_configuration(process) for process in _linux_processes())
    command = ["tasklist", "/FI", "IMAGENAME eq krita.exe"] if sys.platform == "win32" else ["ps", "-Axo", "comm="]
    said = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace")
    names = [Path(line.split(" ")[0] if sys.platform == "win32" else line).name for line in said.stdout.splitlines()]
    return any(name.lower() in ("krita", "krita.exe") for name in names)


def _linux_processes() -> list[Path]:
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            name = (process / "comm").read_text(encoding="utf-8", errors="replace").strip()
            ours = process.stat().st_uid == os.getuid()
        except OSError:
            continue  # it ended meanwhile
        if ours and name in ("krita", "krita.bin"):
            found.append(process)
    return found


def _uses_this_configuration(process: Path) -> bool:
    try:
        rows = (process / "environ").read_bytes().split(b"\0")
    except OSError:
        return True
    variables = dict(os.fsdecode(row).split("=", 1) for row in rows if b"=" in row)
    folder = variables.get("XDG_CONFIG_HOME") or os.path.join(variables.get("HOME", ""), ".config")
    return Path(folder) == configuration_file().parent

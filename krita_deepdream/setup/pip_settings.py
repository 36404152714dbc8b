"""Keeps of a person's own pip settings only how to reach packages; set-up decides where and how they are installed."""

from __future__ import annotations

import ast
import os
import subprocess
from pathlib import Path

from ..core import errors
from . import runtime
from .pythons import NO_WINDOW

LISTING_SECONDS = 60
# Which packages are looked for where, ...
SOURCES = ("index-url", "pypi-url", "extra-index-url", "find-links")
# ... and how they come here.
WAYS = (
    "proxy",
    "cert",
    "client-cert",
    "trusted-host",
    "timeout",
    "default-timeout",
    "retries",
    "resume-retries",
    "cache-dir",
    "no-cache-dir",
    "keyring-provider",
)
# pip lists its settings by settings of its own: these keep the list whole.
WHOLE_LIST = {"PIP_USER": "0", "PIP_GLOBAL": "0", "PIP_SITE": "0", "PIP_QUIET": "0"}
# A later section wins, as in pip itself.
SECTIONS = ("global", "install", ":env:")


def variables(python: Path, offline: bool) -> dict[str, str]:
    """The environment for a pip that is run by ``python``; ``offline``: without the person's own sources.

    Raises ``DreamError`` where a configuration file of pip's can't be read.
    """
    ways = WAYS if offline else SOURCES + WAYS
    values = {"retries": "3"}
    found = _listed(python)
    for section in SECTIONS:
        values.update({name: value for (where, name), value in found.items() if where == section and name in ways})
    own = {f"PIP_{name.upper().replace('-', '_')}": value for name, value in values.items()}
    return {**_without_pips(), **own, "PIP_CONFIG_FILE": os.devnull}


def _listed(python: Path) -> dict[tuple[str, str], str]:
    """(section, setting) → value, out of pip's files and the environment."""
    # A setting that is left out, such as a log that can't be written, must not spoil the list itself.
    named = {name: value for name, value in os.environ.items() if _setting(name) in (*SOURCES, *WAYS, "config-file")}
    answer = subprocess.run(
        [str(python), "-I", "-m", "pip", "config", "list"],
        env={**_without_pips(), **named, **WHOLE_LIST},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        timeout=LISTING_SECONDS,
        creationflags=NO_WINDOW,
    )
    if answer.returncode:
        reason = " ".join(answer.stderr.split()) or "no reason was given"
        raise errors.DreamError("setup.pip_settings", reason=reason)
    found = {}
    for line in answer.stdout.splitlines():
        name, equals, value = line.partition("=")
        section, dot, setting = name.partition(".")
        if equals and dot and value[:1] in "'\"":
            found[section, setting] = str(ast.literal_eval(value)).strip()
    return {key: value for key, value in found.items() if value}


def _without_pips() -> dict[str, str]:
    return {name: value for name, value in runtime.worker_environment().items() if not _setting(name)}


def _setting(variable: str) -> str:
    """What a variable sets in pip: PIP_INDEX_URL → index-url; empty for any other variable."""
    upper = variable.upper()
    return upper.removeprefix("PIP_").lower().replace("_", "-") if upper.startswith("PIP_") else ""

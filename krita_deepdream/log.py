"""The plugin's log file: small, rotating, UTF-8; tracebacks and the worker's stderr go there."""

from __future__ import annotations

import logging
from logging.handlers import RotatingFileHandler
from pathlib import Path

NAME = "krita_deepdream"
FILE_BYTES = 1_000_000
OLD_FILES = 3


def open_log(folder: Path) -> Path:
    """Begin to log into ``folder`` (made if missing) and return the file's path; twice is harmless."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "deepdream.log"
    target = logger()
    target.setLevel(logging.INFO)
    if not target.handlers:
        handler = RotatingFileHandler(path, maxBytes=FILE_BYTES, backupCount=OLD_FILES, encoding="utf-8", delay=True)
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
        target.addHandler(handler)
        target.propagate = False
    return path


def close_log() -> None:
    """Let go of the file (Windows can't delete an open one)."""
    for handler in list(logger().handlers):
        logger().removeHandler(handler)
        handler.close()


def logger() -> logging.Logger:
    """The plugin's one logger."""
    return logging.getLogger(NAME)

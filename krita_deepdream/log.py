"""The plugin's log file: small, rotating, UTF-8; tracebacks and the worker's stderr go there.

A line has its time, its level, and the number of the job that it is about, if any: "job 3: …", as the worker calls it
too. What people have named isn't written down, nor the home folder: logs are pasted into public places.
"""

from __future__ import annotations

import logging
from logging.handlers import RotatingFileHandler
from pathlib import Path, PurePath

from .core import errors, folders, log_text

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
        handler.setFormatter(_Nameless("%(asctime)s %(levelname)s %(message)s"))
        target.addHandler(handler)
        target.propagate = False
    return path


class _Nameless(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        text = super().format(record)
        arguments = record.args if isinstance(record.args, tuple) else ()
        # Names may have quotes and line ends in them.
        for each in (*arguments, *log_text.chain_of(record.exc_info[1] if record.exc_info else None)):
            if isinstance(each, errors.DreamError):
                text = text.replace(str(each), each.nameless)
            elif isinstance(each, PurePath):
                text = text.replace(str(each), "…")
        return folders.without_home(log_text.without_names(text))


def close_log() -> None:
    """Let go of the file (Windows can't delete an open one)."""
    for handler in list(logger().handlers):
        logger().removeHandler(handler)
        handler.close()


def logger() -> logging.Logger:
    """The plugin's one logger."""
    return logging.getLogger(NAME)

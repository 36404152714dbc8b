"""(a long dream, octave by octave) → a file from which it goes on if worker or Krita end before it does.

There is one at most, for its owner only. It holds a checkpoint: a dream of another picture, with other settings or by
another version, leaves it aside and deletes it, and so does its own end. No fault of the disk fails a dream.
"""

from __future__ import annotations

import json
import time
import zipfile
from contextlib import suppress
from dataclasses import astuple
from pathlib import Path
from typing import Any

import numpy as np

from ..dream import Checkpoint
from ..dream.record import plain_step, step_of
from ..engine.progress import Progress
from ..image.region import Box
from ..system import atomic
from ..system.folders import data_folder
from . import log

FILE = "interrupted.npz"
# What took less is sooner dreamed again than read.
LONG_SECONDS = 5.0
MOST_BYTES = 256 << 20
_SPOILT = (OSError, EOFError, ValueError, KeyError, TypeError, IndexError, zipfile.BadZipFile)


class Interrupted:
    """Of the dream that begins now."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    def found(self) -> Checkpoint | None:
        """Where an interrupted dream was; whether it is the same one, the checkpoint knows."""
        try:
            with np.load(_file(), allow_pickle=False) as stored:
                values = json.loads(bytes(stored["values"]))
                detail = np.ascontiguousarray(stored["detail"], np.float32)
            wholes = [[step_of(step) for step in steps] for steps in values["steps"]]
            core, crop, frame = values["identity"]["region"]
            identity = {**values["identity"], "region": (Box(*core), Box(*crop), frame)}
        except _SPOILT:
            return None
        return Checkpoint(detail, wholes, identity)

    def add(self, progress: Progress) -> None:
        """Keep where the dream is, at the end of an octave that isn't its last."""
        if progress.octave == 1 and progress.step == 1:
            # What was there is of another dream, or spoilt.
            self.forget()
        is_end = progress.stage is not None and progress.step == progress.steps
        if progress.octave == progress.octaves or not is_end or time.monotonic() - self._began < LONG_SECONDS:
            return
        assert progress.stage is not None
        checkpoint = progress.stage.checkpoint()
        if checkpoint.detail.nbytes > MOST_BYTES:
            return
        try:
            _write(checkpoint)
        except OSError as error:
            log.fault(error)
            self.forget()

    def forget(self) -> None:
        """The dream is done, or isn't wanted any more."""
        with suppress(OSError):
            _file().unlink(missing_ok=True)


def _write(checkpoint: Checkpoint) -> None:
    file = _file()
    file.parent.mkdir(parents=True, exist_ok=True)
    # What takes its place has its permissions.
    file.touch(0o600)
    values: dict[str, Any] = {
        "steps": [[plain_step(whole) for whole in wholes] for wholes in checkpoint.wholes],
        "identity": checkpoint.identity,
    }
    with atomic.replacing(file) as part, part.open("wb") as stream:
        np.savez(
            stream,
            detail=checkpoint.detail,
            values=np.frombuffer(json.dumps(values, default=astuple).encode(), np.uint8),
        )


def _file() -> Path:
    return data_folder() / FILE

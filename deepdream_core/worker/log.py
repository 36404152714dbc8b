"""What the worker tells of itself: lines on stderr, which the plugin puts into its log.

A line begins with its level and the number of the job that it is about. It names nothing that people have named.
"""

from __future__ import annotations

import sys

from ..errors import DreamError
from ..protocol import wire
from ..system import log_text


def say(text: str, job: int = 0, level: str = "INFO") -> None:
    """Write ``text``, each of its lines with ``level`` and the number of the ``job`` (0: none)."""
    about = f"{level} job {job}: " if job else f"{level} "
    sys.stderr.write("".join(f"{about}{line}\n" for line in text.splitlines()))
    sys.stderr.flush()


def fault(error: Exception, job: int = 0) -> None:
    """Write the traceback of ``error``: a warning if it was foreseen."""
    say(log_text.of_exception(error), job, "WARNING" if isinstance(error, DreamError) else "ERROR")


def size_of(request: wire.Message) -> str:
    """How large a request's picture is: "640 x 480 U8"; empty for one without."""
    picture = getattr(request, "picture", None)
    return f"{picture.width} x {picture.height} {picture.depth}" if isinstance(picture, wire.Picture) else ""

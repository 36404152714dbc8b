"""The real worker on the numpy engine, that gets into trouble at one moment, once.

``python -I troubled_worker.py ROOT TROUBLE MOMENT REQUEST``, where REQUEST is the type of message from which on it may
come. Troubles: ``none``; ``killed`` (SIGKILL, as the system does where memory is short); ``crashed`` (SIGSEGV);
``starved`` (its address space is limited, and what is left of it taken); ``frozen`` (SIGSTOP); ``slow``; ``garbage``
(something else writes to the protocol's stream). Moments: ``starting``; ``weights`` (as it reads a network's);
``tracing`` (as it makes a gradient); ``octave N`` (after its first step); ``keyframe`` and ``layer`` (as it writes
one); ``answer`` (``frozen``, ``killed`` and ``crashed``: when half of it is sent).
"""

from __future__ import annotations

import os
import resource
import signal
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any
from unittest import mock

import numpy as np

sys.path.insert(0, sys.argv[1])
TROUBLE, MOMENT, REQUEST = sys.argv[2:]
SLOW_SECONDS = 0.5
ROOM_BYTES = 64 << 20
# No line ends in it, and more than a header may have; it looks like a frame's beginning.
GARBAGE = b'{"type": "result", "blobs": [' + b"\x00\xff" * (1 << 22)


def without_tensorflow() -> None:
    """It takes two seconds to load, and nothing but a style's pyramid computes with it here."""
    for name in ("tensorflow", "tensorflow.python", "tensorflow.python.framework"):
        sys.modules[name] = mock.MagicMock()
        setattr(sys.modules[name], "__version__", "none")  # noqa: B010  mypy knows of none


class Trouble:
    """``armed``: once the request has come."""

    def __init__(self) -> None:
        self.armed = False
        self.over = TROUBLE == "none"
        self.held: list[Any] = []
        self.stream: Any = None

    def at(self, moment: str) -> None:
        if self.over or moment != MOMENT or not (self.armed or moment == "starting"):
            return
        self.over = True
        getattr(self, f"_{TROUBLE}")()

    def _killed(self) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    def _crashed(self) -> None:
        os.kill(os.getpid(), signal.SIGSEGV)

    def _frozen(self) -> None:
        os.kill(os.getpid(), signal.SIGSTOP)

    def _slow(self) -> None:
        time.sleep(SLOW_SECONDS)

    def _garbage(self) -> None:
        self.stream.write(GARBAGE)
        self.stream.flush()

    def _starved(self) -> None:
        """Ends with numpy's own MemoryError; what was taken is given back, as after a failed job."""
        before = resource.getrlimit(resource.RLIMIT_AS)
        with open("/proc/self/statm") as file:
            used = int(file.read().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (used + ROOM_BYTES, before[1]))
        try:
            while True:
                self.held.append(np.ones(1 << 20, np.uint8))
        finally:
            self.held.clear()
            resource.setrlimit(resource.RLIMIT_AS, before)


def engine(trouble: Trouble) -> type:
    """The numpy engine, with trouble as it reads weights or traces."""
    from tests.fakes.engine import FakeEngine

    class Engine(FakeEngine):
        def network(self, name: str) -> Any:
            trouble.at("weights")
            return super().network(name)

        def gradient(self, *arguments: Any) -> Any:
            trouble.at("tracing")
            return super().gradient(*arguments)

        def cached(self, *arguments: Any) -> Any:
            trouble.at("tracing")
            return super().cached(*arguments)

    return Engine


def rendering(trouble: Trouble) -> Callable[..., Iterator[Any]]:
    """In place of ``atlas.render.render``: four plain tiles."""
    from deepdream_core.atlas.render import Progress, Tile

    def rendered(engine: Any, network: str, _layer: str, _folder: Any) -> Iterator[Any]:
        engine.network(network)
        trouble.at("tracing")
        tiles = {}
        for channel in range(4):
            tiles[channel] = Tile(channel, np.full((112, 112, 3), 60 * channel, np.uint8), ())
            yield Progress(dict(tiles), 4, 1.0)

    return rendered


def with_trouble(replies: Any, trouble: Trouble) -> None:
    """Trouble after a progress is sent, and in the middle of the last answer."""
    write, send = replies._write, replies.send

    def written(self: Any, pieces: list[Any]) -> None:
        if not trouble.over and MOMENT == "answer" and trouble.armed and is_answer(bytes(pieces[0])):
            if TROUBLE in ("killed", "crashed", "frozen"):
                whole = b"".join(bytes(piece) for piece in pieces)
                self._stream.write(whole[: len(whole) // 2])
                self._stream.flush()
            trouble.at("answer")
        write(self, pieces)

    def sent(self: Any, message: Any) -> None:
        send(self, message)
        if message.type == "progress":
            trouble.at(f"octave {message.octave}")

    replies._write, replies.send = written, sent


def is_answer(header: bytes) -> bool:
    others = (b"progress", b"failed", b"description", b"ready", b"packed", b"pong")
    return not any(b'"type": "%b"' % each in header for each in others)


def before(moment: str, trouble: Trouble, function: Callable[..., Any]) -> Callable[..., Any]:
    def troubled(*arguments: Any) -> Any:
        trouble.at(moment)
        return function(*arguments)

    return troubled


def main() -> None:
    if REQUEST != "style":
        without_tensorflow()
    from deepdream_core.engine import engine as engines
    from deepdream_core.film.keyframes import Keyframes
    from deepdream_core.worker import handlers, interrupted, replies
    from deepdream_core.worker import main as worker

    trouble = Trouble()
    claim, receive = worker._claim_stdout, worker.Worker._receive

    def claimed() -> Any:
        trouble.stream = claim()
        trouble.at("starting")
        return trouble.stream

    def received(self: Any, message: Any) -> None:
        trouble.armed |= message.type == REQUEST
        receive(self, message)

    with_trouble(replies.Replies, trouble)
    for owner, name, replacement in (
        (engines, "Engine", engine(trouble)),
        (handlers, "render", rendering(trouble)),
        (interrupted, "LONG_SECONDS", 0.0),
        (worker, "_claim_stdout", claimed),
        (worker.Worker, "_receive", received),
        (Keyframes, "store", before("keyframe", trouble, Keyframes.store)),
        (Keyframes, "write", before("layer", trouble, Keyframes.write)),
    ):
        setattr(owner, name, replacement)
    worker.main()


main()

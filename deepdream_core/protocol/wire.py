"""The wire between plugin and worker: messages as frames of one JSON line plus raw bytes.

A frame is ``{"type": "dream", "blobs": [n0, n1, …], …}`` in one line of ASCII JSON, then the blobs' bytes
one after the other. In the header a blob's place is held by ``{"blob": index}``. The messages themselves stand in
``messages`` and can be had from here too.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any, BinaryIO, get_origin, get_type_hints

from ..errors import DreamError, in_digits, shortened
from .deflate import Inflater
from .messages import *  # noqa: F403  a message is defined in one place only
from .messages import MESSAGES, Bytes, Compress, Message, Picture

MAX_HEADER = 1 << 22
LARGEST_NUMBER = 1 << 53
MAX_BLOBS = 1 << 33
# In bytes: so much room is made at once.
AT_ONCE = 1 << 24
# Bytes in which a line's end is looked for at once: a memoryview can't be searched without a copy.
_SEARCHED = 1 << 12
# Of each message the types of its fields, which take long to find out.
_HINTS = {kind: get_type_hints(kind) for kind in MESSAGES.values()}


def frames(message: Message) -> list[Bytes]:
    """The pieces to write one after the other: the header line and the message's own blobs, not copied."""
    blobs: list[Bytes] = []
    body = _pack(message, blobs)
    header = {"type": message.type, "blobs": [len(memoryview(blob).cast("B")) for blob in blobs], **body}
    return [json.dumps(header, allow_nan=False).encode("ascii") + b"\n", *blobs]


def write(stream: BinaryIO, message: Message) -> None:
    """Write one message and flush."""
    for piece in frames(message):
        stream.write(piece)
    stream.flush()


def read(stream: BinaryIO) -> Message | None:
    """Read one message; ``None`` at the end of the stream.

    Raises ``DreamError``: ``wire.header`` for what is no message, ``wire.size`` for one too large,
    ``wire.closed`` when the stream ends inside a message.
    """
    line = stream.readline(MAX_HEADER)
    if not line:
        return None
    header = _header(line)
    return _message(header, [_blob(stream, size) for size in header["blobs"]])


def _blob(stream: BinaryIO, size: int) -> bytearray:
    blob, filled = bytearray(), 0
    while filled < size:
        _make_room(blob, filled, size)
        with memoryview(blob)[filled:] as room:
            got = stream.readinto(room)  # type: ignore[attr-defined]
        if not got:
            raise DreamError("wire.closed")
        filled += got
    return blob


def _make_room(blob: bytearray, filled: int, size: int) -> None:
    """Where ``blob`` is full, make it a little larger: a header only says a size, and Krita's thread has no time."""
    if filled == len(blob) < size:
        blob.extend(bytes(min(size - filled, max(AT_ONCE, filled // 8))))


def _after_line(rest: memoryview) -> int:
    """Where the first line has ended, 0 if it hasn't. In slices: the rest may hold many messages more."""
    for start in range(0, len(rest), _SEARCHED):
        found = bytes(rest[start : start + _SEARCHED]).find(b"\n")
        if found >= 0:
            return start + found + 1
    return 0


class Decoder:
    """Makes messages of bytes that arrive in pieces of any size (for an event loop that must not wait).

    After ``Compress`` the rest is inflated.

    Each piece is copied once, to its place: however large a message is, its last piece costs no more than the others.
    """

    def __init__(self) -> None:
        self._line = bytearray()
        self._header: dict[str, Any] | None = None
        self._body = bytearray()
        self._size = self._filled = 0
        self._inflater: Inflater | None = None

    def feed(self, piece: Bytes) -> Iterator[Message]:
        """Take a piece and yield every message that it completes. Raises as ``read`` does."""
        if not self._inflater:
            yield from self._decoded(memoryview(piece).cast("B"))
            return
        self._inflater.feed(bytes(piece))
        while plain := self._inflater.inflated(AT_ONCE):
            yield from self._decoded(memoryview(plain))

    def _decoded(self, rest: memoryview) -> Iterator[Message]:
        while rest or self._header:
            rest = self._fill(rest) if self._header else self._begin(rest)
            if self._header and self._filled == self._size:
                message = self._end()
                yield message
                if isinstance(message, Compress) and not self._inflater:
                    self._inflater = Inflater()
                    yield from self.feed(rest)
                    return
            elif not rest:
                return

    def _begin(self, rest: memoryview) -> memoryview:
        end = _after_line(rest)
        self._line += rest[: end or len(rest)]
        if end:
            self._header = _header(bytes(self._line))
            self._line.clear()
            self._body, self._size, self._filled = bytearray(), sum(self._header["blobs"]), 0
        elif len(self._line) > MAX_HEADER:
            raise DreamError("wire.header", reason="the header is not terminated")
        return rest[end or len(rest) :]

    def _fill(self, rest: memoryview) -> memoryview:
        _make_room(self._body, self._filled, self._size)
        count = min(len(rest), len(self._body) - self._filled)
        self._body[self._filled : self._filled + count] = rest[:count]
        self._filled += count
        return rest[count:]

    def _end(self) -> Message:
        header, self._header = self._header, None
        assert header is not None
        sizes = header["blobs"]
        if sum(map(bool, sizes)) == 1:
            # Not a view: whoever takes no views would have to copy it.
            return _message(header, [self._body if size else b"" for size in sizes])
        whole, start, blobs = memoryview(self._body), 0, []
        for size in sizes:
            blobs.append(whole[start : start + size])
            start += size
        return _message(header, blobs)


def _pack(value: Any, blobs: list[Bytes]) -> Any:
    if is_dataclass(value):
        return {item.name: _pack(getattr(value, item.name), blobs) for item in fields(value)}
    if isinstance(value, dict):
        return {key: _pack(item, blobs) for key, item in value.items()}
    if isinstance(value, (bytes, bytearray, memoryview)):
        blobs.append(value)
        return {"blob": len(blobs) - 1}
    return value


def _header(line: bytes) -> dict[str, Any]:
    try:
        header = json.loads(line, parse_constant=_no_number)
        sizes = header["blobs"]
        known = header["type"] in MESSAGES
        valid = known and line.endswith(b"\n") and all(type(size) is int and size >= 0 for size in sizes)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise DreamError("wire.header", reason=f"{type(error).__name__}: {error}") from error
    if not valid:
        raise DreamError("wire.header", reason="its type is unknown or its sizes are missing")
    if sum(sizes) > MAX_BLOBS:
        raise DreamError("wire.size", size=sum(sizes))
    return dict(header)


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is not a number")


def _message(header: dict[str, Any], blobs: list[Any]) -> Message:
    message_type = MESSAGES[header["type"]]
    body = {name: value for name, value in header.items() if name not in ("type", "blobs")}
    try:
        message: Message = _build(message_type, body, blobs)
        return message
    except (TypeError, KeyError, IndexError, AttributeError) as error:
        raise DreamError("wire.header", reason=f"{message_type.type}: {error}") from error


def _build(message_type: type[Any], body: dict[str, Any], blobs: list[Any]) -> Any:
    hints = _HINTS[message_type]
    values: dict[str, Any] = {}
    for name, value in body.items():
        if hints[name] in (Picture, Picture | None):
            values[name] = None if value is None else _picture(value, blobs)
        elif hints[name] == dict[str, Picture]:
            values[name] = {key: _picture(item, blobs) for key, item in value.items()}
        elif hints[name] == Bytes:
            values[name] = blobs[value["blob"]]
        else:
            values[name] = _plain(hints[name], value)
    return message_type(**values)


def _plain(wanted: Any, value: Any) -> Any:
    """``value`` if it is of the field's type and no number beyond all measure; an int passes for a float."""
    base = get_origin(wanted) if get_origin(wanted) in (list, dict) else wanted
    if isinstance(value, bool) is not (base is bool) or not isinstance(value, int | float if base is float else base):
        raise TypeError(f"{shortened(repr(value))} is not {wanted}")
    if isinstance(value, int | float) and not -LARGEST_NUMBER <= value <= LARGEST_NUMBER:
        raise TypeError(f"{in_digits(value)} is too large")
    return value


def _picture(value: dict[str, Any], blobs: list[Any]) -> Picture:
    picture = Picture(value["width"], value["height"], value["depth"], blobs[value["data"]["blob"]])
    picture.check()
    return picture

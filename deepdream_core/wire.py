"""The wire between plugin and worker: typed messages, and frames of one JSON line plus raw bytes.

A frame is ``{"type": "dream", "blobs": [n0, n1, …], …}`` in one line of ASCII JSON, then the blobs' bytes
one after the other. In the header a blob's place is held by ``{"blob": index}``. Pixels are little-endian,
interleaved, straight alpha last, rows from top to bottom without padding, exactly as Krita hands them out:
BGRA for ``U8`` and ``U16``, RGBA for ``F32``, always sRGB with its transfer curve.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any, BinaryIO, ClassVar, get_origin, get_type_hints

from .errors import DreamError

VERSION = 1
MAX_HEADER = 1 << 22
MAX_BLOBS = 1 << 33
BYTES_PER_PIXEL = {"U8": 4, "U16": 8, "F32": 16}

Bytes = bytes | bytearray | memoryview


@dataclass(frozen=True)
class Picture:
    """Pixels as they travel: ``depth`` is a key of ``BYTES_PER_PIXEL``; ``data`` as the module says."""

    width: int
    height: int
    depth: str
    data: Bytes

    def check(self) -> None:
        """Raise ``DreamError`` unless ``data`` has as many bytes as width, height and depth say."""
        expected = self.width * self.height * BYTES_PER_PIXEL.get(self.depth, 0)
        if min(self.width, self.height) <= 0 or len(self.data) != expected:
            raise DreamError("wire.header", reason=f"a picture of {len(self.data)} bytes should have {expected}")


@dataclass(frozen=True)
class Hello:
    """Plugin → worker, first of all: who speaks. Answered by ``Welcome`` before TensorFlow is loaded.

    ``threads``: how many processor cores the worker uses; TensorFlow asks for it once in a process.
    """

    type: ClassVar[str] = "hello"
    version: str
    wire: int = VERSION
    threads: int | str = "auto"


@dataclass(frozen=True)
class Describe:
    """Plugin → worker: what can you do? Answered by ``Description``."""

    type: ClassVar[str] = "describe"
    id: int


@dataclass(frozen=True)
class Dream:
    """Plugin → worker: dream this. Answered by ``Progress``…, then one ``Result`` or ``Failed``.

    ``picture`` is the layer with its surroundings; ``mask`` has one byte per pixel of it (empty: all of
    it). ``backdrop`` is what is visible at the same place: the network sees it under transparent pixels.
    ``weight``: as large as the picture, light where the dream shall be strong; it is multiplied with the mask.
    ``pictures`` are the guides and masks that the objective names. ``kind``: "dream", or "style": then ``settings``
    are ``StyleSettings`` and ``pictures`` the styles, in the order of their names; or "film": an endless zoom with the
    ``FilmSettings`` in ``film`` is written to the file or folder ``target`` and answered by ``Filmed``. ``blend``: at
    how many percent strength ``Result.blended`` is wanted, 0 for not at all. ``pack``: ``Packed`` follows the result.
    """

    type: ClassVar[str] = "dream"
    id: int
    settings: dict[str, Any]
    picture: Picture
    mask: Bytes = b""
    backdrop: Picture | None = None
    pictures: dict[str, Picture] = field(default_factory=dict)
    kind: str = "dream"
    blend: float = 0.0
    pack: bool = False
    film: dict[str, Any] = field(default_factory=dict)
    target: str = ""
    weight: Picture | None = None


@dataclass(frozen=True)
class Atlas:
    """Plugin → worker: show what every channel of a layer looks for. Answered by ``Progress``…, then ``Sheet``.

    A progress' preview is the sheet as far as it is; what is done is kept on disk.
    """

    type: ClassVar[str] = "atlas"
    id: int
    network: str
    layer: str


@dataclass(frozen=True)
class Cancel:
    """Plugin → worker: stop job ``id``. Answered by ``Failed`` with the code ``cancelled``."""

    type: ClassVar[str] = "cancel"
    id: int


@dataclass(frozen=True)
class Estimate:
    """Plugin → worker: what would a dream of ``width`` x ``height`` pixels take? Answered by ``Cost`` at once."""

    type: ClassVar[str] = "estimate"
    id: int
    settings: dict[str, Any]
    width: int
    height: int


@dataclass(frozen=True)
class Ping:
    """Plugin → worker: are you alive? Answered by ``Pong`` at once, also in the middle of a job."""

    type: ClassVar[str] = "ping"
    id: int


@dataclass(frozen=True)
class Shutdown:
    """Plugin → worker: end. Not answered: the process ends."""

    type: ClassVar[str] = "shutdown"


@dataclass(frozen=True)
class Welcome:
    """Worker → plugin: the answer to ``Hello``."""

    type: ClassVar[str] = "welcome"
    version: str
    wire: int
    pid: int


@dataclass(frozen=True)
class Ready:
    """Worker → plugin, unasked: TensorFlow is loaded and the default network is built."""

    type: ClassVar[str] = "ready"
    tensorflow: str
    seconds: float


@dataclass(frozen=True)
class Description:
    """Worker → plugin: networks with their layers, settings and presets, as plain values."""

    type: ClassVar[str] = "description"
    id: int
    networks: list[dict[str, Any]]
    settings: list[dict[str, Any]]
    presets: list[dict[str, Any]]


@dataclass(frozen=True)
class Progress:
    """Worker → plugin, after each step: ``done`` of ``total`` (work, not steps), and how the rest looks.

    ``preview`` is a small ``U8`` picture of the mask's bounds (``None``: unchanged since the last one).
    """

    type: ClassVar[str] = "progress"
    id: int
    done: float
    total: float
    octave: int
    octaves: int
    step: int
    steps: int
    seconds_left: float
    preview: Picture | None = None


@dataclass(frozen=True)
class Result:
    """Worker → plugin: the unblended dream of the mask's bounds, at ``x``, ``y`` inside the sent picture.

    Its alpha is the source's alpha x mask; strength is left to the layer's opacity. ``blended``: the dream laid over
    the source, with the source's alpha, if that was asked for; ``touched`` then has a byte per pixel, 0 where the
    source has to stay as it is.
    """

    type: ClassVar[str] = "result"
    id: int
    x: int
    y: int
    picture: Picture
    recipe: dict[str, Any]
    seconds: float
    blended: Picture | None = None
    touched: Bytes = b""


@dataclass(frozen=True)
class Packed:
    """Worker → plugin, some time after the result of job ``id``: its picture as a PNG file, as ``packing`` says."""

    type: ClassVar[str] = "packed"
    id: int
    png: Bytes


@dataclass(frozen=True)
class Filmed:
    """Worker → plugin: the film of job ``id`` is at ``target``."""

    type: ClassVar[str] = "filmed"
    id: int
    target: str
    frames: int
    seconds: float


@dataclass(frozen=True)
class Sheet:
    """Worker → plugin: the layer's sheet is there; ``atlas_sheets`` knows where."""

    type: ClassVar[str] = "sheet"
    id: int
    network: str
    layer: str


@dataclass(frozen=True)
class Failed:
    """Worker → plugin: request ``id`` came to nothing (``id`` 0: no request could be told)."""

    type: ClassVar[str] = "failed"
    id: int
    code: str
    sentence: str
    advice: str
    values: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Cost:
    """Worker → plugin: what a dream would take. ``seconds``: 0 while nothing like it was dreamed on this computer."""

    type: ClassVar[str] = "cost"
    id: int
    seconds: float
    bytes: int


@dataclass(frozen=True)
class Pong:
    """Worker → plugin: the answer to ``Ping``."""

    type: ClassVar[str] = "pong"
    id: int


Message = (
    Hello | Describe | Dream | Atlas | Cancel | Estimate | Ping | Shutdown
    | Welcome | Ready | Description | Progress | Result | Packed | Filmed | Sheet | Failed | Cost | Pong
)
MESSAGES: dict[str, type[Any]] = {
    kind.type: kind
    for kind in (
        Hello, Describe, Dream, Atlas, Cancel, Estimate, Ping, Shutdown,
        Welcome, Ready, Description, Progress, Result, Packed, Filmed, Sheet, Failed, Cost, Pong,
    )
}


def failure(job: int, error: DreamError) -> Failed:
    """The message that carries ``error`` as the answer to request ``job``."""
    return Failed(job, error.code, error.sentence, error.advice, error.values)


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
    blobs = []
    for size in header["blobs"]:
        blob = bytearray(size)
        view = memoryview(blob)
        while view:
            got = stream.readinto(view)  # type: ignore[attr-defined]
            if not got:
                raise DreamError("wire.closed")
            view = view[got:]
        blobs.append(blob)
    return _message(header, blobs)


class Decoder:
    """Makes messages of bytes that arrive in pieces of any size (for an event loop that must not wait).

    Each piece is copied once, to its place: however large a message is, its last piece costs no more than the others.
    """

    def __init__(self) -> None:
        self._line = bytearray()
        self._header: dict[str, Any] | None = None
        self._body = bytearray()
        self._filled = 0

    def feed(self, piece: Bytes) -> Iterator[Message]:
        """Take a piece and yield every message that it completes. Raises as ``read`` does."""
        rest = memoryview(piece).cast("B")
        while rest or self._header:
            rest = self._fill(rest) if self._header else self._begin(rest)
            if self._header and self._filled == len(self._body):
                yield self._end()
            elif not rest:
                return

    def _begin(self, rest: memoryview) -> memoryview:
        end = bytes(rest).find(b"\n") + 1
        self._line += rest[:end or len(rest)]
        if end:
            self._header = _header(bytes(self._line))
            self._line.clear()
            self._body, self._filled = bytearray(sum(self._header["blobs"])), 0
        elif len(self._line) > MAX_HEADER:
            raise DreamError("wire.header", reason="the header has no end")
        return rest[end or len(rest):]

    def _fill(self, rest: memoryview) -> memoryview:
        count = min(len(rest), len(self._body) - self._filled)
        self._body[self._filled:self._filled + count] = rest[:count]
        self._filled += count
        return rest[count:]

    def _end(self) -> Message:
        header, self._header = self._header, None
        assert header is not None
        if len(header["blobs"]) == 1:
            return _message(header, [self._body])
        whole, start, blobs = memoryview(self._body), 0, []
        for size in header["blobs"]:
            blobs.append(whole[start:start + size])
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
        header = json.loads(line)
        sizes = header["blobs"]
        known = header["type"] in MESSAGES
        valid = known and line.endswith(b"\n") and all(type(size) is int and size >= 0 for size in sizes)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise DreamError("wire.header", reason=f"{type(error).__name__}: {error}") from error
    if not valid:
        raise DreamError("wire.header", reason="it has no known type or no sizes")
    if sum(sizes) > MAX_BLOBS:
        raise DreamError("wire.size", size=sum(sizes))
    return dict(header)


def _message(header: dict[str, Any], blobs: list[Any]) -> Message:
    kind = MESSAGES[header["type"]]
    body = {name: value for name, value in header.items() if name not in ("type", "blobs")}
    try:
        message: Message = _build(kind, body, blobs)
        return message
    except (TypeError, KeyError, IndexError, AttributeError) as error:
        raise DreamError("wire.header", reason=f"{kind.type}: {error}") from error


def _build(kind: type[Any], body: dict[str, Any], blobs: list[Any]) -> Any:
    hints = get_type_hints(kind)
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
    return kind(**values)


def _plain(kind: Any, value: Any) -> Any:
    """``value`` if it is of the field's type; an int passes for a float, a bool for nothing else."""
    base = get_origin(kind) if get_origin(kind) in (list, dict) else kind
    if isinstance(value, bool) is not (base is bool) or not isinstance(value, int | float if base is float else base):
        raise TypeError(f"{value!r} is not {kind}")
    return value


def _picture(value: dict[str, Any], blobs: list[Any]) -> Picture:
    picture = Picture(value["width"], value["height"], value["depth"], blobs[value["data"]["blob"]])
    picture.check()
    return picture

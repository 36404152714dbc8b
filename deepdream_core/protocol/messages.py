"""What plugin and worker say to each other: one dataclass for each kind of message; ``wire`` turns them into bytes.

Pixels are little-endian, interleaved, straight alpha last, rows from top to bottom without padding, exactly as Krita
hands them out: BGRA for ``U8`` and ``U16``, sRGB with its transfer curve; RGBA for ``F32``, linear light with sRGB's
primaries, 1.0 for white, so that Krita's conversion cuts off nothing above it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

from ..errors import DreamError

VERSION = 2
BYTES_PER_PIXEL = {"U8": 4, "U16": 8, "F32": 16}

LARGEST_SIDE = 1 << 20
# As many as are kept of a dream, and more each time that it went further; the last is the result.
STAGES, FURTHER_STAGES = 12, 3

Bytes = bytes | bytearray | memoryview


def check_size(width: object, height: object) -> None:
    """Raise ``DreamError`` unless both are whole numbers from 1 to ``LARGEST_SIDE``: what a picture has in pixels."""
    if not all(type(side) is int and 1 <= side <= LARGEST_SIDE for side in (width, height)):
        raise DreamError("wire.header", reason=f"a picture has sides of 1 to {LARGEST_SIDE} pixels")


@dataclass(frozen=True)
class Picture:
    """Pixels as they travel: ``depth`` is a key of ``BYTES_PER_PIXEL``; ``data`` as the module says."""

    width: int
    height: int
    depth: str
    data: Bytes

    def check(self) -> None:
        """Raise ``DreamError`` unless ``data`` has as many bytes as width, height and depth say."""
        check_size(self.width, self.height)
        expected = self.width * self.height * BYTES_PER_PIXEL.get(self.depth, 0)
        if not expected or len(self.data) != expected:
            raise DreamError("wire.header", reason=f"a picture of {len(self.data)} bytes should have {expected}")


class Message:
    """Base of all messages; ``type`` is what a frame's header calls it, ``MESSAGES`` has all by it."""

    type: ClassVar[str]


@dataclass(frozen=True)
class Hello(Message):
    """Plugin → worker, first of all: who speaks. Answered by ``Welcome`` before TensorFlow is loaded.

    ``threads``: how many processor cores the worker uses; TensorFlow asks for it once in a process. ``free_core``:
    whether it leaves one core of those it might use to other programs.
    """

    type: ClassVar[str] = "hello"
    version: str
    wire: int = VERSION
    threads: int | str = "auto"
    free_core: bool = False


@dataclass(frozen=True)
class Describe(Message):
    """Plugin → worker: what can you do? Answered by ``Description``."""

    type: ClassVar[str] = "describe"
    id: int


@dataclass(frozen=True)
class ImageJob(Message):
    """What every job on a picture has; answered by ``Progress``…, then by one last message.

    ``picture`` is the layer with its surroundings; ``mask`` has one byte per pixel of it (empty: all of it).
    ``backdrop`` is what is visible at the same place: the network sees it under transparent pixels. ``strength_map``:
    as large as the picture, light where the result is strong; it is multiplied with the mask.
    """

    id: int
    settings: dict[str, Any]
    picture: Picture
    mask: Bytes = b""
    backdrop: Picture | None = None
    pictures: dict[str, Picture] = field(default_factory=dict)
    strength_map: Picture | None = None


@dataclass(frozen=True)
class Dream(ImageJob):
    """Plugin → worker: dream this. The last answer is ``Result`` or ``Failed``.

    ``settings``: ``DreamSettings``; ``pictures``: the guides and masks that the objective names. ``blend``: at how many
    percent strength ``Result.blended`` is wanted, 0 for not at all. ``pack``: ``Packed`` follows the result.
    ``stages``: ``Stage`` will ask how it grew.
    """

    type: ClassVar[str] = "dream"
    blend: float = 0.0
    pack: bool = False
    stages: bool = False


@dataclass(frozen=True)
class Renew(ImageJob):
    """Plugin → worker: dream a part of an earlier dream again, as part of it. The last answer is ``Result`` or
    ``Failed``.

    All pictures but guides are crops of what was sent for that dream, as it is today: ``picture``, ``mask``,
    ``backdrop``, ``strength_map`` and the masks among ``pictures``, all of one size, with the corner at ``x``, ``y`` of
    what was sent then. ``settings.renewal.crop`` says which crop is large enough. ``settings``: that dream's.

    ``old_dream``: the dream as it is today, the same crop of the same depth: the unblended layer, transparent where the
    dream doesn't reach. ``changed``: one byte per pixel, 0 where the picture is what it was (empty: nowhere). What
    didn't change stays, and the new grows into it. ``record``: of that dream's ``Result``.

    The ``Result`` (and each preview) shows ``settings.renewal.window`` of the bounds of ``changed``: new where the
    weight is above 0, and ``old_dream`` to the bit where it is 0. Its ``x``, ``y`` count from the crop's corner, its
    recipe is a plain dream's, and its record is ``record``: it holds for the renewed dream too.

    With other settings a renewal of everything is a ``Dream`` like any other: what is kept of a dream fits its own
    settings only (``renewal.record``). ``Failed`` with ``renewal.seamless`` for a seamless one,
    and with ``renewal.growth`` for one that shows only what grew.
    """

    type: ClassVar[str] = "renew"
    old_dream: Picture = field(kw_only=True)
    changed: Bytes = field(kw_only=True)
    record: dict[str, Any] = field(kw_only=True)
    x: int = 0
    y: int = 0


@dataclass(frozen=True)
class Style(ImageJob):
    """Plugin → worker: paint this in a style. Answered as ``Dream`` is.

    ``settings``: ``StyleSettings``; ``pictures``: the styles, in the order of their names.
    """

    type: ClassVar[str] = "style"
    blend: float = 0.0
    pack: bool = False


@dataclass(frozen=True)
class Zoom(ImageJob):
    """Plugin → worker: write an endless zoom of dreams to ``target``. The last answer is ``ZoomWritten`` or ``Failed``.

    ``settings`` and ``pictures`` as in ``Dream``; ``zoom``: ``ZoomSettings``; ``target``: a file or a folder; in a .kra
    each frame stays for ``held`` frames of the document. ``elsewhere``: the plugin is on another computer. What is
    written comes as ``FileBytes`` messages then, and ``target`` is only a name, without an ending for a folder.
    """

    type: ClassVar[str] = "zoom"
    zoom: dict[str, Any] = field(kw_only=True)
    target: str = field(kw_only=True)
    held: int = 1
    elsewhere: bool = False


@dataclass(frozen=True)
class Keyframe(ImageJob):
    """Plugin → worker: dream this keyframe of an animated layer. The last answer is ``KeyframeDone`` or ``Failed``.

    ``picture`` is the whole canvas; a keyframe with nothing painted on it stays so. ``settings`` and ``pictures`` as in
    ``Dream`` or ``Style``, by ``kind``. ``folder``: one of ours, where the keyframes wait for ``Animate``; ``time``:
    the keyframe's in the document; ``after``: that of the one before, whose dream moves on by as much as ``flow`` says
    (as in ``FilmSettings``). ``elsewhere``: the plugin is on another computer, and ``folder`` is only a name; there
    they wait, whatever becomes of the worker, until ``Discard``.
    """

    type: ClassVar[str] = "keyframe"
    kind: str = field(kw_only=True)
    folder: str = field(kw_only=True)
    time: int = field(kw_only=True)
    after: int | None = None
    flow: float | str = 0.0
    elsewhere: bool = False


@dataclass(frozen=True)
class Animate(Message):
    """Plugin → worker: write the keyframes in ``folder`` to ``target``, a .kra with one animated layer. Answered by
    ``Animated`` or ``Failed``.

    ``times``: the keyframes; ``blank``: further ones on which nothing is painted. ``elsewhere``: ``folder`` and
    ``target`` are only names, as in ``Keyframe``; the file comes as ``FileBytes`` messages.
    """

    type: ClassVar[str] = "animate"
    id: int
    folder: str
    target: str
    times: list[int]
    blank: list[int] = field(default_factory=list)
    elsewhere: bool = False


@dataclass(frozen=True)
class Discard(Message):
    """Plugin → worker on another computer: nobody needs the keyframes that wait there any more. Not answered.

    ``folder`` is only a name, as in ``Keyframe``.
    """

    type: ClassVar[str] = "discard"
    folder: str


@dataclass(frozen=True)
class Atlas(Message):
    """Plugin → worker: show what every channel of a layer looks for. Answered by ``Progress``…, then ``Sheet``.

    A progress' preview is the sheet as far as it is; what is done is kept on disk. ``elsewhere``: the plugin is on
    another computer, and the sheet's files come as ``FileBytes`` messages, by their endings: ``.jpg``, then ``.json``.
    """

    type: ClassVar[str] = "atlas"
    id: int
    network: str
    layer: str
    elsewhere: bool = False


@dataclass(frozen=True)
class Cancel(Message):
    """Plugin → worker: job ``id`` isn't wanted any more. Answered at once by ``Failed`` with the code ``cancelled``,
    unless the job has had its last answer; the next job may be sent then and begins as soon as the worker can."""

    type: ClassVar[str] = "cancel"
    id: int


@dataclass(frozen=True)
class Estimate(Message):
    """Plugin → worker: what would a job on ``width`` x ``height`` pixels take? Answered by ``Cost`` at once.

    ``kind``: of job, "dream" or "style", whose ``settings`` they are; ``frames``: more than 1 for a zoom. ``is_part``:
    of a larger picture, whose surroundings are read too. ``is_likely``: to be the next job; with nothing to do the
    worker makes ready what it was asked about last.
    """

    type: ClassVar[str] = "estimate"
    id: int
    settings: dict[str, Any]
    width: int
    height: int
    kind: str = "dream"
    frames: int = 1
    is_part: bool = False
    is_likely: bool = True


@dataclass(frozen=True)
class Stage(Message):
    """Plugin → worker: what did dream ``id`` look like when ``share`` of its steps were done? 1: all, before it went
    further; each time that it did adds ``FURTHER_STAGES / STAGES``.

    Answered at once by ``StageShown``, or by ``Failed`` with ``dream.stages``: of the last dream only that had
    ``stages`` they are kept. Of one that was cancelled there are those that it came to, and its last whole step; its
    answer may have to wait for a step to end.
    """

    type: ClassVar[str] = "stage"
    id: int
    share: float


@dataclass(frozen=True)
class Ping(Message):
    """Plugin → worker: are you alive? Answered by ``Pong`` at once, also in the middle of a job.

    ``payload``: whatever takes its time on a slow link.
    """

    type: ClassVar[str] = "ping"
    id: int
    payload: Bytes = b""


@dataclass(frozen=True)
class Compress(Message):
    """Both ways: what follows in this direction is one zlib stream, as ``deflate`` says. The worker's own is its answer
    to the plugin's, which finds the link slow."""

    type: ClassVar[str] = "compress"


@dataclass(frozen=True)
class Shutdown(Message):
    """Plugin → worker: end. Not answered: the process ends."""

    type: ClassVar[str] = "shutdown"


@dataclass(frozen=True)
class Welcome(Message):
    """Worker → plugin: the answer to ``Hello``."""

    type: ClassVar[str] = "welcome"
    version: str
    wire: int
    pid: int


@dataclass(frozen=True)
class Ready(Message):
    """Worker → plugin, unasked: TensorFlow is loaded and the default network is built."""

    type: ClassVar[str] = "ready"
    tensorflow: str
    seconds: float


@dataclass(frozen=True)
class Description(Message):
    """Worker → plugin: networks with their layers, settings and presets, as plain values."""

    type: ClassVar[str] = "description"
    id: int
    networks: list[dict[str, Any]]
    settings: list[dict[str, Any]]
    presets: list[dict[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Progress(Message):
    """Worker → plugin, after each tile: ``done`` of ``total`` (work, not steps), and how the rest looks.

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


@dataclass(frozen=True, kw_only=True)
class Result(Message):
    """Worker → plugin: the unblended dream of the mask's bounds, at ``x``, ``y`` inside the sent picture.

    Its alpha is the source's alpha x mask; strength is left to the layer's opacity. ``blended``: the dream laid over
    the source, with the source's alpha, if that was asked for; ``touched`` then has a byte per pixel, 0 where the
    source has to stay as it is. ``record``: of a dream, what ``Renew`` needs to know of it, plain values of some kB to
    be kept beside the recipe; empty for a style.
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
    record: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class StageShown(Message):
    """Worker → plugin: the stage of dream ``id`` that is nearest to the ``share`` that was asked for.

    ``picture``: as ``Result.picture``, of the same size, place and depth; at the last stage that one to the bit.
    ``x``, ``y``: as in ``Result``.
    """

    type: ClassVar[str] = "stage_shown"
    id: int
    share: float
    picture: Picture
    x: int = 0
    y: int = 0


@dataclass(frozen=True)
class Packed(Message):
    """Worker → plugin, some time after the result of job ``id``: its picture as a PNG file, as ``packing`` says."""

    type: ClassVar[str] = "packed"
    id: int
    png: Bytes


@dataclass(frozen=True)
class FileBytes(Message):
    """Worker → plugin: the next bytes of a file of job ``id``; its files come one after the other.

    ``name``: the file's, in a folder; empty for the target itself. ``is_last``: the file is whole.
    """

    type: ClassVar[str] = "file_bytes"
    id: int
    name: str
    data: Bytes
    is_last: bool


@dataclass(frozen=True)
class ZoomWritten(Message):
    """Worker → plugin: the zoom of job ``id`` is at ``target``, or has been sent."""

    type: ClassVar[str] = "zoom_written"
    id: int
    target: str
    frames: int
    seconds: float


@dataclass(frozen=True)
class KeyframeDone(Message):
    """Worker → plugin: the keyframe of job ``id`` is in its folder."""

    type: ClassVar[str] = "keyframe_done"
    id: int
    time: int
    seconds: float


@dataclass(frozen=True)
class Animated(Message):
    """Worker → plugin: the keyframes of job ``id`` are at ``target``."""

    type: ClassVar[str] = "animated"
    id: int
    target: str


@dataclass(frozen=True)
class Sheet(Message):
    """Worker → plugin: the layer's sheet is there; ``atlas_sheets`` knows where."""

    type: ClassVar[str] = "sheet"
    id: int
    network: str
    layer: str


@dataclass(frozen=True)
class Failed(Message):
    """Worker → plugin: request ``id`` came to nothing (``id`` 0: no request could be told)."""

    type: ClassVar[str] = "failed"
    id: int
    code: str
    sentence: str
    advice: str
    values: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Cost(Message):
    """Worker → plugin: what a job would take. ``seconds``: 0 while nothing like it was done on this computer."""

    type: ClassVar[str] = "cost"
    id: int
    seconds: float
    bytes: int


@dataclass(frozen=True)
class Pong(Message):
    """Worker → plugin: the answer to ``Ping``."""

    type: ClassVar[str] = "pong"
    id: int


MESSAGES: dict[str, type[Message]] = {
    each.type: each
    for each in list(globals().values())
    if isinstance(each, type) and issubclass(each, Message) and "type" in vars(each)
}


def failure(job: int, error: DreamError) -> Failed:
    """The message that carries ``error`` as the answer to request ``job``."""
    return Failed(job, error.code, error.sentence, error.advice, error.values)

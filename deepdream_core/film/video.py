"""Video files ↔ the frames of a film, by PyAV: upright, 8 or 16 bits, with their times, colours and sound.

PyAV brings its own FFmpeg; nothing else here needs it.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from ..arrays import Samples
from ..errors import DreamError
from ..files.faults import told_as
from ..files.metadata import Stored
from ..files.pictures import PictureFile
from .clip import Clip, Colours

ENDINGS = (".mp4", ".mov", ".mkv", ".webm", ".m4v", ".avi", ".mpg", ".ogv")
# By what a name ends in: encoder, its options; pixel formats of 8 and 10 bits, and with alpha ("" for none).
_H264 = ("libx264", {"crf": "16", "preset": "medium"}, "yuv420p", "yuv420p10le", "")
WRITTEN = {
    ".mp4": _H264,
    ".mkv": _H264,
    ".mov": _H264,
    ".webm": ("libvpx-vp9", {"crf": "18", "b:v": "0", "row-mt": "1"}, "yuv420p", "yuv420p10le", "yuva420p"),
}
# FFmpeg's names of what these endings may hold. Not its lists of other files, such as concat, hls and image2.
_READ = "mov,matroska,webm,avi,mpeg,mpegts,mpegvideo,ogg"
# A .mov with transparency.
_PRORES = ("prores_ks", {"profile": "4444"}, "", "", "yuva444p10le")
_TICKS = 90_000
_BT709, _BT601 = 1, 5
# Videos this high that don't say how their colours are encoded are meant as HDTV's.
_HD = 720
# What came as sRGB is marked as HDTV's, whose white and primaries are the same.
_HDTV = Colours(1, 1, 1)


def module() -> Any:
    """PyAV. Raises ``DreamError`` (``film.pyav``) if it isn't installed."""
    try:
        import av
    except ImportError as error:
        raise DreamError("film.pyav") from error
    return av


def read(path: Path) -> Clip:
    """A video. Raises ``DreamError`` if it can't be read or has no frames."""
    with told_as("picture.corrupt", path), _source(path) as container:
        if not container.streams.video:
            raise ValueError("there is no video in it")
        stream = container.streams.video[0]
        packets = ((each.pts, each.duration) for each in container.demux(stream) if each.pts is not None)
        times = sorted((pts * stream.time_base, (duration or 0) * stream.time_base) for pts, duration in packets)
        if not times:
            raise ValueError("there are no frames in it")
        last = times[-1][1] or 1 / Fraction(stream.average_rate or 25)
        context = stream.codec_context
        colours = Colours(context.colorspace, context.color_primaries, context.color_trc, context.color_range == 2)
        sound = bool(container.streams.audio)
    seconds = [after[0] - before[0] for before, after in zip(times, times[1:], strict=False)] + [last]
    return Clip(path, seconds, lambda first: _pictures(path, first, colours), sound, colours)


def check(path: Path, clip: Clip) -> None:
    """Raise ``DreamError`` if ``path`` is bound to fail: no PyAV, or a sound that its format can't hold."""
    if not clip.sound:
        module()
        return
    with told_as("picture.write", path), _source(clip.path) as source:
        name = source.streams.audio[0].codec_context.name
    if path.suffix.lower() == ".webm" and name not in ("opus", "vorbis", "libopus"):
        raise DreamError("film.sound", path=path, sound=name.upper())


def write(path: Path, pictures: Iterator[PictureFile], clip: Clip) -> None:
    """Write ``pictures``, each seen as long as ``clip``'s, with its colours and its sound. Raises what PyAV raises."""
    first = next(pictures)
    with module().open(_address(path), "w") as container:
        stream = _stream(container, path.suffix.lower(), first.stored.samples, clip)
        with _Sound(container, clip) as sound:
            ticks = Fraction(0)
            for picture, seconds in zip(_with(first, pictures), clip.seconds, strict=True):
                frame = _frame(picture.stored.samples, stream, clip.colours or _HDTV)
                frame.pts, frame.time_base = round(ticks * _TICKS), Fraction(1, _TICKS)
                frame.duration = round(seconds * _TICKS)
                container.mux(stream.encode(frame))
                ticks += seconds
                sound.up_to(ticks)
            container.mux(stream.encode(None))
            sound.up_to(None)


def _address(path: Path) -> str:
    """The file itself: FFmpeg would take a name like "http:" for an address, and connect."""
    return f"file:{path.absolute()}"


def _source(path: Path) -> Any:
    """A video to read from: this file and no other."""
    av = module()
    try:
        # Not for the streams too: there PyAV crashes where they only appear while the file is read, as in .mpg.
        return av.open(_address(path), container_options={"protocol_whitelist": "file", "format_whitelist": _READ})
    except av.error.ArgumentError as error:
        raise ValueError("it is not a supported film format") from error


def _pictures(path: Path, first: int, colours: Colours) -> Iterator[PictureFile]:
    with told_as("picture.corrupt", path), _source(path) as container:
        container.streams.video[0].thread_type = "AUTO"
        for number, frame in enumerate(container.decode(video=0)):
            if number >= first:
                yield PictureFile(path, Stored(_samples(frame, colours)))


def _samples(frame: Any, colours: Colours) -> Samples:
    """A frame upright, as RGB or RGBA."""
    deep = max(component.bits for component in frame.format.components) > 8
    alpha = any(component.is_alpha for component in frame.format.components)
    matrix = _matrix(colours, frame.height)
    # Of 10 bits FFmpeg's scaler (9.1) makes nonsense where all three samples of a pixel are to lie together.
    wanted = ("gbrap16le" if alpha else "gbrp16le") if deep else "rgba" if alpha else "rgb24"
    samples = frame.reformat(
        format=wanted, src_colorspace=matrix, src_color_range=2 if colours.full else 1
    ).to_ndarray()
    upright: Samples = np.ascontiguousarray(np.rot90(samples, round(frame.rotation / 90)))
    return upright


def _matrix(colours: Colours, height: int) -> int:
    """As the scaler counts them, which knows BT.709, FCC, 601, 240M and 2020."""
    if colours.matrix in (1, 4, 5, 6, 7, 9):
        return {6: _BT601}.get(colours.matrix, colours.matrix)
    return _BT709 if height >= _HD else _BT601


def _stream(container: Any, ending: str, samples: Samples, clip: Clip) -> Any:
    alpha, deep = samples.shape[2] in (2, 4), samples.dtype != np.uint8
    codec, options, shallow_format, deep_format, alpha_format = WRITTEN[ending]
    if alpha and ending == ".mov":
        codec, options, _shallow, _deep, alpha_format = _PRORES
    rate = len(clip.seconds) / sum(clip.seconds, Fraction(0))
    stream = container.add_stream(codec, rate=Fraction(rate).limit_denominator(1_000_000), options=options)
    # These store colours in pairs.
    stream.width, stream.height = (side + side % 2 for side in (samples.shape[1], samples.shape[0]))
    stream.pix_fmt = alpha_format if alpha and alpha_format else deep_format if deep else shallow_format
    context, colours = stream.codec_context, clip.colours or _HDTV
    context.time_base = Fraction(1, _TICKS)
    context.colorspace, context.color_primaries, context.color_trc = colours.matrix, colours.primaries, colours.transfer
    # ProRes doesn't say its range: everybody reads it as the limited one.
    context.color_range = 2 if colours.full and codec != _PRORES[0] else 1
    return stream


def _frame(samples: Samples, stream: Any, colours: Colours) -> Any:
    """``samples`` in the stream's own format, their last row and column doubled where it needs even sides."""
    if samples.shape[2] < 3:
        samples = np.dstack([samples[..., :1]] * 3 + [samples[..., 1:]])
    if samples.dtype not in (np.uint8, np.uint16):
        samples = np.rint(np.clip(samples, 0, 1) * 65535).astype(np.uint16)
    rows, columns = stream.height - samples.shape[0], stream.width - samples.shape[1]
    samples = np.ascontiguousarray(np.pad(samples, ((0, rows), (0, columns), (0, 0)), "edge"))
    name = {(np.uint8, 3): "rgb24", (np.uint8, 4): "rgba", (np.uint16, 3): "rgb48le", (np.uint16, 4): "rgba64le"}
    frame = module().VideoFrame.from_ndarray(samples, format=name[samples.dtype.type, samples.shape[2]])
    matrix = _matrix(colours, samples.shape[0])
    color_range = int(stream.codec_context.color_range)
    return frame.reformat(format=stream.pix_fmt, dst_colorspace=matrix, src_color_range=2, dst_color_range=color_range)


def _with(first: PictureFile, others: Iterator[PictureFile]) -> Iterator[PictureFile]:
    yield first
    yield from others


class _Sound:
    """Copies the first sound of ``clip`` into ``container``, packet by packet; used in a ``with``."""

    def __init__(self, container: Any, clip: Clip) -> None:
        self._container = container
        self._source = _source(clip.path) if clip.sound else None
        self._next: Any = None
        if self._source:
            stream = self._source.streams.audio[0]
            self._target = container.add_stream_from_template(stream)
            self._packets = self._source.demux(stream)

    def __enter__(self) -> _Sound:
        return self

    def __exit__(self, *_error: object) -> None:
        if self._source:
            self._source.close()

    def up_to(self, seconds: Fraction | None) -> None:
        """Write what is heard until then; ``None``: all of it."""
        if self._source is None:
            return
        packet = self._next or next(self._packets, None)
        while packet is not None and (
            seconds is None or packet.dts is None or packet.dts * packet.time_base <= seconds
        ):
            if packet.dts is not None:
                packet.stream = self._target
                self._container.mux(packet)
            packet = next(self._packets, None)
        self._next = packet

"""(frames) → a video, an animated picture, or a folder of numbered pictures, by what the name ends in.

Frames wait on the disk until the last one is dreamed: so they are still there if no film can be made of them.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, nullcontext
from itertools import count
from pathlib import Path

import numpy as np
from PIL import Image

from ..arrays import Rgb
from ..errors import DreamError
from ..files.faults import is_there, told_as
from ..files.metadata import Stored
from ..files.pictures import PictureFile
from ..files.png import encoded
from ..film import formats, video
from ..film.clip import Clip, seconds_each
from ..image.pixels import rounded
from ..system import atomic, memory
from ..system.atomic import Publishing

VIDEOS = tuple(video.WRITTEN)
ANIMATIONS = (".webp", ".gif")
# What a side may have; VP9's encoder takes any.
_LONGEST = {".webp": 16383, ".gif": 65535, ".mp4": 16384, ".mov": 16384, ".mkv": 16384}
# Pillow holds every frame of an animated picture, some of them twice.
_BYTES_IN_PIXEL = 8
_LONGEST_STEM = 60


def check_zoom(path: Path, size: tuple[int, int] | None = None, frames: int = 1) -> None:
    """Raise ``DreamError`` now if ``write_zoom`` is bound to fail later: before the dreams, not after them.

    ``size``: width and height of the ``frames``, if they are known; then a video of two grey ones is tried.
    """
    ending = _ending(path)
    if ending in VIDEOS:
        video.module()
    if ending and ending not in VIDEOS + ANIMATIONS:
        raise DreamError("zoom.format", path=path, suffix=path.suffix, known=", ".join(VIDEOS + ANIMATIONS))
    with told_as("picture.write", path):
        folder = _folder(path)
        if not folder.is_dir() or not os.access(folder, os.W_OK):
            raise ValueError(f"the folder “{folder}” doesn't exist")
        if is_there(path) and path.is_dir() == bool(ending):
            raise ValueError("it is not a file" if ending else "it is not a folder")
        if size is not None:
            _try(path, size, frames)


def write_zoom(path: Path, frames: Iterable[Rgb], per_second: float, publishing: Publishing = nullcontext) -> None:
    """Write ``frames``, float32 (height, width, 3), 0..255, all of one size, as they come.

    A file is replaced only by a whole new one; pictures already in a folder stay, if frames don't come that far.
    Raises ``DreamError`` (``film.pyav``, ``zoom.format``, ``picture.write``; ``zoom.rescued`` says where the frames
    are that no video could be made of).
    """
    check_zoom(path)
    if not _ending(path):
        _write_pictures(path, frames, publishing)
        return
    with ExitStack() as held:
        with told_as("picture.write", path):
            waiting = Path(held.enter_context(_own_folder(path))) / "frames"
            waiting.mkdir()
        try:
            files = [_put(path, waiting, number, frame) for number, frame in enumerate(frames, start=1)]
            _make(path, files, per_second, publishing)
        except DreamError as error:
            if error.code != "picture.write" or not any(waiting.iterdir()):
                raise
            rescue = _unused(path)
            with told_as("picture.write", path):
                waiting.rename(rescue)
            raise DreamError("zoom.rescued", path=path, reason=error.values["reason"], rescued=rescue) from error


def _try(path: Path, size: tuple[int, int], frames: int) -> None:
    """Make two frames of that size into a video beside ``path``."""
    ending, (width, height) = _ending(path), size
    if max(size) > _LONGEST.get(ending, max(size)):
        format_name = ending.removeprefix(".").upper()
        raise DreamError("picture.longest", path=path, kind=format_name, longest=_LONGEST[ending])
    if ending in ANIMATIONS:
        memory.require(frames * width * height * _BYTES_IN_PIXEL)
    with tempfile.TemporaryDirectory(prefix=".deepdream-", dir=_folder(path)) as own:
        grey = np.full((height, width, 3), 127, np.float32)
        if ending:
            files = [_put(path, Path(own), number, grey) for number in (1, 2)]
            _encode(Path(own) / f"row{ending}", files, 10.0, nullcontext)
        else:
            _put(path, Path(own), 1, grey[:1])


def _ending(path: Path) -> str:
    """A video's; empty for a folder of pictures, which may be called "my.frames"."""
    return "" if os.path.isdir(path) else path.suffix.lower()


def _own_folder(path: Path) -> tempfile.TemporaryDirectory[str]:
    """One beside ``path``, for this account only, under a name that nobody can know before."""
    return tempfile.TemporaryDirectory(prefix=".deepdream-", dir=_folder(path), ignore_cleanup_errors=True)


def _folder(path: Path) -> Path:
    return Path(os.path.realpath(path)).parent


def _write_pictures(folder: Path, frames: Iterable[Rgb], publishing: Publishing) -> None:
    whole = Path(os.path.realpath(folder))
    done = 0
    with ExitStack() as held:
        try:
            with told_as("picture.write", folder):
                # Beside the folder, which somebody may delete as soon as nothing more is published.
                part = Path(held.enter_context(_own_folder(folder))) / "row.png"
                with publishing():
                    whole.mkdir(exist_ok=True)
            for number, frame in enumerate(frames, start=1):
                with told_as("picture.write", folder):
                    part.write_bytes(encoded(Stored(rounded(frame))))
                    with publishing():
                        os.replace(part, whole / f"{number:05}.png")
                done = number
        except DreamError as error:
            if error.code != "picture.write" or not done:
                raise
            raise DreamError("zoom.rescued", path=folder, reason=error.values["reason"], rescued=whole) from error


def _put(path: Path, folder: Path, number: int, frame: Rgb) -> Path:
    """A frame of the film ``path``, put into ``folder`` until it is whole."""
    file = folder / f"{number:05}.png"
    with told_as("picture.write", path):
        atomic.write(file, encoded(Stored(rounded(frame)), quickly=True))
    return file


def _unused(path: Path) -> Path:
    """A name beside the video for the folder of its frames."""
    stem = path.stem.encode()[:_LONGEST_STEM].decode(errors="ignore")
    names = (_folder(path) / f"{stem}-frames{number or ''}" for number in count())
    return next(name for name in names if not os.path.lexists(name))


def _make(path: Path, files: Sequence[Path], per_second: float, publishing: Publishing) -> None:
    with told_as("picture.write", path), ExitStack() as published, atomic.replacing(path) as part:
        _encode(part, files, per_second, publishing)
        # Left only after the video has its name.
        published.enter_context(publishing())


def _encode(path: Path, files: Sequence[Path], per_second: float, publishing: Publishing) -> None:
    clip = Clip(path, [seconds_each(per_second)] * len(files), lambda first: _read(files[first:], publishing))
    formats.write(path, clip.pictures(0), clip)


def _read(files: Sequence[Path], wanted: Publishing) -> Iterator[PictureFile]:
    for file in files:
        with wanted(), Image.open(file) as image:
            samples = np.asarray(image)
        yield PictureFile(file, Stored(samples))

"""(frames) → a film file, an animated picture, or a folder of numbered pictures, by what the name ends in.

Films go through the program ffmpeg if the computer has it: a copy of our own would weigh 165 MB. Animated
WebP and GIF, and folders of PNG, need nothing.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from .errors import DreamError
from .files import save_pixels
from .pixels import Pixels, rounded

Array = NDArray[np.float32]
VIDEOS = (".mp4", ".mkv", ".webm", ".mov")
ANIMATIONS = (".webp", ".gif")
# Entered around everything that appears at the place of the film; what it raises prevents that.
Publishing = Callable[[], AbstractContextManager[None]]


def check_film(path: Path) -> None:
    """Raise ``DreamError`` now if ``write_film`` is bound to fail later: before the dreams, not after them."""
    ending = _ending(path)
    if ending in VIDEOS and not shutil.which("ffmpeg"):
        raise DreamError("film.ffmpeg", path=path)
    if ending and ending not in VIDEOS + ANIMATIONS:
        raise DreamError("film.format", path=path, suffix=path.suffix, known=", ".join(VIDEOS + ANIMATIONS))
    if not ending and path.exists() and not path.is_dir():
        raise DreamError("picture.write", path=path, reason="it is not a folder")
    folder = path.resolve().parent
    if not folder.is_dir() or not os.access(folder, os.W_OK):
        raise DreamError("picture.write", path=path, reason=f"there is no folder “{folder}” to write to")


def write_film(
    path: Path, frames: Iterable[Array], per_second: float, publishing: Publishing = nullcontext
) -> None:
    """Write ``frames``, float32 (height, width, 3), 0..255, all of one size, as they come.

    A file is replaced only by a whole new one; pictures already in a folder stay, if frames don't come that far.
    Raises ``DreamError`` (``film.ffmpeg``, ``film.format``, ``picture.write``).
    """
    check_film(path)
    if not _ending(path):
        _write_pictures(path, frames, publishing)
        return
    part = path.with_name(f".{os.getpid()}.{path.name}")
    write = _write_video if _ending(path) in VIDEOS else _write_animation
    try:
        write(part, map(rounded, frames), per_second)
        with publishing():
            os.replace(part, path)
    except OSError as error:
        raise DreamError("picture.write", path=path, reason=error.strerror or error) from error
    finally:
        part.unlink(missing_ok=True)


def _ending(path: Path) -> str:
    """A film file's; empty for a folder of pictures, which may be called "my.frames"."""
    return "" if path.is_dir() else path.suffix.lower()


def _write_pictures(folder: Path, frames: Iterable[Array], publishing: Publishing) -> None:
    # Beside the folder, which somebody may delete as soon as nothing more is published.
    whole = folder.resolve()
    part = whole.with_name(f".{os.getpid()}.{whole.name}.png")
    try:
        with publishing():
            whole.mkdir(exist_ok=True)
        for number, frame in enumerate(frames, start=1):
            save_pixels(part, Pixels(frame))
            with publishing():
                os.replace(part, whole / f"{number:05}.png")
    except OSError as error:
        raise DreamError("picture.write", path=folder, reason=error.strerror or error) from error
    finally:
        part.unlink(missing_ok=True)


def _write_animation(path: Path, frames: Iterator[NDArray[np.uint8]], per_second: float) -> None:
    images = map(Image.fromarray, frames)
    milliseconds = round(1000 / per_second)
    next(images).save(path, save_all=True, append_images=images, duration=milliseconds, loop=0, quality=90)


def _write_video(path: Path, frames: Iterator[NDArray[np.uint8]], per_second: float) -> None:
    first = next(frames)
    height, width = first.shape[:2]
    command = [
        "ffmpeg", "-loglevel", "error", "-y", "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{width}x{height}",
        "-r", f"{per_second:g}", "-i", "-", "-vf", "pad=ceil(iw/2)*2:ceil(ih/2)*2", "-pix_fmt", "yuv420p", "-crf", "18",
        str(path),
    ]
    with tempfile.TemporaryFile() as messages:
        with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=messages) as process:
            assert process.stdin is not None
            _feed(process, first, frames)
        if process.returncode:
            messages.seek(0)
            reason = messages.read().decode("utf-8", "replace").strip() or f"ffmpeg ended with {process.returncode}"
            raise DreamError("picture.write", path=path, reason=reason)


def _feed(
    process: subprocess.Popen[bytes], first: NDArray[np.uint8], frames: Iterator[NDArray[np.uint8]]
) -> None:
    """Hand over frames until there are no more, or until ffmpeg gives up: then it has told why."""
    assert process.stdin is not None
    try:
        process.stdin.write(first.tobytes())
        for frame in frames:
            process.stdin.write(frame.tobytes())
        process.stdin.close()
    except BrokenPipeError:
        return
    except BaseException:
        process.kill()
        raise

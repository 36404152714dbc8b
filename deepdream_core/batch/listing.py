"""(files and folders, output folder) → which picture becomes which file, and which of these are chosen."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path

from ..errors import DreamError
from ..files.formats import ENDINGS, is_picture

# A picture and the file that it becomes.
Pair = tuple[Path, Path]


def pairs(inputs: Sequence[Path], output: Path) -> list[Pair]:
    """Pictures and their files below ``output``: folders keep their structure, single files go to ``output`` itself.

    A picture in a format that can't be written becomes a PNG with the old ending in its name. What is in ``output``
    isn't input. Raises ``DreamError`` for a missing name, and for two pictures that would become the same file.
    """
    found: dict[Path, Path] = {}
    for path in inputs:
        for source, target in _below(path, output):
            if target in found and found[target] != source:
                raise DreamError("batch.same", first=found[target], second=source, path=target)
            found[target] = source
    if not found:
        raise DreamError("batch.nothing", path=inputs[0])
    return [(source, target) for target, source in found.items()]


def chosen(
    all_pairs: Iterable[Pair], frames: Collection[int] = (), shard: tuple[int, int] = (1, 1), chunk: int = 1
) -> list[Pair]:
    """Those with a frame number in ``frames`` (none: all), and of these only the part ``shard``: its number, from 1,
    and the number of parts. The parts take turns, ``chunk`` neighbours at a time.

    Raises ``DreamError`` if no picture has such a number.
    """
    wanted = [pair for pair in all_pairs if not frames or frame_number(pair[0]) in frames]
    if not wanted:
        raise DreamError("batch.frames", first=min(frames), last=max(frames))
    number, count = shard
    return [pair for index, pair in enumerate(wanted) if index // chunk % count == number - 1]


def frame_number(path: Path) -> int | None:
    """The number that ends the name of a frame: 120 for "shot_0120.png"."""
    digits = re.search(r"\d+$", path.stem)
    return int(digits[0]) if digits else None


def _below(path: Path, output: Path) -> Iterator[Pair]:
    if not path.is_dir():
        if not path.exists():
            raise DreamError("picture.missing", path=path)
        yield path, output / _target_name(path)
        return
    own = output.resolve()
    for source in sorted(path.rglob("*")):
        hidden = any(part.startswith(".") for part in source.relative_to(path).parts)
        if not hidden and is_picture(source) and own not in source.resolve().parents and source.is_file():
            yield source, output / source.relative_to(path).with_name(_target_name(source))


def _target_name(source: Path) -> str:
    return source.name if source.suffix.lower() in ENDINGS else f"{source.name}.png"

"""Annotations of ours as they are laid out: a line of JSON, then bytes. Whatever a stranger wrote there is survived."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable
from typing import TypeVar

from ..krita_api import Document
from ..log import logger

Read = TypeVar("Read")
# What a line of JSON holds.
Values = dict[str, object]
LONGEST_LINE = 8_000_000
# What comes of values that aren't what they should be.
WRONG = (ValueError, KeyError, TypeError, IndexError, OverflowError, RecursionError, zlib.error)


def divided(document: Document, annotation: str, read: Callable[[Values, bytes], Read]) -> Read | None:
    """What ``read`` makes of an annotation's values and bytes; ``None``, and a line in the log, for a broken one."""
    try:
        line, _, rest = document.annotation(annotation).data().partition(b"\n")
        if len(line) > LONGEST_LINE:
            raise ValueError(f"a line of {len(line)} bytes")
        return read(values_in(json.loads(line)), rest)
    except WRONG as error:
        logger().warning(
            "an annotation %s can't be read, it is left as it is: %s", annotation.rpartition("/")[0], error
        )
        return None


def number(value: object, least: float, most: float) -> float:
    """A number within limits. Raises ``ValueError`` for anything else."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not least <= value <= most:
        raise ValueError(f"{str(value)[:40]} is not a number from {least:g} to {most:g}")
    return value


def values_in(value: object) -> Values:
    """Values by their names. Raises ``ValueError`` for anything else."""
    if not isinstance(value, dict):
        raise ValueError(f"{str(value)[:40]} holds no values")
    return value


def list_in(value: object) -> list[object]:
    """Values in a row. Raises ``ValueError`` for anything else."""
    if not isinstance(value, list):
        raise ValueError(f"{str(value)[:40]} is not a list")
    return value

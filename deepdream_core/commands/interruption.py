"""Ctrl-C in the middle of a command → the sentence that says what of it is there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Interrupted(KeyboardInterrupt):
    """A Ctrl-C after which something stays; its text says what and where."""


@contextmanager
def leaving(what: Callable[[], str]) -> Iterator[None]:
    """Around work that leaves something behind when it is interrupted: ``what`` says it, or is empty for nothing."""
    try:
        yield
    except KeyboardInterrupt as interrupt:
        raise Interrupted(what()) from interrupt

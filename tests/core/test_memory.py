"""A dream that the memory can't hold is refused before it begins, in words."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from deepdream_core import memory
from deepdream_core.dream import Job, dream
from deepdream_core.errors import DreamError
from deepdream_core.pixels import Pixels
from deepdream_core.settings import DreamSettings


def test_what_fits_goes_on_and_what_does_not_is_told(monkeypatch):
    monkeypatch.setattr(memory, "available", lambda: 2_500_000_000)
    memory.require(2_500_000_000)
    with pytest.raises(DreamError, match="needs about 2.6 GB of memory, and 2.5 GB are free") as refused:
        memory.require(2_600_000_000)
    assert refused.value.code == "memory.short"


def test_where_nobody_tells_nothing_is_refused(monkeypatch):
    monkeypatch.setattr(memory, "available", lambda: None)
    memory.require(1 << 60)


@pytest.mark.skipif(sys.platform not in ("linux", "win32"), reason="nobody tells")
def test_what_is_free_shrinks_by_what_is_taken():
    before = memory.available()
    taken = np.ones(300_000_000, np.uint8)
    assert before is not None and 1 << 27 < before < 1 << 45
    assert memory.available() < before - 100_000_000
    del taken


def test_a_dream_asks_before_it_begins(monkeypatch, engine):
    """And it asks for what is computed, not for the canvas around it."""
    asked = []
    monkeypatch.setattr(memory, "require", asked.append)
    mask = np.zeros((900, 1200), np.float32)
    for side in (64, 256):
        mask[:side, :side] = 1
        next(dream(Job(Pixels(np.zeros((900, 1200, 3), np.float32)), DreamSettings(steps=1), mask), engine))
    assert asked[0] < asked[1] < 300_000_000
    monkeypatch.undo()
    monkeypatch.setattr(memory, "available", lambda: 1_000_000)
    with pytest.raises(DreamError, match="Dream a smaller region"):
        next(dream(Job(Pixels(np.zeros((90, 120, 3), np.float32)), DreamSettings()), engine))

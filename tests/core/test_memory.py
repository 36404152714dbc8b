"""A dream takes little memory, and one that the memory can't hold is refused before it begins, in words."""

from __future__ import annotations

import mmap
import sys
from types import SimpleNamespace

import numpy as np
import pytest

from deepdream_core.dream import Job, dream
from deepdream_core.engine import cost
from deepdream_core.errors import DreamError
from deepdream_core.image import rows
from deepdream_core.image.pixels import Pixels
from deepdream_core.settings.dream_settings import FULL, DreamSettings
from deepdream_core.settings.style_settings import StyleSettings
from deepdream_core.style.job import StyleJob, style
from deepdream_core.system import memory
from tests.peak import peak_of


def test_what_fits_goes_on_and_what_does_not_is_told(monkeypatch):
    monkeypatch.setattr(memory, "available", lambda: 2_500_000_000)
    memory.require(2_500_000_000)
    with pytest.raises(DreamError, match="needs about 2.6 GB of memory, but only 2.5 GB is free") as refused:
        memory.require(2_600_000_000)
    assert refused.value.code == "memory.short"


def test_sizes_are_told_as_people_read_them():
    told = [memory.in_words(size) for size in (1, 44_000_000, 948_000_000, 951_000_000, 12_340_000_000)]
    assert told == ["10 MB", "40 MB", "950 MB", "1.0 GB", "12.3 GB"]


@pytest.fixture
def free(monkeypatch):
    """What the computer has free, beside a container's own limit."""

    def say(bytes_free):
        monkeypatch.setattr(memory.psutil, "virtual_memory", lambda: SimpleNamespace(available=bytes_free))

    return say


def test_a_container_lets_us_have_no_more_than_its_limit(monkeypatch, tmp_path, free):
    monkeypatch.setattr(memory, "CONTROL_GROUP", tmp_path)
    free(8000)
    assert memory.available() == 8000
    (tmp_path / "memory.current").write_text("1000\n")
    (tmp_path / "memory.stat").write_text("anon 1000\nfile 0\n")
    for limit, free in (("max", 8000), ("5000", 4000), ("50000", 8000)):
        (tmp_path / "memory.max").write_text(f"{limit}\n")
        assert memory.available() == free


def test_files_that_a_container_only_remembers_do_not_count_as_taken(monkeypatch, tmp_path, free):
    """As after a large copy: 4.6 of 5 GB are "used", nearly all by the page cache; what is in tmpfs stays taken."""
    monkeypatch.setattr(memory, "CONTROL_GROUP", tmp_path)
    free(9000)
    (tmp_path / "memory.max").write_text("5000\n")
    (tmp_path / "memory.current").write_text("4600\n")
    (tmp_path / "memory.stat").write_text(
        "anon 300\nfile 4200\nshmem 200\ninactive_file 3000\nactive_file 1000\nslab_reclaimable 50\nslab 80\n"
    )
    assert memory.available() == 5000 - (4600 - 4050)


class _WithoutHugePages(mmap.mmap):
    def madvise(self, *_advice) -> None:
        raise OSError(22, "Invalid argument")


def test_where_there_are_no_huge_pages_large_pictures_have_room_all_the_same(monkeypatch):
    """A kernel without them can't be had here."""
    monkeypatch.setattr(mmap, "mmap", _WithoutHugePages)
    assert rows.blank((1000, 1000, 3)).sum() == 0


def test_what_is_free_shrinks_by_what_is_taken():
    before = memory.available()
    taken = np.ones(300_000_000, np.uint8)
    assert 1 << 27 < before < 1 << 45
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
    with pytest.raises(DreamError, match="Select a smaller region"):
        next(dream(Job(Pixels(np.zeros((90, 120, 3), np.float32)), DreamSettings()), engine))


def test_a_style_asks_before_it_begins_too(monkeypatch, engine):
    monkeypatch.setattr(memory, "available", lambda: 1_000_000)
    picture = Pixels(np.zeros((90, 120, 3), np.float32))
    with pytest.raises(DreamError, match="Select a smaller region") as refused:
        next(style(StyleJob(picture, StyleSettings(), {"style": picture}), engine))
    assert refused.value.code == "memory.short"


COPY = 2048 * 2048 * 12
# What doesn't grow with the picture: a few rows of it at a time, previews.
BESIDE = 8 << 20
linux_only = pytest.mark.skipif(sys.platform != "linux", reason="the high-water mark is read as Linux tells it")


@linux_only
@pytest.mark.parametrize(
    ("settings", "copies"),
    [
        ({"laplacian_levels": 0}, 2),
        ({}, 7 / 3),
        ({"laplacian_levels": 0, "optimiser": "momentum"}, 3),
    ],
)
def test_steps_and_octaves_take_few_copies_of_the_picture(settings, copies):
    """In float32 copies of what is dreamed: the picture that moves, its gradient, a third for the bands' reduced ones,
    one for momentum.

    The caller's own picture doesn't count; a copy that is made of it would.
    """
    assert peak_of(2048, {"tile": 256, "octaves": 4, **settings}, "steps").own <= copies * COPY + BESIDE


@linux_only
@pytest.mark.slow
def test_a_dream_with_the_default_settings_takes_less_than_three_copies():
    """Tiles are small here, since a large one's memory would hide what is taken between tiles."""
    assert peak_of(2048, {"tile": 256, "octaves": 4}).own <= 3 * COPY


@linux_only
def test_a_picture_of_8192_px_takes_less_than_4_gib():
    """RGBA of 8 bits, half transparent, from a request's bytes to the answer's, all of the process counted.

    A layer that is soon computed: one as deep as b10 takes 0.1 GiB more.
    """
    assert peak_of(8192, {"objective": "b3"}, "wire").whole < 4 << 30


@linux_only
@pytest.mark.slow
def test_a_small_selection_of_a_large_canvas_takes_what_the_selection_takes():
    """16384 px of 8 bits; the mask and the canvas are the caller's."""
    large, small = (peak_of(side, {"tile": 256}, "uint8", 256) for side in (16384, 512))
    assert large.own <= small.own + 2 * BESIDE


@linux_only
@pytest.mark.parametrize(
    ("side", "settings"),
    [
        (1400, {"precision": "bf16"}),
        (700, {"precision": "fp32", "octaves": 2}),
        pytest.param(1400, {"precision": "bf16", "octaves": 4}, marks=pytest.mark.slow),
        pytest.param(1024, {"precision": "fp32"}, marks=pytest.mark.slow),
        pytest.param(1024, {"precision": "fp32", "likeness": 50}, marks=pytest.mark.slow),
        pytest.param(2048, {"precision": "fp32"}, marks=pytest.mark.slow),
    ],
)
def test_what_is_asked_for_beforehand_is_what_it_takes(side, settings):
    """By the first dream of a process, the network's tiles included: never too little, and at most half as much again.

    A picture of 1400 px is cut into tiles of half its side: less than the largest tile, and less than one of 1024 px.
    """
    settings = {"objective": "b10", "octaves": 1, "working_size": FULL, **settings}
    peak = peak_of(side, settings, "first")
    took = peak.whole - peak.built - peak.given
    assert took <= cost.memory_of(DreamSettings.from_dict(settings), (side, side), side**2) <= 1.5 * took

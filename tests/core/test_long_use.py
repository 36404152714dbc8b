"""Hundreds of mixed jobs in one real worker: it takes no more at the end than at the beginning."""

from __future__ import annotations

import sys

import pytest

from tests import long_use

MOST_GROWTH = 0.02


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.skipif(sys.platform != "linux", reason="asks /proc")
def test_memory_handles_and_threads_stay_the_same():
    found = long_use.counted(long_use.JOBS)
    assert found["growth"] <= MOST_GROWTH and found["handles"] <= 0 and found["threads"] <= 0, found

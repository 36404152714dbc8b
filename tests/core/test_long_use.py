"""Hundreds of mixed jobs in one real worker: it takes no more at the end than at the beginning."""

from __future__ import annotations

import sys
import time

import pytest

from tests import long_use, reliability

MOST_GROWTH = 0.02


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.skipif(sys.platform != "linux", reason="asks /proc")
def test_memory_handles_and_threads_stay_the_same(request):
    began = time.monotonic()
    moments = long_use.run(long_use.JOBS)
    growth, median, handles, threads = long_use.growth(moments)
    counts = {"jobs": len(moments), "growth": growth, "median": median, "handles": handles, "threads": threads}
    reliability.note("long use", True, time.monotonic() - began, counts)
    assert growth <= MOST_GROWTH and handles <= 0 and threads <= 0, counts

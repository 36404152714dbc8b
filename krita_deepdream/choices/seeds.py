"""Random seeds, short enough to pass on to a friend."""

from __future__ import annotations

import random

# Short numbers are easier to remember.
LARGEST_SEED = 9999


def another_seed() -> int:
    """A random seed."""
    return random.randrange(1, LARGEST_SEED + 1)

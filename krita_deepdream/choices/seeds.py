"""Seeds as a painter throws them."""

from __future__ import annotations

import random

# Short numbers are easier to tell a friend.
LARGEST_SEED = 9999


def another_seed() -> int:
    """A throw of the die."""
    return random.randrange(1, LARGEST_SEED + 1)

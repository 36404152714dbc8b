"""What has to be done before a dream is possible, as the disk tells it: set up, resume, mend, extend, update."""

from __future__ import annotations

import zlib
from enum import Enum
from pathlib import Path

from . import runtime, set_up

PLUGIN = Path(__file__).resolve().parents[1]


class Need(Enum):
    """The first of them is all well; those that are ``is_urgent`` must be met before anything can be dreamed.

    ``EXTEND``: this version needs packages that an earlier one didn't; ``UPDATE``: newer ones, but the old ones work.
    """

    NOTHING = "nothing"
    MAKE = "make"
    RESUME = "resume"
    REPAIR = "repair"
    EXTEND = "extend"
    UPDATE = "update"
    RESTART = "restart"
    REMOVED = "removed"

    @property
    def is_urgent(self) -> bool:
        """Whether nothing can be dreamed before."""
        return self in (Need.MAKE, Need.RESUME, Need.REPAIR, Need.EXTEND, Need.REMOVED)


# Those that add packages to the existing environment instead of making it again.
ADDS_PACKAGES = (Need.EXTEND, Need.UPDATE)


def need(loaded: int) -> Need:
    """What is needed now; ``loaded`` is the ``fingerprint`` of the plugin that runs."""
    now = fingerprint()
    if not now:
        return Need.REMOVED
    if now != loaded:
        return Need.RESTART
    stamp = runtime.stamp()
    if runtime.worker_python() is None:
        begun = (runtime.environment_folder() / set_up.VARIANT_NAME).exists()
        return Need.REPAIR if stamp else Need.RESUME if begun else Need.MAKE
    variant = stamp.get("kind", "cpu")
    if set_up.additions(variant):
        return Need.EXTEND
    return Need.UPDATE if set_up.changes(variant) else Need.NOTHING


def fingerprint() -> int:
    """A checksum of the plugin's code and package lists on the disk; 0 if they are gone."""
    found = 0
    for path in sorted(PLUGIN.rglob("*")):
        if path.suffix in (".py", ".txt"):
            found = zlib.crc32(path.read_bytes(), found)
    return found

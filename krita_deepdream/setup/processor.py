"""Whether this computer's processor has AVX, without which TensorFlow crashes at once without a message."""

from __future__ import annotations

import ctypes
import platform
import re
import sys
from pathlib import Path

WINDOWS_HAS_AVX = 39  # PF_AVX_INSTRUCTIONS_AVAILABLE


def has_avx() -> bool:
    """True also where the question doesn't arise (ARM) or can't be answered: then TensorFlow is tried."""
    if platform.machine() not in ("x86_64", "AMD64"):
        return True
    if sys.platform == "win32":
        return bool(ctypes.windll.kernel32.IsProcessorFeaturePresent(WINDOWS_HAS_AVX))
    return linux_has_avx(Path("/proc/cpuinfo"))


def linux_has_avx(cpuinfo: Path) -> bool:
    """The same, from a file like ``/proc/cpuinfo``."""
    if not cpuinfo.exists():
        return True
    flags = re.search(r"^flags\s*:(.*)$", cpuinfo.read_text(encoding="utf-8", errors="replace"), re.MULTILINE)
    return flags is None or "avx" in flags.group(1).split()

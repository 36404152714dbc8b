"""(what was asked for, network's family) → the precision to compute in, by what this processor is fast at."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from .settings import AUTO

FP32, BF16 = "fp32", "bf16"
# Measured faster in bf16, at gains within 2 percent, where the processor multiplies bf16 itself.
_GAIN_FROM_BF16 = ("efficientnet_lite", "inception_v3")
_BF16_FLAGS = {"avx512_bf16", "amx_bf16"}


def resolved(asked: str, family: str) -> str:
    """``asked``: "auto" or a precision; ``family``: of the network."""
    if asked != AUTO:
        return asked
    return BF16 if family in _GAIN_FROM_BF16 and _multiplies_bf16() else FP32


@cache
def _multiplies_bf16() -> bool:
    """Linux tells the processor's abilities; elsewhere the slower way that always works is taken."""
    cpuinfo = Path("/proc/cpuinfo")
    if not cpuinfo.exists():
        return False
    flags = next((line for line in cpuinfo.read_text("ascii", "replace").split("\n") if line.startswith("flags")), "")
    return bool(_BF16_FLAGS & set(flags.split()))

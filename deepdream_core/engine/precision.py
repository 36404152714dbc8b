"""(what was asked for, network's family) → the precision to compute in, by what this processor is fast at."""

from __future__ import annotations

import platform
from functools import cache
from pathlib import Path

from ..settings.dream_settings import AUTO

FP32, BF16 = "fp32", "bf16"
# Measured faster in bf16, at gains within 2 percent, where the processor multiplies bf16 itself.
_GAIN_FROM_BF16 = ("efficientnet_lite", "inception_v3")
_BF16_FLAGS = {"avx512_bf16", "amx_bf16"}


def resolved(requested: str, family: str) -> str:
    """``requested``: "auto" or a precision; ``family``: of the network."""
    if requested != AUTO:
        return requested
    return BF16 if family in _GAIN_FROM_BF16 and _multiplies_bf16() else FP32


def processor() -> str:
    """The processor's model, as far as it is told: what a dream's last bits depend on."""
    return _cpuinfo("model name") or platform.processor() or platform.machine()


def _multiplies_bf16() -> bool:
    """Linux tells the processor's abilities; elsewhere the slower way that always works is taken."""
    return bool(_BF16_FLAGS & set(_cpuinfo("flags").split()))


@cache
def _cpuinfo(fact: str) -> str:
    """What Linux says of the first core's ``fact``; empty elsewhere."""
    cpuinfo = Path("/proc/cpuinfo")
    if not cpuinfo.exists():
        return ""
    facts = (line.split(":", 1) for line in cpuinfo.read_text("utf-8", "replace").split("\n") if ":" in line)
    return next((value.strip() for name, value in facts if name.strip() == fact), "")

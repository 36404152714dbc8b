"""Tests compute in fp32 unless they name a precision: none spends time on a trial, and all give the same bytes."""

from __future__ import annotations

from pathlib import Path

import pytest

from deepdream_core.engine import precision
from deepdream_core.settings.dream_settings import AUTO
from deepdream_core.system.folders import HOME_VARIABLE

NETWORKS = ("efficientnet_lite0", "efficientnet_lite1", "efficientnet_lite2", "inception_v3", "inception5h")


def choose_fp32(folder: Path) -> None:
    """As if trials in the data folder ``folder`` had found that fp32 is fastest."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(HOME_VARIABLE, str(folder))
        for name in NETWORKS:
            precision.keep(name, AUTO, precision.Trial(precision.FP32))

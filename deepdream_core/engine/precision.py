"""What trials found about precisions on this computer: network → ``Trial``, kept in the data folder; no TensorFlow."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

from ..settings.dream_settings import AUTO
from ..system import atomic, records
from ..system.folders import data_folder

FP32, BF16 = "fp32", "bf16"
# Side of the picture whose gradient a trial times, in pixels.
TRIAL_PX = 512
# How many trials are kept; the oldest go first.
_MOST = 50


@dataclass(frozen=True)
class Trial:
    """``precision``: what "auto" stands for, empty as long as none was tried.

    ``seconds``: of one gradient of ``TRIAL_PX`` x ``TRIAL_PX`` pixels at the network's default layer, by precision;
    ``failed``: why a precision is never used again.
    """

    precision: str = ""
    seconds: Mapping[str, float] = field(default_factory=dict)
    failed: Mapping[str, str] = field(default_factory=dict)


def candidates(family: str) -> tuple[str, ...]:
    """What is tried beside fp32 for networks of ``family``.

    Not fp16: at the deeper layers its range is too small (EfficientNet-Lite0's b10 and b14 gave NaN on photos, which
    counts as a failure), and it took three times as long as fp32. Keras' own networks compute in fp32 whatever they
    are given.
    """
    return () if family == "keras_applications" else (BF16,)


def resolved(requested: str, network: str, threads: int | str) -> str:
    """``requested``: "auto" or a precision. ``threads``: as in the settings. fp32 before the first trial."""
    return requested if requested != AUTO else known(network, threads).precision or FP32


def known(network: str, threads: int | str) -> Trial:
    """What was found out about ``network`` here; an empty trial if nothing was. Cheap: it reads a small file."""
    return _trials().get(_key(network, threads), Trial())


def keep(network: str, threads: int | str, trial: Trial) -> None:
    """Remember ``trial``; where nothing can be written nothing is remembered."""
    trials, key = _trials(), _key(network, threads)
    trials.pop(key, None)
    trials[key] = trial
    plain = {name: asdict(each) for name, each in list(trials.items())[-_MOST:]}
    path = _path()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        atomic.write(path, json.dumps(plain, indent=1).encode())
    except OSError:
        return


def never_again(network: str, threads: int | str, precision: str, reason: str) -> Trial:
    """Remember that ``precision`` failed, and return what is known now."""
    trial = known(network, threads)
    chosen = FP32 if trial.precision == precision else trial.precision
    trial = replace(trial, precision=chosen, failed={**trial.failed, precision: reason})
    keep(network, threads, trial)
    return trial


def newest() -> dict[str, Trial]:
    """The last trial of each network by this processor."""
    return {key.split()[0]: trial for key, trial in _trials().items() if processor() in key}


def usable_cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@cache
def processor() -> str:
    """The processor's model, as far as it is told: what a dream's last bits depend on."""
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8", "replace").splitlines()
    except OSError:
        lines = []
    facts = (line.split(":", 1) for line in lines if ":" in line)
    told = next((value.strip() for name, value in facts if name.strip() == "model name"), "")
    return told or platform.processor() or platform.machine()


def _key(network: str, threads: int | str) -> str:
    """All that a trial depends on; the last one limits the instructions that TensorFlow's kernels use."""
    count = usable_cores() if threads == AUTO else threads
    limit = os.environ.get("ONEDNN_MAX_CPU_ISA", "")
    return " ".join(filter(None, [network, _tensorflow(), f"{count} threads", processor(), limit]))


@cache
def _tensorflow() -> str:
    """The version that is installed, found out without loading it."""
    for package in ("tensorflow-cpu", "tensorflow"):
        try:
            return metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    return ""


def _path() -> Path:
    return data_folder() / "precisions.json"


def _trials() -> dict[str, Trial]:
    """Trials by ``_key``; what can't be read was never tried."""
    return {key: _trial(values) for key, values in records.read(_path()).items() if isinstance(values, dict)}


def _trial(values: dict[str, Any]) -> Trial:
    precision, seconds, failed = (values.get(name) for name in ("precision", "seconds", "failed"))
    timed = seconds if isinstance(seconds, dict) else {}
    return Trial(
        precision if precision in (FP32, BF16) else "",
        {str(name): took for name, took in timed.items() if isinstance(took, float) and took > 0},
        {str(name): str(reason) for name, reason in (failed if isinstance(failed, dict) else {}).items()},
    )

"""(outcomes) → a table for people, as Markdown, and a plot where matplotlib is installed."""

from __future__ import annotations

import datetime
import os
import platform
import re
import statistics
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from .runner import Measured

SPEED_HEAD = (
    "network",
    "size",
    "contender",
    "megapixel-steps/s",
    "x reference",
    "of its CPU time",
    "gain",
    "PSNR dB",
    "high frequencies",
    "memory MiB",
)


def machine() -> dict[str, Any]:
    """Date, processor, its cores that may be used, what it can in bf16, and the libraries' versions."""
    text = Path("/proc/cpuinfo").read_text() if Path("/proc/cpuinfo").exists() else ""
    name = re.search(r"model name\s*: (.+)", text)
    return {
        "date": datetime.date.today().isoformat(),
        "processor": name[1] if name else platform.processor(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "bf16": [feature for feature in ("amx_bf16", "avx512_bf16") if feature in text],
        "python": platform.python_version(),
        "versions": {name: _version(name) for name in ("tensorflow-cpu", "tensorflow", "keras", "torch")},
    }


def _version(package: str) -> str | None:
    from importlib import metadata

    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def table(head: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """A Markdown table."""
    cells = [[str(cell) for cell in row] for row in rows]
    columns = list(head)
    lines = [columns, ["---"] * len(columns), *cells]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def speed(measured: list[Measured]) -> str:
    """Every contender at every size beside the reference."""
    references = [one for one in measured if one.task.contender == "reference"]
    beside = {(one.task.network, one.task.width, one.task.isa): one for one in references}
    ordered = sorted(measured, key=lambda one: (one.task.network, one.task.width))
    pairs = ((one, beside[one.task.network, one.task.width, one.task.isa]) for one in ordered)
    return table(SPEED_HEAD, (_speed_row(one, reference) for one, reference in pairs))


def _speed_row(one: Measured, reference: Measured) -> tuple[str, ...]:
    task, judged = one.task, one.judged
    return (
        task.network,
        f"{task.width}x{task.height}",
        " ".join(filter(None, [task.contender, task.mode, task.isa])),
        f"{one.rate:.2f}",
        f"{one.rate / reference.rate:.2f}",
        f"{one.cpu_seconds / reference.cpu_seconds:.2f}",
        " / ".join(f"{gain:.2f}" for gain in judged["gains"].values()),
        f"{judged['psnr']:.1f}",
        f"{judged['high_frequency_ratio']:.1f}",
        f"{one.memory:.0f}",
    )


def to_gain(found: list[dict[str, Any]]) -> str:
    """How long we take for the reference's gain at no more noise, and the median over the seeds."""
    rows: list[tuple[object, ...]] = [
        (one["network"], one["mode"], one["seed"], f"{one['reference_seconds']:.2f}", *_reached(one)) for one in found
    ]
    for network, mode in dict.fromkeys((one["network"], one["mode"]) for one in found):
        shares = [one["share"] or float("inf") for one in found if (one["network"], one["mode"]) == (network, mode)]
        rows.append((network, mode, "median", "", "", "", f"{statistics.median(shares):.2f}"))
    return table(("network", "our precision", "seed", "reference s", "ours s", "our steps", "share"), rows)


def _reached(one: dict[str, Any]) -> tuple[object, ...]:
    if one["seconds"] is None:
        return "not reached", "", ""
    return f"{one['seconds']:.2f}", one["schedule"], f"{one['share']:.2f}"


def scaling(found: dict[str, Any]) -> str:
    """Cost of canvas and selection, first previews, the wire."""
    area = found["by_selection"]
    whole = area["100"]
    canvas = table(("canvas side, px", "256 x 256 px of it, s"), _rows(found["by_canvas"], 2))
    shares = ((percent, f"{seconds:.2f}", f"{100 * seconds / whole:.0f}") for percent, seconds in area.items())
    selection = table(("selected, %", "s", "of the whole, %"), shares)
    small = table(("256 x 256 px, warm", "s"), _rows(found["small"], 2))
    previews = table(("worker", "s"), _rows(found["first_preview"], 2))
    wire = table(("transfer", "MiB/s"), _rows(found["transfer"], 0))
    roof = table(("matrix product", "GFLOP/s"), _rows(found["matrix_product"], 0))
    return "\n\n".join((canvas, selection, small, previews, wire, roof))


def _rows(numbers: dict[str, float], digits: int) -> list[tuple[str, str]]:
    return [(name.replace("_", " "), f"{number:.{digits}f}") for name, number in numbers.items()]


def plot(measured: list[Measured], path: Path) -> bool:
    """Bars of megapixel-steps/s; ``False`` where there is no matplotlib."""
    if not find_spec("matplotlib"):
        return False
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    networks = sorted({one.task.network for one in measured})
    size = (6 * len(networks), 3.6)
    figure, axes = pyplot.subplots(1, len(networks), figsize=size, squeeze=False, layout="constrained")
    for axis, network in zip(axes[0], networks, strict=True):
        bars = [one for one in measured if (one.task.network, one.task.width, one.task.isa) == (network, 1024, "")]
        bars = bars or [one for one in measured if one.task.network == network]
        names = [f"{one.task.contender} {one.task.mode}" for one in bars]
        colours = ["#c2571a" if one.task.contender == "ours" else "#8a8f98" for one in bars]
        axis.barh(names[::-1], [one.rate for one in bars][::-1], color=colours[::-1])
        axis.set_title(network)
        axis.set_xlabel("megapixel-steps per second")
        axis.spines[["top", "right"]].set_visible(False)
    figure.savefig(path, dpi=120)
    return True

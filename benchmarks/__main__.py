"""``python -m benchmarks``: race, scale, report. ``--quick`` takes less than a minute."""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path

from . import report, runner, scoreboard
from .task import NETWORKS


def main() -> None:
    """Print the tables; write JSON and the plot where asked."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one small size, once: under a minute")
    parser.add_argument("--network", choices=NETWORKS, action="append", help="only this one (may be repeated)")
    parser.add_argument("--repeats", type=int, default=3, help="how often each contender comes up (3)")
    parser.add_argument("--json", type=Path, help="write all numbers to this file")
    parser.add_argument("--plot", type=Path, help="write a plot (.png) to this file; needs matplotlib")
    options = parser.parse_args()
    repeats = 1 if options.quick else options.repeats
    networks = options.network or (["efficientnet_lite0"] if options.quick else list(NETWORKS))
    machine = report.machine()
    print(f"{machine['date']}: {machine['processor']}, {machine['cores']} cores, {machine['versions']}\n")
    with tempfile.TemporaryDirectory(prefix="deepdream-benchmark-") as folder:
        measured = [one for name in networks for one in runner.race(name, options.quick, repeats, Path(folder))]
        print(report.speed(measured), flush=True)
        gains = (
            []
            if options.quick
            else [
                one for name in networks if runner.contenders(name) for one in runner.race_to_gain(name, Path(folder))
            ]
        )
    scaling = runner.scaling(options.quick)
    print("\n" + report.to_gain(gains) + "\n\n" + report.scaling(scaling))
    print("\n" + scoreboard.written(scoreboard.scores(measured, gains, scaling), machine))
    if options.json:
        numbers = {
            "machine": machine,
            "speed": [one.to_dict() for one in measured],
            "to_gain": gains,
            "scaling": scaling,
        }
        options.json.write_text(json.dumps(numbers, indent=1) + "\n")
    if options.plot and not report.plot(measured, options.plot):
        print("No plot: matplotlib is not installed.")


if __name__ == "__main__":
    main()

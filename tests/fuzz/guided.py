"""``python -m tests.fuzz.guided --seconds 20 [target …]``: the same readers, with inputs that their branches led to.

Needs ``pip install atheris``, which Windows lacks; no test does. Starts from spoilt samples; keeps nothing.
"""

from __future__ import annotations

import argparse
import inspect
import json
import os
import re
import sys
import tempfile
import time
from pathlib import Path

import atheris

READERS = ["deepdream_core", "krita_deepdream"]
with atheris.instrument_imports(include=READERS, enable_loader_override=False):
    from tests.fuzz import test_replay

SAMPLES, MOST_BYTES, MOST_SECONDS = 40, 20_000, 5.0
RUNS = re.compile(r"number_of_executed_units:\s*(\d+)")


def targets():
    """Name → the test, and what it is called with; "tmp_path" is given when it is run."""
    found = {}
    for name, test in vars(test_replay).items():
        if not name.startswith("test_") or "replay" not in inspect.signature(test).parameters:
            continue
        for mark in getattr(test, "pytestmark", [None]):
            if mark is None:
                found[name] = test, {}
            else:
                of, values = mark.args
                found |= {f"{name}[{getattr(value, '__name__', value)}]": (test, {of: value}) for value in values}
    return found


def packed(given):
    if isinstance(given, bytes):
        return given
    return given.encode("utf-8", "surrogatepass") if isinstance(given, str) else json.dumps(given).encode()


def unpacked(data, kind):
    if kind is bytes:
        return data
    return data.decode("utf-8", "replace") if kind is str else json.loads(data)


def guide(folder, seconds):
    """What stands in for the fixture: never comes back."""

    def tried(_count, made, target, allowed=(test_replay.DreamError,)):
        kind = type(made(0)) if isinstance(made(0), (bytes, str)) else object
        for seed in range(SAMPLES):
            (folder / str(seed)).write_bytes(packed(made(seed)))

        def one(data):
            try:
                given = unpacked(data, kind)
            except (ValueError, RecursionError):
                return
            started = time.process_time()
            try:
                target(given)
            except allowed as error:
                assert len(str(error)) < 3000, "a sentence to drown in"
            took = time.process_time() - started
            assert took < MOST_SECONDS, f"{took:.1f} s"

        atheris.Setup(
            [
                sys.argv[0],
                f"-max_total_time={seconds}",
                f"-max_len={MOST_BYTES}",
                "-print_final_stats=1",
                f"-artifact_prefix={folder}-",
                str(folder),
            ],
            one,
        )
        atheris.Fuzz()

    return tried


def run(name, seconds, own):
    """Runs one target in a process of its own → (how many inputs, what came out but a sentence)."""
    test, values = targets()[name]
    folder, log = Path(tempfile.mkdtemp(dir=own)), Path(tempfile.mkstemp(dir=own)[1])
    child = os.fork()
    if child == 0:
        with log.open("w") as stream:
            os.dup2(stream.fileno(), 1)
            os.dup2(stream.fileno(), 2)
        if "tmp_path" in inspect.signature(test).parameters:
            values = {**values, "tmp_path": Path(tempfile.mkdtemp(dir=own))}
        try:
            test(guide(folder, seconds), **values)
        except SystemExit as end:
            # Nothing of the parent's is cleared away here.
            os._exit(end.code or 0)
        finally:
            sys.stderr.flush()
            os._exit(1)
    status = os.waitpid(child, 0)[1]
    text = log.read_text(errors="replace")
    runs = RUNS.search(text)
    return int(runs.group(1)) if runs else 0, "" if status == 0 else text[-3000:]


def main():
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.guided", description=__doc__.partition(":")[2])
    parser.add_argument("targets", nargs="*", help="parts of names; all without")
    parser.add_argument("--seconds", type=int, default=20, help="for each target (20)")
    options = parser.parse_args()
    total, failed = 0, 0
    with tempfile.TemporaryDirectory() as own:
        os.environ["KRITA_DEEPDREAM_HOME"] = str(Path(own, "own"))
        for name in targets():
            if options.targets and not any(part in name for part in options.targets):
                continue
            runs, trouble = run(name, options.seconds, own)
            total, failed = total + runs, failed + bool(trouble)
            print(f"{runs:9} {name}{': ' + trouble if trouble else ''}", flush=True)
    print(f"{total} inputs, {failed} targets failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

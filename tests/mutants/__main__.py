"""``python -m tests.mutants --seed 1 --count 30``: takes guards out, one at a time, and says which no test missed."""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
import time
from pathlib import Path

from tests import reliability

from .kinds import mutants
from .named import NAMED, found
from .reach import measure
from .source import Mutant, Source, sources
from .trying import Copy
from .warm import load

# What only real Krita runs: tests/krita and tests/walk are too slow to be run for each.
IN_KRITA = ("krita_deepdream/documents/application.py", "krita_deepdream/__init__.py", "krita_deepdream/krita_api.py")
LONG = 30


def main() -> int:
    """Try them, one line each; 1 if more than one in fifteen survived."""
    options = parse()
    if options.measure:
        measure()
        return 0
    files = sources()
    if options.named:
        chosen = [mutant for name in NAMED for mutant in found(name, files)]
    else:
        chosen = at_random(files, options.seed, options.count)
    chosen = [mutant for mutant in chosen if options.only in str(mutant)]
    if options.list:
        print("\n".join(map(str, chosen)))
        return 0
    os.environ.setdefault("DEEPDREAM_TEST_QT", "PyQt5")
    load()
    began, survivors = time.monotonic(), []
    with tempfile.TemporaryDirectory(prefix="deepdream-mutants-") as folder:
        copy = Copy(Path(folder))
        for mutant in chosen:
            tried = copy.tried(mutant)
            survivors += [] if tried.red else [str(mutant)]
            print(tried, flush=True)
    red = len(chosen) - len(survivors)
    print(f"{red} of {len(chosen)} made a test red")
    if not options.named and not options.only:
        counts = {"tried": len(chosen), "red": red, "seed": options.seed, "survivors": survivors}
        reliability.note(f"mutants {options.seed}", options.count >= LONG, time.monotonic() - began, counts)
    return int(len(survivors) * 15 > len(chosen))


def at_random(files: list[Source], seed: int, count: int) -> list[Mutant]:
    """So many of all, as often of each kind: there are more choices than locks."""
    kinds: dict[str, list[Mutant]] = {}
    for mutant in (each for source in files if source.path not in IN_KRITA for each in mutants(source)):
        kinds.setdefault(mutant.kind, []).append(mutant)
    chance = random.Random(seed)
    chosen: dict[Mutant, None] = {}
    while len(chosen) < min(count, sum(map(len, kinds.values()))):
        chosen[chance.choice(kinds[chance.choice(sorted(kinds))])] = None
    return list(chosen)


def parse() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="which ones (default 1)")
    parser.add_argument("--count", type=int, default=LONG, help=f"how many (default {LONG})")
    parser.add_argument("--named", action="store_true", help="all of those that once had no test")
    parser.add_argument("--only", default="", metavar="TEXT", help="those whose line contains this")
    parser.add_argument("--measure", action="store_true", help="note which test runs which function")
    parser.add_argument("--list", action="store_true", help="say which, and try none")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())

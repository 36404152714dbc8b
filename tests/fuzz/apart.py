"""Another process that walks through HDF5 files, each within a limit of its own: a new one comes when one is ended."""

from __future__ import annotations

import subprocess
import sys

from deepdream_core.weights import hdf5_walk

SECONDS, BYTES = 1, 400 << 20
WALKER = """
import resource, runpy, sys
walk = runpy.run_path(sys.argv[1])
for line in sys.stdin:
    used = resource.getrusage(resource.RUSAGE_SELF)
    walk["limit_process"](int(used.ru_utime + used.ru_stime) + 1 + int(sys.argv[2]), int(sys.argv[3]))
    try:
        walk["walk"](line.rstrip("\\n"))
        print("read", flush=True)
    except Exception:
        print("refused", flush=True)
"""


class Apart:
    """``with Apart() as apart``; ``ended``: how many files took too long."""

    def __init__(self):
        self.ended = 0
        self._process = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._stop()

    def reads(self, path):
        """Whether the file could be read to its end."""
        if self._process is None:
            command = [sys.executable, "-I", "-c", WALKER, hdf5_walk.__file__, str(SECONDS), str(BYTES)]
            self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._process.stdin.write(f"{path}\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline().strip()
        if not answer:
            self.ended += 1
            self._stop()
        return answer == "read"

    def _stop(self):
        if self._process:
            self._process.kill()
            self._process.communicate()
            self._process = None

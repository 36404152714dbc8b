"""A link to another computer: ``slow_link.py COUNTED BYTES_A_SECOND LATENCY_S COMMAND…`` stands between two pipes.

``COUNTED`` becomes a file with the bytes that went to the command and those that came back. Standard library only.
"""

from __future__ import annotations

import os
import queue
import subprocess
import sys
import threading
import time
from pathlib import Path

AT_ONCE = 1 << 16
counted = {"there": 0, "back": 0}


def main() -> int:
    target, rate, latency = Path(sys.argv[1]), float(sys.argv[2]), float(sys.argv[3])
    command = subprocess.Popen(sys.argv[4:], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    ways = [("there", 0, command.stdin.fileno()), ("back", command.stdout.fileno(), 1)]
    for name, source, sink in ways:
        waiting = queue.Queue()
        threading.Thread(target=take, args=(name, source, waiting, rate, target), daemon=True).start()
        threading.Thread(target=give, args=(waiting, sink, latency), daemon=True).start()
    return command.wait()


def take(name, source, waiting, rate, target):
    while piece := os.read(source, AT_ONCE):
        time.sleep(len(piece) / rate)
        counted[name] += len(piece)
        target.write_text(f"{counted['there']} {counted['back']}")
        waiting.put((time.monotonic(), piece))
    waiting.put((time.monotonic(), b""))


def give(waiting, sink, latency):
    while True:
        sent, piece = waiting.get()
        time.sleep(max(0.0, sent + latency - time.monotonic()))
        if not piece:
            os.close(sink)
            return
        while piece:
            piece = piece[os.write(sink, piece) :]


if __name__ == "__main__":
    sys.exit(main())

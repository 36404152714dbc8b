"""Dreams a picture through the very worker that the docker uses: ``first_dream.py PLUGIN IN OUT SECONDS``.

Run by the environment's Python. ``PLUGIN`` is the installed plugin's folder; ``OUT`` gets the picture and
its dream beside each other. Prints one line: how long it took. Exit code 1 and one line on stderr if it
came to nothing.
"""

from __future__ import annotations

import importlib
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

from PIL import Image

GAP_PX = 12


def converse(wire: Any, process: subprocess.Popen[bytes], requests: list[Any]) -> Any:
    """Send ``requests`` and return the ``Result``; exits with the worker's own words if it fails."""
    for request in requests:
        wire.write(process.stdin, request)
    while (answer := wire.read(process.stdout)) is not None:
        if answer.type == "failed":
            sys.exit(f"{answer.sentence} {answer.advice}")
        if answer.type == "result":
            return answer
    sys.exit("the worker exited without an error message; see above")


def bgra(picture: Image.Image) -> bytes:
    """The pixels as the wire wants them."""
    red, green, blue, alpha = picture.convert("RGBA").split()
    return Image.merge("RGBA", (blue, green, red, alpha)).tobytes()


def beside(before: Image.Image, result: Any) -> Image.Image:
    """Before and after, left and right."""
    size = result.picture.width, result.picture.height
    blue, green, red, alpha = Image.frombytes("RGBA", size, bytes(result.picture.data)).split()
    after = before.convert("RGB")
    after.paste(Image.merge("RGB", (red, green, blue)), (result.x, result.y), alpha)
    both = Image.new("RGB", (2 * before.width + GAP_PX, before.height), "white")
    both.paste(before.convert("RGB"), (0, 0))
    both.paste(after, (before.width + GAP_PX, 0))
    return both


def main() -> None:
    """Start the worker, dream, write, say how long it took."""
    plugin, source, target = map(Path, sys.argv[1:4])
    sys.path.insert(0, str(plugin.parent))
    runtime = importlib.import_module(f"{plugin.name}.setup.runtime")
    core = importlib.import_module(f"{plugin.name}.core")
    picture = Image.open(source)
    preset = core.presets.PRESETS[core.presets.DEFAULT_PRESET]
    sent = core.wire.Picture(picture.width, picture.height, "U8", bgra(picture))
    start = time.monotonic()
    with subprocess.Popen(
        runtime.worker_command(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=runtime.worker_environment(),
    ) as process:
        timer = threading.Timer(float(sys.argv[4]), process.kill)
        timer.start()
        hello = core.wire.Hello(core.version.VERSION)
        try:
            result = converse(core.wire, process, [hello, core.wire.Dream(1, preset.settings.to_dict(), sent)])
        finally:
            timer.cancel()
            process.kill()
    beside(picture, result).save(target)
    print(f"Dreamed with the preset “{preset.name}” in {time.monotonic() - start:.0f} seconds.")


if __name__ == "__main__":
    main()

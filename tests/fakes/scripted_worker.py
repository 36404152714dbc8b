"""A worker without TensorFlow: speaks the wire, negates the picture, and fails in the way its argument names.

``python -I scripted_worker.py ROOT MANNER``. Manners: ``good``; ``quick`` (its steps take no time); ``tired``
(what goes further takes minutes); ``slow`` (the first
dream takes minutes); ``deaf`` (doesn't answer a cancel); ``busy`` (as ``slow``, and writes a frame of its zoom before
it answers a cancel); ``halting`` (sends all of a file but its last bytes); ``late`` (as ``slow``, and the dream after
the cancelled one has to wait); ``crash`` (dies in the
middle of a dream); ``frozen`` (stops answering pings in the middle of a dream); ``noisy`` (fills stderr); ``broken``
(TensorFlow can't be loaded).
"""

from __future__ import annotations

import os
import struct
import sys
import threading
import time
import zlib
from dataclasses import replace

sys.path.insert(0, sys.argv[1])
from deepdream_core import version
from deepdream_core.errors import Cancelled, DreamError  # noqa: E402
from deepdream_core.protocol import wire  # noqa: E402
from deepdream_core.protocol.deflate import DeflatedWriter, inflated  # noqa: E402
from deepdream_core.settings import renewal  # noqa: E402

MANNER = sys.argv[2]
STEPS = 5
PIECES, PIECE_BYTES = 4, 50_000
# How much smaller the smallest octave is said to be.
SMALLEST = 4.0
cancelled = threading.Event()
writing = threading.Lock()
numbers: list[int] = []
# The result whose stages are kept.
last: list[wire.Result] = []
further = [0]
# The last one is written to.
outgoing = [sys.stdout.buffer]


def send(message: wire.Message) -> None:
    with writing:
        wire.write(outgoing[-1], message)
        if isinstance(message, wire.Compress):
            outgoing.append(DeflatedWriter(outgoing[-1]))


def main() -> None:
    incoming = sys.stdin.buffer
    while (message := wire.read(incoming)) is not None:
        if isinstance(message, wire.Hello):
            send(wire.Welcome(version.VERSION, wire.VERSION, os.getpid()))
            if MANNER == "broken":
                send(wire.failure(0, DreamError("worker.tensorflow", reason="no such library")))
            else:
                send(wire.Ready("none", 0.0))
        elif isinstance(message, wire.Compress):
            send(message)
            incoming = inflated(incoming)
        elif isinstance(message, wire.Estimate):
            send(wire.Cost(message.id, message.width * message.settings["steps"] * message.frames / 10, 1))
        elif isinstance(message, wire.Stage):
            send(staged(message))
        elif isinstance(message, wire.Ping):
            send(wire.Pong(message.id))
        elif isinstance(message, wire.Cancel) and MANNER != "deaf":
            cancelled.set()
        elif isinstance(message, wire.Animate):
            threading.Thread(target=animate, args=(message,), daemon=True).start()
        elif isinstance(message, wire.ImageJob):
            cancelled.clear()
            numbers.append(message.id)
            threading.Thread(target=dream, args=(message,), daemon=True).start()
    os._exit(0)


def dream(message: wire.ImageJob) -> None:
    if MANNER == "late" and len(numbers) > 1:
        time.sleep(1.5)
    for step in range(STEPS):
        if MANNER == "noisy":
            sys.stderr.write("much ado\n" * 50_000)
            sys.stderr.flush()
        send(progress(message, step))
        tires = MANNER == "tired" and isinstance(message, wire.Dream) and message.settings["further"]
        if cancelled.wait(60 if tires else seconds()):
            if MANNER == "busy" and isinstance(message, wire.Zoom):
                time.sleep(0.3)
                open(message.target, "wb").close()
            send(wire.failure(message.id, Cancelled()))
            return
        if MANNER == "crash" and step == 2:
            os._exit(3)
        if MANNER == "frozen" and step == 2:
            writing.acquire()
    if isinstance(message, wire.Keyframe):
        send(wire.KeyframeDone(message.id, message.time, 1.0))
        return
    if isinstance(message, wire.Zoom) and message.elsewhere:
        send_zoom(message)
        return
    answer = renewed(message) if isinstance(message, wire.Renew) else result(message)
    if isinstance(message, wire.Dream) and message.stages:
        last[:], further[:] = [answer], [message.settings["further"]]
    send(answer)
    if isinstance(message, wire.Dream | wire.Style) and message.pack:
        send(wire.Packed(message.id, png(answer.picture)))


def send_zoom(message: wire.Zoom) -> None:
    """As many pictures as it has frames, or one file."""
    names = [f"{number + 1:05}.png" for number in range(message.zoom["frames"])] if message.target == "frames" else [""]
    if all(send_file(message.id, name) for name in names):
        send(wire.ZoomWritten(message.id, message.target, len(names), 1.0))


def animate(message: wire.Animate) -> None:
    cancelled.clear()
    if not message.elsewhere:
        open(message.target, "wb").close()
    if not message.elsewhere or send_file(message.id, ""):
        send(wire.Animated(message.id, message.target))


def send_file(number: int, name: str) -> bool:
    """In pieces, of which ``halting`` doesn't send the last one before a cancel. Whether it is whole."""
    for piece in range(PIECES):
        is_last = piece == PIECES - 1
        if is_last and MANNER == "halting":
            cancelled.wait()
            send(wire.failure(number, Cancelled()))
            return False
        send(wire.FileBytes(number, name, bytes([piece]) * PIECE_BYTES, is_last))
    return True


def staged(message: wire.Stage) -> wire.StageShown | wire.Failed:
    """The last result, with as much red as its share says before the end."""
    if [each.id for each in last] != [message.id]:
        return wire.failure(message.id, DreamError("dream.stages"))
    data = bytearray(last[0].picture.data)
    if message.share < 1 + further[0] * wire.FURTHER_STAGES / wire.STAGES:
        data[2::4] = bytes([round(100 * message.share)]) * (len(data) // 4)
    return wire.StageShown(message.id, message.share, replace(last[0].picture, data=data))


def seconds() -> float:
    """How long a step takes."""
    if MANNER in ("slow", "deaf", "late", "busy") and len(numbers) == 1:
        return 60
    return 0 if MANNER == "quick" else 0.02


def progress(message: wire.ImageJob, step: int) -> wire.Progress:
    preview = wire.Picture(2, 1, "U8", bytes([0, 0, 255, 255, 0, 255, 0, 255]))
    return wire.Progress(
        id=message.id,
        done=step + 1,
        total=STEPS,
        octave=1,
        octaves=1,
        step=step + 1,
        steps=STEPS,
        seconds_left=60.0 - step,
        preview=preview,
    )


def result(message: wire.ImageJob) -> wire.Result:
    """The negative of the mask's bounds; alpha as the wire promises it."""
    began = time.monotonic()
    picture = message.picture
    mask = bytes(message.mask) or b"\xff" * (picture.width * picture.height)
    x, y, width, height = bounds(mask, picture.width)
    size = wire.BYTES_PER_PIXEL[picture.depth]
    rows = bytearray()
    for row in range(y, y + height):
        for column in range(x, x + width):
            at = row * picture.width + column
            rows += pixel(bytes(picture.data[at * size : (at + 1) * size]), mask[at], size)
    negative = wire.Picture(width, height, picture.depth, rows)
    record = {
        "core": [x, y, width, height],
        "crop": [0, 0, picture.width, picture.height],
        "octaves": [[picture.width * SMALLEST, picture.height * SMALLEST]],
    }
    made = {"settings": message.settings}
    return wire.Result(
        id=message.id, x=x, y=y, picture=negative, recipe=made, seconds=time.monotonic() - began, record=record
    )


def renewed(message: wire.Renew) -> wire.Result:
    """The negative of what changed, and the old dream around it, in the window that ``settings.renewal`` says."""
    x, y, width, height = bounds(bytes(message.changed), message.picture.width)
    changed = renewal.Rect(x + message.x, y + message.y, width, height)
    window = renewal.window(changed, message.record)
    assert window is not None
    rows = bytearray()
    for row in range(window.y - message.y, window.y - message.y + window.height):
        for column in range(window.x - message.x, window.x - message.x + window.width):
            at = row * message.picture.width + column
            new = pixel(bytes(message.picture.data[at * 4 : at * 4 + 4]), message.mask[at], 4)
            rows += new if message.changed[at] else bytes(message.old_dream.data[at * 4 : at * 4 + 4])
    picture = wire.Picture(window.width, window.height, "U8", rows)
    return wire.Result(
        id=message.id,
        x=window.x - message.x,
        y=window.y - message.y,
        picture=picture,
        recipe={"settings": message.settings},
        seconds=0.1,
        record=message.record,
    )


def png(picture: wire.Picture) -> bytes:
    """An 8-bit PNG file, made by hand."""
    data = bytes(picture.data)
    rows = bytearray()
    for row in range(picture.height):
        rows += b"\0"
        for column in range(picture.width):
            blue, green, red, alpha = data[(row * picture.width + column) * 4 :][:4]
            rows += bytes([red, green, blue, alpha])
    header = struct.pack(">IIBBBBB", picture.width, picture.height, 8, 6, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b"")]
    framed = [
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in chunks
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(framed)


def pixel(source: bytes, mask: int, size: int) -> bytes:
    if size == 4:
        return bytes([255 - source[0], 255 - source[1], 255 - source[2], source[3] * mask // 255])
    return source


def bounds(mask: bytes, width: int) -> tuple[int, int, int, int]:
    rows = [index for index in range(len(mask) // width) if any(mask[index * width : (index + 1) * width])]
    columns = [index for index in range(width) if any(mask[index::width])]
    return columns[0], rows[0], columns[-1] - columns[0] + 1, rows[-1] - rows[0] + 1


main()

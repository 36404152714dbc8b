"""Messages survive the wire in pieces of any size, and no garbage gets through or breaks the reader."""

from __future__ import annotations

import io
import json
import random
import tracemalloc

import pytest

from deepdream_core.errors import Cancelled, DreamError
from deepdream_core.protocol import wire
from deepdream_core.protocol.deflate import DeflatedWriter, inflated
from deepdream_core.settings.dream_settings import DreamSettings
from deepdream_core.settings.style_settings import StyleSettings
from deepdream_core.settings.zoom_settings import ZoomSettings

U8 = wire.Picture(3, 2, "U8", bytes(range(24)))
F32 = wire.Picture(1, 2, "F32", bytes(range(32)))
MESSAGES = [
    wire.Hello("1.2.3", threads=2),
    wire.Describe(4),
    wire.Dream(5, DreamSettings(seed=7).to_dict(), U8, b"\n" * 6, F32, {"guide": F32, "tree": U8}),
    wire.Dream(6, {}, F32),
    wire.Renew(6, {}, U8, old_dream=U8, changed=b"\0\0\xff" * 2, record={"room": 0.5, "octaves": [[3, 2]]}, x=40, y=7),
    wire.Style(7, StyleSettings(shares="1,2").to_dict(), U8, pictures={"style": F32}),
    wire.Zoom(8, {}, U8, zoom=ZoomSettings(frames=3).to_dict(), target="/tmp/film"),
    wire.Keyframe(8, {}, U8, kind="dream", folder="/tmp/frames", time=4, after=2, flow=80.0),
    wire.Keyframe(8, {}, U8, kind="style", folder="/tmp/frames", time=0, flow="off"),
    wire.Animate(8, "/tmp/frames", "/tmp/frames/animation.kra", [0, 2, 4], [6]),
    wire.Discard("frames"),
    wire.Dream(9, {}, U8, blend=40.0, pack=True),
    wire.Atlas(9, "vgg16", "block1_conv1"),
    wire.Dream(9, {}, U8, stages=True),
    wire.Stage(9, 0.5),
    wire.StageShown(9, 0.5, U8),
    wire.Cancel(5),
    wire.Estimate(7, DreamSettings().to_dict(), 640, 480),
    wire.Ping(8),
    wire.Ping(8, b"some bytes"),
    wire.Shutdown(),
    wire.Welcome("1.2.3", wire.VERSION, 4711),
    wire.Ready("2.21.0", 3.5),
    wire.Description(4, [{"name": "a", "layers": []}], [{"low": 1.5}], [{"name": "Thé"}]),
    wire.Progress(id=5, done=1.5, total=20.0, octave=1, octaves=4, step=2, steps=10, seconds_left=12.5, preview=U8),
    wire.Progress(id=5, done=3.0, total=20.0, octave=1, octaves=4, step=3, steps=10, seconds_left=12.0),
    wire.Result(id=5, x=10, y=20, picture=F32, recipe={"settings": {}}, seconds=9.5),
    wire.Result(id=5, x=1, y=2, picture=U8, recipe={}, seconds=1.0, blended=F32, touched=b"\0\xff"),
    wire.Result(id=5, x=1, y=2, picture=U8, recipe={}, seconds=1.0, record={"octaves": [[3, 2]]}),
    wire.Packed(5, b"\x89PNG\n"),
    wire.FileBytes(8, "00001.png", b"some of it", False),
    wire.ZoomWritten(8, "/tmp/film", 3, 1.5),
    wire.KeyframeDone(8, 4, 1.5),
    wire.Animated(8, "/tmp/frames/animation.kra"),
    wire.Sheet(9, "vgg16", "block1_conv1"),
    wire.failure(5, Cancelled()),
    wire.Cost(7, 12.5, 900_000_000),
    wire.Pong(8),
    # What follows it would have to be deflated.
    wire.Compress(),
]
STREAM = b"".join(bytes(piece) for message in MESSAGES for piece in wire.frames(message))


def test_every_kind_of_message_is_tried_here():
    assert {message.type for message in MESSAGES} == set(wire.MESSAGES)


def test_a_stream_of_all_messages_is_read_back():
    stream = io.BytesIO(STREAM)
    assert [wire.read(stream) for _ in MESSAGES] == MESSAGES
    assert wire.read(stream) is None


@pytest.mark.parametrize("seed", range(5))
def test_pieces_of_any_size_make_the_same_messages(seed):
    rng = random.Random(seed)
    decoder, found, at = wire.Decoder(), [], 0
    while at < len(STREAM):
        size = 1 if seed == 0 else rng.choice([1, 2, 7, 50, 1000])
        found += decoder.feed(STREAM[at : at + size])
        at += size
    assert found == MESSAGES


def test_the_largest_picture_needs_no_copy_of_itself_to_be_framed():
    data = bytearray(1 << 20)
    assert any(piece is data for piece in wire.frames(wire.Dream(1, {}, wire.Picture(512, 512, "U8", data))))


def test_a_picture_alone_arrives_as_bytes_of_its_own_however_many_empty_ones_come_with_it():
    """Krita takes no views, and a copy of a large canvas would hold it up."""
    result = wire.Result(id=5, x=1, y=2, picture=U8, recipe={}, seconds=1.0)
    (found,) = wire.Decoder().feed(b"".join(bytes(piece) for piece in wire.frames(result)))
    assert isinstance(found.picture.data, bytearray) and found == result


def header(**changes) -> bytes:
    body = {
        "type": "dream",
        "id": 1,
        "settings": {},
        "blobs": [24],
        "picture": {"width": 3, "height": 2, "depth": "U8", "data": {"blob": 0}},
        **changes,
    }
    return json.dumps(body).encode() + b"\n" + bytes(24)


def picture(**changes) -> dict:
    return {"width": 3, "height": 2, "depth": "U8", "data": {"blob": 0}, **changes}


GARBAGE = {
    "no JSON": (b"GET / HTTP/1.1\n", "wire.header"),
    "no object": (b"[1, 2]\n", "wire.header"),
    "too deep": (b"[" * 100_000 + b"\n", "wire.header"),
    "not terminated": (b"x" * (wire.MAX_HEADER + 1), "wire.header"),
    "unknown type": (header(type="explode"), "wire.header"),
    "unknown field": (header(colour="red"), "wire.header"),
    "missing field": (b'{"type": "ping", "blobs": []}\n', "wire.header"),
    "negative size": (header(blobs=[-1]), "wire.header"),
    "size of another type": (header(blobs=[24.0]), "wire.header"),
    "truth as a size": (header(blobs=[True]), "wire.header"),
    "too large": (header(blobs=[wire.MAX_BLOBS + 1]), "wire.size"),
    "picture of another size": (header(picture=picture(width=4)), "wire.header"),
    "negative picture": (header(picture=picture(width=-3, height=-2)), "wire.header"),
    "width as text": (header(picture=picture(width="3")), "wire.header"),
    "unknown depth": (header(picture=picture(depth="U9")), "wire.header"),
    "no such blob": (header(picture=picture(data={"blob": 7})), "wire.header"),
    "no blob": (header(picture=picture(data="x")), "wire.header"),
    "id as text": (header(id="1"), "wire.header"),
    "settings as a list": (header(settings=[1]), "wire.header"),
    "pictures as a list": (header(pictures=[1]), "wire.header"),
    "width beyond all measure": (header(picture=picture(width=10**2200)), "wire.header"),
    "sides whose product is": (header(picture=picture(width=10**2200, height=10**2200)), "wire.header"),
    "height as text": (header(picture=picture(width=10**30, height="auto")), "wire.header"),
    "width with a point": (header(picture=picture(width=3.0)), "wire.header"),
    "width as a truth": (header(blobs=[8], picture=picture(width=True)), "wire.header"),
    "depth as a list": (header(picture=picture(depth=["U8"])), "wire.header"),
    "no depth": (header(blobs=[0], picture=picture(depth="")), "wire.header"),
    "size of many digits": (b'{"type": "ping", "id": 1, "blobs": [' + b"9" * 4300 + b"]}\n", "wire.size"),
    "size of too many digits": (b'{"type": "ping", "id": 1, "blobs": [' + b"9" * 5000 + b"]}\n", "wire.header"),
    "id beyond all measure": (b'{"type": "ping", "id": 1' + b"0" * 400 + b', "blobs": []}\n', "wire.header"),
    "blend beyond all measure": (header(blend=10**400), "wire.header"),
    "blend without end": (header().replace(b'"id": 1', b'"id": 1, "blend": 1e999'), "wire.header"),
    "blend that is not a number": (header().replace(b'"id": 1', b'"id": 1, "blend": NaN'), "wire.header"),
}


@pytest.mark.parametrize(("garbage", "code"), GARBAGE.values(), ids=GARBAGE.keys())
def test_garbage_is_refused_by_both_readers(garbage, code):
    with pytest.raises(DreamError) as refused:
        wire.read(io.BytesIO(garbage))
    assert refused.value.code == code
    with pytest.raises(DreamError) as refused:
        list(wire.Decoder().feed(garbage))
    assert refused.value.code == code


def test_a_large_message_that_is_only_announced_takes_no_room():
    """8 GB by the header, and then nothing: neither reader makes room for what hasn't come."""
    stated = b'{"type": "ping", "id": 1, "blobs": [8589934592]}\n'
    tracemalloc.start()
    try:
        with pytest.raises(DreamError) as closed:
            wire.read(io.BytesIO(stated + bytes(100)))
        assert closed.value.code == "wire.closed"
        decoder = wire.Decoder()
        assert list(decoder.feed(stated + bytes(100))) == []
        assert tracemalloc.get_traced_memory()[1] < 4 * wire.AT_ONCE
    finally:
        tracemalloc.stop()


def test_a_message_is_taken_without_a_copy_of_the_many_that_came_with_it():
    """On Krita's main thread: of a megabyte of small ones that would take seconds."""
    piece = b"".join(map(bytes, wire.frames(wire.Pong(8)))) * 20_000
    messages = wire.Decoder().feed(piece)
    tracemalloc.start()
    try:
        assert [next(messages), next(messages)] == [wire.Pong(8), wire.Pong(8)]
        assert tracemalloc.get_traced_memory()[1] < len(piece) / 4
    finally:
        tracemalloc.stop()


def test_a_message_larger_than_the_room_made_at_once_arrives_whole(monkeypatch):
    monkeypatch.setattr(wire, "AT_ONCE", 1000)
    data = random.Random(1).randbytes(4 * 97 * 111)
    sent = wire.Dream(1, {}, wire.Picture(97, 111, "U8", data), mask=data[:5000], pictures={"hill": U8})
    stream = b"".join(bytes(piece) for piece in wire.frames(sent))
    assert wire.read(io.BytesIO(stream)) == sent
    decoder, found = wire.Decoder(), []
    for start in range(0, len(stream), 777):
        found += decoder.feed(stream[start : start + 777])
    assert found == [sent]


def test_an_end_inside_a_message_is_told_from_an_end_between_two():
    for cut in (10, len(header()) - 1):
        with pytest.raises(DreamError) as closed:
            wire.read(io.BytesIO(header()[:cut]))
        assert closed.value.code in ("wire.closed", "wire.header")


@pytest.mark.parametrize("seed", range(200))
def test_damaged_bytes_never_break_the_reader(seed):
    """Whatever a flipped byte does, it ends in messages or in a ``DreamError``, never in another exception."""
    rng = random.Random(seed)
    damaged = bytearray(STREAM)
    for _ in range(rng.randint(1, 4)):
        damaged[rng.randrange(len(damaged))] = rng.choice(b'\n"{}[]:,0-9ae\x00\xff')
    stream = io.BytesIO(damaged)
    try:
        while wire.read(stream) is not None:
            pass
    except DreamError as error:
        assert error.code.startswith("wire.")


def test_after_compress_both_readers_inflate():
    """What is written in pieces and flushed arrives whole, however it is cut on the way."""
    plain, deflated = io.BytesIO(), io.BytesIO()
    wire.write(plain, wire.Compress())
    writer = DeflatedWriter(deflated)
    sent = [wire.Pong(1), wire.Dream(2, {}, wire.Picture(64, 64, "U8", bytes(64 * 64 * 4))), wire.Pong(3)]
    for message in sent:
        wire.write(writer, message)
    whole = plain.getvalue() + deflated.getvalue()
    assert len(whole) < 64 * 64
    for size in (1, 7, len(whole)):
        decoder = wire.Decoder()
        got = [each for start in range(0, len(whole), size) for each in decoder.feed(whole[start : start + size])]
        assert got == [wire.Compress(), *sent]
    reader = inflated(io.BytesIO(deflated.getvalue()))
    assert [wire.read(reader) for _ in sent] == sent and wire.read(reader) is None


def test_what_cannot_be_inflated_is_no_message():
    decoder = wire.Decoder()
    with pytest.raises(DreamError, match="header"):
        list(decoder.feed(b'{"type": "compress", "blobs": []}\n' + b"no zlib"))


def test_what_is_deflated_is_handed_on_at_the_end_of_each_message():
    """A pipe to another computer is filled by Python first: nobody would hear of a dream's progress."""
    pipe = io.BytesIO()
    stream = io.BufferedWriter(pipe, 1 << 16)
    wire.write(DeflatedWriter(stream), wire.Pong(1))
    assert wire.read(inflated(io.BytesIO(pipe.getvalue()))) == wire.Pong(1)

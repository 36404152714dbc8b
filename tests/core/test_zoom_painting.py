"""Films as small Krita documents: every sample where Krita looks for it, 8 and 16 bits deep; failures leave nothing."""

from __future__ import annotations

import re
import zipfile
from contextlib import contextmanager, nullcontext

import numpy as np
import pytest

from deepdream_core.errors import Cancelled, DreamError
from deepdream_core.film.painting import write_painting
from deepdream_core.image.pixels import Pixels, to_wire

HEIGHT, WIDTH = 70, 130


def frames(count: int = 3):
    rng = np.random.default_rng(7)
    return [rng.uniform(-5, 260, (HEIGHT, WIDTH, 3)).astype(np.float32) for _ in range(count)]


def keyframes(frames, deep: bool = False, held: int = 1):
    return [(number * held, to_wire(Pixels(rgb), "U16" if deep else "U8")) for number, rgb in enumerate(frames)]


def read_frame(archive: zipfile.ZipFile, number: int) -> np.ndarray:
    """By Krita's own description of tiles; not by what the writer does."""
    data = archive.read(f"zoom/layers/layer1.f{number}")
    head, size, count = re.match(
        rb"(VERSION 2\nTILEWIDTH 64\nTILEHEIGHT 64\nPIXELSIZE (\d+)\nDATA (\d+)\n)", data
    ).groups()
    at, pixel = len(head), int(size)
    kind = {4: "u1", 8: "<u2", 16: "<f4"}[pixel]
    picture = np.zeros((128, 192, 4), kind)
    for _ in range(int(count)):
        line, at = data[at : data.index(b"\n", at)], data.index(b"\n", at) + 1
        x, y, name, length = line.split(b",")
        assert name == b"LZF" and int(length) == 64 * 64 * pixel + 1 and data[at] == 0
        tile = np.frombuffer(data, kind, 64 * 64 * 4, at + 1).reshape(64, 64, 4)
        picture[int(y) : int(y) + 64, int(x) : int(x) + 64] = tile
        at += int(length)
    assert at == len(data)
    assert archive.read(f"zoom/layers/layer1.f{number}.defaultpixel") == bytes(pixel)
    return picture


@pytest.mark.parametrize(("deep", "full"), [(False, 255), (True, 65535)])
def test_every_sample_is_there(tmp_path, deep, full):
    path = tmp_path / "zoom.kra"
    wanted = frames()
    write_painting(path, iter(keyframes(wanted, deep, 2)), nullcontext)
    with zipfile.ZipFile(path) as archive:
        first = archive.infolist()[0]
        assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
        for number, frame in enumerate(wanted):
            picture = read_frame(archive, number)
            expected = np.clip(frame[..., ::-1].astype(float), 0, 255) * full / 255
            assert np.abs(picture[:HEIGHT, :WIDTH, :3] - expected).max() <= 0.51
            assert (picture[:HEIGHT, :WIDTH, 3] == full).all()
            assert not picture[HEIGHT:].any() and not picture[:, WIDTH:].any()
        keys = archive.read("zoom/layers/layer1.keyframes.xml").decode()
        assert re.findall(r'time="(\d+)" frame="layer1\.f(\d+)"', keys) == [("0", "0"), ("2", "1"), ("4", "2")]
        document = archive.read("maindoc.xml").decode()
        assert f'width="{WIDTH}" height="{HEIGHT}"' in document
        assert document.count(f'colorspacename="{"RGBA16" if deep else "RGBA"}"') == 2
        assert archive.read("zoom/layers/layer1.icc")[36:40] == b"acsp"


def test_what_isnt_wanted_any_more_leaves_nothing(tmp_path):
    @contextmanager
    def unwanted():
        raise Cancelled
        yield

    with pytest.raises(Cancelled):
        write_painting(tmp_path / "zoom.kra", iter(keyframes(frames())), unwanted)
    assert list(tmp_path.iterdir()) == []


def test_where_nothing_can_be_written_it_is_told(tmp_path):
    with pytest.raises(DreamError, match="can't be written"):
        write_painting(tmp_path / "gone" / "zoom.kra", iter(keyframes(frames())), nullcontext)

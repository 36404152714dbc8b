"""The stages of a dream that its worker keeps: a real worker's, those of a large dream, and those for a full disk."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pytest

from deepdream_core.dream import Job, dream
from deepdream_core.engine.progress import Progress, Stage
from deepdream_core.errors import DreamError
from deepdream_core.image.pixels import Pixels, from_wire, to_wire
from deepdream_core.protocol import wire
from deepdream_core.settings.dream_settings import DreamSettings
from deepdream_core.version import VERSION
from deepdream_core.worker import stages
from deepdream_core.worker.stages import Stages
from tests.chosen import choose_fp32

from .real_worker import Client

SETTINGS = DreamSettings(objective="b4", octaves=2, steps=8)
SIZE = (96, 128)


@pytest.fixture(scope="module")
def picture() -> Pixels:
    random = np.random.default_rng(5)
    rgb = np.kron(random.uniform(0, 255, (6, 8, 3)), np.ones((16, 16, 1))).astype(np.float32)
    return Pixels(rgb, np.tile(np.linspace(0.2, 1, SIZE[1], dtype=np.float32), (SIZE[0], 1)))


def test_a_worker_shows_how_its_last_dream_grew(picture, engine, tmp_path, monkeypatch):
    monkeypatch.setenv("KRITA_DEEPDREAM_HOME", str(tmp_path))
    choose_fp32(tmp_path)
    client = Client()
    client.send(wire.Hello(VERSION))
    try:
        for number, depth in ((1, "U8"), (2, "F32")):
            source = to_wire(picture, depth)
            client.send(wire.Dream(number, SETTINGS.to_dict(), source, stages=True))
            result = client.next(wire.Result)[1]
            shown = [_ask(client, number, each / 100) for each in range(101)]
            assert all(isinstance(each, wire.StageShown) and each.picture.depth == depth for each in shown)
            by_share = {each.share: each.picture for each in shown}
            assert len(by_share) == wire.STAGES and min(by_share) < 0.2 and max(by_share) == 1
            assert by_share[1.0] == result.picture, "all of it is the result to the bit"
            _grows_as_the_dream_does(by_share, from_wire(source), engine)
            # What doesn't keep stages itself leaves them alone.
            client.send(wire.Dream(90 + number, SETTINGS.to_dict(), source))
            client.next(wire.Result)
            assert _ask(client, 90 + number, 1.0).code == "dream.stages"
            assert _ask(client, number, 1.0).picture == result.picture
        assert _ask(client, 1, 0.5).code == "dream.stages", "of the last one only"
        assert not [each for each in tmp_path.rglob("*") if each.is_file() and each.stat().st_size > 100_000]
    finally:
        assert client.end() == 0


def _ask(client: Client, number: int, share: float) -> wire.StageShown | wire.Failed:
    client.send(wire.Stage(number, share))
    return client.next((wire.StageShown, wire.Failed))[1]


def _grows_as_the_dream_does(by_share: dict[float, wire.Picture], picture: Pixels, engine) -> None:
    """As the previews of the same dream show it, where they are as large as it is."""
    compared = 0
    for progress in dream(Job(picture, SETTINGS), engine):
        share = ((progress.octave - 1) * progress.steps + progress.step) / (progress.octaves * progress.steps)
        if share in by_share and progress.preview is not None and progress.preview.shape[:2] == SIZE:
            stage = from_wire(by_share[share])
            assert np.abs(stage.rgb - progress.preview).mean() < 1
            assert np.array_equal(stage.alpha, from_wire(by_share[1.0]).alpha)
            compared += 1
    assert compared >= 5
    pictures = [from_wire(by_share[share]).rgb.astype(np.float32) for share in sorted(by_share)]
    far = [np.abs(each - pictures[-1]).mean() for each in pictures]
    assert far[0] > 5 and far[len(far) // 2] > 3 * far[-2] / 2 and far[-1] == 0


def kept(store: Stages, side: int, most: int, monkeypatch) -> Stages:
    """Stages of a dream of noise, of which nothing can be compressed."""
    monkeypatch.setattr(stages, "MOST_BYTES", most)
    noise = np.random.default_rng(1).standard_normal((side, side, 3), np.float32)
    data = wire.Picture(side, side, "U8", bytes(4 * side * side))
    store.begin(wire.Dream(7, {}, data, stages=True))
    stage = Stage(lambda added: Pixels(np.zeros((side, side, 3), np.float32)), lambda: noise)
    for step in range(1, 25):
        store.add(Progress(done=0, total=1, octave=1, octaves=1, step=step, steps=24, seconds_left=0, stage=stage))
    store.end(data)
    return store


def test_however_large_a_dream_is_its_stages_stay_below_their_limit(monkeypatch, tmp_path):
    monkeypatch.setenv("KRITA_DEEPDREAM_HOME", str(tmp_path / "not there yet"))
    most = 400_000
    store = kept(Stages(), 200, most, monkeypatch)
    file = store._dream.file
    assert most / 2 < file.seek(0, 2) <= most
    assert len({store.shown(wire.Stage(7, each / 50)).share for each in range(51)}) == wire.STAGES
    assert file.closed is False and not list(tmp_path.rglob("*.*"))
    with pytest.raises(DreamError, match="dream.stages|grew"):
        kept(store, 200, 200_000, monkeypatch).shown(wire.Stage(7, 1.0))
    assert file.closed, "the next dream has begun"


@pytest.mark.parametrize("when", ["at the beginning", "in the middle", "at the end"])
def test_a_full_disk_costs_the_stages_and_not_the_dream(when, monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("KRITA_DEEPDREAM_HOME", str(tmp_path))
    real = tempfile.TemporaryFile
    left = {"at the beginning": 0, "in the middle": 5, "at the end": wire.STAGES - 1}[when]

    def short(dir: Path):  # noqa: A002  as tempfile calls it
        if not left:
            raise OSError(28, "No space left on device")
        file, write = real(dir=dir), real(dir=dir).write
        counted = iter(range(left))
        return type(
            "Full",
            (),
            {
                "seek": file.seek,
                "read": file.read,
                "flush": file.flush,
                "close": file.close,
                "write": lambda _self, data: write(data) if next(counted, None) is not None else _full(),
            },
        )()

    monkeypatch.setattr(tempfile, "TemporaryFile", short)
    store = kept(Stages(), 40, 400_000, monkeypatch)
    with pytest.raises(DreamError):
        store.shown(wire.Stage(7, 1.0))
    assert "No space left" in capsys.readouterr().err


def _full() -> None:
    raise OSError(28, "No space left on device")

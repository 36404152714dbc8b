"""The stages of a dream that its worker keeps: a real worker's, those of a large dream, and those for a full disk."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from deepdream_core.dream import Checkpoint, Job, dream
from deepdream_core.engine.progress import Progress, Stage
from deepdream_core.errors import DreamError
from deepdream_core.image.pixels import Pixels, from_wire, to_wire
from deepdream_core.protocol import wire
from deepdream_core.settings.dream_settings import DreamSettings
from deepdream_core.system import caches
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
        _goes_further(client, wire.Dream(3, SETTINGS.to_dict(), source, stages=True), result.picture, shown)
        assert _ask(client, 1, 0.5).code == "dream.stages", "of the last one only"
        assert not [each for each in tmp_path.rglob("*") if each.is_file() and each.stat().st_size > 100_000]
    finally:
        assert client.end() == 0


def _goes_further(client: Client, dreamed: wire.Dream, first: wire.Picture, shown: list[wire.StageShown]) -> None:
    """From where the last dream stopped, whose stages stay in reach."""
    once, twice = (SETTINGS.replace({"further": number}).to_dict() for number in (1, 2))
    client.send(replace(dreamed, id=12, settings=once))
    assert client.next(wire.Progress)[1].octave == 3
    result = client.next(wire.Result)[1]
    client.send(replace(dreamed, id=13, settings=once, stages=False))
    assert client.next(wire.Progress)[1].octave == 1
    whole = client.next(wire.Result)[1]
    assert (result.picture, result.recipe, result.record) == (whole.picture, whole.recipe, whole.record)
    found = {stage.share: stage.picture for stage in (_ask(client, 12, each / 100) for each in range(131))}
    assert len(found) == wire.STAGES + wire.FURTHER_STAGES
    assert (found[1.0], found[1.25]) == (first, result.picture) and sorted(found)[-3:-1] == [1.09375, 1.1875]
    assert {stage.share: stage.picture for stage in shown}.items() <= found.items()
    client.send(replace(dreamed, id=14, settings=twice))
    assert client.next(wire.Progress)[1].octave == 4
    last = client.next(wire.Result)[1].picture
    assert (_ask(client, 14, 2.0).picture, _ask(client, 14, 1.25).picture) == (last, result.picture)
    # Of another picture it is another dream.
    other = replace(dreamed.picture, data=bytes(dreamed.picture.data[:16]) * (SIZE[0] * SIZE[1]))
    client.send(replace(dreamed, id=2, settings=twice, picture=other))
    assert client.next(wire.Progress)[1].octave == 1
    client.next(wire.Result)


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


def test_given_up_halfway_everything_is_as_it_was(picture, engine, monkeypatch, tmp_path):
    monkeypatch.setenv("KRITA_DEEPDREAM_HOME", str(tmp_path))
    store, settings = Stages(), SETTINGS.replace({"steps": 4})
    request = wire.Dream(1, settings.to_dict(), to_wire(picture, "U8"), stages=True)
    _dreamed(store, request, picture, engine)
    before = [store.shown(wire.Stage(1, each / 20)) for each in range(31)]
    further = replace(request, id=2, settings={**request.settings, "further": 1})
    for steps in (1, 4):
        assert _dreamed(store, further, picture, engine, steps) == [3] * steps
        assert [store.shown(wire.Stage(1, each / 20)) for each in range(31)] == before
    assert _dreamed(store, further, picture, engine) == [3] * 4
    after = {stage.share: stage for stage in (store.shown(wire.Stage(2, each / 20)) for each in range(31))}
    assert after[1.25].picture != after[1.0].picture == before[20].picture
    assert len(after) == len({stage.share for stage in before}) + wire.FURTHER_STAGES


def test_of_a_cancelled_dream_its_last_whole_step_is_kept(picture, engine, monkeypatch, tmp_path):
    """Also the last one of an octave; who asks before the dream has noticed waits."""
    monkeypatch.setenv("KRITA_DEEPDREAM_HOME", str(tmp_path))
    for steps in (5, 8, 11):
        store, newest = Stages(), []
        request = wire.Dream(steps, SETTINGS.to_dict(), to_wire(picture, "U8"), stages=True)
        for progress in dream(Job(picture, SETTINGS), engine, store.begin(request)):
            store.add(progress)
            if progress.stage is not None:
                newest.append(to_wire(progress.stage.pixels(progress.stage.added()), "U8"))
            # After 8 only in the next octave.
            if len(newest) == steps and (steps != 8 or progress.stage is None):
                break
        question = wire.Stage(steps, 1.0)
        assert store.shown(question) is None
        assert store.cut() == question
        shown = store.shown(question)
        assert shown.share == steps / 16
        seen, wanted = (from_wire(each).rgb.astype(np.float32) for each in (shown.picture, newest[-1]))
        assert np.abs(seen - wanted).max() <= 1
        assert (shown.x, shown.y, shown.picture.width) == (0, 0, SIZE[1])
        with pytest.raises(DreamError, match="stages of this dream are gone"):
            store.shown(wire.Stage(99, 1.0))
        store.close()


def _dreamed(store: Stages, request: wire.Dream, picture: Pixels, engine, steps: int | None = None) -> list[int]:
    """Dream it as a worker does, or so many steps of it; the octaves of the steps."""
    octaves: list[int] = []
    job = Job(picture, DreamSettings.from_dict(request.settings))
    for progress in dream(job, engine, store.begin(request)):
        store.add(progress)
        octaves += [progress.octave] if progress.stage else []
        if len(octaves) == steps:
            return octaves
    assert progress.result is not None
    store.end(to_wire(Pixels(progress.result.rgb, progress.result.alpha), "U8"))
    return octaves


def kept(store: Stages, side: int, most: int, monkeypatch) -> Stages:
    """Stages of a dream of noise, of which nothing can be compressed."""
    monkeypatch.setattr(stages, "MOST_BYTES", most)
    noise = np.random.default_rng(1).standard_normal((side, side, 3), np.float32)
    data = wire.Picture(side, side, "U8", bytes(4 * side * side))
    store.begin(wire.Dream(7, {}, data, stages=True))
    stage = Stage(
        lambda added: Pixels(np.zeros((side, side, 3), np.float32)), lambda: noise, lambda: Checkpoint(noise, [], {})
    )
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
    with pytest.raises(DreamError):
        store.shown(wire.Stage(8, 1.0))
    assert file.closed is False
    assert all(each.stat().st_size < 1000 for each in tmp_path.rglob("*.*")), "nobody else can open them"
    assert file.seek(0, 2) <= sum(entry.size for entry in caches.entries()) <= most + 1000, "others know of them"
    with pytest.raises(DreamError, match="stages of this dream are gone"):
        kept(store, 200, 200_000, monkeypatch).shown(wire.Stage(7, 1.0))
    assert file.closed, "the next dream has begun"
    assert not list((tmp_path / "not there yet" / "jobs").iterdir())


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


def test_cancelled_before_its_first_step_a_dream_keeps_nothing(picture, tmp_path, monkeypatch):
    monkeypatch.setenv("KRITA_DEEPDREAM_HOME", str(tmp_path))
    kept = Stages()
    assert kept.begin(wire.Dream(1, SETTINGS.to_dict(), to_wire(picture, "U8"), stages=True)) is None
    assert kept.cut() is None
    with pytest.raises(DreamError) as told:
        kept.shown(wire.Stage(1, 0.5))
    assert told.value.code == "dream.stages"


class _Noticed:
    """A lock that tells whether it is held."""

    held = False

    def __enter__(self) -> None:
        assert not self.held, "it would wait for itself"
        self.held = True

    def __exit__(self, *_error: object) -> None:
        self.held = False


def test_who_asks_never_meets_a_half_written_stage(monkeypatch, tmp_path):
    """One thread writes while another one asks: the file has one place for both, and what is known of it two."""
    monkeypatch.setenv("KRITA_DEEPDREAM_HOME", str(tmp_path))
    lock, store, told = _Noticed(), Stages(), []
    store._lock = lock
    for name in ("write", "read", "take"):
        plain = getattr(stages._Dream, name)

        def watched(self, *what, plain=plain, name=name, **more):
            assert lock.held, f"{name} without the lock"
            told.append(name)
            return plain(self, *what, **more)

        monkeypatch.setattr(stages._Dream, name, watched)

    def watched_set(self, name, value):
        if name in ("is_cut", "question") and value:
            assert lock.held, f"{name} without the lock"
            told.append(name)
        object.__setattr__(self, name, value)

    monkeypatch.setattr(stages._Begun, "__setattr__", watched_set)

    def watched_dream(self, name, value):
        if name == "_dream" and value is None:
            assert lock.held, "forgotten without the lock"
            told.append("forgotten")
        object.__setattr__(self, name, value)

    monkeypatch.setattr(Stages, "__setattr__", watched_dream)
    kept(store, 40, 400_000, monkeypatch)
    store.shown(wire.Stage(7, 0.5))
    store.begin(wire.Dream(8, {}, wire.Picture(40, 40, "U8", bytes(6400)), stages=True))
    assert store.shown(wire.Stage(8, 1.0)) is None
    assert store.cut() == wire.Stage(8, 1.0)
    store.close()
    assert {"write", "read", "take", "question", "is_cut", "forgotten"} <= {*told}


@pytest.mark.parametrize("which", ["of the stages", "of where it stopped"])
def test_a_disk_that_is_full_only_when_it_is_written_to_costs_the_stages_too(which, monkeypatch, tmp_path, capsys):
    """What a file still holds in memory isn't on the disk: that shows when it is flushed, and not when it is asked."""
    monkeypatch.setenv("KRITA_DEEPDREAM_HOME", str(tmp_path))
    real, made = tempfile.TemporaryFile, []

    class Late:
        def __init__(self, dir: Path) -> None:  # noqa: A002  as tempfile calls it
            self._file = real(dir=dir)
            made.append(self)

        def __getattr__(self, name):
            return getattr(self._file, name)

        def flush(self) -> None:
            if made.index(self) == ("of the stages", "of where it stopped").index(which):
                _full()

    monkeypatch.setattr(tempfile, "TemporaryFile", Late)
    store = kept(Stages(), 40, 400_000, monkeypatch)
    with pytest.raises(DreamError):
        store.shown(wire.Stage(7, 1.0))
    assert "No space left" in capsys.readouterr().err and all(each.closed for each in made[:1])
    assert not list((tmp_path / "jobs").iterdir()), "their folder is gone with them"


def test_what_cant_be_read_any_more_is_told_as_gone(monkeypatch, tmp_path):
    monkeypatch.setenv("KRITA_DEEPDREAM_HOME", str(tmp_path))
    store = kept(Stages(), 40, 400_000, monkeypatch)
    monkeypatch.setattr(stages._Dream, "read", lambda *_what: _full())
    with pytest.raises(DreamError) as told:
        store.shown(wire.Stage(7, 0.5))
    assert told.value.code == "dream.stages"
    folder = store._dream.folder
    monkeypatch.setattr(folder, "close", _full)
    store.close()
    assert store._dream is None


def test_a_dream_goes_on_only_from_one_like_it(monkeypatch, tmp_path):
    """Of the same depth, that stopped earlier, and whose end is known."""
    monkeypatch.setenv("KRITA_DEEPDREAM_HOME", str(tmp_path))
    picture = wire.Picture(40, 40, "U8", bytes(6400))
    for request, goes_on in (
        (wire.Dream(8, {"further": 1}, picture, stages=True), True),
        (wire.Dream(8, {}, picture, stages=True), False),
        (wire.Dream(8, {"further": 1}, replace(picture, depth="U16", data=bytes(12800)), stages=True), False),
    ):
        store = kept(Stages(), 40, 400_000, monkeypatch)
        first = store._dream
        assert (store.begin(request) is not None) == goes_on
        assert (store._dream is first) == goes_on and first.file.closed != goes_on
        store.close()
    store = kept(Stages(), 40, 400_000, monkeypatch)
    store._dream.stop = None
    assert store.begin(wire.Dream(8, {"further": 1}, picture, stages=True)) is None
    store.close()
    # More than half of the room: then there is none for where it stops.
    large = kept(Stages(), 100, 260_000, monkeypatch)
    assert large._dream is None or large._dream.stop is None
    large.close()


def test_where_there_is_no_room_left_a_stage_is_as_small_as_can_be():
    added = np.ones((20, 30, 3), np.float32)
    for most in (-5, 0, 6):
        assert stages._small(added, most).size == 3
    assert stages._small(added, added.size).size <= added.size // 2
    assert stages._small(added, 2 * added.size) is added


def test_without_a_dream_nothing_is_kept_and_nothing_fails(monkeypatch, tmp_path):
    monkeypatch.setenv("KRITA_DEEPDREAM_HOME", str(tmp_path))
    store, picture = Stages(), wire.Picture(2, 2, "U8", bytes(16))
    progress = Progress(done=0, total=1, octave=1, octaves=1, step=1, steps=1, seconds_left=0)
    store.add(progress)
    store.end(picture)
    assert store.cut() is None
    store.begin(wire.Dream(8, {}, picture, stages=True))
    store.add(progress)
    assert store._begun.entries == [] and store._begun.stop is None
    store._dream = None
    store.end(picture)
    assert store._begun is None
    with pytest.raises(DreamError):
        store.shown(wire.Stage(8, 1.0))

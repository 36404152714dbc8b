"""The worker in this process, with an engine of numpy: what it refuses, what it keeps on and what it lets go of.

``test_worker`` has the real one, on pipes; here each guard is looked at by itself, in milliseconds.
"""

from __future__ import annotations

import io
import os
import sys
import threading
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from deepdream_core.engine import cost
from deepdream_core.engine.progress import Progress, Stage
from deepdream_core.errors import Cancelled, DreamError
from deepdream_core.film import painting
from deepdream_core.film.keyframes import Keyframes
from deepdream_core.image.pixels import Pixels, to_wire
from deepdream_core.protocol import wire
from deepdream_core.settings.dream_settings import DreamSettings
from deepdream_core.settings.zoom_settings import ZoomSettings
from deepdream_core.system import caches, owned
from deepdream_core.version import VERSION
from deepdream_core.worker import animations, handlers, interrupted, log, main, requests, sending
from deepdream_core.worker.finished import Finished
from deepdream_core.worker.interrupted import Interrupted
from deepdream_core.worker.main import Worker
from deepdream_core.worker.replies import Replies
from deepdream_core.worker.stages import Stages
from deepdream_core.zoom import writer
from tests.fakes.engine import FakeEngine

QUICK = DreamSettings(objective="b4", octaves=1, steps=1, working_size=64).to_dict()
PICTURE = to_wire(Pixels(np.random.default_rng(3).uniform(0, 255, (40, 48, 3)).astype(np.float32)), "U8")
DREAM = wire.Dream(7, QUICK, PICTURE)


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("KRITA_DEEPDREAM_HOME", str(tmp_path))
    return tmp_path


def said(replies: Replies | Worker) -> list[wire.Message]:
    stream = (replies._replies if isinstance(replies, Worker) else replies)._stream
    stream.seek(0)
    return list(iter(lambda: wire.read(stream), None))


def code(called, *arguments) -> str:
    with pytest.raises(DreamError) as told:
        called(*arguments)
    return told.value.code


@pytest.fixture
def worker(monkeypatch) -> Worker:
    made = Worker(io.BytesIO(), io.BytesIO())
    made._engine = FakeEngine()
    monkeypatch.setattr(os, "_exit", lambda number: (_ for _ in ()).throw(SystemExit(number)))
    return made


def full(*_what, **_more):
    raise OSError(28, "No space left on device")


def levelled(capsys) -> bool:
    """Whether the log was told of a full disk as the plugin's log reads it: every line with its level."""
    lines = capsys.readouterr().err.splitlines()
    return "No space left" in lines[-1] and all(line.startswith("ERROR ") for line in lines)


# The reading thread


def test_only_its_own_version_is_greeted(worker):
    for hello in (wire.Hello("0"), wire.Hello(VERSION, wire=wire.VERSION + 1)):
        assert code(worker._receive, hello) == "wire.version"
    assert code(worker._receive, DREAM) == "wire.header" and not worker._greeted.is_set()
    assert code(worker._receive, wire.Hello(VERSION, threads=-3)).startswith("settings")
    worker._receive(wire.Hello(VERSION, threads=2))
    assert worker._greeted.is_set() and worker._threads == 2 and isinstance(said(worker)[-1], wire.Welcome)


def test_a_core_is_left_free_unless_threads_are_counted(worker, monkeypatch):
    monkeypatch.setattr(main.priority, "free_a_core", lambda: 5)
    worker._receive(wire.Hello(VERSION, free_core=True))
    assert worker._threads == 5
    worker._receive(wire.Hello(VERSION, threads=2, free_core=True))
    assert worker._threads == 2


def test_each_message_has_its_answer(worker):
    worker._greeted.set()
    worker._receive(wire.Ping(3))
    worker._receive(wire.Describe(4))
    assert said(worker)[0] == wire.Pong(3) and said(worker)[1].id == 4
    assert code(worker._receive, wire.Stage(7, 0.5)) == "dream.stages"
    assert code(worker._receive, wire.Pong(1)) == "wire.header"
    worker._stages = SimpleNamespace(shown=lambda question: None, close=lambda: None)
    worker._receive(wire.Stage(7, 0.5))
    assert len(said(worker)) == 2, "an answer that comes later"
    worker._receive(DREAM)
    assert worker._waiting.get_nowait() is DREAM and code(worker._receive, DREAM) == "worker.busy"
    worker._receive(wire.Cancel(8))
    assert len(said(worker)) == 2 and worker._waiting.empty()
    worker._waiting.put(DREAM)
    worker._receive(wire.Cancel(7))
    assert said(worker)[-1].code == "cancelled" and worker._waiting.get_nowait() is None and worker._waiting.empty()


def test_what_was_asked_about_last_is_what_is_made_ready(worker):
    settings = DreamSettings(objective="b3", working_size=64)
    worker._receive(wire.Estimate(-1, settings.to_dict(), 64, 64))
    assert worker._likely == settings and worker._waiting.get_nowait() is None
    worker._receive(wire.Estimate(-2, {}, 64, 64, kind="style"))
    assert worker._likely == settings and worker._waiting.empty()
    worker._receive(wire.Estimate(-3, DreamSettings(objective="b5").to_dict(), 64, 64, is_likely=False))
    assert worker._likely == settings and worker._waiting.empty()
    assert [message.id for message in said(worker)] == [-1, -2, -3]


def test_it_ends_with_all_that_was_kept(worker):
    closed = []
    worker._stages = SimpleNamespace(close=lambda: closed.append(True))
    with pytest.raises(SystemExit):
        worker._receive(wire.Shutdown())
    worker._stages = SimpleNamespace(close=full)
    with pytest.raises(SystemExit):
        worker._read()
    assert closed == [True]


def test_whatever_goes_wrong_is_told_and_the_worker_goes_on(worker, capsys):
    class ResourceExhaustedError(Exception):
        """As TensorFlow's."""

    class Unspeakable(Exception):
        def __str__(self):
            return str(10**5000)

    told = []
    for error, expected, level in (
        (Cancelled(), "cancelled", ""),
        (DreamError("memory.gone"), "memory.gone", "WARNING job 3"),
        (MemoryError(), "memory.gone", "ERROR job 3"),
        (ResourceExhaustedError(), "memory.gone", "ERROR job 3"),
        (KeyError("odd"), "worker.internal", "ERROR job 3"),
        (Unspeakable(), "worker.internal", "ERROR"),
    ):
        worker._attempt(lambda error=error: (_ for _ in ()).throw(error), told.append, 3)
        assert told[-1].code == expected
        assert level in capsys.readouterr().err
    assert told[-1].values["reason"] == "Unspeakable" and "KeyError" in told[-2].values["reason"]


def test_lines_of_the_log_say_which_job_they_are_about(capsys):
    log.say("one\ntwo", 5)
    log.say("three")
    assert capsys.readouterr().err == "INFO job 5: one\nINFO job 5: two\nINFO three\n"
    assert log.size_of(DREAM) == "48 x 40 U8" and log.size_of(wire.Ping(1)) == ""


# The computing thread


def test_the_next_job_is_waited_for_and_what_is_likely_is_made_ready_meanwhile(worker, monkeypatch):
    warmed = []
    monkeypatch.setattr(main, "REST_SECONDS", 0.01)
    monkeypatch.setattr(worker._engine, "warm", lambda settings: warmed.append(settings) or worker._waiting.put(DREAM))
    worker._waiting.put(None)
    assert worker._next() is DREAM and warmed == [worker._likely]
    worker._waiting.put(DREAM)
    assert worker._next() is DREAM and len(warmed) == 1

    def refused(_settings):
        worker._waiting.put(DREAM)
        raise DreamError("network.missing", label="x", name="x")

    monkeypatch.setattr(worker._engine, "warm", refused)
    worker._waiting.put(None)
    assert worker._next() is DREAM and said(worker) == []


def test_the_first_network_isnt_tried_before_somebody_rests(worker, monkeypatch):
    warmed = []
    monkeypatch.setattr(worker._engine, "warm", warmed.append)
    for is_tried, precision in ((True, "auto"), (False, "fp32")):
        monkeypatch.setattr(worker._engine, "is_tried", lambda _name, is_tried=is_tried: is_tried, raising=False)
        worker._warm_up()
        assert warmed[-1].precision == precision and worker._waiting.get_nowait() is None
    assert all(isinstance(message, wire.Ready) for message in said(worker))


def test_without_tensorflow_it_says_so(worker, monkeypatch):
    worker._engine = None
    monkeypatch.setitem(sys.modules, "deepdream_core.engine.engine", None)
    assert code(worker._loaded_engine) == "worker.tensorflow"


def test_only_a_picture_that_was_asked_for_so_is_packed(worker):
    worker._greeted.set()
    for request, packs in (
        (replace(DREAM, pack=True), True),
        (DREAM, False),
        (
            wire.Style(7, {"steps": 1, "octaves": 1, "working_size": 64}, PICTURE, pictures={"a": PICTURE}, pack=True),
            True,
        ),
        (wire.Zoom(7, QUICK, PICTURE, zoom=ZoomSettings(frames=1).to_dict(), target=str(Path("/x/y"))), None),
    ):
        if packs is None:
            with pytest.raises(DreamError):
                worker._dream(request)
            continue
        before = len(said(worker))
        worker._replies.begin(request)
        worker._dream(request)
        for thread in threading.enumerate():
            if thread.name == "packer":
                thread.join(5)
        answers = [type(message) for message in said(worker)[before:] if not isinstance(message, wire.Progress)]
        assert answers == [wire.Result, *([wire.Packed] if packs else [])]


def test_a_result_nobody_waits_for_isnt_packed(worker, monkeypatch):
    monkeypatch.setattr(
        handlers, "handle", lambda *_what: wire.Result(id=7, x=0, y=0, picture=PICTURE, recipe={}, seconds=1.0)
    )
    worker._dream(replace(DREAM, pack=True))
    assert said(worker) == []
    worker._replies.begin(DREAM)
    worker._fail(DREAM, DreamError("memory.gone"))
    assert said(worker)[-1].code == "memory.gone"


def test_cancelling_goes_by_the_jobs_number():
    replies = Replies(io.BytesIO())
    assert not replies.cancel(7)
    replies.begin(DREAM)
    assert not replies.cancel(8) and said(replies) == []
    assert replies.cancel(7) and not replies.cancel(7)


# Requests


def test_what_doesnt_belong_together_is_refused():
    small = wire.Picture(2, 2, "U8", bytes(16))
    for request in (
        replace(DREAM, mask=bytes(5)),
        replace(DREAM, backdrop=small),
        replace(DREAM, blend=101.0),
        wire.Renew(7, QUICK, PICTURE, old_dream=small, changed=bytes(40 * 48), record={}),
        wire.Renew(7, QUICK, PICTURE, old_dream=PICTURE, changed=bytes(9), record={}),
        wire.Renew(
            7,
            QUICK,
            PICTURE,
            old_dream=wire.Picture(48, 40, "U16", bytes(40 * 48 * 8)),
            changed=bytes(40 * 48),
            record={},
        ),
    ):
        assert code(lambda request=request: list(requests.start(request, FakeEngine()))).startswith(
            ("wire", "settings")
        )
    job = requests.job_of(replace(DREAM, backdrop=PICTURE, strength_map=PICTURE))
    assert job.mask is None and job.backdrop is not None and job.strength_map.shape == (40, 48)
    assert requests.job_of(DREAM).backdrop is None and requests.job_of(DREAM).strength_map is None
    half = requests.job_of(replace(DREAM, mask=b"\x80" * (40 * 48)))
    assert half.mask.shape == (40, 48) and half.mask[0, 0] == pytest.approx(128 / 255)


def test_a_keyframes_mask_and_strength_map_are_multiplied():
    frame = wire.Keyframe(8, QUICK, PICTURE, kind="dream", folder="/x", time=0, flow="off")
    light = wire.Picture(48, 40, "U8", b"\xff" * (4 * 40 * 48))
    half = b"\x80" * (40 * 48)
    assert requests.look_of(frame)[1].mask is None
    assert requests.look_of(replace(frame, strength_map=light))[1].mask.max() == pytest.approx(1)
    both = requests.look_of(replace(frame, strength_map=light, mask=half))[1].mask
    assert both.max() == pytest.approx(128 / 255)


def dreamed(request: wire.Dream) -> wire.Result:
    for progress in requests.start(request, FakeEngine()):
        found = progress.result
    return requests.result(request, found, 1.0)


def test_a_blend_keeps_the_sources_alpha_and_says_what_it_touches():
    assert dreamed(DREAM).blended is None and dreamed(DREAM).touched == b""
    mask = b"\xff" * (20 * 48) + bytes(20 * 48)
    alpha = np.full((40, 48), 0.5, np.float32)
    clear = to_wire(Pixels(np.full((40, 48, 3), 90, np.float32), alpha), "U8")
    found = dreamed(replace(DREAM, picture=clear, blend=50.0, mask=mask))
    assert set(bytes(found.blended.data)[3::4]) == {128} and found.touched == b"\xff" * (20 * 48)
    assert set(bytes(dreamed(replace(DREAM, blend=50.0)).blended.data)[3::4]) == {255}


def test_a_preview_is_sent_when_it_is_due():
    now = Progress(done=0, total=1, octave=1, octaves=1, step=1, steps=1, seconds_left=0)
    shown = replace(now, preview=np.zeros((2, 2, 3), np.float32))
    assert [
        requests.progress(DREAM, each, due).preview is not None
        for each, due in ((now, True), (shown, True), (shown, False))
    ] == [False, True, False]
    replies = Replies(io.BytesIO())
    replies.begin(DREAM)
    report = handlers._ProgressReporter(DREAM, replies)
    for _ in range(3):
        report(shown)
    assert [message.preview is not None for message in said(replies)] == [True, False, False]


# Stages, and what an interrupted dream leaves


def test_a_dream_with_stages_is_forgotten_as_interrupted_when_it_ends_or_is_given_up(home, monkeypatch):
    request, replies = replace(DREAM, stages=True), Replies(io.BytesIO())
    for ends in ("well", "cancelled", "killed"):
        (home / interrupted.FILE).write_bytes(b"of another")
        monkeypatch.setattr(Interrupted, "found", lambda self: None)
        monkeypatch.setattr(Interrupted, "add", lambda self, progress: None)
        replies = Replies(io.BytesIO())
        replies.begin(request)
        if ends == "cancelled":
            replies.cancel(7)
        monkeypatch.setattr(handlers, "_picture", {"killed": full}.get(ends, PLAIN))
        if ends == "well":
            handlers.handle(request, FakeEngine(), replies, Stages())
        else:
            with pytest.raises((Cancelled, OSError)):
                handlers.handle(request, FakeEngine(), replies, Stages())
        assert (home / interrupted.FILE).exists() == (ends == "killed")


PLAIN = handlers._picture


def test_who_asked_about_a_cancelled_dream_is_answered(monkeypatch):
    replies = Replies(io.BytesIO())
    shown = wire.StageShown(7, 0.5, PICTURE, 0, 0)
    for answer, expected in ((shown, [shown]), (None, []), (DreamError("dream.stages"), ["dream.stages"])):

        def ask(_question, answer=answer):
            if isinstance(answer, DreamError):
                raise answer
            return answer

        stages = SimpleNamespace(cut=lambda: wire.Stage(7, 1.0), shown=ask)
        replies._stream = io.BytesIO()
        handlers._tell_stage(stages, replies)
        assert [getattr(each, "code", each) for each in said(replies)] == expected
    replies._stream = io.BytesIO()
    handlers._tell_stage(SimpleNamespace(cut=lambda: None, shown=full), replies)
    assert said(replies) == []


def step(octave: int, at: int, detail: int = 4, stage: bool = True) -> Progress:
    checkpoint = SimpleNamespace(detail=np.zeros((detail, 1, 3), np.float32), wholes=[], identity={})
    made = Stage(lambda added: None, lambda: None, lambda: checkpoint) if stage else None
    return Progress(done=0, total=1, octave=octave, octaves=3, step=at, steps=4, seconds_left=0, stage=made)


def test_where_a_dream_is_is_kept_at_the_end_of_an_octave_that_took_long(home, monkeypatch, capsys):
    file, store = home / interrupted.FILE, Interrupted()
    monkeypatch.setattr(interrupted, "LONG_SECONDS", 0.0)
    for told, kept in ((step(2, 3), False), (step(3, 4), False), (step(2, 4, stage=False), False), (step(2, 4), True)):
        store.add(told)
        assert file.exists() == kept
    assert file.stat().st_mode & 0o777 == 0o600
    store.add(step(2, 1))
    store.add(step(1, 2))
    assert file.exists()
    store.add(step(1, 1))
    assert not file.exists(), "another dream has begun"
    monkeypatch.setattr(interrupted, "MOST_BYTES", 10)
    store.add(step(2, 4))
    assert not file.exists()
    monkeypatch.setattr(interrupted, "MOST_BYTES", 1 << 20)
    monkeypatch.setattr(interrupted, "LONG_SECONDS", 60.0)
    store.add(step(2, 4))
    assert not file.exists()
    monkeypatch.setattr(interrupted, "LONG_SECONDS", 0.0)
    file.write_bytes(b"old")
    monkeypatch.setattr(interrupted, "_write", full)
    store.add(step(2, 4))
    assert not file.exists() and levelled(capsys)
    monkeypatch.setattr(Path, "unlink", full)
    store.forget()


# Zooms, sheets, and what goes to another computer


def test_a_zooms_place_is_whole_and_can_be_written_to(home):
    assert code(handlers._absolute, wire.Zoom(8, {}, PICTURE, zoom={}, target="film.gif")) == "picture.write"
    assert handlers._absolute(wire.Zoom(8, {}, PICTURE, zoom={}, target="/x/film.gif")) == Path("/x/film.gif")
    for target in ("/nowhere/film.gif", "/nowhere/film.kra", "/x/" + "y" * 300 + "/film.kra", "/x\0/film.kra"):
        assert code(handlers._check_target, Path(target), target) == "picture.write"
    handlers._check_target(home / "film.kra", "x")
    handlers._check_target(home / "film.gif", "x")
    request = wire.Zoom(8, QUICK, PICTURE, zoom=ZoomSettings(frames=1).to_dict(), target="/nowhere/film.kra")
    replies = Replies(io.BytesIO())
    replies.begin(request)
    assert code(handlers.handle, request, FakeEngine(), replies, Stages()) == "picture.write"
    assert said(replies) == [], "told before anything is dreamed"


def test_what_a_films_format_cant_hold_is_told_before_it_is_dreamed(home, monkeypatch):
    asked, check = [], handlers.check_zoom
    monkeypatch.setattr(handlers, "check_zoom", lambda *what: asked.append(what) or check(*what))
    target = home / "film.gif"
    request = wire.Zoom(8, QUICK, PICTURE, zoom=ZoomSettings(frames=2).to_dict(), target=str(target))
    replies = Replies(io.BytesIO())
    replies.begin(request)
    handlers.handle(request, FakeEngine(), replies, Stages())
    assert asked == [(target,), (target, (48, 40), 2)]


@pytest.mark.parametrize("name", ["film.kra", "film.gif", "frames"])
def test_a_zoom_is_written_to_its_place_or_sent_in_pieces(home, name):
    zoom = ZoomSettings(frames=2).to_dict()
    for elsewhere in (False, True):
        target = name if elsewhere else str(home / name)
        request = wire.Zoom(8, QUICK, PICTURE, zoom=zoom, target=target, held=3, elsewhere=elsewhere)
        replies = Replies(io.BytesIO())
        replies.begin(request)
        answer = handlers.handle(request, FakeEngine(), replies, Stages())
        assert answer.frames == 2 and (home / name).exists()
        pieces = [message for message in said(replies) if isinstance(message, wire.FileBytes)]
        assert bool(pieces) == elsewhere and not list((home / "jobs").glob("*") if (home / "jobs").exists() else [])
        if elsewhere and name == "frames":
            assert {piece.name for piece in pieces} == {"00001.png", "00002.png"}
    if name == "film.kra":
        import zipfile

        with zipfile.ZipFile(home / name) as archive:
            assert 'time="3"' in archive.read("zoom/layers/layer1.keyframes.xml").decode()


def test_a_zoom_of_deep_pictures_is_deep(home):
    import zipfile

    deep = to_wire(Pixels(np.full((40, 48, 3), 90, np.float32)), "U16")
    request = wire.Zoom(8, QUICK, deep, zoom=ZoomSettings(frames=1).to_dict(), target=str(home / "film.kra"))
    replies = Replies(io.BytesIO())
    replies.begin(request)
    handlers.handle(request, FakeEngine(), replies, Stages())
    with zipfile.ZipFile(home / "film.kra") as archive:
        assert b"RGBA16" in archive.read("maindoc.xml")


def test_what_is_for_another_computer_has_a_plain_name_and_leaves_nothing(home):
    for name in ("", "..", "a/b", "/x"):
        assert code(lambda name=name: sending.target_for(name).__enter__()) == "wire.header"
    with sending.target_for("film.gif") as target:
        target.write_bytes(b"x")
    assert not target.parent.exists()
    for error, expected in (
        (DreamError("zoom.rescued", path="/own", reason="full", rescued="/y"), "picture.write"),
        (DreamError("picture.longest", path="/own", kind="GIF", longest=3), "picture.longest"),
        (DreamError("memory.gone"), "memory.gone"),
    ):
        with pytest.raises(DreamError) as told, sending.target_for("film.gif"):
            raise error
        assert told.value.code == expected and "/own" not in str(told.value)


def test_pictures_are_sent_and_deleted_one_by_one(home, monkeypatch):
    monkeypatch.setattr(sending, "_REST_SECONDS", 0)
    monkeypatch.setattr(sending, "AT_ONCE", 3)
    sent = []
    sender = sending.Sender(8, sent.append)
    for number, _frame in enumerate(sender.pictures(iter([1, 2]), home)):
        (home / f"0000{number}.png").write_bytes(b"picture")
    assert [(each.name, each.is_last) for each in sent[:3]] == [("00000.png", False)] * 2 + [("00000.png", True)]
    assert b"".join(bytes(each.data) for each in sent[:3]) == b"picture" and not list(home.glob("*.png"))
    (home / "empty").touch()
    sender.file(home / "empty", "e")
    assert sent[-1] == wire.FileBytes(8, "e", b"", True)


# Animations


def frame(**more) -> wire.Keyframe:
    values = {"kind": "dream", "folder": "/x", "time": 0, "flow": "off", **more}
    return wire.Keyframe(8, QUICK, PICTURE, **values)


@pytest.fixture
def folder(home):
    made = home / "frames"
    owned.make(made)
    return str(made)


def test_a_keyframe_that_was_dreamed_before_is_taken_as_it_is(home, folder, monkeypatch):
    learned = []
    monkeypatch.setattr(cost, "learn", lambda *what: learned.append(what))
    first = frame(folder=folder)
    animations.keyframe(first, FakeEngine(), lambda _progress: None, nullcontext)
    assert len(learned) == 1 and Keyframes(Path(folder)).newest().time == 0
    told = []
    animations.keyframe(first, FakeEngine(), told.append, nullcontext)
    assert not told and len(learned) == 1
    animations.keyframe(frame(folder=folder, time=2, after=0, flow=80.0), FakeEngine(), told.append, nullcontext)
    assert told and len(learned) == 1
    kept = {path.name for path in (home / "interrupted-animation").iterdir()}
    animations.keyframe(replace(first, settings={**QUICK, "seed": 9}), FakeEngine(), told.append, nullcontext)
    assert not kept & {path.name for path in (home / "interrupted-animation").iterdir()} - {"last.npz"}


def test_frames_that_are_gone_are_dreamed_again_or_told(home, folder):
    first, told = frame(folder=folder, time=5), []
    animations.keyframe(first, FakeEngine(), told.append, nullcontext)
    Keyframes(Path(folder)).file(5).unlink()
    lost = wire.Animate(8, folder, str(home / "a.kra"), [5], [])
    assert code(animations.animate, lost, nullcontext, told.append) == "animation.lost"
    Finished().clear()
    told.clear()
    animations.keyframe(first, FakeEngine(), told.append, nullcontext)
    assert told and Keyframes(Path(folder)).file(5).exists()


def test_a_full_disk_on_another_computer_is_told(home, monkeypatch):
    far = frame(folder="frames", elsewhere=True)
    layer = wire.Animate(8, "frames", "a.kra", [0], elsewhere=True)
    with monkeypatch.context() as patched:
        patched.setattr(caches, "waiting_folder", full)
        assert code(animations.keyframe, far, FakeEngine(), print, nullcontext) == "picture.write"
        assert code(animations.animate, layer, nullcontext, print) == "picture.write"
    animations.keyframe(far, FakeEngine(), lambda _progress: None, nullcontext)
    monkeypatch.setattr(caches, "job_folder", full)
    assert code(animations.animate, layer, nullcontext, print) == "picture.write"


def test_to_discard_one_animation_lets_go_of_no_other(home):
    for name in ("one", "other"):
        sending.waiting_folder(name)
    sending.discard("one")
    assert [(each.files[0].name, each.in_use) for each in caches.entries()] == [("waits-other", True)]


def test_what_a_keyframe_is_dreamed_of_tells_it_apart():
    known = animations._identity(frame(), "ab", "before")
    assert known == animations._identity(frame(), "ab", "another"), "each frame alone"
    moving = frame(flow=80.0)
    found = {animations._identity(moving, "ab", before) for before in ("before", "another")}
    assert len(found) == 2
    others = [
        frame(strength_map=PICTURE),
        frame(mask=b"\1" * 1920),
        frame(pictures={"a": PICTURE}),
        frame(kind="style"),
    ]
    assert len({known, *(animations._identity(each, "ab", "") for each in others)}) == 5


def test_an_animation_has_a_keyframe_and_a_place(home, folder, monkeypatch):
    animations.keyframe(frame(folder=folder), FakeEngine(), lambda _progress: None, nullcontext)
    sent = []
    none = wire.Animate(8, folder, str(home / "a.kra"), [], [])
    assert code(animations.animate, none, nullcontext, sent.append) == "wire.header"
    nowhere = wire.Animate(8, folder, "/nowhere/a.kra", [0], [])
    monkeypatch.setattr(
        animations,
        "check_painting",
        lambda _path: (_ for _ in ()).throw(DreamError("picture.write", path="x", reason="y")),
    )
    assert code(animations.animate, nowhere, nullcontext, sent.append) == "picture.write"
    monkeypatch.undo()
    monkeypatch.setenv("KRITA_DEEPDREAM_HOME", str(home))
    animations.animate(wire.Animate(8, folder, str(home / "a.kra"), [0], [3]), nullcontext, sent.append)
    assert not sent, "it lies here"
    assert (home / "a.kra").exists() and not (home / "interrupted-animation").exists()


def test_a_keyframe_without_paint_is_empty_and_as_deep_as_it_was(folder):
    told = []
    for number, (depth, size) in enumerate({"U8": 4, "U16": 8, "F32": 16}.items()):
        clear = wire.Picture(48, 40, depth, bytes(size * 40 * 48))
        request = replace(frame(folder=folder, time=number), picture=clear)
        animations.keyframe(request, FakeEngine(), told.append, nullcontext)
        assert not told and Keyframes(Path(folder)).picture(number) == clear
    pixels = Pixels(np.zeros((2, 2, 3), np.float32), np.zeros((2, 2), np.float32))
    assert not animations._painted(pixels, None) and animations._painted(Pixels(pixels.rgb), None)
    assert not animations._painted(Pixels(pixels.rgb), np.zeros((2, 2), np.float32))
    assert animations._painted(Pixels(pixels.rgb, pixels.alpha + 1), np.ones((2, 2), np.float32))


def test_what_is_left_of_frames_is_read_or_counts_as_nothing(home, folder, monkeypatch, capsys):
    finished, stored = Finished(), Keyframes(Path(folder))
    assert finished.frame("ab") is None and finished.last("ab") is None
    assert stored.newest() is None and stored.last(3) is None and stored.before(3, 2) == "" == stored.before(3, None)
    file = home / "x.png"
    file.write_bytes(b"frame")
    finished.add("ab", file, None)
    assert finished.frame("ab") == b"frame" and finished._folder.stat().st_mode & 0o777 == 0o700
    (home / "interrupted-animation" / "last.npz").write_bytes(b"spoilt")
    assert finished.last("ab") is None
    monkeypatch.setattr("shutil.copyfile", full)
    monkeypatch.setattr(Path, "write_bytes", full)
    finished.add("cd", home / "gone", None)
    assert (not finished._folder.exists() or finished.frame("cd") is None) and levelled(capsys)
    for place in (Path("relative"), home):
        with pytest.raises(DreamError):
            Keyframes(place)


# Writing zooms


def frames(count: int = 2):
    return (np.full((8, 8, 3), 90, np.float32) for _ in range(count))


def test_a_zoom_that_cant_be_written_is_refused_before(home, monkeypatch):
    (home / "folder.gif").mkdir()
    (home / "file").touch()
    for path in (home / "x.avi", home / "none" / "x.gif", home / "file"):
        assert code(writer.check_zoom, path).startswith(("picture", "zoom"))
    writer.check_zoom(home / "folder.gif")
    monkeypatch.setitem(sys.modules, "av", None)
    assert code(writer.check_zoom, home / "x.mp4") == "film.pyav"
    writer.check_zoom(home / "x.gif")
    assert code(writer.check_zoom, home / "x.webp", (17_000, 2)) == "picture.longest"
    assert code(writer.check_zoom, home / "x.gif", (8, 8), 10**12) == "memory.short"
    writer.check_zoom(home / "x.gif", (8, 8), 2)
    writer.check_zoom(home / "frames", (8, 8), 2)
    assert code(writer.write_zoom, home / "x.avi", frames(), 10.0, nullcontext).startswith(("picture", "zoom"))


def test_frames_that_no_film_could_be_made_of_are_kept(home, monkeypatch):
    monkeypatch.setattr(writer, "_encode", full)
    with pytest.raises(DreamError) as told:
        writer.write_zoom(home / "x.gif", frames(), 10.0, nullcontext)
    assert told.value.code == "zoom.rescued" and len(list((home / "x-frames").iterdir())) == 2
    assert code(writer.write_zoom, home / "x.gif", frames(0), 10.0, nullcontext) == "picture.write"

    def ended(*_what):
        raise DreamError("memory.gone")

    monkeypatch.setattr(writer, "_make", ended)
    assert code(writer.write_zoom, home / "x.gif", frames(), 10.0, nullcontext) == "memory.gone"
    assert {path.name for path in home.iterdir()} == {"x-frames"}


def test_of_a_folder_of_frames_what_is_done_stays(home, monkeypatch):
    writer.write_zoom(home / "frames", frames(), 10.0, nullcontext)
    assert {path.name for path in (home / "frames").iterdir()} == {"00001.png", "00002.png"}
    replace_, done = os.replace, []

    def second_fails(*paths):
        done.append(paths)
        return replace_(*paths) if len(done) == 1 else full()

    monkeypatch.setattr(os, "replace", second_fails)
    with pytest.raises(DreamError) as told:
        writer.write_zoom(home / "other", frames(), 10.0, nullcontext)
    assert told.value.code == "zoom.rescued" and [path.name for path in (home / "other").iterdir()] == ["00001.png"]
    monkeypatch.setattr(os, "replace", full)
    assert code(writer.write_zoom, home / "third", frames(), 10.0, nullcontext) == "picture.write"

    def unwanted():
        raise Cancelled

    assert code(writer.write_zoom, home / "fourth", frames(), 10.0, unwanted) == "cancelled"
    assert not [path for path in home.iterdir() if path.name.startswith(".")]


def test_a_document_that_cant_be_written_is_told(home, monkeypatch):
    monkeypatch.setattr(painting.atomic, "replacing", full)
    assert code(painting.write_painting, home / "x.kra", [(0, PICTURE)], nullcontext) == "picture.write"
    assert code(painting.check_painting, Path("/nowhere/x.kra")) == "picture.write"


# Caches


def test_caches_count_what_can_be_counted(home, monkeypatch):
    job = caches.job_folder("test")
    (home / "jobs" / "link").symlink_to(home)
    (home / "jobs" / "file").touch()
    assert [entry.files[0] for entry in caches.entries()] == [job.path] and caches.entries()[0].in_use
    (job.path / caches.MARK).write_bytes(b"nonsense")
    assert caches._claimed(job.path / caches.MARK) == 0 == caches._claimed(home / "none")
    assert not caches._in_use(home / "none") and caches._stat(home / "none") is None
    job.close()
    assert not job.path.exists()
    assert caches._make_room(5, 3) == 3 and caches._make_room(5, -9) == 0

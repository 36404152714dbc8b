"""Whoever watches is told: each signal of what has no widgets, by a client that only keeps what it is sent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from krita_deepdream.choices.animation_choice import Scope
from krita_deepdream.choices.choice import Choice
from krita_deepdream.choices.store import Store
from krita_deepdream.core import dream_settings, errors, style_settings, wire, zoom_settings
from krita_deepdream.dreaming import again, animations, arrivals, zooms
from krita_deepdream.dreaming.estimate import Estimate, in_words, memory_in_words
from krita_deepdream.dreaming.live import LOOK_MS, Live
from krita_deepdream.dreaming.session import CANCELLED, Session
from krita_deepdream.dreaming.sketching import Sketching
from krita_deepdream.jobs.document_data import Destination, Source, StoredRecipe
from krita_deepdream.jobs.job import LOCAL, Animation, DreamRequest, Job, State, Zoom
from krita_deepdream.jobs.named_pictures import NamedPicture
from krita_deepdream.qt import QtCore, QtWidgets, Signal
from krita_deepdream.setup import upkeep as upkeep_module
from krita_deepdream.setup.condition import Condition
from krita_deepdream.setup.needs import Need
from krita_deepdream.setup.set_up import Step
from krita_deepdream.setup.upkeep import Upkeep
from tests.fakes import host as fakes

from .conftest import until
from .open_documents import code

PICTURE = fakes.gradient(fakes.WIDTH, fakes.HEIGHT)
DREAM = dream_settings.DreamSettings(objective="b4")


class Client(QtCore.QObject):
    """A worker's that is ready."""

    welcomed, ready, answered, ended, gone = Signal(), Signal(object), Signal(object), Signal(object), Signal()

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[Any] = []
        self.running = self.is_ready = self.is_welcome = self.starts = True
        self.is_elsewhere, self.line = False, ""
        self.stops: list[bool] = []

    def send(self, message: Any) -> None:
        self.sent.append(message)

    def start(self) -> None:
        self.running = bool(self.starts)

    def stop(self, wait: bool = False) -> None:
        self.stops.append(wait)
        self.running = self.is_ready = self.is_welcome = False


@pytest.fixture
def client(application: Any) -> Client:
    return Client()


@pytest.fixture
def session(client: Client) -> Iterator[Session]:
    made = Session(fakes.FakeHost(), client)  # type: ignore[arg-type]
    yield made
    made.close()


def heard(signal: Any) -> list[Any]:
    """What a signal carries from now on."""
    found: list[Any] = []
    signal.connect(lambda *what: found.append(what[0] if what else None))
    return found


def request(**more: Any) -> DreamRequest:
    return DreamRequest("Animals", DREAM, **more)


def progress(number: int, done: float = 1.0, preview: wire.Picture | None = PICTURE) -> wire.Progress:
    values = {"octave": 1, "octaves": 1, "step": 1, "steps": 4, "seconds_left": 6.0}
    return wire.Progress(id=number, done=done, total=4.0, preview=preview, **values)


def result(number: int) -> wire.Result:
    made = {"settings": DREAM.to_dict(), "kind": "dream"}
    return wire.Result(id=number, x=4, y=2, picture=fakes.gradient(12, 8), recipe=made, seconds=2.0)


def stage(number: int) -> wire.StageShown:
    return wire.StageShown(number, 0.5, PICTURE, 0, 0)


def dreaming(session: Session) -> int:
    session.dream(request())
    return session.queue.jobs[-1].number


# The session


def test_a_worker_that_comes_and_goes_is_told(session: Session, client: Client) -> None:
    changed, gone, previewed = heard(session.changed), heard(session.worker_gone), heard(session.previewed)
    client.welcomed.emit()
    assert client.sent == [wire.Describe(0)] and len(changed) == 1
    client.ready.emit(wire.Ready("2", 0.5))
    assert session.sentence == "Ready." and len(changed) == 2
    client.answered.emit(wire.Description(0, [{"name": "a", "present": True}, {"name": "b", "present": False}], [], []))
    assert session.present == {"a"} and len(changed) == 3
    client.gone.emit()
    assert gone == [None]
    client.ended.emit(errors.DreamError("worker.frozen", seconds=30))
    assert session.failed and session.state is State.FAILED and previewed == [None] and len(changed) == 4
    session.forget_sentence()
    assert session.state is State.IDLE and not session.sentence
    client.is_ready = False
    assert session.state is State.STARTING
    client.is_ready = True
    number = dreaming(session)
    assert session.state is State.DREAMING and not session.sentence
    client.ready.emit(wire.Ready("2", 0.5))
    assert session.sentence == "", "it dreams: there is nothing to be ready for"
    client.is_ready = False
    session.dream(request())
    assert "ten seconds" in session.sentence and number


def test_a_dream_from_its_beginning_to_its_end_is_told(session: Session, client: Client) -> None:
    begun, changed, previewed = heard(session.begun), heard(session.changed), heard(session.previewed)
    stood, said = heard(session.results.stood), heard(session.results.said)
    number = dreaming(session)
    assert [each.number for each in begun] == [number] and changed and isinstance(client.sent[-1], wire.Dream)
    assert client.sent[-1].blend == 0
    changed.clear()
    client.answered.emit(progress(number))
    assert previewed == [PICTURE] and len(changed) == 1 and session.progress is not None
    client.answered.emit(result(number))
    assert len(stood) == len(said) == 1 and previewed[-1] is None and session.progress is None
    assert session.results.newest is not None and "new layer" in session.sentence and not session.failed
    client.answered.emit(wire.Packed(number, b"png"))
    assert session.results.history.entries[0].packed == b"png"


def test_what_is_replaced_is_blended_and_needs_a_strength(session: Session, client: Client) -> None:
    session.results.strength = 40.0
    session.dream(request(destination=Destination.REPLACE))
    assert client.sent[-1].blend == 40 and session.queue.jobs[0].request.destination is Destination.REPLACE
    session.results.strength = 0.0
    assert code(lambda: session.dream(request(destination=Destination.REPLACE))) == "krita.strength"
    session.dream(request())
    session.results.strength = 40.0
    host: Any = session.host
    grab = host.grab
    host.grab = lambda asked, depth="": replace(grab(asked, depth), replaceable=False)
    session.dream(request(destination=Destination.REPLACE))
    assert session.queue.jobs[-1].request.destination is Destination.ABOVE


def test_a_worker_that_ends_at_once_begins_nothing(session: Session, client: Client) -> None:
    client.running = client.starts = False
    begun = heard(session.begun)
    session.dream(request())
    assert not begun and not session.busy
    client.is_welcome = False
    assert not session.tell(wire.Stage(1, 0.5)) and not client.sent
    client.is_welcome = True
    assert session.tell(wire.Stage(1, 0.5)) and client.sent == [wire.Stage(1, 0.5)]


def test_a_cancel_is_told_at_once_and_its_end_later(session: Session, client: Client) -> None:
    number, other = dreaming(session), dreaming(session)
    client.answered.emit(progress(number))
    changed, previewed, partly = heard(session.changed), heard(session.previewed), heard(session.partial.changed)
    session.cancel_one(number)
    assert previewed == [None] and session.sentence == "" and session.partial.job is not None
    session.cancel_one(other)
    assert session.sentence == CANCELLED and len(previewed) == 1 and client.sent[-1] == wire.Cancel(number)
    before = len(changed)
    client.answered.emit(wire.failure(number, errors.Cancelled()))
    assert len(changed) > before, "only now its files are given up"
    session.partial.drop()
    assert session.partial.job is None and len(partly) == 1 and len(changed) > before + 1
    session.queue.replaced.emit()
    assert len(changed) == before + 3


def test_another_worker_takes_what_waits(session: Session, client: Client) -> None:
    dreaming(session), dreaming(session)
    changed, previewed = heard(session.changed), heard(session.previewed)
    session.change_worker()
    assert client.stops == [False] and changed and previewed == [None] and client.running
    assert len(session.queue.jobs) == 1


def test_answers_about_stages_are_handed_on_unless_they_are_a_jobs(session: Session, client: Client) -> None:
    staged, number = heard(session.staged), dreaming(session)
    client.answered.emit(stage(99))
    client.answered.emit(wire.failure(99, errors.DreamError("dream.stages")))
    assert [each.id for each in staged] == [99, 99]
    client.answered.emit(wire.failure(number, errors.DreamError("memory.gone")))
    assert len(staged) == 2 and session.failed and not session.busy


def test_when_krita_quits_nothing_is_left(session: Session, client: Client, tmp_path: Path) -> None:
    dreaming(session)
    session.results.newest = session.host.place  # type: ignore[assignment]
    session.results.set_strength(30.0)
    job = _animated(session, done=1)
    session.animations.ended(job)
    assert Path(animations.animation_in(job).folder).exists()
    session.close()
    assert client.stops == [True] and not session.busy and not session.animations.left
    assert not session.results._rest.isActive() and not Path(animations.animation_in(job).folder).exists()


# A cancelled dream that may be kept


def cancelled(session: Session, client: Client, **more: Any) -> None:
    session.dream(request(**more))
    client.answered.emit(progress(session.queue.jobs[0].number))
    session.cancel()


def test_only_a_still_dream_that_was_seen_is_offered(session: Session, client: Client) -> None:
    partial, job = session.partial, Job(1, request(), None)  # type: ignore[arg-type]
    told = progress(1)
    style = DreamRequest("Glass", style_settings.StyleSettings())
    for other in (None, replace(job, request=style), replace(job, request=request(into="{x}"))):
        partial.offer(other, told, PICTURE)
        assert partial.job is None
    partial.offer(replace(job, request=request(zoom=Zoom(zoom_settings.ZoomSettings()))), told, PICTURE)
    partial.offer(job, None, PICTURE)
    partial.offer(job, told, None)
    assert partial.job is None
    partial.offer(job, progress(1, done=4.0), PICTURE)
    assert partial.job is job, "also after all of its steps"
    session.queue.answered.emit(replace(job, number=2), result(2))
    assert partial.job is None


def test_what_is_kept_is_asked_for_and_answers_to_others_are_left_alone(session: Session, client: Client) -> None:
    cancelled(session, client)
    job = session.partial.job
    assert job is not None
    session.partial.keep()
    assert client.sent[-1] == wire.Stage(job.number, 1.0)
    session.partial.hear(stage(job.number + 50))
    assert session.partial.job is job
    session.partial.hear(stage(job.number))
    assert session.partial.job is None and session.results.newest is not None
    assert "50 % of its steps" in session.sentence
    assert code(session.partial.keep) == "dream.stages"
    session.partial.hear(stage(job.number))
    session.partial.job, client.is_welcome = job, False
    assert code(session.partial.keep) == "dream.stages" and session.partial.job is None


# Sketches


def test_sketches_are_shown_and_whoever_waits_hears_of_each(session: Session, client: Client) -> None:
    sketching = Sketching(session, session)
    shown, moved, displaced = heard(sketching.shown), heard(sketching.moved), heard(sketching.displaced)
    sketching.begin(session.host.grab(request()), request())
    assert sketching.at_work and len(moved) == 1 and client.sent[-1].settings["working_size"] >= 64
    number = client.sent[-1].id
    client.answered.emit(progress(number))
    assert shown == [PICTURE]
    client.answered.emit(result(number))
    assert len(shown) == 2 and sketching.is_last and sketching.at_work and len(moved) == 2
    number = client.sent[-1].id
    client.answered.emit(progress(number))
    assert len(shown) == 2, "the sharper one's previews are coarser than what is shown"
    client.answered.emit(result(number))
    assert len(shown) == 3 and not sketching.at_work and len(moved) == 3 and not displaced
    sketching.resume()
    assert not sketching.at_work
    sketching.sharpen(0, 300)
    dreaming(session)
    assert displaced == [None] and not sketching.at_work
    session.cancel()
    client.answered.emit(wire.failure(session.queue._cancelled.number, errors.Cancelled()))  # type: ignore[union-attr]
    sketching.resume()
    assert sketching.at_work
    sketching.resume()
    client.answered.emit(wire.failure(client.sent[-1].id, errors.DreamError("memory.gone")))
    assert not sketching.at_work and len(displaced) == 1


def test_live_looks_only_when_there_is_something_to_see(session: Session, client: Client) -> None:
    parent, host = QtWidgets.QWidget(), session.host
    live = Live(session, request, parent)
    shown, moved = heard(live.shown), heard(live.moved)
    live.switch(True)
    live._look()
    assert not live.at_work, "it is hidden"
    parent.show()
    until(parent.isVisible)
    live._look()
    assert not live.at_work, "it waits until nothing changes"
    assert live._looking.interval() >= LOOK_MS, "not busily"
    live._last_change = live._first_change = -10.0
    live._look()
    assert live.at_work and moved
    sent = len(client.sent)
    live._look()
    assert len(client.sent) == sent, "nothing has changed"
    host.grab_error = errors.DreamError("krita.empty")  # type: ignore[attr-defined]
    live._look()
    assert shown == [None] and not live.at_work
    live._look()
    assert shown == [None], "it is said once"
    live.switch(False)
    assert shown == [None, None] and not live._looking.isActive()
    host.grab_error = None  # type: ignore[attr-defined]
    live._request = lambda: DreamRequest("Glass", style_settings.StyleSettings())
    live._last_change = live._first_change = -10.0
    live._look()
    assert not live.at_work, "styles aren't sketched"
    live.keep()
    assert not session.busy, "there is no sketch"
    live._request = request
    live._look()
    live._last_change = live._first_change = -10.0
    live._look()
    live.switch(False)
    assert not live.at_work and isinstance(client.sent[-1], wire.Cancel), "switched off, it gives its sketch up"
    client.answered.emit(wire.failure(client.sent[-1].id, errors.Cancelled()))
    live.switch(True)
    live._look()
    live._last_change = live._first_change = -10.0
    live._look()
    live.keep()
    assert session.busy and not live.at_work, "the dream goes first"
    for _ in range(2):
        live._look()
        live._last_change = live._first_change = -10.0
    assert not live.at_work
    parent.hide()


# Frames


def _animated(session: Session, done: int = 0, times: tuple[int, ...] = (0, 3, 7)) -> Job:
    session.host.keyframes = times  # type: ignore[attr-defined]
    job = session.animations.begun(9, request(animation=Animation(80.0)))
    return replace(job, request=animations._with(job.request, done=done, seconds=4.0 * done))


def test_frames_go_on_are_kept_and_are_given_up(session: Session, client: Client) -> None:
    job = _animated(session)
    folder = Path(animations.animation_in(job).folder)
    session.animations.ended(replace(job, request=request()))
    session.animations.ended(job)
    assert not folder.exists() and not session.animations.left, "nothing of it was done"
    job = _animated(session, done=1)
    following = session.animations.next(job, wire.KeyframeDone(9, 0, 2.0))
    assert animations.animation_in(following).done == 2
    assert animations.animation_in(session.animations.next(following, wire.KeyframeDone(9, 0, 2.0))).is_whole
    session.host.keyframes = (0,)  # type: ignore[attr-defined]
    assert code(lambda: session.animations.next(job, wire.KeyframeDone(9, 0, 2.0))) == "animation.gone"
    assert len(session.animations.left) == 1
    said = heard(session.results.said)
    session.animations.discard()
    assert said == [""] and not session.animations.left


def test_frames_that_wait_stay_at_the_computer_that_dreamed_the_first_ones(session: Session) -> None:
    present, waiting = _animated(session), replace(_animated(session, done=1), number=2)
    for job in (present, waiting):
        session.queue.add(job)
    session.change_worker()
    assert session.animations.left == [waiting] and waiting not in session.queue.jobs


def test_a_layer_of_frames_that_finds_no_place_keeps_them(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    job = _animated(session, done=3)
    refused = errors.DreamError("krita.refused")
    monkeypatch.setattr(session.host, "place_animation", lambda *_what: (_ for _ in ()).throw(refused))
    assert code(lambda: session.animations.finish(job)) == "krita.refused"
    assert session.animations.left == [job] and Path(animations.animation_in(job).folder).exists()


def test_frames_that_cant_be_deleted_harm_nothing(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    job = _animated(session)
    monkeypatch.setattr(animations.owned, "delete", lambda _path: (_ for _ in ()).throw(OSError("busy")))
    session.animations._forget(job)
    zooms.forget(request(zoom=Zoom(zoom_settings.ZoomSettings(), "/nowhere/zoom.kra", True)))


def test_a_frames_progress_is_that_of_all(session: Session) -> None:
    job = _animated(session)
    plain = progress(9)
    assert animations.overall(replace(job, request=request()), plain) is plain
    first = animations.overall(job, plain)
    assert (first.done, first.total, first.seconds_left) == (0.25, 3.0, 6 + 2 * 8)
    assert animations.overall(job, progress(9, done=4.0)).seconds_left > 6
    third = animations.overall(_animated(session, done=2), plain)
    assert (third.done, third.seconds_left) == (2.25, 6)
    jobs = [job, _animated(session, done=2), replace(job, request=request())]
    assert animations.left_by(jobs) == "Cancelled. 2 of 3 frames are done."
    assert animations.left_by([job]) == "" == zooms.left_by([job])


def test_a_zooms_frames_are_spoken_of_where_there_are_any(tmp_path: Path) -> None:
    def of(zoom: Zoom | None) -> Job:
        return Job(1, request(zoom=zoom), None)  # type: ignore[arg-type]

    target = Zoom(zoom_settings.ZoomSettings(), str(tmp_path))
    assert zooms.left_by([of(None), of(target)]) == ""
    (tmp_path / "00001.png").touch()
    assert str(tmp_path) in zooms.left_by([of(None), of(target)])
    zooms.forget(of(None).request)
    zooms.forget(of(target).request)
    assert (tmp_path / "00001.png").exists(), "the painter's own"
    assert zooms._unused(tmp_path).name == f"{tmp_path.name} 2"


def test_a_zoom_that_is_made_elsewhere_has_a_place_here_before_it_begins(session: Session, tmp_path: Path) -> None:
    nowhere = request(zoom=Zoom(zoom_settings.ZoomSettings(), str(tmp_path / "nowhere" / "x.gif")))
    assert code(lambda: zooms.with_target(session.host, nowhere, True)) == "picture.write"
    assert zooms.with_target(session.host, nowhere, False).zoom == nowhere.zoom, "the worker here says so itself"


def test_files_that_arrive_are_whole_or_not_there(tmp_path: Path) -> None:
    inbox, path = arrivals.Arrivals(), tmp_path / "new" / "00001.png"

    def piece(data: bytes, is_last: bool, number: int = 1) -> wire.FileBytes:
        return wire.FileBytes(number, "00001.png", data, is_last)

    inbox.take(piece(b"half ", False), path)
    assert not path.exists()
    inbox.drop(2)
    inbox.take(piece(b"whole", True), path)
    assert path.read_bytes() == b"half whole"
    inbox.take(piece(b"other", False), path)
    inbox.drop(1)
    assert path.read_bytes() == b"half whole" and [each.name for each in path.parent.iterdir()] == [path.name]
    inbox.drop()
    with pytest.raises(errors.DreamError) as told:
        inbox.take(piece(b"", True), path / "below")
    assert told.value.code == "picture.write"
    with pytest.raises(errors.DreamError) as told:
        arrivals.check(path / "below", is_folder=False)
    assert told.value.code == "picture.write"
    arrivals.check(tmp_path / "frames", is_folder=True)
    assert not list((tmp_path / "frames").iterdir())
    arrivals.check(tmp_path / "zoom.gif", is_folder=False)
    assert not (tmp_path / "zoom.gif").exists()


# Estimates, recipes


def test_an_estimate_is_asked_for_once_and_again_when_it_is_forgotten() -> None:
    asked: list[wire.Estimate] = []
    estimate = Estimate(lambda message: asked.append(message) or True)
    assert estimate.seconds(request(), (9, 9)) is None and estimate.bytes(request(), (9, 9)) is None
    assert len(asked) == 1 and asked[0].frames == 1
    estimate.heard(wire.Cost(asked[0].id, 3.0, 10**9))
    assert estimate.seconds(request(), (9, 9)) == 3 and estimate.bytes(request(), (9, 9)) == 10**9
    assert len(asked) == 1
    still = request(animation=Animation(100.0))
    assert estimate.seconds(still, (9, 9)) == 3, "an animation of no frames is no less than one"
    estimate.seconds(request(zoom=Zoom(zoom_settings.ZoomSettings(frames=30))), (9, 9))
    assert asked[-1].frames == 30
    estimate.forget()
    assert estimate.seconds(request(), (9, 9)) is None and len(asked) == 3
    estimate.heard(wire.Cost(asked[0].id, 5.0, 1))
    assert estimate.seconds(request(), (9, 9)) is None
    estimate.forget()
    estimate.heard(wire.Cost(asked[-1].id, 5.0, 1))
    assert estimate.seconds(request(), (9, 9)) is None, "an answer to what was forgotten"
    silent = Estimate(lambda _message: False)
    silent.seconds(request(), (9, 9))
    assert silent._pending == {}
    assert in_words(0.2) == "about 1 s" and in_words(200) == "about 3 min" and "0.1" in memory_in_words(5)


def test_what_cant_be_dreamed_again_says_why() -> None:
    from krita_deepdream.jobs.document_data import SourceSelection

    recipe = {"settings": DREAM.to_dict(), "kind": "dream"}
    place = SourceSelection(Source.CURRENT_LAYER, frozenset(), "{x}", (0, 0, 1, 1), b"")
    assert code(lambda: again.settings_in(None)) == code(lambda: again.settings_of(None)) == "krita.recipe"
    assert code(lambda: again.named_settings(None)) == "krita.recipe"
    assert again.named_settings(StoredRecipe("Owl", recipe, None))[0] == "Owl"
    assert code(lambda: again.same_request(StoredRecipe("Owl", recipe, None))) == "krita.again"
    with_guide = {**recipe, "pictures": {"guide": "ab"}}
    assert code(lambda: again.same_request(StoredRecipe("Owl", with_guide, place))) == "krita.pictures"
    with_map = {**recipe, "pictures": {again.STRENGTH_MAP: "ab"}}
    assert again.same_request(StoredRecipe("Owl", with_map, place)).strength_by == LOCAL
    assert again.same_request(StoredRecipe("Owl", recipe, place)).strength_by == ""
    assert again.same_request(StoredRecipe("Owl", recipe, replace(place, by="{y}"))).strength_by == "{y}"


# Choices and set-up


@pytest.fixture
def choice(application: Any, tmp_path: Path) -> Choice:
    return Choice(Store(tmp_path / "data"))


def picture(name: str) -> NamedPicture:
    return NamedPicture(name, name.title(), picture=PICTURE)


def test_each_choice_is_told(choice: Choice) -> None:
    changed, listed, wanted = heard(choice.changed), heard(choice.listed), heard(choice.wanted)
    for act in (
        lambda: choice.take_source(Source.ALL_LAYERS),
        lambda: choice.give(picture("hill")),
        lambda: choice.take_back("hill"),
        lambda: choice.set_destination(Destination.GROUP),
        lambda: choice.take_preset("Eyes") if "Eyes" in [each.name for each in choice.offered] else choice._take(DREAM),
        lambda: choice.nudge({"steps": 77}),
    ):
        before = len(changed)
        act()
        assert len(changed) == before + 1
    choice.nudge({"steps": 77})
    assert len(changed) == before + 1 and not listed and not wanted
    choice.take("Mine", DREAM)
    choice.take("Glass", style_settings.StyleSettings())
    assert wanted == ["dream", "style"]
    own = replace(choice.offered[0], name="Mine")
    for count, act in enumerate(
        (
            lambda: choice.keep_preset(own),
            lambda: choice.set_favourite("Mine", True),
            lambda: choice.drop_preset("Mine"),
        ),
        1,
    ):
        act()
        assert len(listed) == count
    choice.drop_preset("Mine")
    assert len(listed) == 3 and not choice.favourites


def test_keyframes_that_are_chosen_go_with_a_still_dream(choice: Choice) -> None:
    animation, still = choice.animation, request(destination=Destination.GROUP)
    changed = heard(animation.changed)
    animation.look(())
    animation.take(Scope.ALL, 0, 0, 2)
    assert len(changed) == 1 and animation.of(still) is still, "there are no keyframes"
    animation.look((2, 5, 9))
    animation.look((2, 5, 9))
    assert len(changed) == 2 and (animation.first, animation.last) == (2, 9)
    found = animation.of(still)
    assert found.animation is not None and found.destination is Destination.ABOVE
    assert (found.animation.first, found.animation.every) == (None, 2)
    zoom = request(zoom=Zoom(zoom_settings.ZoomSettings()))
    assert animation.of(zoom) is zoom
    animation.take(Scope.RANGE, 3, 9, 1)
    ranged = animation.of(still).animation
    assert ranged is not None and (ranged.first, ranged.last) == (3, 9) and ranged.times == (5, 9)
    animation.look((1, 5, 9))
    assert (animation.first, animation.last) == (3, 9), "it didn't cover all before"
    animation.look(())
    assert (animation.first, animation.last) == (3, 9)
    animation.take(Scope.THIS, 3, 9, 1)
    animation.look((1, 5))
    assert animation.of(still) is still


def test_each_choice_of_styles_is_told(choice: Choice) -> None:
    style = choice.style
    changed, listed = heard(style.changed), heard(style.listed)
    first = next(iter(style.shares))
    for act in (
        lambda: style.choose("glass", mix=True),
        lambda: style.weigh("glass", 40.0),
        lambda: style.limit("glass", "hill"),
    ):
        before = len(changed)
        act()
        assert len(changed) == before + 1
    assert style.shares == {first: 100.0, "glass": 40.0} and style.masks == {"glass": "hill"}
    assert style.ordered()[0].masks == ",hill" and style.ordered()[0].shares == "1,0.4"
    style.limit("glass", "")
    assert not style.masks and style.ordered()[0].masks == ""
    style.add(replace(picture("owl"), node="{owl}"))
    assert len(listed) == 1 and list(style.shares) == ["Owl"] and style.is_own("Owl")
    host: Any = fakes.FakeHost()
    host.layers["owl"] = fakes.gradient(9, 9)
    style.look_again(host)
    style.look_again(host)
    assert len(listed) == 2 and style.painted[0].picture == fakes.gradient(9, 9)
    host.layers["owl"] = wire.Picture(1, 1, "U8", bytes(4))
    style.look_again(host)
    host.layers.clear()
    style.look_again(host)
    assert len(listed) == 2, "one that is empty or gone stays as it was"
    before = len(changed)
    style.forget("Owl")
    assert (
        (len(listed), len(changed)) == (3, before + 1)
        and not style.offered.get("Owl")
        and list(style.shares) == [first]
    )
    for none in (replace(picture("owl"), picture=None), replace(picture("owl"), picture=host.layers.get("x") or EMPTY)):
        assert code(lambda none=none: style.add(none)) == "style.none"
    style.shares = {"gone": 100.0}
    assert code(style.ordered) == "picture.missing"


EMPTY = wire.Picture(2, 2, "U8", bytes(16))


def test_each_step_of_the_set_up_is_told(application: Any, tmp_path: Path) -> None:
    needed = [Need.MAKE]
    upkeep = Upkeep(look=lambda _loaded: needed[0], steps=lambda *_chosen: iter(()))
    changed, settled, failed = heard(upkeep.changed), heard(upkeep.settled), heard(upkeep.failed)
    for count, act in enumerate(
        (
            lambda: upkeep.choose_python(tmp_path),
            lambda: upkeep.choose_wheels(tmp_path),
            lambda: upkeep.report_fault(errors.DreamError("setup.avx")),
            upkeep.look_again,
        ),
        1,
    ):
        act()
        assert len(changed) == count
    assert (upkeep.python, upkeep.wheels) == (tmp_path, tmp_path)
    upkeep.diagnose()
    assert len(changed) == 5 and upkeep.task == "diagnose" and upkeep._timer.isActive()
    upkeep.set_up()
    assert upkeep.task == "diagnose", "one at a time"
    upkeep.look_again()
    assert len(changed) == 5, "what is at work will look itself"
    upkeep.stop(wait=True)
    until(lambda: not upkeep.task)
    assert len(changed) > 5 and not settled and not upkeep._timer.isActive()
    before = len(changed)
    upkeep._look()
    assert len(changed) == before
    upkeep.need = Need.REMOVED
    upkeep.look_again()
    upkeep.look_closer()
    assert len(changed) == before and not upkeep.task and not failed


def test_whoever_asked_hears_how_the_set_up_ended(application: Any) -> None:
    def steps(*_chosen: Any) -> Iterator[Any]:
        if fails:
            raise errors.DreamError("setup.avx")
        yield from ()

    fails: list[bool] = []
    upkeep = Upkeep(look=lambda _loaded: Need.NOTHING, steps=steps)  # type: ignore[arg-type]
    settled, failed, diagnosed = heard(upkeep.settled), heard(upkeep.failed), heard(upkeep.diagnosed)
    upkeep._is_broken, upkeep.damaged = True, ("numpy",)
    upkeep.set_up()
    until(lambda: not upkeep.task)
    assert settled == [None] and not failed and not diagnosed and upkeep.damaged == () and upkeep.need is Need.NOTHING
    fails.append(True)
    upkeep.set_up()
    until(lambda: not upkeep.task)
    assert settled == [None] and failed == ["set up"] and upkeep.error is not None


def test_what_ended_says_only_what_it_was_about(application: Any) -> None:
    upkeep = Upkeep(look=lambda _loaded: Need.NOTHING)
    settled, failed, diagnosed = heard(upkeep.settled), heard(upkeep.failed), heard(upkeep.diagnosed)
    broken, report = Condition("", ("numpy",)), Step("diagnosed", 1.0, "report")

    def ends(task: str, result: Any = None, step: Step | None = report, finished: bool = True) -> tuple[int, ...]:
        before = len(settled), len(failed), len(diagnosed)
        upkeep.task, upkeep.step, upkeep.need = task, step, Need.NOTHING
        ended: Any = SimpleNamespace(error=None, finished=finished, result=result)
        upkeep._end(ended)
        assert upkeep.task == ""
        return tuple(len(each) - old for each, old in zip((settled, failed, diagnosed), before, strict=True))

    assert ends("diagnose", broken) == (0, 0, 1) and diagnosed == ["report"]
    assert ends("diagnose", broken, step=None) == (0, 0, 0)
    assert ends("look", broken, finished=False) == ends("look") == (0, 0, 0) and upkeep.damaged == ()
    assert upkeep.need is Need.NOTHING
    assert ends("look", broken) == (0, 0, 0) and upkeep.damaged == ("numpy",) and upkeep.need is Need.REPAIR
    assert ends("diagnose", finished=False) == ends("set up", finished=False) == (0, 0, 0)
    assert upkeep.damaged == ("numpy",) and upkeep.need is Need.REPAIR
    assert ends("uninstall", ["x"], finished=False) == (0, 0, 0) and upkeep.need is Need.REPAIR
    assert ends("set up") == (1, 0, 0) and upkeep.damaged == () and upkeep.need is Need.NOTHING
    assert ends("uninstall", ["x"]) == (0, 0, 0) and upkeep.need is Need.REMOVED and upkeep.rescued == ["x"]


@pytest.mark.parametrize("is_link", [False, True])
def test_uninstalling_takes_the_plugin_too_unless_its_files_are_the_persons_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_link: bool
) -> None:
    plugin, removed = tmp_path / "pykrita" / upkeep_module.plugin_files.NAME, list[Path]()
    plugin.parent.mkdir()
    plugin.symlink_to(tmp_path) if is_link else plugin.mkdir()
    monkeypatch.setattr(upkeep_module, "PLUGIN", plugin)
    monkeypatch.setattr(upkeep_module.install_folder, "remove", lambda _let_go: [])
    monkeypatch.setattr(upkeep_module.plugin_files, "remove", removed.append)
    for nested in (False, True):
        monkeypatch.setattr(upkeep_module, "NESTED", nested)
        assert [step.name for step in upkeep_module._uninstall()] == ["uninstall"] * 2
        assert removed == ([tmp_path] if nested and not is_link else [])

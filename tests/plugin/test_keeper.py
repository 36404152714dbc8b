"""When a dream layer is renewed, asked about or left alone: each reason by itself, with layers that only say so."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from krita_deepdream.core import dream_settings, errors, style_settings
from krita_deepdream.dreaming.session import Session
from krita_deepdream.jobs.document_data import Destination
from krita_deepdream.jobs.job import DreamRequest
from krita_deepdream.keeping import keeper as module
from krita_deepdream.keeping.keeper import Keeper
from krita_deepdream.qt import QtCore, Signal
from tests.fakes import host as fakes

from .conftest import until
from .open_documents import code
from .test_told import Client, heard

DREAM = dream_settings.DreamSettings(objective="b4")
GONE = errors.DreamError("memory.gone")


class Watcher(QtCore.QObject):
    changed, seen, recorded = Signal(), Signal(object), Signal(object, object, int)

    def __init__(self, *layers: Any) -> None:
        super().__init__()
        self.layers = {each.node_id: each for each in layers}
        self.active = layers[0] if layers else None
        self.looked: list[Any] = []
        self.closed = False

    def look_at(self, layer: Any) -> None:
        self.looked.append(layer)

    def close(self) -> None:
        self.closed = True


class Layer:
    """Out of date, and keeps up."""

    def __init__(self, node_id: str) -> None:
        self.node_id = self.name = node_id
        self.document = self.stored = None
        self.record = SimpleNamespace(keeps_up=True, source=(1,), own=(2,))
        self.edited = self.between = self.is_detail = False
        self.in_parts = self.can_renew = True
        self.stale, self.source = frozenset({0}), (7,)
        self.past = SimpleNamespace(back_to=lambda _source: None)
        self.did: list[Any] = []

    def keep_up(self, on: bool) -> None:
        self.record.keeps_up = on

    def accept(self) -> None:
        self.did.append("accept")

    def take(self, record: Any) -> None:
        self.did.append(("take", record.source))

    def hold(self, numbers: Any) -> None:
        self.did.append("hold")


class Renewal:
    """That waits. ``begins``: whether there is anything to do, or why not."""

    begins: bool | errors.DreamError = True

    def __init__(self, _session: Any, layer: Any, request: DreamRequest, undo: bool, done: Callable[..., None]) -> None:
        self.layer, self.request, self.undo, self.done, self.dropped, self.fits = layer, request, undo, done, 0, True

    def begin(self, _numbers: Any) -> bool:
        if isinstance(self.begins, errors.DreamError):
            raise self.begins
        return self.begins

    def is_for(self, _source: Any) -> bool:
        return self.fits

    def drop(self) -> None:
        self.dropped += 1


@pytest.fixture
def layer() -> Any:
    return Layer("Eyes")


@pytest.fixture
def other() -> Any:
    return Layer("Owl")


@pytest.fixture
def keeper(application: Any, layer: Any, other: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(module, "Renewal", Renewal)
    monkeypatch.setattr(module, "replace", lambda thing, **more: type(thing)(**{**vars(thing), **more}))
    monkeypatch.setattr(module.recipes, "read_of", lambda *_what: None)
    monkeypatch.setattr(module.again, "settings_in", lambda _stored: DREAM)
    monkeypatch.setattr(
        module.again, "same_request", lambda _stored, settings=None: DreamRequest("Eyes", settings or DREAM)
    )
    session = Session(fakes.FakeHost(), Client())  # type: ignore[arg-type]
    made = Keeper(session, Watcher(layer, other))  # type: ignore[arg-type]
    yield made
    session.close()


def renewed(keeper: Any) -> Any:
    return keeper._renewal and keeper._renewal.layer


def test_only_a_layer_that_keeps_up_and_is_out_of_date_is_renewed(keeper: Any, layer: Any) -> None:
    for name, value in (("between", True), ("can_renew", False), ("stale", frozenset())):
        before = getattr(layer, name)
        setattr(layer, name, value)
        keeper.watcher.seen.emit(layer)
        assert renewed(keeper) is None, name
        setattr(layer, name, before)
    layer.record.keeps_up = False
    keeper.watcher.seen.emit(layer)
    assert renewed(keeper) is None
    layer.record.keeps_up = True
    changed = heard(keeper.changed)
    keeper.watcher.seen.emit(layer)
    assert renewed(keeper) is layer and not keeper._renewal.undo and changed and keeper.is_renewing(layer)
    first = keeper._renewal
    keeper.watcher.seen.emit(layer)
    assert keeper._renewal is first and not first.dropped and not keeper._waiting


def test_what_is_out_of_date_itself_is_given_up(keeper: Any, layer: Any, other: Any) -> None:
    for change in ({"edited": True}, {"stale": frozenset()}):
        keeper.watcher.seen.emit(layer)
        working = keeper._renewal
        keeper.watcher.seen.emit(other)
        assert not working.dropped and keeper._waiting == [(other, False)], "that one waits"
        keeper.watcher.seen.emit(other)
        assert len(keeper._waiting) == 1
        vars(layer).update(change)
        working.fits = False
        keeper.watcher.seen.emit(layer)
        assert working.dropped == 1 and renewed(keeper) is None
        vars(layer).update(edited=False, stale=frozenset({0}))
        until(lambda: renewed(keeper) is other)
        keeper._stop(other)


def test_a_layer_that_was_painted_on_is_asked_about_until_it_isnt_any_more(keeper: Any, layer: Any) -> None:
    changed = heard(keeper.changed)
    layer.edited = True
    for _ in range(2):
        keeper.watcher.seen.emit(layer)
        assert keeper.asks is layer and len(changed) == 1 and renewed(keeper) is None
    layer.edited, layer.stale = False, frozenset()
    for _ in range(2):
        keeper.watcher.seen.emit(layer)
        assert keeper.asks is None and len(changed) == 2
    for act in (keeper.refresh, keeper.further):
        layer.edited = True
        act(layer)
        assert keeper.asks is layer and not keeper._waiting and not keeper._session.busy
        before = len(changed)
        keeper.keep_strokes(layer)
        assert keeper.asks is None and not layer.record.keeps_up and layer.did[-1] == "accept"
        assert len(changed) == before + 2


def test_an_undo_of_the_stroke_brings_the_old_dream_back_without_a_worker(
    keeper: Any, layer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[Any] = []
    monkeypatch.setattr(module.placing, "write_parts", lambda *what: written.append(what[2]))
    layer.past = SimpleNamespace(back_to=lambda source: (["part"], ((7,), (8,))))
    changed = heard(keeper.watcher.changed)
    keeper.watcher.seen.emit(layer)
    assert written == [["part"]] and layer.did == [("take", (7,)), "hold"] and changed and renewed(keeper) is None


def test_what_failed_is_tried_again_later_or_after_another_stroke(
    keeper: Any, layer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Renewal, "begins", GONE)
    keeper.watcher.seen.emit(layer)
    assert keeper._session.failed and renewed(keeper) is None
    monkeypatch.setattr(Renewal, "begins", True)
    keeper.watcher.seen.emit(layer)
    assert renewed(keeper) is None
    layer.source = (8,)
    keeper.watcher.seen.emit(layer)
    assert renewed(keeper) is layer
    keeper._renewal.done(GONE)
    keeper.watcher.seen.emit(layer)
    assert renewed(keeper) is None
    keeper.keep_up(layer, True)
    keeper.watcher.seen.emit(layer)
    assert renewed(keeper) is layer
    keeper._renewal.done(GONE)
    monkeypatch.setattr(module.time, "monotonic", lambda: 1e12)
    keeper.watcher.seen.emit(layer)
    assert renewed(keeper) is layer


def test_a_renewal_ends_and_the_next_one_begins(keeper: Any, layer: Any, other: Any) -> None:
    changed = heard(keeper.watcher.changed)
    keeper.refresh_all()
    assert renewed(keeper) is layer and keeper._renewal.undo
    keeper._renewal.done(None)
    assert keeper.watcher.looked == [layer] and changed == [None]
    until(lambda: renewed(keeper) is other)
    keeper._renewal.done(errors.Cancelled())
    assert not keeper._waiting and not keeper._session.failed
    keeper._session.dream(DreamRequest("Eyes", DREAM))
    for undo in (True, False):
        keeper._end(other, undo, errors.Cancelled())
        assert keeper._waiting == ([(other, True)] if undo else []), "asked for, it comes after the dream"
        keeper._waiting.clear()


def test_while_one_begins_no_other_does(keeper: Any, layer: Any, other: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def lets_events_happen(_self: Any, _numbers: Any) -> bool:
        keeper.watcher.seen.emit(other)
        assert keeper._waiting == [(other, False)]
        return True

    monkeypatch.setattr(Renewal, "begin", lets_events_happen)
    keeper.watcher.seen.emit(layer)
    assert renewed(keeper) is layer and not keeper._session.failed


def test_where_nothing_is_to_be_renewed_the_source_is_what_was_dreamed(
    keeper: Any, layer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Renewal, "begins", False)
    changed = heard(keeper.watcher.changed)
    keeper.refresh(layer)
    assert layer.did == [("take", (7,))] and changed and renewed(keeper) is None


def test_what_has_no_parts_is_dreamed_again_as_a_whole(keeper: Any, layer: Any) -> None:
    layer.in_parts = False
    assert "can't keep up" in keeper.toggle()
    layer.is_detail = True
    keeper.refresh(layer)
    (job,) = keeper._session.queue.jobs
    assert (job.request.into, job.request.destination) == ("Eyes", Destination.DETAIL)
    assert keeper.is_renewing(layer) and renewed(keeper) is None


def test_of_all_layers_those_that_are_out_of_date_and_not_painted_on_are_refreshed(
    keeper: Any, layer: Any, other: Any
) -> None:
    layer.edited = True
    keeper.refresh_all()
    assert renewed(keeper) is other and not keeper._waiting
    layer.edited, other.stale = False, frozenset()
    keeper._stop(other)
    keeper.refresh_all()
    assert renewed(keeper) is layer and not keeper._waiting


def test_what_a_shortcut_does_is_said(keeper: Any, layer: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    changed = heard(keeper.changed)
    assert keeper.toggle() == "“Eyes” no longer keeps up." and not layer.record.keeps_up and changed
    assert not keeper.watcher.looked
    assert keeper.toggle() == "“Eyes” keeps up." and keeper.watcher.looked == [layer]
    assert keeper.refresh_active() == "Refreshing “Eyes”…" and renewed(keeper) is layer
    assert keeper.toggle() == "“Eyes” no longer keeps up." and renewed(keeper) is None
    layer.stale = frozenset()
    assert keeper.refresh_active() == "“Eyes” is up to date."
    assert keeper.further_active() == "“Eyes” goes further…"
    assert keeper._session.queue.jobs[0].request.settings.further == 1
    monkeypatch.setattr(module.again, "settings_in", lambda _stored: style_settings.StyleSettings())
    assert code(lambda: keeper.further(layer)) == "krita.further"
    keeper.watcher.active = None
    assert code(keeper.toggle) == "krita.recipe"


def test_when_krita_quits_nothing_more_is_looked_at_or_begun(keeper: Any, layer: Any, other: Any) -> None:
    keeper.refresh_all()
    keeper.close()
    assert keeper.watcher.closed and not keeper._waiting and renewed(keeper) is None

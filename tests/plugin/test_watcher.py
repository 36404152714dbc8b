"""When dream layers are looked at, and which of them are known: each reason by itself, with layers that only say so."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from krita_deepdream.jobs.document_data import Destination, Placed
from krita_deepdream.jobs.dream_layer import DreamRecord
from krita_deepdream.keeping import watcher as module
from krita_deepdream.keeping.watcher import Watcher
from krita_deepdream.qt import Qt, QtCore, QtWidgets, Signal

from .test_told import heard

BOX = (0, 0, 4, 2)
RECORD = DreamRecord((0, 0), BOX, {}, (1,), (2,))


class Layer:
    """As ``Watched``. ``done``: whether the next check completes; ``new``: whether it has found something."""

    def __init__(self, document: Any, node_id: str, stored: Any = None, record: Any = RECORD) -> None:
        self.document, self.node_id, self.record = document, node_id, record
        self.stored, self.selection = stored, SimpleNamespace(node_id=f"source of {node_id}")
        self.stale, self.edited, self.stands = frozenset[int](), False, True
        self.done, self.new = True, False
        self.did: list[Any] = []

    def advance(self, seconds: float) -> bool:
        self.did.append(seconds)
        return self.done

    def differs(self) -> bool:
        return self.new

    def look_again(self, near: Any = None) -> None:
        self.did.append(("look", near))

    def take(self, record: Any) -> None:
        self.did.append(("take", record.keeps_up))


class Session(QtCore.QObject):
    begun, ended, stood = Signal(object), Signal(object), Signal(object, object, int)

    def __init__(self) -> None:
        super().__init__()
        self.host: Any = Host()
        self.queue = SimpleNamespace(ended=self.ended, jobs=[])
        self.results = SimpleNamespace(stood=self.stood)


class Host:
    def __init__(self) -> None:
        self.active, self.closed, self.hints, self.canvas = None, [], 0, None  # type: ignore[var-annotated]
        self.layer: Any = None

    def document(self) -> Any:
        return self.active

    def is_open(self, document: Any) -> bool:
        return document not in self.closed

    def pointer(self, _document: Any) -> tuple[int, int]:
        return 3, 4

    def on_history(self, _function: Any) -> bool:
        self.hints += 1
        return self.hints > 1

    def canvas_under_pointer(self) -> Any:
        return self.canvas

    def active_layer(self, _document: Any) -> Any:
        return self.layer


@pytest.fixture
def session(application: Any) -> Session:
    return Session()


@pytest.fixture
def kept() -> dict[str, dict[str, tuple[Any, Any]]]:
    """What each document keeps of its dream layers: record and recipe."""
    whole = SimpleNamespace(source_selection=SimpleNamespace(node_id="sky"))
    bare = SimpleNamespace(source_selection=None)
    return {
        "one": {
            "a": (RECORD, whole),
            "b": (RECORD, whole),
            "c": (None, whole),
            "d": (RECORD, None),
            "e": (RECORD, bare),
        },
        "two": {"f": (RECORD, whole)},
    }


@pytest.fixture
def watcher(session: Any, kept: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(module, "Watched", Layer)
    monkeypatch.setattr(module.dream_records, "every", lambda document: list(kept.get(document, {})))
    monkeypatch.setattr(module.dream_records, "read", lambda document, node_id: kept[document][node_id][0])
    monkeypatch.setattr(module.recipes, "read_of", lambda document, node_id: kept[document].get(node_id, (0, None))[1])
    monkeypatch.setattr(module.nodes, "identity", lambda layer: layer)
    surface = SimpleNamespace(read=lambda _box: b"pixels")
    monkeypatch.setattr(module.surfaces, "of_source", lambda *_what: surface)
    monkeypatch.setattr(module.surfaces, "of_layer", lambda document, _id: surface if document == "one" else None)
    made = Watcher(session)
    made._looking.stop()
    yield made
    made.close()


def come_to(watcher: Any, document: Any) -> None:
    watcher._host.active = document
    watcher._look()
    watcher._hint.stop()


def settled(watcher: Any) -> None:
    """All that is to be looked at soon was looked at."""
    for _ in range(9):
        watcher._hurry()


def down(monkeypatch: pytest.MonkeyPatch, button: Any = Qt.MouseButton.LeftButton) -> None:
    monkeypatch.setattr(QtWidgets.QApplication, "mouseButtons", staticmethod(lambda: button))


def test_the_whole_dream_layers_of_the_active_document_are_known(watcher: Any) -> None:
    changed = heard(watcher.changed)
    come_to(watcher, "one")
    assert [*watcher.layers] == ["a", "b"] and len(changed) == 1 and [*watcher.hasty] == [*watcher.layers.values()]
    first = watcher.layers["a"]
    come_to(watcher, "one")
    assert len(changed) == 1
    come_to(watcher, "two")
    assert [*watcher.layers] == ["f"] and len(changed) == 2
    come_to(watcher, "one")
    assert watcher.layers["a"] is first, "it isn't read again"
    watcher._host.closed.append("one")
    assert watcher.layers == {}
    come_to(watcher, None)
    assert [*watcher._known] == ["f"] and watcher.document is None and watcher.active is watcher.chosen is None


def test_the_active_layer_is_a_dream_or_has_dreams_the_newest_first(watcher: Any) -> None:
    come_to(watcher, "one")
    one, two = watcher.layers.values()
    assert watcher.active is watcher.chosen is None
    watcher._host.layer = "a"
    assert watcher.active is watcher.chosen is one
    one.selection = two.selection = SimpleNamespace(node_id="sky")
    watcher._host.layer = "sky"
    assert watcher.active is two and watcher.chosen is None
    two.stands = False
    assert watcher.active is one


def test_layers_are_looked_at_in_turn_and_never_during_a_stroke(watcher: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    come_to(watcher, "one")
    settled(watcher)
    assert not watcher.hasty and not watcher._haste.isActive()
    seen, changed = heard(watcher.seen), heard(watcher.changed)
    one, two = watcher.layers.values()
    for _ in range(2):
        watcher._look()
    assert seen == [one, two] and not changed
    with monkeypatch.context() as patched:
        down(patched)
        watcher._look()
        assert len(seen) == 2
    one.done = False
    watcher._look()
    assert len(seen) == 2 and not watcher.hasty
    one.new = True
    watcher._look()
    assert watcher.hasty == [one] and one.did[-1] == ("look", (3, 4)) and watcher._haste.isActive()
    before = len(one.did)
    watcher._look()
    assert len(one.did) == before, "it is looked at already"
    assert watcher._host.hints == 2, "asked until there is one"


def test_what_is_hasty_waits_for_the_end_of_a_stroke_and_is_told_when_it_changed(
    watcher: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    come_to(watcher, "one")
    seen, changed = heard(watcher.seen), heard(watcher.changed)
    one, two = watcher.layers.values()
    with monkeypatch.context() as patched:
        down(patched)
        watcher._hurry()
        assert not seen and not watcher._haste.isActive() and watcher._hint.isActive()
    one.done = False
    watcher._hurry()
    assert not seen and watcher.hasty == [one, two]
    one.done, plain = True, one.advance

    def finds(seconds: float) -> bool:
        one.stale = frozenset({0})
        return bool(plain(seconds))

    one.advance = finds
    watcher._hurry()
    assert seen == [one] and changed == [None] and watcher.hasty == [two]
    watcher._haste.start(0)
    watcher._host.closed.append("one")
    watcher._hint.stop()
    watcher._hurry()
    assert watcher.hasty == [] and not watcher._haste.isActive() and not watcher._hint.isActive()


def outcome(destination: Destination = Destination.ABOVE, selection: Any = True) -> Any:
    found = SimpleNamespace(box=BOX) if selection else None
    place = SimpleNamespace(x=0, y=0)
    return SimpleNamespace(destination=destination, source_selection=found, location=place, record={})


def job(number: int, selection: Any = True, is_still: bool = True) -> Any:
    grabbed = SimpleNamespace(
        location=SimpleNamespace(document="one"), source_selection=outcome(selection=selection).source_selection
    )
    return SimpleNamespace(number=number, grabbed=grabbed, request=SimpleNamespace(is_still=is_still))


def test_of_a_still_dream_the_source_is_read_when_it_begins(watcher: Any, session: Any) -> None:
    session.queue.jobs = [job(number) for number in (1, 2, 3, 4)]
    for each in (job(1), job(2, is_still=False), job(3, selection=False), job(4)):
        session.begun.emit(each)
    assert [*watcher._begun] == [1, 4] and watcher._haste.isActive()
    session.ended.emit(job(4))
    session.queue.jobs = []
    session.begun.emit(job(5, is_still=False))
    assert not watcher._begun, "of a dream that failed nobody says that it ended"


def test_a_dream_that_became_a_layer_is_known_once_it_was_added_up(watcher: Any, session: Any, kept: Any) -> None:
    come_to(watcher, "one")
    settled(watcher)
    recorded, changed = heard(watcher.recorded), heard(watcher.changed)
    session.queue.jobs = [job(number) for number in range(1, 9)]
    kept["one"]["new"] = kept["one"]["a"]
    for number, made, document, begins in (
        (1, outcome(), "one", False),
        (2, outcome(selection=False), "one", True),
        (3, outcome(), "two", True),
        (4, outcome(Destination.REPLACE), "one", True),
    ):
        if begins:
            session.begun.emit(job(number))
        session.stood.emit(made, Placed(document, "new", "New"), number)
        assert not watcher._new and number not in watcher._begun, number
    for node_id, node_known in (("new", False), ("a", True), ("unknown", False)):
        session.begun.emit(job(5))
        session.stood.emit(outcome(), Placed("one", node_id, "New"), 5)
        assert watcher._haste.isActive()
        before, told = watcher.layers.get(node_id), len(recorded)
        settled(watcher)
        if node_id == "unknown":
            assert len(recorded) == told and node_id not in watcher.layers, "its recipe is gone already"
            continue
        assert len(recorded) == told + 1 and (before is watcher.layers[node_id]) == node_known
        assert ("take", False) in watcher.layers[node_id].did
    assert changed
    session.begun.emit(job(6))
    session.stood.emit(outcome(), Placed("one", "new", "New"), 6)
    watcher._host.closed.append("one")
    settled(watcher)
    assert len(recorded) == 2 and not watcher._new


def test_closed_it_reads_nothing_more(watcher: Any) -> None:
    for timer in (watcher._looking, watcher._haste, watcher._hint):
        timer.start(1000)
    watcher.close()
    assert not any(timer.isActive() for timer in (watcher._looking, watcher._haste, watcher._hint))

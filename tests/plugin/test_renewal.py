"""One part of a dream layer is renewed: what is asked, shown meanwhile and written, and what isn't any more."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from krita_deepdream.core import dream_settings, errors, wire
from krita_deepdream.core import renewal as windows
from krita_deepdream.jobs.dream_layer import DreamRecord
from krita_deepdream.keeping import renewal as module
from krita_deepdream.keeping.past import Past
from krita_deepdream.keeping.renewal import Renewal

DREAM = dream_settings.DreamSettings(objective="b4")
BOX = (0, 0, 4, 2)
NEW, OLD, COARSE = b"\x05" * 32, b"\x01" * 32, b"\x03" * 32
CHANGED = {0: ((0, 0, 4, 2), b"\xff" * 8)}


class Part:
    """A renewal of the whole of a small layer, and what came of it."""

    def __init__(self, undo: bool = False, changes: Any = CHANGED) -> None:
        self.asked: list[Any] = []
        self.dropped: list[Any] = []
        self.told: list[Any] = []
        self.taken: list[Any] = []
        self.undo_steps: list[bool] = []
        self.pixels, self.stands = OLD, True
        queue = SimpleNamespace(add_side_task=lambda *what: self.asked.append(what), drop=self.dropped.append)
        host = SimpleNamespace(grab_part=self.grab, layer_samples=lambda _document, _id, picture: bytes(picture.data))
        record = DreamRecord((0, 0), BOX, {}, (1,), (2,))
        self.layer: Any = SimpleNamespace(
            document="one",
            node_id="a",
            record=record,
            coarse=False,
            changes=lambda _numbers: (changes, {0: 7}),
            own_sums=lambda _box: (8,),
            take=self.taken.append,
            past=Past(((1,), (2,))),
            hold=lambda _numbers: None,
            look_again=lambda: None,
        )
        request: Any = SimpleNamespace(
            settings=DREAM, made_for=lambda _grabbed, _host: SimpleNamespace(settings=DREAM, pictures={})
        )
        session: Any = SimpleNamespace(host=host, queue=queue)
        self.renewal = Renewal(session, self.layer, request, undo, self.told.append)

    def grab(self, *_what: Any) -> tuple[Any, wire.Picture]:
        picture = wire.Picture(4, 2, "U8", OLD)
        return SimpleNamespace(picture=picture, mask=b"\xff" * 8, backdrop=None, strength_map=None), picture

    def write(self, _document: Any, _id: str, parts: Any, undo: bool = False) -> None:
        self.undo_steps.append(undo)
        self.pixels = bytes(parts[0][1])

    def hears(self, message: Any) -> None:
        self.renewal._told(message)


@pytest.fixture
def make(application: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(module.renewal, "window", lambda changed, _record: changed)
    monkeypatch.setattr(module.renewal, "crop", lambda changed, _record, _settings: changed)

    def made(**more: Any) -> Part:
        part = Part(**more)
        monkeypatch.setattr(module.placing, "write_parts", part.write)
        monkeypatch.setattr(module.nodes, "find", lambda *_what: part.layer if part.stands else None)
        monkeypatch.setattr(
            module.nodes, "dream_layer", lambda *_what: SimpleNamespace(pixelData=lambda *_box: part.pixels)
        )
        return part

    return made


def progress(preview: bool = True) -> wire.Progress:
    seen = wire.Picture(4, 2, "U8", COARSE) if preview else None
    return wire.Progress(id=1, done=1, total=2, octave=1, octaves=1, step=1, steps=2, seconds_left=1.0, preview=seen)


def result() -> wire.Result:
    return wire.Result(id=1, x=0, y=0, picture=wire.Picture(4, 2, "U8", NEW), recipe={}, seconds=1.0)


def test_where_nothing_changed_or_nothing_can_be_renewed_nothing_is_asked(
    make: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    part = make(changes={})
    assert not part.renewal.begin(frozenset({0})) and not part.asked
    for which in ("window", "crop"):
        with monkeypatch.context() as patched:
            patched.setattr(module.renewal, which, lambda *_what: None)
            part = make()
            assert not part.renewal.begin(frozenset({0})) and not part.asked
    assert part.renewal.begin(frozenset({0}))
    ((message, told),) = part.asked
    assert message.changed == b"\xff" * 8 and bytes(message.old_dream.data) == OLD and told == part.renewal._told
    assert part.renewal.is_for((7,)) and not part.renewal.is_for((9,))


def test_what_changed_is_told_where_the_dream_began(make: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []
    monkeypatch.setattr(module.renewal, "window", lambda changed, _record: asked.append(changed))
    part = make(changes={0: ((10, 20, 2, 1), b"\xff\xff")})
    part.layer.record = DreamRecord((4, 5), BOX, {}, (1,), (2,))
    assert not part.renewal.begin(frozenset({0}))
    assert asked == [windows.Rect(6, 15, 2, 1)]


@pytest.mark.parametrize("undo", [False, True])
def test_a_preview_is_shown_until_the_result_comes_unless_it_would_be_an_undo_step(make: Any, undo: bool) -> None:
    part = make(undo=undo)
    part.renewal.begin(frozenset({0}))
    part.hears(progress(preview=False))
    assert part.pixels == OLD
    part.hears(progress())
    assert (part.pixels == COARSE) is part.layer.coarse is not undo
    part.pixels = OLD
    part.hears(progress())
    assert part.pixels == OLD, "not at every step: Krita recomposes the whole canvas for each"
    part.hears(result())
    assert part.pixels == NEW and not part.layer.coarse and part.undo_steps[-1] == undo
    assert [(each.source, each.own) for each in part.taken] == [((7,), (8,))] and part.told == [None]
    assert bytes(part.layer.past._pieces[0].before) == OLD


def test_given_up_it_leaves_the_layer_as_it_was(make: Any) -> None:
    part = make()
    part.renewal.begin(frozenset({0}))
    part.hears(progress())
    part.renewal.drop()
    assert part.pixels == OLD and part.dropped == [part.renewal._told] and not part.layer.coarse
    part.hears(result())
    assert part.pixels == OLD and not part.told, "what comes late isn't written"


def test_what_fails_is_told_once_and_nothing_is_written_into_a_layer_that_is_gone(
    make: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    part = make()
    part.renewal.begin(frozenset({0}))
    part.hears(progress())
    part.stands = False
    part.hears(wire.failure(1, errors.DreamError("memory.gone")))
    assert [error.code for error in part.told] == ["memory.gone"] and part.pixels == COARSE
    part = make()
    part.renewal.begin(frozenset({0}))
    monkeypatch.setattr(
        module.nodes, "dream_layer", lambda *_what: (_ for _ in ()).throw(errors.DreamError("krita.dream_gone"))
    )
    part.hears(result())
    assert [error.code for error in part.told] == ["krita.dream_gone"] and part.dropped
    part = make()
    part.renewal.begin(frozenset({0}))
    with pytest.raises(AttributeError):
        part.hears(wire.Progress(**{**vars(progress()), "preview": "odd"}))
    assert [error.code for error in part.told] == ["worker.internal"] and part.dropped

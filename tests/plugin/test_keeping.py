"""Dream layers that keep up: how a change is found, what an undo brings back, and what is left to the painter."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from krita_deepdream.core import wire
from krita_deepdream.documents import dream_records, recipes
from krita_deepdream.jobs import dream_layer
from krita_deepdream.jobs.document_data import Location, Outcome, Source, SourceSelection
from krita_deepdream.jobs.dream_layer import DreamRecord, check_sum, tiles
from krita_deepdream.keeping.past import Past, Piece
from krita_deepdream.keeping.scan import Scan
from krita_deepdream.keeping.watched import Watched
from krita_deepdream.shortcuts import PREFIX, SHORTCUTS
from tests.fakes.nodes import Document, Node

ACTIONS = Path(__file__).parents[2] / "krita_deepdream" / "krita_deepdream.action"
SIZE = (4, 2)
BOX = (0, 0, *SIZE)


def test_tiles_lie_on_one_grid_and_fill_the_box() -> None:
    found = tiles((250, 10, 300, 20))
    assert found == [(250, 10, 6, 20), (256, 10, 256, 20), (512, 10, 38, 20)]


def test_a_changed_pixel_is_found_whichever_of_its_bytes_changed() -> None:
    before = bytes(range(32))
    after = before[:9] + b"\xff" + before[10:]
    flags = dream_layer.changed_pixels(before, after, 4)
    assert flags == b"\0\0\xff\0\0\0\0\0"
    assert dream_layer.bounds_of(flags, (10, 20, 4, 2)) == (12, 20, 1, 1)
    assert dream_layer.bounds_of(bytes(8), (10, 20, 4, 2)) is None


def test_a_scan_begins_where_it_was_told_to_and_reads_a_tile_at_least() -> None:
    read: list[dream_layer.Box] = []
    boxes = tiles((0, 0, 1024, 256))
    scan = Scan(lambda box: read.append(box) or b"x", boxes, first=2)
    scan.advance(0)
    assert read == [boxes[2]] and not scan.done
    scan.advance(10)
    assert scan.done and scan.sums == (check_sum(b"x"),) * 4


def test_what_is_nearest_to_the_pointer_is_read_first(application: Any) -> None:
    size = (600, 2)
    boxes = tiles((0, 0, *size))
    assert [dream_layer.nearest(boxes, *at) for at in ((-50, 9), (255, 0), (256, 1), (9000, -7))] == [0, 0, 1, 2]
    source, dream = Node("Sky", bytes(8 * 600), size), Node("Animals", bytes(8 * 600), size)
    layer = watched(Document(source, dream), source, dream, box=(0, 0, *size))
    read: list[int] = []
    pixels = source.projectionPixelData
    source.projectionPixelData = lambda *box: read.append(box[0]) or pixels(*box)  # type: ignore[method-assign]
    layer.look_again((590, 50))
    while not layer.advance(0):
        pass
    assert read == [512, 256, 0]
    look(layer)
    assert read[3:] == read[:3], "without a pointer, where it was last"


def test_the_past_goes_back_and_forth_and_forgets_what_was_undone() -> None:
    past = Past(((0,), (10,)))
    past.add(Piece(BOX, b"a", b"b"), ((1,), (11,)))
    past.add(Piece(BOX, b"b", b"c"), ((2,), (12,)))
    assert past.back_to((0,)) == ([(BOX, b"b"), (BOX, b"a")], ((0,), (10,)))
    assert past.back_to((1,)) == ([(BOX, b"b")], ((1,), (11,)))
    past.add(Piece(BOX, b"b", b"d"), ((3,), (13,)))
    assert past.back_to((2,)) is None
    assert past.back_to((1,)) == ([(BOX, b"b")], ((1,), (11,)))


@pytest.fixture
def painting() -> tuple[Document, Node, Node]:
    source, dream = Node("Sky", bytes(32), SIZE), Node("Animals", b"\x09" * 32, SIZE)
    return Document(source, dream), source, dream


def watched(document: Document, source: Node, dream: Node, box: dream_layer.Box = BOX, **more: Any) -> Watched:
    """A layer that was dreamed of ``source`` as it is now, and looked at once."""
    selection = SourceSelection(Source.CURRENT_LAYER, frozenset(), source.id, box, b"")
    location = Location(document, "Picture", SIZE, source.id, "Sky", 0, 0)
    nothing, recipe = wire.Picture(0, 0, "U8", b""), {"settings": {"seed": 1}, "kind": "dream"}
    outcome = Outcome(
        name="Animals",
        location=location,
        picture=nothing,
        x=0,
        y=0,
        strength=100.0,
        recipe=recipe,
        source_selection=selection,
    )
    recipes.write(document, dream, outcome)
    stored = recipes.read_of(document, dream.id)
    assert stored is not None
    sums = tuple(check_sum(source.pixelData(*each)) for each in tiles(box))
    record = DreamRecord((0, 0), box, {"core": [0, 0, 4, 2]}, sums, **more)
    layer = Watched(document, dream.id, stored, record)
    look(layer)
    return layer


def look(layer: Watched) -> None:
    layer.look_again()
    while not layer.advance(1):
        pass


def test_a_stroke_on_the_source_makes_the_dream_out_of_date_and_its_undo_up_to_date(painting: Any) -> None:
    document, source, dream = painting
    layer = watched(*painting)
    assert not layer.stale and not layer.edited
    source.data = b"\x01" + source.data[1:]
    look(layer)
    assert layer.stale == {0} and not layer.edited
    source.data = bytes(32)
    look(layer)
    assert not layer.stale


def test_what_is_painted_while_a_stroke_is_dreamed_is_still_a_change(painting: Any) -> None:
    document, source, dream = painting
    layer = watched(*painting, keeps_up=True)
    source.data = b"\x01" + source.data[1:]
    look(layer)
    _changes, sums = layer.changes(layer.stale)
    source.data = source.data[:-1] + b"\x01"
    layer.take(replace(layer.record, source=tuple(sums.values())))
    layer.hold(frozenset({0}))
    look(layer)
    changes, _sums = layer.changes(layer.stale)
    assert changes[0][1][-1] == 255


def test_after_a_whole_renewal_what_it_was_dreamed_of_before_is_a_change(painting: Any) -> None:
    document, source, dream = painting
    layer = watched(*painting, keeps_up=True)
    look(layer)
    source.data = b"\x01" * 32
    layer.take(replace(layer.record, source=(check_sum(source.data),)))
    source.data = bytes(32)
    look(layer)
    changes, _sums = layer.changes(layer.stale)
    assert layer.stale == {0} and changes


def test_a_stroke_on_the_dream_itself_is_seen_as_one(painting: Any) -> None:
    document, source, dream = painting
    layer = watched(*painting)
    dream.data = b"\x08" * 32
    look(layer)
    assert layer.edited and not layer.stale
    layer.accept()
    look(layer)
    assert not layer.edited


def test_half_an_undone_renewal_is_no_stroke(painting: Any) -> None:
    document, source, dream = painting
    layer = watched(*painting)
    dream.setColorSpace("RGBA", "U16", "")
    look(layer)
    assert layer.between and not layer.edited


def test_an_undo_of_a_renewal_brings_its_record_back(painting: Any) -> None:
    document, source, dream = painting
    layer = watched(*painting)
    first, before, held = layer.record, dream.data, dict(document.annotations)
    source.data = dream.data = b"\x05" * 32
    look(layer)
    sums = (check_sum(source.data),)
    layer.take(DreamRecord((0, 0), BOX, first.record, sums, (check_sum(dream.data),)))
    look(layer)
    assert not layer.stale and not layer.edited
    dream.data = before
    look(layer)
    assert (layer.record.source, layer.record.own) == (first.source, first.own) and layer.stale == {0}
    assert document.annotations == held
    dream.data = b"\x05" * 32
    look(layer)
    assert layer.record.source == sums and not layer.stale


def test_what_is_remembered_is_read_again_and_what_is_spoilt_is_left(painting: Any) -> None:
    document, source, dream = painting
    record = DreamRecord((3, 4), BOX, {"core": [0, 0, 4, 2]}, (7,), (8,), True)
    dream_records.write(document, dream.id, record)
    assert dream_records.read(document, dream.id) == record
    assert list(dream_records.every(document)) == [dream.id]
    for wrong in (
        b"{}",
        b'{"version": 2}',
        document.annotations[dream_records.PREFIX + dream.id].replace(b"[7]", b"[]"),
    ):
        document.annotations[dream_records.PREFIX + dream.id] = wrong
        assert dream_records.read(document, dream.id) is None
    assert dream_records.read(document, "{other}") is None


def test_a_line_too_long_for_kritas_thread_is_left(painting: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    document, source, dream = painting
    record = DreamRecord((3, 4), BOX, {"core": [0, 0, 4, 2]}, (7,), (8,), True)
    dream_records.write(document, dream.id, record)
    length = len(document.annotations[dream_records.PREFIX + dream.id].partition(b"\n")[0])
    for longest, found in ((length, record), (length - 1, None)):
        monkeypatch.setattr("krita_deepdream.documents.lines.LONGEST_LINE", longest)
        assert dream_records.read(document, dream.id) == found


def test_krita_knows_every_shortcut_and_none_has_a_key() -> None:
    text = ACTIONS.read_text("utf-8")
    named = set(re.findall(r'<Action name="([^"]+)">', text))
    assert {PREFIX + each for each in SHORTCUTS} == named - {"deepdream_filter", "deepdream_again", "deepdream_manual"}
    assert set(re.findall(r"<shortcut>(.*)</shortcut>", text)) == {""}


def test_what_is_held_is_added_up_as_it_was() -> None:
    """A source that is painted on right after its dream has come isn't what was dreamed."""
    source = dict.fromkeys([(0, 0, 8, 8), (8, 0, 8, 8)], b"before")
    held, read_late = Scan(source.__getitem__, list(source)), Scan(source.__getitem__, list(source))
    held.hold()
    source[8, 0, 8, 8] = b"a stroke"
    for scan in (held, read_late):
        while not scan.done:
            scan.advance(0)
    assert held.sums[0] == held.sums[1] and read_late.sums[0] != read_late.sums[1]


def test_where_source_or_layer_is_gone_there_is_nothing_to_compare(painting: Any) -> None:
    document, source, dream = painting
    layer = watched(*painting)
    assert layer.stands and layer.name == "Animals"
    for gone in (source, dream):
        gone.remove()
        layer.look_again()
        assert layer.advance(1) and not layer.stands and not layer.stale
        assert layer.changes(frozenset({0}))[0] == {} or gone is dream
        document.rootNode().addChildNode(gone, None)
        look(layer)
        assert layer.stands
    dream.remove()
    assert layer.name == "Animals"


def test_what_is_known_of_a_layer_is_in_the_document_at_once(painting: Any) -> None:
    document, source, dream = painting
    layer = watched(*painting)

    def kept() -> DreamRecord:
        found = dream_records.read(document, dream.id)
        assert found is not None
        return found

    assert kept().own == (check_sum(dream.data),), "the first look tells what it was"
    layer.keep_up(True)
    assert kept().keeps_up
    layer.take(replace(layer.record, source=(9,)))
    assert kept().source == (9,)


def test_only_what_was_dreamed_is_held_and_only_while_it_keeps_up(
    painting: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    document, source, dream = painting
    layer = watched(*painting)
    layer.hold(frozenset({0}))
    assert layer._held == {}
    layer.keep_up(True)
    source.data = b"\x01" * 32
    layer.hold(frozenset({0}))
    assert layer._held == {}, "it was painted on meanwhile"
    source.data = bytes(32)
    with monkeypatch.context() as patched:
        patched.setattr("krita_deepdream.keeping.watched.MOST_HELD_BYTES", 0)
        layer.hold(frozenset({0}))
        assert layer._held == {}
    layer.hold(frozenset({0}))
    assert list(layer._held) == [0]
    layer.keep_up(False)
    assert layer._held == {}


def test_after_an_undone_renewal_what_it_was_dreamed_of_then_is_a_change(painting: Any) -> None:
    document, source, dream = painting
    layer = watched(*painting, keeps_up=True)
    before = dream.data
    source.data = dream.data = b"\x05" * 32
    layer.take(DreamRecord((0, 0), BOX, layer.record.record, (check_sum(source.data),), (check_sum(dream.data),), True))
    look(layer)
    assert layer._held and not layer.stale
    dream.data = before
    look(layer)
    assert layer.stale == {0} and layer.changes(layer.stale)[0]


def test_a_preview_in_the_layer_is_no_stroke(painting: Any) -> None:
    document, source, dream = painting
    layer = watched(*painting)
    layer.coarse, dream.data = True, b"\x07" * 32
    look(layer)
    assert not layer.edited
    layer.coarse = False
    look(layer)
    assert layer.edited


def test_only_what_was_written_is_added_up_again(application: Any) -> None:
    size = (600, 2)
    source, dream = Node("Sky", bytes(8 * 600), size), Node("Animals", bytes(8 * 600), size)
    layer = watched(Document(source, dream), source, dream, box=(0, 0, *size))
    before, dream.data = layer.record.own, b"\x01" * (8 * 600)
    after = layer.own_sums((300, 0, 10, 1))
    assert [one == other for one, other in zip(before, after, strict=True)] == [True, False, True]
    # What isn't new doesn't draw the next look away from where the painter was last.
    source.data = b"\x01" * 4 + source.data[4:]
    layer.look_again((590, 0))
    while not layer.advance(1):
        pass
    assert layer.stale == {0} and layer._first == 0
    layer.look_again((590, 0))
    while not layer.advance(1):
        pass
    assert layer._first == 2

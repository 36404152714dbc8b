"""What an order takes where there is nothing: an empty layer what is visible, a painted one nothing by surprise."""

from __future__ import annotations

from typing import Any

import pytest

from krita_deepdream.core import dream_settings, errors
from krita_deepdream.documents import sources, surfaces
from krita_deepdream.dreaming import aim
from krita_deepdream.jobs.document_data import Source, SourceSelection, Target
from krita_deepdream.jobs.job import LOCAL, DreamRequest
from krita_deepdream.krita_api import view
from krita_deepdream.qt import QtCore
from tests.fakes.nodes import Document, Node, Selection

CANVAS = QtCore.QRect(0, 0, 10, 10)


def taken(node: Node, source: Source = Source.CURRENT_LAYER) -> sources.SourceNodes:
    return sources.SourceNodes(node, source, (node,))


@pytest.fixture
def owl(application: Any) -> sources.SourceNodes:
    """Painted in its upper left corner only."""
    return taken(Node("Owl", bytes(range(24))))


@pytest.fixture
def bare(application: Any) -> sources.SourceNodes:
    return taken(Node("New layer"))


def test_where_a_painted_layer_is_transparent_nothing_else_is_dreamed(owl: sources.SourceNodes) -> None:
    for refused in (
        lambda: sources.is_bare(owl, CANVAS, Selection(6, 6, 3, 3)),
        lambda: sources.instead_of_nothing(owl, CANVAS),
    ):
        with pytest.raises(errors.DreamError, match="“Owl” is transparent here"):
            refused()
    assert not sources.is_bare(owl, CANVAS, Selection(2, 1, 5, 5)) and not sources.is_bare(owl, CANVAS, None)


def test_an_empty_layer_dreams_what_is_visible_and_says_so_before_and_after(bare: sources.SourceNodes) -> None:
    assert sources.is_bare(bare, CANVAS, None) and sources.is_bare(bare, CANVAS, Selection(6, 6, 3, 3))
    assert "everything visible was used" in sources.instead_of_nothing(bare, CANVAS)
    whole = Target("Picture", "New layer", False, (10, 10), empty=True)
    assert aim.in_words(whole) == "Everything visible, because “New layer” is empty"
    part = Target("Picture", "New layer", True, (3, 3), empty=True)
    assert aim.in_words(part) == "Selection 3 × 3 from everything visible, because “New layer” is empty"


def test_an_empty_group_is_refused(application: Any) -> None:
    group = taken(Node("Trees", kind="grouplayer"), Source.CURRENT_GROUP)
    assert not sources.is_bare(group, CANVAS, None)
    with pytest.raises(errors.DreamError, match="nothing to dream"):
        sources.instead_of_nothing(group, CANVAS)


@pytest.mark.parametrize(("other", "reason"), [("paintlayer", ""), ("clonelayer", "A clone layer may depend on “Sky”")])
def test_where_a_clone_layer_stands_nothing_is_replaced(application: Any, other: str, reason: str) -> None:
    """Krita doesn't say whose clone it is."""
    sky = Node("Sky", bytes(24))
    said = sources.why_not_replaced(Document(sky, Node("Another", kind=other)), taken(sky))
    assert said.startswith(reason) and bool(said) == bool(reason)


def request(**more: Any) -> DreamRequest:
    return DreamRequest("Animals", dream_settings.DreamSettings(), **more)


def test_where_no_layer_is_active_it_is_said(application: Any) -> None:
    with pytest.raises(errors.DreamError) as told:
        sources.source_nodes(Document(Node("Sky", bytes(range(24)))), request(), None)
    assert told.value.code == "krita.layer"


def test_a_local_selection_that_is_hidden_says_nothing_of_the_strength(owl: sources.SourceNodes) -> None:
    mask = Node("Soft", kind="selectionmask")
    assert sources.strength_by(owl, request(strength_by=LOCAL)) == ""
    owl.node.addChildNode(mask, None)
    assert sources.strength_by(owl, request(strength_by=LOCAL)) == mask.id
    mask.setVisible(False)
    assert sources.strength_by(owl, request(strength_by=LOCAL)) == ""


def test_a_group_is_compared_as_it_looks_and_one_that_passes_through_by_its_layers(application: Any) -> None:
    group, sky = Node("Trees", bytes(range(24)), kind="grouplayer"), Node("Sky", bytes(range(24, 48)))
    document, box = Document(sky, group), (0, 0, 3, 2)
    group.addChildNode(Node("Oak", bytes(range(48, 72))), None)

    def held() -> tuple[int, bytes]:
        surface = surfaces.of_source(document, SourceSelection(Source.CURRENT_GROUP, frozenset(), group.id, box, b""))
        assert surface
        return surface.pixel_bytes, bytes(view(surface.read(box)))

    assert held() == (4, bytes(range(24)))
    group.setPassThroughMode(True)
    pixel_bytes, data = held()
    assert pixel_bytes == 0 and data.endswith(bytes(range(48, 72))) and data.count(b"{") == 1

"""Which keyframes a request takes, and where it takes none: a question that is asked of any document at any time."""

from __future__ import annotations

import importlib
import types
from collections.abc import Callable

import pytest

from krita_deepdream.core import dream_settings
from krita_deepdream.jobs.document_data import Source
from krita_deepdream.jobs.job import DreamRequest
from tests.fakes.nodes import Document, Node

Asked = Callable[[Document | None, Source], tuple[int, ...]]


@pytest.fixture
def times(krita: types.ModuleType, monkeypatch: pytest.MonkeyPatch) -> Asked:
    """Asks for the times in a document that is active."""
    keyframes = importlib.import_module("krita_deepdream.documents.keyframes")

    def asked(document: Document | None, source: Source) -> tuple[int, ...]:
        monkeypatch.setattr(keyframes.application, "active_document", lambda: document)
        monkeypatch.setattr(keyframes.application, "active_layer", lambda found: found.activeNode())
        return tuple(keyframes.keyframe_times(DreamRequest("Animals", dream_settings.DreamSettings(), source=source)))

    return asked


def test_only_a_layer_or_a_group_that_moves_has_keyframes(times: Asked) -> None:
    moving, group, still = Node("Owl", bytes(24)), Node("Trees", kind="grouplayer"), Node("Sky", bytes(24))
    moving.keyframes = {0: bytes(24), 7: bytes(24)}
    document = Document(still, group)
    group.addChildNode(moving, None)
    document.active = moving
    assert times(document, Source.CURRENT_LAYER) == times(document, Source.CURRENT_GROUP) == (0, 7)
    assert times(document, Source.ALL_LAYERS) == ()
    moving.setVisible(False)
    assert times(document, Source.CURRENT_GROUP) == ()
    document.active = still
    assert times(document, Source.CURRENT_LAYER) == ()


def test_where_nothing_can_be_taken_there_are_none_and_nothing_is_said(times: Asked) -> None:
    document = Document(Node("Sky", bytes(24)))
    assert times(None, Source.CURRENT_LAYER) == ()
    assert times(document, Source.CURRENT_GROUP) == (), "no group is around it"
    document.active = None
    assert times(document, Source.CURRENT_LAYER) == ()

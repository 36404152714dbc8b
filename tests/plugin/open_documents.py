"""Small documents to paint, to ask for and to look at, for what reads and writes them in ``program``."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

import pytest

from krita_deepdream.core import dream_settings, errors
from krita_deepdream.jobs.job import DreamRequest
from tests.fakes.nodes import Node

SIZE = (6, 4)
# What imports Krita, or a module that does.
MODULES = (
    "krita_deepdream.documents.application",
    "krita_deepdream.documents.destinations",
    "krita_deepdream.documents.grabbing",
    "krita_deepdream.documents.host",
    "krita_deepdream.documents.keyframes",
    "krita_deepdream.documents.placing",
    "krita_deepdream.documents.recipes",
    "krita_deepdream.documents.renewing",
)


def paint(red: int, alpha: int = 255) -> bytes:
    return bytes([0, 0, red, alpha]) * (SIZE[0] * SIZE[1])


def layer(name: str, red: int = 0, kind: str = "paintlayer") -> Node:
    return Node(name, paint(red) if red else b"", SIZE, kind)


def group(name: str, *inside: Node) -> Node:
    made = layer(name, kind="grouplayer")
    for each in inside:
        made.addChildNode(each, None)
    return made


def reds(data: Any) -> set[int]:
    """Of a picture, or of a layer's samples."""
    found = getattr(data, "data", data)
    return set(bytes(found() if callable(found) else found)[2::4])


def request(**more: Any) -> DreamRequest:
    return DreamRequest("Animals", dream_settings.DreamSettings(), **more)


def code(called: Callable[[], object]) -> str:
    """Of the error that is raised."""
    with pytest.raises(errors.DreamError) as told:
        called()
    return told.value.code


def of(name: str) -> Any:
    """One of ``MODULES``, by its last name."""
    return importlib.import_module(next(each for each in MODULES if each.endswith(f".{name}")))

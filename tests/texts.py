"""Every text of the plugin that a painter may see, gathered from where it is written; each is a key of a language."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from deepdream_core import catalogue, errors
from deepdream_core.settings import presets
from deepdream_core.settings.dream_settings import DreamSettings
from deepdream_core.settings.spec import specs_of
from deepdream_core.settings.style_settings import StyleSettings
from deepdream_core.settings.zoom_settings import FilmSettings

PLUGIN = Path(__file__).resolve().parents[1] / "krita_deepdream"
LANGUAGES = PLUGIN / "languages"


def all_texts() -> set[str]:
    """All of them that hold words or quotes beside their values: such are other ones in another language."""
    found = {*_literals(), *_tables(), *_of_settings(), *_of_core()}
    return {text for text in found if any(map(_needs_words, re.sub(r"\{\w+\}", "", text)))}


def _needs_words(letter: str) -> bool:
    return letter.isalpha() or letter in "“”"


def _literals() -> Iterator[str]:
    for path in PLUGIN.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("tr", "mark"):
                first = node.args[0]
                if isinstance(first, ast.Constant):
                    yield str(first.value)


def _tables() -> Iterator[str]:
    """Of tables whose entries are asked for by ``tr(TABLE[…])``."""
    from krita_deepdream.docker.more import source_and_result
    from krita_deepdream.orders import given_words, grab

    yield from grab.LABELS.values()
    for table in (source_and_result.GOES, source_and_result.SOURCES):
        for label, tip in table.values():
            yield from (label, tip)
    for table in (given_words.HUES, given_words.GREYS):
        yield from (word for _limit, word in table)


def _of_settings() -> Iterator[str]:
    for kind in (DreamSettings, StyleSettings, FilmSettings):
        for spec in specs_of(kind).values():
            yield from (spec.label, spec.help, *spec.words)


def _of_core() -> Iterator[str]:
    for preset in presets.PRESETS.values():
        yield from (preset.name, preset.description)
    for network in catalogue.NETWORKS.values():
        yield from (layer.looks_like for layer in network.layers)
    for message in errors.MESSAGES.values():
        yield from message

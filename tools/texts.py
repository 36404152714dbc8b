"""Every text that a painter may see, gathered from where it is written: what has to be translated."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from deepdream_core import catalogue, errors
from deepdream_core.settings import presets
from deepdream_core.settings.cache_settings import CacheSettings
from deepdream_core.settings.dream_settings import DreamSettings
from deepdream_core.settings.film_settings import FilmSettings
from deepdream_core.settings.spec import specs_of
from deepdream_core.settings.style_settings import StyleSettings
from deepdream_core.settings.zoom_settings import ZoomSettings

PLUGIN = Path(__file__).resolve().parents[1] / "krita_deepdream"

# A text, and its plural where it has one.
Text = tuple[str, str]


def all_texts() -> set[Text]:
    """All of them that hold words or quotes beside their values: such are other ones in another language."""
    found = {*_of_plugin(), *((text, "") for text in (*_of_settings(), *_of_core()))}
    return {forms for forms in found if any(map(_needs_words, re.sub(r"\{\w+\}", "", forms[0])))}


def _needs_words(letter: str) -> bool:
    return letter.isalpha() or letter in "“”"


def _of_plugin() -> Iterator[Text]:
    """What stands in calls of ``tr``, ``mark`` and ``ngettext``."""
    for path in sorted(PLUGIN.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                if node.func.id in ("tr", "mark"):
                    yield from ((text, "") for text in _constants(node.args[0]))
                elif node.func.id == "ngettext":
                    yield _only(node.args[0]), _only(node.args[1])


def _constants(node: ast.expr) -> Iterator[str]:
    """The texts that an argument may be; a name stands for one that was marked elsewhere."""
    if isinstance(node, ast.Constant):
        yield str(node.value)
    elif isinstance(node, ast.IfExp):
        yield from (*_constants(node.body), *_constants(node.orelse))


def _only(node: ast.expr) -> str:
    (text,) = _constants(node)
    return text


def _of_settings() -> Iterator[str]:
    for kind in (DreamSettings, StyleSettings, ZoomSettings, FilmSettings, CacheSettings):
        for spec in specs_of(kind).values():
            yield from (spec.label, spec.help, *spec.words)


def _of_core() -> Iterator[str]:
    for preset in (*presets.PRESETS.values(), *presets.FORMER_PRESETS.values()):
        yield from (preset.name, preset.description, preset.family)
    for network in catalogue.NETWORKS.values():
        yield from (layer.looks_like for layer in network.layers)
    for message in errors.MESSAGES.values():
        yield from message

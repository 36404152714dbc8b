"""(a name, number or everyday word) → ImageNet class numbers, and the names to show for them."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from functools import cache

from ..errors import DreamError, shortened
from ..system.folders import bundled
from .synonyms import ACCEPTED, MIXED, OFFERED, Mixture

_EXAMPLE = "Try castle, daisy or tabby, for example."


@cache
def class_names() -> tuple[tuple[str, ...], ...]:
    """The names of each class, in the order of the networks' outputs; the first name of each is unique."""
    text = bundled("imagenet_classes.txt").read_text("utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return tuple(tuple(line.split(": ", 1)[1].split(", ")) for line in lines)


def class_name(index: int) -> str:
    """The first name of class ``index`` (0..999): ``class_index(class_name(i)) == (i,)``."""
    return class_names()[index][0]


def class_index(name: str) -> tuple[int, ...]:
    """The classes that ``name`` means, the nearest first.

    Tried in this order: a number, a class's first name, a painter's word ("horse", or "dragon": a mixture of
    classes), any other name of a class; then the same for the singular. Case, hyphens and underscores don't
    matter. Raises ``DreamError`` (``class.unknown``) that says what comes nearest.
    """
    key = _key(name)
    found = _meant(key)
    if not found:
        raise DreamError("class.unknown", name=shortened(name), hint=_hint(shortened(key)))
    return found


def mixture(name: str) -> Mixture | None:
    """What looks like the thing ``name`` where no class does; ``None`` for everything else."""
    return next((MIXED[form] for form in _forms(_key(name)) if form in MIXED), None)


def is_class(name: str) -> bool:
    """Whether ``class_index`` knows ``name``."""
    return bool(_meant(_key(name)))


def classes_with(text: str) -> set[int]:
    """The classes that have ``text`` as a word of one of their names: "tower" is in "bell tower" and "water tower"."""
    key = f" {_key(text)} "
    return {index for index, names in enumerate(class_names()) if any(key in f" {_key(name)} " for name in names)}


def suggest(text: str, count: int) -> list[str]:
    """At most ``count`` names and words that ``class_index`` knows, to complete ``text``.

    Those that begin with it come first, then those with a later word that does; without any, similar ones.
    """
    key = _key(text)
    if not key:
        return []
    known = _shown_names()
    begins = [form for form in known if form.startswith(key)]
    inside = [form for form in known if f" {key}" in form]
    forms = list(dict.fromkeys([*begins, *inside])) or _similar(key, known, count)
    return [known[form] for form in forms[:count]]


def _meant(key: str) -> tuple[int, ...]:
    if key.isdecimal() and len(key) <= len(str(len(class_names()))) and int(key) < len(class_names()):
        return (int(key),)
    for form in _forms(key):
        for meanings in (_first_names(), _words(), _other_names()):
            if form in meanings:
                return meanings[form]
    return ()


def _hint(key: str) -> str:
    for form in _forms(key):
        if form in OFFERED:
            return f"The closest are: {', '.join(OFFERED[form])}."
    near = suggest(key, 3) or _similar(key, OFFERED, 1)
    return f"Did you mean {' or '.join(near)}?" if near else _EXAMPLE


def _similar(key: str, known: Iterable[str], count: int) -> list[str]:
    """A mistyped "casle" is a castle, but "Eule" is no rule."""
    return difflib.get_close_matches(key, known, n=count, cutoff=0.8)


def _key(text: str) -> str:
    return re.sub(r"[\W_]+", " ", re.sub("['’]", "", text)).strip().lower()


def _forms(key: str) -> list[str]:
    """The key itself, then what it may be the plural of."""
    endings = (("ies", "y"), ("ves", "f"), ("es", ""), ("s", ""))
    return [key, *(key.removesuffix(end) + single for end, single in endings if key.endswith(end))]


@cache
def _first_names() -> dict[str, tuple[int, ...]]:
    return {_key(names[0]): (index,) for index, names in enumerate(class_names())}


@cache
def _words() -> dict[str, tuple[int, ...]]:
    firsts = _first_names()
    words = {**ACCEPTED, **{word: tuple(mixed.classes) for word, mixed in MIXED.items()}}
    return {word: tuple(firsts[_key(name)][0] for name in names) for word, names in words.items()}


@cache
def _other_names() -> dict[str, tuple[int, ...]]:
    found: dict[str, tuple[int, ...]] = {}
    for index, names in enumerate(class_names()):
        for name in names[1:]:
            found[_key(name)] = (*found.get(_key(name), ()), index)
    return found


@cache
def _shown_names() -> dict[str, str]:
    """Every name to complete, as it is spelt; words first, since more people know them."""
    shown: dict[str, str] = {}
    for name in (*ACCEPTED, *MIXED, *(name for names in class_names() for name in names)):
        shown.setdefault(_key(name), name)
    return shown

"""The words of ``docs/glossary.md`` in the code: those that are gone, and those that have one sense."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("deepdream_core", "krita_deepdream")
GONE = {
    *("errand", "errands", "order", "orders", "asked", "kept", "dreamed", "dreamt", "goes", "given", "lender"),
    *("aside", "turn", "turns", "pull", "pulls", "taken", "spared", "but"),
}
# Of a sequence: Krita's and the file formats' own terms.
PLAIN = {"byte_order", "channel_order"}


def used(identifiers: str, where: str = "") -> dict[str, str]:
    """Identifiers that use a word in its one sense, and a pattern of the files that do so ("" for any)."""
    return dict.fromkeys(identifiers.split(), where)


SENSES = {
    "kind": used("kind", "(settings|protocol|docker/pages)/") | used("settings_of_kind _Kind", "settings/"),
    "place": used(
        "place _place _place_above _place_again _place_in_new_document place_again place_animation place_on_top "
        "place_zoom placed _placed Placed placing",
        "(documents|dreaming|docker/history|jobs)/",
    ),
    "map": used("strength_map _strength_map STRENGTH_MAP TermMaps term_maps _term_maps Maps")
    | used("maps _maps _maps_of MapKey", "deepdream_core/(engine/|dream|arrays)"),
    "page": used(
        "Page Pages page pages _page _pages show_page _open_page DreamPage StylePage ZoomPage SettingsPage dream_page "
        "style_page zoom_page settings_page",
        "krita_deepdream/docker/",
    ),
    "weight": used("weight _weight", "(objective|engine|atlas|choices)/|core/dream|core/arrays")
    | used("LEAST_WEIGHT LARGEST_WEIGHT MOST_WEIGHT", "(objective|atlas)/")
    | used(
        "weights", "(weights|networks|catalogue|commands|worker|objective|engine|atlas|choices|style|batch)/|core/dream"
    )
    | used("sent_weights SentWeights", "batch/")
    | used("style_weight content_weight former_weights network_weights Weights weights_folder weights_sha256")
    | used("weights_store weights_user_supplied")
    | used("channel_weights _class_weights", "deepdream_core/engine/"),
    "scaling": used("random_scaling") | used("scaling", "atlas/(render|look)"),
}
# What Krita, TIFF and NumPy call it.
FOREIGN = {"krita_api.py", "tiff.py"}


def words(identifier: str) -> list[str]:
    """The words of a snake_case, CamelCase or UPPER_CASE name, in lower case."""
    return [word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", identifier)]


def names_in(tree: ast.AST) -> Iterator[str]:
    """What a module defines: classes, functions, parameters, variables, attributes and aliases."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            yield node.name
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node.attr
        elif isinstance(node, ast.alias) and node.asname:
            yield node.asname


def strangers(identifier: str, file: str) -> list[str]:
    """The words of an identifier that the glossary doesn't have in this sense; ``file``: below the repository."""
    found = [] if identifier in PLAIN else [word for word in words(identifier) if word in GONE]
    for word, known in SENSES.items():
        if {word, f"{word}s", f"{word}d"} & set(words(identifier)) and Path(file).name not in FOREIGN:
            where = known.get(identifier)
            found += [word] if where is None or not re.search(where, file) else []
    return found


FILES = [file for package in PACKAGES for file in sorted((ROOT / package).rglob("*.py"))]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(ROOT).as_posix())
def test_every_name_is_in_the_glossary_s_words(file):
    path = file.relative_to(ROOT).as_posix()
    names = {file.stem, *names_in(ast.parse(file.read_text("utf-8")))}
    assert {name: found for name in sorted(names) if (found := strangers(name, path))} == {}


@pytest.mark.parametrize(
    ("identifier", "file", "found"),
    [
        ("DreamedFile", "deepdream_core/dream/run.py", ["dreamed"]),
        ("make_turns", "krita_deepdream/dreaming/job_queue.py", ["turns"]),
        ("kind", "deepdream_core/files/png.py", ["kind"]),
        ("placed", "krita_deepdream/widgets/fold.py", ["place"]),
        ("tone_weight", "deepdream_core/engine/loss.py", ["weight"]),
        ("returned", "deepdream_core/dream/run.py", []),
        ("byte_order", "deepdream_core/files/tags.py", []),
    ],
)
def test_a_stranger_is_found(identifier, file, found):
    assert strangers(identifier, file) == found


def test_each_word_is_defined_once():
    text = (ROOT / "docs" / "glossary.md").read_text("utf-8").split("## Gone")[0]
    rows = [line.split(" | ")[0].strip("| ") for line in text.splitlines() if line.startswith("| ")]
    defined = [word.strip() for row in rows if row != "word" for word in row.split(",")]
    assert len(defined) == len(set(defined))
    assert set(SENSES) - {"place", "scaling"} <= set(defined)
    assert {"to place", "random scaling", "mask"} <= set(defined)

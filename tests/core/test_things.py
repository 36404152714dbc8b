"""What a painter types is understood as the things that are meant: one, or several."""

from __future__ import annotations

import pytest

from deepdream_core.errors import DreamError
from deepdream_core.objective import classes, syntax
from deepdream_core.objective.things import MOST, last, things
from deepdream_core.settings import presets
from deepdream_core.settings.dream_settings import DreamSettings

UNDERSTOOD = {
    "owl": ("owl",),
    " Owl ": ("Owl",),
    "cat and dog": ("cat", "dog"),
    "castle, owl": ("castle", "owl"),
    "cat + dog": ("cat", "dog"),
    "cat & dog; owl": ("cat", "dog", "owl"),
    "tiger, cat": ("tiger", "cat"),
    "a castle, an owl": ("castle", "owl"),
    "an owl and the castle": ("owl", "castle"),
    "owl,": ("owl",),
    "black and gold garden spider and owl": ("black and gold garden spider", "owl"),
    "cat, Cat, cat": ("cat",),
    "mortar and pestle": ("mortar and pestle",),
    "T-shirt and bow-tie": ("T-shirt", "bow-tie"),
    "owl und hare": ("owl", "hare"),
}


@pytest.mark.parametrize(("text", "names"), UNDERSTOOD.items())
def test_things_are_understood(text, names):
    assert things(text) == names


def test_every_name_that_is_offered_is_one_thing_that_can_be_dreamed():
    offered = list(classes._shown_names().values())
    assert len(offered) > 1500
    for name in offered:
        assert things(name) == (name,)
        chosen = presets.of_thing(name, DreamSettings())
        assert syntax.parse(chosen.objective)[0] == syntax.Term("class", name)


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        ("mermaid", "mermaid"),
        ("owl and mermaid", "mermaid"),
        ("qqq, owl", "qqq"),
        ("", ""),
        (" ,; ", " ,; "),
    ],
)
def test_what_is_not_known_is_said(text, unknown):
    with pytest.raises(DreamError) as told:
        things(text)
    assert told.value.code == "class.unknown" and told.value.values["name"] == unknown


@pytest.mark.parametrize("text", ["owl, " * 400, "owl and " * 400, "and " * 9999, ", ".join(map(str, range(MOST + 1)))])
def test_too_many_are_refused_at_once(text):
    with pytest.raises(DreamError) as told:
        things(text)
    assert told.value.code == "class.many"


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("ow", ("", "ow")),
        ("cat and do", ("cat and ", "do")),
        ("cat, an ow", ("cat, an ", "ow")),
        ("cat,", ("cat,", "")),
        ("cat, ", ("cat, ", "")),
    ],
)
def test_the_last_thing_is_completed(text, parts):
    assert last(text) == parts


def test_several_things_are_one_objective():
    chosen = presets.of_thing("cat and T-shirt", DreamSettings())
    assert chosen.objective == 'class:cat + class:"T-shirt"'


def test_a_foreign_word_is_no_mistyped_one():
    with pytest.raises(DreamError) as told:
        things("Eule")
    assert "rule" not in str(told.value)
    with pytest.raises(DreamError, match="castle"):
        things("casle")


def test_beside_an_exact_name_nothing_is_offered_that_only_looks_like_it():
    assert all("owl" in name.lower() for name in classes.suggest("owl", 12)) and classes.suggest("owl", 12)[0] == "owl"
    assert "castle" in classes.suggest("casle", 12)


def test_as_many_as_a_picture_can_show_are_things_and_one_more_is_too_many():
    names = [each[0] for each in classes.class_names()[: MOST + 1]]
    assert len(things("; ".join(names[:MOST]))) == MOST
    for text in (", ".join(["owl"] * (MOST + 1)), " and ".join(["owl"] * (MOST + 1))):
        with pytest.raises(DreamError) as told:
            things(text)
        assert told.value.code == "class.many", "however often it is the same one"
    with pytest.raises(DreamError) as told:
        things("; ".join([*names[: MOST - 1], f"{names[MOST - 1]} and {names[MOST]}"]))
    assert told.value.code == "class.many"

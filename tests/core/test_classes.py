"""Class names and painters' words mean the classes that they should."""

import pytest

from deepdream_core.catalogue import network
from deepdream_core.errors import DreamError
from deepdream_core.objective.classes import class_index, class_name, class_names, suggest
from deepdream_core.objective.synonyms import ACCEPTED, MIXED, OFFERED
from deepdream_core.objective.syntax import parse, write
from deepdream_core.objective.terms import check


def test_classes_stand_in_the_order_of_the_networks():
    assert len(class_names()) == 1000
    known = {84: "peacock", 254: "pug", 483: "castle", 985: "daisy", 0: "tench", 999: "toilet tissue"}
    assert {index: class_name(index) for index in known} == known


def test_every_first_name_and_number_means_its_own_class_only():
    assert [class_index(class_name(index)) for index in range(1000)] == [(index,) for index in range(1000)]
    assert [class_index(str(index)) for index in range(1000)] == [(index,) for index in range(1000)]


def test_every_synonym_means_its_class_unless_another_meaning_is_better_known():
    elsewhere = {name for index, names in enumerate(class_names()) for name in names if index not in class_index(name)}
    words = {"panda", "carriage"}
    first_names_of_other_classes = {
        "polecat",
        "partridge",
        "missile",
        "maillot",
        "gong",
        "crane",
        "crayfish",
        "Cardigan",
        "tub",
        "harp",
    }
    assert elsewhere == words | first_names_of_other_classes


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("horse", ["sorrel", "zebra"]),
        ("Horses", ["sorrel", "zebra"]),
        ("wolves", ["timber wolf", "white wolf"]),
        ("butterflies", ["monarch", "admiral", "sulphur butterfly"]),
        ("CASTLE", ["castle"]),
        ("palace", ["palace"]),
        ("German_Shepherd", ["German shepherd"]),
        ("jack-o’-lantern", ["jack-o'-lantern"]),
        ("jack o lantern", ["jack-o'-lantern"]),
        ("panda", ["giant panda"]),
        ("Ailuropoda melanoleuca", ["giant panda"]),
        ("panther", ["cougar", "jaguar"]),
        ("sea", ["seashore", "promontory", "sandbar"]),
    ],
)
def test_a_name_is_understood_as_people_write_it(text, names):
    assert [class_name(index) for index in class_index(text)] == names


def test_words_hold_at_least_a_hundred_and_sixty_of_them_find_a_class():
    assert len(ACCEPTED) + len(OFFERED) >= 100
    assert len(ACCEPTED) >= 60
    assert not set(ACCEPTED) & set(OFFERED)
    for word, names in ACCEPTED.items():
        assert class_index(word) == tuple(index for name in names for index in class_index(name)), word


def test_words_without_a_class_say_so_and_offer_what_exists():
    for word, names in OFFERED.items():
        with pytest.raises(DreamError) as caught:
            class_index(word)
        assert caught.value.code == "class.unknown"
        assert ", ".join(names) in caught.value.advice
        assert all(len(class_index(name)) == 1 for name in names), word


def test_what_no_class_looks_like_is_mixed_of_classes_and_of_the_first_networks_channels():
    assert not set(MIXED) & {*ACCEPTED, *OFFERED}
    for word, mixed in MIXED.items():
        for name in ("efficientnet_lite0", "efficientnet_lite1"):
            checked = check(parse(f"class:{word}*-2@hill"), network(name))
            assert {term.mask_name for term in checked} == {"hill"}, word
            assert (name == "efficientnet_lite0" and bool(mixed.objective)) or (
                [(term.name, term.weight) for term in checked]
                == [(name, -2 * weight) for name, weight in mixed.classes.items()]
            ), word
    lite0 = network("efficientnet_lite0")
    assert write(check(parse("class:Trees + class:owl"), lite0)) == "b11[60]*5 + class:owl"
    assert class_index("dragon") == (*class_index("Komodo dragon"), *class_index("triceratops"))
    assert suggest("drag", 1) == ["dragon"]


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("mermaid", "dugong"),
        ("castel", "castle"),
        ("1000", "castle"),
        ("", "castle"),
        ("xyzzy", "castle"),
    ],
)
def test_an_unknown_name_is_refused_with_a_hint(text, advice):
    with pytest.raises(DreamError) as caught:
        class_index(text)
    assert caught.value.code == "class.unknown"
    assert advice in caught.value.advice


def test_suggestions_begin_with_what_was_typed_and_all_of_them_are_understood():
    assert suggest("hors", 3)[0] == "horse"
    assert "Komodo dragon" in suggest("drag", 5)
    assert suggest("casle", 3)[0] == "castle"
    assert suggest("  ", 5) == []
    for text in ("a", "b", "sea", "st"):
        assert len(suggest(text, 7)) == 7
        assert all(class_index(name) for name in suggest(text, 7))

"""The text of objectives: every form is read as documented, written the same way, and nonsense is named."""

from __future__ import annotations

import random
import time

import pytest

from deepdream_core.catalogue import network
from deepdream_core.errors import DreamError
from deepdream_core.objective.classes import class_index, class_names
from deepdream_core.objective.synonyms import ACCEPTED
from deepdream_core.objective.syntax import EXAMPLE, Term, layer_term, parse, write
from deepdream_core.objective.terms import check
from deepdream_core.settings.dream_settings import DreamSettings
from deepdream_core.settings.presets import of_thing

FORMS = {
    "b10": [Term("layer", "b10")],
    "b10:mean": [Term("layer", "b10", statistic="mean")],
    "b10[3]": [Term("layer", "b10", channels=((3, 1.0),), statistic="mean")],
    "b10[3]:square": [Term("layer", "b10", channels=((3, 1.0),))],
    "b10[3,7,20-22]": [
        Term("layer", "b10", channels=((3, 1.0), (7, 1.0), (20, 1.0), (21, 1.0), (22, 1.0)), statistic="mean")
    ],
    "b10[3*0.5,7*-1]": [Term("layer", "b10", channels=((3, 0.5), (7, -1.0)), statistic="mean")],
    "b10[strongest 5]": [Term("layer", "b10", rank=("strongest", 5), statistic="mean")],
    "b10[3](0.5,0.25)": [Term("layer", "b10", channels=((3, 1.0),), position=(0.5, 0.25), statistic="mean")],
    "class:castle": [Term("class", "castle")],
    'class:"tabby cat"*2': [Term("class", "tabby cat", 2.0)],
    "class:484": [Term("class", "484")],
    "class:owl:gathered@hill": [Term("class", "owl", mask_name="hill", gathered=True)],
    'class:"tabby cat":gathered*2': [Term("class", "tabby cat", 2.0, gathered=True)],
    "guide:b6": [Term("guide", "b6")],
    "guide_cosine:b6=photo": [Term("guide_cosine", "b6", picture="photo")],
    "0.5*b4 + class:castle@hill - b8": [
        Term("layer", "b4", 0.5),
        Term("class", "castle", mask_name="hill"),
        Term("layer", "b8", -1.0),
    ],
    "b8@hint#3366fF": [Term("layer", "b8", mask_name="hint#3366fF")],
    "-b8*2": [Term("layer", "b8", -2.0)],
    "b8*-2": [Term("layer", "b8", -2.0)],
    "mixed4d_3x3_bottleneck_pre_relu[139]": [
        Term("layer", "mixed4d_3x3_bottleneck_pre_relu", channels=((139, 1.0),), statistic="mean")
    ],
}


@pytest.mark.parametrize(("text", "terms"), FORMS.items(), ids=FORMS.keys())
def test_each_form_is_read(text, terms):
    assert list(parse(text)) == terms
    assert parse(write(parse(text))) == parse(text)


def test_the_example_in_the_advice_is_right():
    assert write(parse(EXAMPLE)) == EXAMPLE


def test_spaces_do_not_matter():
    assert parse("  b10 [3]".replace(" [", "[") + "+b8 -  2 * b4 ") == parse("b10[3] + b8 - 2*b4")


def test_a_spot_is_spelt_in_one_way():
    assert write(parse("b10@( .5 , 0.250)")) == "b10@(0.5,0.25)"


NONSENSE = [
    "",
    " ",
    "b10 b8",
    "b10[",
    "b10[]",
    "b10[x]",
    "b10[7-3]",
    "b10[strongest]",
    "b10:median",
    "b10(2,0.5)",
    "b10 +",
    "+ + b10",
    "class:",
    "guide:",
    "10",
    "b10*",
    "b10@",
    "b10;b8",
    "b10[3]]",
    "*b10",
    'class:""',
    'class:" "',
    'class:"tabby',
    'class:tabby"',
    "class:'",
    "class:castle-",
    "b10[strongest 0]",
    "b10[weakest 0]",
    "b10[0-99999999]",
    "b10[0-2999999]",
    "b10[0-9999,0-9999]",
    "b10*1e400",
    "b10[3*1e400]",
    "b10*1e-30",
    "b10(1e400,0)",
    "9" * 5000,
    f"b10[{'9' * 5000}]",
    f"b10*{'9' * 5000}",
    f"b10[strongest {'9' * 5000}]",
    "1e9*b10*1e9",
    "b10[٣]",
    "b10@hint#3366f",
    "b10@hint#3366ff0",
    "b10@hint#alphabet",
    "class:owl(0.5,0.5)",
    "b10@(0.5)",
    "b10@(1.5,0.5)",
    "b10@(0.5.5,0.5)",
    " + ".join(["b10"] * 1000),
]


@pytest.mark.parametrize("text", NONSENSE)
def test_nonsense_is_refused_and_named(text):
    with pytest.raises(DreamError) as refused:
        parse(text)
    assert refused.value.code == "objective.syntax"
    assert EXAMPLE in refused.value.advice


def random_term(rng: random.Random) -> Term:
    kind = rng.choice(["layer", "layer", "class", "guide", "guide_cosine"])
    weight = rng.choice([1.0, -1.0, 0.5, rng.uniform(-3, 3), rng.uniform(1e-9, 1e-6), 1e9, 0.0])
    mask = rng.choice(["", "hill", "hint#3366ff", "spot#alpha", "(0.25,0.5)"])
    place = rng.choice([None, (rng.random(), rng.random()), (0.0, 1.0)])
    if kind == "class":
        names = ["castle", "jack-o'-lantern", "great white shark", "484", "St. Bernard", "T-shirt"]
        return Term(kind, rng.choice([*names, 'a "b"', "a\\", " x ", "ä\n"]), weight, mask_name=mask)
    if kind != "layer":
        return Term(kind, "b6", weight, picture=rng.choice(["guide", "photo"]), mask_name=mask)
    numbers = rng.sample(range(100), rng.randint(0, 4))
    channels = tuple((number, rng.choice([1.0, -1.0, rng.uniform(-2, 2)])) for number in numbers)
    rank = None if channels else rng.choice([None, ("strongest", 5), ("weakest", 1)])
    return Term("layer", "b10", weight, channels, rank, place, rng.choice(["square", "mean"]), mask_name=mask)


@pytest.mark.parametrize("seed", range(300))
def test_what_is_written_is_read_back_exactly(seed):
    rng = random.Random(seed)
    terms = tuple(random_term(rng) for _ in range(rng.randint(1, 4)))
    assert parse(write(terms)) == terms, write(terms)


OFFERED = sorted({*ACCEPTED, *(name for names in class_names() for name in names), *map(str, range(1000))})


def test_every_name_that_is_offered_can_be_dreamed():
    """Written, read, found among the network's classes."""
    info = network("efficientnet_lite0")
    assert len(OFFERED) > 3000
    for name in OFFERED:
        settings = of_thing(name, DreamSettings())
        (thing,) = check(parse(settings.objective), info)
        assert thing.name == name
        assert tuple(number for number, _weight in thing.channels) == class_index(name)
        assert parse(write((thing,)))[0].name == name


def test_every_name_can_be_typed_without_quotes():
    rest = Term("layer", "b8", -1.0)
    for name in OFFERED:
        assert parse(f"0.5*class:{name}*2@hill - b8") == (Term("class", name, mask_name="hill"), rest)


@pytest.mark.parametrize(
    ("text", "terms"),
    {
        "class:castle-b8": [Term("class", "castle"), Term("layer", "b8", -1.0)],
        "class:T-shirt-b8": [Term("class", "T-shirt"), Term("layer", "b8", -1.0)],
        "class:three-toed sloth - class:bow-tie": [Term("class", "three-toed sloth"), Term("class", "bow-tie", -1.0)],
        "class:castle - b8": [Term("class", "castle"), Term("layer", "b8", -1.0)],
        "class:unheard-of-b8": [Term("class", "unheard"), Term("layer", "of", -1.0), Term("layer", "b8", -1.0)],
    }.items(),
)
def test_a_hyphen_belongs_to_a_name_if_there_is_one(text, terms):
    assert list(parse(text)) == terms


@pytest.mark.parametrize(
    "text",
    [
        " " * 20_000,
        "b10" + " " * 20_000 + "b8",
        "class:" + "a-" * 20_000,
        '"' * 20_001,
        'class:"' + '\\"' * 20_000,
        "b10[" + "1," * 20_000,
        "@" * 20_000,
        "class:" + "a " * 20_000 + "[",
        "b10*" + "-" * 20_000,
    ],
    ids=range(9),
)
def test_long_texts_are_refused_at_once_and_shortly(text):
    started = time.process_time()
    with pytest.raises(DreamError) as refused:
        parse(text)
    assert time.process_time() - started < 1
    assert len(str(refused.value)) < 400


def test_a_layer_and_its_channels_become_one_term():
    assert layer_term("b10") == Term("layer", "b10")
    assert (layer_term("b10", "3, 7-9*0.5"),) == parse("b10[3,7-9*0.5]")
    assert (layer_term("b10", "strongest 2"),) == parse("b10[strongest 2]")
    for inside in ("3]+b4[2", "x", "3 7"):
        with pytest.raises(DreamError, match="can't be read"):
            layer_term("b10", inside)


@pytest.mark.parametrize("objective", ["0*b10", "b10[3*0]", "0*b4 - 0*class:castle"])
def test_what_pulls_at_nothing_is_told(objective):
    with pytest.raises(DreamError) as refused:
        check(parse(objective), network("efficientnet_lite0"))
    assert refused.value.code == "objective.nothing"


@pytest.mark.parametrize("seed", range(100))
def test_damaged_text_is_read_or_refused(seed):
    rng = random.Random(seed)
    text = list(rng.choice(list(FORMS)))
    text[rng.randrange(len(text))] = rng.choice('[]()*+-:@=" 9.x,')
    try:
        terms = parse("".join(text))
    except DreamError as error:
        assert error.code == "objective.syntax"
    else:
        assert parse(write(terms)) == terms


@pytest.mark.parametrize("text", ['class:"three-toed sloth', 'b4 + class:"', 'b4[3] "'])
def test_a_quote_without_an_end_is_what_is_said_to_be_wrong(text):
    with pytest.raises(DreamError, match="unclosed quote"):
        parse(text)

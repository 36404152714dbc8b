"""The text of objectives: every form is read as documented, written the same way, and nonsense is named."""

from __future__ import annotations

import random

import pytest

from deepdream_core.errors import DreamError
from deepdream_core.objective_text import EXAMPLE, Term, parse, write

FORMS = {
    "b10": [Term("layer", "b10")],
    "b10:mean": [Term("layer", "b10", statistic="mean")],
    "b10[3]": [Term("layer", "b10", channels=((3, 1.0),), statistic="mean")],
    "b10[3]:square": [Term("layer", "b10", channels=((3, 1.0),))],
    "b10[3,7,20-22]": [
        Term("layer", "b10", channels=((3, 1.0), (7, 1.0), (20, 1.0), (21, 1.0), (22, 1.0)), statistic="mean")],
    "b10[3*0.5,7*-1]": [Term("layer", "b10", channels=((3, 0.5), (7, -1.0)), statistic="mean")],
    "b10[strongest 5]": [Term("layer", "b10", rank=("strongest", 5), statistic="mean")],
    "b10[3](0.5,0.25)": [
        Term("layer", "b10", channels=((3, 1.0),), position=(0.5, 0.25), statistic="mean")],
    "class:castle": [Term("class", "castle")],
    'class:"tabby cat"*2': [Term("class", "tabby cat", 2.0)],
    "class:484": [Term("class", "484")],
    "guide:b6": [Term("guide", "b6")],
    "guide_cosine:b6=photo": [Term("guide_cosine", "b6", picture="photo")],
    "0.5*b4 + class:castle@hill - b8": [
        Term("layer", "b4", 0.5), Term("class", "castle", mask="hill"), Term("layer", "b8", -1.0)],
    "b8@hint#3366fF": [Term("layer", "b8", mask="hint#3366fF")],
    "-b8*2": [Term("layer", "b8", -2.0)],
    "b8*-2": [Term("layer", "b8", -2.0)],
    "mixed4d_3x3_bottleneck_pre_relu[139]": [
        Term("layer", "mixed4d_3x3_bottleneck_pre_relu", channels=((139, 1.0),), statistic="mean")],
}


@pytest.mark.parametrize(("text", "terms"), FORMS.items(), ids=FORMS.keys())
def test_each_form_is_read(text, terms):
    assert list(parse(text)) == terms
    assert parse(write(parse(text))) == parse(text)


def test_the_example_in_the_advice_is_right():
    assert write(parse(EXAMPLE)) == EXAMPLE


def test_spaces_do_not_matter():
    assert parse("  b10 [3]".replace(" [", "[") + "+b8 -  2 * b4 ") == parse("b10[3] + b8 - 2*b4")


NONSENSE = [
    "", " ", "b10 b8", "b10[", "b10[]", "b10[x]", "b10[7-3]", "b10[strongest]", "b10:median", "b10(2,0.5)",
    "b10 +", "+ + b10", "class:", "guide:", "10", "b10*", "b10@", "b10;b8", "b10[3]]", "*b10",
]


@pytest.mark.parametrize("text", NONSENSE)
def test_nonsense_is_refused_and_named(text):
    with pytest.raises(DreamError) as refused:
        parse(text)
    assert refused.value.code == "objective.syntax"
    assert EXAMPLE in refused.value.advice


def random_term(rng: random.Random) -> Term:
    kind = rng.choice(["layer", "layer", "class", "guide", "guide_cosine"])
    weight = rng.choice([1.0, -1.0, 0.5, rng.uniform(-3, 3), rng.uniform(0, 1e-6), 1e21])
    mask = rng.choice(["", "hill"])
    if kind == "class":
        name = rng.choice(["castle", "jack-o'-lantern", "great white shark", "484", "St. Bernard"])
        return Term(kind, name, weight, mask=mask)
    if kind != "layer":
        return Term(kind, "b6", weight, picture=rng.choice(["guide", "photo"]), mask=mask)
    numbers = rng.sample(range(100), rng.randint(0, 4))
    channels = tuple((number, rng.choice([1.0, -1.0, rng.uniform(-2, 2)])) for number in numbers)
    rank = None if channels else rng.choice([None, ("strongest", 5), ("weakest", 1)])
    position = rng.choice([None, (rng.random(), rng.random()), (0.0, 1.0)])
    return Term("layer", "b10", weight, channels, rank, position, rng.choice(["square", "mean"]), mask=mask)


@pytest.mark.parametrize("seed", range(300))
def test_what_is_written_is_read_back_exactly(seed):
    rng = random.Random(seed)
    terms = tuple(random_term(rng) for _ in range(rng.randint(1, 4)))
    assert parse(write(terms)) == terms, write(terms)


@pytest.mark.parametrize("seed", range(100))
def test_damaged_text_is_read_or_refused(seed):
    rng = random.Random(seed)
    text = list(rng.choice(list(FORMS)))
    text[rng.randrange(len(text))] = rng.choice("[]()*+-:@=\" 9.x,")
    try:
        terms = parse("".join(text))
    except DreamError as error:
        assert error.code == "objective.syntax"
    else:
        assert parse(write(terms)) == terms

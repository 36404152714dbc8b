"""What is written is read as it was: settings, objectives, recipes."""

from __future__ import annotations

import json
import math

from hypothesis import given
from hypothesis import strategies as some

from deepdream_core.errors import DreamError
from deepdream_core.objective.syntax import Term, parse, write
from deepdream_core.settings.dream_settings import DreamSettings
from deepdream_core.settings.recipe import Recipe
from deepdream_core.settings.spec import Settings, Spec, specs_of
from deepdream_core.settings.style_settings import StyleSettings
from deepdream_core.settings.zoom_settings import ZoomSettings

WORDS = ("class", "guide", "guide_cosine", "strongest", "weakest")
NAMES = some.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,9}", fullmatch=True).filter(lambda name: name not in WORDS)
WEIGHTS = some.one_of(
    some.sampled_from((1.0, -1.0, 0.5, 2.0)),
    some.floats(1e-3, 1e3).flatmap(lambda number: some.sampled_from((number, -number))),
)
CHANNELS = some.lists(some.tuples(some.integers(0, 300), WEIGHTS), min_size=1, max_size=5).map(tuple)
PLACES = some.tuples(some.floats(0, 1), some.floats(0, 1))
MASKS = some.one_of(some.just(""), NAMES, NAMES.map(lambda name: f"{name}#00ff7f"))


@some.composite
def layers(draw):
    inside = draw(some.sampled_from(("whole", "channels", "rank")))
    channels = draw(CHANNELS) if inside == "channels" else ()
    rank = (draw(some.sampled_from(("strongest", "weakest"))), draw(some.integers(1, 99))) if inside == "rank" else None
    statistic = draw(some.sampled_from(("mean", "square")))
    return Term(
        "layer",
        draw(NAMES),
        draw(WEIGHTS),
        channels,
        rank,
        draw(some.none() | PLACES),
        statistic,
        mask_name=draw(MASKS),
    )


@some.composite
def classes(draw):
    name = draw(some.text(min_size=1, max_size=12).filter(lambda text: any(map(str.isalnum, text))))
    return Term("class", name, draw(WEIGHTS), mask_name=draw(MASKS), gathered=draw(some.booleans()))


@some.composite
def guides(draw):
    kind, layer = draw(some.sampled_from(("guide", "guide_cosine"))), draw(NAMES)
    return Term(kind, layer, draw(WEIGHTS), picture=draw(NAMES), mask_name=draw(MASKS))


TERMS = some.lists(some.one_of(layers(), classes(), guides()), min_size=1, max_size=4).map(tuple)


@given(TERMS)
def test_an_objective_that_is_written_is_read_as_it_was(terms):
    text = write(terms)
    found = parse(text)
    assert found == terms, text
    assert write(found) == text


@given(some.text(max_size=40))
def test_what_is_read_at_all_is_written_so_that_it_is_the_same(text):
    try:
        terms = parse(text)
    except DreamError:
        return
    assert parse(write(terms)) == terms


def values_of(spec: Spec) -> some.SearchStrategy:
    """Every value that a setting may have."""
    if spec.name in ("objective", "alternate_networks"):
        return some.just(spec.default)
    if spec.name in ("laplacian_strengths", "shares"):
        numbers = some.lists(some.floats(0.1, spec.high), min_size=1, max_size=4)
        return numbers.map(lambda found: ",".join(map(repr, found)))
    words = some.sampled_from(spec.words) if spec.words else some.nothing()
    if spec.value_type is bool:
        return some.booleans()
    if spec.value_type is str:
        return words | (some.sampled_from(spec.choices) if spec.choices else some.just(spec.default))
    whole = spec.value_type is int
    return words | (some.integers(int(spec.low), int(spec.high)) if whole else some.floats(spec.low, spec.high))


def any_settings(kind: type[Settings]) -> some.SearchStrategy:
    """Every combination that the settings admit."""
    values = some.fixed_dictionaries({name: values_of(spec) for name, spec in specs_of(kind).items()})
    return values.map(lambda found: made(kind, found)).filter(bool)


def made(kind, values):
    if values.get("size", "auto") != "auto":
        values = {**values, "octaves": "auto", "octave_scale": "auto"}
    try:
        return kind(**values)
    except DreamError:
        return None


@given(some.one_of(*map(any_settings, (DreamSettings, StyleSettings, ZoomSettings))))
def test_settings_are_read_as_they_were_written(settings):
    assert type(settings).from_dict(json.loads(json.dumps(settings.to_dict()))) == settings


@given(
    any_settings(DreamSettings) | any_settings(StyleSettings), some.integers(1, 10**6), some.dictionaries(NAMES, NAMES)
)
def test_a_recipe_is_read_as_it_was_written(settings, size, pictures):
    recipe = Recipe(settings, "1", "ab", "2", "cpu", 2, "fp32", 512, size, size, pictures, alternate_networks=pictures)
    text = recipe.to_json()
    assert text.isascii() and "\n" not in text
    assert Recipe.from_json(text) == recipe


@given(
    some.sampled_from([*specs_of(DreamSettings).values(), *specs_of(StyleSettings).values()]),
    some.one_of(
        some.floats(), some.integers(), some.text(max_size=9), some.none(), some.booleans(), some.lists(some.integers())
    ),
)
def test_a_setting_takes_what_it_may_be_and_refuses_the_rest_in_a_sentence(spec, value):
    try:
        found = spec.check(value)
    except DreamError as error:
        assert error.code.startswith("settings.") and len(error.sentence) < 400
        return
    assert spec.check(found) == found
    if isinstance(found, float):
        assert math.isfinite(found)
    if spec.value_type in (int, float) and not isinstance(found, str):
        assert spec.low <= found <= spec.high

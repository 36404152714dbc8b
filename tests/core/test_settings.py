"""No setting can be mistyped, forgotten or out of range in silence; presets and recipes are settings too."""

from __future__ import annotations

import json
from dataclasses import fields

import pytest

from deepdream_core.catalogue import network
from deepdream_core.commands import options
from deepdream_core.errors import DreamError
from deepdream_core.objective.syntax import parse
from deepdream_core.settings import cache_settings, former_names, octaves
from deepdream_core.settings.dream_settings import AUTO, SPECS, DreamSettings
from deepdream_core.settings.presets import PRESETS, preset
from deepdream_core.settings.renewal import Rect
from deepdream_core.settings.renewal import crop as crop_of
from deepdream_core.settings.renewal import window as window_of
from deepdream_core.settings.spec import flag_of, specs_of
from deepdream_core.settings.style_settings import StyleSettings
from deepdream_core.settings.zoom_settings import ZoomSettings

NUMBERS = [spec for spec in SPECS.values() if spec.value_type in (int, float)]


def failure(values) -> DreamError:
    with pytest.raises(DreamError) as raised:
        DreamSettings.from_dict(values)
    return raised.value


def test_an_unknown_name_is_refused_with_the_one_that_was_meant():
    error = failure({"octave_scal": 1.4})
    assert error.code == "settings.unknown"
    assert "octave_scale" in error.advice


@pytest.mark.parametrize("spec", NUMBERS, ids=lambda spec: spec.name)
def test_numbers_end_where_the_spec_says(spec):
    assert getattr(DreamSettings.from_dict({spec.name: spec.low}), spec.name) == spec.low
    assert getattr(DreamSettings.from_dict({spec.name: spec.high}), spec.name) == spec.high
    for value in (spec.low - 1, spec.high + 1, float("inf"), -float("inf")):
        assert failure({spec.name: value}).code == "settings.range"


@pytest.mark.parametrize("spec", NUMBERS, ids=lambda spec: spec.name)
@pytest.mark.parametrize("value", ["much", None, True, [1], float("nan")])
def test_numbers_are_numbers(spec, value):
    assert failure({spec.name: value}).code == "settings.type"


def test_whole_numbers_are_whole():
    assert failure({"steps": 2.5}).code == "settings.type"
    steps = DreamSettings.from_dict({"steps": 3.0}).steps
    assert (steps, type(steps)) == (3, int)


@pytest.mark.parametrize("spec", SPECS.values(), ids=lambda spec: spec.name)
def test_every_setting_can_be_shown(spec):
    assert spec.label and spec.help.endswith((".", "…", ")")) and spec.group in ("main", "more", "fine-tuning")
    assert spec.check(spec.default) == spec.default


@pytest.mark.parametrize(
    "spec", [spec for spec in SPECS.values() if spec.value_type is not bool], ids=lambda spec: spec.name
)
def test_what_a_person_types_becomes_the_same_value(spec):
    for value in {spec.default, *spec.words, *spec.choices}:
        assert spec.parse(str(value)) == value


def test_no_typed_text_gets_past_the_check():
    for text in ("", "many", "1e999", "nan", "0x10"):
        with pytest.raises(DreamError):
            SPECS["steps"].parse(text)


@pytest.mark.parametrize("text", ["nan", "inf", "1,-inf", "", ",", "1,,1", "1 1", "0", "0,0,0,0,0,1", "1e300", "one"])
def test_strengths_of_bands_are_numbers_one_of_which_counts(text):
    error = failure({"laplacian_strengths": text})
    assert error.code == "settings.type" and "numbers like" in error.advice or "other than 0" in error.advice
    assert DreamSettings(laplacian_strengths="0,0,0,0,1").strengths() == (0, 0, 0, 0, 1)
    assert DreamSettings(laplacian_strengths="1,0.5", laplacian_levels=2).strengths() == (1, 0.5, 0.5)
    assert DreamSettings(laplacian_strengths="0", laplacian_levels=0).strengths() == ()


@pytest.mark.parametrize("text", ["nan", "1,inf", "", "-1", "0", "0,0", "1e300"])
def test_shares_of_styles_are_numbers_one_of_which_counts(text):
    with pytest.raises(DreamError) as raised:
        StyleSettings(shares=text)
    assert raised.value.code == "settings.type"


@pytest.mark.parametrize("text", ["", "b10[", "class:", "b10[0-99999999]"])
def test_an_objective_that_cant_be_read_is_no_setting(text):
    assert failure({"objective": text}).code == "objective.syntax"


@pytest.mark.parametrize("value", [10**400, -(10**400), 10**5000], ids=["large", "small", "huge"])
@pytest.mark.parametrize("name", SPECS)
def test_numbers_beyond_all_measure_are_refused_in_a_sentence(name, value):
    error = failure({name: value})
    assert error.code in ("settings.range", "settings.type")
    assert "a number of" in error.sentence and len(str(error)) < 300
    json.dumps(error.values, allow_nan=False)


def test_plain_values_make_the_same_settings_again():
    settings = DreamSettings(seed=9, size=30, working_size="full", strength=12.5)
    assert DreamSettings.from_dict(json.loads(json.dumps(settings.to_dict()))) == settings
    assert set(settings.to_dict()) == {item.name for item in fields(DreamSettings)} == set(SPECS)


def test_size_excludes_octaves():
    assert failure({"size": 20, "octaves": 3}).code == "settings.size_and_octaves"
    assert failure({"size": 20, "octave_scale": 1.3}).code == "settings.size_and_octaves"


def test_a_nudge_to_size_or_octaves_replaces_the_other():
    by_octaves = DreamSettings(size=20).replace({"octaves": 3})
    assert (by_octaves.size, by_octaves.octaves) == (AUTO, 3)
    by_size = by_octaves.replace({"size": 20})
    assert (by_size.size, by_size.octaves, by_size.octave_scale) == (20, AUTO, AUTO)
    assert DreamSettings(size=20).replace({"seed": 4}) == DreamSettings(size=20, seed=4)
    with pytest.raises(DreamError, match="no setting"):
        DreamSettings().replace({"sed": 4})


@pytest.mark.parametrize("item", PRESETS.values(), ids=PRESETS.keys())
def test_presets_dream_what_their_network_has(item):
    info = network(item.settings.network)
    for term in parse(item.settings.objective):
        if term.type == "layer":
            assert info.layer(term.name)
    assert preset(item.name.upper()) is item


def test_an_unknown_preset_is_refused_with_a_hint():
    with pytest.raises(DreamError, match="Animals"):
        preset("animal")


@pytest.mark.parametrize(("former", "today"), former_names.NAMES.items())
def test_what_had_another_name_is_read_from_files_and_flags(former, today):
    settings = next(each for each in (DreamSettings, ZoomSettings) if today in each().to_dict())
    spec = settings.spec_of(today)
    is_switch = spec.value_type is bool or former in former_names.SWITCHES
    other = "auto" if spec.value_type is str else spec.low + spec.step if spec.low >= 0 else -1.0
    value = False if is_switch else other
    assert getattr(settings.from_dict({former: value}), today) == (0.0 if former in former_names.SWITCHES else value)
    with pytest.raises(DreamError):
        settings.from_dict({former: value, today: getattr(settings(), today)})
    parser = options.Parser()
    options.add_settings(parser, specs_of(settings))
    flag = flag_of(f"no_{former}" if is_switch else former)
    assert getattr(parser.parse_args([flag, *([] if is_switch else [str(value)])]), today) == value
    assert flag_of(former) not in parser.format_help()


def test_what_was_chosen_for_caches_is_heeded_if_it_can_be_read(tmp_path, monkeypatch):
    monkeypatch.setenv("KRITA_DEEPDREAM_HOME", str(tmp_path / "new"))
    assert cache_settings.read() == cache_settings.CacheSettings()
    cache_settings.write(cache_settings.CacheSettings(cache_limit=0.5))
    assert cache_settings.read().limit_bytes == 500_000_000
    for text in ('{"cache_limit": "x"}', '{"cache_limit": -1}', '{"other": 1}', "[", ""):
        (tmp_path / "new" / "caches.json").write_text(text)
        assert cache_settings.read() == cache_settings.CacheSettings()


@pytest.mark.parametrize(("size", "count"), [(9, 1), (10, 1), (10.5, 2), (11, 2), (40, 5), (100, 8)])
def test_a_motif_that_hardly_grows_has_two_octaves(size, count):
    found, scale = octaves.count_and_scale(1000, 100, DreamSettings(size=size))
    assert found == count and scale > 1
    shares = octaves.octave_scales(1000, 100, DreamSettings(size=size))
    assert len(shares) == count and shares[-1] == 1.0 and shares == sorted(shares)


def test_octaves_end_where_a_network_sees_nothing_but_the_last_is_always_there():
    assert octaves.octave_scales(20, 100, DreamSettings()) == [1.0]
    assert octaves.octave_scales(20, 100, DreamSettings(further=2)) == [1.0] * 3
    assert len(octaves.octave_scales(50, 100, DreamSettings(octaves=4, octave_scale=1.4))) == 2


def test_a_record_without_sizes_is_none():
    record = {"core": [0, 0, 30, 20], "crop": [0, 0, 30, 20], "octaves": [[15, 10], [30, 20]]}
    assert window_of(Rect(5, 5, 1, 1), record) == (0, 0, 30, 20)
    for wrong in (
        {"octaves": [[0, 10], [30, 20]]},
        {"octaves": [[-15, 10], [30, 20]]},
        *({name: area} for name in ("core", "crop") for area in ([0, 0, 0, 20], [0, 0, 30, 0], [0, 0, -3, 20], "x")),
    ):
        for measure in (lambda changed, made: window_of(changed, made), lambda *what: crop_of(*what, DreamSettings())):
            with pytest.raises(DreamError) as told:
                measure(Rect(5, 5, 1, 1), {**record, **wrong})
            assert told.value.code == "renewal.record"
    assert Rect(0, 0, 4, 4).cut(Rect(4, 0, 4, 4)) is None is Rect(0, 0, 4, 4).cut(Rect(0, 4, 4, 4))

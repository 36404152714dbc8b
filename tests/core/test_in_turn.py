"""Several networks that know the same things take turns at a dream's steps."""

from __future__ import annotations

import numpy as np
import pytest

from deepdream_core.catalogue import network, sisters
from deepdream_core.dream import Job, dream
from deepdream_core.errors import DreamError
from deepdream_core.image.pixels import Pixels
from deepdream_core.image.resizing import resize
from deepdream_core.networks import alternates as alternates_file
from deepdream_core.objective.syntax import parse, write
from deepdream_core.objective.terms import counterparts
from deepdream_core.settings.dream_settings import DreamSettings
from deepdream_core.weights import store

LITE0, LITE1 = "efficientnet_lite0", "efficientnet_lite1"
OWL = DreamSettings(objective="class:owl + 0.2*b14", octaves=1, alternate_networks=LITE1)


@pytest.fixture
def small(clouds):
    if not store.present(network(LITE1)):
        pytest.skip("NOT TESTED: EfficientNet-Lite1 is not installed")
    return resize(clouds, 96, 64)


def dreamed(engine, source, settings):
    for progress in dream(Job(Pixels(source), settings), engine):
        result = progress.result
    return result


@pytest.mark.parametrize(
    ("here", "there"),
    [("b0", "b0"), ("b2", "b3"), ("b10", "b14"), ("b11", "b16"), ("b14", "b19"), ("b15", "b20"), ("logits", "logits")],
)
def test_layers_correspond_by_stage_and_from_its_end(here, there):
    assert network(LITE0).counterpart(here, network(LITE1)).name == there
    assert network(LITE1).counterpart(there, network(LITE0)).name == here


def test_a_longer_stage_s_first_layers_are_the_shorter_one_s_first():
    assert network(LITE1).counterpart("b1", network(LITE0)).name == "b1"


def test_only_those_of_the_same_build_and_classes_are_sisters():
    assert [info.name for info in sisters(network(LITE1))] == [LITE0, "efficientnet_lite2"]
    assert sisters(network("vgg16")) == sisters(network("inception_v3")) == []


@pytest.mark.parametrize(
    ("objective", "theirs"),
    [
        ("class:owl + 0.2*b14", "class:owl + b19*0.2"),
        ("class:owl + b8[3]", "class:owl"),
        ("b8[3]", ""),
        ("class:owl@hill + b8[3]@sky", ""),
        ("class:owl@hill + b8[3]@hill", "class:owl@hill"),
        ("class:owl + b8[3](0.5,0.5)", ""),
        ("b10[strongest 5]", "b14[strongest 5]"),
        ("guide:b6=photo", "guide:b9=photo"),
    ],
)
def test_what_has_no_counterpart_is_left_out_and_no_place_is_lost(objective, theirs):
    assert write(counterparts(parse(objective), network(LITE0), network(LITE1))) == theirs


def test_the_first_step_is_the_networks_own_and_the_second_the_others(engine, small):
    alone = OWL.replace({"alternate_networks": ""})
    first, both, own = (
        dreamed(engine, small, settings)
        for settings in (OWL.replace({"steps": 1}), OWL.replace({"steps": 2}), alone.replace({"steps": 1}))
    )
    assert np.array_equal(first.rgb, own.rgb)
    assert np.abs(both.rgb - dreamed(engine, small, alone.replace({"steps": 2})).rgb).mean() > 0.5
    assert own.recipe.alternate_networks == {}
    assert both.recipe.alternate_networks == {LITE1: store.verified(network(LITE1)).sha256}


def test_auto_takes_those_that_are_installed(engine, small, monkeypatch):
    names = [each.info.name for each, _terms in engine.alternating(OWL.replace({"alternate_networks": "auto"}))]
    assert names == [LITE0, *(info.name for info in sisters(network(LITE0)) if store.present(info))]
    monkeypatch.setattr(alternates_file, "present", lambda info: False)
    assert len(engine.alternating(OWL.replace({"alternate_networks": "auto"}))) == 1


@pytest.mark.parametrize(("names", "code"), [("inception_v3", "network.turn"), ("lite1", "network.unknown")])
def test_a_network_that_cannot_take_turns_is_refused(engine, names, code):
    with pytest.raises(DreamError) as told:
        engine.alternating(OWL.replace({"alternate_networks": names}))
    assert told.value.code == code

"""A network of every family dreams: weights that their user vouches for, the whole way to the recipe."""

from __future__ import annotations

import numpy as np
import pytest

from deepdream_core.catalogue import network
from deepdream_core.dream import Job, dream
from deepdream_core.errors import DreamError
from deepdream_core.image.pixels import Pixels
from deepdream_core.networks.fetch import add
from deepdream_core.settings.dream_settings import DreamSettings
from tests import independent, random_networks


def random_5h(path):
    random_networks.frozen_5h(path)


def random_vgg16(path):
    import keras

    model = keras.applications.VGG16(weights=None, include_top=False)
    random_networks.randomise(model)
    random_networks.save(model, path)


def test_what_is_no_network_at_all_is_refused_in_a_sentence(monkeypatch, tmp_path):
    monkeypatch.setenv("KRITA_DEEPDREAM_HOME", str(tmp_path / "home"))
    (tmp_path / "mine.pb").write_bytes(b"\xff" * 100)
    with pytest.raises(DreamError) as told:
        add(network("inception5h"), tmp_path / "mine.pb", trust=True)
    assert told.value.code == "weights.unreadable"


def real_v3(path):
    if not independent.INCEPTION_WEIGHTS.exists():
        pytest.skip(f"NOT TESTED: {independent.INCEPTION_WEIGHTS} is absent")
    path.write_bytes(independent.INCEPTION_WEIGHTS.read_bytes())


@pytest.mark.parametrize(
    ("name", "layer", "term", "make"),
    [
        ("inception5h", "mixed3b_3x3_bottleneck_pre_relu", "mixed3b_3x3_bottleneck_pre_relu[13]", random_5h),
        ("vgg16", "block3_conv1", "block3_conv1", random_vgg16),
        ("inception_v3", "mixed2", "mixed2[7](0.5,0.5)", real_v3),
    ],
)
def test_a_dream_climbs_and_says_whose_weights_it_used(engine, monkeypatch, tmp_path, name, layer, term, make):
    monkeypatch.setenv("KRITA_DEEPDREAM_HOME", str(tmp_path / "home"))
    make(tmp_path / "mine.h5")
    weights = add(network(name), tmp_path / "mine.h5", trust=True)
    picture = np.random.default_rng(5).uniform(90, 160, (96, 128, 3)).astype(np.float32)
    settings = DreamSettings(network=name, objective=term, octaves=1, steps=4, hold_brightness=False)
    *_, last = dream(Job(Pixels(picture), settings), engine)
    assert last.result.recipe.weights_user_supplied
    assert last.result.recipe.weights_sha256 == weights.sha256

    def answer(rgb):
        features = np.asarray(engine.network(name).activations(rgb[np.newaxis], [layer])[layer])
        channel = {"inception5h": features[..., 13], "inception_v3": features[..., 7]}.get(name, features**2)
        return float(np.mean(channel))

    difference = last.result.rgb - picture
    shuffled = picture + np.random.default_rng(6).permutation(difference.ravel()).reshape(difference.shape)
    rise, chance = answer(last.result.rgb) - answer(picture), answer(shuffled) - answer(picture)
    assert rise > 2 * abs(chance)

"""What can be asked for is what grows: layers, channels, neurons, classes, guides, and away from them."""

from __future__ import annotations

import math
from types import SimpleNamespace

import numpy as np
import pytest
import tensorflow as tf

from deepdream_core.dream import Job, dream
from deepdream_core.engine import loss
from deepdream_core.errors import DreamError
from deepdream_core.image.pixels import Pixels
from deepdream_core.image.resizing import resize
from deepdream_core.image.rotation import Rotation
from deepdream_core.objective.classes import class_index
from deepdream_core.objective.syntax import parse
from deepdream_core.settings.dream_settings import DreamSettings
from deepdream_core.settings.presets import of_thing
from tests import independent

SHORT = {"octaves": 2, "steps": 6, "variation": 0}
CASTLE = 483


def dreamed(engine, source, objective, pictures=None, **settings):
    job = Job(
        Pixels(source), DreamSettings(objective=objective).replace({**SHORT, **settings}), pictures=pictures or {}
    )
    for progress in dream(job, engine):
        result = progress.result
    return np.rint(result.rgb)


@pytest.fixture(scope="module")
def small(clouds):
    return resize(clouds, 320, 192)


def mean_of(picture, layer, channels):
    return float(independent.activation(picture, layer)[..., channels].mean())


def test_mean_and_square_of_a_layer_differ_and_each_rises(engine, small):
    before = independent.activation(small, "b6")
    square = independent.activation(dreamed(engine, small, "b6"), "b6")
    mean = independent.activation(dreamed(engine, small, "b6:mean"), "b6")
    assert (square**2).mean() > 1.5 * (before**2).mean()
    assert mean.mean() > before.mean() + 0.05
    assert mean.mean() > square.mean()


def test_a_negative_weight_dreams_away(engine, small):
    away = dreamed(engine, small, "-b8")
    assert independent.gain(small, away, "b8") < 0.9


def test_channels_rise_alone_and_in_lists(engine, small):
    before = [mean_of(small, "b8", channel) for channel in (5, 17)]
    both = dreamed(engine, small, "b8[5,17]")
    one = dreamed(engine, small, "b8[5]")
    assert all(mean_of(both, "b8", channel) > value + 0.3 for channel, value in zip((5, 17), before, strict=True))
    assert mean_of(one, "b8", 5) > mean_of(both, "b8", 5)


def test_a_direction_lifts_one_channel_and_lowers_the_other(engine, small):
    after = dreamed(engine, small, "b8[5*1,17*-1]")
    assert mean_of(after, "b8", 5) > mean_of(small, "b8", 5) + 0.3
    assert mean_of(after, "b8", 17) < mean_of(small, "b8", 17) - 0.3


def test_strongest_and_weakest_channels_are_this_pictures(engine, small):
    order = np.argsort(independent.activation(small, "b8").mean(axis=(0, 1)))
    strongest, weakest = order[-3:], order[:3]
    after_strongest = dreamed(engine, small, "b8[strongest 3]")
    after_weakest = dreamed(engine, small, "b8[weakest 3]")
    assert mean_of(after_strongest, "b8", strongest) > mean_of(after_weakest, "b8", strongest) + 0.5
    assert mean_of(after_weakest, "b8", weakest) > mean_of(after_strongest, "b8", weakest) + 0.5


def test_a_neuron_grows_at_its_place(engine, small):
    after = dreamed(engine, small, "b8[5](0.25,0.5)", octaves=1)
    change = np.abs(after - small).mean(axis=2)
    here, there = change[46:146, 30:130].mean(), change[46:146, 190:290].mean()
    assert here > 4 * there


def test_several_layers_with_weights(engine, small):
    mostly_late = dreamed(engine, small, "0.02*b2 + b10")
    mostly_early = dreamed(engine, small, "b2 + 0.02*b10")
    assert independent.gain(small, mostly_late, "b10") > independent.gain(small, mostly_early, "b10")
    assert independent.gain(small, mostly_early, "b2") > independent.gain(small, mostly_late, "b2")


def top_class_of_a_castle_dream(engine, source, seed):
    for progress in dream(Job(Pixels(source), DreamSettings(objective="class:castle", seed=seed)), engine):
        result = progress.result
    return int(np.argmax(independent.activation(np.rint(result.rgb), "logits")))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_castle_becomes_the_top_class_at_full_size_and_at_224_pixels(engine, clouds, flowers, seed):
    for photo in (clouds, flowers):
        little = resize(photo, 224, round(224 * photo.shape[0] / photo.shape[1]))
        for source in (photo, little) if seed == 1 else (little,):
            assert top_class_of_a_castle_dream(engine, source, seed) == CASTLE


@pytest.mark.slow
@pytest.mark.parametrize("seed", [2, 3])
def test_castle_becomes_the_top_class_at_full_size_with_other_seeds(engine, clouds, flowers, seed):
    for photo in (clouds, flowers):
        assert top_class_of_a_castle_dream(engine, photo, seed) == CASTLE


@pytest.mark.parametrize("thing", ["castle", "tiger"])
def test_a_thing_is_what_the_picture_shows(engine, clouds, thing):
    source = resize(clouds, 448, 252)
    for progress in dream(Job(Pixels(source), of_thing(thing, DreamSettings())), engine):
        result = progress.result
    assert int(np.argmax(independent.activation(np.rint(result.rgb), "logits"))) == class_index(thing)[0]


def test_everyday_words_lead_to_classes(engine, small):
    logits = independent.activation(dreamed(engine, small, "class:horse", octaves=3, steps=10), "logits")
    before = independent.activation(small, "logits")
    sorrel, zebra = 339, 340
    assert logits[sorrel] + logits[zebra] > before[sorrel] + before[zebra] + 4


@pytest.mark.parametrize(("nearest", "expected"), [(False, (3 + 1) / 2), (True, np.log(np.exp(3) + np.exp(1)))])
def test_a_word_of_several_classes_is_a_blend_of_them_or_the_nearest(engine, nearest, expected):
    ((network, terms),) = engine.alternating(DreamSettings(objective="class:horse", nearest=nearest))
    logits = np.full((1, 1, 1, 1000), 9, np.float32)
    logits[..., class_index("horse")] = 3, 1
    objective = loss.Objective(loss.traced(terms), network.info)
    (value,) = objective.values({"logits": logits}, np.ones((1, 32, 32, 0)), loss.emphasis(terms, network.info, []))
    assert float(value) == pytest.approx(expected * 32**2)


def test_a_thing_is_gathered_where_the_picture_looks_like_it(engine):
    """In each window of its motif's size, three positions wide, the one that looks most like it is pulled hardest."""
    ((network, terms),) = engine.alternating(DreamSettings(objective="class:castle", gathered=True))
    objective = loss.Objective(loss.traced(terms), network.info)
    strong = np.zeros((8, 12), np.float32)
    strong[2, 2], strong[5, 8] = 3, 6
    logits = tf.Variable(np.where(np.arange(1000) == CASTLE, strong[..., np.newaxis], 0)[np.newaxis])
    with tf.GradientTape() as tape:
        (value,) = objective.values(
            {"logits": logits}, tf.ones((1, 256, 384, 0)), loss.emphasis(terms, network.info, [])
        )
    pull = tf.convert_to_tensor(tape.gradient(value, logits))[0, ..., CASTLE].numpy() / 32**2
    assert pull.sum() == pytest.approx(strong.size)
    windows = 9 * np.exp(6) / (np.exp(6) + 8)
    assert pull[5, 8] == pytest.approx((1 + windows) / 2, rel=1e-3)
    assert pull[2, 2] > 3 and pull[2, 3] < 0.8 and pull[0, 11] == pytest.approx(1, abs=0.5)


def test_only_classes_can_be_gathered():
    with pytest.raises(DreamError, match="gathered"):
        DreamSettings(objective="class:owl:corners")
    with pytest.raises(DreamError, match=":square"):
        DreamSettings(objective="b10:gathered")


@pytest.mark.parametrize(
    ("layer", "kind", "rise"),
    [
        ("b6", "guide", 0.15),
        ("b6", "guide_cosine", 0.15),
        ("b10", "guide", 0.05),
        ("b10", "guide_cosine", 0.15),
    ],
)
def test_a_guide_pulls_towards_its_own_features(engine, clouds, flowers, layer, kind, rise):
    source = resize(clouds, 512, 288)

    def closeness(picture):
        features, guide = (
            found.reshape(-1, found.shape[-1]) / np.linalg.norm(found, axis=-1).reshape(-1, 1)
            for found in (independent.activation(picture, layer), independent.activation(flowers, layer))
        )
        return float((features @ guide.T).max(axis=1).mean())

    full = {"octaves": 4, "steps": 10}
    guided = dreamed(engine, source, f"{kind}:{layer}", {"guide": Pixels(flowers)}, **full)
    assert closeness(guided) >= closeness(dreamed(engine, source, layer, **full)) + rise


def test_guides_share_one_trace_and_each_is_matched_with_its_own(engine, clouds, flowers):
    network, terms = engine.alternating(DreamSettings(objective="guide:b4"))[0]
    first, second = (engine.gradient(network, terms, {"guide": each[:64, :96]}, "fp32") for each in (clouds, flowers))
    assert first._compiled is second._compiled
    values = [gradient.value(clouds[:64, :96], np.zeros((64, 96, 0), np.float32), []) for gradient in (first, second)]
    assert values[0] > 1.01 * values[1]


@pytest.mark.parametrize("by_angle", [False, True])
def test_each_position_is_matched_with_the_best_without_all_products_at_once(by_angle):
    random = np.random.default_rng(0)
    features, guide = (random.standard_normal(shape, np.float32) for shape in ((1, 40, 30, 6), (500, 6)))
    compiled = tf.function(lambda features: loss._matched(features, tf.constant(guide), by_angle), autograph=False)
    lengths = np.linalg.norm(features, axis=-1, keepdims=True) if by_angle else 1
    np.testing.assert_allclose(compiled(features), (features / lengths @ guide.T).max(axis=-1), rtol=1e-4)
    operations = compiled.get_concrete_function(features).graph.get_operations()
    sizes = [output.shape.num_elements() or 0 for each in operations for output in each.outputs if output.shape.rank]
    assert max(sizes) < 40 * 30 * 500


def test_of_a_large_guide_as_many_positions_are_taken_as_can_be_matched():
    network, terms = SimpleNamespace(activations=lambda *_: {"b2": np.ones((1, 100, 90, 24))}), parse("guide:b2")
    (features,) = loss.guide_features(terms, network, {"guide": np.zeros((8, 8, 3), np.float32)})
    assert features.shape == (loss.MOST_GUIDE_POSITIONS, 24)


def test_a_mask_is_turned_with_its_picture(engine, clouds):
    """Half a turn of all: what comes back lies under the mask, as without the turn."""
    network, terms = engine.alternating(DreamSettings(objective="b1@hill"))[0]
    gradient = engine.gradient(network, terms, {}, "fp32")
    mask = np.zeros((96, 96, 1), np.float32)
    mask[16:40, 16:40] = 1
    even = [np.ones(count, np.float32) for count in gradient.emphasised]
    found = np.abs(gradient(clouds[:96, :96], mask, clouds[:96, :96, :0], even, Rotation(math.pi)))
    assert found[8:48, 8:48].sum() > 0.95 * found.sum() > 0


@pytest.mark.parametrize(
    ("objective", "code"),
    [
        ("b16", "layer.unknown"),
        ("b10[112]", "channel.unknown"),
        ("class:flibbertigibbet", "class.unknown"),
        ("guide:b6", "objective.picture"),
        ("b10@hill", "objective.picture"),
        ("b10 b3", "objective.syntax"),
    ],
)
def test_what_cannot_be_is_said_before_any_work(engine, objective, code):
    with pytest.raises(DreamError) as caught:
        next(dream(Job(Pixels(np.zeros((64, 64, 3), np.float32)), DreamSettings(objective=objective)), engine))
    assert caught.value.code == code

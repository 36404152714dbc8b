"""A network that took no part sees the thing that was dreamed by its name, and the picture gets no grain from it."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from deepdream_core.catalogue import network
from deepdream_core.dream import Job, dream
from deepdream_core.image.pixels import Pixels
from deepdream_core.image.resizing import resize
from deepdream_core.objective.classes import class_index
from deepdream_core.settings.dream_settings import DreamSettings
from deepdream_core.settings.presets import of_thing
from deepdream_core.weights import store
from tests import independent

from .test_lite_sisters import STAGES

ROOT = Path(__file__).parents[2]
# Kind of picture: its file, and which share of the words the judge has to see in it.
PICTURES = {
    "smooth": (independent.SHARED / "photos" / "clouds_1024x575.jpg", 0.9),
    "busy": (ROOT / "tests" / "kinds" / "photo.jpg", 0.8),
    "painting": (ROOT / "docs" / "sample.jpg", 0.6),
}
WORDS = (
    "owl",
    "castle",
    "tiger",
    "butterfly",
    "car",
    "ship",
    "horse",
    "church",
    "jellyfish",
    "peacock",
    "flower",
    "mushroom",
    "wolf",
    "elephant",
    "parrot",
    "fish",
    "turtle",
    "frog",
    "spider",
    "snake",
    "mountain",
    "beach",
    "lighthouse",
    "bridge",
    "train",
    "airplane",
    "clock",
    "piano",
    "bear",
    "dog",
)
JUDGED_AT = (224, 320, 448)
MOST_DETAIL = 1.4


@pytest.fixture(autouse=True)
def all_three_networks():
    for number in (1, 2):
        if not store.present(network(f"efficientnet_lite{number}")):
            pytest.skip(f"NOT TESTED: EfficientNet-Lite{number} is not installed")


@cache
def judge():
    """EfficientNet-Lite2, built apart from the project's own code."""
    return independent.lite(independent.lite_state(2), STAGES)


def source(kind, side):
    file = PICTURES[kind][0]
    if not file.exists():
        pytest.skip(f"no photo: {file} is absent")
    picture = np.asarray(Image.open(file).convert("RGB"), np.float32)
    return shrunk(picture, side)


def shrunk(picture, side):
    scale = side / max(picture.shape[:2])
    return resize(picture, round(picture.shape[1] * scale), round(picture.shape[0] * scale))


def dreamed(engine, picture, word):
    """By Lite0 and Lite1 in turn: the judge takes no part."""
    settings = of_thing(word, DreamSettings()).replace({"alternate_networks": "efficientnet_lite1"})
    for progress in dream(Job(Pixels(picture), settings), engine):
        result = progress.result
    return np.rint(result.rgb)


def seen_at(picture, word):
    """At how many sizes the judge has the word on top."""
    tops = (judge()(shrunk(picture, side)[np.newaxis], training=False)["logits"] for side in JUDGED_AT)
    return sum(int(np.argmax(np.asarray(top)[0])) in class_index(word) for top in tops)


def detail(picture):
    return np.mean([np.abs(np.diff(picture, axis=axis)).mean() for axis in (0, 1)])


@pytest.mark.parametrize(("kind", "word"), [("smooth", "owl"), ("busy", "castle"), ("painting", "tiger")])
def test_another_network_sees_the_thing(engine, kind, word):
    picture = source(kind, 384)
    assert seen_at(picture, word) == 0
    after = dreamed(engine, picture, word)
    assert seen_at(after, word) >= 2
    assert detail(after) <= MOST_DETAIL * detail(picture)


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("kind", PICTURES)
def test_another_network_sees_most_of_thirty_things(engine, kind):
    picture, share = source(kind, 512), PICTURES[kind][1]
    after = {word: dreamed(engine, picture, word) for word in WORDS}
    unseen = [word for word, found in after.items() if seen_at(found, word) < 2]
    assert len(unseen) <= (1 - share) * len(WORDS), unseen
    grainy = [word for word, found in after.items() if detail(found) > MOST_DETAIL * detail(picture)]
    assert not grainy

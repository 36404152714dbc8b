"""Weights that a cluster's worker lacks are sent to it; what arrives spoilt is refused before it is saved or read."""

from __future__ import annotations

import hashlib
from types import SimpleNamespace

import pytest

from deepdream_core.batch import sent_weights
from deepdream_core.batch.sent_weights import SentWeights
from deepdream_core.catalogue import network
from deepdream_core.errors import DreamError
from deepdream_core.networks import fetch
from deepdream_core.weights import store

CONTENT = b"numbers" * 100
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture(autouse=True)
def unread(tmp_path, monkeypatch):
    """A computer without weights, and weights that nobody reads: these are none."""
    monkeypatch.setenv("KRITA_DEEPDREAM_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(fetch, "look_through", lambda _path: None)
    monkeypatch.setattr(fetch, "build_from", lambda _info, _weights: None)


def test_what_arrives_whole_is_saved_once():
    sent = SentWeights("vgg16", CONTENT, SHA256, trusted=True)
    assert sent.receive()
    assert SentWeights.of("vgg16") == sent
    assert not sent.receive()


def test_what_arrives_spoilt_is_refused_and_leaves_nothing():
    for trusted in (True, False):
        with pytest.raises(DreamError) as told:
            SentWeights("vgg16", CONTENT[:-1] + b"!", SHA256, trusted).receive()
        assert told.value.code == "cluster.weights"
        assert not store.own_path(network("vgg16")).exists()


def test_without_the_senders_trust_only_the_publishers_are_saved():
    with pytest.raises(DreamError) as told:
        SentWeights("vgg16", CONTENT, SHA256, trusted=False).receive()
    assert told.value.code == "weights.checksum"


def test_a_worker_with_other_weights_is_told_before_it_computes():
    engine = SimpleNamespace(network=lambda _name: SimpleNamespace(weights=store.Weights(None, SHA256)))
    sent_weights.check(engine, {"vgg16": SHA256})
    with pytest.raises(DreamError) as told:
        sent_weights.check(engine, {"vgg16": SHA256[::-1]})
    assert told.value.code == "cluster.weights"

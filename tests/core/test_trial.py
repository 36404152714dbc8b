"""Which precision a trial takes: the faster one, if it is worth it and agrees; by a clock that the test turns."""

from __future__ import annotations

import numpy as np
import pytest

from deepdream_core.engine import cost, precision, trial
from deepdream_core.engine.engine import Engine
from deepdream_core.settings.dream_settings import FULL, DreamSettings
from deepdream_core.settings.style_settings import StyleSettings
from tests.fakes.engine import FakeEngine


class Fake:
    """A gradient that takes so many seconds for 512 x 512 pixels and points to ``target``."""

    maps, emphasised = (), ()

    def __init__(self, clock, seconds, target=200.0, fails=False):
        self._clock, self._seconds, self._target, self._fails = clock, seconds, target, fails
        self.calls = 0

    def __call__(self, picture, _maps, _original, _emphasis, _rotation):
        self.calls += 1
        self._clock[0] += self._seconds * picture.shape[0] ** 2 / 512**2
        if self._fails:
            self.when_failing("bf16", "AbortedError")
        return np.float32(self._target) - picture

    def value(self, picture, _maps, _emphasis):
        return 1 / float(np.square(200 - picture).mean())

    def probe(self):
        self(np.zeros((64, 64, 3), np.float32), None, None, None, None)


@pytest.fixture
def tried(monkeypatch):
    clock = [0.0]
    monkeypatch.setattr(trial.time, "perf_counter", lambda: clock[0])

    def run(fp32, bf16, **others):
        fakes = {"fp32": Fake(clock, fp32), "bf16": Fake(clock, bf16, **others)}
        return trial.tried(fakes.__getitem__, ["bf16"]), fakes

    return run


def test_the_faster_one_is_taken_if_it_wins_by_a_tenth(tried):
    found, _fakes = tried(0.1, 0.08)
    assert found.precision == "bf16" and not found.failed
    assert found.seconds == pytest.approx({"fp32": 0.1, "bf16": 0.08})
    assert tried(0.1, 0.095)[0].precision == "fp32"
    assert tried(0.1, 0.2)[0].precision == "fp32"


@pytest.mark.parametrize("target", [0.0, float("nan"), 128.0])
def test_one_that_does_not_agree_is_not_taken(tried, target):
    """It points away, is no number, or points elsewhere."""
    assert tried(0.1, 0.01, target=target)[0].precision == "fp32"


def test_one_that_fails_is_remembered_with_its_reason_and_not_timed(tried):
    found, _fakes = tried(0.1, 0.01, fails=True)
    assert (found.precision, found.failed) == ("fp32", {"bf16": "AbortedError"})
    assert list(found.seconds) == ["fp32"]


def test_hopeless_and_slow_ones_cost_little(tried):
    found, fakes = tried(0.1, 5.0)
    assert found.precision == "fp32" and fakes["bf16"].calls == 2
    found, fakes = tried(1.0, 2.5)
    assert found.precision == "fp32" and fakes["bf16"].calls == 3
    # Five rounds take a second at most, or one round.
    assert fakes["fp32"].calls == 4


def test_what_was_found_is_kept_for_this_computer(tmp_path, monkeypatch):
    monkeypatch.setenv("KRITA_DEEPDREAM_HOME", str(tmp_path / "ours"))
    assert precision.known("efficientnet_lite0", "auto") == precision.Trial()
    assert precision.resolved("auto", "efficientnet_lite0", "auto") == "fp32"
    found = precision.Trial("bf16", {"fp32": 0.08, "bf16": 0.05})
    precision.keep("efficientnet_lite0", "auto", found)
    assert precision.known("efficientnet_lite0", precision.usable_cores()) == found
    assert precision.resolved("auto", "efficientnet_lite0", "auto") == "bf16"
    assert precision.resolved("auto", "efficientnet_lite1", "auto") == "fp32"
    assert precision.newest() == {"efficientnet_lite0": found}
    monkeypatch.setenv("ONEDNN_MAX_CPU_ISA", "AVX2")
    assert precision.known("efficientnet_lite0", "auto") == precision.Trial()
    monkeypatch.delenv("ONEDNN_MAX_CPU_ISA")
    assert precision.never_again("efficientnet_lite0", "auto", "bf16", "AbortedError").precision == "fp32"
    assert precision.resolved("auto", "efficientnet_lite0", "auto") == "fp32"


@pytest.mark.parametrize(
    "text", ["", "[]", "{", '{"x": 1}', '{"x": {"seconds": [], "failed": 3, "precision": "fp99"}}']
)
def test_a_broken_file_counts_as_no_trials(tmp_path, monkeypatch, text):
    monkeypatch.setenv("KRITA_DEEPDREAM_HOME", str(tmp_path))
    (tmp_path / "precisions.json").write_text(text)
    assert precision.known("efficientnet_lite0", "auto") == precision.Trial()
    precision.keep("efficientnet_lite0", "auto", precision.Trial("fp32"))
    assert precision.known("efficientnet_lite0", "auto").precision == "fp32"


def test_the_first_estimate_comes_from_the_trial(tmp_path, monkeypatch):
    monkeypatch.setenv("KRITA_DEEPDREAM_HOME", str(tmp_path))
    settings = DreamSettings(steps=10, octaves=1, working_size=FULL)
    assert cost.seconds(settings, 512, 512) is None
    precision.keep("efficientnet_lite0", "auto", precision.Trial("bf16", {"fp32": 0.2, "bf16": 0.1}))
    assert 1.5 < cost.seconds(settings, 512, 512) < 2
    assert 2.5 < cost.seconds(settings.replace({"precision": "fp32"}), 512, 512) < 3.2
    assert cost.seconds(settings.replace({"objective": "b2"}), 512, 512) < cost.seconds(settings, 512, 512)
    # Where networks take turns, the mean of those that were tried.
    precision.keep("efficientnet_lite1", "auto", precision.Trial("bf16", {"fp32": 0.4, "bf16": 0.3}))
    turns = settings.replace({"alternate_networks": "efficientnet_lite1,efficientnet_lite2"})
    beside = 2 * cost.seconds(settings, 512, 512) - cost.seconds(settings.replace({"precision": "fp32"}), 512, 512)
    assert cost.seconds(turns, 512, 512) - beside == pytest.approx(2 * (cost.seconds(settings, 512, 512) - beside))
    cost.learn(settings, 512, 512, 8.0)
    assert cost.seconds(settings, 512, 512) == pytest.approx(8)


def test_only_a_dream_is_guessed_from_a_trial(tmp_path, monkeypatch):
    monkeypatch.setenv("KRITA_DEEPDREAM_HOME", str(tmp_path))
    precision.keep("efficientnet_lite0", "auto", precision.Trial("bf16", {"fp32": 0.2, "bf16": 0.1}))
    settings = DreamSettings(working_size=FULL)
    assert cost.seconds(settings, 512, 512) is not None
    assert cost.seconds(StyleSettings(), 512, 512) is None


def test_where_nothing_can_be_written_no_trial_is_remembered(tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("KRITA_DEEPDREAM_HOME", str(tmp_path / "file"))
    precision.keep("efficientnet_lite0", "auto", precision.Trial("bf16"))
    assert precision.never_again("efficientnet_lite0", "auto", "bf16", "x").failed == {"bf16": "x"}
    monkeypatch.setenv("KRITA_DEEPDREAM_HOME", str(tmp_path))
    assert precision.never_again("efficientnet_lite0", "auto", "bf16", "x").failed == {"bf16": "x"}
    assert precision.known("efficientnet_lite0", "auto").failed == {"bf16": "x"}


def test_a_computer_that_says_nothing_of_itself_has_trials_all_the_same(monkeypatch):
    def none(*_what, **_more):
        raise FileNotFoundError

    def version(package):
        if package == "tensorflow":
            return "2.99"
        raise precision.metadata.PackageNotFoundError

    monkeypatch.setattr(precision.Path, "read_text", none)
    assert precision.processor.__wrapped__()
    monkeypatch.setattr(precision.metadata, "version", version)
    assert precision._tensorflow.__wrapped__() == "2.99"


def test_an_engine_tries_what_nobody_has_tried_here_once_and_only_where_it_is_left_to_it(tmp_path, monkeypatch):
    monkeypatch.setenv("KRITA_DEEPDREAM_HOME", str(tmp_path))
    network, tried_ = FakeEngine().network("efficientnet_lite0"), []
    found = precision.Trial("bf16", {"fp32": 0.2, "bf16": 0.1})
    monkeypatch.setattr(Engine, "_tried", lambda _self, _network, candidates: tried_.append(candidates) or found)
    assert FakeEngine()._precision(network, "fp32") == "fp32" and not tried_
    for engine in (FakeEngine(), FakeEngine()):
        assert engine._precision(network, "auto") == engine._precision(network, "auto") == "bf16"
    assert tried_ == [["bf16"]], "the second engine reads what the first has found"
    assert precision.known("efficientnet_lite0", 1) == found
    precision.never_again("efficientnet_lite0", 1, "bf16", "x")
    assert FakeEngine()._precision(network, "auto") == FakeEngine()._precision(network, "bf16") == "fp32"
    assert len(tried_) == 1

"""What the properties share: the same examples at every run, more of them with ``--long``, and an engine of numpy."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings

from tests.fakes.engine import FakeEngine

# How many times as many examples ``--long`` tries.
LONG = 10
SLOW_TO_MAKE = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large]


def pytest_configure(config):
    count = 100 * (LONG if config.getoption("--long") else 1)
    settings.register_profile(
        "proof", max_examples=count, derandomize=True, database=None, deadline=None, suppress_health_check=SLOW_TO_MAKE
    )
    settings.load_profile("proof")


@pytest.fixture(scope="session", autouse=True)
def own_folder(tmp_path_factory):
    """Nothing of these tests may reach the person's own data folder."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KRITA_DEEPDREAM_HOME", str(tmp_path_factory.mktemp("own")))
        yield


@pytest.fixture(scope="session")
def engine():
    return FakeEngine()

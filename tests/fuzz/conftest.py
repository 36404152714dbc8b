"""A data folder of their own, and how many inputs were tried."""

from __future__ import annotations

import pytest

from tests import reliability

REPLAY = "tests/fuzz/test_replay.py"
# Test → how many inputs it tried.
TRIED: dict[str, int] = {}


def pytest_terminal_summary(terminalreporter, config):
    if TRIED:
        seconds, failed = reliability.outcome(terminalreporter, REPLAY)
        counts = {"inputs": sum(TRIED.values()), "targets": len(TRIED), "failed": failed}
        terminalreporter.write_line(f"fuzzed: {counts['inputs']} inputs for {counts['targets']} targets")
        if reliability.is_whole(terminalreporter, REPLAY):
            reliability.note("fuzz", config.getoption("--long"), seconds, counts)


def pytest_collection_modifyitems(config, items):
    """At length a target takes up to an hour on a busy machine."""
    if config.getoption("--long"):
        for item in items:
            item.add_marker(pytest.mark.timeout(3600))


@pytest.fixture(scope="session", autouse=True)
def own_folder(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KRITA_DEEPDREAM_HOME", str(tmp_path_factory.mktemp("own")))
        yield

"""Krita quits, or the environment goes while it runs: the worker is ended, the set-up offered."""

from __future__ import annotations

import pytest

from krita_deepdream.core import errors
from krita_deepdream.setup.needs import Need


@pytest.fixture
def extension(krita, monkeypatch, tmp_path):
    """The plugin's extension, with a session that notes that it was closed."""
    from krita_deepdream import plugin

    class Part:
        need = None
        strength = 50.0

        def __init__(self):
            self.results, self.done, self.told = self, [], []

        def close(self):
            self.done.append("closed")

        def stop(self, wait=False):
            self.done.append("stopped")

        def remember(self):
            raise errors.DreamError("setup.files", path=tmp_path, reason="No space left on device")

        def look_again(self):
            self.done.append("looked")

        def report_fault(self, error):
            self.told.append(error)

    made = plugin.DeepDreamExtension.__new__(plugin.DeepDreamExtension)
    made.session = made.choice = made.upkeep = Part()
    made.keeper = Part()
    monkeypatch.setattr(plugin.application, "tell", lambda text: None)
    return made


def test_where_nothing_can_be_remembered_the_worker_ends_all_the_same(extension):
    extension._close()
    assert extension.session.done == ["closed", "stopped"]
    assert [error.code for error in extension.session.told] == ["setup.files"]


def test_a_worker_that_is_gone_meanwhile_has_the_set_up_look_again(extension, monkeypatch):
    assert extension._worker_command() is None
    assert extension.upkeep.done == ["looked"]


def test_where_packages_are_missing_no_worker_is_started(extension):
    extension.upkeep.need = Need.EXTEND
    with pytest.raises(errors.DreamError, match="more packages") as told:
        extension._worker_command()
    assert "Update Packages" in told.value.advice

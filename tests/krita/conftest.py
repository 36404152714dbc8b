"""A virtual screen for the whole session; one Krita per file of scenarios; loud words when there is none."""

from __future__ import annotations

import pytest

from . import harness


@pytest.fixture(scope="session")
def screen():
    """A virtual screen on which Krita has been started once before; skips without Krita."""
    lacking = harness.missing()
    if lacking:
        pytest.skip(f"REAL KRITA IS NOT TESTED: there is no {', no '.join(lacking)} on this computer")
    with harness.screen() as display:
        yield display


@pytest.fixture(scope="session")
def krita(screen, tmp_path_factory):
    """Plays scenarios in a Krita with the plugin installed: ``krita("dreams", ["whole_layer"])``."""
    harness.ensure_cached_profile(screen, tmp_path_factory.mktemp("first"))

    def play(scenarios: str, names: list[str], profile: harness.Profile | None = None) -> harness.Played:
        folder = tmp_path_factory.mktemp(scenarios)
        if profile is None:
            profile = harness.Profile.make(folder / "profile")
            profile.install_plugin()
        return harness.play(profile, screen, folder / "report", scenarios, names)

    return play

"""A virtual screen for the whole session; one Krita per file of scenarios; loud words when there is none."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import pytest

from . import harness

TRIED = pytest.StashKey[set]()
TOOK = pytest.StashKey[dict]()
COMPLAINTS = pytest.StashKey[list]()


@pytest.fixture(scope="session")
def screen():
    """A virtual screen; skips where there is no Krita."""
    lacking = harness.missing()
    if lacking:
        pytest.skip(f"REAL KRITA IS NOT TESTED: there is no {', no '.join(lacking)} on this computer")
    with harness.screen() as display:
        yield display


@pytest.fixture(scope="module", autouse=True)
def nobody_complains(request):
    """After the last test of a file: nothing was raised in any Krita that it has started, whatever else was seen."""
    yield
    complaints = request.config.stash.setdefault(COMPLAINTS, [])
    told = "\n\n".join(complaints)
    complaints.clear()
    assert not told, told


@pytest.fixture(scope="session")
def krita(screen, tmp_path_factory, request):
    """Plays scenarios in a Krita with the plugin installed: ``krita("dreams", ["whole_layer"])``.

    ``steps``: that many instead of the default preset's, where it doesn't matter how far a dream goes. ``longest``: the
    seconds after which Krita is killed. ``chosen``: what is in DeepDream's folder before, by the files' names.
    ``profile``: an earlier run's, to go on with.
    """
    harness.ensure_cached_profile(screen, tmp_path_factory.mktemp("first"))

    def play(
        scenarios: str,
        names: list[str],
        steps: int = 0,
        longest: float = harness.LONGEST,
        chosen: Mapping[str, str] = MappingProxyType({}),
        profile: harness.Profile | None = None,
    ) -> harness.Played:
        folder = tmp_path_factory.mktemp(scenarios)
        if profile is None:
            profile = harness.Profile.make(folder / "profile")
            profile.install_plugin()
        if steps:
            profile.choose_steps(steps)
        for name, text in chosen.items():
            (profile.folder / "deepdream" / name).write_text(text, encoding="utf-8")
        played = harness.play(profile, screen, folder / "report", scenarios, names, longest)
        note_tried(request.config, scenarios, played)
        return played

    return play


def note_tried(config, scenarios: str, played: harness.Played) -> None:
    """Remember which Krita it was, how long each scenario took, and what its logs complain of."""
    config.stash.setdefault(COMPLAINTS, []).extend(f"{scenarios}: {each}" for each in played.complaints)
    if played.report:
        tried = config.stash.setdefault(TRIED, set())
        tried.add("Krita {krita} (Qt {qt}, Python {python})".format_map(played.report))
        took = config.stash.setdefault(TOOK, {})
        took[f"{scenarios}: Krita"] = played.seconds
        took.update({f"{scenarios}: {name}": seen["seconds"] or 0 for name, seen in played.report["scenarios"].items()})


def pytest_terminal_summary(terminalreporter, config):
    """Say at the end which Krita it was, and how to try another."""
    tried = ", ".join(sorted(config.stash.get(TRIED, set())))
    terminalreporter.write_line(f"Tried in: {tried or 'NO REAL KRITA'}")
    if config.getoption("durations") is not None:
        took = config.stash.get(TOOK, {})
        for name in sorted(took, key=took.__getitem__, reverse=True):
            terminalreporter.write_line(f"{took[name]:6.1f} s {name}")
    terminalreporter.write_line("Another Krita: see tests/krita/make_chroot.sh")

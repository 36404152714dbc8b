"""A German Krita has a German docker: the language is Krita's own, whatever the system's is."""

from __future__ import annotations

from pathlib import Path

import pytest

from . import harness
from .conftest import note_tried

pytestmark = [pytest.mark.krita, pytest.mark.timeout(harness.PATIENCE)]
TRANSLATION = Path("/usr/share/locale/de/LC_MESSAGES/krita.mo")


@pytest.fixture(scope="module")
def seen(screen, tmp_path_factory, request) -> harness.Seen:
    if not TRANSLATION.exists():
        pytest.skip("NOT TESTED: Krita's German translation is not on this computer")
    folder = tmp_path_factory.mktemp("german")
    harness.ensure_cached_profile(screen, tmp_path_factory.mktemp("first"))
    profile = harness.Profile.make(folder / "profile")
    profile.install_plugin()
    # What Settings > Switch Application Language writes.
    (profile.folder / "config" / "klanguageoverridesrc").write_text("[Language]\nkrita=de\n")
    played = harness.play(profile, screen, folder / "report", "german", ["german"])
    note_tried(request.config, "german", played)
    seen = played["german"]
    if seen["krita"] == "Layers":
        pytest.skip("NOT TESTED: this Krita stays English when it is told to be German")
    return seen


def test_krita_itself_is_german(seen):
    assert seen["krita"] == "Ebenen"


def test_so_are_docker_layer_and_menu(seen):
    assert seen["verb"] == "Träumen"
    assert seen["aim"].startswith("Auswahl 160 × 140 auf „")
    assert seen["layer"] == "Tiere"
    assert seen["says"].startswith("„Tiere“ ist die neue Ebene über")
    assert "DeepDream erneut anwenden" in seen["menu"]

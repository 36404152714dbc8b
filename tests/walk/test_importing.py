"""Without a terminal: Krita's own importer takes the archive, and after a restart the docker offers to set up."""

from __future__ import annotations

import pytest

from tests.krita import harness
from tools import packing

from . import names, session
from .hands import until
from .painter import Painter

pytestmark = [pytest.mark.krita, pytest.mark.slow, pytest.mark.timeout(500)]


def test_the_archive_is_imported_and_the_docker_offers_to_set_up(screen, blank, tmp_path):
    packing.make_zip(harness.ROOT, tmp_path / "deepdream.zip")
    profile = harness.Profile.bare(tmp_path / "profile")
    with session.krita(screen, tmp_path, blank, profile=profile) as running:
        painter = Painter(running, tmp_path, blank)
        painter.hands.menu("Tools", "Scripts", "Import Python Plugin from File...")
        painter.answer_with_path(names.IMPORTING, tmp_path / "deepdream.zip")
        until(lambda: painter.hands.window(names.ACTIVATING), lambda: f"a question; {painter.hands.windows()}")
        painter.hands.shot("imported")
        painter.hands.keys("Return")
        until(lambda: not painter.hands.window(names.ACTIVATING), "the end of the question")
        painter.hands.keys("ctrl+q")
        assert running.ended() == 0
    with session.krita(screen, tmp_path, blank, profile=profile) as running:
        painter = Painter(running, tmp_path, blank)
        painter.hands.quiet()
        painter.hands.shot("after a restart")
        if not painter.hands.find(names.SET_UP, "push button"):
            painter.open_docker()
        painter.hands.see(names.SET_UP, "push button")

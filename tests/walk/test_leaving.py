"""A painter who doesn't wait: closes the image, or quits Krita, in the middle of a dream."""

from __future__ import annotations

import time

import pytest

from tests.krita.harness import COMPLAINT

from . import names
from .hands import PATIENCE, until
from .painter import DEAF_S, DISCARD, DREAM_S, Painter

pytestmark = [pytest.mark.krita, pytest.mark.timeout(500)]
# Steps: long enough to be left in the middle, and so long that nobody would wait for the end.
FAR, ENDLESS = "60", "500"
QUITS_S = 20.0


def begin_far(painter: Painter, steps: str) -> None:
    """Begin a dream of so many steps, and wait until it is seen to grow."""
    painter.hands.set_number(names.STEPS, steps)
    painter.begin()
    until(lambda: painter.hands.find(names.PREVIEW), lambda: f"a preview; {painter.hands.told()}", DREAM_S)
    assert painter.busy()


def test_an_image_is_closed_in_the_middle_of_a_dream(painter):
    closed = painter.painting.name
    begin_far(painter, FAR)
    painter.hands.keys("ctrl+w")
    until(lambda: closed not in painter.hands.window_title(), "a closed image")
    painter.says("was closed before its dream finished", DREAM_S)
    painter.hands.shot("closed in the middle")
    # What was dreamed isn't lost. (A button that has just appeared is deaf for a moment.)
    time.sleep(DEAF_S)
    painter.hands.click(names.AS_NEW_IMAGE, "push button")
    until(
        lambda: any(name.startswith(names.ANIMALS) for name in painter.hands.layers()),
        lambda: f"the dream in a new image; there are {painter.hands.layers()}",
    )
    painter.open("another")
    painter.hands.set_number(names.STEPS, "2")
    painter.hands.click(names.EYES, "check box")
    assert painter.dream()[0].startswith(names.EYES)
    assert painter.save().names[1:] == ["Background"]


# The last one of this file: what it chose goes with its Krita.
def test_krita_quits_in_the_middle_of_a_dream(painter):
    kept = painter.painting.read_bytes()
    begin_far(painter, ENDLESS)
    began = time.monotonic()
    painter.hands.keys("ctrl+q")

    def ended() -> bool:
        if painter.session.running and painter.hands.find(DISCARD, "push button", names.KRITA_ASKS):
            painter.hands.click(DISCARD, "push button", names.KRITA_ASKS)
        return not painter.session.running

    until(ended, "the end of Krita", QUITS_S)
    assert painter.session.ended() == 0
    assert time.monotonic() - began < QUITS_S * PATIENCE
    assert painter.session.left_behind() == []
    logs = [painter.session.log, *(painter.folder / "deepdream" / "logs").glob("*.log*")]
    assert len(logs) > 1, "the plugin keeps no log"
    said = "\n".join(log.read_text(encoding="utf-8", errors="replace") for log in logs)
    assert not COMPLAINT.search(said), said[-3000:]
    assert painter.painting.read_bytes() == kept

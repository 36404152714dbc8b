"""The page *Zoom*: a film of the current layer becomes an animated layer or a file, and can be cancelled."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from krita_deepdream.films import PREFIX
from krita_deepdream.jobs import State
from krita_deepdream.qt import QtGui

from .conftest import Painter, until
from .test_style import real, turn

Paint = Callable[..., Painter]


def left_behind() -> set[Path]:
    return set(Path(tempfile.gettempdir()).glob(f"{PREFIX}*"))


@pytest.mark.slow
def test_a_film_becomes_an_animated_layer_and_leaves_nothing_behind(paint: Paint) -> None:
    pytest.importorskip("tensorflow")
    before, painter = left_behind(), real(paint)
    turn(painter, "Zoom")
    assert painter.button == "Make Film"
    painter.choice.film.nudge({"frames": 2})
    painter.choice.nudge({"steps": 1, "octaves": 1})
    painter.click("dream")
    until(lambda: painter.host.films or painter.session.state is State.FAILED, 180)
    assert painter.host.films, painter.status
    _name, frames, per_second = painter.host.films[0]
    images = [QtGui.QImage.fromData(data) for data in frames]
    picture = painter.host.picture
    assert [(image.width(), image.height()) for image in images] == [(picture.width, picture.height)] * 2
    assert frames[0] != frames[1] and per_second == painter.choice.film.settings.per_second
    assert "animated layer of 2 frames" in painter.status and left_behind() == before
    painter.choice.film.nudge({"frames": 500})
    painter.click("dream")
    until(lambda: painter.session.progress, 60)
    painter.click("dream")
    until(lambda: painter.button == "Make Film" and not painter.session._owed, 60)
    assert len(painter.host.films) == 1 and left_behind() == before

"""Grids of pictures stay grids, whatever the things in them are called."""

from __future__ import annotations

import pytest

from krita_deepdream.qt import QtGui
from krita_deepdream.widgets.picture_grid import PictureGrid, Shown

LONG = "IMG_20260412_184533_holiday in the mountains with everybody"


def grid(*labels: str, width: int = 280) -> PictureGrid:
    made = PictureGrid("thing", "Things")
    made.resize(width, 400)
    made.show_things([Shown(str(index), label, "", QtGui.QIcon()) for index, label in enumerate(labels)])
    return made


def columns(made: PictureGrid) -> int:
    return len({button.x() for button in made._buttons.values()})


@pytest.mark.parametrize("label", ["Dots", "Watercolour", LONG, "W" * 300])
def test_one_long_name_leaves_the_columns(label: str) -> None:
    made = grid("Ink", "Glass", "Swirls", "Dots", label)
    assert columns(made) >= 3
    last = made._buttons["4"]
    assert last.fontMetrics().horizontalAdvance(last.text().replace("&&", "&")) <= last.width()


def test_a_name_that_is_cut_off_is_whole_for_tips_and_screen_readers() -> None:
    made = grid(LONG)
    button = made._buttons["0"]
    assert button.text() != LONG and button.text().endswith("…")
    assert button.accessibleName() == LONG and LONG in button.toolTip()


def test_a_name_with_marks_of_its_own_is_shown_as_it_is() -> None:
    made = grid("A & <b>")
    button = made._buttons["0"]
    assert button.text() == "A && <b>" and "&lt;b&gt;" in button.toolTip()

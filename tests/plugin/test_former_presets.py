"""The presets of version 0.1.0 are still there, in a menu, and old names mean them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from krita_deepdream.choices.choice import Choice
from krita_deepdream.choices.store import Store
from krita_deepdream.core import dream_settings, presets
from krita_deepdream.qt import QAction, QtWidgets

from .conftest import Painter, scripted

Paint = Callable[..., Painter]


def test_a_former_preset_is_taken_from_the_menu(paint: Paint) -> None:
    painter = paint(scripted("good"))
    action = painter.panel.findChild(QAction, "deepdream_preset_veins (0.1)")
    assert action is not None and action.text() == "Veins (0.1)"
    action.trigger()
    assert painter.choice.name == "Veins (0.1)"
    assert painter.choice.settings == presets.FORMER_PRESETS["Veins (0.1)"].settings
    assert painter.choice.settings.natural_colours == 0 and not painter.choice.settings.headroom


def test_what_was_chosen_in_the_former_version_is_that(tmp_path: Path) -> None:
    former = presets.preset("Storm").settings
    Store(tmp_path).save_choice("Storm", former, 80.0)
    choice = Choice(Store(tmp_path))
    assert choice.settings == former and choice.preset == choice.name == "Storm (0.1)"


def test_a_former_dream_is_called_by_its_preset(tmp_path: Path) -> None:
    choice = Choice(Store(tmp_path))
    choice.take("Scales", dream_settings.DreamSettings.from_dict({"objective": "b8", "size": 15}))
    assert choice.name == "Scales (0.1)"


def test_the_grid_shows_families_under_their_names(paint: Paint) -> None:
    grid = paint(scripted("good")).widget("presets")
    headings = [label.text() for label in grid.findChildren(QtWidgets.QLabel)]
    assert headings == [presets.CREATURES, presets.MATERIALS]
    tops = {name: button.y() for name, button in grid._buttons.items()}
    assert max(tops[name] for name, each in presets.PRESETS.items() if each.family == presets.CREATURES) < min(
        tops[name] for name, each in presets.PRESETS.items() if each.family == presets.MATERIALS
    )

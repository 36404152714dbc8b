"""The menu beside the presets: save, rename, delete, export and import presets of the painter's own."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path
from typing import cast

from ...border import guarded
from ...choices.choice import Choice
from ...choices.store import file_name, read_preset, write_preset
from ...choices.variants import surprise
from ...core import presets
from ...dreaming import again
from ...dreaming.session import Session
from ...language import mark, tr
from ...qt import QAction, Qt, QtWidgets
from ...widgets.menus import entry

LONGEST_NAME = 100
FILES = mark("DeepDream preset (*.json)")


class PresetMenu(QtWidgets.QToolButton):
    """A button with a menu; everything in it acts on ``choice``."""

    def __init__(self, session: Session, choice: Choice) -> None:
        super().__init__()
        self._session = session
        self._choice = choice
        self.setObjectName("deepdream_preset_menu")
        self.setAccessibleName(tr("Presets menu"))
        self.setText(tr("Presets"))
        self.setAutoRaise(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setPopupMode(QtWidgets.QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QtWidgets.QMenu(self)
        entry(menu, tr("Save as Preset…"), self._save, "preset_save")
        self._rename_action = entry(menu, tr("Rename Preset…"), self._rename, "preset_rename")
        self._delete_action = entry(menu, tr("Delete Preset"), self._delete, "preset_delete")
        menu.addSeparator()
        self._favourite = entry(menu, tr("Favourite"), self._star, "preset_favourite")
        self._favourite.setCheckable(True)
        entry(menu, tr("Surprise Me"), self._surprise, "preset_surprise")
        menu.addSeparator()
        entry(menu, tr("Import Preset…"), self._import, "preset_import")
        entry(menu, tr("Export Preset…"), self._export, "preset_export")
        menu.addSeparator()
        menu.addMenu(self._former(menu))
        menu.addSeparator()
        entry(menu, tr("Use Settings of Active Layer"), self._use_active, "preset_active")
        entry(menu, tr("Dream Active Layer Again with a New Seed"), self._dream_again, "dream_again")
        menu.aboutToShow.connect(self._show)
        self.setMenu(menu)

    def _former(self, menu: QtWidgets.QMenu) -> QtWidgets.QMenu:
        """The presets of version 0.1.0, for pictures that were begun with them."""
        former = QtWidgets.QMenu(tr("Presets of Version 0.1"), menu)
        former.setObjectName("deepdream_former_presets")
        for preset in presets.FORMER_PRESETS.values():
            action = entry(former, tr(preset.name), self._take_former, f"preset_{preset.name.lower()}")
            action.setData(preset.name)
        return former

    @guarded
    def _take_former(self, _checked: bool = False) -> None:
        self._choice.take_preset(cast(QAction, self.sender()).data())

    @guarded
    def _show(self) -> None:
        """Only the painter's own presets can be renamed and deleted."""
        own = self._choice.is_own(self._choice.preset)
        self._rename_action.setEnabled(own)
        self._delete_action.setEnabled(own)
        self._favourite.setChecked(self._choice.is_favourite(self._choice.saved_as))

    @guarded
    def _save(self, _checked: bool = False) -> None:
        name = self._ask(tr("Save as Preset"), "")
        if name:
            self._choice.keep_preset(presets.Preset(name, "", self._choice.settings))

    @guarded
    def _rename(self, _checked: bool = False) -> None:
        old = self._choice.preset
        name = self._ask(tr("Rename Preset"), old)
        if name:
            self._choice.rename_preset(old, name)

    @guarded
    def _delete(self, _checked: bool = False) -> None:
        self._choice.drop_preset(self._choice.preset)

    @guarded
    def _star(self, wanted: bool) -> None:
        """What is no preset yet becomes one of the painter's own."""
        name = self._choice.saved_as
        if name:
            self._choice.set_favourite(name, wanted)
        else:
            self._choice.keep_favourite(self._choice.settings)

    @guarded
    def _surprise(self, _checked: bool = False) -> None:
        self._choice.take("", surprise(random.Random()).settings)

    @guarded
    def _import(self, _checked: bool = False) -> None:
        path, _filter = QtWidgets.QFileDialog.getOpenFileName(self, tr("Import Preset"), "", tr(FILES))
        if not path:
            return
        found = read_preset(Path(path))
        self._choice.keep_preset(replace(found, name=self._choice.free_name(found.name)))

    @guarded
    def _export(self, _checked: bool = False) -> None:
        name = self._choice.preset or self._choice.name
        file = f"{file_name(name)}.json"
        path, _filter = QtWidgets.QFileDialog.getSaveFileName(self, tr("Export Preset"), file, tr(FILES))
        if path:
            target = Path(path) if path.endswith(".json") else Path(f"{path}.json")
            write_preset(target, presets.Preset(name, "", self._choice.settings))

    @guarded
    def _use_active(self, _checked: bool = False) -> None:
        self._choice.take(*again.named_settings(self._session.host.recipe()))

    @guarded
    def _dream_again(self, _checked: bool = False) -> None:
        self._session.dream(again.repeat_request(self._session.host.recipe(), self._choice.destination))

    def _ask(self, title: str, name: str) -> str:
        text, agreed = QtWidgets.QInputDialog.getText(
            self, title, tr("Name"), QtWidgets.QLineEdit.EchoMode.Normal, name
        )
        return str(text).strip()[:LONGEST_NAME] if agreed else ""

"""*Pictures* under More: what the painter gives the dream beside the picture that is dreamed, and what it does there.

Each picture is a button with its thumbnail and name; its menu puts it to work as a guide or as a mask.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from ...border import guarded
from ...choices.choice import Choice
from ...core import errors, wire
from ...language import tr
from ...orders.given import LONGEST_PX, Given, flat_colours, guide_by, masked_by, name_for
from ...orders.given_words import colour_icon, colour_word
from ...orders.images import to_image
from ...orders.jobs import Lender
from ...qt import Qt, QtCore, QtGui, QtWidgets
from ...widgets.menus import entry
from ...widgets.picture_menu import PictureMenu
from ...widgets.tips import plain

THUMBNAIL = QtCore.QSize(40, 30)


class PicturesBox(QtWidgets.QWidget):
    """Follows ``choice.given`` and changes it."""

    def __init__(self, lender: Lender, choice: Choice) -> None:
        super().__init__()
        self._lender = lender
        self._choice = choice
        self._shown: list[Given] = []
        self.setObjectName("deepdream_pictures")
        self.setSizePolicy(QtWidgets.QSizePolicy.Policy.Expanding, QtWidgets.QSizePolicy.Policy.Preferred)
        self._add = _menu_button("deepdream_picture_add", tr("Add Picture"))
        self._add.setToolTip(tr("A guide that the dream goes towards, or a mask that says where something grows"))
        menu = PictureMenu(lender, LONGEST_PX, self._add)
        menu.taken.connect(self._give)
        self._add.setMenu(menu)
        self._column = QtWidgets.QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(2)
        self._column.addWidget(self._add)
        choice.changed.connect(self._show)
        self._show()

    @guarded
    def _show(self) -> None:
        given = list(self._choice.given.values())
        if given == self._shown:
            return
        while self._column.count() > 1:
            item = self._column.takeAt(0)
            button = item.widget() if item else None
            if button:
                button.setParent(None)
                button.deleteLater()
        for index, each in enumerate(given):
            self._column.insertWidget(index, self._button(each))
        self._shown = given

    def _button(self, given: Given) -> QtWidgets.QToolButton:
        button = _menu_button(f"deepdream_picture_{given.name}", given.label)
        menu = QtWidgets.QMenu(button)
        menu.aboutToShow.connect(partial(self._fill_menu, menu, given.name))
        button.setMenu(menu)
        button.setToolTip(plain(tr("What “{label}” does in the dream", label=given.label)))
        button.setIcon(QtGui.QIcon(_thumbnail(given.picture)))
        button.setIconSize(THUMBNAIL)
        return button

    @guarded
    def _fill_menu(self, menu: QtWidgets.QMenu, name: str) -> None:
        menu.clear()
        given = self._look_again(self._choice.given[name])
        entry(menu, tr("Dream Towards It"), partial(self._use_as_guide, given))
        menu.addSeparator()
        entry(menu, tr("Dream Only Where It Is Light"), partial(self._use_as_mask, given, ""))
        for colour in flat_colours(given.picture):
            words = tr("Dream Only Where It Is {colour}", colour=colour_word(colour))
            entry(menu, words, partial(self._use_as_mask, given, colour)).setIcon(colour_icon(colour))
        menu.addSeparator()
        entry(menu, tr("Take It Away"), partial(self._take_back, given))

    def _look_again(self, given: Given) -> Given:
        """The painter may have gone on painting, or the layer may be gone."""
        if not given.node:
            return given
        try:
            now = replace(given, picture=self._lender.borrow(given.node))
        except errors.DreamError:
            now = replace(given, picture=None)
        # Not ``give``: the button whose menu is about to open must stay.
        self._choice.given[given.name] = now
        return now

    @guarded
    def _use_as_guide(self, given: Given, _checked: bool = False) -> None:
        chosen = self._choice.settings
        self._choice.nudge({"objective": guide_by(chosen.objective, given.name, chosen.network)})

    @guarded
    def _use_as_mask(self, given: Given, colour: str, _checked: bool = False) -> None:
        mask = f"{given.name}#{colour}" if colour else given.name
        self._choice.nudge({"objective": masked_by(self._choice.settings.objective, mask)})

    @guarded
    def _take_back(self, given: Given, _checked: bool = False) -> None:
        self._choice.take_back(given.name)

    @guarded
    def _give(self, given: Given) -> None:
        self._choice.give(replace(given, name=name_for(given.label, self._choice.given)))


def _thumbnail(picture: wire.Picture | None) -> QtGui.QPixmap:
    if picture is None:
        return QtGui.QPixmap()
    aspect, smooth = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
    return QtGui.QPixmap.fromImage(to_image(picture).scaled(THUMBNAIL, aspect, smooth))


def _menu_button(name: str, text: str) -> QtWidgets.QToolButton:
    button = QtWidgets.QToolButton()
    button.setObjectName(name)
    button.setAccessibleName(text)
    button.setText(text)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    button.setPopupMode(QtWidgets.QToolButton.ToolButtonPopupMode.InstantPopup)
    button.setSizePolicy(QtWidgets.QSizePolicy.Policy.Ignored, QtWidgets.QSizePolicy.Policy.Fixed)
    return button

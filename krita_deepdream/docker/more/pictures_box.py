"""*Pictures* under More: what the painter gives the dream beside the picture that is dreamed, and what it does there.

Each picture is a button with its thumbnail and name; its menu puts it to work as a guide or as a mask.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from ...border import guarded
from ...choices.choice import Choice
from ...core import errors, syntax, wire
from ...jobs.descriptions import colour_icon, colour_word
from ...jobs.images import to_image
from ...jobs.job import PictureProvider
from ...jobs.named_pictures import LONGEST_PX, NamedPicture, guide_by, masked_by, masks_of, name_for
from ...language import mark, tr
from ...qt import Qt, QtCore, QtGui, QtWidgets
from ...widgets.buttons import tool_button
from ...widgets.layouts import clear
from ...widgets.menus import entry
from ...widgets.picture_menu import PictureMenu
from ...widgets.tips import plain

THUMBNAIL = QtCore.QSize(40, 30)


class PicturesBox(QtWidgets.QWidget):
    """Follows ``choice.named_pictures`` and changes it; ``prefix`` begins the object names of what is in it."""

    prefix, label = "", mark("Add Picture")
    words = mark("A guide picture to dream towards, or a mask that limits where something grows")

    def __init__(self, provider: PictureProvider, choice: Choice) -> None:
        super().__init__()
        self._provider = provider
        self._choice = choice
        self._shown: list[NamedPicture] = []
        self.setObjectName(f"deepdream_{self.prefix}pictures")
        self.setSizePolicy(QtWidgets.QSizePolicy.Policy.Expanding, QtWidgets.QSizePolicy.Policy.Preferred)
        self._add = _menu_button(f"deepdream_{self.prefix}picture_add", tr(self.label))
        self._add.setToolTip(tr(self.words))
        menu = PictureMenu(provider, LONGEST_PX, self._add)
        menu.picture_chosen.connect(self._give)
        self._add.setMenu(menu)
        self._column = QtWidgets.QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(2)
        self._column.addWidget(self._add)
        choice.changed.connect(self._show)
        self._show()

    @guarded
    def _show(self) -> None:
        named_pictures = list(self._choice.named_pictures.values())
        if named_pictures == self._shown:
            return
        clear(self._column, left=1)
        for index, each in enumerate(named_pictures):
            self._column.insertWidget(index, self._button(each))
        self._shown = named_pictures

    def _button(self, picture: NamedPicture) -> QtWidgets.QToolButton:
        button = _menu_button(f"deepdream_{self.prefix}picture_{picture.name}", picture.label)
        menu = QtWidgets.QMenu(button)
        menu.aboutToShow.connect(partial(self._fill_menu, menu, picture.name))
        button.setMenu(menu)
        button.setToolTip(plain(tr("How “{label}” is used", label=picture.label)))
        button.setIcon(QtGui.QIcon(_thumbnail(picture.picture)))
        button.setIconSize(THUMBNAIL)
        return button

    @guarded
    def _fill_menu(self, menu: QtWidgets.QMenu, name: str) -> None:
        menu.clear()
        picture = self._look_again(self._choice.named_pictures[name])
        self._offer_uses(menu, picture)
        entry(menu, tr("Remove"), partial(self._take_back, picture))

    def _offer_uses(self, menu: QtWidgets.QMenu, picture: NamedPicture) -> None:
        entry(menu, tr("Dream Towards It"), partial(self._use_as_guide, picture))
        menu.addSeparator()
        for mask in masks_of(picture):
            colour = mask.partition("#")[2]
            entry(menu, _only_where(colour), partial(self._use_as_mask, mask)).setIcon(colour_icon(colour))
        menu.addSeparator()

    def _look_again(self, picture: NamedPicture) -> NamedPicture:
        """The painter may have gone on painting, or the layer may be gone."""
        if not picture.node:
            return picture
        try:
            now = replace(picture, picture=self._provider.read_picture(picture.node))
        except errors.DreamError:
            now = replace(picture, picture=None)
        # Not ``give``: the button whose menu is about to open must stay.
        self._choice.named_pictures[picture.name] = now
        return now

    @guarded
    def _use_as_guide(self, picture: NamedPicture, _checked: bool = False) -> None:
        chosen = self._choice.settings
        self._choice.nudge({"objective": guide_by(chosen.objective, picture.name, chosen.network)})

    @guarded
    def _use_as_mask(self, mask: str, _checked: bool = False) -> None:
        self._choice.nudge({"objective": masked_by(self._choice.settings.objective, mask)})

    @guarded
    def _take_back(self, picture: NamedPicture, _checked: bool = False) -> None:
        self._choice.take_back(picture.name)

    @guarded
    def _give(self, picture: NamedPicture) -> None:
        self._choice.give(replace(picture, name=name_for(picture.label, self._choice.named_pictures)))


def _only_where(colour: str) -> str:
    """The menu's words for a mask, by what follows its picture's name."""
    if colour == syntax.ALPHA:
        return tr("Dream Only Where It Is Painted")
    return (
        tr("Dream Only Where It Is {colour}", colour=colour_word(colour))
        if colour
        else tr("Dream Only Where It Is Light")
    )


def _thumbnail(picture: wire.Picture | None) -> QtGui.QPixmap:
    if picture is None:
        return QtGui.QPixmap()
    aspect, smooth = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
    return QtGui.QPixmap.fromImage(to_image(picture).scaled(THUMBNAIL, aspect, smooth))


def _menu_button(name: str, text: str) -> QtWidgets.QToolButton:
    button = tool_button(name, text)
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    button.setPopupMode(QtWidgets.QToolButton.ToolButtonPopupMode.InstantPopup)
    button.setSizePolicy(QtWidgets.QSizePolicy.Policy.Ignored, QtWidgets.QSizePolicy.Policy.Fixed)
    return button

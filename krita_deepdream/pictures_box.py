"""*Pictures* under More: what the painter gives the dream beside the picture that is dreamed, and what it does there.

Each picture is a button with its thumbnail and name; its menu puts it to work as a guide or as a mask.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from .border import guarded
from .choice import Choice
from .core import errors, wire
from .given import LONGEST_PX, Given, Offered, flat_colours, guide_by, masked_by, name_for, read_file
from .given_words import colour_icon, colour_word
from .images import from_image, to_image
from .jobs import Lender
from .language import tr
from .qt import QAction, Qt, QtCore, QtGui, QtWidgets

THUMBNAIL = QtCore.QSize(40, 30)
KINDS = "*.png *.jpg *.jpeg *.webp *.bmp *.tif *.tiff *.gif"


class PicturesBox(QtWidgets.QWidget):
    """Follows ``choice.given`` and changes it."""

    def __init__(self, lender: Lender, choice: Choice) -> None:
        super().__init__()
        self._lender = lender
        self._choice = choice
        self._shown: list[Given] = []
        self.setObjectName("deepdream_pictures")
        self.setSizePolicy(QtWidgets.QSizePolicy.Policy.Expanding, QtWidgets.QSizePolicy.Policy.Preferred)
        self._add = _menu_button("deepdream_picture_add", tr("Add Picture"), self._fill_add_menu)
        self._add.setToolTip(tr("A guide that the dream goes towards, or a mask that says where something grows"))
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
        button = _menu_button(f"deepdream_picture_{given.name}", given.label, partial(self._fill_menu, given.name))
        button.setToolTip(tr("What “{label}” does in the dream", label=given.label))
        button.setIcon(QtGui.QIcon(_thumbnail(given.picture)))
        button.setIconSize(THUMBNAIL)
        return button

    @guarded
    def _fill_add_menu(self) -> None:
        menu = _emptied(self._add)
        layers, images = self._lender.offered()
        self._offer(menu.addMenu(tr("Layer or Mask")), layers)
        self._offer(menu.addMenu(tr("Other Open Image")), images)
        _entry(menu, tr("From File…"), self._from_file)
        _entry(menu, tr("From Clipboard"), self._from_clipboard).setEnabled(not _clipboard().image().isNull())

    def _offer(self, menu: QtWidgets.QMenu | None, offered: list[Offered]) -> None:
        assert menu is not None
        menu.setEnabled(bool(offered))
        for each in offered:
            _entry(menu, "    " * each.level + each.label, partial(self._from_node, each))

    @guarded
    def _fill_menu(self, name: str) -> None:
        button = self.findChild(QtWidgets.QToolButton, f"deepdream_picture_{name}")
        menu = _emptied(button)
        given = self._look_again(self._choice.given[name])
        _entry(menu, tr("Dream Towards It"), partial(self._use_as_guide, given))
        menu.addSeparator()
        _entry(menu, tr("Dream Only Where It Is Light"), partial(self._use_as_mask, given, ""))
        for colour in flat_colours(given.picture):
            words = tr("Dream Only Where It Is {colour}", colour=colour_word(colour))
            _entry(menu, words, partial(self._use_as_mask, given, colour)).setIcon(colour_icon(colour))
        menu.addSeparator()
        _entry(menu, tr("Take It Away"), partial(self._take_back, given))

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
    def _from_node(self, offered: Offered, _checked: bool = False) -> None:
        self._give(offered.label, self._lender.borrow(offered.node), node=offered.node)

    @guarded
    def _from_file(self, _checked: bool = False) -> None:
        path, _kind = QtWidgets.QFileDialog.getOpenFileName(self, tr("Picture"), "", f"{tr('Pictures')} ({KINDS})")
        if path:
            self._give(Path(path).stem, read_file(Path(path)), path=path)

    @guarded
    def _from_clipboard(self, _checked: bool = False) -> None:
        self._give(tr("Clipboard"), from_image(_clipboard().image(), LONGEST_PX))

    def _give(self, label: str, picture: wire.Picture, node: str = "", path: str = "") -> None:
        self._choice.give(Given(name_for(label, self._choice.given), label, node, path, picture))


def _thumbnail(picture: wire.Picture | None) -> QtGui.QPixmap:
    if picture is None:
        return QtGui.QPixmap()
    aspect, smooth = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
    return QtGui.QPixmap.fromImage(to_image(picture).scaled(THUMBNAIL, aspect, smooth))


def _clipboard() -> QtGui.QClipboard:
    clipboard = QtWidgets.QApplication.clipboard()
    assert clipboard is not None
    return clipboard


def _menu_button(name: str, text: str, fill: Callable[[], None]) -> QtWidgets.QToolButton:
    button = QtWidgets.QToolButton()
    button.setObjectName(name)
    button.setAccessibleName(text)
    button.setText(text)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    button.setPopupMode(QtWidgets.QToolButton.ToolButtonPopupMode.InstantPopup)
    button.setSizePolicy(QtWidgets.QSizePolicy.Policy.Ignored, QtWidgets.QSizePolicy.Policy.Fixed)
    menu = QtWidgets.QMenu(button)
    menu.aboutToShow.connect(fill)
    button.setMenu(menu)
    return button


def _emptied(button: QtWidgets.QToolButton) -> QtWidgets.QMenu:
    menu = button.menu()
    assert menu is not None
    menu.clear()
    return menu


def _entry(menu: QtWidgets.QMenu, text: str, chosen: Callable[..., None]) -> QAction:
    action = menu.addAction(text.replace("&", "&&"))
    assert action is not None
    action.triggered.connect(chosen)
    return action

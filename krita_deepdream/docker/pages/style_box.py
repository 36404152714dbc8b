"""The style pictures: chosen by a press, several at once if wanted, each with a weight and a mask; own ones added."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from ...border import guarded
from ...choices.choice import Choice
from ...choices.style_choice import FULL_SHARE, LONGEST_PX, in_words
from ...core import spec
from ...jobs.job import PictureProvider
from ...jobs.named_pictures import NamedPicture
from ...language import mark, tr
from ...qt import Qt, QtCore, QtGui, QtWidgets
from ...widgets.buttons import opening, tool_button
from ...widgets.layouts import clear_rows
from ...widgets.picture_grid import PICTURE, PictureGrid, Shown
from ...widgets.picture_menu import PictureMenu
from ...widgets.setting_rows import setting_form
from ...widgets.setting_widgets import NumberWidget
from ...widgets.tips import plain
from ..more.pictures_box import PicturesBox
from ..more.where_choice import WhereChoice

# Twice as large as shown, for fine screens.
SHARP = QtCore.QSize(2 * PICTURE.width(), 2 * PICTURE.height())
THUMBNAIL = QtCore.QSize(32, 24)
# As much of a picture's name as stands before its weight.
LETTERS = 14


class MasksBox(PicturesBox):
    """The same pictures as those of a dream; here they can be masks only."""

    prefix, label, words = "style_mask_", mark("Add Mask"), mark("A mask or hints that limit where a style is painted")

    def _offer_uses(self, menu: QtWidgets.QMenu, picture: NamedPicture) -> None:
        """Nothing: which style is limited by it is chosen beside the style."""


class StyleBox(QtWidgets.QWidget):
    """Follows ``choice.style`` and changes it; ``provider`` knows the layers that a style can be taken from."""

    def __init__(self, choice: Choice, provider: PictureProvider) -> None:
        super().__init__()
        self._choice, self._style = choice, choice.style
        style = choice.style
        self._icons: dict[str, QtGui.QIcon] = {}
        self._grid = PictureGrid("style", tr("Style pictures"))
        self._grid.chosen.connect(self._pressed)
        self._mix = QtWidgets.QCheckBox(tr("Mix styles"))
        self._mix.setObjectName("deepdream_style_mix")
        self._mix.setToolTip(tr("Click pictures to add or remove them; each one gets a weight."))
        self._mix.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._mix.setChecked(len(style.shares) > 1)
        self._mix.toggled.connect(self._mixing)
        self._share_form = setting_form()
        self._weighed: dict[str, NumberWidget] = {}
        self._masks_box = MasksBox(provider, choice)
        self._wheres: dict[str, WhereChoice] = {}
        # What the rows are made of: one with the keyboard isn't made anew at every tick of a slider.
        self._made_of: object = None
        column = QtWidgets.QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(QtWidgets.QLabel(tr("In the style of")))
        column.addWidget(self._grid)
        column.addLayout(self._row(provider))
        column.addLayout(self._share_form)
        column.addWidget(self._masks_box)
        style.listed.connect(self._show_pictures)
        style.changed.connect(self._show)
        choice.changed.connect(self._show)
        self._show_pictures()

    def _row(self, provider: PictureProvider) -> QtWidgets.QHBoxLayout:
        words = tr("Use the style of another picture")
        self._add = tool_button("deepdream_style_add", tr("Add Picture"), tip=words)
        menu = PictureMenu(provider, LONGEST_PX, self._add)
        menu.picture_chosen.connect(self._add_picture)
        opening(self._add, menu)
        words = tr("Remove this picture")
        self._forget = tool_button("deepdream_style_forget", tr("Remove"), self._forgotten, tip=words)
        row = QtWidgets.QHBoxLayout()
        for widget in (self._add, self._forget, self._mix):
            row.addWidget(widget)
        row.addStretch(1)
        return row

    @guarded
    def _add_picture(self, picture: NamedPicture) -> None:
        self._style.add(picture, self._mix.isChecked())

    @guarded
    def _forgotten(self, _checked: bool = False) -> None:
        for name in [name for name in self._style.shares if self._style.is_own(name)]:
            self._style.forget(name)

    @guarded
    def _pressed(self, name: str) -> None:
        self._style.choose(name, self._mix.isChecked())
        self._show()

    @guarded
    def _mixing(self, mixing: bool) -> None:
        if not mixing:
            self._style.choose(next(iter(self._style.shares)))

    @guarded
    def _show_pictures(self) -> None:
        self._icons = {name: _icon(file) for name, file in self._style.offered.items()}
        self._grid.show_things([Shown(name, *in_words(name), icon) for name, icon in self._icons.items()])
        self._unweigh()
        self._show()

    @guarded
    def _show(self) -> None:
        shares = self._style.shares
        self._grid.show_current(shares)
        self._forget.setEnabled(any(self._style.is_own(name) for name in shares))
        wanted = list(shares) if len(shares) > 1 or self._style.masks else []
        made_of = wanted, tuple(self._choice.named_pictures.values())
        if made_of != self._made_of:
            self._unweigh()
            self._made_of = made_of
            for name in wanted:
                self._weighed[name], self._wheres[name] = self._share_row(name), self._where_row(name)
        self._masks_box.setVisible(bool(wanted))
        for name, widget in self._weighed.items():
            widget.set_value(shares[name])
            self._wheres[name].say(self._style.masks.get(name, ""), self._unlimited(name))

    def _unweigh(self) -> None:
        clear_rows(self._share_form)
        self._weighed, self._wheres, self._made_of = {}, {}, None

    def _share_row(self, name: str) -> NumberWidget:
        label = in_words(name)[0]
        widget = NumberWidget(
            spec.Spec(
                f"style_weight_of_{name.lower().replace(' ', '_')}",
                float,
                FULL_SHARE,
                label,
                tr("Weight of “{name}”", name=label),
                "main",
                low=0,
                high=200,
                unit="%",
            )
        )
        widget.changed.connect(partial(self._weighed_anew, name))
        self._share_form.addRow(_Row(self._icons[name], label), widget)
        return widget

    def _where_row(self, name: str) -> WhereChoice:
        object_name = f"deepdream_style_where_{name.lower().replace(' ', '_')}"
        mask = self._style.masks.get(name, "")
        more = tr("elsewhere: use Add Mask below first")
        where = WhereChoice(object_name, self._choice.named_pictures, mask, more)
        where.setAccessibleName(tr("Where “{name}” is painted", name=in_words(name)[0]))
        where.activated.connect(partial(self._limit, name))
        self._share_form.addRow(tr("Where"), where)
        return where

    def _unlimited(self, name: str) -> str:
        return tr("everywhere else") if self._style.masks.keys() - {name} else tr("everywhere")

    @guarded
    def _limit(self, name: str, _item: int) -> None:
        self._style.limit(name, self._wheres[name].mask_name)

    @guarded
    def _weighed_anew(self, name: str) -> None:
        self._style.weigh(name, self._weighed[name].value())


class _Row(QtWidgets.QWidget):
    """What stands before a weight: the picture in little and its name, as far as there is room for it."""

    def __init__(self, icon: QtGui.QIcon, label: str) -> None:
        super().__init__()
        picture, words = QtWidgets.QLabel(), QtWidgets.QLabel()
        picture.setPixmap(icon.pixmap(THUMBNAIL))
        words.setTextFormat(Qt.TextFormat.PlainText)
        room = LETTERS * self.fontMetrics().averageCharWidth()
        words.setText(self.fontMetrics().elidedText(label, Qt.TextElideMode.ElideRight, room))
        self.setToolTip(plain(label))
        row = QtWidgets.QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(picture)
        row.addWidget(words)


def _icon(file: Path) -> QtGui.QIcon:
    """The middle of a picture file, as large as a button of the grid shows it on a fine screen."""
    reader = QtGui.QImageReader(str(file))
    reader.setScaledSize(reader.size().scaled(SHARP, Qt.AspectRatioMode.KeepAspectRatioByExpanding))
    image = reader.read()
    cut = QtCore.QRect(QtCore.QPoint(0, 0), SHARP)
    cut.moveCenter(image.rect().center())
    return QtGui.QIcon(QtGui.QPixmap.fromImage(image.copy(cut)))

"""The style pictures: chosen by a press, several at once if wanted, each with a weight; and own ones added."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from ...border import guarded
from ...choices.style_choice import FULL_SHARE, LONGEST_PX, StyleChoice, in_words
from ...core import spec
from ...jobs.job import PictureProvider
from ...jobs.named_pictures import NamedPicture
from ...language import tr
from ...qt import Qt, QtCore, QtGui, QtWidgets
from ...widgets.buttons import opening, tool_button
from ...widgets.picture_grid import PICTURE, PictureGrid, Shown
from ...widgets.picture_menu import PictureMenu
from ...widgets.setting_rows import setting_form
from ...widgets.setting_widgets import NumberWidget
from ...widgets.tips import plain

# Twice as large as shown, for fine screens.
SHARP = QtCore.QSize(2 * PICTURE.width(), 2 * PICTURE.height())
THUMBNAIL = QtCore.QSize(32, 24)
# As much of a picture's name as stands before its weight.
LETTERS = 14


class StyleBox(QtWidgets.QWidget):
    """Follows ``style`` and changes it; ``provider`` knows the layers that a style can be taken from."""

    def __init__(self, style: StyleChoice, provider: PictureProvider) -> None:
        super().__init__()
        self._style = style
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
        column = QtWidgets.QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(QtWidgets.QLabel(tr("In the style of")))
        column.addWidget(self._grid)
        column.addLayout(self._row(provider))
        column.addLayout(self._share_form)
        style.listed.connect(self._show_pictures)
        style.changed.connect(self._show)
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
        wanted = list(shares) if len(shares) > 1 else []
        if wanted != list(self._weighed):
            self._unweigh()
            self._weighed = {name: self._share_row(name) for name in wanted}
        for name, widget in self._weighed.items():
            widget.set_value(shares[name])

    def _unweigh(self) -> None:
        while self._share_form.rowCount():
            self._share_form.removeRow(0)
        self._weighed = {}

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

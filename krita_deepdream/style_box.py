"""The style pictures: chosen by a press, several at once if wanted, each with a weight; and own ones added."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from .border import guarded
from .core import spec
from .language import tr
from .picture_grid import PICTURE, PictureGrid, Shown
from .qt import Qt, QtCore, QtGui, QtWidgets
from .setting_widgets import NumberWidget
from .style_choice import FULL_WEIGHT, StyleChoice, in_words

# Twice as large as shown, for fine screens.
SHARP = QtCore.QSize(2 * PICTURE.width(), 2 * PICTURE.height())
PICTURES = "Pictures (*.png *.jpg *.jpeg *.webp *.tif *.tiff *.bmp)"


class StyleBox(QtWidgets.QWidget):
    """Follows ``style`` and changes it."""

    def __init__(self, style: StyleChoice) -> None:
        super().__init__()
        self._style = style
        self._icons: dict[str, QtGui.QIcon] = {}
        self._grid = PictureGrid("style", tr("Style pictures"))
        self._grid.chosen.connect(self._pressed)
        self._mix = QtWidgets.QCheckBox(tr("Mix several"))
        self._mix.setObjectName("deepdream_style_mix")
        self._mix.setToolTip(tr("A press adds a picture or takes it away again; each gets a weight."))
        self._mix.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._mix.setChecked(len(style.weights) > 1)
        self._mix.toggled.connect(self._mixing)
        self._weights = QtWidgets.QFormLayout()
        self._weighed: dict[str, NumberWidget] = {}
        column = QtWidgets.QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(QtWidgets.QLabel(tr("In the manner of")))
        column.addWidget(self._grid)
        column.addLayout(self._row())
        column.addLayout(self._weights)
        style.listed.connect(self._show_pictures)
        style.changed.connect(self._show)
        self._show_pictures()

    def _row(self) -> QtWidgets.QHBoxLayout:
        self._add = _tool("add", tr("Add Picture"), tr("Take the style of another picture"))
        self._add.setPopupMode(QtWidgets.QToolButton.ToolButtonPopupMode.InstantPopup)
        self._menu = QtWidgets.QMenu(self._add)
        self._menu.setObjectName("deepdream_style_menu")
        self._menu.aboutToShow.connect(self._fill_menu)
        self._add.setMenu(self._menu)
        self._forget = _tool("forget", tr("Remove"), tr("Remove this picture of your own"))
        self._forget.clicked.connect(self._forgotten)
        row = QtWidgets.QHBoxLayout()
        for widget in (self._add, self._forget, self._mix):
            row.addWidget(widget)
        row.addStretch(1)
        return row

    @guarded
    def _fill_menu(self) -> None:
        self._menu.clear()
        self._entry(tr("From File…"), "file", self._from_file)
        self._entry(tr("From Clipboard"), "clipboard", self._from_clipboard)

    def _entry(self, text: str, name: str, chosen: Any) -> None:
        action = self._menu.addAction(text)
        assert action is not None
        action.setObjectName(f"deepdream_style_from_{name}")
        action.triggered.connect(chosen)

    @guarded
    def _from_file(self, _checked: bool = False) -> None:
        path, _kind = QtWidgets.QFileDialog.getOpenFileName(self, tr("Add Picture"), "", tr(PICTURES))
        if path:
            reader = QtGui.QImageReader(path)
            reader.setAutoTransform(True)
            self._style.add(Path(path).stem, reader.read(), self._mix.isChecked())

    @guarded
    def _from_clipboard(self, _checked: bool = False) -> None:
        clipboard = QtWidgets.QApplication.clipboard()
        assert clipboard is not None
        self._style.add(tr("Clipboard"), clipboard.image(), self._mix.isChecked())

    @guarded
    def _forgotten(self, _checked: bool = False) -> None:
        for name in [name for name in self._style.weights if self._style.is_own(name)]:
            self._style.forget(name)

    @guarded
    def _pressed(self, name: str) -> None:
        self._style.choose(name, self._mix.isChecked())
        self._show()

    @guarded
    def _mixing(self, mixing: bool) -> None:
        if not mixing:
            self._style.choose(next(iter(self._style.weights)))

    @guarded
    def _show_pictures(self) -> None:
        self._grid.show_things([Shown(name, *in_words(name), self._icon(name)) for name in self._style.offered])
        self._show()

    def _icon(self, name: str) -> QtGui.QIcon:
        if name not in self._icons:
            reader = QtGui.QImageReader(str(self._style.offered[name]))
            reader.setScaledSize(reader.size().scaled(SHARP, Qt.AspectRatioMode.KeepAspectRatioByExpanding))
            image = reader.read().copy(QtCore.QRect(QtCore.QPoint(0, 0), SHARP))
            self._icons[name] = QtGui.QIcon(QtGui.QPixmap.fromImage(image))
        return self._icons[name]

    @guarded
    def _show(self) -> None:
        weights = self._style.weights
        self._grid.show_current(weights)
        self._forget.setEnabled(any(self._style.is_own(name) for name in weights))
        wanted = list(weights) if len(weights) > 1 else []
        if wanted != list(self._weighed):
            while self._weights.rowCount():
                self._weights.removeRow(0)
            self._weighed = {name: self._weight_row(name) for name in wanted}
        for name, widget in self._weighed.items():
            widget.set_value(weights[name])

    def _weight_row(self, name: str) -> NumberWidget:
        label = in_words(name)[0]
        widget = NumberWidget(spec.Spec(
            f"style_weight_of_{name.lower().replace(' ', '_')}", float, FULL_WEIGHT, label,
            tr("How much “{name}” counts", name=label), "main", low=0, high=200, unit="%"))
        widget.changed.connect(partial(self._weighed_anew, name))
        self._weights.addRow(label, widget)
        return widget

    @guarded
    def _weighed_anew(self, name: str) -> None:
        self._style.weigh(name, self._weighed[name].value())


def _tool(name: str, text: str, tip: str) -> QtWidgets.QToolButton:
    tool = QtWidgets.QToolButton()
    tool.setObjectName(f"deepdream_style_{name}")
    tool.setAccessibleName(text)
    tool.setToolTip(tip)
    tool.setText(text)
    tool.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return tool

"""The menu *Add Picture*: a layer or mask, another image that is open, a file, the clipboard."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from ..border import guarded
from ..jobs.images import from_image
from ..jobs.job import PictureProvider
from ..jobs.named_pictures import NamedPicture, Offered, read_file
from ..language import tr
from ..qt import QtGui, QtWidgets, Signal
from .menus import entry

FILE_PATTERNS = "*.png *.jpg *.jpeg *.webp *.bmp *.tif *.tiff *.gif"


class PictureMenu(QtWidgets.QMenu):
    """``picture_chosen`` carries what the painter chose as a ``NamedPicture`` that has no name yet, of at most
    ``longest_px``.
    """

    picture_chosen = Signal(object)

    def __init__(self, provider: PictureProvider, longest_px: int, parent: QtWidgets.QWidget) -> None:
        super().__init__(parent)
        self._provider = provider
        self._longest_px = longest_px
        self.aboutToShow.connect(self._fill)

    @guarded
    def _fill(self) -> None:
        self.clear()
        layers, images = self._provider.offered()
        self._offer(tr("Layer or Mask"), layers)
        self._offer(tr("Other Open Image"), images)
        entry(self, tr("From File…"), self._from_file)
        entry(self, tr("From Clipboard"), self._from_clipboard).setEnabled(not _clipboard().image().isNull())

    def _offer(self, text: str, offered: list[Offered]) -> None:
        menu = self.addMenu(text)
        assert menu is not None
        menu.setEnabled(bool(offered))
        for each in offered:
            entry(menu, "    " * each.level + each.label, partial(self._from_node, each))

    @guarded
    def _from_node(self, offered: Offered, _checked: bool = False) -> None:
        picture = self._provider.read_picture(offered.node, self._longest_px)
        self.picture_chosen.emit(NamedPicture("", offered.label, node=offered.node, picture=picture))

    @guarded
    def _from_file(self, _checked: bool = False) -> None:
        path, _filter = QtWidgets.QFileDialog.getOpenFileName(
            self.parentWidget(), tr("Add Picture"), "", f"{tr('Pictures')} ({FILE_PATTERNS})"
        )
        if path:
            self.picture_chosen.emit(
                NamedPicture("", Path(path).stem, path=path, picture=read_file(Path(path), self._longest_px))
            )

    @guarded
    def _from_clipboard(self, _checked: bool = False) -> None:
        picture = from_image(_clipboard().image(), self._longest_px)
        self.picture_chosen.emit(NamedPicture("", tr("Clipboard"), picture=picture))


def _clipboard() -> QtGui.QClipboard:
    clipboard = QtWidgets.QApplication.clipboard()
    assert clipboard is not None
    return clipboard

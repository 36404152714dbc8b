"""The preview in a window of its own, as large as the painter likes: it follows the docker's."""

from __future__ import annotations

from ..border import guarded
from ..language import tr
from ..qt import Qt, QtWidgets
from ..widgets.preview import Preview

WIDTH_PX = 512


class PreviewWindow(QtWidgets.QDialog):
    """Shows what ``small`` shows, and goes on showing it when that has nothing more."""

    def __init__(self, small: Preview) -> None:
        super().__init__(small.window())
        self._small = small
        self.setObjectName("deepdream_preview_window")
        self.setWindowTitle(tr("DeepDream – Preview"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._large = Preview()
        self._large.setObjectName("deepdream_preview_large")
        self._large.setToolTip("")
        column = QtWidgets.QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._large)
        small.pictured.connect(self._show)
        self._show()
        self.resize(WIDTH_PX, self._large.height_at(WIDTH_PX))

    @guarded
    def _show(self) -> None:
        if not self._small.image.isNull():
            self._large.show_image(self._small.image)

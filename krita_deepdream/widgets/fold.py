"""A heading that unfolds a form: what isn't needed every time."""

from __future__ import annotations

from ..border import guarded
from ..qt import Qt, QtCore, QtWidgets, Signal
from .buttons import flat_button
from .setting_rows import setting_form


class Fold(QtWidgets.QWidget):
    """``form`` takes the rows; ``name`` is the heading's object name without its beginning. ``folded``: to or fro."""

    folded = Signal(bool)

    def __init__(self, name: str, text: str, accessible: str) -> None:
        super().__init__()
        self._heading = flat_button(f"deepdream_{name}", text, self._pressed, accessible)
        self._heading.setCheckable(True)
        self._heading.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._heading.toggled.connect(self._fold)
        self._body = QtWidgets.QWidget()
        self.form = setting_form(self._body)
        column = QtWidgets.QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._heading)
        column.addWidget(self._body)
        self._fold(False)

    def unfold(self, unfolded: bool) -> None:
        """Show the form or hide it."""
        self._heading.setChecked(unfolded)

    def say(self, heading: str) -> None:
        """Write something else on the heading."""
        self._heading.setText(heading)

    @guarded
    def _fold(self, unfolded: bool) -> None:
        self._heading.setArrowType(Qt.ArrowType.DownArrow if unfolded else Qt.ArrowType.RightArrow)
        self._body.setVisible(unfolded)
        self.folded.emit(unfolded)

    @guarded
    def _pressed(self, unfolded: bool) -> None:
        if unfolded:
            QtCore.QTimer.singleShot(0, self._bring_into_sight)

    @guarded
    def _bring_into_sight(self) -> None:
        ancestor = self.parentWidget()
        while ancestor is not None and not isinstance(ancestor, QtWidgets.QScrollArea):
            ancestor = ancestor.parentWidget()
        if ancestor is not None:
            ancestor.ensureWidgetVisible(self._heading)

"""*Dream of…*: things by their names; class names and everyday words are completed while they are typed."""

from __future__ import annotations

from ..border import guarded, guarded_or
from ..choices.choice import Choice
from ..core import classes, errors, things
from ..language import tr
from ..qt import Qt, QtCore, QtGui, QtWidgets, Signal
from .calm_widgets import CalmLine

SUGGESTIONS = 12
MOST_LETTERS = 200
# The cursor comes back by itself after these.
PASSING = (
    Qt.FocusReason.PopupFocusReason,
    Qt.FocusReason.ActiveWindowFocusReason,
    Qt.FocusReason.MenuBarFocusReason,
)


class ThingLine(CalmLine):
    """A line that completes names of things; ``named`` carries what was chosen, or typed and confirmed with Enter."""

    named = Signal(str)

    def __init__(self, placeholder: str, tip: str) -> None:
        super().__init__(placeholder, tip)
        self.setMaxLength(MOST_LETTERS)
        self._names = QtCore.QStringListModel(self)
        completer = QtWidgets.QCompleter(self._names, self)
        completer.setCompletionMode(QtWidgets.QCompleter.CompletionMode.UnfilteredPopupCompletion)
        completer.activated[str].connect(self._chosen)
        self.setCompleter(completer)
        popup = completer.popup()
        assert popup is not None
        # Held, or PyQt lets its Python half go with the popup's wrapper.
        self._popup_manners = _PopupManners(popup, self)
        self.textEdited.connect(self._edited)
        self.returnPressed.connect(self._typed)

    @guarded
    def _edited(self, text: str) -> None:
        before, last = things.last(text)
        self._names.setStringList([before + name for name in classes.suggest(last, SUGGESTIONS)])

    @guarded
    def _chosen(self, name: str) -> None:
        self._name(name)

    @guarded
    def _typed(self) -> None:
        self._name(self.text())

    def _name(self, text: str) -> None:
        if text.strip():
            self.named.emit(text.strip())
            self.clearFocus()


class _PopupManners(QtCore.QObject):
    """Suggestions lie above their line: below, in a low docker, they would cover Dream.

    A press on a button beside them closes them and is a click: Qt swallows it, and Dream needed two.
    """

    def __init__(self, popup: QtWidgets.QWidget, line: QtWidgets.QWidget) -> None:
        super().__init__(popup)
        self._popup, self._line = popup, line
        # Or some platforms would press the button too.
        popup.setAttribute(Qt.WidgetAttribute.WA_NoMouseReplay)
        popup.installEventFilter(self)

    def eventFilter(self, _watched: QtCore.QObject | None, event: QtCore.QEvent | None) -> bool:
        if isinstance(event, (QtGui.QMoveEvent, QtGui.QResizeEvent, QtGui.QShowEvent)):
            self._raise()
        return isinstance(event, QtGui.QMouseEvent) and self._passes(event)

    @guarded
    def _raise(self) -> None:
        line = self._line.mapToGlobal(QtCore.QPoint(0, 0))
        screen = self._line.screen()
        top = line.y() - self._popup.height()
        if self._popup.y() != top and (screen is None or top >= screen.availableGeometry().top()):
            self._popup.move(self._popup.x(), top)

    @guarded_or(bool)
    def _passes(self, event: QtGui.QMouseEvent) -> bool:
        pressed = event.type() == QtCore.QEvent.Type.MouseButtonPress
        if not pressed or self._popup.rect().contains(event.pos()):
            return False
        point = self._popup.mapToGlobal(event.pos())
        self._popup.hide()
        below = QtWidgets.QApplication.widgetAt(point)
        if isinstance(below, QtWidgets.QToolButton) and below.menu():
            QtCore.QTimer.singleShot(0, below.showMenu)
        elif isinstance(below, QtWidgets.QAbstractButton):
            QtCore.QTimer.singleShot(0, below.click)
        return True


class DreamOf(ThingLine):
    """Follows ``choice`` and changes it: to what brings the things out best, where the picture allows.

    What is typed is kept in ``choice`` at once, and taken by Enter, by leaving the line, or by whoever dreams.
    """

    def __init__(self, choice: Choice) -> None:
        words = tr("What to dream of: a castle, or an owl and a flower. Start typing and pick a suggestion.")
        super().__init__(tr("castle, owl, flower…"), words)
        self._choice = choice
        # What Enter was told of: leaving the line, which comes with it, says nothing more.
        self._refused: str | None = None
        self.setObjectName("deepdream_dream_of")
        self.setAccessibleName(tr("Dream of"))
        self.textEdited.connect(self._keep)
        self.named.connect(self._dream)
        choice.changed.connect(self._show)
        self._show()

    @guarded
    def _keep(self, text: str) -> None:
        self._choice.typed, self._refused = text, None

    @guarded
    def _dream(self, name: str) -> None:
        self._choice.typed = name
        try:
            self._choice.settle()
        except errors.DreamError:
            self._refused = name
            # Enter leaves the line; what isn't understood is typed anew, and not into Krita's shortcuts.
            QtCore.QTimer.singleShot(0, self._write_anew)
            raise

    @guarded
    def _write_anew(self) -> None:
        self.setFocus()
        self.selectAll()

    @guarded
    def focusOutEvent(self, event: QtGui.QFocusEvent | None) -> None:
        super().focusOutEvent(event)
        if event and event.reason() not in PASSING and self._choice.typed != self._refused:
            self._choice.settle()

    @guarded
    def _show(self) -> None:
        text = ", ".join(self._choice.things) if self._choice.typed is None else self._choice.typed
        # The cursor of somebody who writes stays where it is.
        if self.text() != text and not (self.hasFocus() and self._choice.typed is not None):
            self.setText(text)

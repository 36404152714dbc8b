"""The border between Qt and the plugin: what is raised behind it is told, and nothing of ours lies before it."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from pathlib import Path

import krita_deepdream
from krita_deepdream.border import guarded, guarded_or
from krita_deepdream.core import errors
from krita_deepdream.qt import QtCore, QtWidgets

from .conftest import delete_what_is_due

SOURCE = Path(krita_deepdream.__file__).parent
# They can't raise: they hand over to a guarded method, or do nothing.
TRIVIAL = {"eventFilter", "canvasChanged", "displayText"}


class Reporter(QtCore.QObject):
    def __init__(self) -> None:
        super().__init__()
        self.told: list[errors.DreamError] = []

    def report_fault(self, error: errors.DreamError) -> None:
        self.told.append(error)


class Child(QtCore.QObject):
    @guarded_or(int)
    def trip(self) -> int:
        return 1 // 0

    @guarded
    def refuse(self) -> None:
        raise errors.DreamError("krita.document")


def test_what_a_child_raises_its_parent_tells() -> None:
    reporter = Reporter()
    child = Child(reporter)
    assert child.trip() == 0
    child.refuse()
    assert [error.code for error in reporter.told] == ["worker.internal", "krita.document"]
    assert "ZeroDivisionError" in str(reporter.told[0])


def test_what_comes_after_the_object_was_deleted_does_nothing(faults: Callable[[], list[str]]) -> None:
    """Trial P19: a timer looked at a deleted label, and the report of that touched the deleted widget itself."""
    reporter = Reporter()
    child = Child(reporter)
    child.deleteLater()
    delete_what_is_due()
    assert child.trip() == 0 and not reporter.told and not faults()


def test_what_fails_because_its_object_was_deleted_meanwhile_is_no_fault(faults: Callable[[], list[str]]) -> None:
    """Trial P19 in Krita 6: it quits inside one of its own functions that a slot has called."""

    class Late(Child):
        @guarded
        def look(self) -> None:
            self.deleteLater()
            delete_what_is_due()
            self.objectName()

    reporter = Reporter()
    assert Late(reporter).look() is None and not reporter.told and not faults()


def test_nothing_escapes_even_if_it_cannot_be_told(faults: Callable[[], list[str]]) -> None:
    class Mute(Reporter):
        def report_fault(self, error: errors.DreamError) -> None:
            raise RuntimeError("wrapped C/C++ object of type QLabel has been deleted")

    parent = Mute()
    child = Child(parent)
    assert child.trip() == 0
    assert "it could not be told" in faults()


def test_a_size_hint_that_fails_is_a_size_all_the_same() -> None:
    """What Qt asks for has a type: ``None`` in its place would be the next exception, thrown at Krita."""

    class Label(QtWidgets.QLabel):
        @guarded_or(QtCore.QSize)
        def sizeHint(self) -> QtCore.QSize:  # noqa: N802 - Qt has named it
            raise errors.DreamError("krita.document")

    label = Label("words")
    box = QtWidgets.QVBoxLayout(around := QtWidgets.QWidget())
    box.addWidget(label)
    assert around.sizeHint().isValid() and label.sizeHint() == QtCore.QSize()


def test_every_slot_and_virtual_is_guarded() -> None:
    # ``krita_api`` only says what Krita's own classes have.
    files = [file for file in sorted(SOURCE.rglob("*.py")) if file.name != "krita_api.py"]
    open_doors = [f"{file.name}: {name}" for file in files for name in _unguarded(file)]
    assert open_doors == []


def _unguarded(file: Path) -> Iterator[str]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    slots = set(_connected(tree))
    for each in (node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)):
        for method in (node for node in each.body if isinstance(node, ast.FunctionDef)):
            virtual = method.name not in TRIVIAL and any(letter.isupper() for letter in method.name)
            is_guarded = any(ast.unparse(node).startswith("guarded") for node in method.decorator_list)
            if (method.name in slots or virtual) and not is_guarded:
                yield f"{each.name}.{method.name}"


def _connected(tree: ast.AST) -> Iterator[str]:
    """Names of the methods that are given to ``connect``, ``singleShot`` or the docker's button maker."""
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        if isinstance(call.func, ast.Attribute) and call.func.attr in ("connect", "singleShot", "_button"):
            yield from (each.attr for each in call.args if isinstance(each, ast.Attribute))

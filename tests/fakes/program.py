"""Krita itself, as far as documents are asked of it: which are open, which is in front, and those nobody sees."""

from __future__ import annotations

from types import SimpleNamespace

from .nodes import Document, Node


class Program:
    """``open``: the documents, the one in front first. ``made``: what was made or opened where nobody sees it."""

    def __init__(self, *documents: Document) -> None:
        self.open, self.wraps, self.made = list(documents), False, list[Document]()
        self.files: dict[str, Document] = {}

    def documents(self) -> list[Document]:
        return self.open

    def activeDocument(self) -> Document | None:
        return self.open[0] if self.open else None

    def activeWindow(self) -> SimpleNamespace:
        return SimpleNamespace(activeView=lambda: None, addView=self.open.append)

    def action(self, name: str) -> SimpleNamespace:
        return SimpleNamespace(isChecked=lambda: self.wraps and name == "wrap_around_mode")

    def createDocument(self, width: int, height: int, *_more: object) -> Document:
        """With one empty layer, as Krita makes it."""
        self.made.append(Document(Node("Background", size=(width, height))))
        return self.made[-1]

    def openDocument(self, path: str) -> Document | None:
        found = self.files.get(path)
        self.made += [found] if found else []
        return found

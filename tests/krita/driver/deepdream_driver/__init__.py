"""A Krita plugin that plays test scenarios inside Krita; put into the tests' own profiles, never shipped."""

from __future__ import annotations

from typing import Any

from krita import Extension, Krita

from .stage import Stage


class Driver(Extension):  # type: ignore[misc]
    """Starts the play as soon as Krita has a window."""

    def __init__(self, parent: Any) -> None:
        super().__init__(parent)
        self._stage = Stage.from_environment()
        self._begun = False

    def setup(self) -> None:
        """Nothing to set up; Krita wants the method."""

    def createActions(self, window: Any) -> None:  # noqa: N802 (Krita's name)
        """Begin with the first window; Krita calls this once for each."""
        if not self._begun:
            self._begun = True
            self._stage.begin()


Krita.instance().addExtension(Driver(Krita.instance()))

"""Opens the document of an earlier run again."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

from deepdream_driver import scene
from krita import Krita


def reopen(stage: Any) -> Iterator[float]:
    document = Krita.instance().openDocument(os.environ["DEEPDREAM_DOCUMENT"])
    yield from scene.show(document)
    stage.note(after=scene.fingerprint(document))

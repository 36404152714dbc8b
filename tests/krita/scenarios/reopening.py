"""Opens the documents of earlier runs again."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

from deepdream_driver import scene


def reopen(stage: Any) -> Iterator[float]:
    after = []
    for path in os.environ["DEEPDREAM_DOCUMENTS"].split(os.pathsep):
        document = yield from scene.open_file(path)
        after.append(scene.fingerprint(document))
    stage.note(after=after)

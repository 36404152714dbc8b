"""Runs what takes long, such as set-up, beside Krita's main thread: a timer asks for its news, and it can be stopped.

Without Qt: whoever shows it asks from its own event loop. Stopped or killed, it resumes next time.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Generator
from typing import Any

from ..core import errors
from ..log import logger
from . import install_folder
from .set_up import Step

END_WAIT_SECONDS = 3


class Background:
    """One run of ``steps``, such as ``set_up.make``. ``error``: set when it failed; ``finished``: when all is done."""

    def __init__(self, steps: Generator[Step, None, Any]) -> None:
        self.error: errors.DreamError | None = None
        self.finished = False
        # What the steps return when they end.
        self.result: Any = None
        self._steps = steps
        self._news: queue.SimpleQueue[Step] = queue.SimpleQueue()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="set-up", daemon=True)

    def start(self) -> None:
        """Begin; once only."""
        self._thread.start()

    @property
    def running(self) -> bool:
        """Whether it is still running; if not, look at ``finished`` and ``error``."""
        return self._thread.is_alive()

    def news(self) -> list[Step]:
        """The steps since the last call; never waits."""
        found = []
        while not self._news.empty():
            found.append(self._news.get_nowait())
        return found

    def stop(self, wait: bool = False) -> None:
        """End it within about a second; with ``wait`` return only then (Krita is closing)."""
        self._stop.set()
        if wait and self.running:
            self._thread.join(END_WAIT_SECONDS)

    def _run(self) -> None:
        try:
            while not self._stop.is_set():
                self._news.put(next(self._steps))
        except StopIteration as end:
            self.result, self.finished = end.value, True
        except errors.DreamError as error:
            self.error = error
        except OSError as error:
            self.error = install_folder.files_error(error)
        except BaseException as error:
            logger().exception("set-up")
            self.error = errors.DreamError("worker.internal", reason=f"{type(error).__name__}: {error}")
            raise
        finally:
            self._steps.close()

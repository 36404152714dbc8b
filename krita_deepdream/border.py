"""The one border between Qt and the plugin: what a slot raises is logged and told, never thrown at Krita.

Krita answers an exception in a slot with a modal dialog, and one in a reimplemented virtual method
surfaces later in somebody else's code.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from .core import errors
from .log import logger


def guarded(function: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap a slot or virtual method of a QObject; it returns ``None`` when the method failed.

    The error goes to ``report_fault(error: DreamError)`` of the object or of its nearest parent that has
    one. ``report_fault`` itself must not raise.
    """

    @wraps(function)
    def slot(self: Any, *arguments: Any) -> Any:
        try:
            return function(self, *arguments)
        except errors.DreamError as error:
            logger().warning("%s: %s", function.__qualname__, error)
            _report(self, error)
        except Exception as error:  # noqa: BLE001 - Qt's border: nothing may pass
            logger().exception("%s", function.__qualname__)
            _report(self, errors.DreamError("worker.internal", reason=f"{type(error).__name__}: {error}"))

    return slot


def _report(place: Any, error: errors.DreamError) -> None:
    while place is not None:
        if hasattr(place, "report_fault"):
            place.report_fault(error)
            return
        place = place.parent()

"""The one border between Qt and the plugin: what a slot raises is logged and told, never thrown at Krita.

Krita answers an exception in a slot with a modal dialog, and one in a reimplemented virtual method
surfaces later in somebody else's code. Qt deletes widgets (rows made anew, everything when Krita quits) while Python
still holds them, and what waits for them may come afterwards: nothing is done then.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast

from .core import errors
from .log import logger
from .qt import alive

Inputs = ParamSpec("Inputs")
Output = TypeVar("Output")


def guarded(function: Callable[Inputs, None]) -> Callable[Inputs, None]:
    """Wrap a slot or virtual method of a QObject: it does nothing more when it fails or the object is deleted.

    The error goes to ``report_fault(error: DreamError)`` of the object or of its nearest parent that has one.
    """
    return guarded_or(_nothing)(function)


def guarded_or(otherwise: Callable[[], Output]) -> Callable[[Callable[Inputs, Output]], Callable[Inputs, Output]]:
    """As ``guarded``, for what has to return something: what ``otherwise`` gives, where it failed."""

    def wrap(function: Callable[Inputs, Output]) -> Callable[Inputs, Output]:
        name = function.__qualname__

        @wraps(function)
        def slot(self: Any, *arguments: Any) -> Output:
            if not alive(self):
                logger().info("%s comes too late: its object is deleted", name)
                return otherwise()
            result, error = _tried(function, self, *arguments)
            if error is None:
                return cast(Output, result)
            if not alive(self):
                # Krita's functions run the event loop, and Krita may quit in there.
                logger().info("%s: its object was deleted meanwhile (%s)", name, type(error).__name__)
                return otherwise()
            _, silenced = _tried(_report, self, _as_ours(error, name))
            if silenced:
                logger().error("it could not be told", exc_info=silenced)
            return otherwise()

        return cast(Callable[Inputs, Output], slot)

    return wrap


def _nothing() -> None:
    pass


def _tried(function: Callable[..., Any], *arguments: Any) -> tuple[Any, Exception | None]:
    try:
        return function(*arguments), None
    except Exception as error:  # noqa: BLE001 - Qt's border: nothing may pass
        return None, error


def _as_ours(error: Exception, where: str) -> errors.DreamError:
    if isinstance(error, errors.DreamError):
        logger().warning("%s: %s", where, error)
        return error
    logger().error("%s", where, exc_info=error)
    return errors.DreamError("worker.internal", reason=f"{type(error).__name__}: {error}")


def _report(widget: Any, error: errors.DreamError) -> None:
    while alive(widget):
        if hasattr(widget, "report_fault"):
            widget.report_fault(error)
            return
        widget = widget.parent()

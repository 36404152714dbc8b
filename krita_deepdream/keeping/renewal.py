"""Renews one part of a dream layer: asks the worker, shows a coarse preview in the layer, then writes the result."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from ..core import dream_settings, errors, renewal, wire
from ..documents import nodes, placing
from ..dreaming.session import Session
from ..jobs.document_data import Grabbed
from ..jobs.dream_layer import Box
from ..jobs.images import from_image, to_image
from ..jobs.job import DreamRequest
from ..krita_api import Data
from ..qt import Qt
from .past import Piece
from .watched import Watched, area

# The shortest time between two previews: Krita recomposes the whole canvas for each.
COARSE_S = 0.7


class Renewal:
    """Of the tiles ``numbers``. ``done`` is called once, with the error or ``None``.

    ``undo``: the painter asked for it, so it becomes an undo step.
    """

    def __init__(
        self,
        session: Session,
        layer: Watched,
        request: DreamRequest,
        undo: bool,
        done: Callable[[errors.DreamError | None], None],
    ) -> None:
        self._session, self._host = session, session.host
        self.layer, self._request, self.undo, self._done = layer, request, undo, done
        self._began, self._shown = time.monotonic(), 0.0
        self._before: Data | None = None
        self._is_dropped = False

    def begin(self, numbers: frozenset[int]) -> bool:
        """Ask the worker; ``False`` if there is nothing to do. Raises ``DreamError``."""
        layer, settings = self.layer, self._request.settings
        assert isinstance(settings, dream_settings.DreamSettings)
        changes, self._sums = layer.changes(numbers)
        self._numbers = frozenset(self._sums)
        left, top = layer.record.corner
        changed = renewal.Rect(*area(changes)) if changes else None
        changed = changed._replace(x=changed.x - left, y=changed.y - top) if changed else None
        window = renewal.window(changed, layer.record.record) if changed else None
        crop = renewal.crop(changed, layer.record.record, settings) if changed else None
        if window is None or crop is None:
            return False
        self._window: Box = (window.x + left, window.y + top, window.width, window.height)
        box: Box = (crop.x + left, crop.y + top, crop.width, crop.height)
        self._grabbed, old_dream = self._host.grab_part(layer.document, layer.node_id, self._request, box)
        message = self._message(self._grabbed, old_dream, _flags(changes.values(), box), crop)
        self._session.queue.add_side_task(message, self._told)
        return True

    def is_for(self, source: tuple[int, ...]) -> bool:
        """Whether its tiles haven't changed since it began."""
        return all(source[number] == found for number, found in self._sums.items())

    def drop(self) -> None:
        """Give it up and remove its preview from the layer."""
        self._is_dropped = True
        self._session.queue.drop(self._told)
        self._restore()

    def _message(self, grabbed: Grabbed, old_dream: wire.Picture, changed: bytes, crop: renewal.Rect) -> wire.Renew:
        made = self._request.made_for(grabbed, self._host)
        return wire.Renew(
            0,
            made.settings.to_dict(),
            grabbed.picture,
            grabbed.mask,
            grabbed.backdrop,
            dict(made.pictures),
            grabbed.strength_map,
            old_dream=old_dream,
            changed=changed,
            record=self.layer.record.record,
            x=crop.x,
            y=crop.y,
        )

    def _told(self, message: Any) -> None:
        try:
            self._hear(message)
        except errors.DreamError as error:
            # The layer or its document is gone.
            self._give_up(error)
        except Exception as error:
            # Told, and raised again: but nobody waits for this one any more.
            self._give_up(errors.DreamError("worker.internal", reason=error))
            raise

    def _give_up(self, error: errors.DreamError) -> None:
        self._session.queue.drop(self._told)
        self._done(error)

    def _hear(self, message: Any) -> None:
        if isinstance(message, wire.Progress):
            if message.preview:
                self._show(message.preview)
        elif isinstance(message, wire.Result):
            self._finish(message)
        else:
            self._restore()
            self._done(errors.DreamError(message.code, **message.values))

    def _show(self, preview: wire.Picture) -> None:
        """Show a preview in the window until something better arrives."""
        if self.undo or time.monotonic() - self._shown < COARSE_S:
            return
        self._shown = time.monotonic()
        image = to_image(preview).scaled(
            *self._window[2:], Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
        )
        samples = self._samples(from_image(image))
        if self._before is None:
            self._before = self._read()
        self._write([(self._window, samples)])
        self._is_coarse(True)

    def _restore(self) -> None:
        before, self._before = self._before, None
        if before is not None and nodes.find(self.layer.document, self.layer.node_id) is not None:
            self._write([(self._window, before)])
            self._is_coarse(False)

    def _finish(self, result: wire.Result) -> None:
        layer, box = self.layer, self._window
        samples = self._samples(result.picture)
        if self._is_dropped:
            return  # while Krita converted its colours
        if self._before is None:
            self._before = self._read()
        self._write([(box, samples)], self.undo)
        self._is_coarse(False)
        source = tuple(self._sums.get(number, known) for number, known in enumerate(layer.record.source))
        layer.take(replace(layer.record, source=source, own=layer.own_sums(box)))
        layer.past.add(Piece(box, self._before, samples), (layer.record.source, layer.record.own))
        layer.hold(self._numbers)
        self._done(None)

    def _samples(self, picture: wire.Picture) -> Data:
        return self._host.layer_samples(self.layer.document, self.layer.node_id, picture)

    def _write(self, parts: list[tuple[Box, Data]], undo: bool = False) -> None:
        placing.write_parts(self.layer.document, self.layer.node_id, parts, undo)

    def _is_coarse(self, coarse: bool) -> None:
        self.layer.coarse = coarse
        self.layer.look_again()

    def _read(self) -> Data:
        return nodes.dream_layer(self.layer.document, self.layer.node_id).pixelData(*self._window)


def _flags(changes: Any, box: Box) -> bytes:
    """One byte per pixel of ``box``: what changed of its tiles."""
    x, y, width, height = box
    flags = bytearray(width * height)
    for (left, top, wide, high), inner in changes:
        for row in range(max(top, y), min(top + high, y + height)):
            first, end = max(left, x), min(left + wide, x + width)
            if first < end:
                start = (row - top) * wide + first - left
                at = (row - y) * width + first - x
                flags[at : at + end - first] = inner[start : start + end - first]
    return bytes(flags)

"""Lets dream layers keep up with their source, refreshes and renews them; no widgets.

A part that is renewed by keeping up makes no undo step, since the painter's undo is for strokes. Undoing a stroke
changes the source back, and that brings back the old part of the dream.
"""

from __future__ import annotations

import time
from dataclasses import replace

from ..border import guarded
from ..core import dream_settings, errors
from ..documents import placing, recipes
from ..dreaming import again
from ..dreaming.session import Session
from ..jobs.document_data import Destination
from ..jobs.job import Chosen, DreamRequest
from ..language import mark, tr
from ..log import logger
from ..qt import QtCore, Signal
from .evolving import Evolving
from .renewal import Renewal
from .watched import Watched
from .watcher import Watcher

# After which what couldn't be dreamed is tried again: memory may be free by then.
RETRY_S = 60.0


class Keeper(QtCore.QObject):
    """``changed`` when something begins or ends; ``asks``: a layer that was painted on by hand, or ``None``."""

    changed = Signal()

    def __init__(self, session: Session, watcher: Watcher, parent: QtCore.QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self.watcher = session, watcher
        self.evolving = Evolving(session, watcher, self)
        self._renewal: Renewal | None = None
        self._beginning = False
        self._waiting: list[tuple[Watched, bool]] = []
        # By layer: the source that couldn't be dreamed, and when it may be tried again.
        self._failed: dict[str, tuple[tuple[int, ...], float]] = {}
        self.asks: Watched | None = None
        watcher.seen.connect(self._seen)

    def is_renewing(self, layer: Watched) -> bool:
        """Whether a layer, or a part of it, is being dreamed again."""
        in_parts = self._renewal is not None and self._renewal.layer is layer
        return in_parts or any(job.request.into == layer.node_id for job in self._session.queue.jobs)

    def follows(self, layer: Watched) -> bool:
        """Whether what is being dreamed again of a layer is because it keeps up."""
        return self._renewal is not None and self._renewal.layer is layer and not self._renewal.undo

    def keep_up(self, layer: Watched, on: bool) -> None:
        """Let a layer follow its source from now on, or stop it."""
        layer.keep_up(on)
        self._failed.pop(layer.node_id, None)
        if not on:
            self._stop(layer)
        else:
            self.watcher.look_at(layer)
        self.changed.emit()

    def toggle(self) -> str:
        """Switch keeping up for the active dream layer and say so. Raises ``DreamError``."""
        layer = self._active()
        if not layer.in_parts:
            return tr("“{name}” can't keep up: use Refresh.", name=layer.name)
        self.keep_up(layer, not layer.record.keeps_up)
        text = mark("“{name}” keeps up.") if layer.record.keeps_up else mark("“{name}” no longer keeps up.")
        return tr(text, name=layer.name)

    def refresh_active(self) -> str:
        """Refresh the active dream layer and say so. Raises ``DreamError``."""
        layer = self._active()
        self.refresh(layer)
        text = mark("Refreshing “{name}”…") if layer.stale else mark("“{name}” is up to date.")
        return tr(text, name=layer.name)

    def refresh(self, layer: Watched) -> None:
        """Dream again what is out of date in a layer, in place; one undo step. Raises ``DreamError``."""
        if layer.edited:
            self._ask(layer)
        elif layer.stale:
            self._stop(layer)
            self._waiting.append((layer, True))
            self._advance()

    def refresh_all(self) -> None:
        """Refresh every layer of the active document that is out of date."""
        for layer in self.watcher.layers.values():
            if layer.stale and not layer.edited:
                self._waiting.append((layer, True))
        self._advance()

    def renew(self, layer: Watched, settings: Chosen | None = None) -> None:
        """Dream a whole layer again in place, with other settings if any are given. Raises ``DreamError``."""
        request = self._request(layer, settings)
        self._stop(layer)
        self._answered(layer)
        self._session.dream(replace(request, into=layer.node_id))

    def further_active(self) -> str:
        """Let the active dream layer go further; ends with a sentence. Raises ``DreamError``."""
        layer = self._active()
        self.further(layer)
        return tr("“{name}” goes further…", name=layer.name)

    def further(self, layer: Watched) -> None:
        """Let a dream go on from where it stopped, in place; an undo takes that back. Raises ``DreamError``."""
        if layer.edited:
            self._ask(layer)
            return
        settings = again.settings_in(layer.stored)
        if not isinstance(settings, dream_settings.DreamSettings):
            raise errors.DreamError("krita.further")
        self.renew(layer, settings.replace({"further": settings.further + 1}))

    def keep_strokes(self, layer: Watched) -> None:
        """Accept what was painted on a layer by hand; the layer stops keeping up."""
        self._answered(layer)
        layer.keep_up(False)
        layer.accept()
        self.changed.emit()

    def close(self) -> None:
        """Krita quits."""
        self.watcher.close()
        self._waiting.clear()
        self._renewal = None

    @guarded
    def _seen(self, layer: Watched) -> None:
        """A layer and its source have been checked completely."""
        working = self._renewal if self._renewal and self._renewal.layer is layer else None
        if working is not None and (layer.edited or not working.is_for(layer.source)):
            self._stop(layer)
        if not layer.edited:
            self._answered(layer)
        if not layer.record.keeps_up or layer.between or self.is_renewing(layer):
            return
        if layer.edited:
            self._ask(layer)
        elif layer.stale:
            self._follow(layer)

    def _follow(self, layer: Watched) -> None:
        source, until = self._failed.get(layer.node_id, ((), 0.0))
        if not layer.can_renew or (source == layer.source and time.monotonic() < until):
            return
        found = layer.past.back_to(layer.source)
        if found is not None:
            (parts, (source, own)), stale = found, layer.stale
            placing.write_parts(layer.document, layer.node_id, parts)
            layer.take(replace(layer.record, source=source, own=own))
            layer.hold(stale)
            self.watcher.changed.emit()
        elif not any(each is layer for each, _ in self._waiting):
            self._waiting.append((layer, False))
            self._advance()

    @guarded
    def _advance(self) -> None:
        # Krita may come back to here while it converts the colours of the one that begins.
        while self._renewal is None and not self._beginning and self._waiting:
            layer, undo = self._waiting.pop(0)
            self._beginning = True
            try:
                self._begin(layer, undo)
            except errors.DreamError as error:
                self._end(layer, undo, error)
            finally:
                self._beginning = False
        self.changed.emit()

    def _begin(self, layer: Watched, undo: bool) -> None:
        request = self._request(layer)
        if not layer.in_parts:
            self.renew(layer)
            return
        made = Renewal(self._session, layer, request, undo, lambda error: self._end(layer, undo, error))
        if made.begin(layer.stale):
            self._renewal = made
        else:
            layer.take(replace(layer.record, source=layer.source))
            self.watcher.changed.emit()

    def _end(self, layer: Watched, undo: bool, error: errors.DreamError | None) -> None:
        self._renewal = None
        if error is None:
            self.watcher.look_at(layer)
            self.watcher.changed.emit()
        elif error.code != errors.Cancelled().code:
            logger().warning("a part can't be renewed: %s", error)
            self._failed[layer.node_id] = layer.source, time.monotonic() + RETRY_S
            self._session.report_fault(error)
        elif undo and self._session.busy:
            # A dream took its turn: dreams go first.
            self._waiting.append((layer, undo))
        QtCore.QTimer.singleShot(0, self._advance)

    def _stop(self, layer: Watched) -> None:
        self._waiting = [each for each in self._waiting if each[0] is not layer]
        if self._renewal is not None and self._renewal.layer is layer:
            renewal, self._renewal = self._renewal, None
            renewal.drop()
            QtCore.QTimer.singleShot(0, self._advance)

    def _active(self) -> Watched:
        layer = self.watcher.active
        if layer is None:
            raise errors.DreamError("krita.recipe")
        return layer

    def _ask(self, layer: Watched) -> None:
        if self.asks is not layer:
            self.asks = layer
            self.changed.emit()

    def _answered(self, layer: Watched) -> None:
        if self.asks is layer:
            self.asks = None
            self.changed.emit()

    def _request(self, layer: Watched, settings: Chosen | None = None) -> DreamRequest:
        stored = recipes.read_of(layer.document, layer.node_id)
        request = again.same_request(stored, settings)
        return replace(request, destination=Destination.DETAIL) if layer.is_detail else request

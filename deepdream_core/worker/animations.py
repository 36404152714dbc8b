"""(keyframes of an animated layer, each a request) → dreams that hang together, and in the end the layer's file."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

import numpy as np

from ..arrays import Mask
from ..engine import cost
from ..engine.engine import Engine
from ..engine.progress import DreamResult, Progress, Stopwatch
from ..errors import DreamError
from ..files.faults import told_as
from ..film.coherence import Film
from ..film.keyframes import Keyframes, Origin
from ..film.painting import check_painting
from ..image.pixels import Pixels, to_wire
from ..protocol import wire
from ..settings.film_settings import OFF, FilmSettings
from ..system.atomic import Publishing
from ..version import VERSION
from . import requests, sending
from .finished import Finished


def keyframe(
    request: wire.Keyframe, engine: Engine, report: Callable[[Progress], None], publishing: Publishing
) -> wire.KeyframeDone:
    """Dream a keyframe and store it in its folder. Raises ``DreamError``."""
    started, stored = time.monotonic(), Keyframes(_folder(request))
    flow = FilmSettings.spec_of("flow").check(request.flow)
    pixels, look = requests.look_of(request)
    finished, before = Finished(), stored.before(request.time, request.after)
    identity = _identity(request, engine.network(look.settings.network).weights.sha256, before)
    origin, found = Origin(request.time, identity, request.after, before), finished.frame(identity)
    is_stored = stored.has(origin)
    if found is not None and not is_stored:
        stored.store(origin, found, finished.last(identity), publishing)
    if found is not None or is_stored:
        return wire.KeyframeDone(request.id, request.time, time.monotonic() - started)
    if request.after is None:
        finished.clear()
    film = Film(engine, look, flow, stored.last(request.after))
    sent = request.picture
    picture = wire.Picture(sent.width, sent.height, sent.depth, bytes(len(sent.data)))
    if _painted(pixels, look.mask):
        watch = Stopwatch()
        for progress in film.frame(pixels):
            watch.see(progress)
            if progress.result is None:
                report(progress)
        assert progress.result is not None
        picture = to_wire(_on_canvas(progress.result, pixels), picture.depth)
        if request.after is None:
            height, width = progress.result.mask.shape
            cost.learn(look.settings, width, height, watch.seconds)
    file = stored.store(origin, picture, film.last, publishing)
    finished.add(identity, file, film.last)
    return wire.KeyframeDone(request.id, request.time, time.monotonic() - started)


def animate(request: wire.Animate, publishing: Publishing, send: Callable[[wire.Message], None]) -> wire.Animated:
    """Write the keyframes that are in a folder as a Krita document, or send what would be there. Raises ``DreamError``.

    Those for another computer stay until it says that it has them.
    """
    if not request.times:
        raise DreamError("wire.header", reason="an animation has at least one keyframe")
    stored = Keyframes(_folder(request))
    target = Path(request.target)
    with (
        told_as("picture.write", target),
        sending.target_for(request.target) if request.elsewhere else nullcontext(target) as target,
    ):
        check_painting(target)
        stored.write(target, request.times, request.blank, publishing)
        if request.elsewhere:
            sending.Sender(request.id, send).file(target)
    Finished().clear()
    return wire.Animated(request.id, request.target)


def _folder(request: wire.Keyframe | wire.Animate) -> Path:
    """Where its keyframes lie. Raises ``DreamError``."""
    folder = Path(request.folder)
    if not request.elsewhere:
        return folder
    with told_as("picture.write", folder):
        return sending.waiting_folder(request.folder)


def _identity(request: wire.Keyframe, weights_sha256: str, before: str) -> str:
    """What a keyframe is dreamed of; ``before``: the same of the one before, which it goes on from."""
    digest = hashlib.sha256()
    pictures = {"": request.picture, **request.pictures}
    if request.strength_map is not None:
        pictures["strength"] = request.strength_map
    sizes = {name: [each.width, each.height, each.depth] for name, each in pictures.items()}
    plain = [VERSION, weights_sha256, request.kind, request.settings, request.flow, sizes]
    plain.append("" if request.flow == OFF else before)
    digest.update(json.dumps(plain, sort_keys=True).encode())
    for each in (*(picture.data for picture in pictures.values()), request.mask):
        digest.update(hashlib.sha256(each).digest())
    return digest.hexdigest()


def _painted(pixels: Pixels, mask: Mask | None) -> bool:
    """Whether there is anything to dream."""
    where = np.ones((1, 1), np.float32) if mask is None else mask
    return bool((where if pixels.alpha is None else pixels.alpha * where).any())


def _on_canvas(result: DreamResult, pixels: Pixels) -> Pixels:
    """The dream where it lies, and nothing around it."""
    rgb = np.zeros((pixels.height, pixels.width, 3), np.float32)
    alpha = np.zeros((pixels.height, pixels.width), np.float32)
    area = slice(result.y, result.y + result.mask.shape[0]), slice(result.x, result.x + result.mask.shape[1])
    rgb[area], alpha[area] = result.rgb, result.alpha
    return Pixels(rgb, alpha)

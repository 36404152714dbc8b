"""(request from the wire) → the job that it describes; (a dream's result) → its answer."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ..arrays import Mask
from ..dream import Checkpoint, Job, Renewal, dream, renew
from ..engine.engine import Engine
from ..engine.progress import DreamResult, Progress
from ..errors import DreamError
from ..film.coherence import Look
from ..image.masks import painted
from ..image.pixels import Pixels, blend, from_wire, to_wire
from ..protocol import wire
from ..settings.dream_settings import DreamSettings, spec_of
from ..settings.recipe import settings_of_kind
from ..settings.style_settings import StyleSettings
from ..style.job import StyleJob, style

PictureRequest = wire.Dream | wire.Renew | wire.Style


def start(request: PictureRequest, engine: Engine, checkpoint: Checkpoint | None = None) -> Iterator[Progress]:
    """The job that ``request`` describes, started; a dream goes on from ``checkpoint`` if it can.

    Raises ``DreamError`` as ``dream``, ``renew`` and ``style`` do.
    """
    if isinstance(request, wire.Dream):
        return dream(job_of(request), engine, checkpoint)
    if isinstance(request, wire.Renew):
        return renew(_renewal(request), engine)
    picture, mask, backdrop, pictures = _parts(request)
    settings = StyleSettings.from_dict(request.settings)
    return style(StyleJob(picture, settings, pictures, mask, backdrop, _strength_map(request)), engine)


def job_of(request: wire.Dream | wire.Renew | wire.Zoom) -> Job:
    """The dream that ``request`` describes. Raises ``DreamError``."""
    picture, mask, backdrop, pictures = _parts(request)
    return Job(picture, DreamSettings.from_dict(request.settings), mask, backdrop, pictures, _strength_map(request))


def look_of(request: wire.Keyframe) -> tuple[Pixels, Look]:
    """A keyframe and what to do with it. Raises ``DreamError``."""
    pixels, mask, _backdrop, pictures = _parts(request)
    strength_map = _strength_map(request)
    if strength_map is not None:
        mask = strength_map if mask is None else mask * strength_map
    return pixels, Look(settings_of_kind(request.kind, request.settings), pictures, mask)


def result(request: PictureRequest, found: DreamResult, seconds: float) -> wire.Result:
    """The result as an answer to ``request``."""
    picture = to_wire(Pixels(found.rgb, found.alpha), request.picture.depth)
    recipe, record = found.recipe.to_dict(), dict(found.record)
    if isinstance(request, wire.Renew):
        merged = _merged(picture, request, found)
        return wire.Result(
            id=request.id, x=found.x, y=found.y, picture=merged, recipe=recipe, seconds=seconds, record=record
        )
    blended, touched = _blended(request, found) if request.blend > 0 else (None, b"")
    return wire.Result(
        id=request.id,
        x=found.x,
        y=found.y,
        picture=picture,
        recipe=recipe,
        seconds=seconds,
        blended=blended,
        touched=touched,
        record=record,
    )


def progress(request: wire.ImageJob | wire.Atlas | wire.Animate, now: Progress, with_preview: bool) -> wire.Progress:
    """``now`` as a message."""
    preview = to_wire(Pixels(now.preview), "U8") if with_preview and now.preview is not None else None
    return wire.Progress(
        id=request.id,
        done=now.done,
        total=now.total,
        octave=now.octave,
        octaves=now.octaves,
        step=now.step,
        steps=now.steps,
        seconds_left=now.seconds_left,
        preview=preview,
    )


def _renewal(request: wire.Renew) -> Renewal:
    """The renewal that ``request`` describes. Raises ``DreamError``."""
    picture, old_dream = request.picture, request.old_dream
    if (_size(old_dream), old_dream.depth) != (_size(picture), picture.depth):
        raise DreamError("wire.header", reason="the old dream and the picture differ in size or depth")
    if len(request.changed) != picture.width * picture.height:
        raise DreamError("wire.header", reason=f"{len(request.changed)} bytes of what changed")
    changed = np.frombuffer(request.changed, np.uint8).reshape(picture.height, picture.width) > 0
    return Renewal(job_of(request), from_wire(old_dream), changed, request.record, request.x, request.y)


def _merged(new: wire.Picture, request: wire.Renew, found: DreamResult) -> wire.Picture:
    """``new`` with the old dream's own samples where it stays, since converting floats isn't exact."""
    size = wire.BYTES_PER_PIXEL[new.depth]
    old = np.frombuffer(request.old_dream.data, np.uint8).reshape(request.old_dream.height, -1, size)
    area = slice(found.y, found.y + new.height), slice(found.x, found.x + new.width)
    samples = np.frombuffer(new.data, np.uint8).reshape(new.height, new.width, size)
    merged = np.where(found.mask[..., np.newaxis] > 0, samples, old[area])
    return wire.Picture(new.width, new.height, new.depth, merged.data.cast("B"))


def _parts(request: wire.ImageJob) -> tuple[Pixels, Mask | None, Pixels | None, dict[str, Pixels]]:
    """Picture, mask, backdrop and further pictures. Raises ``DreamError`` for what doesn't belong together."""
    if isinstance(request, wire.Dream | wire.Style):
        spec_of("strength").check(request.blend)
    if request.backdrop and _size(request.backdrop) != _size(request.picture):
        raise DreamError("wire.header", reason="the backdrop and the picture differ in size")
    pictures = {name: from_wire(item) for name, item in request.pictures.items()}
    backdrop = from_wire(request.backdrop) if request.backdrop else None
    return from_wire(request.picture), _mask(request), backdrop, pictures


def _size(picture: wire.Picture) -> tuple[int, int]:
    return picture.width, picture.height


def _mask(request: wire.ImageJob) -> Mask | None:
    if not request.mask:
        return None
    width, height = request.picture.width, request.picture.height
    if len(request.mask) != width * height:
        raise DreamError("wire.header", reason=f"a mask of {len(request.mask)} bytes")
    mask: Mask = np.frombuffer(request.mask, np.uint8).reshape(height, width) / np.float32(255)
    return mask


def _strength_map(request: wire.ImageJob) -> Mask | None:
    return painted(from_wire(request.strength_map)) if request.strength_map else None


def _blended(request: wire.Dream | wire.Style, found: DreamResult) -> tuple[wire.Picture, bytes]:
    source = from_wire(request.picture)
    height, width = found.mask.shape
    area = slice(found.y, found.y + height), slice(found.x, found.x + width)
    rgb = blend(source.rgb[area], found.rgb, found.mask * np.float32(request.blend / 100))
    alpha = None if source.alpha is None else source.alpha[area]
    touched = ((found.mask > 0) * np.uint8(255)).tobytes()
    return to_wire(Pixels(rgb, alpha), request.picture.depth), touched

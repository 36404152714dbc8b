"""What a job has made, on its way back into Krita."""

from __future__ import annotations

from ..core import recipe, wire
from ..jobs.document_data import Blended, Destination, Outcome
from ..jobs.job import Job
from ..jobs.rectangles import crop
from ..qt import QtCore


def of_picture(job: Job, result: wire.Result, strength: float, preview: wire.Picture | None) -> Outcome:
    """A picture's, ``strength`` in percent; ``preview``: the last preview that was shown."""
    request, location, picture = job.request, job.grabbed.location, result.picture
    blended = Blended(result.blended, bytes(result.touched)) if result.blended else None
    is_detail = request.destination is Destination.DETAIL
    inside = QtCore.QRect(result.x, result.y, picture.width, picture.height)
    return Outcome(
        name=request.name,
        location=location,
        picture=picture,
        x=location.x + result.x,
        y=location.y + result.y,
        strength=strength,
        destination=request.destination,
        recipe=result.recipe,
        preview=preview,
        blended=blended,
        source_selection=job.grabbed.source_selection,
        hints=request.hints,
        record={} if is_detail else result.record,
        into=request.into,
        source=crop(job.grabbed.picture, inside) if is_detail else None,
    )


def of_frames(job: Job, strength: float) -> Outcome:
    """An animated layer's, ``strength`` in percent: its pixels are in a file."""
    request = job.request
    made = {"settings": request.settings.to_dict(), "kind": request.settings.kind, "sizes": recipe.BY_AREA}
    return Outcome(
        name=request.name,
        location=job.grabbed.location,
        picture=wire.Picture(0, 0, "U8", b""),
        x=0,
        y=0,
        strength=strength,
        recipe=made,
        source_selection=job.grabbed.source_selection,
        hints=request.hints,
    )

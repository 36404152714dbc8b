"""What would be dreamed, in Krita's own words: "Selection 640 × 480 on “Sky”", "All Layers"."""

from __future__ import annotations

from ..core import working_size
from ..jobs.document_data import LABELS, Source, Target
from ..jobs.job import DreamRequest
from ..language import ngettext, tr


def in_words(target: Target) -> str:
    """A line for the docker."""
    seamless = " " + tr("(seamless)") if target.wraps else ""
    if not target.selected:
        return _whole(target) + seamless
    size = tr("Selection {width} × {height}", width=target.size[0], height=target.size[1])
    return f"{size} {_part(target)}{seamless}"


def frames(request: DreamRequest) -> str:
    """How many frames of an animated layer are dreamed; nothing for a still picture."""
    if request.animation is None:
        return ""
    count = len(request.animation.times)
    return ngettext("one frame", "{count} frames", count)


def computed(size: tuple[int, int], settings: working_size.Sized) -> str:
    """The size at which a picture (width, height) is computed if that is smaller; else nothing."""
    scale = working_size.working_scale(*size, settings)
    if scale >= 1:
        return ""
    return tr("computed at {width} × {height}", width=round(size[0] * scale), height=round(size[1] * scale))


def _whole(target: Target) -> str:
    if target.empty:
        return tr("Everything visible, because “{layer}” is empty", layer=target.layer_name)
    if target.source is Source.CURRENT_GROUP:
        return tr("The group “{layer}”", layer=target.layer_name)
    if target.source is Source.ALL_LAYERS:
        return tr("All layers")
    if target.source is Source.LABELED_LAYERS:
        return tr("Layers labeled {labels}", labels=_labels(target))
    return tr("“{layer}”", layer=target.layer_name)


def _part(target: Target) -> str:
    if target.empty:
        return tr("from everything visible, because “{layer}” is empty", layer=target.layer_name)
    if target.source is Source.CURRENT_GROUP:
        return tr("from the group “{layer}”", layer=target.layer_name)
    if target.source is Source.ALL_LAYERS:
        return tr("from all layers")
    if target.source is Source.LABELED_LAYERS:
        return tr("from layers labeled {labels}", labels=_labels(target))
    return tr("on “{layer}”", layer=target.layer_name)


def _labels(target: Target) -> str:
    return ", ".join(tr(LABELS[label]) for label in sorted(target.labels))

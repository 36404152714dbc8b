"""(settings, picture before and after) → how many times as strong the objective has become."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ..arrays import AnyRgb, Maps
from ..image.pixels import Pixels, fitted, over
from ..settings.dream_settings import DreamSettings
from . import loss
from .drift import channel_weights
from .engine import Engine


def gain(
    engine: Engine, settings: DreamSettings, pictures: Mapping[str, Pixels], before: AnyRgb, after: AnyRgb
) -> float | None:
    """The objective's value after a dream, divided by that before it; ``None`` where that isn't above 0.

    ``before``, ``after``: (height, width, 3) of 0..255, looked at no larger than a preview; ``pictures``: by name,
    those that the objective names; its masks are left out: each term counts everywhere. Raises ``DreamError``.
    """
    network, terms = engine.alternating(settings)[0]
    terms = loss.resolve_ranks(terms, network, fitted(before))
    guides = {term.picture: fitted(over(pictures[term.picture])) for term in terms if term.picture in pictures}
    gradient = engine.gradient(network, terms, guides, settings.precision)
    emphasis = loss.emphasis(terms, network.info, channel_weights(settings, loss.layer_widths(terms, network.info)))
    values = []
    for picture in (fitted(before), fitted(after)):
        everywhere: Maps = np.ones((*picture.shape[:2], len(gradient.maps)), np.float32)
        values.append(gradient.value(picture, everywhere, emphasis))
    # A class may be below 0 before: no ratio says how much stronger it has become.
    return values[1] / values[0] if values[0] > 0 else None

"""(term, network) → how strong it is in photographs: there a dream can end by itself.

Feature Accentuation (Hamblin et al. 2024, arXiv 2402.10039) stops where the activation is as strong as in natural
pictures. ``tools/photographs.py`` made the table.
"""

from __future__ import annotations

import json
import math
from functools import cache

import numpy as np

from ..catalogue import NetworkInfo
from ..objective.syntax import Term
from ..objective.terms import layer_of
from ..system.folders import bundled


def strength_in_photographs(term: Term, info: NetworkInfo) -> float:
    """What ``term``, without its weight, comes to where a photograph shows what its layer looks for.

    Infinity for what isn't known: guides, means of whole layers, and networks that aren't in the table.
    """
    known = _table().get(info.name, {}).get(layer_of(term), {})
    if term.type == "class":
        return known.get("class", math.inf)
    if term.type == "layer" and term.channels:
        channel = known.get("channel", math.inf)
        weights = float(np.mean([abs(weight) for _number, weight in term.channels]))
        return weights * (channel**2 if term.statistic == "square" else channel)
    if term.type == "layer" and term.statistic == "square":
        return known.get("layer", math.inf)
    return math.inf


@cache
def _table() -> dict[str, dict[str, dict[str, float]]]:
    table: dict[str, dict[str, dict[str, float]]] = json.loads(bundled("photographs.json").read_text("utf-8"))
    return table

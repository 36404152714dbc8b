"""From a kept recipe back to settings and to an order: the same dream with another seed."""

from __future__ import annotations

import random

from ..core import errors, recipe
from ..documents.naming import base
from ..orders.dreamt import Dreamt
from ..orders.grab import Goes, Kept
from ..orders.jobs import LOCAL, Chosen, Order

# Short numbers are easier to tell a friend.
LARGEST_SEED = 9999
# Pictures of a recipe that come with the place.
WEIGHT = "weight"
GRABBED = {"mask", "backdrop", WEIGHT}


def another_seed() -> int:
    """A throw of the die."""
    return random.randrange(1, LARGEST_SEED + 1)


def settings_in(kept: Kept | None) -> Chosen:
    """The settings of a dream. Raises ``DreamError`` when there is no recipe."""
    if kept is None:
        raise errors.DreamError("krita.recipe")
    return recipe.settings_of(kept.recipe)


def settings_of(dream: Dreamt | None) -> tuple[str, Chosen]:
    """Name and settings of a past dream. Raises ``DreamError`` when there is none."""
    kept = Kept(dream.outcome.name, dream.outcome.recipe, None) if dream else None
    return (kept.name if kept else ""), settings_in(kept)


def order_again(kept: Kept | None, goes: Goes) -> Order:
    """The order for the same place with another seed. Raises ``DreamError`` when something of it is gone."""
    chosen = settings_in(kept).but({"seed": another_seed()})
    assert kept is not None
    if kept.asked is None:
        raise errors.DreamError("krita.again", layer=kept.name)
    if kept.recipe.get("pictures", {}).keys() - GRABBED:
        raise errors.DreamError("krita.pictures", layer=kept.name)
    # Older recipes don't say what it was: mostly the Local Selection.
    by = kept.asked.by or (LOCAL if WEIGHT in kept.recipe.get("pictures", {}) else "")
    name, asked = base(kept.name), kept.asked
    return Order(name, chosen, goes, asked.source, labels=asked.labels, again=asked, strength_by=by)

"""From a stored recipe back to settings and a request: the same dream with another seed."""

from __future__ import annotations

from ..choices.seeds import another_seed
from ..core import errors, recipe
from ..documents.naming import base
from ..jobs.document_data import Destination, StoredRecipe
from ..jobs.history_entry import HistoryEntry
from ..jobs.job import LOCAL, Chosen, DreamRequest

# Pictures of a recipe that are grabbed again with the source.
STRENGTH_MAP = "weight"
GRABBED = {"mask", "backdrop", STRENGTH_MAP}


def settings_in(stored: StoredRecipe | None) -> Chosen:
    """The settings of a dream. Raises ``DreamError`` when there is no recipe."""
    if stored is None:
        raise errors.DreamError("krita.recipe")
    return recipe.settings_of(stored.recipe)


def named_settings(stored: StoredRecipe | None) -> tuple[str, Chosen]:
    """Name and settings of a dream. Raises ``DreamError`` when there is no recipe."""
    chosen = settings_in(stored)
    return (stored.name if stored else ""), chosen


def settings_of(dream: HistoryEntry | None) -> tuple[str, Chosen]:
    """Name and settings of a past dream. Raises ``DreamError`` when there is none."""
    return named_settings(StoredRecipe(dream.outcome.name, dream.outcome.recipe, None) if dream else None)


def repeat_request(stored: StoredRecipe | None, destination: Destination) -> DreamRequest:
    """The request for the same place with another seed. Raises ``DreamError`` when something of it is gone."""
    return same_request(stored, settings_in(stored).replace({"seed": another_seed()}), destination)


def same_request(
    stored: StoredRecipe | None, chosen: Chosen | None = None, destination: Destination = Destination.ABOVE
) -> DreamRequest:
    """The request for the same place, with the same settings or others. Raises as ``repeat_request``."""
    chosen = chosen or settings_in(stored)
    assert stored is not None
    if stored.source_selection is None:
        raise errors.DreamError("krita.again", layer=stored.name)
    if stored.recipe.get("pictures", {}).keys() - GRABBED:
        raise errors.DreamError("krita.pictures", layer=stored.name)
    # Older recipes don't say what it was: usually the Local Selection.
    by = stored.source_selection.by or (LOCAL if STRENGTH_MAP in stored.recipe.get("pictures", {}) else "")
    name, selection = base(stored.name), stored.source_selection
    return DreamRequest(
        name, chosen, destination, selection.source, labels=selection.labels, again=selection, strength_by=by
    )

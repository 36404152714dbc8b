"""Terms at positions in the picture: (objective, position) → the objective with a term there."""

from __future__ import annotations

from dataclasses import replace

from ..core import syntax

Position = tuple[float, float]
# Nobody points more precisely.
DIGITS = 3


def positions_in(objective: str) -> list[Position]:
    """Across and down as shares of the region, in the terms' order."""
    return [spot for term in syntax.parse(objective) if (spot := syntax.spot_of(term.mask_name))]


def with_position(objective: str, across: float, down: float) -> str:
    """Move the last term that counts everywhere to that position; if there is none, repeat the last term there."""
    terms = list(syntax.parse(objective))
    spot = syntax.spot_mask(*(round(min(max(share, 0.0), 1.0), DIGITS) for share in (across, down)))
    free = [index for index, term in enumerate(terms) if not term.mask_name]
    if free:
        terms[free[-1]] = replace(terms[free[-1]], mask_name=spot)
    else:
        terms.append(replace(terms[-1], mask_name=spot))
    return syntax.write(tuple(terms))


def without_position(objective: str, position: Position) -> str:
    """Remove the term there if the same term has another position, else let it count everywhere again."""
    terms, spot = list(syntax.parse(objective)), syntax.spot_mask(*position)
    index = next(index for index, term in enumerate(terms) if term.mask_name == spot)
    everywhere = replace(terms[index], mask_name="")
    if [replace(term, mask_name="") for term in terms].count(everywhere) > 1:
        del terms[index]
    else:
        terms[index] = everywhere
    return syntax.write(tuple(terms))

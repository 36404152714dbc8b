"""The textual form of objectives: parse and print. ``objectives.py`` compiles it, ``DreamSettings`` carries it.

    b10                     mean of squares of the whole layer
    b10:mean                mean of the whole layer
    b10[3,7,20-25]          mean of some channels           (b10[3]:square for their mean of squares)
    b10[3*0.5,7*-1]         a direction: weighted channels
    b10[strongest 5]        the channels strongest in this picture (also: weakest 5)
    b10[3](0.5,0.25)        a neuron: across 0.5, down 0.25 of the dreamed region
    class:castle            a class by name, everyday word or number
    guide:b6                what the guide picture shows at b6 (best-matching dot products)
    guide_cosine:b6=photo   the same by angle, for the picture called "photo"
    0.5*b4 + class:castle@hill - b8     weights; @name: only where the mask picture "hill" is white
    b8@hint#3366ff          only where the picture "hint" is painted in this colour
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from .errors import DreamError

EXAMPLE = "b10[3,7]*0.5 + class:castle"
STATISTICS = ("square", "mean")
_NUMBER = r"(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
_TERM = re.compile(
    rf"""\s*(?:(?P<before>{_NUMBER})\s*\*\s*)?
    (?:
      (?P<guide>guide|guide_cosine):(?P<guide_layer>[A-Za-z]\w*)(?:=(?P<picture>[A-Za-z_]\w*))?
      | class:(?P<class>"[^"]+"|[A-Za-z0-9][\w'. -]*?)
      | (?P<layer>[A-Za-z]\w*)
        (?:\[(?P<channels>[^\]]+)\])?
        (?:\(\s*(?P<across>{_NUMBER})\s*,\s*(?P<down>{_NUMBER})\s*\))?
        (?::(?P<statistic>\w+))?
    )
    (?:\s*\*\s*(?P<after>-?{_NUMBER}))?
    (?:\s*@\s*(?P<mask>[A-Za-z_]\w*(?:\#[0-9a-fA-F]{{6}})?))?
    \s*(?=[-+]\s|[-+](?=[A-Za-z0-9.])|$)""",
    re.VERBOSE,
)


@dataclass(frozen=True)
class Term:
    """One summand. ``kind``: "layer", "class", "guide" or "guide_cosine"; ``name``: the layer's or class's.

    ``channels``: ((number, weight), …), empty for all; ``rank``: ("strongest", 5) instead of numbers;
    ``position``: (across, down) as shares of the region; ``picture``: the guide's name; ``mask``: the name of
    the picture that says where the term counts, with "#rrggbb" where only that colour does.
    """

    kind: str
    name: str
    weight: float = 1.0
    channels: tuple[tuple[int, float], ...] = ()
    rank: tuple[str, int] | None = None
    position: tuple[float, float] | None = None
    statistic: str = "square"
    picture: str = "guide"
    mask: str = ""


def parse(text: str) -> tuple[Term, ...]:
    """Read an objective. Raises ``DreamError`` (``objective.syntax``) that says what can't be read."""
    terms: list[Term] = []
    at = 0
    while at < len(text) or not terms:
        sign = re.compile(r"\s*([-+]?)").match(text, at)
        assert sign is not None
        if terms and not sign.group(1):
            raise _syntax(text, f"something is missing before “{text[at:]}”")
        match = _TERM.match(text, sign.end())
        if match is None or match.end() == sign.end():
            raise _syntax(text, f"“{text[at:].strip() or 'nothing'}” is no term")
        term = _term(text, match)
        terms.append(replace(term, weight=-term.weight) if sign.group(1) == "-" else term)
        at = match.end()
    return tuple(terms)


def write(terms: tuple[Term, ...]) -> str:
    """The text of an objective, in one canonical spelling: ``parse(write(terms)) == terms``."""
    text = ""
    for term in terms:
        sign = ("- " if term.weight < 0 else "+ ") if text else ("-" if term.weight < 0 else "")
        text += (" " if text else "") + sign + _write_term(replace(term, weight=abs(term.weight)))
    return text


def _term(text: str, match: re.Match[str]) -> Term:
    weight = float(match["before"] or 1) * float(match["after"] or 1)
    mask = match["mask"] or ""
    if match["guide"]:
        return Term(match["guide"], match["guide_layer"], weight, picture=match["picture"] or "guide", mask=mask)
    if match["class"]:
        return Term("class", match["class"].strip('" '), weight, mask=mask)
    channels, rank = _channels(text, match["channels"] or "")
    position = (float(match["across"]), float(match["down"])) if match["across"] else None
    statistic = match["statistic"] or ("mean" if channels or rank else "square")
    if statistic not in STATISTICS:
        raise _syntax(text, f"“:{statistic}” is neither :square nor :mean")
    if position and max(position) > 1:
        raise _syntax(text, "a position goes from 0 to 1")
    return Term("layer", match["layer"], weight, channels, rank, position, statistic, mask=mask)


def _channels(text: str, inside: str) -> tuple[tuple[tuple[int, float], ...], tuple[str, int] | None]:
    ranked = re.fullmatch(r"\s*(strongest|weakest)\s+(\d+)\s*", inside)
    if ranked:
        return (), (ranked[1], int(ranked[2]))
    channels: list[tuple[int, float]] = []
    for part in inside.split(",") if inside else []:
        match = re.fullmatch(rf"\s*(\d+)(?:\s*-\s*(\d+))?(?:\s*\*\s*(-?{_NUMBER}))?\s*", part)
        if match is None or int(match[2] or match[1]) < int(match[1]):
            raise _syntax(text, f"“{part.strip()}” is no channel")
        weight = float(match[3] or 1)
        channels += [(number, weight) for number in range(int(match[1]), int(match[2] or match[1]) + 1)]
    return tuple(channels), None


def _write_term(term: Term) -> str:
    if term.kind == "class":
        plain = re.fullmatch(r"[A-Za-z0-9]\w*", term.name)
        text = f"class:{term.name}" if plain else f'class:"{term.name}"'
    elif term.kind != "layer":
        text = f"{term.kind}:{term.name}" + (f"={term.picture}" if term.picture != "guide" else "")
    else:
        text = term.name + _write_channels(term)
        if term.position:
            text += f"({_number(term.position[0])},{_number(term.position[1])})"
        if term.statistic != ("mean" if term.channels or term.rank else "square"):
            text += f":{term.statistic}"
    text += f"*{_number(term.weight)}" if term.weight != 1 else ""
    return text + (f"@{term.mask}" if term.mask else "")


def _write_channels(term: Term) -> str:
    if term.rank:
        return f"[{term.rank[0]} {term.rank[1]}]"
    parts = [f"{number}" if weight == 1 else f"{number}*{_number(weight)}" for number, weight in term.channels]
    return f"[{','.join(parts)}]" if parts else ""


def _number(value: float) -> str:
    """The shortest text that is read back as exactly this number."""
    return repr(value).removesuffix(".0")


def _syntax(text: str, reason: str) -> DreamError:
    return DreamError("objective.syntax", text=text, reason=reason, example=EXAMPLE)

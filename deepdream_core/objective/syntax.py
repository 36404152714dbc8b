"""The textual form of objectives: parse and print. ``engine/loss.py`` compiles it, ``DreamSettings`` carries it.

b10                     mean of squares of the whole layer
b10:mean                mean of the whole layer
b10[3,7,20-25]          mean of some channels           (b10[3]:square for their mean of squares)
b10[3*0.5,7*-1]         a direction: weighted channels
b10[strongest 5]        the channels strongest in this picture (also: weakest 5)
b10[3](0.5,0.25)        a neuron: across 0.5, down 0.25 of the dreamed region
class:castle            a class by name, everyday word or number; in quotes: class:"T-shirt"
class:owl:gathered      the same, mostly where the picture looks most like it: several whole owls, not one everywhere
guide:b6                what the guide picture shows at b6 (best-matching dot products)
guide_cosine:b6=photo   the same by angle, for the picture called "photo"
0.5*b4 + class:castle@hill - b8     weights; @name: only where the mask picture "hill" is white
b8@hint#3366ff          only where the picture "hint" is painted in this colour
class:castle@spot#alpha only where anything is painted on the layer or picture "spot": its alpha
class:owl@(0.5,0.25)    only softly around a place: across 0.5, down 0.25 of the dreamed region
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice

from ..errors import DreamError, shortened
from .classes import is_class
from .tokens import Token, quoted, tokens, unquoted

EXAMPLE = "b10[3,7]*0.5 + class:castle"
STATISTICS = ("square", "mean")
GUIDES = ("guide", "guide_cosine")
RANKS = ("strongest", "weakest")
# After a class: mostly where the picture looks most like it.
GATHERED = "gathered"
# More than any network has, and few enough to be written out one by one.
MOST_CHANNELS, MOST_TERMS = 10_000, 200
# What is less, but not 0, or more, comes to nothing or to infinity in single precision.
LEAST_WEIGHT, LARGEST_WEIGHT = 1e-9, 1e9
# As many as the longest name has: bicycle-built-for-two.
_MOST_HYPHENS = 3
# In place of a mask's colour: where anything is painted.
ALPHA = "alpha"
_CLASS_MARKS = "'’.,&/"

# The channels and the rank of a term.
_Inside = tuple[tuple[tuple[int, float], ...], tuple[str, int] | None]


@dataclass(frozen=True)
class Term:
    """One summand. ``type``: "layer", "class", "guide" or "guide_cosine"; ``name``: the layer's or class's.

    ``channels``: ((number, weight), …), empty for all; ``rank``: ("strongest", 5) instead of numbers;
    ``position``: (across, down) as shares of the region; ``picture``: the guide's name; ``mask_name``: that of
    the picture that says where the term counts, with "#rrggbb" where only that colour does, "#alpha" where
    anything is painted; or a ``spot_mask``; ``gathered``: of a class, whether it
    grows mostly where the picture looks most like it.
    """

    type: str
    name: str
    weight: float = 1.0
    channels: tuple[tuple[int, float], ...] = ()
    rank: tuple[str, int] | None = None
    position: tuple[float, float] | None = None
    statistic: str = "square"
    picture: str = "guide"
    mask_name: str = ""
    gathered: bool = False


@lru_cache(maxsize=64)
def parse(text: str) -> tuple[Term, ...]:
    """Read an objective. Raises ``DreamError`` (``objective.syntax``) that says what can't be read."""
    return tuple(_Reader(text).terms())


def write(terms: tuple[Term, ...]) -> str:
    """The text of an objective, in one canonical spelling: ``parse(write(terms)) == terms``."""
    text = ""
    for term in terms:
        sign = ("- " if term.weight < 0 else "+ ") if text else ("-" if term.weight < 0 else "")
        text += (" " if text else "") + sign + _write_term(replace(term, weight=abs(term.weight)))
    return text


def spot_mask(across: float, down: float) -> str:
    """The name of the mask that is light around a place, given as shares of the region: "(0.5,0.25)"."""
    return f"({_number(across)},{_number(down)})"


def spot_of(mask_name: str) -> tuple[float, float] | None:
    """The place that a mask of that name is light around; ``None`` for one that is a picture."""
    if not re.fullmatch(r"\([0-9.]+,[0-9.]+\)", mask_name):
        return None
    try:
        across, down = (float(share) for share in mask_name[1:-1].split(","))
    except ValueError:
        return None
    return (across, down) if max(across, down) <= 1 else None


def mask_named(text: str) -> str | None:
    """The name of a mask as it stands after “@”, in its canonical spelling; ``None`` for a text that is none."""
    first, *rest = islice(tokens(f"@{text}"), 2)
    if first.type != "mask" or rest[0].type != "end":
        return None
    return _spelled(first.text.removeprefix("@").strip())


def picture_of(mask_name: str) -> str:
    """The name of the picture that a mask is made of; empty for none and for a spot."""
    return "" if mask_name.startswith("(") else mask_name.partition("#")[0]


def layer_term(name: str, inside: str = "") -> Term:
    """The term of layer ``name``, of the channels that stand ``inside`` its brackets ("3,7-9"; "": all of them).

    Raises ``DreamError`` (``objective.syntax``) for anything else inside.
    """
    channels, rank = _Reader(inside).only_channels() if inside.strip() else ((), None)
    return Term("layer", name, 1.0, channels, rank, statistic="mean" if channels or rank else "square")


class _Reader:
    """Takes the tokens of ``text`` from left to right; each method reads one thing and stands behind it."""

    _next: Token

    def __init__(self, text: str) -> None:
        self._text = text
        self._channels_left = MOST_CHANNELS
        self._go_to(0)

    def terms(self) -> Iterator[Term]:
        for _ in range(MOST_TERMS):
            sign = self._take().text if self._next.type == "sign" else "+"
            term = self._term()
            yield replace(term, weight=-term.weight) if sign == "-" else term
            if self._next.type == "end":
                return
            if self._next.type != "sign":
                raise self._error(f"something is missing before {self._rest()}")
        raise self._error(f"it has more than {MOST_TERMS} terms")

    def only_channels(self) -> _Inside:
        inside = self._inside()
        if self._next.type != "end":
            raise self._error(f"something is missing before {self._rest()}")
        return inside

    def _term(self) -> Term:
        weight = 1.0
        if self._next.type == "number":
            weight = self._number()
            self._expect("*")
        term = self._what()
        if self._takes("*"):
            weight *= self._signed_number()
        mask = self._mask(self._take().text.removeprefix("@").strip()) if self._next.type == "mask" else ""
        return replace(term, weight=self._checked(weight), mask_name=mask)

    def _mask(self, name: str) -> str:
        spelled = _spelled(name)
        if spelled is None:
            raise self._error(f"“{shortened(name)}” is not a place from (0,0) to (1,1)")
        return spelled

    def _what(self) -> Term:
        if self._next.type != "name":
            raise self._error(f"{self._rest()} is not a term")
        name = self._take().text
        if name == "class" and self._takes(":"):
            return Term("class", self._class_name(), gathered=self._is_gathered())
        if name in GUIDES and self._takes(":"):
            return Term(name, self._name(), picture=self._name() if self._takes("=") else "guide")
        return self._layer(name)

    def _layer(self, name: str) -> Term:
        inside: _Inside = (), None
        if self._takes("["):
            inside = self._inside()
            self._expect("]")
        channels, rank = inside
        position = self._position() if self._takes("(") else None
        statistic = self._name() if self._takes(":") else ("mean" if channels or rank else "square")
        if statistic not in STATISTICS:
            raise self._error(f"“:{shortened(statistic)}” is neither :square nor :mean")
        return Term("layer", name, 1.0, channels, rank, position, statistic)

    def _inside(self) -> _Inside:
        if self._next.text in RANKS:
            return (), self._rank()
        return tuple(self._channels()), None

    def _rank(self) -> tuple[str, int]:
        extreme, count = self._take().text, self._whole_number()
        if not count:
            raise self._error(f"“{extreme} 0” selects no channels")
        return extreme, count

    def _channels(self) -> Iterator[tuple[int, float]]:
        while True:
            first = last = self._whole_number()
            if self._takes("-"):
                last = self._whole_number()
            weight = self._checked(self._signed_number()) if self._takes("*") else 1.0
            if last < first:
                raise self._error(f"“{first}-{last}” is not a channel range")
            self._channels_left -= last - first + 1
            if self._channels_left < 0:
                raise self._error(f"it has more than {MOST_CHANNELS} channels")
            yield from ((number, weight) for number in range(first, last + 1))
            if not self._takes(","):
                return

    def _position(self) -> tuple[float, float]:
        across = self._number()
        self._expect(",")
        position = across, self._number()
        self._expect(")")
        if max(position) > 1:
            raise self._error("a position must be from 0 to 1")
        return position

    def _class_name(self) -> str:
        name = unquoted(self._take().text) if self._next.type == "quoted" else self._plain_class_name()
        if not any(map(str.isalnum, name)):
            raise self._error("a class needs a name or a number")
        return name

    def _is_gathered(self) -> bool:
        found = self._takes(":")
        if found and not self._takes(GATHERED):
            raise self._error(f"{self._rest()} is not “{GATHERED}”")
        return found

    def _plain_class_name(self) -> str:
        """Without quotes a hyphen belongs to the name if there is a class of that name; else it is a minus."""
        start = end = self._next.start
        ends: list[int] = []
        while self._is_in_a_name() or (len(ends) < _MOST_HYPHENS and self._is_hyphen(end)):
            token = self._take()
            if token.type == "sign":
                ends.append(end)
            end = token.end
        known = [at for at in (end, *reversed(ends)) if ends and is_class(self._text[start:at])]
        self._go_to([*known, *ends, end][0])
        return self._text[start : [*known, *ends, end][0]]

    def _is_in_a_name(self) -> bool:
        token = self._next
        return token.type in ("name", "number") or (
            token.type == "mark" and (token.text in _CLASS_MARKS or token.text.isalnum())
        )

    def _is_hyphen(self, end: int) -> bool:
        """Whether what comes is a "-" between two parts of a word, the first of which ends at ``end``."""
        after = self._text[self._next.end : self._next.end + 1]
        return self._next.text == "-" and self._next.start == end and (after.isalnum() or after in ("'", "’"))

    def _name(self) -> str:
        if self._next.type != "name":
            raise self._error(f"{self._rest()} is not a name")
        return self._take().text

    def _number(self) -> float:
        if self._next.type != "number":
            raise self._error(f"{self._rest()} is not a number")
        number = float(self._take().text)
        if not math.isfinite(number):
            raise self._error("it contains a number that is too large")
        return number

    def _signed_number(self) -> float:
        return -self._number() if self._takes("-") else self._number()

    def _whole_number(self) -> int:
        if self._next.type != "number" or not self._next.text.isdecimal():
            raise self._error(f"{self._rest()} is not a channel")
        digits = self._take().text
        if len(digits) > len(str(MOST_CHANNELS)):
            raise self._error(f"no layer has {shortened(digits)} channels")
        return int(digits)

    def _checked(self, weight: float) -> float:
        if weight and not LEAST_WEIGHT <= abs(weight) <= LARGEST_WEIGHT:
            raise self._error(f"{weight} is too {'large' if abs(weight) > 1 else 'small'} a weight")
        return weight

    def _takes(self, text: str) -> bool:
        """Whether ``text`` is what comes; it is behind us then."""
        found = self._next.text == text
        if found:
            self._take()
        return found

    def _expect(self, text: str) -> None:
        if not self._takes(text):
            raise self._error(f"“{text}” is missing before {self._rest()}")

    def _take(self) -> Token:
        token, self._next = self._next, next(self._tokens)
        if self._next.type == "unclosed":
            raise self._error("it has an unclosed quote")
        return token

    def _go_to(self, at: int) -> None:
        self._tokens = tokens(self._text, at)
        self._next = next(self._tokens)

    def _rest(self) -> str:
        return f"“{shortened(self._text[self._next.start :].strip()) or 'nothing'}”"

    def _error(self, reason: str) -> DreamError:
        return DreamError("objective.syntax", text=shortened(self._text), reason=reason, example=EXAMPLE)


def _spelled(mask: str) -> str | None:
    """The name of a mask in its canonical spelling; ``None`` for a spot beyond the region."""
    if not mask.startswith("("):
        return mask
    position = spot_of("".join(mask.split()))
    return spot_mask(*position) if position else None


def _write_term(term: Term) -> str:
    if term.type == "class":
        plain = re.fullmatch(r"[A-Za-z0-9]\w*", term.name)
        text = f"class:{term.name}" if plain else f"class:{quoted(term.name)}"
        text += f":{GATHERED}" if term.gathered else ""
    elif term.type != "layer":
        text = f"{term.type}:{term.name}" + (f"={term.picture}" if term.picture != "guide" else "")
    else:
        text = term.name + _write_channels(term)
        text += spot_mask(*term.position) if term.position else ""
        if term.statistic != ("mean" if term.channels or term.rank else "square"):
            text += f":{term.statistic}"
    text += f"*{_number(term.weight)}" if term.weight != 1 else ""
    return text + (f"@{term.mask_name}" if term.mask_name else "")


def _write_channels(term: Term) -> str:
    if term.rank:
        return f"[{term.rank[0]} {term.rank[1]}]"
    runs: list[list[tuple[int, float]]] = []
    for number, weight in term.channels:
        if runs and runs[-1][-1] == (number - 1, weight):
            runs[-1].append((number, weight))
        else:
            runs.append([(number, weight)])
    return f"[{','.join(map(_write_run, runs))}]" if runs else ""


def _write_run(run: list[tuple[int, float]]) -> str:
    """Channels one after the other of the same weight: "3", "3-9*0.5"."""
    (first, weight), (last, _weight) = run[0], run[-1]
    numbers = f"{first}-{last}" if last > first else f"{first}"
    return numbers if weight == 1 else f"{numbers}*{_number(weight)}"


def _number(value: float) -> str:
    """The shortest text that is read back as exactly this number."""
    return repr(value).removesuffix(".0")

"""What a session deals in: its states, its jobs, and the part of Krita that it uses."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import partial
from typing import Any, Protocol

from ..core import dream_settings, errors, style_settings, wire, zoom_settings
from ..krita_api import Document
from .given import LONGEST_PX, Given, Offered, fitted_to, pictures_for, spoken_of
from .grab import Asked, Goes, Grabbed, Kept, Outcome, Place, Placed, Source, Target

# Stands for the Local Selection that the layer may have.
LOCAL = "local selection"

Chosen = dream_settings.DreamSettings | style_settings.StyleSettings


class State(Enum):
    """What the painter is told at a glance."""

    IDLE = "idle"
    STARTING = "starting"
    DREAMING = "dreaming"
    FAILED = "failed"


class Lender(Protocol):
    """Where pictures beside the one that is dreamed come from."""

    def offered(self) -> tuple[list[Offered], list[Offered]]: ...
    def borrow(self, node_id: str, longest_px: int = LONGEST_PX) -> wire.Picture: ...
    def borrow_over(self, node_id: str, grabbed: Grabbed) -> wire.Picture: ...


class HostLike(Lender, Protocol):
    """The part of ``host.Host`` that a session uses."""

    def look(self, order: Order) -> Target | None: ...
    def grab(self, order: Order, depth: str = "") -> Grabbed: ...
    def glimpse(self, order: Order) -> object: ...
    def recipe(self) -> Kept | None: ...
    def place(self, outcome: Outcome) -> Placed: ...
    def place_anew(self, outcome: Outcome) -> Placed: ...
    def film_pace(self, order: Order) -> Film: ...
    def place_film(self, outcome: Outcome, film: Film) -> Placed: ...
    def set_opacity(self, placed: Placed, percent: float) -> bool: ...
    def document(self) -> Document | None: ...
    def is_open(self, document: Document) -> bool: ...
    def stands(self, placed: Placed) -> bool: ...
    def flip(self, placed: Placed) -> bool: ...


@dataclass(frozen=True)
class Film:
    """An endless zoom: ``target`` is the file or folder that it becomes, empty for an animated layer.

    ``layer``: the target is a file of ours on its way to becoming a layer, whose pictures each stay for ``held`` frames
    of the document.
    """

    settings: zoom_settings.FilmSettings
    target: str = ""
    layer: bool = False
    held: int = 1


@dataclass(frozen=True)
class Order:
    """All that a painter asks for with one press: it says what to grab, the job holds what was grabbed.

    ``name`` becomes the result layer's; ``pictures`` are the guides and masks that the objective speaks of, or the
    styles in the order of their names; with a ``film`` each of its frames is dreamed, over the whole canvas;
    ``labels`` are the color labels that count for Color Labeled Layers, by default the active layer's own;
    ``again``: not what is active and selected now, but what an earlier dream was made of; ``at``: that was grabbed
    here, and whatever is active by now, it is dreamed. ``given`` are the
    pictures that the objective may speak of; when the place is known they become ``pictures``.
    ``strength_by``: the layer or mask, by its id, that is light where the dream shall be strong, ``LOCAL`` for the
    layer's Local Selection, empty for none.
    """

    name: str
    settings: Chosen
    goes: Goes = Goes.ABOVE
    source: Source = Source.CURRENT_LAYER
    pictures: Mapping[str, wire.Picture] = field(default_factory=dict)
    labels: frozenset[int] = frozenset()
    again: Asked | None = None
    strength_by: str = LOCAL
    film: Film | None = None
    given: tuple[Given, ...] = ()
    at: Place | None = None

    @property
    def can_wrap(self) -> bool:
        """Whether the result can go on from each border at the opposite one."""
        return isinstance(self.settings, dream_settings.DreamSettings)

    @property
    def hints(self) -> frozenset[str]:
        """Ids of the nodes that guide the dream: pictures that it speaks of, and what says how strong it is where."""
        named = {each.name for each in self.given}
        if isinstance(self.settings, dream_settings.DreamSettings):
            named = set().union(*spoken_of(self.settings.objective))
        lent = {each.node for each in self.given if each.name in named} - {""}
        return frozenset(lent | ({self.strength_by} - {"", LOCAL}))

    def made_for(self, grabbed: Grabbed, lender: Lender) -> Order:
        """The order with the pictures that its objective speaks of, and seamless where the canvas wraps around.

        Raises ``DreamError`` when a picture is gone.
        """
        if not isinstance(self.settings, dream_settings.DreamSettings):
            return self
        chosen = self.settings.but({"wrap": True}) if grabbed.wraps else self.settings
        read = partial(_read_given, lender, grabbed)
        pictures = self.pictures or pictures_for(chosen.objective, self.given, read)
        return replace(self, settings=chosen, pictures=pictures)


@dataclass(frozen=True)
class Job:
    """One order with the pixels it is for."""

    number: int
    order: Order
    grabbed: Grabbed

    def request(self, blend: float = 0.0, pack: bool = False) -> wire.Dream:
        """What the worker is asked; ``blend`` and ``pack`` as in ``wire.Dream``."""
        order, grabbed, film = self.order, self.grabbed, self.order.film
        return wire.Dream(
            self.number, order.settings.to_dict(), grabbed.picture, grabbed.mask, grabbed.backdrop,
            dict(order.pictures), film.settings.kind if film else order.settings.kind, blend=blend, pack=pack,
            film=film.settings.to_dict() if film else {}, target=film.target if film else "", weight=grabbed.weight,
            held=film.held if film else 1,
        )


@dataclass(frozen=True)
class Aside:
    """Something the worker does beside the dreams, which go first: all answers go to ``told``, nothing is placed."""

    number: int
    request: wire.Message
    told: Callable[[Any], None]


def _read_given(lender: Lender, grabbed: Grabbed, given: Given, over: bool) -> wire.Picture:
    if given.node:
        return lender.borrow_over(given.node, grabbed) if over else lender.borrow(given.node)
    if given.picture is None:
        raise errors.DreamError("given.missing", name=given.label)
    return _over(given.picture, grabbed) if over else given.picture


def _over(picture: wire.Picture, grabbed: Grabbed) -> wire.Picture:
    place = grabbed.place
    return fitted_to(picture, place.canvas, (place.x, place.y, grabbed.picture.width, grabbed.picture.height))

"""What a session works with: its states, its jobs, and the part of Krita that it uses."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from ..core import dream_settings, errors, style_settings, wire, working_size, zoom_settings
from ..krita_api import Data, Document, Node
from ..qt import QtWidgets
from .document_data import (
    Destination,
    Grabbed,
    Location,
    Outcome,
    Placed,
    Source,
    SourceSelection,
    StoredRecipe,
    Target,
)
from .dream_layer import Box
from .named_pictures import LONGEST_PX, NamedPicture, Offered, fitted_to, pictures_for, spoken_of

# Stands for the Local Selection that the layer may have.
LOCAL = "local selection"

Chosen = dream_settings.DreamSettings | style_settings.StyleSettings


class State(Enum):
    """What the painter sees at a glance."""

    IDLE = "idle"
    STARTING = "starting"
    DREAMING = "dreaming"
    FAILED = "failed"


class PictureProvider(Protocol):
    """Where pictures other than the dreamed one come from."""

    def offered(self) -> tuple[list[Offered], list[Offered]]: ...
    def read_picture(self, node_id: str, longest_px: int = LONGEST_PX) -> wire.Picture: ...
    def read_picture_over(self, node_id: str, grabbed: Grabbed) -> wire.Picture: ...


class HostLike(PictureProvider, Protocol):
    """The part of ``host.Host`` that a session uses."""

    def look(self, request: DreamRequest) -> Target | None: ...
    def grab(self, request: DreamRequest, depth: str = "") -> Grabbed: ...
    def glimpse(self, request: DreamRequest) -> object: ...
    def recipe(self) -> StoredRecipe | None: ...
    def place(self, outcome: Outcome) -> Placed: ...
    def place_on_top(self, outcome: Outcome) -> Placed: ...
    def zoom_pace(self, request: DreamRequest) -> Zoom: ...
    def place_zoom(self, outcome: Outcome, zoom: Zoom) -> Placed: ...
    def keyframe_times(self, request: DreamRequest) -> tuple[int, ...]: ...
    def animation_of(self, request: DreamRequest) -> Animation: ...
    def grab_keyframe(self, request: DreamRequest) -> Grabbed: ...
    def place_animation(self, outcome: Outcome, animation: Animation) -> Placed: ...
    def set_opacity(self, placed: Placed, percent: float) -> bool: ...
    def document(self) -> Document | None: ...
    def is_open(self, document: Document) -> bool: ...
    def stands(self, placed: Placed) -> bool: ...
    def hidden_by(self, placed: Placed) -> str: ...
    def flip(self, placed: Placed) -> bool: ...
    def grab_part(
        self, document: Document, node_id: str, request: DreamRequest, box: Box
    ) -> tuple[Grabbed, wire.Picture]: ...
    def layer_samples(self, document: Document, node_id: str, picture: wire.Picture) -> Data: ...
    def canvas_under_pointer(self) -> QtWidgets.QWidget | None: ...
    def pointer(self, document: Document) -> tuple[int, int] | None: ...
    def active_layer(self, document: Document) -> Node | None: ...
    def activate(self, document: Document, node_id: str) -> None: ...
    def on_history(self, function: Callable[[], None]) -> bool: ...


@dataclass(frozen=True)
class Zoom:
    """An endless zoom: ``target`` is the file or folder that it becomes, empty for an animated layer.

    ``layer``: the target is a file of ours on its way to becoming a layer, whose pictures each stay for ``held`` frames
    of the document.
    """

    settings: zoom_settings.ZoomSettings
    target: str = ""
    layer: bool = False
    held: int = 1

    @property
    def is_folder(self) -> bool:
        """Whether the target is a folder of pictures."""
        return not Path(self.target).suffix or Path(self.target).is_dir()

    @property
    def name_elsewhere(self) -> str:
        """What the target is called for a worker on another computer, which only needs to know of which kind it is."""
        return "frames" if self.is_folder else f"zoom{Path(self.target).suffix}"

    def arriving_file(self, name: str) -> Path:
        """Where a file goes that was made there. Raises ``DreamError`` if it is none of a zoom."""
        if not re.fullmatch(r"\d{5,}\.png" if self.is_folder else "", name):
            raise errors.DreamError("wire.header", reason=f"“{name}” isn't a picture of a zoom")
        return Path(self.target) / name


@dataclass(frozen=True)
class Animation:
    """The keyframes of an animated layer, dreamed one after the other: from ``first`` to ``last`` (document times,
    ``None`` for all), every ``every``-th of them; ``flow`` as in ``FilmSettings``.

    The rest is known when the job begins: ``times`` of the keyframes; further times, from which the new layer is
    ``blank``; ``per_second``: frames of the document. They wait in ``folder``; ``done``: how many of them, in
    ``seconds``. ``line``: what started the worker on whose computer they wait, under the folder's name; empty for this
    computer.
    """

    flow: float | str
    first: int | None = None
    last: int | None = None
    every: int = 1
    times: tuple[int, ...] = ()
    blank: tuple[int, ...] = ()
    per_second: int = 24
    folder: str = ""
    done: int = 0
    seconds: float = 0.0
    line: str = ""

    @property
    def is_whole(self) -> bool:
        """Whether all keyframes are done, so that the layer can be made."""
        return self.done >= len(self.times)

    @property
    def file(self) -> str:
        """What is opened to make the layer."""
        return str(Path(self.folder) / "animation.kra")

    @property
    def name(self) -> str:
        """What its folder is called."""
        return Path(self.folder).name

    def of(self, keyframes: Sequence[int]) -> Animation:
        """The same with its ``times`` among a layer's ``keyframes``, and blank around them where the layer goes on."""
        low = -1 if self.first is None else self.first
        inside = [time for time in keyframes if low <= time and (self.last is None or time <= self.last)]
        beyond = [time for time in keyframes if inside and time > inside[-1]][:1]
        before = [0] if inside and inside[0] > 0 else []
        return replace(self, times=tuple(inside[:: self.every]), blank=(*before, *beyond))

    def cut(self) -> Animation:
        """The same with only what is done."""
        if self.is_whole:
            return self
        end = self.times[self.done]
        blank = (*(time for time in self.blank if time < end), end)
        return replace(self, times=self.times[: self.done], blank=blank)


@dataclass(frozen=True)
class DreamRequest:
    """All that a painter asks for with one press: it says what to grab, the job holds what was grabbed.

    ``name`` becomes the result layer's; ``pictures`` are the guides and masks that the objective speaks of, or the
    styles in the order of their names; with a ``zoom`` each of its frames is dreamed, over the whole canvas;
    ``labels`` are the color labels that count for Color Labeled Layers, by default the active layer's own;
    ``again``: not what is active and selected now, but what an earlier dream was made of; ``at``: that was grabbed
    here, and whatever is active by now, it is dreamed. ``named_pictures`` are the
    pictures that the objective may speak of; when the place is known they become ``pictures``. With an ``animation``
    its keyframes are dreamed, over the whole canvas.
    ``strength_by``: the layer or mask, by its id, that is light where the dream should be strong, ``LOCAL`` for the
    layer's Local Selection, empty for none. ``into``: the dream layer, by its id, that the result is written into.
    """

    name: str
    settings: Chosen
    destination: Destination = Destination.ABOVE
    source: Source = Source.CURRENT_LAYER
    pictures: Mapping[str, wire.Picture] = field(default_factory=dict)
    labels: frozenset[int] = frozenset()
    again: SourceSelection | None = None
    strength_by: str = LOCAL
    zoom: Zoom | None = None
    named_pictures: tuple[NamedPicture, ...] = ()
    at: Location | None = None
    into: str = ""
    animation: Animation | None = None

    def arriving_file(self, name: str) -> Path:
        """Where a file goes that was made on another computer. Raises ``DreamError`` if it is none of this job."""
        if self.zoom:
            return self.zoom.arriving_file(name)
        if self.animation is None or name:
            raise errors.DreamError("wire.header", reason=f"“{name}” isn't a file of this job")
        return Path(self.animation.file)

    @property
    def can_wrap(self) -> bool:
        """Whether the result can continue from each border at the opposite one."""
        return isinstance(self.settings, dream_settings.DreamSettings)

    @property
    def is_still(self) -> bool:
        """Whether its result is one picture."""
        return self.zoom is None and self.animation is None

    @property
    def hints(self) -> frozenset[str]:
        """Ids of the nodes that guide the dream: the pictures its objective names, and its strength map."""
        named = {each.name for each in self.named_pictures}
        if isinstance(self.settings, dream_settings.DreamSettings):
            named = set().union(*spoken_of(self.settings.objective))
        provided = {each.node for each in self.named_pictures if each.name in named} - {""}
        return frozenset(provided | ({self.strength_by} - {"", LOCAL}))

    def of(self, grabbed: Grabbed) -> DreamRequest:
        """The request for what was grabbed, whatever is active by now."""
        selection = grabbed.source_selection
        assert selection is not None
        return replace(self, source=selection.source, labels=selection.labels, again=selection, at=grabbed.location)

    def made_for(self, grabbed: Grabbed, provider: PictureProvider) -> DreamRequest:
        """The request with the pictures that its objective or its masks name; a dream seamless if the canvas wraps.

        Raises ``DreamError`` when a picture is gone.
        """
        read = partial(_read_named, provider, grabbed)
        if not isinstance(self.settings, dream_settings.DreamSettings):
            missing = self.settings.mask_pictures - self.pictures.keys()
            masks = pictures_for(missing, set(), self.named_pictures, read, "style.gone")
            return replace(self, pictures={**self.pictures, **masks})
        chosen = self.settings.replace({"seamless": True}) if grabbed.wraps else self.settings
        spoken = spoken_of(chosen.objective)
        pictures = self.pictures or pictures_for(*spoken, self.named_pictures, read, "named_picture.missing")
        return replace(self, settings=chosen, pictures=pictures)


@dataclass(frozen=True)
class Job:
    """One request with the pixels it is for."""

    number: int
    request: DreamRequest
    grabbed: Grabbed

    def message(self, blend: float = 0.0, pack: bool = False, elsewhere: bool = False) -> wire.ImageJob | wire.Animate:
        """The message to the worker; ``blend`` and ``pack`` as in ``wire.Dream``, only for what ``is_still``;
        ``elsewhere`` as in ``wire.Zoom``.

        What is packed, as it will stand in a document, has its stages kept too.
        """
        request, grabbed, zoom = self.request, self.grabbed, self.request.zoom
        animation = request.animation
        if animation and animation.is_whole:
            return _animate(self.number, animation, elsewhere)
        parts: dict[str, Any] = {
            "id": self.number,
            "settings": request.settings.to_dict(),
            "picture": grabbed.picture,
            "mask": grabbed.mask,
            "backdrop": grabbed.backdrop,
            "pictures": dict(request.pictures),
            "strength_map": grabbed.strength_map,
        }
        if zoom:
            target = zoom.name_elsewhere if elsewhere else zoom.target
            return wire.Zoom(**parts, zoom=zoom.settings.to_dict(), target=target, held=zoom.held, elsewhere=elsewhere)
        if animation:
            return wire.Keyframe(**parts, kind=request.settings.kind, **_keyframe(animation, elsewhere))
        if isinstance(request.settings, style_settings.StyleSettings):
            return wire.Style(**parts, blend=blend, pack=pack)
        return wire.Dream(**parts, blend=blend, pack=pack, stages=pack)


@dataclass(frozen=True)
class Sketch:
    """A dream that was only looked at: what was asked for, what of that was computed, and the result when it is done.

    ``computed``: the settings of ``request`` at the size of a sketch.
    """

    request: DreamRequest
    grabbed: Grabbed
    computed: Chosen
    result: wire.Result | None = None

    @property
    def is_whole(self) -> bool:
        """Whether the dream itself would be no larger and no deeper, so that there is nothing left to compute."""
        space, size = self.grabbed.location.space, self.grabbed.inside[2:]
        deep = space is None or space.depth != "U8" or self.request.destination is Destination.REPLACE
        scales = [working_size.working_scale(*size, each) for each in (self.computed, self.request.settings)]
        return self.result is not None and not deep and scales[0] >= scales[1]


@dataclass(frozen=True)
class SideTask:
    """Something the worker does between dreams, which go first: all answers go to ``on_message``, and nothing is
    placed.
    """

    number: int
    message: wire.ImageJob | wire.Atlas
    on_message: Callable[[Any], None]


def _animate(number: int, animation: Animation, elsewhere: bool) -> wire.Animate:
    where = {"folder": animation.folder, "target": animation.file}
    if elsewhere:
        where = {"folder": animation.name, "target": Path(animation.file).name}
    times, blank = list(animation.times), list(animation.blank)
    return wire.Animate(number, **where, times=times, blank=blank, elsewhere=elsewhere)


def _keyframe(animation: Animation, elsewhere: bool) -> dict[str, Any]:
    """What a message says of the next keyframe."""
    return {
        "folder": animation.name if elsewhere else animation.folder,
        "time": animation.times[animation.done],
        "after": animation.times[animation.done - 1] if animation.done else None,
        "flow": animation.flow,
        "elsewhere": elsewhere,
    }


def _read_named(provider: PictureProvider, grabbed: Grabbed, picture: NamedPicture, over: bool) -> wire.Picture:
    if picture.node:
        return provider.read_picture_over(picture.node, grabbed) if over else provider.read_picture(picture.node)
    if picture.picture is None:
        raise errors.DreamError("named_picture.missing", name=picture.label)
    return _over(picture.picture, grabbed) if over else picture.picture


def _over(picture: wire.Picture, grabbed: Grabbed) -> wire.Picture:
    location = grabbed.location
    return fitted_to(picture, location.canvas, (location.x, location.y, grabbed.picture.width, grabbed.picture.height))

"""The settings of a dream: each field once, with label, help, unit, range and default.

Command line, worker and docker build their flags, checks and widgets from ``SPECS``. Nothing unknown,
mistyped or out of range gets through ``DreamSettings.from_dict``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import Field, asdict, dataclass, field, fields, replace
from typing import Any, cast

from .errors import DreamError, did_you_mean

AUTO = "auto"
FULL = "full"


@dataclass(frozen=True)
class Spec:
    """What a person and a program need to know of one setting.

    ``kind`` is ``int``, ``float``, ``bool`` or ``str``. ``words`` are admitted beside numbers ("auto").
    ``choices`` is the whole list of values of a ``str`` (empty: any text). ``group`` tells where it is
    shown: "main", "more" (folded away) or "page" (the settings page only).
    """

    name: str
    kind: type
    default: Any
    label: str
    help: str
    group: str
    low: float = 0
    high: float = 0
    step: float = 1
    unit: str = ""
    words: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()

    @property
    def flag(self) -> str:
        """The command line's name of the setting."""
        return "--" + self.name.replace("_", "-")

    def check(self, value: Any) -> Any:
        """Return ``value`` in the setting's own type; raise ``DreamError`` if it can't be that."""
        if isinstance(value, str) and value in self.words:
            return value
        if self.kind in (bool, str):
            return self._check_plain(value)
        return self._check_number(value)

    def parse(self, text: str) -> Any:
        """Read a value as a person types it on a command line."""
        if text in self.words or self.kind is str:
            return self.check(text)
        try:
            return self.check(float(text))
        except ValueError as error:
            raise self._type_error(text) from error

    def _check_plain(self, value: Any) -> Any:
        if not isinstance(value, self.kind):
            raise self._type_error(value)
        if self.choices and value not in self.choices:
            raise DreamError("settings.choice", label=self.label, value=value, choices=", ".join(self.choices))
        return value

    def _check_number(self, value: Any) -> Any:
        if isinstance(value, bool) or not isinstance(value, (int, float)) or value != value:
            raise self._type_error(value)
        if not self.low <= value <= self.high:
            raise DreamError(
                "settings.range", label=self.label, value=f"{value:.10g}", low=f"{self.low:.10g}",
                high=f"{self.high:.10g}", unit=f" {self.unit}" if self.unit else "",
            )
        if self.kind is int and value != int(value):
            raise self._type_error(value)
        return self.kind(value)

    def _type_error(self, value: Any) -> DreamError:
        names = {int: "a whole number", float: "a number", bool: "yes or no", str: "a text"}
        return self.error(value, " or ".join([names[self.kind], *(f"“{word}”" for word in self.words)]))

    def error(self, value: Any, expected: str) -> DreamError:
        """The error for a value that is not what the setting takes."""
        return DreamError("settings.type", label=self.label, value=repr(value), expected=expected)


def _setting(default: Any, label: str, help: str, group: str, **more: Any) -> Any:
    return field(default=default, metadata={"label": label, "help": help, "group": group, **more})


@dataclass(frozen=True)
class DreamSettings:
    """Everything a person can choose about a dream. Immutable; compare with ``==``."""

    network: str = _setting(
        "efficientnet_lite0", "Network", "The network that dreams.", "more")
    objective: str = _setting(
        "b10", "Objective", "What is made stronger: a layer, some of its channels, a class…", "more")
    size: float | str = _setting(
        AUTO, "Size", "The largest motif as a share of the dreamed region; it sets octaves and scale.", "main",
        low=2, high=100, unit="%", words=(AUTO,))
    octaves: int | str = _setting(
        AUTO, "Octaves", "How many sizes of the picture are dreamed, from small to large.", "more",
        low=1, high=12, words=(AUTO,))
    octave_scale: float | str = _setting(
        AUTO, "Octave scale", "How much larger each octave is than the one before.", "more",
        low=1.05, high=3, step=0.05, words=(AUTO,))
    working_size: int | str = _setting(
        AUTO, "Working size", "The longest side that is computed; only the added difference is enlarged.", "more",
        low=64, high=16384, unit="px", words=(AUTO, FULL))
    steps: int = _setting(
        10, "Steps", "How far the dream goes: gradient steps in each octave.", "main", low=1, high=500)
    step_size: float = _setting(
        1.5, "Step size", "How much a step changes the picture on average.", "more",
        low=0.05, high=20, step=0.05, unit="/255")
    jitter: int = _setting(
        512, "Jitter", "The largest random shift of the tiles before a step; it hides their borders.", "page",
        low=0, high=1024, unit="px")
    laplacian_levels: int = _setting(
        4, "Laplacian levels", "Evens out coarse and fine: bands of the gradient at equal strength (0: off).",
        "more", low=0, high=8)
    laplacian_strengths: str = _setting(
        "1", "Laplacian strengths", "How strong each band is, from fine to coarse: 1,1,0.5 (the last goes on).", "page")
    smoothing: float = _setting(
        0.0, "Smoothing", "Blurs the gradient, for rounder and calmer forms.", "page", low=0, high=8, step=0.1,
        unit="px")
    total_variation: float = _setting(
        0.0, "Total variation", "Pulls neighbouring pixels together: less grain.", "page", low=0, high=2, step=0.05)
    pull_back: float = _setting(
        0.0, "Pull back (L2)", "Pulls the dream back towards the original.", "page", low=0, high=2, step=0.05)
    wrap: bool = _setting(
        False, "Seamless", "The dream goes on from each border at the opposite one, for textures.", "more")
    angle: float = _setting(
        0.0, "Angle", "Turns what grows, clockwise: at 90 its feet are at the left.", "more",
        low=-180, high=180, unit="°")
    rotation: float = _setting(
        0.0, "Random rotation", "Turns the picture by up to this much before each step: firmer forms.", "page",
        low=0, high=45, unit="°")
    scaling: float = _setting(
        0.0, "Random scaling", "Enlarges or shrinks the picture by up to this much before each step.", "page",
        low=0, high=50, unit="%")
    optimiser: str = _setting(
        "ascent", "Optimiser", "How a step follows the gradient.", "page", choices=("ascent", "momentum", "adam"))
    decorrelate_colours: bool = _setting(
        False, "Natural colours", "Steps in colours that occur together in photographs, not in rainbows.", "more")
    keep_colours: bool = _setting(
        False, "Keep colours", "Only light and dark are dreamed; the colours stay the original's.", "main")
    hold_tones: bool = _setting(
        True, "Hold brightness", "Keeps brightness and contrast where they were, however far the dream goes.", "page")
    variety: float = _setting(
        25.0, "Variety", "How far the seed changes the dream: faint noise at the start, channels' weights.", "more",
        low=0, high=100, unit="%")
    feather: float = _setting(
        0.0, "Feather", "How softly the mask's border fades out.", "more", low=0, high=500, unit="px")
    shadows: float = _setting(
        100.0, "Shadows", "How much of the dream the dark parts of the picture take.", "more",
        low=0, high=100, unit="%")
    midtones: float = _setting(
        100.0, "Midtones", "How much of the dream the parts between dark and light take.", "more",
        low=0, high=100, unit="%")
    highlights: float = _setting(
        100.0, "Highlights", "How much of the dream the light parts of the picture take.", "more",
        low=0, high=100, unit="%")
    keep_lines: float = _setting(
        0.0, "Keep lines", "How much the picture's own lines and edges are spared.", "more",
        low=0, high=100, unit="%")
    strength: float = _setting(
        100.0, "Strength", "How much of the dream lies over the original.", "main", low=0, high=100, unit="%")
    seed: int = _setting(
        1, "Seed", "Another number gives another dream of the same kind.", "more", low=0, high=2**31 - 1)
    tile: int | str = _setting(
        AUTO, "Tile", "The largest square that goes through the network at once.", "page",
        low=128, high=2048, step=32, unit="px", words=(AUTO,))
    precision: str = _setting(
        AUTO, "Precision", "How exactly the network computes: auto takes what this processor is fast at; fp16 is for "
        "graphics cards, and untested.", "page", choices=(AUTO, "fp32", "bf16", "fp16"))
    threads: int | str = _setting(
        AUTO, "Threads", "How many processor cores are used.", "page", low=1, high=256, words=(AUTO,))

    def __post_init__(self) -> None:
        for spec in SPECS.values():
            object.__setattr__(self, spec.name, spec.check(getattr(self, spec.name)))
        if self.size != AUTO and (self.octaves, self.octave_scale) != (AUTO, AUTO):
            raise DreamError("settings.size_and_octaves")

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> DreamSettings:
        """Settings from plain values; missing ones take their default.

        Raises ``DreamError`` for an unknown name ("did you mean…"), a wrong type or a value out of range.
        """
        for name in values:
            spec_of(name)
        return cls(**values)

    def to_dict(self) -> dict[str, Any]:
        """All settings as plain values for JSON."""
        return asdict(self)

    def but(self, values: Mapping[str, Any]) -> DreamSettings:
        """The same settings with ``values`` instead of the old ones.

        A size replaces octaves and octave scale and the other way round, so that a preset can be nudged.
        """
        for name in values:
            spec_of(name)
        changed = dict(values)
        if changed.get("size", AUTO) != AUTO:
            changed.setdefault("octaves", AUTO)
            changed.setdefault("octave_scale", AUTO)
        elif {changed.get("octaves", AUTO), changed.get("octave_scale", AUTO)} != {AUTO}:
            changed.setdefault("size", AUTO)
        return replace(self, **changed)


def _spec(item: Field[Any]) -> Spec:
    metadata = dict(item.metadata)
    kind = {"int": int, "float": float, "bool": bool, "str": str}[cast(str, item.type).split(" ")[0]]
    return Spec(name=item.name, kind=kind, default=item.default, **metadata)


SPECS: dict[str, Spec] = {item.name: _spec(item) for item in fields(DreamSettings)}


def spec_of(name: str) -> Spec:
    """The spec of a setting; ``DreamError`` with a hint if there is none of that name."""
    if name not in SPECS:
        raise DreamError("settings.unknown", name=name, hint=did_you_mean(name, list(SPECS)))
    return SPECS[name]

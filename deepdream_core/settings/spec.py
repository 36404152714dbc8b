"""What a setting is: label, help, unit, range, default; and the base of everything that is made of settings.

Command line, worker and docker build their flags, checks and widgets from ``specs_of``. Nothing unknown, mistyped
or out of range gets through ``Settings.from_dict``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import Field, asdict, dataclass, field, fields, replace
from typing import Any, ClassVar, TypeVar, cast

from ..errors import DreamError, did_you_mean, in_digits, shortened
from . import former_names


@dataclass(frozen=True)
class Spec:
    """What a person and a program need to know of one setting.

    ``value_type`` is ``int``, ``float``, ``bool`` or ``str``. ``words`` are admitted beside numbers ("auto").
    ``choices`` is the whole list of values of a ``str`` (empty: any text); ``low`` and ``high`` of a ``str`` hold for
    the numbers that it lists. ``group`` tells where it is shown: "main", "more" (folded away) or "fine-tuning" (the
    Fine-Tuning window only). ``former``: what kept settings mean that are older than this one, where that isn't its
    default.
    """

    name: str
    value_type: type
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
    former: Any = None

    @property
    def flag(self) -> str:
        """The command line's name of the setting."""
        return flag_of(self.name)

    def check(self, value: Any) -> Any:
        """Return ``value`` in the setting's own type; raise ``DreamError`` if it can't be that."""
        if isinstance(value, str) and value in self.words:
            return value
        if self.value_type in (bool, str):
            return self._check_plain(value)
        return self._check_number(value)

    def parse(self, text: str) -> Any:
        """Read a value as a person types it on a command line."""
        if text in self.words or self.value_type is str:
            return self.check(text)
        try:
            return self.check(float(text))
        except ValueError as error:
            raise self._type_error(text) from error

    def _check_plain(self, value: Any) -> Any:
        if not isinstance(value, self.value_type):
            raise self._type_error(value)
        if self.choices and value not in self.choices:
            raise DreamError(
                "settings.choice", label=self.label, value=shortened(str(value)), choices=", ".join(self.choices)
            )
        return value

    def _check_number(self, value: Any) -> Any:
        if isinstance(value, bool) or not isinstance(value, (int, float)) or value != value:
            raise self._type_error(value)
        if not self.low <= value <= self.high:
            raise DreamError(
                "settings.range",
                label=self.label,
                value=in_digits(value),
                low=in_digits(self.low),
                high=in_digits(self.high),
                unit=f" {self.unit}" if self.unit else "",
            )
        if self.value_type is int and value != int(value):
            raise self._type_error(value)
        return self.value_type(value)

    def _type_error(self, value: Any) -> DreamError:
        names = {int: "a whole number", float: "a number", bool: "yes or no", str: "text"}
        return self.error(value, " or ".join([names[self.value_type], *(f"“{word}”" for word in self.words)]))

    def error(self, value: Any, expected: str) -> DreamError:
        """The error for a value that is not what the setting takes."""
        shown = in_digits(value) if isinstance(value, int) else shortened(repr(value))
        return DreamError("settings.type", label=self.label, value=shown, expected=expected)

    def numbers(self, text: str, count: int = 0) -> list[float]:
        """The numbers from ``low`` to ``high`` that a text like "1,0.5" holds. Raises ``DreamError`` if it doesn't.

        ``count``: so many are wanted, and the last value repeats; by default as many as there are.
        """
        expected = f"numbers like {self.default},0.5 from {self.low:g} to {self.high:g}"
        try:
            found = [float(part) for part in text.split(",")]
        except ValueError as error:
            raise self.error(text, expected) from error
        if not all(self.low <= number <= self.high for number in found):
            raise self.error(text, expected)
        return (found + found[-1:] * count)[:count] if count else found


def flag_of(name: str) -> str:
    """The command line's flag for a name: "step_size" → "--step-size"."""
    return "--" + name.replace("_", "-")


def setting(default: Any, label: str, help: str, group: str, **more: Any) -> Any:
    """A field of ``Settings``; ``more``: further fields of its ``Spec``."""
    return field(default=default, metadata={"label": label, "help": help, "group": group, **more})


_Kind = TypeVar("_Kind", bound="Settings")


@dataclass(frozen=True)
class Settings:
    """Base of frozen dataclasses of which each field was made with ``setting``. ``kind``: of job they are for."""

    kind: ClassVar[str]

    def __post_init__(self) -> None:
        for spec in specs_of(type(self)).values():
            object.__setattr__(self, spec.name, spec.check(getattr(self, spec.name)))

    @classmethod
    def spec_of(cls, name: str) -> Spec:
        """The spec of a setting; ``DreamError`` with a hint if there is none of that name."""
        specs = specs_of(cls)
        if name not in specs:
            raise DreamError("settings.unknown", name=name, hint=did_you_mean(name, list(specs)))
        return specs[name]

    @classmethod
    def from_dict(cls: type[_Kind], values: Mapping[str, Any]) -> _Kind:
        """Settings from plain values as they are kept in files: a missing one is as before there was one, or default.

        Names of older versions are read (``former_names``).
        Raises ``DreamError`` for an unknown name ("did you mean…"), a wrong type or a value out of range.
        """
        values = former_names.renamed(values)
        for name in values:
            cls.spec_of(name)
        former = {spec.name: spec.former for spec in specs_of(cls).values() if spec.former is not None}
        return cls(**{**former, **values})

    def to_dict(self) -> dict[str, Any]:
        """All settings as plain values for JSON."""
        return asdict(self)

    def replace(self: _Kind, values: Mapping[str, Any]) -> _Kind:
        """The same settings with ``values`` instead of the old ones."""
        for name in values:
            self.spec_of(name)
        return replace(self, **values)


def specs_of(kind: type[Settings]) -> dict[str, Spec]:
    """The specs of all settings of ``kind``, by name, in their order."""
    return {item.name: _spec(item) for item in fields(kind)}


def _spec(item: Field[Any]) -> Spec:
    metadata = dict(item.metadata)
    value_type = {"int": int, "float": float, "bool": bool, "str": str}[cast(str, item.type).split(" ")[0]]
    return Spec(name=item.name, value_type=value_type, default=item.default, **metadata)

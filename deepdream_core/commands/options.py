"""Flags on the command line ↔ settings: every setting has one, built from its ``Spec``."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NoReturn

from ..catalogue import network
from ..errors import DreamError, did_you_mean
from ..objective.syntax import Term, layer_term, write
from ..settings import former_names
from ..settings.dream_settings import AUTO, SPECS, DreamSettings, Spec
from ..settings.presets import DEFAULT_PRESET, of_thing, preset
from ..settings.spec import flag_of

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]
Run = Callable[[argparse.Namespace], int]

_GROUPS = {"main": "settings", "more": "more settings", "fine-tuning": "fine-tuning settings"}
# Any of these says what to dream, so no preset is taken unasked.
_WHAT = ("network", "objective", "dream_of", "layer", "channels", "guide")


class Parser(argparse.ArgumentParser):
    """One that tells of wrong usage in two lines, as errors are told, and guesses what was meant."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong and where to read how it goes; ends with exit code 2."""
        self.exit(2, f"{message[:1].upper()}{message[1:]}\nSee: {self.prog} --help\n")

    def refuse(self, word: str) -> NoReturn:
        """Say that ``word`` means nothing here, and which flag may have been meant."""
        flags = [flag for action in self._actions for flag in action.option_strings if flag.startswith("--")]
        hint = did_you_mean(word, flags) if word.startswith("-") else "Quote names that contain spaces."
        self.error(f"“{word}” isn't a known argument. {hint}")

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        if isinstance(action, argparse._SubParsersAction) and value not in action.choices:
            self.error(f"Unknown command “{value}”. {did_you_mean(value, list(action.choices))}")
        super()._check_value(action, value)


def whole_number(low: int = 0, high: int = 2**31 - 1) -> Callable[[str], int]:
    """The type of an argument that is a whole number from ``low`` to ``high``."""

    def parse(text: str) -> int:
        if not text.isdecimal() or not low <= int(text) <= high:
            raise argparse.ArgumentTypeError(f"“{text}” is not a whole number from {low} to {high}")
        return int(text)

    return parse


def add_command(commands: Commands, name: str, help: str, run: Run) -> argparse.ArgumentParser:
    """A subcommand called ``name``; ``run`` gets the parsed arguments and returns the exit code."""
    parser = commands.add_parser(name, help=help, description=help, allow_abbrev=False)
    parser.set_defaults(run=run, parser=parser)
    return parser


def add_settings(parser: argparse.ArgumentParser, specs: Mapping[str, Spec] = SPECS) -> None:
    """A flag for every setting of ``specs``, in the docker's groups; flags of older versions work too."""
    groups = {name: parser.add_argument_group(title) for name, title in _GROUPS.items()}
    for spec in specs.values():
        _add_flag(groups[spec.group], spec, spec.flag, _help(spec))
        for name in former_names.names_of(spec.name):
            if name in former_names.SWITCHES:
                _add_switch(parser, spec, name)
            else:
                _add_flag(parser, spec, flag_of(name), argparse.SUPPRESS)


def _add_flag(group: argparse._ActionsContainer, spec: Spec, flag: str, help: str) -> None:
    if spec.value_type is bool:
        group.add_argument(flag, dest=spec.name, action=argparse.BooleanOptionalAction, default=None, help=help)
    else:
        group.add_argument(flag, dest=spec.name, type=_parser_of(spec), metavar=_metavar(spec), help=help)


def _add_switch(group: argparse._ActionsContainer, spec: Spec, name: str) -> None:
    """The two flags of what was all or nothing."""
    for flag, on in ((flag_of(name), True), (flag_of(f"no_{name}"), False)):
        share = former_names.SHARES[on]
        group.add_argument(flag, dest=spec.name, action="store_const", const=share, help=argparse.SUPPRESS)


def specs_without(*names: str) -> dict[str, Spec]:
    """The settings of a dream without those that a command has no use for: it offers nothing that it drops."""
    return {name: spec for name, spec in SPECS.items() if name not in names}


def check_feather(arguments: argparse.Namespace) -> None:
    """Raise ``DreamError`` for a feather without a mask, whose border it would soften."""
    if arguments.feather and not arguments.mask:
        raise DreamError("command.needs", flag="--feather", needed="--mask")


def add_what(parser: argparse.ArgumentParser) -> None:
    """The short ways to say what is dreamed: preset, layer, channels, guide."""
    group = parser.add_argument_group("what to dream of (default: the preset Animals)")
    group.add_argument("--preset", metavar="NAME", help="Preset to start from. See: deepdream presets")
    group.add_argument(
        "--dream-of", metavar="THING", help="Something to dream of, with settings that suit it: castle, owl…"
    )
    group.add_argument("--layer", metavar="NAME", help="A network layer. See: deepdream layers NETWORK")
    group.add_argument("--channels", metavar="LIST", help="Channels of the layer: 3,7 or 20-25 or 3*0.5,7*-1")
    group.add_argument("--guide", metavar="FILE", help="A guide picture: dream of what it shows")


def chosen_settings(arguments: argparse.Namespace) -> DreamSettings:
    """The settings that the flags of ``add_settings`` and ``add_what`` ask for. Raises ``DreamError`` for others."""
    values = explicit_settings(arguments)
    if arguments.preset or not any(getattr(arguments, name) is not None for name in _WHAT):
        base = preset(arguments.preset or DEFAULT_PRESET).settings
    else:
        base = DreamSettings()
    if arguments.dream_of is not None:
        if arguments.layer or arguments.channels or arguments.guide or "objective" in values:
            raise DreamError("command.conflict", first="--dream-of", second="--objective, --layer or --guide")
        base = of_thing(arguments.dream_of, base.replace({"network": values.get("network", base.network)}))
    elif "objective" in values:
        if arguments.layer or arguments.channels:
            raise DreamError("command.conflict", first="--objective", second="--layer or --channels")
    elif arguments.layer or arguments.channels or arguments.guide or "network" in values:
        values["objective"] = _objective(arguments, values.get("network", base.network))
    return base.replace(values)


def explicit_settings(arguments: argparse.Namespace, specs: Mapping[str, Spec] = SPECS) -> dict[str, Any]:
    """Only those settings of ``specs`` whose flags were given."""
    # A command that has no use for a setting has no flag for it either.
    named = {name: getattr(arguments, name, None) for name in specs}
    return {name: value for name, value in named.items() if value is not None}


def _objective(arguments: argparse.Namespace, network_name: str) -> str:
    info = network(network_name)
    layer = info.layer(arguments.layer).name if arguments.layer else info.default_layer
    if arguments.guide and arguments.channels:
        raise DreamError("command.conflict", first="--guide", second="--channels")
    return write((Term("guide", layer) if arguments.guide else layer_term(layer, arguments.channels or ""),))


def _parser_of(spec: Spec) -> Callable[[str], Any]:
    def parse(text: str) -> Any:
        try:
            return spec.parse(text)
        except DreamError as error:
            raise argparse.ArgumentTypeError(str(error)) from error

    return parse


def _metavar(spec: Spec) -> str:
    if spec.choices:
        return "{" + ",".join(spec.choices) + "}"
    return "TEXT" if spec.value_type is str else "N"


def _help(spec: Spec) -> str:
    facts = []
    if spec.value_type in (int, float):
        unit = f" {spec.unit}" if spec.unit else ""
        words = "".join(f" or {word}" for word in spec.words)
        facts.append(f"{spec.low:.10g} to {spec.high:.10g}{unit}{words}")
    if spec.default not in ("", AUTO):
        facts.append(f"default {spec.default if spec.value_type is str else format(spec.default, '.10g')}")
    return (spec.help + (f" ({'; '.join(facts)})" if facts else "")).replace("%", "%%")

"""No command offers an option that it drops: what is given on the command line is what is dreamed with."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from deepdream_core import cli
from deepdream_core.commands import feature, file_jobs, looks, style, zoom
from deepdream_core.errors import DreamError
from deepdream_core.settings import former_names
from deepdream_core.settings.cache_settings import CacheSettings
from deepdream_core.settings.dream_settings import SPECS
from deepdream_core.settings.film_settings import FilmSettings
from deepdream_core.settings.spec import Spec, flag_of, specs_of
from deepdream_core.settings.style_settings import StyleSettings
from deepdream_core.settings.zoom_settings import ZoomSettings

# Positional arguments of the commands that dream; "in" and "mask" are pictures.
COMMANDS = {
    "dream": ("in", "out.png"),
    "again": ("recipe", "in", "out.png"),
    "feature": ("efficientnet_lite0", "b4", "3", "out.png"),
    "zoom": ("in", "out.gif"),
    "style": ("in", "swirls", "out.png"),
}
# What is no setting; each has a test of its own.
OTHERS = {
    "--clear",
    "-h",
    "--help",
    "--version",
    "--mask",
    "--picture",
    "--term-mask",
    "--octave-pictures",
    "--timings",
    "--guide",
    "--preset",
    "--dream-of",
    "--layer",
    "--channels",
    "--recipe",
    "--pixels",
    "--translate",
    "--trust",
    "--style",
    "--chunk",
    "--shard",
    "--skip-existing",
    "--report",
    "--cluster",
    "--openjd",
}


class Begun(Exception):
    """The command would dream now; carries all settings that it would dream with."""


def parsers(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    """Every command and subcommand by its name."""
    found = {}
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, inner in action.choices.items():
                found |= {name: inner, **parsers(inner)}
    return found


PARSERS = parsers(cli._parser())
KNOWN: dict[str, Spec] = {
    **specs_of(CacheSettings),
    **specs_of(ZoomSettings),
    **specs_of(FilmSettings),
    **specs_of(StyleSettings),
    **SPECS,
}


def flags(name: str) -> set[str]:
    return {flag for action in PARSERS[name]._actions for flag in action.option_strings if not flag.startswith("--no-")}


OFFERED = [(command, spec.name) for command in COMMANDS for spec in KNOWN.values() if spec.flag in flags(command)]


def other_value(spec: Spec) -> Any:
    """One that isn't the default."""
    if spec.value_type is bool:
        return not spec.default
    if spec.value_type is str:
        texts = {
            "objective": "b6",
            "network": "efficientnet_lite1",
            "alternate_networks": "efficientnet_lite1",
            "masks": "(0.5,0.5)",
        }
        return texts.get(spec.name) or next((word for word in spec.choices if word != spec.default), "2")
    return spec.value_type(spec.high if spec.default != spec.high else spec.low)


@pytest.fixture
def pictures(tmp_path) -> dict[str, str]:
    from deepdream_core.files import pictures as files
    from tests.core.test_files import RECIPE

    for name in ("in", "mask"):
        Image.fromarray(np.full((40, 60, 3), 200, np.uint8)).save(tmp_path / f"{name}.png")
    made = files.load(tmp_path / "in.png").with_recipe(RECIPE)
    files.save(tmp_path / "recipe.png", made)
    return {name: str(tmp_path / f"{name}.png") for name in ("in", "mask", "recipe")}


@pytest.fixture
def begun(monkeypatch):
    """Calls a command; gives the settings with which it was about to dream."""

    def stop(*settings: Any) -> None:
        raise Begun(*settings)

    monkeypatch.setattr(file_jobs, "dream_file", lambda file_job: stop(file_job.settings))
    monkeypatch.setattr(file_jobs, "loaded_engine", lambda _threads: None)
    monkeypatch.setattr(style, "_painted", lambda job, *_rest: stop(job.settings))
    monkeypatch.setattr(zoom, "check_objective", lambda *_given: None)
    monkeypatch.setattr(zoom, "ready_engine", lambda _settings: None)
    monkeypatch.setattr(zoom, "_frames", lambda job, _engine, film, _written: stop(job.settings, film))
    monkeypatch.setattr(feature, "network", lambda _name: KNOWN_NETWORK)

    def run(words: list[str]) -> tuple[Any, ...]:
        with pytest.raises(Begun) as caught:
            cli.main(words)
        return caught.value.args

    return run


KNOWN_NETWORK = feature.network("efficientnet_lite0")


@pytest.mark.parametrize(("command", "name"), OFFERED, ids=lambda part: part)
def test_every_setting_that_a_command_offers_is_dreamed_with(begun, pictures, tmp_path, command, name):
    spec = KNOWN[name] if command != "style" else specs_of(StyleSettings)[name]
    value = other_value(spec)
    given = (
        [spec.flag, str(value)] if spec.value_type is not bool else [spec.flag if value else f"--no-{spec.flag[2:]}"]
    )
    places = [pictures.get(word, str(tmp_path / word) if Path(word).suffix else word) for word in COMMANDS[command]]
    words = [command, *places, *given]
    if name == "feather":
        words += ["--mask", pictures["mask"]]
    dreamed_with = begun(words)
    found = [getattr(settings, name) for settings in dreamed_with if hasattr(settings, name)]
    assert found == [value]


def test_every_option_is_a_setting_or_has_a_test():
    settings = {spec.flag for spec in KNOWN.values()} | set(map(flag_of, former_names.NAMES))
    for name in PARSERS:
        assert flags(name) <= settings | OTHERS, name


@pytest.mark.parametrize(
    ("command", "flag"),
    [
        ("feature", "--network"),
        ("feature", "--objective"),
        ("feature", "--feather"),
        ("zoom", "--feather"),
        ("zoom", "--mask"),
        ("atlas", "--seed"),
    ],
)
def test_what_a_command_has_no_use_for_is_refused(capsys, pictures, command, flag):
    places = {**COMMANDS, "atlas": ("efficientnet_lite0", "b0", "out.png")}[command]
    with pytest.raises(SystemExit) as ended:
        cli.main([command, *(pictures.get(word, word) for word in places), flag, "1"])
    assert ended.value.code == 2
    assert f"“{flag}” isn't a known argument" in capsys.readouterr().err


@pytest.mark.parametrize("objective", ["nowhere", "guide:b4=photo", "b4@hill"])
def test_what_many_pictures_cant_be_dreamed_with_is_said_before_the_first(objective):
    parser = argparse.ArgumentParser()
    looks.add_look(parser)
    with pytest.raises(DreamError):
        looks.chosen_look(parser.parse_args(["--objective", objective]))

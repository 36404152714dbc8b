"""The command line as people type it, mostly in its own process: dreams, lists, wrong usage, errors, Ctrl-C."""

from __future__ import annotations

import argparse
import io
import json
import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from deepdream_core import cli
from deepdream_core.commands import again, file_jobs, options
from deepdream_core.errors import DreamError
from deepdream_core.files import pictures
from deepdream_core.protocol import wire
from deepdream_core.settings.dream_settings import SPECS, DreamSettings
from deepdream_core.settings.presets import DEFAULT_PRESET, PRESETS
from deepdream_core.version import VERSION
from tests import independent
from tests.core.test_files import RECIPE

ROOT = Path(__file__).resolve().parents[2]
COMMAND = [sys.executable, "-m", "deepdream_core"]
QUICK = ["--layer", "b4", "--octaves", "2", "--steps", "2"]


def deepdream(*words: object, timeout: float = 120) -> subprocess.CompletedProcess:
    return subprocess.run(
        [*COMMAND, *map(str, words)], cwd=ROOT, capture_output=True, text=True, timeout=timeout, check=False
    )


@pytest.fixture
def picture(tmp_path) -> Path:
    """An RGBA PNG of coarse patches, 96 x 64."""
    random = np.random.default_rng(1)
    rgba = np.kron(random.integers(0, 256, (8, 12, 4)), np.ones((8, 8, 1))).astype(np.uint8)
    Image.fromarray(rgba).save(tmp_path / "in.png")
    return tmp_path / "in.png"


def test_time_and_memory_are_said_beforehand(picture, tmp_path, monkeypatch):
    monkeypatch.setenv("KRITA_DEEPDREAM_HOME", str(tmp_path / "ours"))
    dream = ["dream", picture, tmp_path / "out.png", *QUICK]
    style = ["style", picture, "hatching", tmp_path / "out.png", "--octaves", "1", "--steps", "1"]
    zoom = ["zoom", picture, tmp_path / "out.gif", *QUICK, "--frames", "2"]
    # Dreams as small as these are to be learned from here.
    code = (
        "import sys; from deepdream_core import cli; from deepdream_core.engine import cost\n"
        "cost._LEAST_WORK = 0; sys.exit(cli.main(sys.argv[1:]))"
    )

    def told(words):
        return subprocess.run(
            [sys.executable, "-c", code, *map(str, words)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=120,
            check=True,
        ).stderr

    for known, words in enumerate((dream, style), start=1):
        said = told(words)
        assert said.startswith("96 x 64 pixels: no time estimate before the first dream, ")
        # Nothing of TensorFlow's own is between that line and those of the progress.
        assert re.match(r".* \d+ MB of memory\n.*octave 1 of", said)
        assert len(json.loads((tmp_path / "ours" / "cost.json").read_text())) == known
    assert re.match(r"96 x 64 pixels: about \d+ s, \d+ MB of memory\n.*frame 1 of", told(zoom))


def chosen(*words: str) -> DreamSettings:
    """The settings that ``deepdream dream IN OUT WORDS…`` asks for."""
    return options.chosen_settings(cli._parser().parse_args(["dream", "in.png", "out.png", *words]))


def test_without_a_word_the_default_preset_is_dreamed():
    assert chosen() == PRESETS[DEFAULT_PRESET].settings


def test_flags_change_single_settings_of_a_preset():
    swirls = PRESETS["Swirls"].settings
    assert chosen("--preset", "swirls", "--seed", "8") == swirls.replace({"seed": 8})
    assert chosen("--preset", "Swirls", "--octaves", "3").octaves == 3
    assert chosen("--preset", "Swirls", "--layer", "b2") == swirls.replace({"objective": "b2"})


def test_layer_and_channels_make_the_objective():
    assert chosen("--layer", "b4") == DreamSettings(objective="b4")
    assert chosen("--layer", "b4", "--channels", "3,7-9").objective == "b4[3,7-9]"
    assert chosen("--channels", "3").objective == "b10[3]"
    assert chosen("--guide", "photo.jpg", "--layer", "b6").objective == "guide:b6"
    assert chosen("--network", "efficientnet_lite0").objective == "b10"


def test_a_thing_is_dreamed_by_its_name():
    castle = chosen("--dream-of", "castle", "--steps", "12", "--keep-colours")
    assert castle.objective.startswith("class:castle") and castle.keep_colours and castle.steps == 12
    assert chosen("--dream-of", "castle").size == chosen("--preset", "Swirls", "--dream-of", "castle").size
    with pytest.raises(DreamError, match="Did you mean castle"):
        chosen("--dream-of", "casle")


@pytest.mark.parametrize(
    "words",
    [
        ("--objective", "b4", "--layer", "b10"),
        ("--objective", "b4", "--dream-of", "castle"),
        ("--dream-of", "castle", "--guide", "photo.jpg"),
        ("--objective", "b4", "--channels", "3"),
        ("--guide", "photo.jpg", "--channels", "3"),
        ("--size", "20", "--octaves", "3"),
        ("--preset", "Unheard-of"),
    ],
)
def test_words_that_contradict_each_other_are_refused(words):
    with pytest.raises(DreamError):
        chosen(*words)


@pytest.mark.parametrize("spec", SPECS.values(), ids=lambda spec: spec.name)
def test_every_setting_has_a_flag(spec):
    if spec.value_type is bool:
        assert getattr(chosen("--layer", "b4", spec.flag), spec.name) is True
        assert getattr(chosen("--layer", "b4", spec.flag.replace("--", "--no-")), spec.name) is False
        return
    value = spec.default if spec.value_type is str else spec.high
    assert (
        getattr(
            chosen("--layer", "b4", spec.flag, str(value))
            if spec.name != "objective"
            else chosen(spec.flag, str(value)),
            spec.name,
        )
        == value
    )


def test_a_dream_changes_what_the_mask_shows_and_carries_its_recipe(tmp_path, picture):
    mask = np.zeros((64, 96), np.uint8)
    mask[10:50, 20:70] = 255
    Image.fromarray(mask).save(tmp_path / "mask.png")
    run = deepdream(
        "dream", picture, tmp_path / "out.png", *QUICK, "--seed", 4, "--mask", tmp_path / "mask.png", "--timings"
    )
    assert run.returncode == 0, run.stderr
    before, after = np.asarray(Image.open(picture)), np.asarray(Image.open(tmp_path / "out.png"))
    assert np.array_equal(before[mask == 0], after[mask == 0])
    assert np.array_equal(before[..., 3], after[..., 3])
    assert np.abs(before.astype(float) - after)[mask > 0][:, :3].mean() > 2
    recipe = pictures.load(tmp_path / "out.png").recipe
    assert recipe.settings == DreamSettings(objective="b4", octaves=2, steps=2, seed=4)
    assert re.search(r"set-up [\d.]+ s, dream [\d.]+ s, [\d.]+ megapixel-steps/s", run.stderr)
    assert "octave 2 of 2" in run.stderr and "oneDNN" not in run.stderr and run.stdout == ""


def test_strength_nothing_gives_the_picture_back_and_half_lies_between(tmp_path, picture):
    code = (
        "import sys; from deepdream_core.cli import main\n"
        "folder, *words = sys.argv[1:]\n"
        "for strength in ('0', '50', '100'):\n"
        "    assert main(['dream', *words, f'{folder}/{strength}.png', '--strength', strength]) == 0"
    )
    subprocess.run([sys.executable, "-c", code, tmp_path, *QUICK, picture], cwd=ROOT, check=True, timeout=120)
    before, none, half, full = (
        np.asarray(Image.open(path)).astype(float)
        for path in (picture, *(tmp_path / f"{strength}.png" for strength in (0, 50, 100)))
    )
    assert np.array_equal(before, none)
    assert np.abs((before + full) / 2 - half).max() <= 0.5


def test_again_gives_the_same_pixels_and_flags_nudge_it(tmp_path, picture):
    """The first dream leaves threads, tile and precision to the machine; ``again`` takes them from the recipe, and
    goes as often further.
    """
    (tmp_path / "octaves").mkdir()
    for words in (
        ("dream", picture, tmp_path / "first.png", *QUICK, "--further", 1, "--octave-pictures", tmp_path / "octaves"),
        ("again", tmp_path / "first.png", picture, tmp_path / "second.png"),
        ("again", tmp_path / "other.png", picture, tmp_path / "third.png", "--seed", "9"),
    ):
        run = deepdream(*words)
        assert run.returncode == 0 and "Different from the recipe" not in run.stderr, run.stderr
        # As from a computer that computes otherwise.
        dreamed = pictures.load(words[2 if words[0] == "dream" else 3])
        other = replace(dreamed.recipe, precision={"fp32": "bf16", "bf16": "fp32"}[dreamed.recipe.precision])
        pictures.save(tmp_path / "other.png", dreamed.with_recipe(other))
    first, third = (pictures.load(tmp_path / name).recipe for name in ("first.png", "third.png"))
    assert third.precision != first.precision
    first, second, third = (np.asarray(Image.open(tmp_path / f"{name}.png")) for name in ("first", "second", "third"))
    assert np.array_equal(first, second)
    assert np.abs(first.astype(float) - third).mean() > 1
    assert pictures.load(tmp_path / "third.png").recipe.settings.seed == 9
    sizes = [Image.open(path).size for path in sorted((tmp_path / "octaves").iterdir())]
    assert len(sizes) == 3 and sizes[1] == sizes[2] == (96, 64) and sizes[0] < sizes[1]


def test_again_tells_what_is_not_as_it_was(capsys):
    again._tell_differences(RECIPE, replace(RECIPE, threads=7))
    assert capsys.readouterr().err == "Different from the recipe: threads was 2, is 7.\n"
    again._tell_differences(RECIPE, RECIPE)
    assert capsys.readouterr().err == ""


def test_a_feature_is_dreamed_out_of_nothing(tmp_path):
    """The picture of a channel excites it far more than another channel's picture does (independent network)."""
    for channel in (3, 40):
        run = deepdream(
            "feature", "efficientnet_lite0", "b8", channel, tmp_path / f"{channel}.png", "--pixels", 128, "--steps", 10
        )
        assert run.returncode == 0, run.stderr
    activations = {}
    for channel in (3, 40):
        pixels = np.asarray(Image.open(tmp_path / f"{channel}.png"), np.float32)[np.newaxis]
        activations[channel] = np.asarray(independent.lite0()(pixels, training=False)["b8"]).mean(axis=(0, 1, 2))
    for channel, other in ((3, 40), (40, 3)):
        assert activations[channel][channel] > 2 + activations[other][channel]


def test_the_lists_name_what_there_is():
    presets = deepdream("presets")
    assert presets.returncode == 0 and all(name in presets.stdout for name in PRESETS)
    networks = deepdream("networks", "list").stdout
    assert re.search(r"^efficientnet_lite0 .*Apache-2.0", networks, re.MULTILINE)
    layers = deepdream("layers", "efficientnet_lite0").stdout
    assert re.search(r"^b10 +112 ", layers, re.MULTILINE)
    assert layers.startswith("EfficientNet-Lite0, trained on ImageNet (1000 classes")


def test_a_list_may_be_cut_short():
    with subprocess.Popen(
        [*COMMAND, "layers", "inception5h"], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "COMMAND"),
        (("dream",), "IN"),
        (("dream", "a.png", "b.png", "--step", "3"), "Did you mean --steps"),
        (("dream", "a.png", "b.png", "--maks", "c.png"), "Did you mean --mask"),
        (("zoom", "a.png", "b.gif", "--frame", "3"), "Did you mean --frames"),
        (("dream", "my", "holiday.png", "b.png"), "Quote names"),
        (("dream", "a.png", "b.png", "--steps", "0"), "from 1 to 500"),
        (("dream", "a.png", "b.png", "--steps", "many"), "a whole number"),
        (("dream", "a.png", "b.png", "--picture", "photo.jpg"), "NAME=FILE"),
        (("feature", "efficientnet_lite0", "b3", "5", "a.png", "--pixels", "-3"), "from 1 to"),
        (("feature", "efficientnet_lite0", "b3", "five", "a.png"), "not a whole number"),
        (("zoom", "a.png", "b.gif", "--translate", "3"), "ACROSS,DOWN"),
        (("draem", "a.png", "b.png"), "Did you mean dream"),
    ],
)
def test_wrong_usage_ends_with_2_and_says_what_is_wrong(words, said):
    run = deepdream(*words)
    assert run.returncode == 2
    assert said in run.stderr and len(run.stderr.splitlines()) == 2 and "--help" in run.stderr.splitlines()[1]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("dream", "none.png", "{}/out.png"), "There is no file"),
        (("dream", "{}/in.png", "{}/out.psd"), "not a supported picture format"),
        (("dream", "{}/in.png", "{}/out.jpg"), "support transparency"),
        (("dream", "{}/in.png", "{}/none/out.png"), "doesn't exist"),
        (("dream", "{}/in.png", "{}/out.png", "--layer", "b99"), "Did you mean b9"),
        (("dream", "{}/in.png", "{}/out.png", "--objective", "b10["), "Write it like this"),
        (("dream", "{}/in.png", "{}/out.png", "--size", "9", "--octaves", "2"), "Both size and octaves"),
        (("dream", "{}/in.png", "{}/out.png", "--objective", "class:casle"), "Did you mean castle"),
        (("dream", "{}/in.png", "{}/out.png", "--objective", "b4", "--guide", "{}/in.png"), "doesn't use it"),
        (("dream", "{}/in.png", "{}/out.png", "--layer", "b4", "--picture", "x={}/in.png"), "doesn't use it"),
        (("dream", "{}/in.png", "{}/out.png", "--layer", "b4", "--term-mask", "x={}/in.png"), "doesn't use it"),
        (("dream", "{}/in.png", "{}/out.png", "--layer", "b4", "--feather", "5"), "needs --mask"),
        (("style", "{}/in.png", "swirls", "{}/out.png", "--feather", "5"), "needs --mask"),
        (("zoom", "{}/in.png", "{}/out.gif", "--objective", "b4", "--guide", "{}/in.png"), "doesn't use it"),
        (("dream", "{}/in.png", "{}/out.png", "--dream-of", ""), "doesn't know “”"),
        (("dream", "{}/in.png", "{}/out.png", "--objective", "b10[999]"), "0 to 111"),
        (("dream", "{}/in.png", "{}/out.png", "--objective", "b10@hill"), "“hill”, which wasn't supplied"),
        (("zoom", "{}/in.png", "{}/out.gif", "--objective", "guide:b6"), "“guide”, which wasn't supplied"),
        (("feature", "vgg16", "block1_conv1", "2", "{}/out.png"), "deepdream networks fetch vgg16"),
        (("atlas", "vgg16", "block1_conv1", "{}/out.png"), "deepdream networks fetch vgg16"),
        (("dream", "{}", "{}/out.png"), "it is a folder"),
        (("style", "{}/in.png", "galss", "{}/out.png"), "Did you mean glass"),
        (("layers", "vgg"), "Did you mean vgg"),
    ],
)
def test_an_error_ends_with_1_and_two_lines(tmp_path, picture, words, said):
    run = deepdream(*(word.format(tmp_path) for word in words))
    assert run.returncode == 1
    assert said in run.stderr and len(run.stderr.splitlines()) == 2
    assert os.listdir(tmp_path) == ["in.png"]


def hears_interrupts():
    """In the child: a shell lets what it runs in the background ignore them, and so would our own children."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.mark.skipif(sys.platform == "win32", reason="signals are another matter there")
def test_an_interrupt_ends_cleanly_and_leaves_nothing(tmp_path, picture):
    process = subprocess.Popen(
        [*COMMAND, "dream", picture, tmp_path / "out.png", "--layer", "b10", "--steps", "500"],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=hears_interrupts,
    )
    while "octave 1" not in process.stderr.readline():
        assert process.poll() is None
    time.sleep(0.2)
    process.send_signal(signal.SIGINT)
    rest = process.communicate(timeout=20)[1]
    assert process.returncode == cli.INTERRUPTED
    assert rest.splitlines()[-1] == "Cancelled. Nothing was changed." and "Traceback" not in rest
    assert os.listdir(tmp_path) == ["in.png"]


@pytest.mark.skipif(sys.platform == "win32", reason="signals are another matter there")
@pytest.mark.parametrize(
    ("words", "after", "told", "left"),
    [
        (
            ("zoom", "{}/in.png", "{}/film", *QUICK, "--frames", "5000"),
            "frame 4 ",
            r"The first 3 pictures are in “.*film”\.",
            3,
        ),
        (("zoom", "{}/in.png", "{}/film.gif", *QUICK, "--frames", "5000"), "frame 4 ", r"Nothing was changed\.", 0),
        (
            (
                "dream",
                "{}/in.png",
                "{}/out.png",
                "--layer",
                "b4",
                "--octaves",
                "2",
                "--steps",
                "500",
                "--octave-pictures",
                "{}/octaves",
            ),
            "octave 2 ",
            r"The pictures of 1 octave are in “.*octaves”\.",
            1,
        ),
    ],
    ids=["pictures", "film", "octaves"],
)
def test_an_interrupt_says_what_is_there(tmp_path, picture, words, after, told, left):
    (tmp_path / "octaves").mkdir()
    before = sorted(tmp_path.rglob("*"))
    process = subprocess.Popen(
        [*COMMAND, *(word.format(tmp_path) for word in words)],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=hears_interrupts,
    )
    for line in process.stderr:
        if after in line:
            break
    process.send_signal(signal.SIGINT)
    last = process.stderr.read().splitlines()[-1]
    assert process.wait(20) == cli.INTERRUPTED
    assert re.fullmatch(f"Cancelled. {told}", last), last
    new = [path.name for path in sorted(tmp_path.rglob("*")) if path not in before and path.is_file()]
    assert len(new) == left, new


def test_the_worker_speaks_on_standard_output():
    hello = b"".join(bytes(piece) for piece in wire.frames(wire.Hello(VERSION)))
    run = subprocess.run([*COMMAND, "worker"], cwd=ROOT, input=hello, capture_output=True, timeout=60, check=True)
    assert isinstance(wire.read(io.BytesIO(run.stdout)), wire.Welcome)


def test_help_shows_each_setting_with_its_range():
    text = " ".join(deepdream("dream", "--help").stdout.split())
    for spec in SPECS.values():
        assert spec.flag in text
        if spec.value_type in (int, float):
            assert f"{spec.low:.10g} to {spec.high:.10g}" in text, spec.name


def test_every_subcommand_refuses_abbreviations():
    def parsers(parser):
        yield parser
        for action in parser._actions:
            if isinstance(action, argparse._SubParsersAction):
                for child in action.choices.values():
                    yield from parsers(child)

    assert all(not parser.allow_abbrev for parser in parsers(cli._parser()))


def test_a_dream_that_took_no_time_has_a_pace_all_the_same():
    assert "dream 0.00 s" in str(file_jobs.Timings(0.5, 0.0, 1.0))

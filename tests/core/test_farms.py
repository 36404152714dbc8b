"""Render farms: the Open Job Description template is that of the settings, valid, and runs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from deepdream_core import cli
from deepdream_core.commands.batch import _frames, _shard
from deepdream_core.settings.dream_settings import SPECS
from tests.core.test_batch import QUICK, files, patches
from tools import farm_template

TEMPLATE = Path(__file__).resolve().parents[2] / "docs" / "deepdream.openjd.yaml"
ROOT = TEMPLATE.parents[1]


def openjd(*words: object, **variables: str) -> subprocess.CompletedProcess:
    program = Path(sys.executable).with_name("openjd")
    if not program.exists():
        pytest.skip("openjd isn't installed")
    command = [str(program), *map(str, words)]
    environment = {**os.environ, **variables}
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, env=environment)


def test_the_template_is_that_of_the_settings():
    assert TEMPLATE.read_text("utf-8") == farm_template.written()
    names = {each["name"] for each in farm_template.template()["parameterDefinitions"]}
    assert len(names) == len(SPECS) - 1 + 3


def test_the_template_is_valid():
    checked = openjd("check", TEMPLATE)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_its_arguments_are_the_commands():
    template = farm_template.template()
    defaults = {each["name"]: str(each.get("default", "x")) for each in template["parameterDefinitions"]}
    words = []
    for word in template["steps"][0]["script"]["actions"]["onRun"]["args"]:
        for name, value in defaults.items():
            word = word.replace(f"{{{{Param.{name}}}}}", value)
        words.append(word.replace("{{Task.Param.Part}}", "3"))
    arguments = cli._parser().parse_args(words)
    assert arguments.shard == (3, 10) and arguments.openjd
    assert all(getattr(arguments, name) == spec.default for name, spec in SPECS.items() if name != "feather")


@pytest.mark.slow
def test_a_farm_s_job_makes_every_picture(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "out").mkdir()
    (tmp_path / "bin").mkdir()
    for number in range(3):
        patches(number).save(tmp_path / "in" / f"{number}.png")
    program = tmp_path / "bin" / "deepdream"
    program.write_text(f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" -m deepdream_core "$@"\n')
    program.chmod(0o755)
    parameters = {
        "Input": tmp_path / "in",
        "Output": tmp_path / "out",
        "Parts": 2,
        "Octaves": 1,
        "Steps": 1,
        "Objective": "b4",
    }
    words = [word for name, value in parameters.items() for word in ("-p", f"{name}={value}")]
    done = openjd("run", TEMPLATE, *words, PATH=f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "openjd_progress: 100.0" in done.stdout and set(files(tmp_path / "out")) == {"0.png", "1.png", "2.png"}


def test_progress_is_told_when_asked_for(tmp_path, capsys):
    for number in range(2):
        patches(number).save(tmp_path / f"{number}.png")
    assert cli.main(["batch", str(tmp_path), str(tmp_path / "out"), *QUICK, "--openjd"]) == 0
    assert capsys.readouterr().out.split("\n")[:2] == ["openjd_progress: 50.0", "openjd_progress: 100.0"]


def test_the_words_of_parts_are_read():
    assert _frames("1-3,7") == {1, 2, 3, 7} and _shard("3/10") == (3, 10)
    for parse, text in ((_frames, "3-1"), (_frames, "a"), (_shard, "11/10"), (_shard, "0/3"), (_shard, "3")):
        with pytest.raises(Exception, match="must look like"):
            parse(text)

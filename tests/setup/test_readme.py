"""The README tells the truth: its settings are the program's, its pictures and commands are there."""

from __future__ import annotations

import re

from krita_deepdream.setup import install_folder, set_up
from tools import installer, settings_table

from .conftest import ROOT

TEXT = (ROOT / "README.md").read_text(encoding="utf-8")
TROUBLES = (ROOT / "docs" / "troubleshooting.md").read_text(encoding="utf-8")


def test_the_settings_are_those_of_the_program():
    page = settings_table.PAGE.read_text(encoding="utf-8")
    assert settings_table.written(page) == page, "run: python -m tools.settings_table"


def test_every_picture_and_page_is_there():
    targets = [target for target in re.findall(r"\]\(([^)]+)\)", TEXT) if not target.startswith("http")]
    assert len(targets) >= 6
    assert [target for target in targets if not (ROOT / target).is_file()] == []


def test_every_word_for_the_installer_is_known():
    words = set(re.findall(r"install\.py (--[a-z-]+)", TEXT + TROUBLES))
    assert words >= {"--doctor", "--uninstall", "--test", "--zip", "--where", "--gpu", "--wheels"}
    for word in words:
        installer.parse([word, "x"] if word == "--wheels" else [word])


def test_the_size_of_the_download_is_the_one_that_the_installer_says():
    assert f"about {set_up.DOWNLOAD_MB['cpu']} MB" in TEXT
    assert f"{round(install_folder.NEEDED_MB['cpu'] / 1000)} GB of free disk" in TEXT


def test_the_sample_picture_is_small():
    assert (ROOT / "docs" / "sample.jpg").stat().st_size < 300_000

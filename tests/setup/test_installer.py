"""What a person reads at the terminal while packages come."""

from __future__ import annotations

import io
import sys

import pytest

from krita_deepdream.setup import runtime
from krita_deepdream.setup.set_up import Step
from tools import installer


def test_no_file_is_named_twice(capsys):
    one, other = "Downloading tensorflow-2.whl (230 MB)", "Downloading numpy-2.whl (17 MB)"
    installer.show(
        iter(
            [
                Step("packages", 0.05, one),
                Step("packages", 0.1),
                Step("packages", 0.2, one),
                Step("packages", 0.3),
                Step("packages", 0.4, other),
                Step("packages", 0.41, one),
                Step("packages", 0.5, other),
            ]
        )
    )
    said = capsys.readouterr().out.splitlines()
    assert [line.split(" %")[0].strip() for line in said] == ["5", "10", "20", "30", "40", "50"]
    assert sum("tensorflow" in line for line in said) == sum("numpy" in line for line in said) == 1


@pytest.mark.parametrize(
    "error",
    [
        OSError(13, "Permission denied", "/home/me/.config/kritarc"),
        OSError("Cannot call rmtree on a symbolic link"),
        OSError(30, "Read-only file system"),
    ],
)
def test_what_the_disk_refuses_is_a_sentence_with_a_place_and_a_reason(home, monkeypatch, capfd, error):
    def refuses(on):
        raise error

    monkeypatch.setattr(installer.krita_folders, "switch", refuses)
    monkeypatch.setattr(installer.krita_folders, "krita_runs", lambda: False)
    monkeypatch.setattr(sys, "argv", ["install.py", "--uninstall"])
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BytesIO()))
    monkeypatch.setattr(sys, "stderr", told := io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True))
    assert installer.main() == 1
    said = told.buffer.getvalue().decode("utf-8")
    assert (error.strerror or str(error)) in said and "None" not in said
    assert str(error.filename or runtime.data_folder()) in said


def test_the_new_words_are_told_and_understood(capsys):
    assert installer.parse(["--rebuild"]).rebuild
    with pytest.raises(SystemExit):
        installer.parse(["--help"])
    assert "--rebuild" in capsys.readouterr().out

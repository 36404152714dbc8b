"""What a person reads at the terminal while packages come."""

from __future__ import annotations

from krita_deepdream.setup.set_up import Step
from tools import installer


def test_no_file_is_named_twice(capsys):
    one, other = "Downloading tensorflow-2.whl (230 MB)", "Downloading numpy-2.whl (17 MB)"
    installer.show(iter([
        Step("packages", 0.05, one), Step("packages", 0.1), Step("packages", 0.2, one), Step("packages", 0.3),
        Step("packages", 0.4, other), Step("packages", 0.41, one), Step("packages", 0.5, other),
    ]))
    said = capsys.readouterr().out.splitlines()
    assert [line.split(" %")[0].strip() for line in said] == ["5", "10", "20", "30", "40", "50"]
    assert sum("tensorflow" in line for line in said) == sum("numpy" in line for line in said) == 1

"""The progress bar: drawn on a terminal, one line per part for everybody else."""

from __future__ import annotations

import io
import re
import sys
import unicodedata
from types import SimpleNamespace

import pytest

from deepdream_core.batch.tasks import Answer
from deepdream_core.commands.batch_progress import BatchProgress
from deepdream_core.commands.progress_bar import ProgressBar, clock


class Terminal(io.StringIO):
    """Sixty characters wide."""

    def isatty(self) -> bool:
        return True

    def rows(self) -> list[str]:
        """Every row that was drawn, without colours and movements."""
        drawn = re.sub(r"\x1b\[[?\d;]*[A-Za-z]", "", self.getvalue())
        return [row for row in re.split(r"[\r\n]+", drawn) if row]


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    monkeypatch.setenv("COLUMNS", "60")
    monkeypatch.setenv("TERM", "xterm")
    return Terminal()


def half_and_whole(bar: ProgressBar) -> None:
    bar.show(0.5, "octave 1 of 2", 65)
    bar.show(0.75, "octave 2 of 2", 30)
    bar.show(1.0, "octave 2 of 2", 0)


def cells(row: str) -> int:
    return sum(2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in row)


def test_a_pipe_gets_one_line_for_each_part():
    pipe = io.StringIO()
    with ProgressBar("sample.png", pipe) as bar:
        half_and_whole(bar)
    assert pipe.getvalue() == "sample.png: octave 1 of 2\nsample.png: octave 2 of 2\n"


def test_a_terminal_shows_the_share_the_part_and_the_time_on_one_row(terminal):
    with ProgressBar("sample.png", terminal) as bar:
        half_and_whole(bar)
    assert re.fullmatch(r"sample.png ━+ 100% octave 2 of 2  0:00 left ?", terminal.rows()[-1])
    assert terminal.getvalue().count("\n") == 1


@pytest.mark.parametrize("name", ["漢字の写真" * 12 + ".png", "a [bold]picture[/bold].png", "x" * 300])
def test_any_name_leaves_room_for_how_far_it_is(terminal, name):
    with ProgressBar(name, terminal) as bar:
        half_and_whole(bar)
    last = terminal.rows()[-1]
    assert cells(last) <= 60 and last.startswith(name[:8]) and "100%" in last


def test_what_is_said_meanwhile_has_a_row_of_its_own(terminal, monkeypatch, capsys):
    monkeypatch.setattr(sys, "stderr", terminal)
    with ProgressBar("sample.png") as bar:
        bar.show(0.5, "octave 1 of 2", 65)
        print("a picture can't be written", file=sys.stderr)
        print("openjd_progress: 50.0")
    assert "a picture can't be written" in terminal.rows()
    assert capsys.readouterr().out == "openjd_progress: 50.0\n" and sys.stderr is terminal


def test_nothing_shown_is_nothing_drawn(terminal):
    with ProgressBar("sample.png", terminal):
        pass
    assert terminal.getvalue() == ""


def test_seconds_are_told_as_a_clock_tells_them():
    assert [clock(seconds) for seconds in (0.4, 59.6, 125)] == ["0:00", "1:00", "2:05"]


class Kept(io.StringIO):
    """Knows what was handed on: a pipe keeps the rest back."""

    told = ""

    def flush(self) -> None:
        self.told = self.getvalue()


def test_what_is_done_is_told_at_once_down_a_pipe_too():
    pipe = Kept()
    with ProgressBar("sample.png", pipe) as bar:
        bar.show(0.5, "octave 1 of 2", 65)
        assert pipe.told == "sample.png: octave 1 of 2\n"
    pipe = Kept()
    with BatchProgress(2, pipe) as batch:
        batch.finished(Answer(SimpleNamespace(name="sample.png"), None))
        assert pipe.told == "1 of 2: sample.png\n"

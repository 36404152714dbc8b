"""The log and the diagnostics made of it: levels, job numbers on both sides, and nothing that a painter has named."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from krita_deepdream import log
from krita_deepdream.core import errors
from krita_deepdream.setup import doctor, runtime
from krita_deepdream.setup.doctor import Finding

from .conftest import until

HOME = "home-of-näh"
NAMES = ("For “Anna”\n and 'Bob' \"C\"", "Ge heim/Für Elise's.kra", "näh")
WORDS = ("Anna", "Bob", "Ge heim", "heim", "Elise", "Für", "näh", "diary")


@pytest.fixture
def logged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The log's file, in a home folder of its own."""
    monkeypatch.setenv("HOME", str(tmp_path / HOME))
    monkeypatch.setenv("KRITA_DEEPDREAM_HOME", str(tmp_path / HOME / "data"))
    log.close_log()
    yield log.open_log(runtime.data_folder() / "logs")
    log.close_log()


def clean(text: str) -> bool:
    found = [word for word in WORDS if word in text]
    assert not found, f"{found} in:\n{text}"
    return True


def test_what_is_named_is_not_written_down(logged: Path, tmp_path: Path) -> None:
    logger = log.logger()
    for name in NAMES:
        logger.warning("%s: %s", "Host.place", errors.DreamError("krita.left", layer=name))
        logger.info("worker| %s", f"FileNotFoundError: [Errno 2] No such file or directory: {name!r}")
        try:
            try:
                (tmp_path / HOME / name).read_bytes()
            except OSError as error:
                raise errors.DreamError("picture.write", path=name, reason=str(error)) from error
        except errors.DreamError:
            logger.exception("it failed")
        logger.warning("%s holds no preset", tmp_path / HOME / name)
    logger.info("worker| something in %s is left out", str(tmp_path / HOME / "diary.kra"))
    text = logged.read_text(encoding="utf-8")
    assert clean(text)
    assert "Host.place: krita.left: “…” no longer exists." in text and "FileNotFoundError: [Errno 2]" in text
    assert "picture.write: “…” can't be written: [Errno 2] No such file or directory: '…'" in text
    assert clean(doctor.report([Finding(f"The environment in {runtime.data_folder()} is complete.")]))


def test_what_pip_says_names_no_folder(logged: Path) -> None:
    for words in (
        "Looking in links: /media/anna/My Diary/with heim",
        "Processing /media/anna/My Diary/with heim/numpy.whl",
        "Requirement already satisfied: numpy in /media/anna/My Diary/env/lib (from tensorflow)",
        r"Saved C:\anna\My Diary\numpy.whl",
    ):
        log.logger().info("set-up: %s", words)
    text = logged.read_text(encoding="utf-8").lower()
    assert not [word for word in ("anna", "diary", "heim", "env") if word in text], text
    assert "looking in links: …" in text and "satisfied: numpy in … (from tensorflow)" in text


def test_a_long_line_is_cut_before_it_is_searched(logged: Path) -> None:
    """On Krita's thread; and no name stays that the cut has left open."""
    started = time.process_time()
    for line in ("a" * 200_000, "'a" * 100_000, "“" * 200_000, "x " * 900 + "“Für Anna" + " and" * 9_000):
        log.logger().info("%s", line)
    log.logger().info("\n".join(["a" * 1990] * 20))
    assert time.process_time() - started < 0.5
    assert max(map(len, logged.read_text(encoding="utf-8").splitlines())) < 2100
    assert clean(logged.read_text(encoding="utf-8")) and clean(doctor.report([]))


def test_the_report_says_of_the_data_folder_only_what_it_is_called(logged: Path, monkeypatch) -> None:
    monkeypatch.setenv("HOME", "/somewhere/else")
    report = doctor.report([Finding(f"The environment in {runtime.data_folder()} is complete.")])
    assert "✓ The environment in …/data is complete." in report and HOME not in report


def test_a_traceback_keeps_where_it_was(logged: Path) -> None:
    try:
        errors.DreamError("no such code")
    except KeyError:
        log.logger().exception("it failed")
    text = logged.read_text(encoding="utf-8")
    assert 'File "deepdream_core/errors.py", line' in text and "sentence, advice = MESSAGES[code]" in text
    assert " ERROR it failed" in text and "KeyError: '…'" in text


def test_both_sides_call_a_job_by_its_number(logged: Path, tmp_path: Path) -> None:
    """And a fault in the worker is a warning or an error in the plugin's log, without names."""
    if os.name == "nt":
        pytest.skip("its worker limits itself as POSIX does")
    from krita_deepdream.jobs.job import DreamRequest, Zoom
    from tests.faults.troubles import DREAM, Case, Desk, zoom_settings

    desk = Desk(Case("dream", "never", "none"))
    target = tmp_path / HOME / NAMES[1]
    try:
        desk.session.dream(desk.request("dream"))
        zoom = Zoom(zoom_settings.ZoomSettings(frames=2), target=str(target))
        desk.session.dream(DreamRequest("Anna", DREAM, zoom=zoom))
        until(lambda: not desk.session.busy, 60)
        until(lambda: "picture.write" in logged.read_text(encoding="utf-8"))
        assert desk.session.failed
    finally:
        desk.close()
    text = logged.read_text(encoding="utf-8")
    assert clean(text)
    for line in (
        "INFO job 1: dream, for the painter",
        "INFO worker| job 1: dream begins 24 x 16 U8",
        "INFO worker| job 1: result after",
    ):
        assert line in text, text
    assert "INFO job 1: result" in text and "INFO job 2: picture.write" in text
    assert "WARNING worker| job 2: " in text
    assert clean(doctor.report([]))

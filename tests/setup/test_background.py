"""Set-up inside Krita: it is watched without waiting, stopped at once, and tells how it ended."""

from __future__ import annotations

import time

import pytest

from krita_deepdream.setup import doctor, runtime, set_up
from krita_deepdream.setup.background import Background

from .test_set_up import children, silent_index  # noqa: F401  a fixture


def wait(background, seconds=60):
    news, end = [], time.monotonic() + seconds
    while background.running and time.monotonic() < end:
        news += background.news()
        time.sleep(0.05)
    return news + background.news()


def test_it_is_watched_to_the_end(begun, tiny_lock):
    background = Background(set_up.make(None, "cpu", tiny_lock))
    background.start()
    news = wait(background)
    assert background.finished
    assert background.error is None
    assert [step.done for step in news] == sorted(step.done for step in news)
    assert news[-1].name == "ready"
    assert runtime.worker_python()


def test_stopped_it_ends_while_krita_waits_and_leaves_no_process(begun, silent_index):  # noqa: F811
    background = Background(set_up.make(None, "cpu"))
    background.start()
    while not children("install"):
        time.sleep(0.05)
    background.stop(wait=True)
    assert not background.running
    assert not background.finished
    assert children("pip") == []


def test_a_failure_is_told(begun, tiny_lock):
    (tiny_lock / "tinypy-1.0-py3-none-any.whl").unlink()
    background = Background(set_up.make(None, "cpu", tiny_lock))
    background.start()
    wait(background)
    assert background.error.code == "setup.wheels"
    assert not background.finished


def test_a_surprise_of_the_disk_is_told(begun, tiny_lock, monkeypatch):
    (runtime.environment_folder() / "downloading").write_text("in the way")
    background = Background(set_up.make(None, "cpu", tiny_lock))
    background.start()
    wait(background)
    assert background.error.code == "setup.files"


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_any_other_fault_is_told_too():
    def steps():
        yield set_up.Step("python", 0.0)
        raise KeyError("kind")

    background = Background(steps())
    background.start()
    wait(background)
    assert background.error.code == "worker.internal" and "KeyError" in background.error.sentence
    assert not background.finished


def test_the_report_names_no_home_folder(home):
    (runtime.data_folder() / "logs").mkdir(parents=True)
    (runtime.data_folder() / "logs" / "deepdream.log").write_text("the last words\n")
    report = doctor.report()
    assert "the last words" in report
    assert "✗ There is no environment" in report
    assert str(home) not in report


def test_the_report_names_no_layer_and_no_image(home):
    """It goes into public places: the log's sentences quote what a painter has called things."""
    log = runtime.data_folder() / "logs" / "deepdream.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    log.write_text(
        "2026-11-26 INFO worker 7 says hello\n"
        "WARNING Host.place: The layer “For Anna” was deleted before its dream was finished. The dream is kept.\n"
        "WARNING x: “My “secret” name” gives no pixels. Then “diary.kra” was closed\n"
        "WARNING y: “Two\nlines” is transparent here.\n",
        encoding="utf-8",
    )
    report = doctor.report([])
    for name in ("Anna", "secret", "diary", "Two", "lines"):
        assert name not in report
    assert "worker 7 says hello" in report and "was deleted before its dream was finished" in report

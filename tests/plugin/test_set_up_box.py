"""Set-up inside the docker, by clicks: offered, watched, stopped, gone on with, failed, done; and the menu for help."""

from __future__ import annotations

import re
import threading
from pathlib import Path

import pytest

from krita_deepdream.core import errors
from krita_deepdream.qt import QtCore, QtGui, QtWidgets
from krita_deepdream.setup import install_folder, needs, plugin_files, runtime, set_up
from krita_deepdream.setup.condition import Condition
from krita_deepdream.setup.needs import Need
from krita_deepdream.setup.set_up import Step
from krita_deepdream.setup.upkeep import Upkeep
from tools import packing

from .conftest import scripted, until


class Slow:
    """Steps that wait for a word, a computer that needs what ``need`` says."""

    def __init__(self) -> None:
        self.need = Need.MAKE
        self.go_on = threading.Event()
        self.ended: list[str] = []
        self.chosen: list[tuple[Path | None, Path | None, bool]] = []
        self.error: errors.DreamError | None = None

    def look(self, _loaded: int) -> Need:
        return self.need

    def steps(self, python: Path | None, wheels: Path | None, rebuild: bool):
        self.chosen.append((python, wheels, rebuild))
        try:
            yield Step("python", 0.0)
            yield Step("packages", 0.3, "Downloading tensorflow_cpu-2.21.0-cp312.whl (230.1 MB)")
            while not self.go_on.wait(0.02):
                yield Step("packages", 0.3, "Downloading tensorflow_cpu-2.21.0-cp312.whl (230.1 MB)")
            if self.error:
                raise self.error
            self.need = Need.NOTHING
            yield Step("ready", 1.0)
        finally:
            self.ended.append("closed")


@pytest.fixture
def slow():
    return Slow()


@pytest.fixture
def painter(paint, slow):
    return paint(scripted("dreams"), upkeep=Upkeep(look=slow.look, steps=slow.steps))


def words(painter):
    return painter.widget("set_up_words").text()


class Browser(QtCore.QObject):
    """What opens files for the desktop."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[Path] = []

    @QtCore.pyqtSlot(QtCore.QUrl)
    def open(self, address: QtCore.QUrl) -> None:
        self.opened.append(Path(address.toLocalFile()))


def test_the_manual_is_in_the_help_menu(paint):
    browser = Browser()
    QtGui.QDesktopServices.setUrlHandler("file", browser, "open")
    trigger(paint(scripted("good")), "care_manual")
    QtGui.QDesktopServices.unsetUrlHandler("file")
    assert [each.name for each in browser.opened] == ["Manual.html"] and browser.opened[0].is_file()


def trigger(painter, name):
    """Choose a menu's entry, as a click in the open menu does."""
    from krita_deepdream.qt import QAction

    found = painter.panel.findChildren(QAction, f"deepdream_{name}")
    assert len(found) == 1
    assert found[0].isEnabled()
    found[0].trigger()


def test_instead_of_a_dead_button_it_says_what_it_costs_and_where_it_goes(painter):
    assert not painter.widget("dream").isVisible()
    assert f"{set_up.DOWNLOAD_MB['cpu']} MB" in words(painter)
    assert str(runtime.data_folder()) in words(painter)
    assert f"{install_folder.NEEDED_MB['cpu'] / 1000:.1f} GB" in words(painter)
    assert painter.widget("set_up").text() == "Set Up"


def test_set_up_is_watched_and_then_a_dream_works_without_a_restart(painter, slow):
    painter.click("set_up")
    until(lambda: "Downloading tensorflow_cpu (230.1 MB)" in words(painter))
    assert painter.widget("set_up_progress").isVisible()
    assert painter.widget("set_up_progress").value() == 300
    assert painter.widget("set_up").text() == "Stop"
    slow.go_on.set()
    until(lambda: painter.widget("dream").isVisible())
    assert not painter.widget("set_up_box").isVisible()
    until(lambda: painter.status == "Ready.")
    painter.click("dream")
    until(lambda: painter.host.placed)


def test_stopped_it_ends_its_steps_and_goes_on_next_time(painter, slow):
    painter.click("set_up")
    until(lambda: painter.widget("set_up_progress").value() == 300)
    slow.need = Need.RESUME
    painter.click("set_up")
    until(lambda: painter.widget("set_up").text() == "Resume Setup")
    assert slow.ended == ["closed"]
    assert "will resume where it stopped" in words(painter)
    painter.click("set_up")
    until(lambda: painter.widget("set_up").text() == "Stop")
    slow.go_on.set()
    until(lambda: painter.widget("dream").isVisible())


@pytest.mark.parametrize(
    "code, values, plain",
    [
        ("setup.avx", {}, "doesn't support AVX"),
        ("setup.python_intel_mac", {"path": "/usr/bin/python3"}, "no longer supports"),
        ("setup.python_musl", {}, "musl"),
        ("setup.network", {"reason": "Connection refused."}, "could not be downloaded"),
    ],
)
def test_what_stands_in_the_way_is_said_and_it_can_be_tried_again(painter, slow, code, values, plain):
    slow.error = errors.DreamError(code, **values)
    slow.go_on.set()
    painter.click("set_up")
    until(lambda: plain in words(painter))
    assert painter.widget("set_up").text() == "Set Up"
    assert not painter.widget("dream").isVisible()
    slow.error = None
    painter.click("set_up")
    until(lambda: painter.widget("dream").isVisible())


def test_another_python_and_a_folder_of_wheels(painter, slow, tmp_path, monkeypatch):
    dialogs = QtWidgets.QFileDialog
    monkeypatch.setattr(dialogs, "getOpenFileName", lambda *_: ("/opt/python3.12", ""))
    monkeypatch.setattr(dialogs, "getExistingDirectory", lambda *_: str(tmp_path))
    trigger(painter, "set_up_python")
    assert "/opt/python3.12" in words(painter)
    trigger(painter, "set_up_wheels")
    assert "without downloading" in words(painter)
    painter.click("set_up")
    until(lambda: slow.chosen == [(Path("/opt/python3.12"), tmp_path, False)])


def test_another_folder(painter, tmp_path, monkeypatch):
    monkeypatch.delenv("KRITA_DEEPDREAM_HOME")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    chosen = tmp_path / "roomy disk"
    monkeypatch.setattr(QtWidgets.QFileDialog, "getExistingDirectory", lambda *_: str(chosen))
    trigger(painter, "set_up_folder")
    assert runtime.data_folder() == chosen
    assert str(chosen) in words(painter)


@pytest.mark.parametrize(
    "need, verb", [(Need.REPAIR, "Rebuild"), (Need.EXTEND, "Update Packages"), (Need.UPDATE, "Update Packages")]
)
def test_one_click_rebuilds_and_updates(painter, slow, need, verb):
    slow.need = need
    painter.upkeep.look_again()
    assert painter.widget("set_up").text() == verb
    assert painter.widget("dream").isVisible() == (need is Need.UPDATE)
    painter.click("set_up")
    slow.go_on.set()
    until(lambda: not painter.widget("set_up_box").isVisible())


def test_after_an_update_of_the_plugin_krita_must_be_restarted(painter, slow):
    slow.need = Need.RESTART
    painter.upkeep.look_again()
    assert "Restart Krita" in words(painter)
    assert not painter.widget("set_up").isVisible()


def test_diagnostics_come_to_the_clipboard(painter, monkeypatch):
    clipboard = QtWidgets.QApplication.clipboard()
    clipboard.setText("")
    trigger(painter, "care_diagnostics")
    until(lambda: "clipboard" in painter.widget("care_words").text())
    assert "Krita DeepDream" in clipboard.text()
    assert "✗ There is no environment" in clipboard.text()


def test_uninstalling_asks_first_and_leaves_no_folder(painter, slow, tmp_path, monkeypatch):
    monkeypatch.delenv("KRITA_DEEPDREAM_HOME")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    install_folder.claim()
    (runtime.data_folder() / "presets").mkdir()
    trigger(painter, "care_uninstall")
    box = painter.panel.window().findChild(QtWidgets.QMessageBox, "deepdream_uninstall")
    assert str(runtime.data_folder()) in box.informativeText()
    assert runtime.data_folder().exists()
    next(each for each in box.buttons() if each.objectName() == "deepdream_uninstall_agreed").click()
    until(lambda: "uninstalled" in words(painter))
    assert not runtime.data_folder().exists()
    assert not painter.widget("dream").isVisible()


def test_uninstalling_says_before_and_after_where_rescued_dreams_stay(painter, slow, tmp_path, monkeypatch):
    monkeypatch.delenv("KRITA_DEEPDREAM_HOME")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    install_folder.claim()
    dream = runtime.data_folder() / "rescued" / "out-dream.png"
    dream.parent.mkdir()
    dream.touch()
    trigger(painter, "care_uninstall")
    box = painter.panel.window().findChild(QtWidgets.QMessageBox, "deepdream_uninstall")
    assert f"those are kept in {dream.parent}." in box.informativeText()
    next(each for each in box.buttons() if each.objectName() == "deepdream_uninstall_agreed").click()
    until(lambda: "uninstalled" in words(painter))
    assert f"are kept in {dream.parent}." in words(painter) and dream.exists()


def test_what_is_needed_is_seen_on_the_disk(tmp_path, monkeypatch):
    loaded = needs.fingerprint()
    assert needs.need(loaded) is Need.MAKE
    environment = runtime.environment_folder()
    environment.mkdir()
    (environment / set_up.VARIANT_NAME).write_text("cpu")
    assert needs.need(loaded) is Need.RESUME
    (environment / runtime.STAMP_NAME).write_text('{"kind": "cpu", "packages": "", "base": "/gone"}')
    assert needs.need(loaded) is Need.REPAIR
    python = runtime.environment_python(environment)
    python.parent.mkdir()
    python.touch()
    assert needs.need(loaded) is Need.EXTEND
    for version, found in (("0.0.1", Need.UPDATE), ("", Need.NOTHING)):
        lines = [re.sub("==[^;]*", f"=={version}", line) if version else line for line in set_up.lock("cpu")]
        packages = "\\n".join(lines)
        (environment / runtime.STAMP_NAME).write_text(f'{{"kind": "cpu", "packages": "{packages}", "base": ""}}')
        assert needs.need(loaded) is found
    assert needs.need(loaded + 1) is Need.RESTART


def test_another_version_on_the_disk_is_noticed(tmp_path, monkeypatch):
    packing.copy(Path(__file__).parents[2], tmp_path)
    monkeypatch.setattr(needs, "PLUGIN", plugin_files.installed(tmp_path))
    before = needs.fingerprint()
    assert before == needs.fingerprint()
    (needs.PLUGIN / "deepdream_core" / "version.py").write_text('VERSION = "99"')
    assert needs.fingerprint() not in (before, 0)
    plugin_files.remove(tmp_path)
    assert needs.need(before) is Need.REMOVED


def test_rebuilding_asks_first_and_enter_leaves_everything_as_it_is(painter, slow):
    slow.need = Need.NOTHING
    painter.upkeep.look_again()
    for name in ("rebuild", "uninstall"):
        trigger(painter, f"care_{name}")
        box = painter.panel.window().findChild(QtWidgets.QMessageBox, f"deepdream_{name}")
        assert box.defaultButton() is box.button(QtWidgets.QMessageBox.StandardButton.Cancel)
        if name == "uninstall":
            box.reject()
            continue
        next(each for each in box.buttons() if each.objectName() == "deepdream_rebuild_agreed").click()
        until(lambda: slow.chosen == [(None, None, True)])
        slow.go_on.set()
        until(lambda: not painter.upkeep.task)


@pytest.mark.parametrize("name", ["rebuild", "uninstall"])
def test_the_worker_ends_before_its_environment_is_touched(painter, monkeypatch, name):
    done = []
    monkeypatch.setattr(painter.session, "close", lambda: done.append("closed"))
    monkeypatch.setattr(painter.upkeep, name, lambda: done.append(name))
    trigger(painter, f"care_{name}")
    box = painter.panel.window().findChild(QtWidgets.QMessageBox, f"deepdream_{name}")
    next(each for each in box.buttons() if each.objectName() == f"deepdream_{name}_agreed").click()
    assert done == ["closed", name]
    monkeypatch.undo()


def test_the_log_is_opened_or_its_folder_where_there_is_none_yet(painter, tmp_path, monkeypatch):
    opened = []
    monkeypatch.setattr(QtGui.QDesktopServices, "openUrl", lambda url: opened.append(url.toLocalFile()))
    trigger(painter, "care_log")
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "deepdream.log").touch()
    trigger(painter, "care_log")
    assert opened == [str(tmp_path / "logs"), str(tmp_path / "logs" / "deepdream.log")]


@pytest.mark.parametrize(
    "condition, said",
    [
        (Condition("", ("numpy", "tensorflow")), "numpy, tensorflow."),
        (Condition("", tuple("abcdefg")), "a, b, c, d …"),
        (Condition("its Python is gone"), "rebuilt"),
    ],
)
def test_when_the_worker_ends_what_is_broken_is_found_and_offered_to_be_mended(
    painter, slow, monkeypatch, condition, said
):
    slow.need = Need.NOTHING
    painter.upkeep.look_again()
    monkeypatch.setattr(set_up, "look", lambda: condition)
    painter.upkeep.look_closer(errors.DreamError("worker.ended", reason="exit code 1"))
    until(lambda: painter.widget("set_up_box").isVisible())
    assert painter.widget("set_up").text() == "Rebuild"
    assert said in words(painter)
    slow.go_on.set()
    painter.click("set_up")
    until(lambda: not painter.widget("set_up_box").isVisible())
    assert painter.upkeep.need is Need.NOTHING


def test_a_worker_that_ends_in_a_sound_environment_offers_nothing(painter, slow):
    slow.need = Need.NOTHING
    painter.upkeep.look_again()
    painter.upkeep.look_closer(None)
    until(lambda: not painter.upkeep.task)
    assert painter.upkeep.need is Need.NOTHING


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_diagnostics_that_fail_say_so(painter, monkeypatch):
    def fails():
        raise KeyError("kind")

    monkeypatch.setattr("krita_deepdream.setup.doctor.examine", fails)
    trigger(painter, "care_diagnostics")
    until(lambda: "KeyError" in painter.widget("care_words").text())
    assert not painter.upkeep.task

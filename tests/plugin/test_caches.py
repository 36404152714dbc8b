"""Help ▸ Caches…: shows what there is, keeps it below the limit that is chosen, and clears it."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from krita_deepdream.core import cache_settings, caches
from krita_deepdream.docker.caches_dialog import CachesDialog
from krita_deepdream.qt import QAction, QtWidgets

from .conftest import Painter, scripted, until


def atlas(home: Path, layer: str) -> Path:
    return home / "atlas" / f"vgg16_{layer}_0123456789ab"


def test_caches_are_shown_limited_and_cleared(paint: Callable[..., Painter], tmp_path: Path) -> None:
    for name, age in (("b1", 20), ("b2", 10)):
        folder = atlas(tmp_path, name)
        folder.mkdir(parents=True)
        (folder / "0.png").write_bytes(bytes(12_000_000))
        for path in (folder / "0.png", folder):
            os.utime(path, (1e9 - age, 1e9 - age))
    used = atlas(tmp_path, "b3")
    painter = paint(scripted("good"))
    with caches.using(used):
        (used / "0.png").write_bytes(bytes(5_000_000))
        painter.panel.findChild(QAction, "deepdream_care_caches").trigger()
        window = next(
            each for each in QtWidgets.QApplication.topLevelWidgets() if each.objectName() == "deepdream_caches"
        )
        words = window.findChild(QtWidgets.QLabel, "deepdream_caches_words")
        until(lambda: "Atlas pictures: 29 MB" in words.text())
        limit = window.findChild(QtWidgets.QDoubleSpinBox, "deepdream_cache_limit_number")
        assert limit.value() == 2 and limit.suffix() == " GB"
        for widget in (limit, *window.findChildren(QtWidgets.QPushButton)):
            assert widget.height() >= 24 and widget.width() >= 24 and widget.accessibleName()
        limit.setValue(0.02)
        until(lambda: "Atlas pictures: 17 MB" in words.text())
        assert not atlas(tmp_path, "b1").exists() and atlas(tmp_path, "b2").exists()
        assert cache_settings.read().cache_limit == 0.02
        window.resize(700, 500)
        window.findChild(QtWidgets.QPushButton, "deepdream_caches_clear").click()
        until(lambda: "Atlas pictures: 5 MB" in words.text())
        assert (window.width(), window.height()) == (700, 500), "somebody made it larger"
        assert used.exists() and not atlas(tmp_path, "b2").exists()
    window.findChild(QtWidgets.QPushButton, "deepdream_caches_close").click()
    until(lambda: not window.isVisible())


def test_a_limit_that_cant_be_kept_and_caches_that_cant_be_read_are_told(
    application: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_what: Any) -> None:
        raise PermissionError(13, "Permission denied", "/locked")

    window = CachesDialog()
    words = window.findChild(QtWidgets.QLabel, "deepdream_caches_words")
    until(lambda: not window._timer.isActive())
    assert "Atlas pictures" in words.text()
    with monkeypatch.context() as patched:
        patched.setattr(cache_settings, "write", refused)
        window.findChild(QtWidgets.QDoubleSpinBox, "deepdream_cache_limit_number").setValue(0.5)
        assert "/locked" in words.text() and not window._timer.isActive()
    window._clear_pressed()
    until(lambda: "Atlas pictures" in words.text())
    monkeypatch.setattr(caches, "fit", refused)
    window._clear_pressed()
    until(lambda: "/locked" in words.text())
    assert not window._timer.isActive()

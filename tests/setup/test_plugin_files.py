"""What lies in Krita is exactly what lies in the repository, by copy and by archive alike."""

from __future__ import annotations

import builtins
import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

from krita_deepdream import plugin_files

from .conftest import ROOT

IMPORTER = Path("/usr/share/krita/pykrita/plugin_importer/plugin_importer.py")


def test_a_copy_is_current_until_a_byte_differs(tmp_path):
    assert not plugin_files.is_current(ROOT, tmp_path)
    plugin_files.copy(ROOT, tmp_path)
    assert plugin_files.is_current(ROOT, tmp_path)
    plugin = plugin_files.installed(tmp_path)
    assert (plugin / "deepdream_core" / "worker.py").read_bytes() == (ROOT / "deepdream_core/worker.py").read_bytes()

    for spoil in (
        lambda: (plugin / "runtime.py").write_text("other"),
        lambda: (plugin / "deepdream_core" / "wire.py").unlink(),
        lambda: (plugin / "from_an_older_version.py").touch(),
        lambda: (tmp_path / "actions" / "krita_deepdream.action").unlink(),
    ):
        spoil()
        assert not plugin_files.is_current(ROOT, tmp_path)
        plugin_files.copy(ROOT, tmp_path)
        assert plugin_files.is_current(ROOT, tmp_path)


def test_a_copy_that_was_cut_off_is_replaced(tmp_path):
    plugin_files.copy(ROOT, tmp_path)
    plugin_files.installed(tmp_path).rename(tmp_path / "pykrita" / "krita_deepdream.old")
    (tmp_path / "pykrita" / "krita_deepdream.new").mkdir()
    plugin_files.copy(ROOT, tmp_path)
    assert plugin_files.is_current(ROOT, tmp_path)
    there = sorted(path.name for path in (tmp_path / "pykrita").iterdir())
    assert there == ["krita_deepdream", "krita_deepdream.desktop"]


def test_removing_leaves_nothing_but_other_plugins(tmp_path):
    plugin_files.copy(ROOT, tmp_path)
    (tmp_path / "pykrita" / "other.desktop").touch()
    (tmp_path / "pykrita" / "krita_deepdream.old").mkdir()
    assert plugin_files.remove(tmp_path)
    assert [path.name for path in tmp_path.rglob("*") if not path.is_dir()] == ["other.desktop"]
    assert [path.name for path in (tmp_path / "pykrita").iterdir()] == ["other.desktop"]
    assert not plugin_files.remove(tmp_path)


def test_the_installed_plugin_finds_the_core_inside_itself(tmp_path):
    plugin_files.copy(ROOT, tmp_path)
    check = (
        "import sys; sys.path.insert(0, sys.argv[1]); from krita_deepdream import core, launch; "
        "print(core.NESTED, core.wire.__name__, launch.core_parent())"
    )
    answer = subprocess.run(
        [sys.executable, "-I", "-c", check, tmp_path / "pykrita"], capture_output=True, text=True, check=True)
    plugin = plugin_files.installed(tmp_path)
    assert answer.stdout.split() == ["True", "krita_deepdream.deepdream_core.wire", str(plugin)]


def test_equal_sources_make_equal_archives(tmp_path):
    plugin_files.make_zip(ROOT, tmp_path / "one.zip")
    plugin_files.make_zip(ROOT, tmp_path / "two.zip")
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()


@pytest.mark.skipif(not IMPORTER.exists(), reason="Krita's own importer is not on this computer")
def test_kritas_own_importer_takes_the_archive(tmp_path, monkeypatch):
    monkeypatch.setattr(builtins, "i18n", lambda text: text, raising=False)
    spec = importlib.util.spec_from_file_location("plugin_importer", IMPORTER)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    plugin_files.make_zip(ROOT, tmp_path / "plugin.zip")
    resources = tmp_path / "krita"
    old = plugin_files.installed(resources) / "from_an_older_version.py"
    old.parent.mkdir(parents=True)
    old.touch()
    importer = module.PluginImporter(str(tmp_path / "plugin.zip"), str(resources), lambda plugin: True)
    assert [plugin["name"] for plugin in importer.import_all()] == ["krita_deepdream"]
    assert plugin_files.is_current(ROOT, resources)

"""What lies in Krita is exactly what lies in the repository, by copy and by archive alike."""

from __future__ import annotations

import builtins
import importlib.util
import re
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from krita_deepdream.choices.store import Store
from krita_deepdream.core import errors, owned, presets, version
from krita_deepdream.setup import krita_folders, needs, plugin_files, runtime, set_up
from tools import packing

from .conftest import ROOT

IMPORTER = Path("/usr/share/krita/pykrita/plugin_importer/plugin_importer.py")


def test_a_copy_is_current_until_a_byte_differs(tmp_path):
    assert not packing.is_current(ROOT, tmp_path)
    packing.copy(ROOT, tmp_path)
    assert packing.is_current(ROOT, tmp_path)
    plugin = plugin_files.installed(tmp_path)
    worker = Path("deepdream_core", "worker", "main.py")
    assert (plugin / worker).read_bytes() == (ROOT / worker).read_bytes()

    for spoil in (
        lambda: (plugin / "runtime.py").write_text("other"),
        lambda: (plugin / "deepdream_core" / "protocol" / "wire.py").unlink(),
        lambda: (plugin / "from_an_older_version.py").touch(),
        lambda: (tmp_path / "actions" / "krita_deepdream.action").unlink(),
    ):
        spoil()
        assert not packing.is_current(ROOT, tmp_path)
        packing.copy(ROOT, tmp_path)
        assert packing.is_current(ROOT, tmp_path)


def test_a_copy_that_was_cut_off_is_replaced(tmp_path):
    packing.copy(ROOT, tmp_path)
    plugin_files.installed(tmp_path).rename(tmp_path / "pykrita" / "krita_deepdream.old")
    owned.make(tmp_path / "pykrita" / "krita_deepdream.new")
    (tmp_path / "pykrita" / "krita_deepdream.new" / "__init__.py").touch()
    (tmp_path / "pykrita" / ".deepdream-0123abcd.old" / "setup").mkdir(parents=True)
    packing.copy(ROOT, tmp_path)
    assert packing.is_current(ROOT, tmp_path)
    there = sorted(path.name for path in (tmp_path / "pykrita").iterdir())
    assert there == ["krita_deepdream", "krita_deepdream.desktop"]


def test_removing_leaves_nothing_but_other_plugins(tmp_path):
    packing.copy(ROOT, tmp_path)
    (tmp_path / "pykrita" / "other.desktop").touch()
    (tmp_path / "pykrita" / "krita_deepdream.old").mkdir()
    assert plugin_files.remove(tmp_path)
    assert [path.name for path in tmp_path.rglob("*") if not path.is_dir()] == ["other.desktop"]
    assert [path.name for path in (tmp_path / "pykrita").iterdir()] == ["other.desktop"]
    assert not plugin_files.remove(tmp_path)


@pytest.mark.parametrize("name", ["krita_deepdream.old", "krita_deepdream.new", ".deepdream-of-mine.old"])
def test_a_persons_own_copy_beside_the_plugin_stays(tmp_path, name):
    packing.copy(ROOT, tmp_path)
    own = tmp_path / "pykrita" / name / "__init__.py"
    own.parent.mkdir()
    own.touch()
    assert own.parent not in plugin_files.leftovers(tmp_path / "pykrita")
    assert plugin_files.remove(tmp_path)
    assert own.exists()


@pytest.mark.parametrize("name", ["krita_deepdream", "krita_deepdream.new", "krita_deepdream.old"])
def test_what_has_our_name_and_is_not_ours_is_neither_replaced_nor_removed(tmp_path, name):
    letter = tmp_path / "pykrita" / name / "a letter.txt"
    letter.parent.mkdir(parents=True)
    letter.touch()
    plugin_files.remove(tmp_path)
    if name.endswith(".old"):
        packing.copy(ROOT, tmp_path)
    else:
        with pytest.raises(errors.DreamError, match="wasn't created by Krita DeepDream"):
            packing.copy(ROOT, tmp_path)
    assert letter.exists()


def test_a_plugin_that_is_a_link_to_somebodys_work_is_unlinked_and_the_work_stays(tmp_path):
    work = tmp_path / "work" / "krita_deepdream"
    shutil.copytree(ROOT / "krita_deepdream", work)
    link = plugin_files.installed(tmp_path)
    link.parent.mkdir()
    link.symlink_to(work)
    assert plugin_files.remove(tmp_path)
    assert not link.is_symlink() and (work / "plugin.py").exists()
    link.symlink_to(work)
    packing.copy(ROOT, tmp_path)
    assert not link.is_symlink() and packing.is_current(ROOT, tmp_path)
    assert (work / "plugin.py").exists()


def test_the_installed_plugin_finds_the_core_inside_itself(tmp_path):
    packing.copy(ROOT, tmp_path)
    check = (
        "import sys; sys.path.insert(0, sys.argv[1]); from krita_deepdream import core, launch; "
        "print(core.NESTED, core.wire.__name__, launch.core_parent())"
    )
    answer = subprocess.run(
        [sys.executable, "-I", "-c", check, tmp_path / "pykrita"], capture_output=True, text=True, check=True
    )
    plugin = plugin_files.installed(tmp_path)
    assert answer.stdout.split() == ["True", "krita_deepdream.deepdream_core.protocol.wire", str(plugin)]


def test_equal_sources_make_equal_archives(tmp_path):
    packing.make_zip(ROOT, tmp_path / "one.zip")
    packing.make_zip(ROOT, tmp_path / "two.zip")
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()


@pytest.fixture
def import_zip(tmp_path, monkeypatch):
    """What Krita's own importer makes of our archive: ``import_zip(resources)``."""
    if not IMPORTER.exists():
        pytest.skip("NOT TESTED: Krita's own importer is not on this computer")
    monkeypatch.setattr(builtins, "i18n", lambda text: text, raising=False)
    spec = importlib.util.spec_from_file_location("plugin_importer", IMPORTER)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    packing.make_zip(ROOT, tmp_path / "plugin.zip")

    def import_into(resources):
        importer = module.PluginImporter(str(tmp_path / "plugin.zip"), str(resources), lambda plugin: True)
        assert [plugin["name"] for plugin in importer.import_all()] == ["krita_deepdream"]

    return import_into


def test_kritas_own_importer_takes_the_archive(import_zip, tmp_path):
    resources = tmp_path / "krita"
    old = plugin_files.installed(resources) / "from_an_older_version.py"
    old.parent.mkdir(parents=True)
    old.touch()
    import_zip(resources)
    assert packing.is_current(ROOT, resources)


def test_an_update_over_an_older_version_keeps_settings_presets_and_environment(begun, tiny_lock, import_zip):
    list(set_up.make(None, "cpu", tiny_lock))
    resources = krita_folders.native_folder()
    packing.copy(ROOT, resources)
    older = plugin_files.installed(resources) / "deepdream_core" / "version.py"
    older.write_text('VERSION = "0.1"\n')
    store = Store(runtime.data_folder())
    chosen = presets.PRESETS["Eyes"].settings
    store.save_choice("Eyes", chosen, 70.0)
    store.save_preset(presets.Preset("My owls", "", chosen))
    kept = {path: path.read_bytes() for path in runtime.data_folder().rglob("*") if path.is_file()}
    import_zip(resources)
    assert older.read_bytes() == (ROOT / "deepdream_core" / "version.py").read_bytes()
    assert kept == {path: path.read_bytes() for path in runtime.data_folder().rglob("*") if path.is_file()}
    assert Store(runtime.data_folder()).load_choice() == ("Eyes", chosen, 70.0)
    assert [preset.name for preset in Store(runtime.data_folder()).load_presets()] == ["My owls"]
    assert needs.need(needs.fingerprint()) is needs.Need.NOTHING


def test_what_software_centres_read_says_what_krita_reads():
    file = ROOT / "org.kde.krita.deepdream.metainfo.xml"
    metainfo = ElementTree.parse(file)
    entry = (ROOT / "krita_deepdream" / "krita_deepdream.desktop").read_text(encoding="utf-8")
    assert [each.get("version") for each in metainfo.iter("release")][0] == version.VERSION
    assert metainfo.findtext("name") == re.search("^Name=(.*)", entry, re.MULTILINE)[1]
    assert f"{metainfo.findtext('summary')}." == re.search("^Comment=(.*)", entry, re.MULTILINE)[1]
    if shutil.which("appstreamcli") is None:
        pytest.skip("NOT TESTED: there is no appstreamcli on this computer")
    said = subprocess.run(["appstreamcli", "validate", "--no-net", file], capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stdout + said.stderr

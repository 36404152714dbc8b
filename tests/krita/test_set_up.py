"""From the zip alone, in real Krita: imported by Krita's importer, set up by the docker, dreamed, uninstalled."""

from __future__ import annotations

import builtins
import importlib.util
import os
from dataclasses import dataclass
from pathlib import Path

import pytest

from krita_deepdream.setup import krita_folders, set_up
from tools import packing

from . import harness
from .conftest import note_tried

pytestmark = [pytest.mark.krita, pytest.mark.timeout(harness.PATIENCE)]
IMPORTER = Path("/usr/share/krita/pykrita/plugin_importer/plugin_importer.py")
PYENV = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
# Of the time that the set-up takes, however busy the machine is: who waits for pip waits for most of it.
LONGEST_GAP = 0.2
SCENARIOS = ["interrupted", "gone_on_with", "uninstalled"]


@dataclass(frozen=True)
class Newcomer(harness.Profile):
    """Nothing says where DeepDream shall lie; what pip has fetched before is not fetched again."""

    @property
    def environment(self) -> dict[str, str]:
        """Variables that keep Krita, the plugin and its environment inside this profile."""
        variables = super().environment
        del variables["KRITA_DEEPDREAM_HOME"]
        cache = os.environ.get("PIP_CACHE_DIR", str(Path.home() / ".cache" / "pip"))
        return {**variables, "PIP_CACHE_DIR": cache, "PYENV_ROOT": str(PYENV)}

    @property
    def deepdream(self) -> Path:
        """Where it goes by itself."""
        return self.data / "krita-deepdream"

    def import_zip(self) -> None:
        """What Tools > Scripts > Import Python Plugin from File does, and the restart's tick."""
        builtins.i18n = lambda text: text  # type: ignore[attr-defined]  # Krita's importer has it in Krita
        spec = importlib.util.spec_from_file_location("plugin_importer", IMPORTER)
        assert spec and spec.loader
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        archive = self.folder / "krita-deepdream.zip"
        packing.make_zip(harness.ROOT, archive)
        importer = module.PluginImporter(str(archive), str(self.data / "krita"), lambda plugin: True)
        assert importer.import_all()
        settings = self.folder / "config" / "kritarc"
        settings.write_bytes(krita_folders.switched(settings.read_bytes(), on=True))


@pytest.fixture(scope="module")
def newcomer(screen, tmp_path_factory) -> Newcomer:
    if not IMPORTER.exists():
        pytest.skip("NOT TESTED: Krita's own importer is not on this computer")
    harness.ensure_cached_profile(screen, tmp_path_factory.mktemp("first"))
    profile = Newcomer.make(tmp_path_factory.mktemp("newcomer") / "profile")
    assert isinstance(profile, Newcomer)
    profile.import_zip()
    return profile


@pytest.fixture(scope="module")
def played(newcomer, screen, tmp_path_factory, request) -> harness.Played:
    seen = harness.play(newcomer, screen, tmp_path_factory.mktemp("set-up") / "report", "setting_up", SCENARIOS)
    note_tried(request.config, "setting_up", seen)
    return seen


def test_the_docker_offers_it_and_says_how_much_and_where(played, newcomer):
    seen = played["interrupted"]
    assert f"{set_up.DOWNLOAD_MB['cpu']} MB" in seen["offer"]
    assert "~/data/krita-deepdream" in seen["offer"]
    assert seen["button"] == "Set Up"
    assert not seen["dead_button"]


def test_it_can_be_stopped_and_goes_on_where_it_stopped(played):
    seen = played["interrupted"]
    assert "will resume where it stopped" in seen["stopped"]
    assert seen["children"] == 0, "pip still runs"


def test_set_up_by_its_button_a_dream_becomes_a_layer_without_a_restart(played):
    seen = played["gone_on_with"]
    assert seen["above"] == 1
    assert seen["name"] == "Animals"
    assert seen["bounds"] == [60, 40, 160, 140]
    assert not seen["box"]


def test_krita_is_never_held_up_by_it(played):
    seen = played["gone_on_with"]
    assert seen["longest_gap"] < LONGEST_GAP * seen["took"]


def test_uninstalling_leaves_nothing(played, newcomer):
    seen = played["uninstalled"]
    assert not seen["dead_button"]
    assert seen["workers"] == 0
    assert played.exit_code == 0
    assert not newcomer.deepdream.exists()
    left = [path for path in newcomer.data.rglob("*deepdream*") if "deepdream_driver" not in str(path)]
    assert left == []

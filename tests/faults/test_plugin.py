"""Every file operation of the plugin fails once: what a painter chose, own presets, set-up, update, uninstalling."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from krita_deepdream.core import errors, owned
from krita_deepdream.setup import install_folder, krita_folders, plugin_files, runtime, setup_lock
from tests.faults.loops import Job

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
store_module = pytest.importorskip("krita_deepdream.choices.store", exc_type=ImportError)
from deepdream_core.settings.dream_settings import DreamSettings  # noqa: E402
from deepdream_core.settings.presets import Preset  # noqa: E402
from deepdream_core.settings.style_settings import StyleSettings  # noqa: E402
from tools import packing  # noqa: E402

OLD, NEW = DreamSettings(seed=3), DreamSettings(seed=4)
MINE = Preset("Hot!", "", OLD)


def in_words(action):
    """As the set-up's callers do with what the system refuses."""
    try:
        return action()
    except OSError as error:
        raise install_folder.files_error(error) from error


def drained(generator):
    while True:
        try:
            next(generator)
        except StopIteration as end:
            return end.value


STORED = {
    "what is chosen": (
        lambda store, new: store.save_choice("Hot!", NEW if new else OLD, 50.0),
        lambda store: store.load_choice()[1].seed,
    ),
    "habits": (
        lambda store, new: store.save_habits({"seed": 4 if new else 3}),
        lambda store: store.load_habits()["seed"],
    ),
    "the style": (
        lambda store, new: store.save_style(StyleSettings(seed=4 if new else 3), {"a": 1.0}, {}, {"a": "sky"}),
        lambda store: store.load_style()[0].seed,
    ),
    "a preset": (
        lambda store, new: store.save_preset(replace(MINE, settings=NEW) if new else MINE),
        lambda store: next(each for each in store.load_presets() if each.name == "Hot!").settings.seed,
    ),
}


@pytest.mark.parametrize("name", STORED)
def test_what_the_docker_remembers(loop, name):
    save, load = STORED[name]

    def prepare(folder):
        store = store_module.Store(folder / "home")
        save(store, False)
        if name == "a preset":
            store.save_preset(Preset("Hot?", "", OLD))

    def run(folder):
        store = store_module.Store(folder / "home")
        store.load_presets()
        save(store, True)

    def check(folder, new):
        store = store_module.Store(folder / "home")
        assert load(store) in ((4,) if new else (3, 4))
        assert not store.left_out
        if name == "a preset":
            again = store_module.Store(folder / "home").load_presets()
            assert {each.name for each in again} >= {"Hot!", "Hot?"}

    # A preset that can't be read is left out, told, and stays as it is.
    loop.break_everywhere(Job(prepare, run, check, quiet=("open",)))


def test_deleting_a_preset(loop):
    def prepare(folder):
        store_module.Store(folder / "home").save_preset(MINE)

    def run(folder):
        store = store_module.Store(folder / "home")
        store.load_presets()
        store.delete_preset("Hot!")

    def check(folder, new):
        found = store_module.Store(folder / "home").load_presets()
        assert not found or not new

    loop.break_everywhere(Job(prepare, run, check, quiet=("open",)))


def test_exporting_a_preset_over_another(loop):
    def prepare(folder):
        store_module.write_preset(folder / "hot.json", MINE)

    def run(folder):
        store_module.write_preset(folder / "hot.json", replace(MINE, settings=NEW))

    def check(folder, new):
        assert store_module.read_preset(folder / "hot.json").settings.seed in ((4,) if new else (3, 4))

    loop.break_everywhere(Job(prepare, run, check))


@pytest.fixture
def small_plugin(monkeypatch):
    """A plugin of three files: the whole one has hundreds, each like the other."""
    content = {"new": b"new", "old": b"old"}
    state = {"version": "new"}

    def table(_source):
        data = content[state["version"]]
        names = ("pykrita/krita_deepdream.desktop", "actions/krita_deepdream.action")
        inside = ("__init__.py", "plugin.py", "deepdream_core/errors.py")
        return {**dict.fromkeys(names, data), **{f"pykrita/krita_deepdream/{name}": data for name in inside}}

    monkeypatch.setattr(packing, "table", table)
    return state


def test_updating_the_plugin(loop, small_plugin):
    """The folder that Krita loads is the old one or the new one, never a mixture; or nothing, until the next try."""

    def prepare(folder):
        small_plugin["version"] = "old"
        packing.copy(folder, folder / "krita")
        small_plugin["version"] = "new"

    def check(folder, new):
        plugin = plugin_files.installed(folder / "krita")
        found = {path.read_bytes() for path in plugin.rglob("*") if path.is_file()}
        assert found in (({b"new"},) if new else ({b"new"}, {b"old"}, set()))
        if not plugin.exists():
            # Between two renames: what was there is put away beside it, whole.
            assert list(plugin.parent.glob(".deepdream-*.old"))

    loop.break_everywhere(Job(prepare, lambda folder: in_words(lambda: packing.copy(folder, folder / "krita")), check))


def test_uninstalling_the_plugin(loop, small_plugin):
    def prepare(folder):
        packing.copy(folder, folder / "krita")

    def check(folder, new):
        gone = not plugin_files.installed(folder / "krita").exists()
        assert gone or not new

    loop.break_everywhere(Job(prepare, lambda folder: in_words(lambda: plugin_files.remove(folder / "krita")), check))


def test_switching_the_plugin_on_in_kritas_own_settings(loop, monkeypatch):
    """The file is Krita's: it is never half."""
    kritarc = b"[theme]\nTheme=dark\n[python]\nenable_other=true\n"

    def prepare(folder):
        monkeypatch.setattr(krita_folders, "configuration_file", lambda: folder / "kritarc")
        (folder / "kritarc").write_bytes(kritarc)

    def check(folder, new):
        found = (folder / "kritarc").read_bytes()
        switched = krita_folders.switched(kritarc, True)
        assert found in ((switched,) if new else (switched, kritarc))

    loop.break_everywhere(Job(prepare, lambda _folder: in_words(lambda: krita_folders.switch(True)), check))


def test_choosing_the_folder(loop, monkeypatch):
    """``folder.txt`` names the old one or the new one, and a folder with things of others is never taken."""

    def prepare(folder):
        monkeypatch.setenv("XDG_DATA_HOME", str(folder / "share"))
        monkeypatch.delenv("KRITA_DEEPDREAM_HOME", raising=False)
        install_folder.choose(folder / "first")
        (folder / "second").mkdir()
        (folder / "second" / "painting.kra").write_bytes(b"mine")

    def run(folder):
        in_words(lambda: install_folder.choose(folder / "second"))

    def check(folder, new):
        second = folder / "second" / "krita-deepdream"
        assert runtime.data_folder() in ((second,) if new else (second, folder / "first"))
        assert (folder / "second" / "painting.kra").read_bytes() == b"mine"

    loop.break_everywhere(Job(prepare, run, check, quiet=("open",)))


def test_claiming_and_deleting_the_data_folder(loop):
    def prepare(folder):
        (folder / "home").mkdir()

    def run(folder):
        def work():
            held = drained(setup_lock.take())
            try:
                (runtime.data_folder() / "env").mkdir(exist_ok=True)
                (runtime.data_folder() / "env" / "pip").write_bytes(b"pip")
            finally:
                held.release()
            owned.delete(runtime.data_folder())

        if not owned.is_ours(runtime.data_folder()) and not runtime.data_folder().exists():
            return
        in_words(work)

    def check(folder, new):
        assert not new or not (folder / "home").exists()

    loop.break_everywhere(Job(prepare, run, check, quiet=("open", "chmod")))


def test_a_wire_that_breaks_at_each_byte_ends_in_a_sentence():
    """Read to the end of what came; the rest of a frame never comes."""
    import io

    from krita_deepdream.core import wire

    picture = wire.Picture(2, 1, "U8", b"12345678")
    frame = b"".join(map(bytes, wire.frames(wire.Dream(1, {"steps": 1}, picture, b"\1\0"))))
    for count in range(len(frame)):
        stream = io.BytesIO(frame[:count])
        if count == 0:
            assert wire.read(stream) is None
            continue
        with pytest.raises(errors.DreamError) as told:
            wire.read(stream)
        assert told.value.code in ("wire.header", "wire.closed")
        decoder = wire.Decoder()
        assert not list(decoder.feed(frame[:count]))
        assert len(list(decoder.feed(frame[count:]))) == 1


@pytest.mark.parametrize("code", ["EPIPE", "EIO", "ENOSPC"])
def test_a_worker_whose_words_reach_nobody_ends(monkeypatch, code):
    """At each write and flush of an answer: there is nobody left to tell."""
    import errno
    import os as system

    from deepdream_core.worker.replies import Replies
    from krita_deepdream.core import wire

    class Ended(BaseException):
        """The process has ended."""

    def end(number):
        raise Ended(number)

    monkeypatch.setattr(system, "_exit", end)
    pieces = wire.frames(wire.Packed(1, b"png"))
    for point in range(len(pieces) + 1):
        calls = []

        class Stream:
            def write(self, piece):
                self.met(piece)

            def flush(self):
                self.met(b"")

            def met(self, piece, calls=calls, point=point):
                calls.append(piece)
                if len(calls) == point + 1:
                    raise OSError(getattr(errno, code), "gone")

        with pytest.raises(Ended):
            Replies(Stream()).send(wire.Packed(1, b"png"))


def test_what_isnt_ours_is_never_deleted(tmp_path):
    (tmp_path / "painting.kra").write_bytes(b"mine")
    for action in (owned.empty, owned.delete, owned.make):
        with pytest.raises(errors.DreamError):
            action(Path(tmp_path))
    assert (tmp_path / "painting.kra").read_bytes() == b"mine"

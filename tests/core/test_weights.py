"""Weights part by part: why a download failed, files that look like weights, where they lie, whose word counts."""

from __future__ import annotations

import importlib.metadata
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import h5py
import numpy as np
import pytest
import requests

from deepdream_core.catalogue import network
from deepdream_core.catalogue.info import Source
from deepdream_core.errors import DreamError
from deepdream_core.networks import fetch
from deepdream_core.weights import download, hdf5_walk, keras_h5, store

INFO = network("vgg16")


@pytest.mark.parametrize(
    ("error", "code", "reason"),
    [
        (requests.exceptions.SSLError("self-signed"), "fetch.certificates", "its certificate can't be verified"),
        (requests.exceptions.InvalidSchema("SOCKS"), "fetch.socks", "SOCKS"),
        (requests.exceptions.ReadTimeout("x"), "fetch.network", "the connection timed out"),
        (requests.exceptions.ConnectTimeout("x"), "fetch.network", "the connection timed out"),
        (requests.exceptions.ChunkedEncodingError("x"), "fetch.network", "the connection was lost"),
        (requests.exceptions.ConnectionError("x"), "fetch.network", "there is no connection"),
        (requests.exceptions.InvalidURL("no host in it"), "fetch.network", "no host in it"),
        (OSError("invalid path: /nowhere/ca.pem"), "fetch.certificates", "/nowhere/ca.pem"),
        (OSError(28, "No space left on device"), "fetch.disk", "No space left"),
    ],
)
def test_why_a_download_failed_is_told(tmp_path, monkeypatch, error, code, reason):
    def fails(*_what, **_more):
        raise error

    monkeypatch.setattr(requests, "get", fails)
    with pytest.raises(DreamError) as told:
        download.download("https://weights.invalid/x", tmp_path / "part", print, 9)
    assert told.value.code == code and reason in told.value.sentence


# HDF5, which may lead anywhere and claim anything


@pytest.fixture
def walked(tmp_path):
    """Makes an HDF5 file and walks through it."""

    def walk(make) -> None:
        with h5py.File(tmp_path / "x.h5", "w") as file:
            make(file)
        hdf5_walk.walk(str(tmp_path / "x.h5"))

    return walk


def test_groups_numbers_and_attributes_are_walked_through_once(walked):
    def make(file):
        file["a/b"] = np.arange(3)
        file["a/b"].attrs["name"] = "kernel"
        file.attrs["nothing"] = h5py.Empty("f4")
        file["a/again"] = file["a"]
        file["type"] = np.dtype("f4")

    walked(make)


def _claims(file):
    file.create_dataset("x", (1 << 40,), "u1", chunks=(1 << 10,))


def _virtual(file):
    layout = h5py.VirtualLayout((3,), "f4")
    layout[:] = h5py.VirtualSource("other.h5", "x", (3,))
    file.create_virtual_dataset("x", layout)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (_claims, "longer than it is"),
        (_virtual, "another file"),
        (lambda file: file.create_dataset("x", (3,), "f4", external=[("/etc/passwd", 0, 12)]), "another file"),
        (lambda file: file.__setitem__("x", h5py.SoftLink("/y")), "another place"),
        (lambda file: file.__setitem__("x", h5py.ExternalLink("other.h5", "/")), "another place"),
    ],
)
def test_what_leads_elsewhere_or_claims_too_much_isnt_read(walked, make, words):
    with pytest.raises(ValueError, match=words):
        walked(make)


def test_an_attribute_is_no_longer_than_its_file(tmp_path):
    with h5py.File(tmp_path / "x.h5", "w") as file:
        file.attrs["name"], file.attrs["nothing"] = np.arange(8, dtype="u1"), h5py.Empty("f4")
        hdf5_walk._read_attributes(file, 8)
        with pytest.raises(ValueError, match="longer than it is"):
            hdf5_walk._read_attributes(file, 7)


def test_a_file_that_nobody_vouches_for_is_read_apart(tmp_path):
    file = tmp_path / "x.h5"
    file.write_bytes(b"no weights")
    with pytest.raises(DreamError) as told:
        keras_h5.look_through(file)
    assert told.value.code == "weights.unreadable" and "signature" in told.value.sentence
    with h5py.File(file, "w") as made:
        made["x"] = np.arange(3)
    keras_h5.look_through(file)


def _process(code: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", code])


@pytest.mark.parametrize(
    ("module", "name"), [(keras_h5, "_MOST_WAIT_SECONDS"), (hdf5_walk, "MOST_BYTES")], ids=["time", "memory"]
)
def test_a_reader_that_takes_too_much_is_ended(monkeypatch, module, name):
    with _process("import time; time.sleep(0.3)") as patient:
        assert keras_h5._ended(patient) == 0, "it may take a while"
    monkeypatch.setattr(module, name, 0)
    with _process("import time; time.sleep(20)") as process:
        assert keras_h5._ended(process) != 0


def test_a_process_that_is_gone_takes_no_memory():
    with _process("") as process:
        process.wait()
    assert keras_h5._memory(process.pid) == 0


def test_a_reader_that_ends_without_a_word_is_told_all_the_same(tmp_path, monkeypatch):
    (tmp_path / "walk.py").write_text("import os; os._exit(3)")
    monkeypatch.setattr(hdf5_walk, "__file__", str(tmp_path / "walk.py"))
    with pytest.raises(DreamError, match="within reasonable time and memory"):
        keras_h5.look_through(tmp_path / "x.h5")


def test_names_are_read_as_bytes_and_as_text(tmp_path):
    for names in ([b"conv"], ["conv"]):
        with h5py.File(tmp_path / "x.h5", "w") as file:
            file.attrs["layer_names"] = names
            file.create_group("conv").attrs["weight_names"] = names
            file["conv/conv"] = np.ones(3, "f4")
        assert [each.tolist() for each in keras_h5.read_keras(tmp_path / "x.h5")["conv"]] == [[1, 1, 1]]


# Where they lie


def test_weights_of_a_package_are_its_file_of_that_name_if_it_is_there(tmp_path, monkeypatch):
    for name in ("other.pth", "w.pth"):
        (tmp_path / name).touch()
    listed = [
        SimpleNamespace(locate=lambda name=name: tmp_path / name) for name in ("other.pth", "gone/w.pth", "w.pth")
    ]
    monkeypatch.setattr(importlib.metadata, "files", lambda _package: listed)
    info = replace(INFO, source=replace(INFO.source, package="some", file="w.pth"))
    assert store._in_package(info) == tmp_path / "w.pth"
    assert store._in_package(replace(info, source=replace(info.source, file="none.pth"))) is None
    monkeypatch.setattr(importlib.metadata, "files", lambda _package: pytest.fail("there is no package"))
    assert store._in_package(replace(info, source=replace(info.source, package=""))) is None


def test_a_checksum_is_compared_by_the_best_kind_that_is_known():
    digests = store.Digests("a" * 64, "b" * 32)
    for sha256, md5, right in (
        ("a" * 64, "", True),
        ("a" * 64, "c" * 32, True),
        ("c" * 64, "b" * 32, False),
        ("", "b" * 32, True),
        ("", "c" * 32, False),
    ):
        source = replace(INFO.source, sha256=sha256, md5=md5)
        assert store.matches(replace(INFO, source=source), digests) is right
        assert source.checksum_name == ("SHA-256" if sha256 else "MD5")
        told = str(store.wrong_checksum(replace(INFO, source=source), Path("x"), digests, "advice"))
        assert (("a" if sha256 else "b") * 32 in told) and (sha256 or md5) in told
    assert Source.checksum_name.fget(replace(INFO.source, sha256="", md5="")) not in ("SHA-256", "MD5")


@pytest.fixture
def shelf(tmp_path, monkeypatch):
    """A data folder of our own, in which any numbers are weights."""
    monkeypatch.setenv("KRITA_DEEPDREAM_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(fetch, "look_through", lambda _path: None)
    monkeypatch.setattr(fetch, "build_from", lambda _info, _weights: None)
    return tmp_path


def test_a_word_counts_for_the_file_it_was_given_for_and_no_other(shelf):
    for content in (b"first", b"second"):
        (shelf / "mine.h5").write_bytes(content)
        added = fetch.add(INFO, shelf / "mine.h5", trust=True)
        assert store.trusted_sha256s(INFO) == [added.sha256] and store.verified(INFO).user_supplied
    digests = store.digests_of(shelf / "mine.h5")
    publishers = replace(INFO, source=replace(INFO.source, sha256=digests.sha256, md5=""))
    assert not fetch.add(publishers, shelf / "mine.h5", trust=True).user_supplied
    assert store.trusted_sha256s(INFO) == [], "the publisher's needs nobody's word"


def test_until_new_weights_have_the_name_the_old_ones_are_trusted(shelf, monkeypatch):
    (shelf / "mine.h5").write_bytes(b"first")
    first = fetch.add(INFO, shelf / "mine.h5", trust=True)
    (shelf / "mine.h5").write_bytes(b"second")

    def cut_off(_self, _target):
        assert len(store.trusted_sha256s(INFO)) == 2
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", cut_off)
    with pytest.raises(KeyboardInterrupt):
        fetch.add(INFO, shelf / "mine.h5", trust=True)
    assert store.verified(INFO) == first
    assert not fetch._waiting(store.own_path(INFO)).exists()


def test_what_cant_be_deleted_now_is_left_to_the_next_try(tmp_path):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter").touch()
    fetch._delete(tmp_path / "full")
    fetch._delete_empty(tmp_path / "full")
    assert (tmp_path / "full" / "letter").exists()

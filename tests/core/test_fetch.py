"""Weights are fetched from a server that misbehaves in every usual way, added by hand, and removed."""

from __future__ import annotations

import hashlib
import io
import re
import shutil
import socket
import threading
import zipfile
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import h5py
import numpy as np
import pytest

from deepdream_core import networks
from deepdream_core.catalogue import NETWORKS, network
from deepdream_core.cli import main
from deepdream_core.commands.progress_bar import ProgressBar
from deepdream_core.errors import DreamError
from deepdream_core.networks.fetch import add, fetch, remove
from deepdream_core.weights import download
from deepdream_core.weights import store as weights_store

CONTENT = np.random.default_rng(0).bytes(3_000_000)


@dataclass
class Shelf:
    """What the server gives out and how. ``ranges``, ``passwords``: the headers that it was asked with."""

    content: bytes = CONTENT
    breaks_after: int | None = None
    knows_ranges: bool = True
    status: int = 200
    elsewhere: str = ""
    ranges: list[str | None] = field(default_factory=list)
    passwords: list[str | None] = field(default_factory=list)


class _Handler(BaseHTTPRequestHandler):
    shelf: Shelf

    def do_GET(self):
        shelf = self.shelf
        asked = self.headers["Range"]
        shelf.ranges.append(asked)
        shelf.passwords.append(self.headers["Authorization"])
        start = int(re.fullmatch(r"bytes=(\d+)-", asked)[1]) if asked and shelf.knows_ranges else 0
        if shelf.status == 200 and start >= len(shelf.content):
            self.send_error(416)
            return
        if shelf.elsewhere:
            self.send_response(302)
            self.send_header("Location", shelf.elsewhere)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        if shelf.status != 200:
            self.send_error(shelf.status)
            return
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(shelf.content) - start))
        self.end_headers()
        self.wfile.write(shelf.content[start : shelf.breaks_after])

    def log_message(self, *arguments):
        """Silence."""


@pytest.fixture
def shelf():
    return Shelf()


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("KRITA_DEEPDREAM_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def info(shelf, home, monkeypatch):
    """VGG16's entry, but its weights lie on the local server, which has no certificate, and are ``CONTENT``."""
    monkeypatch.setattr(download, "SCHEME", "http")
    handler = type("Handler", (_Handler,), {"shelf": shelf})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    address = f"http://127.0.0.1:{server.server_port}/weights.h5"
    source = replace(network("vgg16").source, address=address, bytes=len(CONTENT), md5=hashlib.md5(CONTENT).hexdigest())
    yield replace(network("vgg16"), source=source)
    server.shutdown()
    server.server_close()
    thread.join()


def ignore(done, total):
    """A progress that nobody looks at."""


def failure(code, action, *arguments):
    with pytest.raises(DreamError) as caught:
        action(*arguments)
    assert caught.value.code == code
    return caught.value


def part_of(info):
    path = weights_store.own_path(info)
    return path.with_name(path.name + ".part")


def test_a_download_is_verified_and_reported(info):
    told = []
    found = fetch(info, lambda done, total: told.append((done, total)))
    assert found.path.read_bytes() == CONTENT
    assert (found.sha256, found.user_supplied) == (hashlib.sha256(CONTENT).hexdigest(), False)
    assert weights_store.verified(info) == found
    assert told == sorted(told)
    assert told[-1] == (len(CONTENT), len(CONTENT))
    assert not part_of(info).exists()


def test_what_is_here_is_not_fetched_again_unless_it_is_spoilt(info, shelf):
    path = fetch(info, ignore).path
    fetch(info, ignore)
    assert len(shelf.ranges) == 1
    path.write_bytes(CONTENT[:-1] + b"x")
    assert failure("weights.checksum", weights_store.verified, info).advice.endswith("networks fetch vgg16")
    assert fetch(info, ignore).path.read_bytes() == CONTENT


def test_a_broken_download_goes_on_where_it_stopped(info, shelf):
    shelf.breaks_after = 2_000_000
    failure("fetch.network", fetch, info, ignore)
    held = part_of(info).stat().st_size
    assert 1_000_000 < held <= 2_000_000
    assert not weights_store.present(info)
    shelf.breaks_after = None
    told = []
    assert fetch(info, lambda done, total: told.append((done, total))).path.read_bytes() == CONTENT
    assert shelf.ranges == [None, f"bytes={held}-"]
    assert told[0][0] > held
    assert told[-1] == (len(CONTENT), len(CONTENT))


def test_a_server_that_cannot_resume_is_asked_for_all(info, shelf):
    shelf.breaks_after = 2_000_000
    failure("fetch.network", fetch, info, ignore)
    shelf.breaks_after, shelf.knows_ranges = None, False
    assert fetch(info, ignore).path.read_bytes() == CONTENT


def test_a_part_that_is_complete_is_only_verified(info):
    part_of(info).parent.mkdir(parents=True)
    part_of(info).write_bytes(CONTENT)
    assert fetch(info, ignore).path.read_bytes() == CONTENT


@pytest.mark.parametrize("content", [CONTENT[:-1], CONTENT[:-1] + b"x", b"<html>Log in first</html>"])
def test_another_file_is_thrown_away(info, shelf, content):
    shelf.content = content
    error = failure("weights.checksum", fetch, info, ignore)
    assert hashlib.md5(content).hexdigest() in error.sentence
    assert info.source.md5 in error.sentence
    assert not weights_store.present(info)
    assert not part_of(info).exists()
    shelf.content = CONTENT
    assert fetch(info, ignore).path.read_bytes() == CONTENT


@pytest.mark.parametrize("status", [404, 503])
def test_an_answer_without_the_file_is_told(info, shelf, status):
    shelf.status = status
    assert str(status) in failure("fetch.answer", fetch, info, ignore).sentence
    assert not weights_store.present(info)


def test_nothing_is_fetched_but_by_https(info, shelf, tmp_path, monkeypatch):
    monkeypatch.undo()
    assert download.SCHEME == "https://"
    part = tmp_path / "weights.h5"
    with pytest.raises(DreamError, match="only HTTPS"):
        download.download(info.source.address, part, ignore, len(CONTENT))
    assert shelf.ranges == [] and not part.exists()
    addresses = [each.source.address for each in NETWORKS.values() if each.source.address]
    assert addresses and all(address.startswith("https://") for address in addresses)


def test_no_redirect_is_followed(info, shelf):
    shelf.elsewhere = f"{info.source.address}?elsewhere"
    assert "302" in failure("fetch.answer", fetch, info, ignore).sentence
    assert len(shelf.ranges) == 1
    assert not part_of(info).exists()


def test_no_password_of_a_netrc_is_sent(info, shelf, tmp_path, monkeypatch):
    (tmp_path / "netrc").write_text("default login anna password secret\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    fetch(info, ignore)
    assert shelf.passwords == [None]


def test_an_answer_without_end_is_cut_off(info, shelf):
    shelf.content = CONTENT + bytes(8_000_000)
    told = []
    failure("weights.checksum", fetch, info, lambda done, total: told.append(done))
    assert told[-1] < len(CONTENT) + (2 << 20)


def test_no_server_is_told(info):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{taken.getsockname()[1]}/"
        nowhere = replace(info, source=replace(info.source, address=address))
        assert "no connection" in failure("fetch.network", fetch, nowhere, ignore).sentence


@pytest.mark.parametrize(
    ("variables", "code", "said"),
    [
        ({"REQUESTS_CA_BUNDLE": "/nowhere/ca.pem"}, "fetch.certificates", "/nowhere/ca.pem"),
        ({"ALL_PROXY": "socks5://127.0.0.1:9"}, "fetch.socks", "SOCKS"),
    ],
)
def test_what_stands_between_here_and_the_server_gets_its_own_advice(info, monkeypatch, variables, code, said):
    for name in ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    elsewhere = replace(info, source=replace(info.source, address="https://weights.invalid/x"))
    error = failure(code, fetch, elsewhere, ignore)
    assert said in error.sentence and "Free up some space" not in error.advice


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full to stand for a full disk")
def test_a_full_disk_is_told_and_leaves_nothing_visible(info):
    part_of(info).parent.mkdir(parents=True)
    part_of(info).symlink_to("/dev/full")
    assert "No space left" in failure("fetch.disk", fetch, info, ignore).sentence
    assert not weights_store.present(info)


def test_a_full_disk_does_not_promise_what_adding_can_not_do(info, tmp_path, monkeypatch):
    def full(*_paths):
        raise OSError(28, "No space left on device")

    mine = tmp_path / "mine.h5"
    mine.write_bytes(CONTENT)
    monkeypatch.setattr(shutil, "copyfile", full)
    error = failure("weights.disk", add, info, mine, False)
    assert "No space left" in error.sentence and "resumes" not in error.advice


def test_a_zip_is_verified_and_gives_its_file(info, shelf):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("LICENSE", "Apache-2.0")
        archive.writestr("models/graph.pb", b"another")
        archive.writestr("graph.pb", CONTENT)
    shelf.content = packed.getvalue()
    source = replace(info.source, file="graph.pb", archive_sha256=hashlib.sha256(shelf.content).hexdigest())
    zipped = replace(info, source=source)
    found = fetch(zipped, ignore)
    assert found.path.name == "graph.pb"
    assert found.path.read_bytes() == CONTENT
    assert [file.name for file in found.path.parent.iterdir()] == ["graph.pb"]


def test_nothing_without_a_checksum_is_fetched(info, shelf):
    unknown = replace(info, source=replace(info.source, md5=""))
    assert "--trust" in failure("fetch.by_hand", fetch, unknown, ignore).advice
    assert shelf.ranges == []


def test_no_connection_is_made_unless_asked_for(home, monkeypatch):
    def refuse(*arguments):
        raise AssertionError("a connection was tried")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    missing = [info for info in NETWORKS.values() if not weights_store.present(info)]
    assert {info.name for info in missing} >= {"inception_v3", "inception5h", "vgg19", "mobilenet_v2"}
    for info in missing:
        error = failure("network.missing", networks.build, info.name)
        assert "networks fetch" in error.advice or "networks add" in error.advice


def test_the_publishers_file_is_added_by_its_checksum(info, tmp_path):
    mine = tmp_path / "mine.h5"
    mine.write_bytes(CONTENT)
    found = add(info, mine, trust=False)
    assert found.path == weights_store.own_path(info)
    assert weights_store.verified(info) == found
    assert not found.user_supplied


def test_any_other_file_needs_trust_and_the_right_layout(engine, info, tmp_path):
    fetch(info, ignore)
    mine = tmp_path / "mine.h5"
    mine.write_bytes(b"no weights at all")
    assert "--trust" in failure("weights.checksum", add, info, mine, False).advice
    failure("weights.unreadable", add, info, mine, True)
    with h5py.File(mine, "w") as file:
        file.attrs["layer_names"] = [b"another"]
    failure("network.layout", add, info, mine, True)
    with h5py.File(mine, "w") as file:
        file["elsewhere"] = h5py.ExternalLink(str(tmp_path / "private.h5"), "/")
    assert "another place" in failure("weights.unreadable", add, info, mine, True).sentence
    assert weights_store.verified(info).path.read_bytes() == CONTENT
    failure("weights.unreadable", add, info, tmp_path / "absent.h5", True)


def test_removing_frees_what_was_fetched_also_half_of_it(info, shelf):
    fetch(info, ignore)
    part_of(info).write_bytes(b"half")
    assert remove(info) == len(CONTENT) + 4
    assert not weights_store.own_path(info).parent.exists()
    assert remove(info) == 0


def test_removing_and_adding_leave_strangers_files(info, shelf, tmp_path):
    folder = weights_store.own_path(info).parent
    letters = [folder / "letter.txt", folder / "new" / "letter.txt"]
    for letter in letters:
        letter.parent.mkdir(parents=True, exist_ok=True)
        letter.touch()
    fetch(info, ignore)
    (folder / weights_store.TRUST_FILE).touch()
    (folder / f".deepdream-0123abcd{weights_store.TRUST_FILE[-7:]}").touch()
    (folder / "new" / weights_store.own_path(info).name).touch()
    remove(info)
    assert sorted(path for path in folder.rglob("*") if path.is_file()) == sorted(letters)


def test_the_command_line_fetches_lists_and_removes(info, shelf, monkeypatch, capsys):
    monkeypatch.setitem(NETWORKS, "vgg16", info)

    def vgg16_row():
        assert main(["networks", "list"]) == 0
        return next(line for line in capsys.readouterr().out.splitlines() if line.startswith("vgg16")).split()

    assert vgg16_row()[-2:] == ["MD5", "no"]
    shelf.breaks_after = 1_000_000
    assert main(["networks", "fetch", "vgg16"]) == 1
    assert "resumes where it stopped" in capsys.readouterr().err
    shelf.breaks_after = None
    assert main(["networks", "fetch", "vgg16"]) == 0
    assert hashlib.sha256(CONTENT).hexdigest()[:12] in capsys.readouterr().out
    assert vgg16_row()[-2:] == ["MD5", "yes"]
    assert main(["networks", "remove", "vgg16"]) == 0
    assert "3.0 MB" in capsys.readouterr().out
    assert vgg16_row()[-2:] == ["MD5", "no"]


@pytest.mark.parametrize(
    ("after", "told"), [(1, "The partial download was kept; run the same command to resume."), (0, "Nothing")]
)
def test_an_interrupt_says_whether_something_of_the_file_is_kept(info, home, shelf, monkeypatch, capsys, after, told):
    """Ctrl-C after so many blocks."""
    blocks = []

    def interrupted(self, share, part, seconds_left) -> None:
        blocks.append(share)
        if len(blocks) >= after:
            raise KeyboardInterrupt

    monkeypatch.setattr(ProgressBar, "show", interrupted)
    if not after:
        monkeypatch.setattr(
            "deepdream_core.networks.fetch.download", lambda *_parts: (_ for _ in ()).throw(KeyboardInterrupt)
        )
    monkeypatch.setattr("deepdream_core.commands.network_weights.network", lambda _name: info)
    assert main(["networks", "fetch", "vgg16"]) == 130
    assert capsys.readouterr().err.splitlines()[-1].startswith(f"Cancelled. {told}")
    kept = [path for path in home.rglob("*") if path.is_file()]
    assert bool(kept) == bool(after)
    if after:
        held = kept[0].stat().st_size
        monkeypatch.setattr(ProgressBar, "show", lambda *_shown: None)
        assert main(["networks", "fetch", "vgg16"]) == 0
        assert held > 0 and shelf.ranges[-1] == f"bytes={held}-"

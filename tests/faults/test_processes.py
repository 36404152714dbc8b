"""The worker dies, freezes, dawdles or talks nonsense at every moment of every kind of job.

After each: the document is as it was or has the whole result; one sentence is said; no process is left behind; the next
dream works; and nothing is left in the folder for temporary files.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
qt = pytest.importorskip("krita_deepdream.qt", exc_type=ImportError)
from tests.faults import troubles  # noqa: E402
from tests.faults.loops import TALLY  # noqa: E402
from tests.faults.troubles import Case, Desk, cases, is_gone, temporary  # noqa: E402
from tests.plugin.conftest import until  # noqa: E402

IN_CI, OF_EACH = 20, 100


def pytest_generate_tests(metafunc):
    if "case" in metafunc.fixturenames:
        long = metafunc.config.getoption("--long")
        found = cases(OF_EACH * len(troubles.TROUBLES) if long else IN_CI)
        metafunc.parametrize("case", found, ids=[f"{number}-{each}" for number, each in enumerate(found)])


@pytest.fixture(scope="module", autouse=True)
def application():
    yield qt.QtWidgets.QApplication.instance() or qt.QtWidgets.QApplication([])


@pytest.fixture
def desk(tmp_path, monkeypatch):
    monkeypatch.setenv("KRITA_DEEPDREAM_HOME", str(tmp_path / "data"))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    made = []

    def make(case: Case) -> Desk:
        made.append(Desk(case))
        return made[-1]

    yield make
    for each in made:
        each.close()
        TALLY["orphans"] += sum(not is_gone(pid) for pid in each.pids)
        assert all(map(is_gone, each.pids)), "a worker is left behind"


@pytest.fixture(scope="module")
def whole():
    """Of each kind what the layers hold when all goes well, once it was tried."""
    return {}


def test_trouble(case, desk, whole, tmp_path):
    TALLY["tried"] += 1
    expected = whole.get(case.kind)
    if expected is None:
        calm = desk(case._replace(trouble="none"))
        calm.wait(calm.begin(case.kind))
        assert not calm.session.failed, calm.session.sentence
        expected = whole[case.kind] = calm.layers()
        calm.close()
    found = desk(case)
    over = found.begin(case.kind)
    before = found.layers()
    found.wait(over)
    after = found.layers()
    TALLY["damaged"] += after not in (before, expected)
    assert after in (before, expected), f"{before} became {after}; whole is {expected}"
    if case.trouble == "slow":
        assert after == expected and not found.session.failed and found.started == 1
    else:
        assert found.session.failed and len(found.session.sentence) < 300, found.session.sentence
        assert "unexpected went wrong" not in found.session.sentence, found.session.sentence
    nodes = len(after)
    found.session.dream(found.request("dream"))
    found.wait(lambda: not found.session.busy)
    assert not found.session.failed and len(found.layers()) == nodes + 1, found.session.sentence
    if case.kind == "dream" and after == before:
        # From its last octave, or from its beginning: the same bytes.
        assert found.layers() == expected
    assert not (tmp_path / "data" / "interrupted.npz").exists()
    while found.session.animations.left:
        found.session.animations.discard()
    until(lambda: all(is_gone(pid) for pid in found.pids if pid != found.client.pid))
    assert not list(temporary(Path(tmp_path)))
    TALLY["survived"] += 1

"""One screen, and one Krita for as many tests as leave it in order; after a failure the next begins with another."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from tests.krita import harness

from . import session
from .painter import Painter

SMALL = (320, 213)
WIDE = (4200, 300)
# Most of a walk's time goes into dreams.
STEPS = 3
FAILED = pytest.StashKey[bool]()


class Days:
    """The Krita that is running now, if any."""

    def __init__(self, display: str, folder: Path, blank: Path) -> None:
        self._display, self._folder, self._blank = display, folder, blank
        self._begun = 0
        self._context = None
        self.session: session.Session | None = None
        # Of the test that had this Krita last: the next file begins with the choice that everybody begins with.
        self.file: Path | None = None

    def painter(self, fresh: bool = False, steps: int = STEPS) -> Painter:
        """A painter at a running Krita; at another one if ``fresh``, or if the last one has ended."""
        if fresh or self.session is None or not self.session.running:
            self.end()
            self._begun += 1
            folder = self._folder / f"day{self._begun}"
            folder.mkdir()
            first = folder / "first.kra"
            first.write_bytes(self._blank.read_bytes())
            self._context = session.krita(self._display, folder, first, steps)
            self.session = self._context.__enter__()
        return Painter(self.session, self.session.profile.folder, self._blank)

    def end(self) -> None:
        """End the running Krita."""
        if self._context is not None:
            self._context.__exit__(None, None, None)
        self._context, self.session = None, None


@pytest.fixture(scope="session")
def screen(tmp_path_factory):
    """A screen as small laptops have it; skips loudly where the walk can't be walked."""
    lacking = session.missing()
    if lacking:
        pytest.skip(f"NOT WALKED: there is no {', no '.join(lacking)} on this computer")
    with harness.screen(*session.SCREEN) as display:
        harness.ensure_cached_profile(display, tmp_path_factory.mktemp("first"))
        yield display


@pytest.fixture(scope="session")
def sample() -> Image.Image:
    """The project's own sample, small."""
    return Image.open(harness.ROOT / "docs" / "sample.jpg").convert("RGB").resize(SMALL, Image.Resampling.LANCZOS)


@pytest.fixture(scope="session")
def blank(screen, sample, tmp_path_factory) -> Path:
    """The sample as a painting of one layer."""
    folder = tmp_path_factory.mktemp("paintings")
    sample.save(folder / "sample.png")
    return session.as_kra(folder / "sample.png", folder, screen)


@pytest.fixture(scope="session")
def wide(screen, sample, tmp_path_factory) -> Path:
    """A panorama of the sample, as a painting of one layer."""
    folder = tmp_path_factory.mktemp("wide")
    sample.resize(WIDE, Image.Resampling.LANCZOS).save(folder / "wide.png")
    return session.as_kra(folder / "wide.png", folder, screen)


@pytest.fixture(scope="session")
def days(screen, blank, tmp_path_factory):
    """All the Kritas of the walk, one after the other."""
    for old in session.SHOTS.glob("*/[0-9][0-9][0-9] *.png"):
        old.unlink()
    running = Days(screen, tmp_path_factory.mktemp("days"), blank)
    yield running
    running.end()


@pytest.fixture
def painter(days, request):
    """A painter with a painting of this test's own before him; what fails is photographed."""
    there = days.painter()
    there.hands.shots = session.SHOTS / request.path.stem.removeprefix("test_")
    there.open(request.node.name.removeprefix("test_")[:60].strip("[]"))
    there.open_docker()
    if days.file != request.path:
        there.choose_as_at_first(STEPS)
    days.file = request.path
    yield there
    there.hands.shot(request.node.name.removeprefix("test_"))
    if request.node.stash.get(FAILED, False):
        days.end()
    elif there.session.running:
        there.close_all()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Let fixtures know whether their test failed."""
    report = yield
    if report.failed:
        item.stash[FAILED] = True
    return report

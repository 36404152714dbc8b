"""What a painter asks of the plugin in each kind of job, and the moments at which its worker gets into trouble.

The plugin's own session, client and keeper speak to ``tests/fakes/troubled_worker.py``; Krita is the fake one.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from krita_deepdream.choices.choice import Choice
from krita_deepdream.choices.store import Store
from krita_deepdream.core import dream_settings, style_settings, wire, zoom_settings
from krita_deepdream.dreaming.session import Session
from krita_deepdream.dreaming.sketching import Sketching
from krita_deepdream.jobs.document_data import Grabbed, Outcome, Placed
from krita_deepdream.jobs.job import Animation, DreamRequest, Zoom
from krita_deepdream.keeping.keeper import Keeper
from krita_deepdream.keeping.watcher import Watcher
from krita_deepdream.worker.client import BEAT_MS, Client
from tests.fakes import host as fakes
from tests.fakes.nodes import Node
from tests.plugin.conftest import until
from tests.plugin.test_keep_up import SIZE, Host

ROOT = Path(__file__).parents[2]
WORKER = ROOT / "tests" / "fakes" / "troubled_worker.py"
PATIENCE_SECONDS = 120
# Its 60 beats are over soon; only while nothing else than a frozen worker is waited for.
HASTY_BEAT_MS = 10

TROUBLES = ("killed", "crashed", "starved", "frozen", "slow", "garbage")
_COMPUTED = ("starting", "weights", "tracing", "octave 1", "octave 2", "answer")
MOMENTS: dict[str, tuple[str, ...]] = {
    "dream": _COMPUTED,
    "style": ("starting", "weights", "tracing", "octave 1", "octave 2", "answer"),
    "zoom": _COMPUTED,
    "frames": (*_COMPUTED, "keyframe", "layer"),
    "renewal": ("weights", "tracing", "octave 1", "answer"),
    "stage": ("answer",),
    "atlas": ("starting", "weights", "tracing", "octave 1", "answer"),
    "estimate": ("starting", "answer"),
    "sketch": _COMPUTED,
}
REQUESTS = {"frames": "keyframe", "renewal": "renew", "sketch": "dream"}
DREAM = dream_settings.DreamSettings(objective="b4", octaves=2, steps=2, seed=3)


class Case(NamedTuple):
    kind: str
    moment: str
    trouble: str

    def __str__(self) -> str:
        return "-".join(self)


def cases(count: int) -> list[Case]:
    """So many, all troubles equally often, and as many kinds and moments as there is room for."""
    found = []
    places = [(kind, moment) for kind, moments in MOMENTS.items() for moment in moments]
    for number in range(count):
        # Both go round in steps that share no factor with their lengths.
        kind, moment = places[number * 13 % len(places)]
        found.append(Case(kind, moment, TROUBLES[(number + number // len(places)) % len(TROUBLES)]))
    return found


class Krita(Host):
    """Also takes zooms and frames, as layers that hold what their file says."""

    def __init__(self) -> None:
        super().__init__()
        self.sky.data = fakes.gradient(*SIZE).data

    def place_zoom(self, outcome: Outcome, zoom: Zoom) -> Placed:
        return self._with_layer(outcome, Path(zoom.target).read_bytes())

    def place_animation(self, outcome: Outcome, animation: Animation) -> Placed:
        return self._with_layer(outcome, Path(animation.file).read_bytes())

    def grab_keyframe(self, request: DreamRequest) -> Grabbed:
        return self.grab(request)

    def _with_layer(self, outcome: Outcome, file: bytes) -> Placed:
        node = Node(outcome.name, _members(file))
        self.active.rootNode().addChildNode(node, None)
        self.active.setActiveNode(self.sky)
        return Placed(outcome.location.document, node.id, outcome.name)


class Desk:
    """A painter without a docker: ``krita`` is what there is of Krita, ``started`` the workers so far."""

    def __init__(self, case: Case) -> None:
        self.krita, self.started = Krita(), 0
        self._case, self._request_type = case, REQUESTS.get(case.kind, case.kind)
        self.client = Client(self._command, beat_ms=BEAT_MS)
        self.session = Session(self.krita, self.client)
        self.choice = Choice(Store(Path(os.environ["KRITA_DEEPDREAM_HOME"])))
        self.keeper = Keeper(self.session, Watcher(self.session))
        self.sketching = Sketching(self.session, self.session)
        self.heard: list[Any] = []
        self.pids: list[int] = []
        self.client.ready.connect(lambda _ready: self.pids.append(self.client.pid))

    def _command(self) -> list[str]:
        self.started += 1
        manner = ("none", "never", "dream")
        if self.started == 1:
            manner = self._case.trouble, self._case.moment, self._request_type
        return [sys.executable, "-I", str(WORKER), str(ROOT), *manner]

    def close(self) -> None:
        self.keeper.close()
        self.session.close()

    def layers(self) -> dict[str, str]:
        """Of each layer its name and what is in it, as a check sum."""
        nodes = self.krita.active.rootNode().childNodes()
        return {f"{number} {each.name()}": _sum(each.data) for number, each in enumerate(nodes)}

    def request(self, kind: str) -> DreamRequest:
        """What is asked for; of zooms and frames as layers."""
        request = DreamRequest("Animals", DREAM)
        if kind == "style":
            style = style_settings.StyleSettings(working_size="full", steps=2, octaves=2)
            return DreamRequest("Glass", style, pictures={"style": fakes.gradient(32, 32)})
        if kind == "zoom":
            return DreamRequest("Animals", DREAM, zoom=Zoom(zoom_settings.ZoomSettings(frames=2)))
        if kind == "frames":
            self.krita.keyframes = (0, 3)
            return DreamRequest("Animals", DREAM, animation=Animation(80.0))
        return request

    def begin(self, kind: str) -> Callable[[], bool]:
        """Ask for a job of a kind; whether it came to an end, well or not."""
        if kind in ("renewal", "stage"):
            return self._begin_on_a_dream(kind)
        if kind == "atlas":
            self.session.queue.add_side_task(wire.Atlas(0, DREAM.network, "b4"), self.heard.append)
            return lambda: bool(self.heard) and not isinstance(self.heard[-1], wire.Progress)
        if kind == "estimate":
            self.session.wake()
            until(lambda: self.client.is_welcome or not self.client.running, PATIENCE_SECONDS)
            self.client.answered.connect(self.heard.append)
            self.session.forecast.in_words(self.request(kind))
            return lambda: any(isinstance(each, wire.Cost) for each in self.heard) or not self.client.running
        if kind == "sketch":
            self.sketching.begin(self.krita.grab(self.request(kind)), self.request(kind))
            return lambda: not self.sketching.at_work
        self.session.dream(self.request(kind))
        return lambda: not self.session.busy

    def _begin_on_a_dream(self, kind: str) -> Callable[[], bool]:
        self.session.dream(self.request("dream"))
        until(lambda: not self.session.busy, PATIENCE_SECONDS)
        self.keeper.watcher.look_at_all()
        until(lambda: self.keeper.watcher.active is not None and self.keeper.watcher.active.record.own)
        layer = self.keeper.watcher.active
        if kind == "stage":
            until(lambda: self.keeper.evolving.can_evolve(layer))
            self.keeper.evolving.show(4)
            return lambda: not self.keeper.evolving.is_waiting
        self.krita.paint()
        until(lambda: layer.stale)
        self.keeper.refresh(layer)
        return lambda: not self.keeper.is_renewing(layer)

    def is_frozen(self) -> bool:
        """Whether the system says that the worker was stopped."""
        return state_of(self.client.pid) == "T"

    def wait(self, over: Callable[[], bool]) -> None:
        """Until it is over; a frozen worker is noticed soon."""
        until(lambda: over() or self.is_frozen(), PATIENCE_SECONDS)
        if self.is_frozen():
            self.client._beat.setInterval(HASTY_BEAT_MS)
            until(lambda: not self.is_frozen(), PATIENCE_SECONDS)
            self.client._beat.setInterval(BEAT_MS)
        until(over, PATIENCE_SECONDS)


def state_of(pid: int) -> str:
    """What the system says of a process in one letter; empty where there is none."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return ""


def is_gone(pid: int) -> bool:
    """Whether there is no such process any more; one that has ended and isn't waited for is none."""
    return state_of(pid) in ("", "Z")


def _members(file: bytes) -> bytes:
    """What is in an archive, without the times at which it was written."""
    import io
    import zipfile

    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        return b"".join(archive.read(name) for name in sorted(archive.namelist()) if "pixel" in name or "layer" in name)


def _sum(data: bytes) -> str:
    return hashlib.sha256(bytes(data)).hexdigest()[:16]


def temporary(folder: Path) -> Iterator[Path]:
    """What is left of jobs in the folder for temporary files."""
    yield from folder.glob("deepdream-*")

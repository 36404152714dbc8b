"""Checks everything that a dream needs and says in plain words what is there, what isn't, and how to fix it."""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from ..core import cache_settings, caches, catalogue, errors, folders, log_text, precision, version, wire
from . import krita_folders, plugin_files, runtime, set_up
from .processor import has_avx
from .pythons import NO_WINDOW, find

WORKER_SECONDS = 120
LOG_LINES = 80
# Characters between two quotes; without a limit a log full of quotes takes the square of its length.
LONGEST_NAME = 500
RUN_INSTALLER = "Run “python3 install.py”."
REBUILD = "Run “python3 install.py --rebuild”, or choose “Rebuild…” under Help in the docker."
REPAIR = "Run “python3 install.py”, or choose “Rebuild…” under Help in the docker."
XDG = ("XDG_DATA_HOME", "XDG_CONFIG_HOME")


@dataclass(frozen=True)
class Finding:
    """One thing that was checked. ``mend``: what to do about it; empty if all is well."""

    what: str
    mend: str = ""


def examine(is_current: Callable[[Path], bool] = lambda _resources: True) -> Iterator[Finding]:
    """Check everything, quickest first. ``is_current`` compares the plugin in a resource folder with a repository."""
    yield Finding(f"Krita DeepDream {version.VERSION}, {platform.platform()}, {platform.machine()}")
    yield _processor()
    yield from _folders()
    yield from _pythons()
    yield from _environment()
    yield from _krita(is_current)
    yield from _command()
    if runtime.worker_python() is not None and set_up.look().is_sound:
        yield _worker()
    yield from _precisions()
    yield _caches()


def report(findings: Iterable[Finding] | None = None) -> str:
    """Everything that helps to help, as text to paste: the findings and the end of the log, without names.

    The findings name the folders of Krita and of Pythons; of a data folder outside the home only its last name.
    """
    findings = examine() if findings is None else findings
    rows = [f"{'✗' if finding.mend else '✓'} {finding.what}" for finding in findings]
    log = runtime.data_folder() / "logs" / "deepdream.log"
    if log.exists():
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()[-LOG_LINES:]
        rows += ["", f"End of {log}:", _without_names("\n".join(lines))]
    data = runtime.data_folder()
    return folders.without_home("\n".join(rows) + "\n").replace(str(data), f"…/{data.name}")


def _without_names(log: str) -> str:
    """The log without names that people have given, also in an earlier version's lines; names may hold line breaks."""
    return log_text.without_names(re.sub(f"“[^”]{{0,{LONGEST_NAME}}}”", "“…”", log))


def where(resources: list[Path]) -> dict[str, object]:
    """Every path that matters, for programs; ``None`` for what isn't there."""
    python, command = runtime.worker_python(), set_up.command_path()
    return {
        "version": version.VERSION,
        "data": str(runtime.data_folder()),
        "environment": str(runtime.environment_folder()),
        "python": str(python) if python else None,
        "worker": runtime.worker_command(),
        "command": str(command) if command.exists() else None,
        "krita_configuration": str(krita_folders.configuration_file()),
        "krita_resources": [str(path) for path in resources],
        "plugins": [str(path) for path in map(plugin_files.installed, resources) if path.exists()],
        "logs": str(runtime.data_folder() / "logs"),
    }


def _processor() -> Finding:
    if has_avx():
        return Finding("The CPU can run TensorFlow.")
    return _of_error(errors.DreamError("setup.avx"))


def _folders() -> Iterator[Finding]:
    """Only the problems with them."""
    for name in XDG:
        value = os.environ.get(name, "")
        if value and not os.path.isabs(value):
            yield Finding(
                f"{name} is “{value}”, which is not an absolute path.",
                "Use an absolute path, or unset it: some programs ignore it, others create a folder of that name.",
            )
    note, data = folders.default_data_folder() / folders.NOTE, runtime.data_folder()
    if note.is_file() and not data.exists() and not os.environ.get(folders.HOME_VARIABLE):
        yield Finding(
            f"The folder chosen for DeepDream, {data}, doesn't exist.",
            f"Connect its disk, or move the folder back. To use another folder, delete {note}.",
        )


def _pythons() -> Iterator[Finding]:
    suitable = [python for python in find(runtime.own_python_stays()) if not python.problem]
    if suitable:
        yield Finding("Pythons for the worker: " + ", ".join(f"{p.text} ({p.path})" for p in suitable))
        return
    try:
        set_up.choose_python()
    except errors.DreamError as error:
        yield _of_error(error)


def _environment() -> Iterator[Finding]:
    folder = runtime.data_folder()
    stamp = runtime.stamp()
    if runtime.worker_python() is None:
        vanished = f"its Python ({stamp.get('base', '')}) is gone"
        what = vanished if stamp else "setup wasn't completed"
        yield Finding(f"There is no environment for the worker in {folder}: {what}.", RUN_INSTALLER)
        return
    condition = set_up.look()
    if condition.fault:
        yield Finding(f"The environment in {folder} is unusable: {condition.fault}.", REPAIR)
        return
    if condition.damaged:
        yield Finding(f"Packages in {folder} are damaged or missing: {', '.join(condition.damaged)}.", REPAIR)
        return
    if set_up.changes(stamp.get("kind", "cpu")):
        yield Finding(f"Some packages of the environment in {folder} are out of date.", RUN_INSTALLER)
        return
    yield Finding(f"The environment in {folder} is complete ({stamp.get('kind', 'cpu')}).")


def _krita(is_current: Callable[[Path], bool]) -> Iterator[Finding]:
    program = shutil.which("krita")
    yield Finding(f"Krita: {program}" if program else "Krita is not on the PATH (which may be fine).")
    for folder in krita_folders.resource_folders():
        plugin = plugin_files.installed(folder.path)
        if not plugin.exists():
            yield Finding(f"The plugin is not in {folder.path} ({folder.packaging}).", RUN_INSTALLER)
        elif not is_current(folder.path):
            yield Finding(f"The plugin in {folder.path} differs from the version in this folder.", RUN_INSTALLER)
        else:
            yield Finding(f"The plugin is in {folder.path} ({folder.packaging}).")
    if krita_folders.is_switched_on():
        yield Finding("The plugin is enabled in Krita's configuration.")
    else:
        yield Finding(
            f"The plugin is not enabled in {krita_folders.configuration_file()}.",
            "Close Krita and run “python3 install.py”, or tick DeepDream under Settings ▸ Configure Krita ▸ "
            "Python Plugin Manager and restart Krita.",
        )


def _command() -> Iterator[Finding]:
    """Only what is wrong with it: it contains absolute paths, and folders get moved."""
    path = set_up.command_path()
    plugins = [plugin_files.installed(folder.path) for folder in krita_folders.resource_folders()]
    if runtime.worker_python() is None or not any(plugin.exists() for plugin in plugins):
        return
    if not path.exists() or path.read_bytes() not in map(set_up.command_text, plugins):
        yield Finding(f"The command {path} is missing, or was written before something was moved.", RUN_INSTALLER)


def _precisions() -> Iterator[Finding]:
    """Which precision each network uses here, as far as that has been tried."""
    for name, trial in precision.newest().items():
        times = ", ".join(f"{each} {seconds:.2f} s" for each, seconds in sorted(trial.seconds.items()))
        timed = f" (512 x 512 pixels: {times})" if times else ""
        failed = "".join(f" {each} doesn't work here ({reason})." for each, reason in trial.failed.items())
        chosen = f" computes in {trial.precision or precision.FP32}{timed}."
        yield Finding(catalogue.network(name).label + chosen + failed)


def _caches() -> Finding:
    found, limit = caches.by_folder(), cache_settings.read().cache_limit
    parts = ", ".join(f"{name} {size / 1e6:.0f} MB" for name, size in found.items())
    return Finding(f"Caches: {sum(found.values()) / 1e6:.0f} MB ({parts}); at most {limit:g} GB are kept.")


def _worker() -> Finding:
    try:
        return _talk()
    except OSError as error:
        return Finding(f"The worker doesn't respond: {error}", REBUILD)


def _talk() -> Finding:
    """What the worker answers; ``OSError`` if it can't be started, or ends during the conversation."""
    command = runtime.worker_command()
    assert command is not None
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=runtime.worker_environment(),
        creationflags=NO_WINDOW,
    ) as process:
        timer = threading.Timer(WORKER_SECONDS, process.kill)
        timer.start()
        try:
            return _greeted(process)
        except errors.DreamError as error:
            return Finding(f"The worker doesn't respond: {error}", REBUILD)
        finally:
            timer.cancel()
            process.kill()


def _greeted(process: subprocess.Popen[bytes]) -> Finding:
    assert process.stdin and process.stdout and process.stderr
    # Read in parallel: a worker that writes a lot to stderr would block forever on a full pipe.
    said: list[bytes] = []
    reader = threading.Thread(target=lambda: said.append(process.stderr.read()), daemon=True)  # type: ignore[union-attr]
    reader.start()
    wire.write(cast(BinaryIO, process.stdin), wire.Hello(version.VERSION))
    stdout = cast(BinaryIO, process.stdout)
    while (answer := wire.read(stdout)) is not None:
        if isinstance(answer, wire.Ready):
            return Finding(f"The worker responds (TensorFlow {answer.tensorflow}, {answer.seconds:.0f} s to load).")
        if isinstance(answer, wire.Failed):
            return Finding(f"The worker responded: {answer.sentence}", REBUILD)
    reader.join(1)
    last = b"".join(said).decode("utf-8", "replace").strip().splitlines()[-1:] or ["no reason was given"]
    return Finding(f"The worker exits immediately: {last[0]}", REBUILD)


def _of_error(error: errors.DreamError) -> Finding:
    return Finding(error.sentence, error.advice)

"""Looks at everything that a dream needs and says in plain words what is there, what isn't, and how to mend it."""

from __future__ import annotations

import platform
import shutil
import subprocess
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from ..core import errors, version, wire
from . import krita_folders, plugin_files, runtime, set_up
from .processor import has_avx
from .pythons import NO_WINDOW, find

WORKER_SECONDS = 120
LOG_LINES = 80
RUN_INSTALLER = "Type “python3 install.py”."


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at. ``mend``: what to do about it; empty if all is well."""

    what: str
    mend: str = ""


def examine(source: Path | None = None) -> Iterator[Finding]:
    """Look at everything, quickest first. ``source``: the repository to compare the installed files with."""
    yield Finding(f"Krita DeepDream {version.VERSION}, {platform.platform()}, {platform.machine()}")
    yield _processor()
    yield from _pythons()
    yield from _environment()
    yield from _krita(source)
    if runtime.worker_python() is not None:
        yield _worker()


def report(findings: Iterable[Finding] | None = None) -> str:
    """Everything that helps to help, as text to paste: the findings and the end of the log, without names."""
    findings = examine() if findings is None else findings
    rows = [f"{'✗' if finding.mend else '✓'} {finding.what}" for finding in findings]
    log = runtime.data_folder() / "logs" / "deepdream.log"
    if log.exists():
        rows += ["", f"The end of {log}:", *log.read_text(encoding="utf-8", errors="replace").splitlines()[-LOG_LINES:]]
    return "\n".join(rows).replace(str(Path.home()), "~") + "\n"


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
        return Finding("The processor can run TensorFlow.")
    return _of_error(errors.DreamError("setup.avx"))


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
        vanished = stamp and not Path(stamp["base"]).exists()
        what = f"its Python ({stamp['base']}) has vanished" if vanished else "set-up has not been run to its end"
        yield Finding(f"There is no environment for the worker in {folder}: {what}.", RUN_INSTALLER)
        return
    if set_up.changes(stamp["kind"]):
        yield Finding(f"Some packages of the environment in {folder} are of an older version.", RUN_INSTALLER)
        return
    yield Finding(f"The environment in {folder} is complete ({stamp['kind']}).")


def _krita(source: Path | None) -> Iterator[Finding]:
    program = shutil.which("krita")
    yield Finding(f"Krita: {program}" if program else "Krita is not on the PATH (that may be all right).")
    for folder in krita_folders.resource_folders():
        plugin = plugin_files.installed(folder.path)
        if not plugin.exists():
            yield Finding(f"The plugin is not in {folder.path} ({folder.kind}).", RUN_INSTALLER)
        elif source and not plugin_files.is_current(source, folder.path):
            yield Finding(f"The plugin in {folder.path} is of another version than this folder.", RUN_INSTALLER)
        else:
            yield Finding(f"The plugin is in {folder.path} ({folder.kind}).")
    if krita_folders.is_switched_on():
        yield Finding("The plugin is switched on in Krita's configuration.")
    else:
        yield Finding(
            f"The plugin is not switched on in {krita_folders.configuration_file()}.",
            "Close Krita and type “python3 install.py”, or tick DeepDream in Krita under Settings ▸ Configure "
            "Krita ▸ Python Plugin Manager and restart Krita.",
        )


def _worker() -> Finding:
    command = runtime.worker_command()
    assert command is not None
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env=runtime.worker_environment(), creationflags=NO_WINDOW,
    ) as process:
        timer = threading.Timer(WORKER_SECONDS, process.kill)
        timer.start()
        try:
            return _greeted(process)
        except (errors.DreamError, OSError) as error:
            return Finding(f"The worker does not answer: {error}", RUN_INSTALLER)
        finally:
            timer.cancel()
            process.kill()


def _greeted(process: subprocess.Popen[bytes]) -> Finding:
    assert process.stdin and process.stdout and process.stderr
    # Read beside: a worker that says much on stderr would wait for ever at a full pipe.
    said: list[bytes] = []
    reader = threading.Thread(target=lambda: said.append(process.stderr.read()), daemon=True)  # type: ignore[union-attr]
    reader.start()
    wire.write(cast(BinaryIO, process.stdin), wire.Hello(version.VERSION))
    stdout = cast(BinaryIO, process.stdout)
    while (answer := wire.read(stdout)) is not None:
        if isinstance(answer, wire.Ready):
            return Finding(f"The worker answers (TensorFlow {answer.tensorflow}, {answer.seconds:.0f} s to load).")
        if isinstance(answer, wire.Failed):
            return Finding(f"The worker answers: {answer.sentence}", answer.advice or RUN_INSTALLER)
    reader.join(1)
    last = b"".join(said).decode("utf-8", "replace").strip().splitlines()[-1:] or ["it gave no reason"]
    return Finding(f"The worker ends at once: {last[0]}", RUN_INSTALLER)


def _of_error(error: errors.DreamError) -> Finding:
    return Finding(error.sentence, error.advice)

"""What ``install.py`` does, told to a person at a terminal: environment, plugin, configuration, first dream."""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from krita_deepdream.core import errors, folders, owned
from krita_deepdream.setup import doctor, install_folder, krita_folders, plugin_files, runtime, set_up, setup_lock
from krita_deepdream.setup.krita_folders import ResourceFolder
from krita_deepdream.setup.progress_words import rescued_in

from . import packing

ROOT = Path(__file__).resolve().parents[1]
SAMPLE = ROOT / "docs" / "sample.jpg"
FIRST_DREAM_SECONDS = 600

WHAT_NEXT = """
What next:
  1. Open Krita and a picture, and select an area (without a selection, the whole layer is dreamed).
  2. Open the docker: Settings ▸ Dockers ▸ DeepDream.
  3. Press “Dream”. The dream is a new layer; Strength is its opacity."""
IN_FLATPAK = f"""
Krita from Flathub runs in a sandbox with its own Python. Close Krita and set DeepDream up inside it:
  flatpak run --command=python3 org.kde.krita "{ROOT / "install.py"}\""""
SWITCH_BY_HAND = """
Krita is open and will overwrite its configuration when it closes. Either close it and run the command
again, or tick DeepDream under Settings ▸ Configure Krita ▸ Python Plugin Manager and restart Krita."""


def main() -> int:
    """Do what the command line says; the exit code."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    arguments = parse(sys.argv[1:])
    quiet = {"test": test, "doctor": examine, "where": where, "zip": make_zip, "dry_run": announce}
    action = next((action for name, action in quiet.items() if getattr(arguments, name)), None)
    try:
        if action:
            return action(arguments)
        with alone(makes=not arguments.uninstall) as mine:
            return uninstall(mine) if arguments.uninstall else install(arguments)
    except errors.DreamError as error:
        complain(error)
    except OSError as error:
        complain(install_folder.files_error(error))
    except KeyboardInterrupt:
        print("\nInterrupted. Run the command again to resume.", file=sys.stderr)
        return 130
    return 1


@contextmanager
def alone(makes: bool) -> Iterator[setup_lock.SetupLock]:
    """Wait until no other set-up or uninstalling is at work, and say for whom; ``makes``: a data folder too."""
    mine = _patiently(setup_lock.take() if makes else setup_lock.take_if_there())
    try:
        yield mine
    finally:
        mine.release()


def _patiently(others: Generator[str, None, setup_lock.SetupLock]) -> setup_lock.SetupLock:
    said = ""
    while True:
        try:
            who = next(others)
        except StopIteration as end:
            mine: setup_lock.SetupLock = end.value
            return mine
        if who != said:
            print(f"Waiting for {who} to finish setting up or removing DeepDream…", flush=True)
        said = who


def complain(error: errors.DreamError) -> None:
    """Say what went wrong and what to do about it."""
    print(f"\n{error.sentence}\n{error.advice}", file=sys.stderr)


def parse(words: list[str]) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="install.py", description="Install, check, repair or remove Krita DeepDream.")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--test", action="store_true", help="run all tests")
    what.add_argument("--uninstall", action="store_true", help="remove everything")
    what.add_argument("--doctor", action="store_true", help="check the installation and suggest fixes")
    what.add_argument("--where", action="store_true", help="print all paths as JSON")
    what.add_argument("--zip", action="store_true", help="create an archive for “Import Python Plugin from File”")
    what.add_argument("--rebuild", action="store_true", help="delete and recreate the environment")
    what.add_argument("--dry-run", action="store_true", help="print what would be done, without doing it")
    parser.add_argument(
        "--gpu", action="store_true", help="install TensorFlow for NVIDIA GPUs (Linux; a much larger download)"
    )
    parser.add_argument("--python", type=Path, metavar="PATH", help="the Python to use for the worker")
    parser.add_argument("--wheels", type=Path, metavar="FOLDER", help="install from a folder of wheels, offline")
    parser.add_argument("--long", action="store_true", help="with --test: include slow tests")
    return parser.parse_args(words)


def install(arguments: argparse.Namespace) -> int:
    """Everything, in the order in which it can fail."""
    folders = krita_folders.resource_folders()
    changed = make_environment(arguments) if outside_flatpak(folders) else False
    for folder in folders:
        if not packing.is_current(ROOT, folder.path):
            packing.copy(ROOT, folder.path)
            changed = True
            print(f"The plugin is in {plugin_files.installed(folder.path)}")
    if outside_flatpak(folders):
        plugin = plugin_files.installed(folders[0].path)
        changed = set_up.write_command(plugin) or changed
        switch_on()
        show_first_dream(plugin, changed)
    if len(outside_flatpak(folders)) < len(folders):
        print(IN_FLATPAK)
    return 0


def outside_flatpak(folders: list[ResourceFolder]) -> list[ResourceFolder]:
    """Those whose Krita can use an environment of this system (they come first)."""
    return [folder for folder in folders if folder.packaging != "flatpak"]


def make_environment(arguments: argparse.Namespace) -> bool:
    """Make or mend the environment, and say before how much that is; whether there was anything to do."""
    variant, found = set_up.variant(arguments.gpu), set_up.look()
    if not set_up.changes(variant) and found.is_sound and not arguments.rebuild:
        print(f"The environment in {runtime.data_folder()} is complete.")
        return False
    set_up.check_computer(variant)
    if set_up.is_there(variant) and not found.fault and not arguments.rebuild:
        python = set_up.choose_python(arguments.python) if arguments.python else None
        print("\n".join(lacks(found.damaged, variant)), flush=True)
    else:
        python = set_up.choose_python(arguments.python)
        print(plan(arguments, variant), flush=True)
        print(f"It will use Python {python.text} ({python.path}).", flush=True)
    show(set_up.make(python, variant, arguments.wheels, arguments.rebuild))
    return True


def lacks(damaged: Sequence[str], variant: str) -> list[str]:
    """What the environment that is there will get: what was damaged, and what this version of ours needs."""
    said = [f"Damaged or missing, to be downloaded again: {', '.join(damaged)}"] if damaged else []
    if names := set_up.changed_names(variant):
        said.append(f"Packages that this version needs, to be downloaded: {', '.join(names)}")
    return said


def plan(arguments: argparse.Namespace, variant: str) -> str:
    """What will be downloaded, how much it is and where it goes."""
    source = (
        f"installed from {arguments.wheels}" if arguments.wheels else f"{set_up.DOWNLOAD_MB[variant]} MB to download"
    )
    return (
        f"Krita DeepDream needs TensorFlow and its dependencies: about {source}\n"
        f"and {install_folder.NEEDED_MB[variant] / 1000:.1f} GB of free disk space. It will be stored in {runtime.data_folder()}"  # noqa: E501
        " and won't affect any other Python."
    )


def show(steps: Iterator[set_up.Step]) -> None:
    """Print the steps as they come: one moving line on a terminal, else a line for every tenth."""
    moving = sys.stdout.isatty()
    shown, detail, told = -1, "", ""
    for step in steps:
        detail = short(step.detail) or detail
        percent = round(step.done * 100)
        if moving:
            width = shutil.get_terminal_size().columns - 1
            print("\r" + f"{percent:3d} %  {detail}"[:width].ljust(width), end="", flush=True)
        elif percent // 10 > shown // 10:
            print(f"{percent:3d} %  {detail if detail != told else ''}".rstrip(), flush=True)
            told = detail
        shown = percent
    if moving:
        print()


def short(line: str) -> str:
    """What a person wants to know of a line of pip's; empty: nothing."""
    words = line.split()
    if words[:1] in (["Downloading"], ["Collecting"], ["Installing"], ["Python"], ["TensorFlow"]):
        return " ".join(words[:2]) if words[0] != "Installing" else "Installing the packages"
    return ""


def switch_on() -> None:
    """Switch the plugin on in Krita's configuration, or say how, if Krita is open."""
    if krita_folders.is_switched_on():
        return
    if krita_folders.krita_runs():
        print(SWITCH_BY_HAND)
    elif krita_folders.switch(on=True):
        print(f"The plugin was enabled in {krita_folders.configuration_file()}")


def show_first_dream(plugin: Path, changed: bool) -> None:
    """Dream the sample through the worker, unless nothing has changed since the last time."""
    target = runtime.data_folder() / "first-dream.png"
    if not changed and target.exists():
        print(f"Everything is already installed. The first dream is still in {target}")
        return
    print("Testing: dreaming the sample picture with the worker that Krita will use…", flush=True)
    command = [
        str(runtime.worker_python()),
        "-I",
        str(ROOT / "tools" / "first_dream.py"),
        str(plugin),
        str(SAMPLE),
        str(target),
        str(FIRST_DREAM_SECONDS),
    ]
    answer = subprocess.run(
        command,
        env=runtime.worker_environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
    )
    if answer.returncode:
        reason = answer.stderr.strip().splitlines()[-1:] or ["no reason was given"]
        raise errors.DreamError("setup.dream", reason=reason[0])
    print(answer.stdout.strip())
    print(f"See the picture before and after in {target}")
    print(WHAT_NEXT)
    print(f"To dream without Krita: {set_up.command_path()} --help")


def announce(arguments: argparse.Namespace) -> int:
    """Say what ``install`` would do."""
    folders = krita_folders.resource_folders()
    variant = set_up.variant(arguments.gpu)
    found = set_up.look()
    if outside_flatpak(folders) and set_up.is_there(variant) and not found.fault:
        for line in lacks(found.damaged, variant):
            print(line)
    elif outside_flatpak(folders):
        set_up.check_computer(variant)
        python = set_up.choose_python(arguments.python)
        print(plan(arguments, variant))
        print(f"It would use Python {python.text} ({python.path}).")
    for folder in folders:
        current = packing.is_current(ROOT, folder.path)
        print(
            f"{'The plugin is in' if current else 'The plugin would be copied to'} {folder.path} ({folder.packaging})."
        )
    if outside_flatpak(folders) and not krita_folders.is_switched_on():
        print(f"It would be enabled in {krita_folders.configuration_file()}.")
    return 0


def uninstall(mine: setup_lock.SetupLock) -> int:
    """Take everything away that ``install`` or Krita's importer brought."""
    if krita_folders.krita_runs():
        print("Krita is open. Close it and run the command again.", file=sys.stderr)
        return 1
    for folder in krita_folders.resource_folders():
        if plugin_files.remove(folder.path):
            print(f"Removed from {folder.path}")
    if krita_folders.switch(on=False):
        print(f"Removed from {krita_folders.configuration_file()}")
    data = runtime.data_folder()
    found = install_folder.remove(mine.release if sys.platform == "win32" else lambda: None)
    if found:
        print(rescued_in(found))
    if not data.exists():
        print(f"{data} was deleted.")
    elif {path.name for path in data.iterdir()} - {setup_lock.NAME, owned.RECORD, folders.RESCUED}:
        print(f"{data} was kept, because it contains other files.")
    elif data / folders.RESCUED not in found:
        print(f"{data} was kept, but is empty.")
    return 0


def examine(_arguments: argparse.Namespace) -> int:
    """Print what the doctor finds; 0 if all is well."""
    healthy = True
    for finding in doctor.examine(partial(packing.is_current, ROOT)):
        print(("✗ " if finding.mend else "✓ ") + finding.what, flush=True)
        if finding.mend:
            healthy = False
            print("  → " + finding.mend, flush=True)
    return 0 if healthy else 1


def where(_arguments: argparse.Namespace) -> int:
    """Print all paths as JSON."""
    resources = [folder.path for folder in krita_folders.resource_folders()]
    print(json.dumps(doctor.where(resources), indent=2))
    return 0


def make_zip(_arguments: argparse.Namespace) -> int:
    """Make the archive for Krita's importer."""
    target = ROOT / "dist" / f"{plugin_files.NAME}.zip"
    packing.make_zip(ROOT, target)
    print(f"{target}\nIn Krita: Tools ▸ Scripts ▸ Import Python Plugin from File…, then restart Krita.")
    return 0


def test(arguments: argparse.Namespace) -> int:
    """Run every test."""
    from tests import run

    return run.main(long=arguments.long)

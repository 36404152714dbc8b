"""What a set-up will cost and what it is doing right now, in sentences for the docker."""

from __future__ import annotations

from pathlib import Path

from ..core import folders
from ..language import mark, ngettext, tr
from . import install_folder, runtime, set_up
from .needs import ADDS_PACKAGES, Need
from .set_up import Step

MOST_NAMES = 4

REASONS = {
    Need.MAKE: mark("DeepDream needs TensorFlow, which has to be installed once."),
    Need.RESUME: mark("Setup was interrupted and will resume where it stopped."),
    Need.REPAIR: mark("The Python that DeepDream used is gone, so its environment must be rebuilt."),
    Need.EXTEND: mark("This version of DeepDream needs more packages."),
    Need.UPDATE: mark("This version of DeepDream needs newer packages."),
    Need.RESTART: mark("DeepDream was updated. Restart Krita to use the new version."),
    Need.REMOVED: mark("DeepDream was uninstalled. It will be gone after you restart Krita."),
}


def offer(need: Need, python: Path | None, wheels: Path | None, damaged: tuple[str, ...] = ()) -> str:
    """Why, what is downloaded, how much, and where it goes; ``damaged``: the packages that have to be mended."""
    if need not in REASONS:
        return ""
    if need is Need.REPAIR and damaged:
        return " ".join(
            [
                tr("DeepDream packages are damaged or missing: {names}.", names=_few(damaged)),
                *([_source(need, wheels)] if wheels else [tr("They will be downloaded again.")]),
            ]
        )
    said = [tr(REASONS[need])]
    if need in (Need.MAKE, Need.RESUME, Need.REPAIR, *ADDS_PACKAGES):
        said += [_source(need, wheels), _target()]
    if python and need not in ADDS_PACKAGES:
        said.append(tr("It will use {path}.", path=python))
    return " ".join(said)


def rescued_in(paths: list[Path]) -> str:
    """Where rescued dreams are that uninstalling leaves; empty without any."""
    if not paths:
        return ""
    return tr("Dreams that couldn't be saved in their own place are kept in {folder}.", folder=_list(paths))


def to_uninstall(paths: list[Path]) -> str:
    """What uninstalling deletes and what it leaves; ``paths``: the folders of rescued dreams."""
    folder = runtime.data_folder()
    if not paths:
        return tr("Dreams in your images stay. The folder {folder} will be deleted.", folder=folder)
    return tr(
        "Dreams in your images stay. Everything in {folder} will be deleted, except dreams that couldn't be saved in "
        "their own place; those are kept in {rescued}.",
        folder=folder,
        rescued=_list(paths),
    )


def _list(paths: list[Path]) -> str:
    return ", ".join(map(str, paths))


def _few(names: tuple[str, ...]) -> str:
    """The first few: more would only push the button away."""
    return ", ".join(names[:MOST_NAMES]) + (" …" if len(names) > MOST_NAMES else "")


def _source(need: Need, wheels: Path | None) -> str:
    if wheels:
        return tr("The packages will be installed from {folder}, without downloading.", folder=wheels)
    if need in ADDS_PACKAGES:
        count = len(set_up.changed_names(runtime.stamp().get("kind", "cpu")))
        return ngettext("One package will be downloaded.", "{count} packages will be downloaded.", count)
    return tr("About {size} MB will be downloaded.", size=set_up.DOWNLOAD_MB["cpu"])


def _target() -> str:
    needed, free = f"{install_folder.NEEDED_MB['cpu'] / 1000:.1f}", f"{install_folder.free_mb() / 1000:.1f}"
    folder = folders.without_home(str(runtime.data_folder()))
    return tr(
        "It will be stored in {folder}, uses up to {needed} GB ({free} GB free), and doesn't affect other programs.",
        folder=folder,
        needed=needed,
        free=free,
    )


def doing(step: Step | None) -> str:
    """What is being done, as far as a painter wants to know."""
    if step is None:
        return tr("Checking this computer…")
    words = step.detail.split()
    if step.name == "wait":
        return tr("Waiting for {who} to finish setting up or removing DeepDream…", who=step.detail)
    if step.name == "python":
        return tr("Creating the Python environment…")
    if step.name == "try":
        return tr("Testing TensorFlow…")
    if step.name == "uninstall":
        return tr("Uninstalling…")
    if words[:1] == ["Downloading"]:
        # pip: "Downloading numpy-2.1-…whl (17.2 MB)"
        name, size = words[1].rpartition("/")[2].split("-")[0], " ".join(words[2:])
        return tr("Downloading {name} {size}…", name=name, size=size)
    if words[:1] == ["Installing"]:
        return tr("Installing packages…")
    return tr("Downloading packages…")

"""Every error of the project: a stable code, a sentence for people, and what to do about it.

Raise ``DreamError("picture.corrupt", path=path)``: the sentence is made from the code's template and
the values, so that the docker can show it in another language from the code and the values alone.
"""

from __future__ import annotations

import math
from typing import Any

# code: (what happened, what to do). Templates are filled with the error's values.
MESSAGES: dict[str, tuple[str, str]] = {
    "settings.unknown": ("There is no setting called “{name}”.", "{hint}"),
    "settings.type": ("“{label}” can't be {value}.", "It must be {expected}."),
    "settings.range": ("“{label}” can't be {value}.", "It must be from {low} to {high}{unit}."),
    "settings.choice": ("“{label}” can't be {value}.", "Choose one of: {choices}."),
    "settings.size_and_octaves": (
        "Both size and octaves were set.",
        "Size determines the octaves. Set either size, or octaves and octave scale.",
    ),
    "data.write": ("“{path}” can't be written: {reason}.", "Free up some space, or check who can write there."),
    "data.left_out": ("Some saved files can't be read: {names}.", "They were left untouched; see the log for details."),
    "preset.unknown": ("There is no preset called “{name}”.", "{hint}"),
    "preset.name": ("“{name}” can't be used as a preset name.", "Choose a name that isn't taken."),
    "history.broken": ("This dream can no longer be read.", "Use its settings to dream it again."),
    "history.unpacked": ("This dream isn't ready to be saved yet.", "Try again in a moment."),
    "preset.file": ("“{path}” contains no preset.", "Choose a file that was exported as a preset."),
    "style.missing": ("No style was chosen.", "Choose a style picture."),
    "style.none": ("No picture was found there.", "Copy a picture first, or choose another source."),
    "style.unknown": ("There is no style or file called “{name}”.", "{hint}"),
    "style.nothing": ("Style weight and content weight are both 0.", "Raise at least one of them above 0."),
    "style.mask": (
        "A style is limited to the mask “{name}”, which wasn't supplied.",
        "Supply the mask, or paint the style without one.",
    ),
    "style.unused": (
        "The mask “{name}” was supplied, but no style uses it.",
        "Write it after a style, as in swirls@{name}, or leave it out.",
    ),
    "style.nowhere": (
        "The mask “{name}” excludes this whole area, so its style would be painted nowhere.",
        "Use another mask, or a larger selection.",
    ),
    "style.gone": (
        "A style is limited to a mask made of “{name}”, which no longer exists.",
        "Choose again where the style is painted.",
    ),
    "network.unknown": ("There is no network called “{name}”.", "{hint}"),
    "network.turn": (
        "“{name}” can't alternate with {network}: they weren't trained on the same classes.",
        "These can: {known}.",
    ),
    "network.missing": ("The weights of “{label}” aren't installed.", "{advice}"),
    "network.layout": ("The weights file of “{label}” doesn't have the expected layout: {reason}.", "{advice}"),
    "layer.unknown": ("{network} has no layer called “{name}”.", "{hint}"),
    "channel.unknown": ("Layer {layer} of {network} has no channel {channel}.", "Its channels are 0 to {last}."),
    "class.unknown": ("DeepDream doesn't know “{name}”.", "{hint}"),
    "class.many": ("Too many things at once.", "Use at most {most}."),
    "class.none": ("{network} doesn't know anything by name.", "Choose one that does, for example {example}."),
    "objective.syntax": ("The objective “{text}” can't be read: {reason}.", "Write it like this: {example}."),
    "objective.nothing": ("The objective “{text}” has no effect.", "Give at least one term a weight other than 0."),
    "objective.picture": ("The objective uses the picture “{name}”, which wasn't supplied.", "{advice}"),
    "objective.unused": (
        "The picture “{name}” was supplied, but the objective “{text}” doesn't use it.",
        "Leave it out, or use it in the objective: guide:b6={name} or b10@{name}.",
    ),
    "objective.nowhere": (
        "The objective's masks exclude this whole area.",
        "Paint light, or in their colour, where its terms should apply.",
    ),
    "named_picture.missing": (
        "The objective uses the picture “{name}”, which no longer exists.",
        "Add it again under More ▸ Pictures, or choose a preset.",
    ),
    "weights.checksum": (
        "“{path}” is not the expected file: its {kind} is {found} instead of {expected}.",
        "{advice}",
    ),
    "weights.unreadable": ("“{path}” can't be read as weights: {reason}.", "{advice}"),
    "folder.home": (
        "This user has no home folder.",
        "Set the environment variable HOME or KRITA_DEEPDREAM_HOME to a folder's absolute path.",
    ),
    "folder.foreign": (
        "“{folder}” wasn't created by Krita DeepDream, so nothing in it was changed.",
        "Choose another folder, or move its contents.",
    ),
    "fetch.by_hand": ("The weights of “{label}” can't be downloaded.", "{advice}"),
    "fetch.network": (
        "“{address}” can't be read: {reason}.",
        "Check your connection and try again; the download resumes where it stopped.",
    ),
    "fetch.certificates": (
        "“{address}” can't be read: {reason}.",
        "A proxy or virus scanner may be intercepting the connection. Set REQUESTS_CA_BUNDLE to its certificate "
        "(a .pem file). If it is already set, correct the path or unset it.",
    ),
    "fetch.socks": (
        "“{address}” can't be read: {reason}.",
        "Set HTTPS_PROXY to a proxy whose address starts with http://, or unset ALL_PROXY and HTTPS_PROXY.",
    ),
    "fetch.answer": ("“{address}” responded: {reason}.", "Try again later, or add the file yourself once you have it."),
    "fetch.disk": (
        "“{path}” can't be written: {reason}.",
        "Free up some space and try again; it resumes where it stopped.",
    ),
    "weights.disk": ("“{path}” can't be written: {reason}.", "Free up some space and try again."),
    "picture.missing": ("There is no file “{path}”.", "Check the file name."),
    "picture.corrupt": ("“{path}” can't be read as a picture: {reason}.", "Open it in Krita and export it again."),
    "picture.mode": ("“{path}” uses an unsupported pixel format: {mode}.", "{advice}"),
    "picture.format": ("“{path}” can't be written: “{suffix}” is not a supported picture format.", "{advice}"),
    "picture.write": ("“{path}” can't be written: {reason}.", "Choose another folder or free up some space."),
    "picture.profile": (
        "The colour profile of “{path}” can't be used: {reason}.",
        "Convert the picture to sRGB in Krita and export it again.",
    ),
    "picture.alpha": (
        "“{path}” can't be written: {kind} files don't support transparency.",
        "Choose a name ending in .png, .webp or .tif.",
    ),
    "picture.longest": (
        "“{path}” can't be written: {kind} files are limited to {longest} pixels per side.",
        "Choose a name ending in .png or .tif.",
    ),
    "picture.merged": (
        "“{path}” contains no merged image.",
        "Open it in Krita and save it again, or export it as PNG.",
    ),
    "picture.colours": (
        "The picture's colours are marked as {colours}, which isn't supported.",
        "Convert it to sRGB in Krita and export it again.",
    ),
    "picture.rescued": (
        "“{path}” can't be written: {reason}. The dream was saved to “{rescued}” instead.",
        "Choose another folder or free up some space.",
    ),
    "picture.empty": ("The picture has no pixels.", "Choose a picture of at least 1 × 1 pixels."),
    "zoom.format": (
        "“{path}” can't be written: “{suffix}” is not a supported video format.",
        "Use one of {known}, or the name of a folder.",
    ),
    "zoom.rescued": (
        "“{path}” can't be written: {reason}. The frames were saved to “{rescued}” instead.",
        "Choose another folder or free up some space.",
    ),
    "animation.none": (
        "“{layer}” has no keyframe in this range.",
        "Choose another range under Frames, or All Frames.",
    ),
    "animation.gone": (
        "A keyframe of “{layer}” can't be read any more: its image was closed or resized, or the layer changed.",
        "Press Keep to make a layer of the frames that are done, or undo the change and press Resume.",
    ),
    "animation.lost": (
        "Some of the animation's finished frames no longer exist.",
        "Press Discard, then Dream.",
    ),
    "animation.elsewhere": (
        "The finished frames and the worker are on different computers.",
        "In Help ▸ Another Computer…, enter the command they were made with (clear it if that was this computer), or "
        "press Discard.",
    ),
    "picture.recipe_kind": ("“{path}” was made by a different command.", "{advice}"),
    "picture.recipe": ("“{path}” has no recipe.", "Choose a picture made with DeepDream."),
    "mask.size": (
        "The mask is {mask_width} × {mask_height} pixels, but the picture is {width} × {height}.",
        "Make the mask the same size as the picture.",
    ),
    "mask.feather": (
        "The feather is so wide that nothing of the mask is left.",
        "Reduce Feather, or paint more white.",
    ),
    "mask.weight": ("The strength mask is black here.", "Paint light where the dream should appear."),
    "dream.spared": (
        "Shadows, Midtones, Highlights and Protect lines exclude the whole picture.",
        "Increase one of the first three, or reduce Protect lines.",
    ),
    "dream.stages": (
        "The stages of this dream are gone: only the last dream's are kept.",
        "Dream it again, then move Evolve.",
    ),
    "renewal.record": (
        "What is known of this dream doesn't fit it, so no part of it can be renewed.",
        "Dream it again as a whole.",
    ),
    "renewal.seamless": ("A part of a seamless dream can't be renewed.", "Dream it again as a whole."),
    "renewal.growth": (
        "A part of a dream that shows only what grew can't be renewed.",
        "Dream it again as a whole.",
    ),
    "renewal.nothing": (
        "Nothing has changed where this dream is.",
        "Paint on its source first, or press Renew to dream all of it again.",
    ),
    "mask.empty": ("The mask is empty, so there is nothing to dream.", "Paint white where the dream should appear."),
    "wire.header": ("A message could not be read: {reason}.", "Restart Krita; if it happens again, open the log."),
    "wire.size": ("A message of {size} bytes is too large.", "Select a smaller region."),
    "wire.version": (
        "The plugin is version {plugin}, but the worker is version {worker}.",
        "Restart Krita so that both versions match.",
    ),
    "wire.closed": ("The worker closed the connection.", "Press Dream again; if it happens again, open the log."),
    "worker.busy": ("The worker is still dreaming.", "Wait for it to finish, or press Cancel."),
    "worker.internal": ("Something unexpected went wrong: {reason}.", "Open the log and report the error."),
    "worker.tensorflow": (
        "TensorFlow could not be loaded: {reason}.",
        "Copy the diagnostics from the docker's Help menu, or run “python3 install.py --doctor”.",
    ),
    "worker.missing": (
        "DeepDream isn't set up on this computer yet.",
        "Press “Set Up” in the DeepDream docker, or run “python3 install.py”.",
    ),
    "worker.packages": (
        "This version of DeepDream needs more packages.",
        "Press “Update Packages” in the DeepDream docker, or run “python3 install.py”.",
    ),
    "worker.start": (
        "The DeepDream worker could not be started: {reason}.",
        "Copy the diagnostics from the docker's Help menu, or run “python3 install.py --doctor”.",
    ),
    "worker.ended": (
        "The DeepDream worker stopped unexpectedly ({reason}). The image was not changed.",
        "Press Dream to start it again; if it happens again, open the log.",
    ),
    "worker.line": (
        "“{line}” is not a command: {reason}.",
        "Type it as in a terminal, for example: ssh gpu-box deepdream worker",
    ),
    "worker.unreachable": (
        "The worker on another computer stopped ({said}). The image was not changed.",
        "Try “{line}” in a terminal, or clear the line in Help ▸ Another Computer…",
    ),
    "worker.frozen": (
        "The DeepDream worker didn't respond for {seconds} seconds and was stopped. The image was not changed.",
        "Press Dream to start it again.",
    ),
    "krita.document": ("No image is open.", "Open or create an image."),
    "krita.layer": ("There is no active layer.", "Choose a layer in the Layers docker."),
    "krita.group": ("“{layer}” is not in a group.", "Choose a layer in a group, or the group itself."),
    "krita.label": ("“{layer}” has no color label.", "Set one in the Layers docker, or choose labels under More."),
    "krita.labeled": ("No visible layer has the color label {labels}.", "Choose another label under More."),
    "krita.strength": ("At 0% strength, nothing would be replaced.", "Increase Strength first."),
    "krita.selection": ("The selection is outside the canvas.", "Select an area on the canvas."),
    "krita.pixels": ("Krita can't read pixels from “{layer}”.", "Choose a paint layer."),
    "krita.empty": ("There is nothing to dream: the image is transparent here.", "Paint something first."),
    "krita.nothing": (
        "“{layer}” is transparent here.",
        "Select a painted area, or set Source to All Layers under More.",
    ),
    "krita.colour": ("Krita can't convert {source} to {target}.", "Choose Image ▸ Convert Image Color Space first."),
    "krita.closed": (
        "“{document}” was closed before its dream finished.",
        "The result was kept; press Add on Top in the docker.",
    ),
    "krita.gone": (
        "The layer “{layer}” was deleted before its dream finished.",
        "The result was kept; press Add on Top in the docker.",
    ),
    "krita.resized": (
        "“{document}” was resized before its dream finished.",
        "The result was kept; press Add on Top in the docker.",
    ),
    "krita.changed": ("“{document}” was resized.", "Choose Filter ▸ DeepDream… again."),
    "krita.recipe": ("The active layer has no recipe.", "Choose a layer made by DeepDream."),
    "krita.left": ("“{layer}” no longer exists.", "Choose a layer and open the filter again."),
    "krita.recipe_broken": ("The recipe of “{layer}” can't be read.", "Choose another layer made by DeepDream."),
    "krita.dream_gone": ("The dream layer no longer exists.", "Undo its removal, or press Dream."),
    "krita.dream_edited": (
        "The dream layer has been changed since then, so Evolve leaves it as it is.",
        "Press Renew to dream it again.",
    ),
    "krita.again": ("The layer that “{layer}” was made from no longer exists.", "Choose a layer and press Dream."),
    "krita.further": ("Only dreams can go further; styles can't.", "Choose more steps and press Renew."),
    "krita.pictures": (
        "“{layer}” was made with other pictures, which aren't saved with it.",
        "Use its settings, choose the pictures again and press Dream.",
    ),
    "krita.refused": ("Krita didn't accept the new layer.", "The result was kept; press Add on Top in the docker."),
    "setup.python": (
        "No Python 3.10 to 3.13 was found on this computer (found: {found}).",
        "Install Python 3.12 from python.org or your system's package manager, then try again.",
    ),
    "setup.python_unreadable": (
        "“{path}” is not a Python interpreter.",
        "Choose the interpreter itself, for example /usr/bin/python3.",
    ),
    "setup.python_version": (
        "“{path}” is Python {version}, but TensorFlow needs standard CPython 3.10 to 3.13.",
        "Install or choose Python 3.12, then try again.",
    ),
    "setup.python_venv": (
        "Python {version} (“{path}”) lacks the modules “venv” and “ensurepip”.",
        "On Debian or Ubuntu, run “sudo apt install python{minor}-venv”, then try again.",
    ),
    "setup.python_intel_mac": (
        "“{path}” is a Python for Intel Macs, which TensorFlow no longer supports.",
        "On an Apple silicon Mac, install Python 3.12 from python.org. Intel Macs are not supported.",
    ),
    "setup.python_machine": (
        "TensorFlow doesn't support the CPU of “{path}” ({machine}); it needs 64-bit x86 or ARM.",
        "Install a 64-bit Python 3.12 for x86 (also on Windows for ARM), then try again.",
    ),
    "setup.python_musl": (
        "TensorFlow doesn't support musl-based systems such as Alpine.",
        "Install Krita as a Flatpak, which includes a suitable C library, and set DeepDream up inside it.",
    ),
    "setup.python_store": (
        "“{path}” comes from the Microsoft Store; Krita can't see the packages it installs.",
        "Install Python 3.12 from python.org, then try again.",
    ),
    "setup.venv": (
        "“{path}” could not create a virtual environment: {reason}.",
        "Try again, or choose another Python.",
    ),
    "setup.environment": (
        "“{folder}” isn't an environment created by Krita DeepDream, so it was left untouched.",
        "Choose another folder for DeepDream in the docker or with the environment variable KRITA_DEEPDREAM_HOME.",
    ),
    "setup.broken": (
        "DeepDream's environment is damaged: {reason}.",
        "Choose “Rebuild…” under Help in the docker, or run “python3 install.py”.",
    ),
    "setup.macos": (
        "This is macOS {version}, but DeepDream's packages need macOS {least} or later.",
        "Update macOS, then try again.",
    ),
    "setup.python_offered": (
        "No Python 3.10 to 3.13 was found on this computer (found: {found}).",
        "Run “{line}” in a terminal, then try again.",
    ),
    "setup.pip_settings": (
        "Pip's configuration can't be read: {reason}.",
        "Fix or move that file, then try again.",
    ),
    "setup.socks": (
        "The packages could not be downloaded: pip can't use a SOCKS proxy.",
        "Set HTTPS_PROXY to a proxy whose address starts with http://, or unset ALL_PROXY and HTTPS_PROXY, then "
        "try again.",
    ),
    "setup.certificate_file": (
        "The packages could not be downloaded: pip's certificate file was not found ({reason}).",
        "Correct or remove the path. It is set in PIP_CERT, REQUESTS_CA_BUNDLE or CURL_CA_BUNDLE, or listed by "
        "“pip config list”.",
    ),
    "setup.certificate": (
        "The packages could not be downloaded: pip doesn't trust the certificate of “{host}”. A proxy or virus "
        "scanner may be intercepting the connection.",
        "Get its certificate as a .pem file, then run “pip config set global.cert FILE” or set PIP_CERT, and try "
        "again.",
    ),
    "setup.clock": (
        "The packages could not be downloaded: the certificate of “{host}” isn't valid at this computer's date "
        "and time.",
        "Correct the date and time, then try again.",
    ),
    "setup.proxy_password": (
        "The packages could not be downloaded: the proxy requires a user name and password.",
        "Set HTTPS_PROXY to http://name:password@proxy:port, then try again.",
    ),
    "setup.proxy": (
        "The packages could not be downloaded: the proxy can't be reached.",
        "Correct or unset HTTPS_PROXY and HTTP_PROXY, then try again.",
    ),
    "setup.refused": (
        "The packages could not be downloaded: “{host}” refused the request ({reason}).",
        "Ask your network's administrator to allow it, or install from a folder of wheels: in the docker, or with "
        "“--wheels FOLDER”.",
    ),
    "setup.index": (
        "Pip's package index has no {reason} for this computer.",
        "Check the index with “pip config list”, or install from a folder of wheels: in the docker, or with "
        "“--wheels FOLDER”.",
    ),
    "setup.avx": (
        "This computer's CPU doesn't support AVX, which TensorFlow needs.",
        "DeepDream can't run on this computer: it needs a CPU from about 2012 or later.",
    ),
    "setup.space": (
        "Not enough disk space in “{folder}”: {free} free, {needed} required.",
        "Free up some space, or choose another folder in the docker or with the environment variable "
        "KRITA_DEEPDREAM_HOME.",
    ),
    "setup.folder": (
        "The folder “{folder}” can't be used: {reason}.",
        "Choose another folder in the docker or with the environment variable KRITA_DEEPDREAM_HOME.",
    ),
    "setup.files": (
        "“{path}” can't be written: {reason}.",
        "Check who owns the folder and whether the disk is full, then try again.",
    ),
    "setup.path_long": (
        "The path “{folder}” is too long for Windows: at most {longest} characters are allowed.",
        "Choose a shorter one, for example C:\\DeepDream, in the docker or with the environment variable "
        "KRITA_DEEPDREAM_HOME.",
    ),
    "setup.gpu": (
        "TensorFlow supports GPUs on Linux only.",
        "Leave out “--gpu”: DeepDream works well without it.",
    ),
    "setup.network": (
        "The packages could not be downloaded: {reason}.",
        "Check your connection (and proxy: HTTPS_PROXY), then try again; the download resumes where it stopped. "
        "Offline, install from a folder of wheels: in the docker, or with “--wheels FOLDER”.",
    ),
    "setup.altered": (
        "“{reason}” isn't the file that its authors published, so it was not installed.",
        "If your packages come from a mirror or a folder, put the original file there; otherwise try again.",
    ),
    "setup.wheels": (
        "The folder “{folder}” is missing a package: {reason}.",
        "Add that package's wheel to the folder and try again.",
    ),
    "setup.pip": (
        "The packages could not be installed: {reason}.",
        "Try again; if it happens again, choose “Rebuild…” under Help in the docker, or run “python3 install.py "
        "--rebuild”.",
    ),
    "setup.tensorflow": (
        "TensorFlow is installed but doesn't start: {reason}.",
        "On Windows, install Microsoft's Visual C++ Redistributable, then try again.",
    ),
    "setup.dream": ("The first dream failed: {reason}", "Run “python3 install.py --doctor”."),
    "batch.picture": ("“{path}” could not be dreamed: {reason}.", "Try it alone with: deepdream dream."),
    "batch.scene": ("“{path}” could not be dreamed: {reason}.", "Run the same command without --cluster."),
    "batch.nothing": ("There is no picture in “{path}”.", "Choose pictures, or folders with pictures in them."),
    "batch.same": (
        "“{first}” and “{second}” would both be written to “{path}”.",
        "Use one command for each, with another output folder.",
    ),
    "batch.frames": (
        "No picture has a frame number from {first} to {last}.",
        "Frame numbers are at the end of the file's name: shot_0120.png.",
    ),
    "batch.output": ("“{path}” is not a folder.", "Choose another name for the output folder."),
    "film.frames": ("There are no frames called “{path}”.", "Write the name like frame_%04d.png."),
    "film.pyav": (
        "Videos need the package PyAV, which isn't installed.",
        "Install it (pip install av) with DeepDream's own Python, see “python3 install.py --where”, or use .webp, .gif "
        "or single frames.",
    ),
    "film.sound": (
        "“{path}” can't hold the film's sound ({sound}).",
        "Choose a name ending in .mp4, .mov or .mkv.",
    ),
    "film.format": (
        "“{path}” can't be written: “{suffix}” is not a supported film format.",
        "Use one of {known}, or numbered frames: frame_%04d.png.",
    ),
    "film.still": ("“{path}” is not a film.", "Use “deepdream dream” for a single picture."),
    "film.scenes": (
        "Scenes that failed: {count}. {reason}",
        "The others are done; run the same command again to make what is missing.",
    ),
    "cluster.dask": (
        "Several computers need the package Dask, which isn't installed.",
        "Install it (pip install distributed cryptography) with DeepDream's own Python, see “python3 install.py "
        "--where”.",
    ),
    "cluster.secret": (
        "“--cluster local” needs the package cryptography, which isn't installed.",
        "Install it (pip install cryptography) with DeepDream's own Python, see “python3 install.py --where”.",
    ),
    "cluster.reach": (
        "The scheduler “{address}” can't be reached: {reason}.",
        "Start it with “dask scheduler”, or correct the address.",
    ),
    "cluster.lost": (
        "The scheduler “{address}” stopped responding.",
        "Start it and its workers, then run the same command again: it makes what is missing.",
    ),
    "cluster.killed": (
        "“{name}” was given up: {count} workers ended while computing it.",
        "{advice}",
    ),
    "cluster.whole": (
        "“{label}” can't be combined with a cluster.",
        "Leave it out, or dream on this computer alone, without --cluster.",
    ),
    "cluster.weights": (
        "A worker has different weights for “{label}”: {reason}.",
        "Install the same version of DeepDream there, or delete its weights: workers without any get yours.",
    ),
    "command.needs": ("{flag} needs {needed}.", "Add {needed}, or leave out {flag}."),
    "command.conflict": ("{first} and {second} can't be used together.", "Use only one of them."),
    "engine.threads": (
        "TensorFlow is already running with {running} threads in this process, not {requested}.",
        "Leave threads at auto, or set the number before the first dream.",
    ),
    "engine.not_finite": (
        "The network's numbers became too large to compute with.",
        "Choose another layer or network, or lower the weights in the objective.",
    ),
    "memory.short": (
        "This needs about {needed} of memory, but only {free} is free.",
        "Select a smaller region, choose a smaller working size, or close other programs.",
    ),
    "memory.gone": (
        "The computer ran out of memory. The image was not changed.",
        "Select a smaller region, choose a smaller working size, or close other programs.",
    ),
    "cancelled": ("The dream was cancelled.", "Nothing was changed."),
}


# However long a text from outside is, nobody drowns in the sentence about it; lists of what there is are shorter.
_LONGEST_TEXT = 1200


class DreamError(Exception):
    """An error for people: ``code`` names it for programs, ``values`` fill its sentence and advice.

    ``code`` must stand in ``MESSAGES`` (``KeyError`` otherwise: that is a fault of the program).
    """

    def __init__(self, code: str, **values: Any) -> None:
        sentence, advice = MESSAGES[code]
        self.code = code
        self.values = {name: _plain(value) for name, value in values.items()}
        self.sentence = sentence.format(**self.values)
        self.advice = advice.format(**self.values)
        super().__init__(f"{self.sentence} {self.advice}".strip())

    @property
    def nameless(self) -> str:
        """Code and sentence for a log, which others may read: without what people have named, and without advice."""
        shown = {
            name: value if name in ("reason", "code") or not isinstance(value, str) else "…"
            for name, value in self.values.items()
        }
        return f"{self.code}: {MESSAGES[self.code][0].format(**shown)}"

    def __reduce__(self) -> tuple[Any, ...]:
        return _received, (self.code, self.values)


class Cancelled(DreamError):
    """The person, or the program that asked, wants no result any more."""

    def __init__(self) -> None:
        super().__init__("cancelled")


def advice(code: str) -> str:
    """What the error ``code`` advises to do, where that needs no values."""
    return MESSAGES[code][1]


def _received(code: str, values: dict[str, Any]) -> DreamError:
    """An error that comes from another process."""
    return DreamError(code, **values)


def did_you_mean(name: str, known: list[str]) -> str:
    """A hint for a mistyped name: the nearest of ``known``, or all of them when none is near."""
    import difflib

    near = difflib.get_close_matches(name, known, n=3, cutoff=0.5)
    if near:
        return f"Did you mean {' or '.join(near)}?"
    return f"There are: {', '.join(known)}."


def shortened(text: str, longest: int = 80) -> str:
    """``text``, or its beginning where a sentence would drown in it."""
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def in_digits(number: float) -> str:
    """A number as it stands in a sentence, however large: "12.5", "a number of 401 digits"."""
    if isinstance(number, int) and abs(number) >= 10**15:
        return f"a number of {math.floor(math.log10(abs(number))) + 1} digits"
    return str(number) if isinstance(number, bool) else f"{number:.10g}"


def _plain(value: Any) -> str | int | float:
    """Values go over the wire as JSON: numbers stay, unless JSON can't hold them; anything else becomes text."""
    if isinstance(value, int) and value.bit_length() > 63:
        return in_digits(value)
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value if isinstance(value, (int, float)) else shortened(str(value), _LONGEST_TEXT)

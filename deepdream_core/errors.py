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
    "settings.type": ("“{label}” can't be {value}.", "It takes {expected}."),
    "settings.range": ("“{label}” can't be {value}.", "It goes from {low} to {high}{unit}."),
    "settings.choice": ("“{label}” can't be {value}.", "Choose one of: {choices}."),
    "settings.size_and_octaves": (
        "Size and octaves were both given.",
        "Size sets the octaves by itself: give either size, or octaves and octave scale.",
    ),
    "data.write": ("“{path}” can't be written: {reason}.", "Free some space, or see who may write there."),
    "data.left_out": ("Some of what was kept can't be read: {names}.", "It was left as it is; the log says more."),
    "preset.unknown": ("There is no preset called “{name}”.", "{hint}"),
    "preset.name": ("“{name}” can't be the name of a preset of your own.", "Choose one that no other preset has."),
    "history.broken": ("This dream can't be read any more.", "Take its settings and dream it again."),
    "history.unpacked": ("This dream isn't ready to be saved yet.", "Try again in a moment."),
    "preset.file": ("“{path}” holds no preset.", "Choose a file that was exported as a preset."),
    "style.missing": ("There is no style to take.", "Choose a picture whose style is to be taken."),
    "style.none": ("There is no picture there to take a style from.", "Copy one first, or choose another."),
    "style.unknown": ("There is no style called “{name}”, and no such file.", "{hint}"),
    "style.nothing": ("Style weight and content weight are both 0.", "Give at least one of them some weight."),
    "network.unknown": ("There is no network called “{name}”.", "{hint}"),
    "network.turn": (
        "“{name}” can't take turns with {network}: it doesn't know the same things.",
        "These can: {known}.",
    ),
    "network.missing": ("The weights of “{label}” are not on this computer.", "{advice}"),
    "network.layout": ("The weights file of “{label}” has not the layout it should have: {reason}.", "{advice}"),
    "layer.unknown": ("{network} has no layer called “{name}”.", "{hint}"),
    "channel.unknown": ("Layer {layer} of {network} has no channel {channel}.", "Its channels go from 0 to {last}."),
    "class.unknown": ("DeepDream doesn't know “{name}”.", "{hint}"),
    "class.many": ("Too many things at once.", "Name at most {most}."),
    "class.none": ("{network} doesn't know things by name.", "Choose a network that does, for example {example}."),
    "objective.syntax": ("The objective “{text}” can't be read: {reason}.", "Write it like this: {example}."),
    "objective.nothing": ("The objective “{text}” pulls at nothing.", "Give one of its terms a weight other than 0."),
    "objective.picture": ("The objective asks for the picture “{name}”, which was not given.", "{advice}"),
    "objective.unused": (
        "The picture “{name}” was given, but the objective “{text}” doesn't speak of it.",
        "Leave it out, or write an objective that does: guide:b6={name} or b10@{name}.",
    ),
    "objective.nowhere": (
        "The objective's masks leave nothing to dream here.",
        "Paint light where its terms should count, or in their colour.",
    ),
    "named_picture.missing": (
        "The objective speaks of the picture “{name}”, which isn't there any more.",
        "Add it again under More ▸ Pictures, or choose a preset.",
    ),
    "weights.checksum": (
        "“{path}” is not the file it should be: its {kind} is {found}, expected {expected}.",
        "{advice}",
    ),
    "weights.unreadable": ("“{path}” can't be read as weights: {reason}.", "{advice}"),
    "folder.home": (
        "The system knows of no home folder for this user.",
        "Set the variable HOME, or KRITA_DEEPDREAM_HOME, to the whole path of a folder.",
    ),
    "folder.foreign": (
        "“{folder}” is not a folder that Krita DeepDream made, so nothing in it was touched.",
        "Choose another folder, or move what is in it.",
    ),
    "fetch.by_hand": ("The weights of “{label}” can't be fetched.", "{advice}"),
    "fetch.network": (
        "“{address}” can't be read: {reason}.",
        "Check the connection and try again: it goes on where it stopped.",
    ),
    "fetch.certificates": (
        "“{address}” can't be read: {reason}.",
        "A proxy or a virus scanner may read along: set REQUESTS_CA_BUNDLE to its certificate as a .pem file. If that "
        "is set already, correct the path, or unset it.",
    ),
    "fetch.socks": (
        "“{address}” can't be read: {reason}.",
        "Set HTTPS_PROXY to a proxy whose address begins with http://, or unset ALL_PROXY and HTTPS_PROXY.",
    ),
    "fetch.answer": ("“{address}” answers: {reason}.", "Try again later, or add the file by hand once you have it."),
    "fetch.disk": (
        "“{path}” can't be written: {reason}.",
        "Free some space and try again: it goes on where it stopped.",
    ),
    "weights.disk": ("“{path}” can't be written: {reason}.", "Free some space and try again."),
    "picture.missing": ("There is no file “{path}”.", "Check the name."),
    "picture.corrupt": ("“{path}” can't be read as a picture: {reason}.", "Open it in Krita and export it again."),
    "picture.mode": ("“{path}” has a kind of pixels that can't be dreamed: {mode}.", "{advice}"),
    "picture.format": ("“{path}” can't be written: the ending “{suffix}” is not a known picture format.", "{advice}"),
    "picture.write": ("“{path}” can't be written: {reason}.", "Choose another folder or free some space."),
    "picture.profile": (
        "The colour profile of “{path}” can't be used: {reason}.",
        "Convert the picture to sRGB in Krita and export it again.",
    ),
    "picture.alpha": (
        "“{path}” can't be written: {kind} files hold no transparency.",
        "Choose a name that ends in .png, .webp or .tif.",
    ),
    "picture.longest": (
        "“{path}” can't be written: {kind} files have at most {longest} pixels on a side.",
        "Choose a name that ends in .png or .tif.",
    ),
    "picture.merged": (
        "“{path}” holds no merged picture.",
        "Open it in Krita and save it again, or export it as PNG.",
    ),
    "picture.colours": (
        "The picture says that its colours are {colours}, which can't be dreamed.",
        "Convert it to sRGB in Krita and export it again.",
    ),
    "picture.rescued": (
        "“{path}” can't be written: {reason}. The dream lies in “{rescued}”.",
        "Choose another folder or free some space.",
    ),
    "picture.empty": ("The picture has no pixels.", "Choose a picture of at least 1 × 1 pixel."),
    "zoom.ffmpeg": (
        "“{path}” can't be written: there is no program ffmpeg on this computer.",
        "Install ffmpeg, or choose a name that ends in .webp or .gif, or a folder for single pictures.",
    ),
    "zoom.format": ("“{path}” can't be written: “{suffix}” is no film.", "Choose one of {known}, or a folder's name."),
    "zoom.rescued": (
        "“{path}” can't be written: {reason}. The frames lie in “{rescued}”.",
        "Choose another folder or free some space.",
    ),
    "picture.recipe_kind": ("The recipe of “{path}” is for something else.", "{advice}"),
    "picture.recipe": ("“{path}” carries no recipe.", "Choose a picture that was dreamed by this program."),
    "mask.size": (
        "The mask is {mask_width} × {mask_height} pixels, the picture {width} × {height}.",
        "Make the mask as large as the picture.",
    ),
    "mask.feather": ("So soft a border leaves nothing of the mask.", "Turn Feather down, or paint more white."),
    "mask.weight": (
        "The picture that says how strong the dream is, is black here.",
        "Paint light where the dream should be.",
    ),
    "dream.spared": (
        "Shadows, Midtones, Highlights and Protect lines leave nothing of this picture to dream.",
        "Turn one of the first three up, or Protect lines down.",
    ),
    "mask.empty": ("The mask is empty: there is nothing to dream.", "Paint white where the dream shall be."),
    "wire.header": ("A message could not be read: {reason}.", "Restart Krita; if it happens again, open the log."),
    "wire.size": ("A message of {size} bytes is too large.", "Dream a smaller region."),
    "wire.version": (
        "The plugin speaks version {plugin} and the worker version {worker}.",
        "Restart Krita, so that both are of the same version.",
    ),
    "wire.closed": ("The worker closed the connection.", "Press Dream again; if it happens again, open the log."),
    "worker.busy": ("The worker is still dreaming.", "Wait for the end or press Cancel."),
    "worker.internal": ("Something unexpected went wrong: {reason}.", "Open the log and report what it says."),
    "worker.tensorflow": (
        "TensorFlow could not be loaded: {reason}.",
        "Copy the diagnostics in the docker, or type “python3 install.py --doctor”.",
    ),
    "worker.missing": (
        "DeepDream is not set up on this computer yet.",
        "Press “Set Up” in the DeepDream docker, or type “python3 install.py”.",
    ),
    "worker.start": (
        "The dreaming program can't be started: {reason}.",
        "Copy the diagnostics in the docker, or type “python3 install.py --doctor”.",
    ),
    "worker.ended": (
        "The dreaming program ended unexpectedly ({reason}). The image was not changed.",
        "Press Dream to start it again; if it happens again, open the log.",
    ),
    "worker.frozen": (
        "The dreaming program gave no sign of life for {seconds} seconds and was stopped. The image was not changed.",
        "Press Dream to start it again.",
    ),
    "krita.document": ("There is no image open.", "Open an image or make a new one."),
    "krita.layer": ("There is no active layer.", "Choose a layer in the Layers docker."),
    "krita.group": ("“{layer}” stands in no group.", "Choose a layer that does, or a group itself."),
    "krita.label": ("“{layer}” has no color label.", "Give it one in the Layers docker, or choose labels under More."),
    "krita.labeled": ("No visible layer has the color label {labels}.", "Choose another label under More."),
    "krita.strength": ("At a strength of 0 % nothing is replaced.", "Turn Strength up first."),
    "krita.selection": ("The selection lies outside the canvas.", "Select something on the canvas."),
    "krita.pixels": ("“{layer}” gives no pixels.", "Choose a paint layer."),
    "krita.empty": ("There is nothing to dream: the image is transparent here.", "Paint something first."),
    "krita.nothing": (
        "“{layer}” is transparent here.",
        "Select what is painted, or choose All Layers as the source under More.",
    ),
    "krita.colour": ("Krita can't convert {source} to {target}.", "Choose Image ▸ Convert Image Color Space first."),
    "krita.closed": ("“{document}” was closed before its dream was finished.", "The dream is kept: place it anew."),
    "krita.gone": (
        "The layer “{layer}” was deleted before its dream was finished.",
        "The dream is kept: place it anew.",
    ),
    "krita.resized": ("“{document}” was resized before its dream was finished.", "The dream is kept: place it anew."),
    "krita.changed": ("“{document}” was resized.", "Choose Filter ▸ DeepDream… again."),
    "krita.recipe": ("The active layer carries no recipe.", "Choose a layer that was dreamed here."),
    "krita.left": ("“{layer}” isn't there any more.", "Choose a layer and open the filter again."),
    "krita.recipe_broken": ("The recipe of “{layer}” can't be read.", "Choose another layer that was dreamed here."),
    "krita.again": ("What “{layer}” was dreamed of isn't there any more.", "Choose a layer and press Dream."),
    "krita.pictures": (
        "“{layer}” was dreamed with further pictures, which aren't kept with it.",
        "Use its settings, choose the pictures anew and press Dream.",
    ),
    "krita.refused": ("Krita didn't take the new layer.", "The dream is kept: place it anew."),
    "setup.python": (
        "None of the Pythons on this computer is of version 3.10 to 3.13 (found: {found}).",
        "Install Python 3.12, from python.org or with your system's package manager, then try again.",
    ),
    "setup.python_unreadable": (
        "“{path}” is not a Python.",
        "Choose the program itself, for example /usr/bin/python3.",
    ),
    "setup.python_version": (
        "“{path}” is Python {version}, and TensorFlow takes the ordinary Python 3.10 to 3.13.",
        "Install or choose Python 3.12, then try again.",
    ),
    "setup.python_venv": (
        "Python {version} (“{path}”) has no modules “venv” and “ensurepip”.",
        "On Debian and Ubuntu type “sudo apt install python{minor}-venv”, then try again.",
    ),
    "setup.python_intel_mac": (
        "“{path}” is a Python for Intel Macs, for which TensorFlow is no longer made.",
        "On a Mac with Apple's processor install Python 3.12 from python.org; on an Intel Mac there is no way.",
    ),
    "setup.python_machine": (
        "TensorFlow is not made for the processor of “{path}” ({machine}); it takes 64-bit x86 or ARM.",
        "Install a 64-bit Python 3.12 for x86 (also on Windows for ARM), then try again.",
    ),
    "setup.python_musl": (
        "TensorFlow is not made for systems built on musl, such as Alpine.",
        "Install Krita as a Flatpak, which brings another C library along, and set DeepDream up inside it.",
    ),
    "setup.python_store": (
        "“{path}” comes from the Microsoft Store: what it installs, Krita can't see.",
        "Install Python 3.12 from python.org, then try again.",
    ),
    "setup.venv": ("“{path}” could not make a virtual environment: {reason}.", "Try again, or choose another Python."),
    "setup.environment": (
        "“{folder}” is not an environment that Krita DeepDream made, so it was left as it is.",
        "Choose another folder for DeepDream: in the docker, or with the variable KRITA_DEEPDREAM_HOME.",
    ),
    "setup.broken": (
        "DeepDream's environment is damaged: {reason}.",
        "Press “Rebuild” under Help in the docker, or type “python3 install.py”.",
    ),
    "setup.macos": (
        "This is macOS {version}, and the packages that DeepDream needs are made for macOS {least} or later.",
        "Update macOS, then try again.",
    ),
    "setup.python_offered": (
        "None of the Pythons on this computer is of version 3.10 to 3.13 (found: {found}).",
        "Type “{line}” at a terminal, then try again.",
    ),
    "setup.pip_settings": (
        "The settings of pip can't be read: {reason}.",
        "Mend that file, or move it away, then try again.",
    ),
    "setup.socks": (
        "The packages could not be downloaded: pip can't use a SOCKS proxy.",
        "Set HTTPS_PROXY to a proxy whose address begins with http://, or unset ALL_PROXY and HTTPS_PROXY; then try "
        "again.",
    ),
    "setup.certificate_file": (
        "The packages could not be downloaded: the file of certificates that pip should use isn't there ({reason}).",
        "Correct the path, or take it away: it stands in PIP_CERT, REQUESTS_CA_BUNDLE or CURL_CA_BUNDLE, or in the "
        "list that “pip config list” prints.",
    ),
    "setup.certificate": (
        "The packages could not be downloaded: “{host}” shows a certificate that pip doesn't trust. A proxy or a "
        "virus scanner on the way may read along.",
        "Ask for its certificate as a .pem file, then type “pip config set global.cert FILE”, or set PIP_CERT to it, "
        "and try again.",
    ),
    "setup.clock": (
        "The packages could not be downloaded: by this computer's clock the certificate of “{host}” isn't valid.",
        "Set date and time, then try again.",
    ),
    "setup.proxy_password": (
        "The packages could not be downloaded: the proxy asks for a name and a password.",
        "Set HTTPS_PROXY to http://name:password@proxy:port, then try again.",
    ),
    "setup.proxy": (
        "The packages could not be downloaded: the proxy can't be reached.",
        "Correct HTTPS_PROXY and HTTP_PROXY, or unset them, then try again.",
    ),
    "setup.refused": (
        "The packages could not be downloaded: “{host}” refuses them ({reason}).",
        "Ask who runs your network to allow it, or install from a folder of wheels: in the docker, or with "
        "“--wheels FOLDER”.",
    ),
    "setup.index": (
        "The index of packages that pip asks has no {reason} for this computer.",
        "Look with “pip config list” which index that is, or install from a folder of wheels: in the docker, or with "
        "“--wheels FOLDER”.",
    ),
    "setup.avx": (
        "This computer's processor has no AVX, which TensorFlow needs.",
        "Nothing can be done about that here: DeepDream needs a processor of about 2012 or later.",
    ),
    "setup.space": (
        "There is not enough room in “{folder}”: {free} are free, {needed} are needed.",
        "Free some space, or choose another folder: in the docker, or with the variable KRITA_DEEPDREAM_HOME.",
    ),
    "setup.folder": (
        "The folder “{folder}” can't be used: {reason}.",
        "Choose another folder: in the docker, or with the variable KRITA_DEEPDREAM_HOME.",
    ),
    "setup.files": (
        "“{path}” can't be written: {reason}.",
        "Check whom the folder belongs to and whether the disk is full, then try again.",
    ),
    "setup.path_long": (
        "The folder “{folder}” has too long a name for Windows: it may have {longest} characters.",
        "Choose a shorter one, for example C:\\DeepDream: in the docker, or with the variable KRITA_DEEPDREAM_HOME.",
    ),
    "setup.gpu": (
        "TensorFlow uses graphics cards on Linux only.",
        "Leave “--gpu” out: DeepDream is made to work without.",
    ),
    "setup.network": (
        "The packages could not be downloaded: {reason}.",
        "Check the connection (and a proxy: HTTPS_PROXY), then try again: it goes on where it stopped. "
        "Without a network, install from a folder of wheels: in the docker, or with “--wheels FOLDER”.",
    ),
    "setup.wheels": (
        "The folder “{folder}” lacks a package: {reason}.",
        "Put that package's wheel there and try again.",
    ),
    "setup.pip": (
        "The packages could not be installed: {reason}.",
        "Try again; if it happens again, press “Rebuild” under Help in the docker, or type “python3 install.py "
        "--rebuild”.",
    ),
    "setup.tensorflow": (
        "TensorFlow is installed but does not start: {reason}.",
        "On Windows install Microsoft's Visual C++ Redistributable, then try again.",
    ),
    "setup.dream": ("The first dream did not succeed: {reason}", "Type “python3 install.py --doctor”."),
    "command.needs": ("{flag} does nothing without {needed}.", "Give {needed} too, or leave {flag} out."),
    "command.conflict": ("{first} and {second} were both given.", "Give only one of them."),
    "engine.threads": (
        "TensorFlow already computes with {running} threads in this process, not with {requested}.",
        "Leave threads at auto, or set them before the first dream.",
    ),
    "memory.short": (
        "This needs about {needed} of memory, and {free} are free.",
        "Dream a smaller region, choose a smaller working size, or close other programs.",
    ),
    "cancelled": ("The dream was cancelled.", "Nothing was changed."),
}


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


class Cancelled(DreamError):
    """The person, or the program that asked, wants no result any more."""

    def __init__(self) -> None:
        super().__init__("cancelled")


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
        return f"a number of {math.ceil(number.bit_length() * math.log10(2))} digits"
    return str(number) if isinstance(number, bool) else f"{number:.10g}"


def _plain(value: Any) -> str | int | float:
    """Values go over the wire as JSON: numbers stay, unless JSON can't hold them; anything else becomes text."""
    if isinstance(value, int) and value.bit_length() > 63:
        return in_digits(value)
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value if isinstance(value, (int, float, str)) else str(value)

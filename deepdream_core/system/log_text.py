"""(a text for the log) → the same without what a person has named: layers, pictures, files, folders, the home folder.

Logs are pasted into public places. Standard library only.
"""

from __future__ import annotations

import re
import traceback

from ..errors import DreamError

_QUOTED = (
    ("“.*”", "“…”"),
    ("„.*“", "„…“"),
    # An apostrophe inside a word is none.
    (r"(?<!\w)'.*'(?!\w)", "'…'"),
    (r'(?<!\w)".*"(?!\w)', '"…"'),
)
# Of a longer line only the beginning is written down: a worker may say anything, and this is Krita's thread.
LONGEST_LINE = 2000
# Where a name may begin that a cut would leave open.
_MARK = re.compile("[“„'\"]")
# What pip says of folders, whose names may have spaces: they go on to the end of the line.
_FOLDERS = re.compile(r"\b(Looking in links:|Processing) .*")
# A space belongs to it if another separator follows soon.
_WORD = r"[^\s\\/:'\"“”,;()]+"
_PATH = re.compile(rf"(?<![\w.…])(?:~|[A-Za-z]:)?(?:[\\/]{_WORD}(?:(?: {_WORD}){{1,3}}(?=[\\/]))?)+")
# From the beginning of a word on: from each of its letters would take the square of the time.
_FILE = re.compile(
    r"(?<![^\s'\"“”„/\\])[^\s'\"“”„/\\]+"
    r"(?=\.(?:kra|krz|png|jpe?g|jfif|webp|tiff?|exr|psd|gif|bmp|gpl|mp4|mov|webm|mkv|json)\b)",
    re.IGNORECASE,
)
# Of a traceback: where in the code something was.
_CODE_LINE = re.compile(r'(\s+File ")(.*)(", line \d+.*)')
_KNOWN = re.compile(r"(?:krita_deepdream|deepdream_core|site-packages|python3\.\d+)[\\/].*")


def without_names(text: str) -> str:
    """``text``, line by line, with … for what is quoted and for paths; a traceback keeps its places and its code."""
    return "\n".join(map(_line, text.split("\n")))


def of_exception(error: BaseException) -> str:
    """The traceback of ``error`` and of what caused it, without names."""
    text = "".join(traceback.format_exception(type(error), error, error.__traceback__)).rstrip()
    for each in chain_of(error):
        if isinstance(each, DreamError):
            # A name may have quotes and line ends in it.
            text = text.replace(str(each), each.nameless)
    return without_names(text)


def chain_of(error: BaseException | None) -> list[BaseException]:
    """``error`` and what caused it, the nearest first."""
    found: list[BaseException] = []
    while error is not None and error not in found:
        found.append(error)
        error = error.__cause__ or error.__context__
    return found


def _line(line: str) -> str:
    if len(line) > LONGEST_LINE:
        line = _MARK.split(line[:LONGEST_LINE], maxsplit=1)[0].rpartition(" ")[0] + " …"
    found = _CODE_LINE.fullmatch(line)
    if found:
        known = _KNOWN.search(found[2])
        return f"{found[1]}{known[0] if known else '…'}{found[3]}"
    if line.startswith("    "):
        return line
    line = _FOLDERS.sub(r"\1 …", line)
    for quoted, without in _QUOTED:
        line = re.sub(quoted, without, line)
    return _FILE.sub("…", _PATH.sub("…", line))

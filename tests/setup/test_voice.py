"""One native voice: phrases that gave the program an accent are in no text that a user reads, and on no page."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# Each with what a native speaker would write.
BANNED = {
    r"com(?:es?|ing) along|came along": "bundled, included",
    r"shall": "should, will",
    r"anew": "again",
    r"go(?:es|ing|ne)? on|went on": "continue, resume",
    r"(?:is|are|was|were) no(?! longer| more than)": "isn't a, there is no",
    r"whom": "who",
    r"as a rule": "usually",
    r"in a line": "in one line",
    r"mend(?:s|ed|ing)?": "fix, repair",
    r"beforehand": "before, in advance",
    r"(?:is|are)n't there any more": "no longer exists",
    r"take (?:it|everything) away": "remove",
    r"some(?= \d)": "about",
    r"(?:lies|stands) (?:in|at|below|beside|under|outside|there)": "is",
    r"processor time": "CPU time",
}
# "Is there no …?" and "there is no …" are how everybody says it.
ALLOWED = re.compile(r"there (?:is|are|was|were) no", re.IGNORECASE)
PHRASE = re.compile(rf"\b(?:{'|'.join(BANNED)})\b", re.IGNORECASE)
SOURCES = [
    ROOT / "install.py",
    *(path for name in ("deepdream_core", "krita_deepdream", "tools") for path in sorted((ROOT / name).rglob("*.py"))),
]
PAGES = [
    ROOT / "README.md",
    ROOT / "deepdream_core" / "README.md",
    *sorted((ROOT / "docs").glob("*.md")),
    *(ROOT / "krita_deepdream" / name for name in ("Manual.html", "krita_deepdream.action", "krita_deepdream.desktop")),
]


def banned(text: str) -> list[str]:
    """The phrases in ``text`` that nobody says."""
    return PHRASE.findall(ALLOWED.sub("", " ".join(text.split())))


def strings(path: Path) -> list[str]:
    """What a module says: its strings, without docstrings; of an f-string the words between its values."""
    tree = ast.parse(path.read_text("utf-8"))
    statements = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    constants = (node for node in ast.walk(tree) if isinstance(node, ast.Constant) and id(node) not in statements)
    return [node.value for node in constants if isinstance(node.value, str)]


def test_no_message_has_the_accent():
    found = [(path.name, text, phrases) for path in SOURCES for text in strings(path) if (phrases := banned(text))]
    assert found == []


def test_no_page_has_the_accent():
    paragraphs = ((page, text) for page in PAGES for text in re.split(r"\n\s*\n", page.read_text("utf-8")))
    assert [(page.name, text, phrases) for page, text in paragraphs if (phrases := banned(text))] == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The dream\nshall appear.", ["shall"]),
        ("It goes on where it stopped.", ["goes on"]),
        ("“x” is no film.", ["is no"]),
        ("“x” is no longer open; there is no film.", []),
    ],
)
def test_the_accent_is_heard(text, found):
    assert banned(text) == found

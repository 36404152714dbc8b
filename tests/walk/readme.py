"""The sentences of the README's section *Use*, and the steps of the walk that say which of them they follow."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from tests.krita.harness import ROOT

from .painter import Painter

README = ROOT / "README.md"
SECTION = re.compile(r"^## Use\n(.*?)^## ", re.MULTILINE | re.DOTALL)
PICTURE = re.compile(r"^!\[.*?\]\(.*?\)$", re.MULTILINE | re.DOTALL)
NUMBER = re.compile(r"^\d+\. ", re.MULTILINE)
# A sentence ends with a full stop, and perhaps a bracket, before the next one begins.
BETWEEN = re.compile(r"(?<=[.)])\s+(?=[A-Z*(])")

Act = Callable[[Painter], None]


@dataclass(frozen=True)
class Step:
    """What a painter does who follows these sentences."""

    sentences: tuple[str, ...]
    act: Act


class Steps(list[Step]):
    """In the README's order."""

    def follows(self, *sentences: str) -> Callable[[Act], Act]:
        """The function below does what these sentences say."""

        def noted(act: Act) -> Act:
            self.append(Step(sentences, act))
            return act

        return noted

    @property
    def sentences(self) -> list[str]:
        """All of them."""
        return [sentence for step in self for sentence in step.sentences]


def sentences() -> list[str]:
    """What the README says in its section *Use*, sentence by sentence, as it is written."""
    found = SECTION.search(README.read_text(encoding="utf-8"))
    assert found, "there is no section Use"
    # Each number of a list begins a paragraph.
    text = NUMBER.sub("\n\n", PICTURE.sub("", found[1]))
    paragraphs = [" ".join(each.split()) for each in re.split(r"\n\s*\n", text) if each.strip()]
    return [sentence for each in paragraphs for sentence in BETWEEN.split(each)]

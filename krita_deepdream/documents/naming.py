"""What a new dream's layer is called: after the dream, with a number and its source where there is more than one.

Documents and nodes are handed in: this file doesn't know Krita itself.
"""

from __future__ import annotations

import re

from ..jobs.document_data import LABELS, Source, SourceSelection
from ..krita_api import Document, Node
from ..language import tr
from . import nodes, recipes

BETWEEN = " · "
LONGEST_SOURCE = 40


def name_for(document: Document, what: str, source: Node, selection: SourceSelection | None = None) -> str:
    """ "Animals", "Animals 2", "Owl · Background": no other node of the document has that name or number.

    The source is told where another layer could have been dreamed as well.
    """
    numbered = unique(document, what)
    return f"{numbered}{BETWEEN}{_source(document, source, selection)}" if _has_choice(document) else numbered


def unique(document: Document, what: str) -> str:
    """``what``, with a number higher than any that the document has already."""
    pattern = re.compile(rf"{re.escape(what)}(?: (\d{{1,9}}))?(?:{BETWEEN}.*)?", re.DOTALL)
    found = [pattern.fullmatch(node.name()) for node in nodes.every(document)]
    highest = max((int(match[1] or 1) for match in found if match), default=0)
    return f"{what} {highest + 1}" if highest else what


def numbered(name: str) -> str:
    """A dream layer's name without what it was dreamed of: "Animals 2" of "Animals 2 · Background"."""
    return name.partition(BETWEEN)[0]


def base(name: str) -> str:
    """What a dream is of whose layer is called ``name``: "Animals" of "Animals 2 · Background"."""
    return re.sub(rf"(?: \d{{1,9}})?(?:{BETWEEN}.*)?$", "", name, count=1, flags=re.DOTALL) or name


def _has_choice(document: Document) -> bool:
    """Whether there are several layers that a painter made."""
    dreams = recipes.dreams(document)
    layers = [node for node in nodes.every(document) if nodes.layer_of(node) == node]
    ours = {nodes.identity(node) for node in layers if _holds_only(node, dreams)}
    return len({nodes.identity(node) for node in layers} - ours) > 1


def _holds_only(node: Node, dreams: set[str]) -> bool:
    inside = nodes.layers_in(node)
    return nodes.identity(node) in dreams or (bool(inside) and all(_holds_only(each, dreams) for each in inside))


def _source(document: Document, source: Node, selection: SourceSelection | None) -> str:
    if selection and selection.source is Source.ALL_LAYERS:
        return tr("All Layers")
    if selection and selection.source is Source.LABELED_LAYERS:
        return ", ".join(tr(LABELS[label]) for label in sorted(selection.labels))
    name = source.name()
    if nodes.identity(source) in recipes.dreams(document):
        name = numbered(name)
    return name if len(name) <= LONGEST_SOURCE else name[: LONGEST_SOURCE - 1] + "…"

"""Where in the tree of layers a new dream is seen: above its source, older dreams of it and what guided it.

Documents and nodes are handed in: this file doesn't know Krita itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ..krita_api import Document, Node
from . import nodes, recipes


def above(document: Document, source: Node, hints: Iterable[str]) -> Node:
    """The node that a new dream of ``source`` goes directly above.

    That is the topmost of the source, of older dreams of its kin, and of the visible ones of ``hints`` (node ids). It
    stands in the source's group or in one around that: a painter's group that holds such a layer counts as a whole.
    """
    covers = _covering(document, source, frozenset(hints))
    found = level = source
    while (parent := level.parentNode()) is not None:
        siblings = nodes.layers_in(parent)
        for each in siblings[siblings.index(level) + 1 :]:
            if any(map(covers, nodes.within(each))):
                found = each
        level = parent
    return found


def is_group_of_dreams(document: Document, node: Node, source: Node) -> bool:
    """Whether a node is a visible group of nothing but dreams of ``source``'s kin."""
    if node == source or node.type() != "grouplayer" or not node.visible():
        return False
    layers = nodes.layers_in(node)
    return bool(layers) and all(map(_covering(document, source, frozenset()), layers))


def _covering(document: Document, source: Node, hints: frozenset[str]) -> Callable[[Node], bool]:
    dreams, looks = recipes.kin(document, nodes.identity(source))

    def covers(node: Node) -> bool:
        own = nodes.identity(node)
        if own in dreams or (own in hints and nodes.is_seen(node)):
            return True
        # A duplicate of a dream covers as much as the dream does.
        return bool(looks) and node.type() == "paintlayer" and recipes.looks(node) in looks

    return covers

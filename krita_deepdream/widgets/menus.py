"""Entries of menus, made in one way everywhere."""

from __future__ import annotations

from collections.abc import Callable

from ..qt import QAction, QtWidgets


def entry(menu: QtWidgets.QMenu, text: str, chosen: Callable[..., None], name: str = "") -> QAction:
    """Add an entry; ``chosen`` is a guarded slot, ``name`` what programs call it: "care_log"."""
    # A layer may be called "black & white".
    action = menu.addAction(text.replace("&", "&&"))
    assert action is not None
    action.setObjectName(f"deepdream_{name}" if name else "")
    action.triggered.connect(chosen)
    return action

"""Krita's actions for what the docker does, without default keys: on every page, and with the docker closed.

``krita_deepdream.action`` names each of them too: Krita asks that file for the keys.
"""

from __future__ import annotations

from .language import mark

PREFIX = "deepdream_"
# What ``DreamPanel.do`` understands, with the text in Krita's menu and its list of shortcuts.
SHORTCUTS = {
    "dream": mark("DeepDream: Dream"),
    "other_seed": mark("DeepDream: Dream with Another Seed"),
    "cancel": mark("DeepDream: Cancel"),
    "variations": mark("DeepDream: Variations"),
    "live": mark("DeepDream: Live"),
    "keep_up": mark("DeepDream: Keep Up"),
    "refresh": mark("DeepDream: Refresh"),
    "further": mark("DeepDream: Further"),
    "evolve_back": mark("DeepDream: Evolve Back"),
    "evolve_forth": mark("DeepDream: Evolve Forth"),
}

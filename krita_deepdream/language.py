"""Texts in the language of Krita's user interface: the English text is the key, and what is shown without one.

A language is a JSON file in ``languages``, English text → translation; ``{values}`` keep their places by name.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from .core import errors

FOLDER = Path(__file__).with_name("languages")
_table: dict[str, str] = {}


def use(code: str) -> None:
    """From now on speak ``code`` ("de", "pt_BR"; the language alone will do), or English where there is no file."""
    _table.clear()
    files = (FOLDER / f"{name}.json" for name in (code, code.partition("_")[0]))
    found = next((file for file in files if file.is_file()), None)
    if found:
        _table.update(json.loads(found.read_text(encoding="utf-8")))


def tr(text: str, /, **values: Any) -> str:
    """``text`` in the painter's language, its ``{values}`` filled in. Ask when it is shown, not at import."""
    translated = _table.get(text) or text
    return translated.format(**values) if values else translated


def mark(text: str) -> str:
    """``text`` as it is: says that ``tr`` will be asked for it later, by a name that holds it."""
    return text


def explain(error: errors.DreamError) -> str:
    """An error's sentence and advice in the painter's language; values that are texts of ours are translated too."""
    sentence, advice = errors.MESSAGES[error.code]
    values = {name: tr(value) if isinstance(value, str) else value for name, value in error.values.items()}
    return f"{tr(sentence, **values)} {tr(advice, **values)}".strip()

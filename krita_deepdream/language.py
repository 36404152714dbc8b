"""Texts in the language of Krita's user interface: the English text is the key, and what is shown without one.

Translations are gettext's: ``languages/de.po`` in the repository, compiled to ``languages/de.mo`` where the plugin is
installed (``tools/packing.py``). ``{values}`` keep their places by name.
"""

from __future__ import annotations

import gettext
from pathlib import Path
from typing import Any

from .core import errors

FOLDER = Path(__file__).with_name("languages")
_catalogues: list[gettext.NullTranslations] = []


def use(code: str, folder: Path = FOLDER) -> None:
    """From now on speak ``code`` ("de", "pt_BR"; the language alone will do), or English where there is no file."""
    files = (folder / f"{name}.mo" for name in (code, code.partition("_")[0]))
    found = next((file for file in files if file.is_file()), None)
    _catalogues.clear()
    if found:
        with found.open("rb") as file:
            _catalogues.append(gettext.GNUTranslations(file))


def _catalogue() -> gettext.NullTranslations:
    return _catalogues[0] if _catalogues else gettext.NullTranslations()


def tr(text: str, /, **values: Any) -> str:
    """``text`` in the painter's language, its ``{values}`` filled in. Ask when it is shown, not at import."""
    # "" is the key of a catalogue's header.
    translated = _catalogue().gettext(text) if text else text
    return translated.format(**values) if values else translated


def ngettext(one: str, many: str, count: int, /, **values: Any) -> str:
    """The form of a text that goes with ``count``, in the painter's language; ``{count}`` may stand in it."""
    return _catalogue().ngettext(one, many, count).format(count=count, **values)


def mark(text: str) -> str:
    """``text`` as it is: says that ``tr`` will be asked for it later, by a name that holds it."""
    return text


def explain(error: errors.DreamError) -> str:
    """An error's sentence and advice in the painter's language; values that are texts of ours are translated too."""
    sentence, advice = errors.MESSAGES[error.code]
    values = {name: tr(value) if isinstance(value, str) else value for name, value in error.values.items()}
    return f"{tr(sentence, **values)} {tr(advice, **values)}".strip()

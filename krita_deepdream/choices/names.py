"""(what is dreamed) → its name in the painter's words: "Animals", "Animals + castle", "Owl", "Hare, fox"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from ..core import dream_settings, presets, syntax
from ..jobs.descriptions import term_words
from ..jobs.named_pictures import NamedPicture
from ..language import tr

Terms = tuple[syntax.Term, ...]
# Terms weaker than this share of the strongest aren't named.
LEAST_SHARE = 0.25
MOST_WORDS = 4
LONGEST = 60


def same_things(chosen: dream_settings.DreamSettings, preset: presets.Preset) -> bool:
    """Whether both have the same terms, whatever their masks and the other settings."""
    return chosen.network == preset.settings.network and _terms(chosen) == _terms(preset.settings)


def preset_of(
    chosen: dream_settings.DreamSettings, known: Sequence[presets.Preset], name: str = ""
) -> presets.Preset | None:
    """The preset that settings are of: the one called ``name`` or with every setting the same, before others."""
    alike = [preset for preset in known if same_things(chosen, preset)]
    plain = chosen.replace({"seed": 1})
    alike.sort(key=lambda preset: (preset.name != name, preset.settings.replace({"seed": 1}) != plain))
    return alike[0] if alike else None


def dream_name(
    chosen: dream_settings.DreamSettings, begun: presets.Preset | None, named_pictures: Mapping[str, NamedPicture]
) -> str:
    """The name of a dream that began from the preset ``begun``."""
    if begun and same_things(chosen, begun):
        return tr(begun.name)
    terms, basis = _terms(chosen), _terms(begun.settings) if begun else ()
    extends = begun is not None and chosen.network == begun.settings.network and set(basis) <= set(terms)
    words = tr(begun.name) if begun and extends else ""
    strongest = max(abs(term.weight) for term in terms)
    rest = [term for term in terms if not (extends and term in basis) and abs(term.weight) >= LEAST_SHARE * strongest]
    for term in rest[:MOST_WORDS]:
        sign = " − " if term.weight < 0 else " + "
        words += (sign if words else sign.strip(" +")) + _word(term, chosen.network, named_pictures)
    words += " + …" if len(rest) > MOST_WORDS else ""
    return words[:1].upper() + (words[1:] if len(words) <= LONGEST else words[1 : LONGEST - 1] + "…")


def _word(term: syntax.Term, network: str, named_pictures: Mapping[str, NamedPicture]) -> str:
    """A whole layer that is a preset's gets the preset's name."""
    alone = replace(term, weight=1.0)
    for preset in presets.PRESETS.values():
        if preset.settings.network == network and _terms(preset.settings) == (alone,):
            return tr(preset.name)
    words = term_words(term, network, named_pictures)
    return words.partition(",")[0] if term.type == "layer" and not term.channels else words


def _terms(chosen: dream_settings.DreamSettings) -> Terms:
    """The terms without their masks: where something grows doesn't change its name."""
    return tuple(replace(term, mask_name="") for term in syntax.parse(chosen.objective))

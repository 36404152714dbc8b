"""What a term of an objective looks for and where it grows, in a painter's words."""

from __future__ import annotations

from collections.abc import Mapping

from ..core import atlas_sheets, catalogue, classes, errors, syntax
from ..language import mark, tr
from ..qt import QtGui
from .named_pictures import NamedPicture

SWATCH_PX = 16
# As many of a term's channels are named.
MOST_CHANNELS = 3
# Words for colours: by hue in degrees up to which they hold.
HUES = (
    (15, mark("red")),
    (45, mark("orange")),
    (70, mark("yellow")),
    (160, mark("green")),
    (200, mark("turquoise")),
    (260, mark("blue")),
    (300, mark("violet")),
    (345, mark("pink")),
    (360, mark("red")),
)
GREYS = ((40, mark("black")), (215, mark("grey")), (256, mark("white")))


def term_words(term: syntax.Term, network: str, named_pictures: Mapping[str, NamedPicture]) -> str:
    """ "owl", "furry animals", "towards “photo”"; for channels what is seen in them: "hare, fox"."""
    if term.type == "class":
        return classes.class_name(int(term.name)) if term.name.isdecimal() else term.name
    if term.type != "layer":
        return tr("towards “{label}”", label=label_of(term.picture, named_pictures))
    seen = _seen_in(term, network)
    try:
        looks_like = tr(catalogue.network(network).layer(term.name).looks_like)
    except errors.DreamError:
        return term.name
    return seen or (looks_like if not term.channels and not term.rank else f"{term.name}: {looks_like}")


def channel_word(network: str, layer: str, number: int) -> str:
    """What a channel's picture shows most clearly; empty if nothing."""
    sheet = atlas_sheets.sheets(network).get(layer)
    read = sheet.classes[number] if sheet and number < len(sheet.classes) else ()
    return classes.class_name(read[0]) if read else ""


def _seen_in(term: syntax.Term, network: str) -> str:
    strongest = sorted(term.channels, key=lambda channel: -abs(channel[1]))
    words = [channel_word(network, term.name, number) for number, _strength_map in strongest[:MOST_CHANNELS]]
    more = ["…"] if len(strongest) > MOST_CHANNELS else []
    return ", ".join([*dict.fromkeys(words), *more]) if all(words) else ""


def where_words(where: str, named_pictures: Mapping[str, NamedPicture]) -> str:
    """A term's ``mask``: "everywhere", "where “hill” is light", "where “hints” is blue"."""
    if not where:
        return tr("everywhere")
    if spot := syntax.spot_of(where):
        across, down = (round(100 * share) for share in spot)
        return tr("around {across} %, {down} %", across=across, down=down)
    name, _, colour = where.partition("#")
    if colour == syntax.ALPHA:
        return tr("where “{label}” is painted", label=label_of(name, named_pictures))
    words = colour_word(colour) if colour else tr("light")
    return tr("where “{label}” is {colour}", label=label_of(name, named_pictures), colour=words)


def label_of(name: str, named_pictures: Mapping[str, NamedPicture]) -> str:
    """What the painter calls the picture."""
    return named_pictures[name].label if name in named_pictures else name


def colour_word(colour: str) -> str:
    """The nearest everyday word for "rrggbb"."""
    hue, saturation, lightness, _alpha = QtGui.QColor(f"#{colour}").getHsl()
    if hue is None or hue < 0 or (saturation or 0) < 40:
        return tr(next(word for limit, word in GREYS if (lightness or 0) < limit))
    return tr(next(word for limit, word in HUES if hue <= limit))


def colour_icon(colour: str) -> QtGui.QIcon:
    """A patch of that colour; an empty icon if there is none or the mask means something else."""
    if colour in ("", syntax.ALPHA):
        return QtGui.QIcon()
    swatch = QtGui.QPixmap(SWATCH_PX, SWATCH_PX)
    swatch.fill(QtGui.QColor(f"#{colour}"))
    return QtGui.QIcon(swatch)

"""Named pictures that a painter adds to a dream: guides, and masks for single terms.

Plain data and Qt images. The host reads layers when the dream begins, so a hint layer can be painted on until
then; a file or the clipboard is read at once.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from ..core import catalogue, errors, syntax, wire
from ..qt import Qt, QtCore, QtGui
from .images import FORMAT, from_image, to_image

# The network sees guides scaled down; a mask's borders are soft anyway.
LONGEST_PX = 1024
# How the colours of a hint layer are told apart; with more than ``MOST_COLOURS`` it isn't one.
LOOK_PX = 96
MOST_COLOURS = 6
LEAST_SHARE = 0.01


@dataclass(frozen=True)
class NamedPicture:
    """One picture. ``name`` as the objective spells it, ``label`` as the painter knows it.

    ``node`` is the unique id of a layer, mask or an image's root that it is read from when a dream begins, ``path``
    the file that it was read from. ``picture`` is how it looked last, in little; ``None`` if that isn't known.
    """

    name: str
    label: str
    node: str = ""
    path: str = ""
    picture: wire.Picture | None = None


@dataclass(frozen=True)
class Offered:
    """A node that can be chosen: its id and name, how deep it is nested, whether it's a mask."""

    node: str
    label: str
    level: int
    mask: bool = False


def name_for(label: str, used: Container[str]) -> str:
    """A name that the objective can spell and that isn't taken: "Paint Layer 1" → "Paint_Layer_1"."""
    plain = re.sub(r"\W+", "_", label).strip("_")
    plain = plain if re.match(r"[A-Za-z_]", plain) else f"_{plain}"
    names = (plain if number == 1 else f"{plain}_{number}" for number in range(1, 1000))
    return next(name for name in names if name not in used)


def guide_by(objective: str, name: str, network: str) -> str:
    """The objective to dream towards the picture called ``name``, as deep as the present one."""
    term = syntax.parse(objective)[0]
    layer = catalogue.network(network).default_layer if term.type == "class" else term.name
    return syntax.write((syntax.Term("guide", layer, picture=name),))


def masked_by(objective: str, mask: str) -> str:
    """The objective with all of its terms only where ``mask`` ("hill", "hint#3366ff") says."""
    return syntax.write(tuple(replace(term, mask_name=mask) for term in syntax.parse(objective)))


def without(objective: str, name: str) -> str:
    """The objective without the picture called ``name``; empty if nothing is left."""
    terms = [term for term in syntax.parse(objective) if not (_is_guide(term) and term.picture == name)]
    left = [replace(term, mask_name="") if syntax.picture_of(term.mask_name) == name else term for term in terms]
    return syntax.write(tuple(left)) if left else ""


def pictures_for(
    masks: set[str],
    guides: set[str],
    named_pictures: Iterable[NamedPicture],
    read: Callable[[NamedPicture, bool], wire.Picture],
    missing: str,
) -> dict[str, wire.Picture]:
    """The pictures of these names; ``read`` with ``True`` gives one aligned with the grabbed pixels, as masks are.

    Raises ``DreamError``, of the code ``missing``, for one that is missing or no longer exists.
    """
    known = {each.name: each for each in named_pictures}
    named = masks | guides
    if gone := sorted(named - known.keys()):
        raise errors.DreamError(missing, name=gone[0])
    pictures = {}
    for name in sorted(named):
        try:
            pictures[name] = read(known[name], name in masks)
        except errors.DreamError as error:
            raise errors.DreamError(missing, name=known[name].label) from error
    return pictures


def spoken_of(objective: str) -> tuple[set[str], set[str]]:
    """The names of the masks and of the guides in an objective."""
    terms = syntax.parse(objective)
    masks = {syntax.picture_of(term.mask_name) for term in terms} - {""}
    return masks, {term.picture for term in terms if _is_guide(term)}


def _is_guide(term: syntax.Term) -> bool:
    return term.type.startswith("guide")


def read_file(path: Path, longest_px: int = LONGEST_PX) -> wire.Picture:
    """A picture file, upright and no larger than needed. Raises ``DreamError``."""
    reader = QtGui.QImageReader(str(path))
    reader.setAutoTransform(True)
    size = reader.size()
    if max(size.width(), size.height()) > longest_px:
        reader.setScaledSize(size.scaled(longest_px, longest_px, Qt.AspectRatioMode.KeepAspectRatio))
    image = reader.read()
    if image.isNull():
        raise errors.DreamError("picture.corrupt", path=path, reason=reader.errorString())
    return from_image(image)


def grey(values: bytes, width: int, height: int) -> wire.Picture:
    """One byte per pixel as an opaque ``U8`` picture."""
    data = bytearray(b"\xff") * (4 * len(values))
    for channel in range(3):
        data[channel::4] = values
    return wire.Picture(width, height, "U8", bytes(data))


def fitted_to(picture: wire.Picture, canvas: tuple[int, int], box: tuple[int, int, int, int]) -> wire.Picture:
    """What lies in ``box`` (x, y, width, height) when ``picture`` is stretched over the whole canvas."""
    across, down = picture.width / canvas[0], picture.height / canvas[1]
    part = QtCore.QRectF(box[0] * across, box[1] * down, box[2] * across, box[3] * down)
    target = QtGui.QImage(box[2], box[3], FORMAT)
    target.fill(0)
    painter = QtGui.QPainter(target)
    painter.setRenderHint(QtGui.QPainter.RenderHint.SmoothPixmapTransform)
    painter.drawImage(QtCore.QRectF(0, 0, box[2], box[3]), to_image(picture), part)
    painter.end()
    return from_image(target)


def masks_of(picture: NamedPicture) -> list[str]:
    """The masks that a picture offers: where it is light, where a layer is painted at all, and each flat colour."""
    painted = [f"{picture.name}#{syntax.ALPHA}"] if picture.node else []
    return [picture.name, *painted, *(f"{picture.name}#{colour}" for colour in flat_colours(picture.picture))]


def flat_colours(picture: wire.Picture | None) -> list[str]:
    """The colours ("rrggbb") that a hint layer was painted in, the most used first; none for any other picture."""
    if picture is None:
        return []
    small = to_image(picture).scaled(LOOK_PX, LOOK_PX, Qt.AspectRatioMode.KeepAspectRatio)
    pixels = [small.pixelColor(x, y) for y in range(small.height()) for x in range(small.width())]
    counted = Counter(colour.name()[1:] for colour in pixels if colour.alpha() == 255)
    least = LEAST_SHARE * sum(counted.values())
    found = [name for name, count in counted.most_common(MOST_COLOURS + 1) if count > least]
    flat = sum(counted[name] for name in found) > 0.8 * sum(counted.values())
    return found if flat and len(found) <= MOST_COLOURS else []

"""What the painter has chosen for the next picture in the manner of others: which others, and the settings.

The painter's own style pictures are kept as files in ``styles`` in DeepDream's data folder, so that they are there
again next time, whatever they were taken from. One that was taken from a layer follows it whenever its image is open.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from ..core import atomic, errors, style_settings, styles, syntax, wire
from ..jobs.images import from_image, to_image
from ..jobs.job import PictureProvider
from ..jobs.named_pictures import NamedPicture
from ..jobs.rectangles import is_empty
from ..language import mark, tr
from ..qt import QtCore, QtGui, Signal
from .settings_choice import SettingsChoice
from .store import Store, file_name, numbered

FULL_SHARE = 100.0
# The largest size at which strokes are computed.
LONGEST_PX = style_settings.AUTOMATIC_WORKING_SIZE
QUALITY = 92
# The words for the bundled ones.
LABELS = {
    "swirls": (mark("Swirls"), mark("Thick, swirling strokes")),
    "oil": (mark("Oil"), mark("Oil on linen: bristle strokes that follow the forms")),
    "impasto": (mark("Impasto"), mark("Thick paint in short ridges that catch the light")),
    "gouache": (mark("Gouache"), mark("Opaque, matt colours in flat strokes")),
    "pastel": (mark("Pastel"), mark("Soft chalk on toned paper")),
    "inkwash": (mark("Ink Wash"), mark("Ink and water that bleed, a dry brush in the darks")),
    "pencil": (mark("Pencil"), mark("Graphite hatching on drawing paper")),
    "charcoal": (mark("Charcoal"), mark("Charcoal on laid paper: smudges and deep blacks")),
    "etching": (mark("Etching"), mark("Ruled lines that swell and cross in the shadows")),
    "woodblock": (mark("Woodblock"), mark("Flat colours that fade between dark lines")),
    "mosaic": (mark("Mosaic"), mark("Tesserae in rows along the forms")),
    "embroidery": (mark("Embroidery"), mark("Silk stitches with a sheen")),
    "collage": (mark("Collage"), mark("Torn papers over each other, white at their edges")),
    "glass": (mark("Glass"), mark("Panes of glowing colour set in lead")),
    "hatching": (mark("Ink"), mark("Pen and ink: crossing strokes")),
    "dots": (mark("Dots"), mark("Dots of pure colour that mix in the eye")),
    "watercolour": (mark("Watercolour"), mark("Thin overlapping washes with darker edges")),
}


class StyleChoice(SettingsChoice):
    """``shares``: percent for each chosen picture, by name; ``masks``: by the same names, those of the ones that have
    one, as an objective has them; ``listed`` fires when pictures are added or removed.
    """

    listed = Signal()

    def __init__(self, store: Store, parent: QtCore.QObject | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._read: dict[str, wire.Picture] = {}
        self._painted: dict[str, NamedPicture] = {}
        self.settings: style_settings.StyleSettings = style_settings.StyleSettings()
        self.shares: dict[str, float] = {styles.NAMES[0]: FULL_SHARE}
        self.masks: dict[str, str] = {}
        self._remembered()

    @property
    def offered(self) -> dict[str, Path]:
        """All style pictures by name: the bundled ones, then the painter's own."""
        files = sorted(self._store.style_folder.glob("*.jpg"))
        own = {file.stem: file for file in files if file.stem not in styles.NAMES and not atomic.is_part(file)}
        return {**{name: styles.style_file(name) for name in styles.NAMES}, **own}

    def is_own(self, name: str) -> bool:
        """Whether the picture is one of the painter's own."""
        return name not in styles.NAMES

    def choose(self, name: str, mix: bool = False) -> None:
        """Choose one picture alone; with ``mix``, add it to the others or remove it from them."""
        if not mix:
            self.shares, self.masks = {name: FULL_SHARE}, {}
        elif name not in self.shares:
            self.shares = {**self.shares, name: FULL_SHARE}
        elif len(self.shares) > 1:
            self.shares = {each: share for each, share in self.shares.items() if each != name}
            self.masks.pop(name, None)
        self.changed.emit()

    def weigh(self, name: str, share: float) -> None:
        """How much a chosen picture counts, in percent."""
        self.shares = {**self.shares, name: share}
        self.changed.emit()

    def limit(self, name: str, mask: str) -> None:
        """Paint a chosen picture's style only where ``mask`` ("hill", "hint#3366ff") says; "": where no mask is."""
        self.masks = (
            {**self.masks, name: mask} if mask else {each: at for each, at in self.masks.items() if each != name}
        )
        self.changed.emit()

    def take_back(self, picture: str) -> None:
        """Limit no style by the mask picture of that name any more."""
        self.masks = {each: at for each, at in self.masks.items() if syntax.picture_of(at) != picture}

    def add(self, picture: NamedPicture, mix: bool = False) -> None:
        """Keep a picture of the painter's own and choose it. Raises ``DreamError`` if it can't be kept."""
        if picture.picture is None or is_empty(picture.picture):
            raise errors.DreamError("style.none")
        name = numbered(file_name(picture.label) or "Style", self.offered)
        self._keep(name, picture.picture)
        if picture.node:
            self._painted[name] = picture
        self.listed.emit()
        self.choose(name, mix)

    def look_again(self, provider: PictureProvider) -> None:
        """Read chosen pictures again as they are painted now; one whose layer is gone or empty stays as it was."""
        for name in self.shares.keys() & self._painted.keys():
            before = self._painted[name]
            try:
                now = provider.read_picture(before.node, LONGEST_PX)
            except errors.DreamError:
                continue
            if now != before.picture and not is_empty(now):
                self._keep(name, now)
                self._painted[name] = replace(before, picture=now)
                self.listed.emit()

    @property
    def painted(self) -> tuple[NamedPicture, ...]:
        """The chosen pictures that are layers."""
        return tuple(picture for name, picture in self._painted.items() if name in self.shares)

    def forget(self, name: str) -> None:
        """Delete a picture of the painter's own."""
        (self._store.style_folder / f"{name}.jpg").unlink(missing_ok=True)
        self._read.pop(name, None)
        self._painted.pop(name, None)
        self.shares.pop(name, None)
        self.masks.pop(name, None)
        if not self.shares:
            self.shares = {styles.NAMES[0]: FULL_SHARE}
        self.listed.emit()
        self.changed.emit()

    def ordered(self) -> tuple[style_settings.StyleSettings, dict[str, wire.Picture]]:
        """Settings and pictures for a request. Raises ``DreamError`` if a picture is gone or none counts."""
        shares = ",".join(f"{share / FULL_SHARE:g}" for share in self.shares.values())
        masks = ",".join(self.masks.get(name, "") for name in self.shares) if self.masks else ""
        pictures = {f"{index:03}": self._picture(name) for index, name in enumerate(self.shares)}
        return self.settings.replace({"shares": shares, "masks": masks}), pictures

    def remember(self) -> None:
        """Save what is chosen for the next start of Krita."""
        layers = {name: each.node for name, each in self._painted.items()}
        self._store.save_style(self.settings, self.shares, layers, self.masks)

    def _remembered(self) -> None:
        remembered = self._store.load_style()
        if remembered:
            self.settings, shares, layers, masks = remembered
            names = self.offered
            self._painted = {name: NamedPicture("", name, node) for name, node in layers.items() if name in names}
            self.shares = {name: share for name, share in shares.items() if name in names} or self.shares
            self.masks = {name: mask for name, mask in masks.items() if name in self.shares}

    def _keep(self, name: str, picture: wire.Picture) -> None:
        file = self._store.style_folder / f"{name}.jpg"
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            with atomic.replacing(file) as part:
                if not _on_white(picture).save(str(part), "JPG", QUALITY):
                    raise errors.DreamError("data.write", path=file, reason="Qt can't write it")
        except OSError as error:
            raise errors.DreamError("data.write", path=file, reason=error.strerror or error) from error
        self._read.pop(name, None)

    def _picture(self, name: str) -> wire.Picture:
        if name not in self._read:
            file = self.offered.get(name)
            image = QtGui.QImage(str(file)) if file else QtGui.QImage()
            if image.isNull():
                raise errors.DreamError("picture.missing", path=file or name)
            self._read[name] = from_image(image)
        return self._read[name]


def in_words(name: str) -> tuple[str, str]:
    """Label and tip of a picture; one of the painter's own is called by its name."""
    label, tip = LABELS.get(name, (name, ""))
    return (tr(label), tr(tip)) if tip else (name, name)


def _on_white(picture: wire.Picture) -> QtGui.QImage:
    """Transparent parts become white, like paper."""
    image = to_image(picture)
    target = QtGui.QImage(image.size(), QtGui.QImage.Format.Format_RGB32)
    target.fill(QtGui.QColor("white"))
    painter = QtGui.QPainter(target)
    painter.drawImage(0, 0, image)
    painter.end()
    return target

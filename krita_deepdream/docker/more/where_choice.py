"""A list of the places that the painter's pictures offer: where one is light, painted, or of one of its colours."""

from __future__ import annotations

from collections.abc import Mapping

from ...jobs.descriptions import colour_icon, where_words
from ...jobs.named_pictures import NamedPicture, masks_of
from ...qt import QtGui
from ...widgets.calm_widgets import CalmChoice
from ...widgets.tips import plain

# As much of a place's words as is always seen.
LETTERS = 10


class WhereChoice(CalmChoice):
    """Offers the masks of ``named_pictures``, and ``mask``, which may be of one that is gone; ``more`` says how to get
    others where there are none. ``say`` shows one of them.
    """

    def __init__(self, name: str, named_pictures: Mapping[str, NamedPicture], mask: str, more: str) -> None:
        super().__init__()
        self.setObjectName(name)
        # Long names must not make the docker wider.
        self.setSizeAdjustPolicy(CalmChoice.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(LETTERS)
        masks = [found for each in named_pictures.values() for found in masks_of(each)]
        for each in dict.fromkeys(["", *masks, mask]):
            self.addItem(colour_icon(each.partition("#")[2]), where_words(each, named_pictures), each)
        if not masks:
            self._say_how_to_get(more)

    def say(self, mask: str, unlimited: str) -> None:
        """Show one of the masks that are offered; ``unlimited``: the words for none."""
        self.setItemText(0, unlimited)
        self.setCurrentIndex(self.findData(mask))
        self.setToolTip(plain(self.currentText()))

    @property
    def mask_name(self) -> str:
        """The name of the chosen mask, "" for none."""
        return str(self.currentData())

    def _say_how_to_get(self, more: str) -> None:
        """In a line that can't be chosen."""
        self.addItem(more)
        model = self.model()
        if isinstance(model, QtGui.QStandardItemModel) and (last := model.item(self.count() - 1)):
            last.setEnabled(False)

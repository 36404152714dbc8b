"""*Strength by*: what says where the dream is strong: the layer's Local Selection, a mask, a layer painted for it."""

from __future__ import annotations

from ...border import guarded
from ...choices.choice import Choice
from ...dreaming.session import Session
from ...jobs.job import LOCAL
from ...language import tr
from ...widgets.calm_widgets import CalmChoice


class StrengthBy(CalmChoice):
    """Changes ``choice.strength_by``; the layers are those of the image in front when the list is opened."""

    def __init__(self, session: Session, choice: Choice) -> None:
        super().__init__()
        self._session = session
        self._choice = choice
        self.setObjectName("deepdream_strength_by")
        self.setAccessibleName(tr("Strength mask"))
        self.setToolTip(
            tr(
                "White is full strength; black or transparent is none. The layer's own transparency mask always "
                "applies."
            )
        )
        self.activated.connect(self._chosen)
        self._list()

    @guarded
    def showPopup(self) -> None:
        self._list()
        super().showPopup()

    @property
    def chosen(self) -> str:
        """What is chosen, in words."""
        return self.currentText().strip()

    def _list(self) -> None:
        self.clear()
        self.addItem(tr("Local Selection"), LOCAL)
        self.addItem(tr("None"), "")
        for each in self._session.host.offered()[0]:
            self.addItem("    " * each.level + each.label, each.node)
        index = self.findData(self._choice.strength_by)
        if index < 0:
            self.addItem(tr("A layer from another image"), self._choice.strength_by)
        self.setCurrentIndex(index if index >= 0 else self.count() - 1)

    @guarded
    def _chosen(self, index: int) -> None:
        self._choice.strength_by = self.itemData(index)

"""What is picked in the atlas: each channel with its picture, what is read in it, a weight, and a way out."""

from __future__ import annotations

from functools import partial

from ..border import guarded
from ..choices.atlas_picks import Channel
from ..language import tr
from ..qt import Qt, QtCore, QtWidgets, Signal
from ..widgets.buttons import flat_button
from ..widgets.calm_widgets import CalmNumber
from ..widgets.labels import ShortLabel
from .atlas_pictures import AtlasPictures

PICTURE = QtCore.QSize(28, 28)
HEIGHT_PX = 124
MOST_WEIGHT = 10.0


class AtlasPicked(QtWidgets.QScrollArea):
    """``weights`` by channel, as they are shown; ``let_go`` when one was taken away here."""

    let_go = Signal()

    def __init__(self, pictures: AtlasPictures, weights: dict[Channel, float]) -> None:
        super().__init__()
        self._pictures = pictures
        self.weights = weights
        inside = QtWidgets.QWidget()
        self._rows = QtWidgets.QVBoxLayout(inside)
        self._rows.setSpacing(2)
        self._rows.addStretch(1)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFixedHeight(HEIGHT_PX)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(inside)
        self._shown: dict[Channel, QtWidgets.QWidget] = {}
        self.show_picks()

    def show_picks(self) -> None:
        """Show what is in ``weights`` now."""
        for channel in self._shown.keys() - self.weights.keys():
            row = self._shown.pop(channel)
            row.setParent(None)
            row.deleteLater()
        for channel in self.weights:
            if channel not in self._shown:
                self._shown[channel] = self._row(channel)
                self._rows.insertWidget(self._rows.count() - 1, self._shown[channel])

    def _row(self, channel: Channel) -> QtWidgets.QWidget:
        row = QtWidgets.QWidget()
        line = QtWidgets.QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        picture = QtWidgets.QLabel()
        picture.setPixmap(self._pictures.icon(channel).pixmap(PICTURE))
        picture.setFixedSize(PICTURE)
        line.addWidget(picture)
        line.addWidget(ShortLabel(self._pictures.words(channel)), 1)
        line.addWidget(self._weight(channel))
        line.addWidget(self._less(channel))
        return row

    def _weight(self, channel: Channel) -> CalmNumber:
        box = CalmNumber()
        box.setObjectName(f"deepdream_atlas_weight_{channel.layer}_{channel.number}")
        box.setAccessibleName(tr("Weight"))
        box.setToolTip(tr("Weight; negative values dream away from it"))
        box.setRange(-MOST_WEIGHT, MOST_WEIGHT)
        box.setSingleStep(0.1)
        box.setValue(self.weights[channel])
        box.valueChanged.connect(partial(self._weighed, channel))
        return box

    def _less(self, channel: Channel) -> QtWidgets.QToolButton:
        name = f"deepdream_atlas_less_{channel.layer}_{channel.number}"
        spoken = tr("Remove: {words}", words=self._pictures.words(channel))
        return flat_button(name, "✕", partial(self._removed, channel), spoken)

    @guarded
    def _weighed(self, channel: Channel, weight: float) -> None:
        self.weights[channel] = weight

    @guarded
    def _removed(self, channel: Channel, _checked: bool = False) -> None:
        del self.weights[channel]
        self.show_picks()
        self.let_go.emit()

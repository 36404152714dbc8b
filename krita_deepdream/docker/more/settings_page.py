"""*Fine Tuning…*: the settings that only few people need, in a window of their own."""

from __future__ import annotations

from ...choices.choice import Choice
from ...core import dream_settings, errors
from ...dreaming.session import Session
from ...language import tr
from ...qt import Qt, QtWidgets
from ...widgets.setting_rows import SettingRows, setting_form

# A worker takes its cores once, when it starts: see the Help menu.
CORES = "threads"


class SettingsPage(QtWidgets.QDialog):
    """Follows ``choice`` and changes it at once; there is nothing to confirm."""

    def __init__(self, session: Session, choice: Choice, parent: QtWidgets.QWidget) -> None:
        super().__init__(parent)
        self._session = session
        self.setObjectName("deepdream_page")
        self.setWindowTitle(tr("DeepDream – Fine Tuning"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        body = QtWidgets.QWidget()
        specs = [spec for spec in dream_settings.SPECS.values() if spec.group == "fine-tuning" and spec.name != CORES]
        SettingRows(setting_form(body), choice, specs)
        buttons = QtWidgets.QDialogButtonBox(QtWidgets.QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column = QtWidgets.QVBoxLayout(self)
        column.addWidget(body)
        column.addWidget(buttons)

    def report_fault(self, error: errors.DreamError) -> None:
        """Show an error of one of the fields in the docker."""
        self._session.report_fault(error)

"""The settings dialog: account, connection, appearance, rows, and refreshing."""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING, Final, get_args

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialogButtonBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from heatpunk_desktop.config.settings import DETAIL_DAYS_CHOICES, REFRESH_CHOICES, Appearance
from heatpunk_desktop.errors import KnownError
from heatpunk_desktop.gui.dialogs.message import show_error
from heatpunk_desktop.gui.settings.account_fields import AccountFields, ProxyFields
from heatpunk_desktop.gui.widgets.dialog import Dialog, TallScrollArea
from heatpunk_desktop.gui.widgets.labels import HeadingLabel, PlainLabel

if TYPE_CHECKING:
    from collections.abc import Callable

    from heatpunk_desktop.config.settings import Settings
    from heatpunk_desktop.domain.account import Account
    from heatpunk_desktop.gui.settings.account_fields import Tester

_SIZE = QSize(560, 520)
#: The settings of this dialog by their names, except the proxy.
_KEPT: Final = ("appearance", "compact_rows", "refresh_minutes", "loads_details", "detail_days")
_LABEL: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


def _share_label_column(content: QWidget) -> None:
    """Make the labels of all groups equally wide, so that all fields are aligned."""
    grids = content.findChildren(QGridLayout)
    labels = (
        item.widget() for grid in grids for row in range(grid.rowCount()) if (item := grid.itemAtPosition(row, 0))
    )
    width = max((label.sizeHint().width() for label in labels if label is not None), default=0)
    for grid in grids:
        grid.setColumnMinimumWidth(0, width)


class SettingsDialog(Dialog):
    """A dialog that edits the settings; nothing changes before `Save`.

    Args:
        tester: Tries an account; an empty key means the stored one.
        settings: The settings to edit.
        account: The open account.
        parent: The window.
        proxy_words: Describes the proxy now in use.
    """

    #: Account, str: another account, or another key for this one; an empty key means the stored one.
    account_given = Signal(object, str)
    #: The user wants to leave the sample data and connect an account. The dialog is closed.
    connect_requested = Signal()
    #: str: `system`, `light` or `dark`.
    appearance_changed = Signal(str)
    #: bool: rows of 28 px instead of 36 px.
    compact_rows_changed = Signal(bool)
    #: The user changed whether, or how often, contact details are loaded in the background.
    details_loading_changed = Signal()

    def __init__(
        self,
        tester: Tester,
        settings: Settings,
        account: Account,
        parent: QWidget | None = None,
        proxy_words: Callable[[], str] = str,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Settings"))
        self._settings = settings
        self._account = AccountFields(tester, settings, account, keeps_key=True, parent=self)
        self._account.account_given.connect(self._on_account_given)
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(20, 16, 20, 16)
        column.addWidget(HeadingLabel(self.tr("Account"), content))
        if account.is_demo:
            column.addLayout(self._make_sample_data(content))
            self._account.hide()
        column.addWidget(self._account)
        column.addSpacing(14)
        heading = HeadingLabel(self.tr("Network"), content)
        self._proxy = ProxyFields(settings.proxy, proxy_words, content)
        column.addWidget(heading)
        column.addWidget(self._proxy)
        if account.is_demo:  # the sandbox on this computer needs no proxy
            heading.hide()
            self._proxy.hide()
        column.addSpacing(14)
        column.addWidget(HeadingLabel(self.tr("Appearance"), content))
        column.addLayout(self._make_appearance(content))
        column.addSpacing(14)
        column.addWidget(HeadingLabel(self.tr("Projects"), content))
        column.addLayout(self._make_refresh(content))
        column.addStretch(1)
        _share_label_column(content)
        buttons = QDialogButtonBox(self)
        buttons.addButton(self.tr("Save"), QDialogButtonBox.ButtonRole.AcceptRole).setDefault(True)
        buttons.addButton(self.tr("Cancel"), QDialogButtonBox.ButtonRole.RejectRole)
        buttons.accepted.connect(self._on_save_clicked)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(TallScrollArea(content, self), 1)
        row = QVBoxLayout()
        row.setContentsMargins(20, 4, 20, 14)
        row.addWidget(buttons)
        layout.addLayout(row)
        self.resize(_SIZE)
        if account.is_demo:
            self._appearance.setFocus()
        else:
            self._account.focus_first()

    def focus_key(self) -> None:
        """Focus the API key, if there is such a field."""
        if self._account.isVisibleTo(self):
            self._account.focus_key()

    def _make_sample_data(self, parent: QWidget) -> QHBoxLayout:
        connect = QPushButton(self.tr("Connect my account"), parent)
        connect.clicked.connect(self._on_connect_clicked)
        row = QHBoxLayout()
        row.addWidget(PlainLabel(self.tr("You are looking at sample data."), parent=parent), 1)
        row.addWidget(connect)
        return row

    def _make_appearance(self, parent: QWidget) -> QGridLayout:
        words = {"system": self.tr("As the system has it"), "light": self.tr("Light"), "dark": self.tr("Dark")}
        self._appearance = QComboBox(parent)
        for value in get_args(Appearance):
            self._appearance.addItem(words[value], value)
        self._appearance.setCurrentIndex(self._appearance.findData(self._settings.appearance))
        label = QLabel(self.tr("Colours"), parent)
        label.setBuddy(self._appearance)
        self._appearance.setAccessibleName(label.text())
        self._compact = QCheckBox(self.tr("Compact rows"), parent)
        self._compact.setChecked(self._settings.compact_rows)
        grid = QGridLayout()
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(7)
        grid.setColumnStretch(1, 1)
        grid.addWidget(label, 0, 0, _LABEL)
        grid.addWidget(self._appearance, 0, 1, Qt.AlignmentFlag.AlignLeft)
        grid.addWidget(self._compact, 1, 1)
        return grid

    def _make_refresh(self, parent: QWidget) -> QGridLayout:
        self._refresh = QComboBox(parent)
        for minutes in REFRESH_CHOICES:
            words = self.tr("Every {0} minutes").format(minutes) if minutes else self.tr("Never")
            self._refresh.addItem(words, minutes)
        self._refresh.setCurrentIndex(self._refresh.findData(self._settings.refresh_minutes))
        label = QLabel(self.tr("Refresh by itself"), parent)
        label.setBuddy(self._refresh)
        self._refresh.setAccessibleName(label.text())
        grid = QGridLayout()
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(7)
        grid.setColumnStretch(1, 1)
        grid.addWidget(label, 0, 0, _LABEL)
        grid.addWidget(self._refresh, 0, 1, Qt.AlignmentFlag.AlignLeft)
        self._loads_details = QCheckBox(self.tr("Load contact details in the background"), parent)
        self._loads_details.setChecked(self._settings.loads_details)
        self._loads_details.setToolTip(
            self.tr("Phone, email, build date and CRM reference of every project, so that a search finds them")
        )
        self._detail_days = QComboBox(parent)
        for days in DETAIL_DAYS_CHOICES:
            words = self.tr("After a day") if days == 1 else self.tr("After {0} days").format(days)
            self._detail_days.addItem(words if days else self.tr("Never"), days)
        self._detail_days.setCurrentIndex(self._detail_days.findData(self._settings.detail_days))
        again = QLabel(self.tr("Load them again"), parent)
        again.setBuddy(self._detail_days)
        self._detail_days.setAccessibleName(again.text())
        grid.addWidget(self._loads_details, 1, 1)
        grid.addWidget(again, 2, 0, _LABEL)
        grid.addWidget(self._detail_days, 2, 1, Qt.AlignmentFlag.AlignLeft)
        return grid

    @Slot()
    def _on_connect_clicked(self) -> None:
        self.reject()
        self.connect_requested.emit()

    @Slot()
    def _on_save_clicked(self) -> None:
        if self._account.is_touched:
            self._account.give()  # continues in _on_account_given if the account is valid
        elif self._save():
            self.accept()

    @Slot(object, str)
    def _on_account_given(self, account: Account, api_key: str) -> None:
        if self._save():
            self.account_given.emit(account, api_key)
            self.accept()

    def _save(self) -> bool:
        """Store the choices about the window and the proxy, and return whether that worked; if not, show the error."""
        proxy = self._proxy.read()
        if proxy is None:
            return False
        proxy_before = self._settings.proxy
        self._settings.proxy = proxy
        before = copy(self._settings)
        self._settings.appearance = self._appearance.currentData()
        self._settings.compact_rows = self._compact.isChecked()
        self._settings.refresh_minutes = self._refresh.currentData()
        self._settings.loads_details = self._loads_details.isChecked()
        self._settings.detail_days = self._detail_days.currentData()
        try:
            self._settings.save()
        except KnownError as trouble:
            for choice in _KEPT:
                setattr(self._settings, choice, getattr(before, choice))
            self._settings.proxy = proxy_before
            show_error(self, trouble)
            return False
        if self._settings.appearance != before.appearance:
            self.appearance_changed.emit(self._settings.appearance)
        if self._settings.compact_rows != before.compact_rows:
            self.compact_rows_changed.emit(self._settings.compact_rows)
        if (self._settings.loads_details, self._settings.detail_days) != (before.loads_details, before.detail_days):
            self.details_loading_changed.emit()
        return True

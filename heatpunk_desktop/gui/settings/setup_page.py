"""The page of the first start: account, API key, and the proxy of a firm."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from heatpunk_desktop.domain.hosts import SYSTEM_PROXY
from heatpunk_desktop.gui.settings.account_fields import AccountFields, ProxyFields
from heatpunk_desktop.gui.widgets.dialog import TallScrollArea, room_for
from heatpunk_desktop.gui.widgets.folding import ExpandableSection
from heatpunk_desktop.gui.widgets.icons import app_icon
from heatpunk_desktop.gui.widgets.labels import HeadingLabel, PlainLabel, TitleLabel, Tone
from heatpunk_desktop.system.compat import override

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent

    from heatpunk_desktop.config.settings import Settings
    from heatpunk_desktop.gui.settings.account_fields import Tester

_SIZE = QSize(620, 540)


class SetupPage(QWidget):
    """A page that asks for the account, and keeps what was typed until the window is closed from outside.

    Args:
        tester: Tries the account.
        settings: The account used last and the domains that the user agreed to. The proxy on this page is set in it
            before the server is first asked, so that tests take the same route as later requests.
        parent: Owner.
    """

    #: Account, str: the account and its key, which is not empty.
    account_given = Signal(object, str)
    #: The user wants to try the application with sample data.
    sample_data_requested = Signal()

    def __init__(self, tester: Tester, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Set up Heatpunk Desktop"))
        self._settings = settings
        self._account = AccountFields(
            tester, settings, settings.account, keeps_key=False, tests_first=True, parent=self, prepare=self._take_proxy
        )
        self._account.account_given.connect(self.account_given)
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(28, 24, 28, 20)
        column.setSpacing(8)
        column.addWidget(TitleLabel(self.tr("Connect to your team’s projects"), content))
        column.addWidget(PlainLabel(self.tr("For teams that work with Heatpunk or Easy PV Pro."), Tone.MUTED, content))
        column.addSpacing(8)
        column.addWidget(self._account)
        column.addWidget(self._make_network(content))
        column.addSpacing(10)
        for heading, words in self._about_the_key():
            column.addSpacing(6)
            column.addWidget(HeadingLabel(heading, content))
            column.addWidget(PlainLabel(words, parent=content))
        column.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        self._area = TallScrollArea(content, self)
        layout.addWidget(self._area, 1)
        line = QFrame(self)
        line.setFrameShape(QFrame.Shape.HLine)
        line.setFrameShadow(QFrame.Shadow.Sunken)
        layout.addWidget(line)
        layout.addLayout(self._make_buttons())
        self.resize(_SIZE.boundedTo(room_for(self)))
        self._account.focus_first()
        QTimer.singleShot(0, self, self._show_icon)  # so that it does not delay the window

    @Slot()
    def _show_icon(self) -> None:
        self.setWindowIcon(app_icon())

    def _make_network(self, parent: QWidget) -> ExpandableSection:
        self._proxy = ProxyFields(self._settings.proxy, parent=parent)
        self._proxy.edited.connect(self._account.forget_test)
        self._network = ExpandableSection(
            self.tr("Network"), self.tr("For networks that reach the internet through a proxy"), self._proxy, parent
        )
        if self._settings.proxy != SYSTEM_PROXY:
            self._network.open()
        self._network.toggled.connect(self._on_network_toggled)
        return self._network

    def _take_proxy(self) -> bool:
        """Use the proxy on the page for the next requests; return False and show an error if it is invalid."""
        proxy = self._proxy.read()
        if proxy is None:
            self._network.open()
            self._proxy.focus_address()
            return False
        self._settings.proxy = proxy
        return True

    def _about_the_key(self) -> tuple[tuple[str, str], ...]:
        return (
            (
                self.tr("What the key can do"),
                self.tr(
                    "It can read and change all of your team’s projects, whoever holds it. Guard it like a password."
                ),
            ),
            (
                self.tr("Where to find it"),
                self.tr(
                    "In your Pro account settings, on the tab CRM connections, under Generate key. The owner of the "
                    "team or an admin has to do that. Heatpunk keeps no copy of the key."
                ),
            ),
            (
                self.tr("Where it is kept"),
                self.tr(
                    "In this computer’s keyring, and never in a file. Where there is no keyring, the key is kept until "
                    "you close the program, and asked for at the next start."
                ),
            ),
        )

    def _make_buttons(self) -> QHBoxLayout:
        sample = QPushButton(self.tr("Try with sample data"), self)
        sample.clicked.connect(self.sample_data_requested)
        save = QPushButton(self.tr("Save"), self)
        save.setDefault(True)
        save.clicked.connect(self._on_save_clicked)
        row = QHBoxLayout()
        row.setContentsMargins(28, 12, 28, 16)
        row.addWidget(sample)
        row.addStretch(1)
        row.addWidget(save)
        return row

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._account.give()
            return
        super().keyPressEvent(event)

    @Slot(bool)
    def _on_network_toggled(self, is_open: bool) -> None:
        if is_open:
            # After the layout, as it may be below the visible part of a small screen.
            QTimer.singleShot(0, self, self._show_network)

    @Slot()
    def _show_network(self) -> None:
        self._area.ensureWidgetVisible(self._proxy)

    @Slot()
    def _on_save_clicked(self) -> None:
        self._account.give()

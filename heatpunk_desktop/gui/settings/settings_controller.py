"""The controller of the settings dialog and of those settings that the menu has as well."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal, Slot

from heatpunk_desktop.errors import KnownError
from heatpunk_desktop.gui import settings as settings_parts
from heatpunk_desktop.gui.actions.actions import Act

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from PySide6.QtGui import QAction
    from PySide6.QtWidgets import QWidget

    from heatpunk_desktop.config.settings import Appearance, Settings
    from heatpunk_desktop.domain.account import Account
    from heatpunk_desktop.gui.settings.account_fields import Tester

_log = logging.getLogger(__name__)

_APPEARANCES: Final[dict[Appearance, Act]] = {
    "system": Act.APPEARANCE_SYSTEM,
    "light": Act.APPEARANCE_LIGHT,
    "dark": Act.APPEARANCE_DARK,
}


class SettingsController(QObject):
    """A controller that opens the settings, stores them, and keeps them and the menu in step.

    Args:
        settings: The stored settings.
        account: The open account.
        make_tester: Creates the tester of accounts.
        proxy_words: Describes the proxy now in use.
        actions: Every declared action.
        window: The window.
    """

    #: Account, str: the user chose another account, or a new key for this one.
    account_requested = Signal(object, str)
    #: The user wants to leave the sample data and connect an account.
    connect_requested = Signal()
    #: str: `system`, `light` or `dark`.
    appearance_chosen = Signal(str)
    #: bool: whether rows are compact.
    compact_chosen = Signal(bool)
    #: The user changed whether, or how often, contact details are loaded in the background.
    details_loading_changed = Signal()

    def __init__(
        self,
        settings: Settings,
        account: Account,
        make_tester: Callable[[], Tester],
        proxy_words: Callable[[], str],
        actions: Mapping[Act, QAction],
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._settings = settings
        self._account = account
        self._make_tester = make_tester
        self._proxy_words = proxy_words
        self._actions = actions
        self._window = window
        actions[Act.COMPACT].setChecked(settings.compact_rows)
        self._show_appearance(settings.appearance)
        actions[Act.SETTINGS].triggered.connect(self._open)
        actions[Act.COMPACT].toggled.connect(self._on_compact_toggled)
        for act in _APPEARANCES.values():
            actions[act].triggered.connect(self._on_appearance_triggered)

    @Slot()
    def open(self) -> None:
        """Open the settings at the API key, as the server accepts none."""
        self._open().focus_key()

    @Slot()
    def _open(self) -> settings_parts.SettingsDialog:
        dialog = settings_parts.SettingsDialog(
            self._make_tester(), self._settings, self._account, self._window, self._proxy_words
        )
        dialog.account_given.connect(self.account_requested)
        dialog.connect_requested.connect(self.connect_requested)
        dialog.appearance_changed.connect(self._show_appearance)
        dialog.appearance_changed.connect(self.appearance_chosen)
        dialog.compact_rows_changed.connect(self._actions[Act.COMPACT].setChecked)
        dialog.details_loading_changed.connect(self.details_loading_changed)
        dialog.open()
        return dialog

    def save(self) -> None:
        """Store the settings; if that fails, they last until the application ends."""
        try:
            self._settings.save()
        except KnownError:
            _log.warning("the window's state could not be kept", exc_info=True)

    @Slot(bool)
    def _on_compact_toggled(self, is_compact: bool) -> None:
        self._settings.compact_rows = is_compact
        self.compact_chosen.emit(is_compact)
        self.save()

    @Slot()
    def _on_appearance_triggered(self) -> None:
        action = self.sender()
        chosen = next(name for name, act in _APPEARANCES.items() if self._actions[act] is action)
        self._settings.appearance = chosen
        self.save()
        self.appearance_chosen.emit(chosen)

    @Slot(str)
    def _show_appearance(self, appearance: Appearance) -> None:
        self._actions[_APPEARANCES[appearance]].setChecked(True)

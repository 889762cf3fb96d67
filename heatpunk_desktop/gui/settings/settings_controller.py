"""What the user sets: the settings' dialog, and those of its choices that the menu has as well."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal, Slot

from heatpunk_desktop.errors import KnownError
from heatpunk_desktop.gui.actions.actions import Act

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from PySide6.QtGui import QAction
    from PySide6.QtWidgets import QWidget

    from heatpunk_desktop.config.settings import Appearance, Settings
    from heatpunk_desktop.domain.account import Account
    from heatpunk_desktop.gui.settings.account_fields import Tester
    from heatpunk_desktop.gui.settings.settings_dialog import SettingsDialog

_log = logging.getLogger(__name__)

_APPEARANCES: Final[dict[Appearance, Act]] = {
    "system": Act.APPEARANCE_SYSTEM,
    "light": Act.APPEARANCE_LIGHT,
    "dark": Act.APPEARANCE_DARK,
}


class SettingsController(QObject):
    """Opens the settings, and keeps them and the menu in step.

    Args:
        settings: What is kept between starts.
        account: The account that is open.
        make_tester: Makes what the settings try an account with.
        proxy_words: Says which proxy is in use now.
        actions: Every declared action.
        window: The window.
    """

    #: Account, str: another account is wanted, or a new key for this one.
    account_requested = Signal(object, str)
    #: The user, who is looking at sample data, wants to connect an account of their own.
    connect_requested = Signal()
    #: str: `system`, `light` or `dark`.
    appearance_chosen = Signal(str)
    #: bool: whether rows are to be low.
    compact_chosen = Signal(bool)
    #: Contact details are to be loaded in the background or not, or again after other days.
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
        """Show the settings for a key to be given, as there is none that the server takes."""
        self._open().focus_key()

    @Slot()
    def _open(self) -> SettingsDialog:
        from heatpunk_desktop.gui.settings.settings_dialog import SettingsDialog  # noqa: PLC0415 - not needed to start

        dialog = SettingsDialog(self._make_tester(), self._settings, self._account, self._window, self._proxy_words)
        dialog.account_given.connect(self.account_requested)
        dialog.connect_requested.connect(self.connect_requested)
        dialog.appearance_changed.connect(self._show_appearance)
        dialog.appearance_changed.connect(self.appearance_chosen)
        dialog.compact_rows_changed.connect(self._actions[Act.COMPACT].setChecked)
        dialog.details_loading_changed.connect(self.details_loading_changed)
        dialog.open()
        return dialog

    def save(self) -> None:
        """Keep the settings; where that fails the program goes on, with those of before at the next start."""
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

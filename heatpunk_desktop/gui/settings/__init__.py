"""The settings dialog, the account fields, and the page of the first start."""

from typing import TYPE_CHECKING

from heatpunk_desktop.lazy import lazy_names

if TYPE_CHECKING:
    from heatpunk_desktop.gui.settings.settings_dialog import SettingsDialog as SettingsDialog
    from heatpunk_desktop.gui.settings.setup_page import SetupPage as SetupPage
else:
    __getattr__ = lazy_names(__name__, SettingsDialog="settings_dialog", SetupPage="setup_page")

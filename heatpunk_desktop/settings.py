"""What a person chose about the window and the last account: one small JSON file. No key in it."""

from __future__ import annotations

import json
import logging
from dataclasses import asdict, dataclass, field, fields
from typing import TYPE_CHECKING, Final, Literal

from heatpunk_desktop.disk import write_private
from heatpunk_desktop.domain.account import Account
from heatpunk_desktop.domain.proxies import SYSTEM_PROXY, is_proxy_setting

if TYPE_CHECKING:
    from pathlib import Path

_log = logging.getLogger(__name__)

Appearance = Literal["system", "light", "dark"]

#: Minutes between two refreshes that the program begins by itself; 0 for none.
REFRESH_CHOICES: Final = (5, 15, 30, 60, 0)
_REFRESH_MINUTES: Final = 15


@dataclass
class Settings:
    """Choices that are kept between starts. Change the attributes, then call `save`.

    Attributes:
        domain: Domain of the account used last, or empty.
        email: Person of the account used last, or empty.
        appearance: Light, dark, or as the system has it.
        compact_rows: Rows of 28 px instead of 36 px.
        refresh_minutes: Minutes between two refreshes that the program begins by itself; 0 for none.
        allowed_domains: Domains off the vendor's list that the person agreed to send the key to.
        proxy: `system`, `none`, or the `host:port` of an HTTP proxy; never a name or a password.
        window: State of the window, by names that the window chooses; texts, numbers and lists only.
    """

    domain: str = ""
    email: str = ""
    appearance: Appearance = "system"
    compact_rows: bool = False
    refresh_minutes: int = _REFRESH_MINUTES
    allowed_domains: list[str] = field(default_factory=list)
    proxy: str = SYSTEM_PROXY
    window: dict[str, object] = field(default_factory=dict)
    _path: Path | None = field(default=None, repr=False, compare=False)

    @classmethod
    def load(cls, data_dir: Path) -> Settings:
        """Reads the settings of a data folder. What is missing or unreadable is as at first start."""
        path = data_dir / "settings.json"
        settings = cls(_path=path)
        try:
            kept = json.loads(path.read_text("utf-8"))
        except FileNotFoundError:
            return settings
        except (OSError, ValueError, RecursionError):
            _log.warning("settings could not be read and are as at first start", exc_info=True)
            return settings
        if isinstance(kept, dict):
            for one in fields(cls):
                value = kept.get(one.name)
                if not one.name.startswith("_") and isinstance(value, type(getattr(settings, one.name))):
                    setattr(settings, one.name, value)
        listed: list[object] = list(settings.allowed_domains)
        settings.allowed_domains = [one for one in listed if isinstance(one, str)]
        if settings.appearance not in ("system", "light", "dark"):
            settings.appearance = "system"
        if settings.refresh_minutes not in REFRESH_CHOICES or isinstance(settings.refresh_minutes, bool):
            settings.refresh_minutes = _REFRESH_MINUTES
        if not is_proxy_setting(settings.proxy):
            settings.proxy = SYSTEM_PROXY
        return settings

    @property
    def account(self) -> Account | None:
        """The account used last, or None."""
        return Account(self.domain, self.email) if self.domain and self.email else None

    def save(self) -> None:
        """Writes the settings whole or not at all. Raises StorageError where the folder cannot be written."""
        if self._path is None:
            return
        kept = {name: value for name, value in asdict(self).items() if not name.startswith("_")}
        write_private(self._path, json.dumps(kept, indent=2))

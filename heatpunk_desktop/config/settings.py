"""The settings file: the user's choices about the window, and the last account, as JSON. It never holds a key."""

from __future__ import annotations

import json
import logging
from dataclasses import asdict, dataclass, field, fields
from typing import TYPE_CHECKING, Final, Literal

from heatpunk_desktop.domain.account import Account
from heatpunk_desktop.domain.hosts import SYSTEM_PROXY, is_proxy_setting
from heatpunk_desktop.errors import StorageError
from heatpunk_desktop.system.files import retry_while_locked, write_private
from heatpunk_desktop.texts import marked

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_log = logging.getLogger(__name__)

Appearance = Literal["system", "light", "dark"]

#: Minutes between two automatic refreshes; 0 for none.
REFRESH_CHOICES: Final = (5, 15, 30, 60, 0)
_REFRESH_MINUTES: Final = 15

#: Days after which contact details are loaded again; 0 for never.
DETAIL_DAYS_CHOICES: Final = (1, 7, 30, 0)
_DETAIL_DAYS: Final = 7


@dataclass
class Settings:
    """Settings that are kept between starts. Change the attributes, then call `save`.

    Attributes:
        domain: Domain of the account used last, or empty.
        email: Email of the account used last, or empty.
        appearance: Light, dark, or as the system has it.
        compact_rows: Rows of 28 px instead of 36 px.
        refresh_minutes: Minutes between two automatic refreshes; 0 for none.
        loads_details: Whether contact details of all projects are loaded in the background.
        detail_days: Days after which they are loaded again; 0 for never.
        allowed_domains: Domains off the vendor's list that the user agreed to send the key to.
        proxy: `system`, `none`, or the `host:port` of an HTTP proxy; never a name or a password.
        key_accounts: Domain and email, with a space between, of each account whose key went to the keyring; for
            `accounts_with_keys`.
        window: State of the window, by names that the window chooses; texts, numbers and lists only.
    """

    domain: str = ""
    email: str = ""
    appearance: Appearance = "system"
    compact_rows: bool = False
    refresh_minutes: int = _REFRESH_MINUTES
    loads_details: bool = True
    detail_days: int = _DETAIL_DAYS
    allowed_domains: list[str] = field(default_factory=list)
    proxy: str = SYSTEM_PROXY
    key_accounts: list[str] = field(default_factory=list)
    window: dict[str, object] = field(default_factory=dict)
    _path: Path | None = field(default=None, repr=False, compare=False)

    @classmethod
    def load(cls, data_dir: Path) -> Settings:
        """Read the settings of a data folder. Missing or unreadable values get their defaults.

        Raises:
            StorageError: Another program holds the file, or this one may not read it: defaults would replace it at the
                next save.
        """
        path = data_dir / "settings.json"
        settings = cls(_path=path)
        try:
            kept = json.loads(retry_while_locked(lambda: path.read_text("utf-8")))
        except FileNotFoundError:
            return settings
        except PermissionError as error:
            raise StorageError(
                marked("settings", "The settings cannot be read"),
                marked(
                    "settings",
                    "Another program, such as a virus scanner, holds them, or you have no right to read them ({0}).",
                ).format(path),
                marked("settings", "Wait a moment, then start the program again."),
            ) from error
        except (OSError, ValueError, RecursionError) as error:
            _log.warning("settings could not be read and are as at first start: %s", error)
            return settings
        if isinstance(kept, dict):
            for setting in fields(cls):
                value = kept.get(setting.name)
                if not setting.name.startswith("_") and isinstance(value, type(getattr(settings, setting.name))):
                    setattr(settings, setting.name, value)
        settings.allowed_domains = _texts(settings.allowed_domains)
        settings.key_accounts = _texts(settings.key_accounts)
        if settings.appearance not in ("system", "light", "dark"):
            settings.appearance = "system"
        settings.refresh_minutes = _one_of(settings.refresh_minutes, REFRESH_CHOICES, _REFRESH_MINUTES)
        settings.detail_days = _one_of(settings.detail_days, DETAIL_DAYS_CHOICES, _DETAIL_DAYS)
        if not is_proxy_setting(settings.proxy):
            settings.proxy = SYSTEM_PROXY
        return settings

    @property
    def account(self) -> Account | None:
        """The account used last, or None."""
        return Account(self.domain, self.email) if self.domain and self.email else None

    @property
    def accounts_with_keys(self) -> tuple[Account, ...]:
        """The accounts whose key may be in the keyring: those that were recorded, and the one used last."""
        noted = [
            Account(domain, email)
            for domain, _, email in (noted_account.partition(" ") for noted_account in self.key_accounts)
            if email
        ]
        last = [self.account] if self.account is not None else []
        return tuple(dict.fromkeys([*noted, *last]))

    def note_key(self, account: Account) -> None:
        """Record that the key of an account went to the keyring, so that it can be found there again."""
        noted_account = f"{account.domain} {account.email}"
        if noted_account not in self.key_accounts:
            self.key_accounts.append(noted_account)

    def save(self) -> None:
        """Write the settings atomically. Raises StorageError where the folder cannot be written."""
        if self._path is None:
            return
        kept = {name: value for name, value in asdict(self).items() if not name.startswith("_")}
        write_private(self._path, json.dumps(kept, indent=2))


def _one_of(value: int, choices: Sequence[int], usual: int) -> int:
    """Return a number from a file where it is one of the choices, else the default; a bool is none."""
    return value if value in choices and not isinstance(value, bool) else usual


def _texts(values: Sequence[object]) -> list[str]:
    """Return the texts of a list from a file."""
    return [value for value in values if isinstance(value, str)]

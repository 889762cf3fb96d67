"""What a person chose about the window and the last account: one small JSON file. No key in it."""

from __future__ import annotations

import json
import logging
from dataclasses import asdict, dataclass, field, fields
from typing import TYPE_CHECKING, Literal

from heatpunk_desktop.disk import write_private
from heatpunk_desktop.domain.account import Account

if TYPE_CHECKING:
    from pathlib import Path

_log = logging.getLogger(__name__)

Appearance = Literal["system", "light", "dark"]


@dataclass
class Settings:
    """Choices that are kept between starts. Change the attributes, then call `save`.

    Attributes:
        domain: Domain of the account used last, or empty.
        email: Person of the account used last, or empty.
        appearance: Light, dark, or as the system has it.
        compact_rows: Rows of 28 px instead of 36 px.
        allowed_domains: Domains off the vendor's list that the person agreed to send the key to.
        window: State of the window, by names that the window chooses; texts, numbers and lists only.
    """

    domain: str = ""
    email: str = ""
    appearance: Appearance = "system"
    compact_rows: bool = False
    allowed_domains: list[str] = field(default_factory=list)
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

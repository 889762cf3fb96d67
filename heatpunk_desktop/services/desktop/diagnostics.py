"""The diagnostics that support staff need: one plain text, without the key and without any customer's data."""

from __future__ import annotations

import platform
import re
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Slot, qVersion

from heatpunk_desktop import __version__
from heatpunk_desktop.domain.clock import utc_now
from heatpunk_desktop.errors import KnownError
from heatpunk_desktop.services.sync.facts import Connection, Link, RefreshState
from heatpunk_desktop.system.redaction import redact

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from heatpunk_desktop.config.settings import Settings
    from heatpunk_desktop.domain.account import Account
    from heatpunk_desktop.services.desktop.proxies import Proxies
    from heatpunk_desktop.services.sync.service import SyncService

#: Lines of the log that go into the report, and bytes of its end that are read for them.
_LINES: Final = 200
_BYTES: Final = 256 * 1024

_EMAIL: Final = re.compile(r"[\w.+'%-]+@[\w-]+(?:\.[\w-]+)+")

_LINKS: Final = {
    Link.UNTRIED: "not tried yet",
    Link.ONLINE: "the server answers",
    Link.OFFLINE: "the server is not reached",
    Link.KEY_REFUSED: "the server refuses the key",
    Link.KEY_MISSING: "there is no key",
}

_UNKNOWN: Final = "not known yet"

#: What is learnt of a server, in words; `{0}` is the value.
_LEARNT: Final = (
    ("learnt.references", "The server gives CRM references back", "{0}"),
    ("learnt.data_call", "The server tells a single project’s data", "{0}"),
    ("learnt.largest_list", "The largest list that was surely whole", "{0} projects"),
    ("learnt.cut_off_at", "A list was cut off at", "{0} projects"),
    ("learnt.list_lag_s", "A list lagged behind a confirmed change by", "{0} s at most"),
    ("learnt.range_goes_by", "A list’s range goes by the time of", "{0}"),
    ("learnt.zone", "A list’s days are those of", "{0}"),
    ("learnt.old_attempt", "Every part of the server knows by now", "projects that came in up to our attempt no. {0}"),
)


class Diagnostics(QObject):
    """A follower of an account's service that writes a report on request.

    Args:
        service: What is reported on.
        account: The account that is open.
        settings: What is kept between starts.
        database: The account's database.
        data_dir: Where everything is kept.
        proxies: Says which proxy is in use.
        secrets: Returns what must not be in a report.
        parent: Owner.
    """

    def __init__(
        self,
        service: SyncService,
        account: Account,
        settings: Settings,
        database: Path,
        data_dir: Path,
        proxies: Proxies,
        secrets: Callable[[], Iterable[str]],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._service = service
        self._account = account
        self._settings = settings
        self._database = database
        self._data_dir = data_dir
        self._proxies = proxies
        self._secrets = secrets
        self._connection = Connection()
        self._refresh = RefreshState()
        service.connection_changed.connect(self._on_connection_changed)
        service.refresh_changed.connect(self._on_refresh_changed)

    def report(self) -> str:
        """Return the report as it stands now, from the store and the end of the log."""
        parts = (
            ("Program", self._program()),
            ("Account", self._about_account()),
            ("Data", self._data()),
            ("Connection", self._way()),
            ("Learnt about the server", self._learnt()),
            ("Settings", self._choices()),
            (f"The last {_LINES} lines of the log", self._log_lines()),
        )
        title = f"Heatpunk Desktop, diagnostics of {utc_now():%Y-%m-%d %H:%M:%S} UTC"
        lines = [title]
        for name, found in parts:
            lines += ["", name, *(f"  {line}" for line in found)]
        return self._cleaned("\n".join(lines)) + "\n"

    def _cleaned(self, text: str) -> str:
        own = self._account.email.casefold()
        text = redact(text, self._secrets())
        return _EMAIL.sub(lambda found: found[0] if found[0].casefold() == own else "[email]", text)

    def _program(self) -> list[str]:
        import apsw  # noqa: PLC0415 - for its version only

        return [
            f"Heatpunk Desktop {__version__}, Python {platform.python_version()}, Qt {qVersion()}",
            f"SQLite {apsw.sqlite_lib_version()}",
            f"System: {platform.platform()}",
        ]

    def _about_account(self) -> list[str]:
        account = self._account
        return [f"Domain: {account.domain}", f"Email: {account.email}", *(["Sample data"] if account.is_demo else [])]

    def _data(self) -> list[str]:
        lines = [f"Folder: {self._data_dir}"]
        for name, ending in (("Database", ""), ("Write-ahead log", "-wal")):
            try:
                size = self._database.with_name(self._database.name + ending).stat().st_size
            except OSError:
                lines.append(f"{name}: not there")
            else:
                lines.append(f"{name}: {size:,} bytes")
        try:
            reader = self._service.reader
            lines.append(f"Projects: {reader.count():,}")
            counts: Mapping[str, int] = reader.counts_by_state()
        except KnownError as error:
            return [*lines, f"The database cannot be read: {error.title}"]
        return [*lines, *(f"Changes, {state.replace('_', ' ')}: {number:,}" for state, number in counts.items())]

    def _way(self) -> list[str]:
        connection, refresh = self._connection, self._refresh
        since = f" since {connection.since}" if connection.since else ""
        lines = [
            f"Now: {_LINKS[connection.link]}{since}",
            f"Proxy: {self._proxies.words_for(self._account.origin)}",
            f"Last whole refresh: {refresh.last_at or 'none yet'}",
        ]
        for name, error in (("Trouble", connection.error), ("The last refresh ended with", refresh.error)):
            if error is not None:
                lines.append(f"{name}: {' '.join(error.title.split())}")
        return lines

    def _learnt(self) -> list[str]:
        try:
            known = self._service.reader.facts("learnt.")
        except KnownError as error:
            return [f"The database cannot be read: {error.title}"]
        return [
            f"{words}: {form.format(_plain(known[name])) if known.get(name) else _UNKNOWN}"
            for name, words, form in _LEARNT
        ]

    def _choices(self) -> list[str]:
        chosen = self._settings
        agreed = ", ".join(chosen.allowed_domains) or "none"
        return [
            f"Appearance: {chosen.appearance}; compact rows: {'yes' if chosen.compact_rows else 'no'}",
            f"Refresh by itself: every {chosen.refresh_minutes} minutes (0: never)",
            f"Contact details in the background: {_every(chosen.detail_days) if chosen.loads_details else 'no'}",
            f"Proxy: {chosen.proxy}",
            f"Domains agreed to besides the vendor’s: {agreed}",
        ]

    def _log_lines(self) -> list[str]:
        path = self._data_dir / "logs" / "heatpunk-desktop.log"
        try:
            with path.open("rb") as file:
                file.seek(max(0, path.stat().st_size - _BYTES))
                text = file.read().decode("utf-8", "replace")
        except OSError as error:
            return [f"It cannot be read: {type(error).__name__}"]
        return text.splitlines()[-_LINES:] or ["It is empty."]

    @Slot(object)
    def _on_connection_changed(self, connection: Connection) -> None:
        self._connection = connection

    @Slot(object)
    def _on_refresh_changed(self, state: RefreshState) -> None:
        self._refresh = state


def _plain(value: str) -> str:
    return " ".join(str(value).split())[:80]


def _every(days: int) -> str:
    return f"yes; again after {days} days" if days else "yes; never again"

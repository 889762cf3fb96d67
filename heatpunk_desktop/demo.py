"""The embedded sandbox: sample data to try the program on, with nothing that touches a real account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from heatpunk_desktop.domain.account import Account

if TYPE_CHECKING:
    from pathlib import Path

    from heatpunk_desktop.sandbox import SandboxServer

#: Sample projects of the demo.
PROJECTS: Final = 1284

_SEED: Final = 7


class Demo:
    """A running sandbox and the account on it.

    Attributes:
        server: The sandbox, listening on 127.0.0.1.
        account: The account to open.
        database: Where its database lies.
    """

    def __init__(self, data_dir: Path) -> None:
        from heatpunk_desktop.sandbox import SandboxServer  # noqa: PLC0415 - nobody but the demo needs a server

        self.server: SandboxServer = SandboxServer(projects=PROJECTS, seed=_SEED)
        self.server.start()
        self.account = Account(self.server.origin, self.server.user_email, is_demo=True)
        self.database = data_dir / "accounts" / "sample-data.sqlite3"
        # The sandbox begins anew at each start, and so does what is known of it: database, log and journal.
        for file in self.database.parent.glob(f"{self.database.stem}.*"):
            file.unlink(missing_ok=True)

    def stop(self) -> None:
        """Ends the server."""
        self.server.stop()

"""The demo: sample data on the embedded sandbox, which touches no real account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from heatpunk_desktop.domain.account import Account
from heatpunk_desktop.domain.clock import utc_now
from heatpunk_desktop.domain.dates import utc_text
from heatpunk_desktop.domain.fields import Field, Status
from heatpunk_desktop.sandbox import SandboxServer
from heatpunk_desktop.store.account_store import AccountStore
from heatpunk_desktop.system.files import check_place

if TYPE_CHECKING:
    from pathlib import Path

    from heatpunk_desktop.sandbox.project import SandboxProject

#: Sample projects of the demo.
PROJECTS: Final = 1284

_SEED: Final = 7
#: Pairs of projects that are one customer typed twice.
_PAIRS: Final = 2


class Demo:
    """A running sandbox and the account on it.

    Among the sample projects are customers who were typed twice, and one project that the user and a colleague changed
    in the same place, so that a newcomer sees what the app does about them.

    Attributes:
        server: The sandbox, listening on 127.0.0.1.
        account: The account to open.
        database: Where its database lies.

    Raises:
        StorageError: Something else stands in the place of one of its files.
    """

    def __init__(self, data_dir: Path) -> None:
        self.database = data_dir / "accounts" / "sample-data.sqlite3"
        # The sandbox starts afresh at each start, and so does what is known of it: database, log and journal.
        for file in self.database.parent.glob(f"{self.database.stem}.*"):
            check_place(file)
            file.unlink(missing_ok=True)
        self.server: SandboxServer = SandboxServer(projects=PROJECTS, seed=_SEED, clock=utc_now)
        self.server.start()
        self.account = Account(self.server.origin, self.server.user_email, is_demo=True)
        whole = self._whole_projects()
        self._plant_duplicates(whole)
        if whole:
            self._plant_conflict(whole[0])

    def stop(self) -> None:
        """End the server."""
        self.server.stop()

    def _whole_projects(self) -> list[SandboxProject]:
        """Return leads of a customer with two names, an address and a phone number, the newest first."""
        projects = [
            project
            for project in self.server.state
            if project.status == Status.LEAD
            and project.customer_name.count(" ") == 1
            and project.address
            and project.postcode
            and project.customer_phone
        ]
        return sorted(projects, key=lambda project: project.created, reverse=True)

    def _plant_duplicates(self, whole: list[SandboxProject]) -> None:
        """Create some customers a second time, as typed by somebody in a hurry."""
        for first, second in list(zip(whole[1::2], whole[2::2], strict=False))[:_PAIRS]:
            given, _, family = first.customer_name.rpartition(" ")
            self.server.state.edit(
                second.project_id,
                project_name=first.project_name,
                customer_name=f"{family}, {given}",
                customer_phone=first.customer_phone,
                customer_email=first.customer_email,
                address=first.address.replace("Road", "Rd").replace("Street", "St"),
                postcode=first.postcode.replace(" ", "").lower(),
            )

    def _plant_conflict(self, project: SandboxProject) -> None:
        """Change the same two fields of a project as the user and as a colleague; the user's change is not sent yet."""
        mine = {Field.STATUS: Status.QUOTE.value, Field.CUSTOMER_PHONE: "07700 900755"}
        base = {Field.STATUS: project.status, Field.CUSTOMER_PHONE: project.customer_phone}
        self.database.parent.mkdir(parents=True, exist_ok=True)
        store = AccountStore.open(self.database)
        store.outbox.add_update(project.project_id, mine, base, utc_text(utc_now()))
        store.close()
        self.server.state.edit(project.project_id, status=Status.REJECTED.value, customer_phone="07700 900431")

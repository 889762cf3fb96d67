"""The search for an existing project of a customer that is being typed."""

from __future__ import annotations

import logging
from itertools import chain
from typing import TYPE_CHECKING, Final, NamedTuple

from PySide6.QtCore import QObject, Signal, Slot

from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.domain.project import Mark
from heatpunk_desktop.linkage.features import Features, KnownProject, features_of, known_project, name_words
from heatpunk_desktop.services.tasks.background_task import BackgroundTask, mistake
from heatpunk_desktop.store.database import open_reader
from heatpunk_desktop.store.whole_rows import keys_with_email, keys_with_phone, names_in, whole_rows
from heatpunk_desktop.texts import marked

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    import apsw

    from heatpunk_desktop.domain.project import WholeRow
    from heatpunk_desktop.errors import KnownError
    from heatpunk_desktop.services.tasks.background_task import Cancelled

_log = logging.getLogger(__name__)

#: Digits of a phone number, from its end, that are the same however it is written.
_LAST_DIGITS: Final = 9


class Sought(NamedTuple):
    """The typed details of a customer; empty ones are not searched for.

    Attributes:
        email: As typed.
        phone: As typed.
        name: As typed; looked for only together with the postcode.
        postcode: As typed.
        own_keys: Keys of the project that it is typed for.
    """

    email: str = ""
    phone: str = ""
    name: str = ""
    postcode: str = ""
    own_keys: frozenset[int] = frozenset()


class AlreadyHere(NamedTuple):
    """A project of the same customer.

    Attributes:
        key: See `ProjectRow.key`.
        name: The customer's name, or else the project's.
        postcode: As it is written there.
        status: As it is written there.
        created: UTC text.
        others: How many more there are.
    """

    key: int
    name: str
    postcode: str
    status: str
    created: str
    others: int = 0


class CustomerFinder(QObject):
    """A background search for one customer at a time.

    Args:
        database: The account's database.
        parent: Owner.
    """

    #: Mapping[Field, AlreadyHere]: by email, by phone, or by name and postcode (under the postcode); each project once.
    found = Signal(object)

    def __init__(self, database: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._database = database
        self._thread = BackgroundTask(
            "heatpunk-customers",
            mistake(marked("customer_finder", "It could not be looked up whether the customer is here already")),
            self,
        )
        self._thread.ended.connect(self.found)
        self._thread.failed.connect(self._on_failed)

    def look(self, sought: Sought) -> None:
        """Start a search; `found` follows. An earlier one reports nothing more."""
        self._thread.stop(waits=False)
        self._thread.start(lambda cancelled, _: self._look(sought, cancelled))

    def stop(self) -> None:
        """Stop the search, and wait for its end."""
        self._thread.stop()

    def _look(self, sought: Sought, cancelled: Cancelled) -> Mapping[Field, AlreadyHere]:
        connection = open_reader(self._database)
        try:
            return find_customer(connection, sought, cancelled)
        finally:
            connection.close()

    @Slot(object)
    def _on_failed(self, error: KnownError) -> None:
        # Trouble with the database is shown elsewhere.
        _log.warning("customers could not be looked for: %s", error.title)


def find_customer(
    connection: apsw.Connection, sought: Sought, cancelled: Cancelled = lambda: False
) -> Mapping[Field, AlreadyHere]:
    """Find projects of a customer; see `CustomerFinder.found`.

    Raises:
        StorageError: The database cannot be read.
    """
    keys = features_of(
        KnownProject(
            0,
            customer_name=sought.name,
            customer_email=sought.email,
            customer_phone=sought.phone,
            postcode=sought.postcode,
        )
    )
    found: dict[Field, AlreadyHere] = {}
    for field, candidates in _candidates(connection, keys):
        if cancelled():
            break
        told = {match.key for match in found.values()} | sought.own_keys
        rows = chain.from_iterable(whole_rows(connection, [key for key in candidates if key not in told]))
        like = [row for row in rows if _is_like(field, keys, row)]
        if like:
            newest = max(like, key=lambda row: (row.created, row.key))
            name = newest.customer_name or newest.project_name or ""
            found[field] = AlreadyHere(
                newest.key, name, newest.postcode or "", newest.status or "", newest.created, len(like) - 1
            )
    return found


def _candidates(connection: apsw.Connection, keys: Features) -> Iterator[tuple[Field, Iterable[int]]]:
    """Yield for each identifying field the projects that may be the customer's, one field after the other."""
    if keys.emails:
        box, _, domain = keys.emails[0].partition("@")
        yield Field.CUSTOMER_EMAIL, keys_with_email(connection, box, domain)
    if keys.phones:
        yield Field.CUSTOMER_PHONE, keys_with_phone(connection, keys.phones[0][-_LAST_DIGITS:])
    if keys.name and keys.postcode:
        named = names_in(connection, keys.postcode)
        like = (key for key, name in named if name is None or " ".join(sorted(name_words(name))) == keys.name)
        yield Field.POSTCODE, dict.fromkeys(like)


def _is_like(field: Field, keys: Features, row: WholeRow) -> bool:
    if row.marks & Mark.DELETED_HERE:
        return False
    other = features_of(known_project(row.key, row.values))
    match field:
        case Field.CUSTOMER_EMAIL:
            return bool(set(keys.emails[:1]) & set(other.emails))
        case Field.CUSTOMER_PHONE:
            return bool(set(keys.phones[:1]) & set(other.phones))
    return keys.postcode == other.postcode and keys.name == other.name

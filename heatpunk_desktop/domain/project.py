"""Projects as values: a row of the table, the detail of the form and the inspector, and the full row of an export."""

from __future__ import annotations

from enum import IntFlag
from typing import TYPE_CHECKING, Final, NamedTuple

from heatpunk_desktop.domain.fields import DETAIL_FIELDS, Field, FieldValues
from heatpunk_desktop.domain.operation import OperationState

if TYPE_CHECKING:
    from heatpunk_desktop.domain.operation import Operation


class Mark(IntFlag):
    """Flags for what has not reached the server, or is known only here. Bits of `ProjectRow.marks`."""

    NONE = 0
    #: A create, an edit or a soft delete is waiting or under way.
    WAITING = 1
    #: A request's outcome is in doubt: it may have been carried out.
    POSSIBLY_DONE = 2
    #: Refused by the server: the user decides what happens.
    NEEDS_YOU = 4
    #: Created here, with no project ID yet.
    NOT_ON_SERVER = 8
    #: Moved to deleted on this computer (waiting or carried out).
    DELETED_HERE = 16


#: The one mark that an unsettled operation puts on its project's row, by its state.
MARK_OF: Final = {
    OperationState.QUEUED: Mark.WAITING,
    OperationState.SENDING: Mark.WAITING,
    OperationState.UNKNOWN: Mark.POSSIBLY_DONE,
    OperationState.NEEDS_YOU: Mark.NEEDS_YOU,
}


class ProjectRow(NamedTuple):
    """One row of the table. In bulk these are plain tuples in this order; wrap one with `ProjectRow._make`.

    Attributes:
        key: The project ID of the server (above 0), or minus the operation's number for a project that was created here
            and has no ID yet.
        name: Project name; any text, may be empty or hold line breaks and markup.
        customer: Customer name.
        postcode: Postcode as the server or the user wrote it.
        status: A `Status`, or whatever else the server says, or empty.
        created: UTC, `YYYY-MM-DDTHH:MM:SS.mmmZ`, or empty where unknown.
        modified: As `created`. Usually the time the project was last opened, so it says nothing about changed fields.
        address: The address on one line, as the server says it.
        owner_id: The server's number of the owner, or None.
        latitude: Decimal degrees, or None.
        longitude: Decimal degrees, or None.
        marks: Bits of `Mark`.
    """

    key: int
    name: str
    customer: str
    postcode: str
    status: str
    created: str
    modified: str
    address: str
    owner_id: int | None
    latitude: float | None
    longitude: float | None
    marks: int


#: Positions in the plain tuple, for code that goes through many rows.
KEY, NAME, CUSTOMER, POSTCODE, STATUS, CREATED, MODIFIED, ADDRESS, OWNER_ID, LATITUDE, LONGITUDE, MARKS = range(12)

#: The position of each field that a `ProjectRow` has.
ROW_PLACES: Final = {
    Field.PROJECT_NAME: NAME,
    Field.CUSTOMER_NAME: CUSTOMER,
    Field.ADDRESS: ADDRESS,
    Field.POSTCODE: POSTCODE,
    Field.LATITUDE: LATITUDE,
    Field.LONGITUDE: LONGITUDE,
    Field.STATUS: STATUS,
}


class ProjectDetail(NamedTuple):
    """Everything known of one project, with pending changes laid over it.

    Attributes:
        row: The project as the table shows it.
        values: The fields that are known. A field that is missing was never loaded.
        server_values: The same without pending changes: the base that an edit starts from.
        owner_email: The owner's address where it is known.
        loaded_at: UTC text of the time when `GET /projects/data` last answered, or empty.
        pending: Unsettled changes to this project, oldest first.
        history: Settled changes to this project on this computer, newest first.
        is_owner_open: Whether another owner can still be chosen: the project was not created yet.
        owner_name: The user's name for the owner, or empty.
    """

    row: ProjectRow
    values: FieldValues
    server_values: FieldValues
    owner_email: str = ""
    loaded_at: str = ""
    pending: tuple[Operation, ...] = ()
    history: tuple[Operation, ...] = ()
    is_owner_open: bool = False
    owner_name: str = ""

    def not_loaded(self) -> frozenset[Field]:
        """Return the fields whose value was never loaded."""
        return frozenset(Field) - frozenset(self.values)


class Member(NamedTuple):
    """A member of the team.

    Attributes:
        email: The email address.
        owner_id: The server's number, or None where it is not known.
        is_me: Whether this is the user.
        name: The user's name for this member, or empty.
    """

    email: str
    owner_id: int | None = None
    is_me: bool = False
    name: str = ""


class WholeRow(NamedTuple):
    """One project with all its fields, pending changes laid over it. In bulk these are plain tuples in this order.

    A text is None where it was never loaded, and empty where it is known to be empty.

    Attributes:
        key: As in `ProjectRow`: above 0 it is the project ID.
        project_name: This and what follows, up to `owner`, are the fields in the order of `Field`.
        latitude: Decimal degrees, or None where there are none or they are not known.
        owner: The owner's email address, or the server's number of the owner where that is not known, or empty.
        created: UTC, `YYYY-MM-DDTHH:MM:SS.mmmZ`, or empty where unknown.
        modified: As `created`.
        marks: Bits of `Mark`.
        is_asked: Whether Heatpunk was asked for all of it: a text that is None then is one that it does not share.
    """

    key: int
    project_name: str | None
    customer_name: str | None
    customer_email: str | None
    customer_phone: str | None
    address: str | None
    postcode: str | None
    latitude: float | None
    longitude: float | None
    status: str | None
    build_date: str | None
    crm_reference: str | None
    owner: str
    created: str
    modified: str
    marks: int
    is_asked: bool = False

    @property
    def values(self) -> FieldValues:
        """The fields that are known. A position is always known, even where there is none."""
        return {
            field: value
            for field, value in zip(Field, self[1 : 1 + len(Field)], strict=True)
            if value is not None or field not in DETAIL_FIELDS
        }

    @property
    def is_loaded(self) -> bool:
        """Whether the fields that the list of projects lacks are known too."""
        return all(self[place] is not None for place in _DETAIL_COLUMNS)


#: The position of each field in a `WholeRow`.
FIELD_COLUMNS: Final = {field: place for place, field in enumerate(Field, 1)}
_DETAIL_COLUMNS: Final = tuple(FIELD_COLUMNS[field] for field in Field if field in DETAIL_FIELDS)

"""The service as the main window uses it, with a store that holds what a test puts there."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from typing_extensions import override

from heatpunk_desktop.domain.fields import Field, FieldValues
from heatpunk_desktop.domain.operation import Operation, OperationCounts, OperationKind, OperationState
from heatpunk_desktop.domain.project import Member, ProjectDetail, ProjectRow
from heatpunk_desktop.store.reader import OperationGroup, StoreReader
from tests.unit.views.fake_service import FakeService

if TYPE_CHECKING:
    from heatpunk_desktop.domain.dates import DateRange
    from heatpunk_desktop.errors import KnownError

ME = Member("office@acme-heat.test", 7, is_me=True)
SAM = Member("sam@acme-heat.test", 8)

LISTED: FieldValues = {
    Field.PROJECT_NAME: "14 High Street survey",
    Field.CUSTOMER_NAME: "Siân O’Neill",
    Field.ADDRESS: "14 High Street, Histon",
    Field.POSTCODE: "CB24 9PL",
    Field.LATITUDE: 52.2517,
    Field.LONGITUDE: -0.1054,
    Field.STATUS: "Quote",
}


def make_row(
    key: int,
    name: str = "14 High Street survey",
    status: str = "Lead",
    created: str = "2026-11-24T09:40:00.000Z",
    *,
    owner_id: int | None = 7,
    marks: int = 0,
) -> ProjectRow:
    return ProjectRow(
        key, name, "Siân O’Neill", "CB24 9PL", status, created, created, "14 High Street", owner_id, None, None, marks
    )


def make_operation(
    number: int,
    state: OperationState,
    kind: OperationKind = OperationKind.UPDATE,
    *,
    name: str = "31a High Street",
    words: str = "",
    server_words: str = "",
    blocked: bool = False,
) -> Operation:
    changes: FieldValues = {Field.STATUS: "Quote"} if kind is OperationKind.UPDATE else {}
    created = "2026-11-24T14:12:00.000Z"
    return Operation(
        number, kind, state, 5, 5, name, "", changes, {}, created, 1, "", "", words, server_words, blocked=blocked
    )


@dataclass
class FakeReader:
    """What the store holds."""

    details: dict[int, ProjectDetail] = field(default_factory=dict)
    pages: dict[OperationGroup, tuple[Operation, ...]] = field(default_factory=dict)
    people: tuple[Member, ...] = ()
    trouble: KnownError | None = None

    def _check(self) -> None:
        if self.trouble is not None:
            raise self.trouble

    def detail(self, key: int) -> ProjectDetail | None:
        self._check()
        return self.details.get(key)

    def operations(self, group: OperationGroup, limit: int = 500) -> tuple[Operation, ...]:
        self._check()
        return self.pages.get(group, ())[:limit]

    def operation_counts(self) -> OperationCounts:
        self._check()
        return OperationCounts(*(len(self.pages.get(group, ())) for group in OperationGroup))

    def members(self) -> tuple[Member, ...]:
        self._check()
        return self.people


class WindowService(FakeService):
    """Notes what the window asks for."""

    def __init__(self) -> None:
        super().__init__()
        self.held = FakeReader()

    @property
    @override
    def reader(self) -> StoreReader:
        return cast("StoreReader", self.held)

    def told(self, name: str) -> list[tuple[object, ...]]:
        """The requests of one kind, in their order."""
        return [request for request in self.asked if request[0] == name]

    @override
    def refresh(self, wanted: DateRange) -> None:
        self._ask("refresh", wanted)

    @override
    def cancel_refresh(self) -> None:
        self._ask("cancel_refresh")

    @override
    def send_now(self) -> None:
        self._ask("send_now")

    @override
    def try_again(self, operation_id: int) -> int:
        return self._ask("try_again", operation_id)

    @override
    def discard(self, operation_id: int) -> int:
        return self._ask("discard", operation_id)

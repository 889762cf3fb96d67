"""The service as the main window uses it, with a store that holds what a test puts there."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NoReturn, TypeVar, cast

from PySide6.QtCore import QObject, Signal
from typing_extensions import override

from heatpunk_desktop.domain.fields import Field, FieldValues
from heatpunk_desktop.domain.operation import Operation, OperationCounts, OperationKind, OperationState, Reason
from heatpunk_desktop.domain.project import Member, ProjectDetail, ProjectRow
from heatpunk_desktop.services.tasks.details_loader import DetailsLoader
from heatpunk_desktop.services.tasks.task_makers import TaskMakers
from heatpunk_desktop.store.batches import BatchWaiting
from heatpunk_desktop.store.reader import OperationGroup, StoreReader
from tests.fakes import said
from tests.unit.gui.fake_service import FakeCustomerFinder, FakeService
from tests.unit.gui.fake_tester import FakeTester

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from heatpunk_desktop.domain.changes import Draft
    from heatpunk_desktop.domain.choices import StoredView
    from heatpunk_desktop.domain.undo import Undoable
    from heatpunk_desktop.errors import KnownError
    from heatpunk_desktop.services.sync.service import SyncService
    from heatpunk_desktop.services.tasks.details_loader import ProjectsReader
    from heatpunk_desktop.services.tasks.key_tasks import ConnectionTester

T = TypeVar("T")

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
    attempts: int = 1,
    attempted_at: str = "",
    reason: Reason = Reason.NONE,
    changes: FieldValues | None = None,
    base: FieldValues | None = None,
    theirs: FieldValues | None = None,
    candidates: tuple[int, ...] = (),
) -> Operation:
    """An operation as the store gives it; an update changes the status of project 5 unless it is said what it does."""
    if changes is None:
        changes = {Field.STATUS: "Quote"} if kind is OperationKind.UPDATE else {}
        base = {Field.STATUS: "Lead"} if kind is OperationKind.UPDATE else {}
    is_new = kind is OperationKind.CREATE
    return Operation(
        number,
        kind,
        state,
        -number if is_new else 5,
        None if is_new else 5,
        name,
        "",
        changes,
        base or {},
        "2026-11-24T14:12:00.000Z",
        attempts,
        attempted_at,
        "",
        said(words),
        server_words,
        blocked=blocked,
        reason=reason,
        theirs=theirs or {},
        candidates=candidates,
    )


@dataclass
class FakeReader:
    """What the store holds."""

    details: dict[int, ProjectDetail] = field(default_factory=dict)
    pages: dict[OperationGroup, tuple[Operation, ...]] = field(default_factory=dict)
    rows: dict[int, ProjectRow] = field(default_factory=dict)
    team: tuple[Member, ...] = ()
    names: dict[int, str] = field(default_factory=dict)
    kept: tuple[Draft, ...] = ()
    trouble: KnownError | None = None
    unsent: bool = True
    views: tuple[StoredView, ...] = ()
    batches: dict[int, BatchWaiting] = field(default_factory=dict)

    def _check(self) -> None:
        if self.trouble is not None:
            raise self.trouble

    def detail(self, key: int) -> ProjectDetail | None:
        self._check()
        return self.details.get(key)

    def operations(self, group: OperationGroup, limit: int = 500) -> tuple[Operation, ...]:
        self._check()
        return self.pages.get(group, ())[:limit]

    def operation(self, operation_id: int) -> Operation | None:
        self._check()
        everything = (operation for page in self.pages.values() for operation in page)
        return next((operation for operation in everything if operation.operation_id == operation_id), None)

    def rows_of(self, keys: Iterable[int]) -> dict[int, tuple[object, ...]]:
        self._check()
        return {key: self.rows[key] for key in keys if key in self.rows}

    def operation_counts(self) -> OperationCounts:
        self._check()
        return OperationCounts(*(len(self.pages.get(group, ())) for group in OperationGroup))

    def drafts(self) -> tuple[Draft, ...]:
        self._check()
        return self.kept

    def saved_views(self) -> tuple[StoredView, ...]:
        self._check()
        return self.views

    def members(self) -> tuple[Member, ...]:
        self._check()
        return self.team

    def named_owners(self) -> dict[int, str]:
        self._check()
        return self.names

    def batch_waiting(self, batch: int) -> BatchWaiting:
        self._check()
        return self.batches.get(batch, BatchWaiting(batch, "", 0))

    def is_unsent(self, undoable: Undoable, _moved: Mapping[int, int]) -> bool:
        self._check()
        return self.unsent and undoable is not None


class ReadsNothing(QObject):
    """Reads whole projects of a store that has none of them any more."""

    read = Signal(object)
    failed = Signal(object)

    def start(self, _keys: Sequence[int]) -> None:
        self.read.emit([])

    def stop(self) -> None:
        """Nothing runs."""


class WindowService(FakeService):
    """Notes what the window asks for."""

    def __init__(self) -> None:
        super().__init__()
        self.held = FakeReader()

    @property
    @override
    def reader(self) -> StoreReader:
        return cast("StoreReader", self.held)

    def told(self, kind: type[T]) -> list[T]:
        """What was asked for of one kind, in that order."""
        return [request for request in self.asked if isinstance(request, kind)]


def fake_tasks(service: SyncService) -> TaskMakers:
    """Make those tasks that a window without a database can have; no test wants the others of it."""

    def none() -> NoReturn:
        raise AssertionError("there is nothing to read")

    return TaskMakers(
        exporter=none,
        importer=none,
        details_loader=lambda: DetailsLoader(service, service),
        projects_reader=lambda: cast("ProjectsReader", ReadsNothing(service)),
        customer_finder=lambda: FakeCustomerFinder(service),
        duplicate_finder=none,
        connection_tester=lambda: cast("ConnectionTester", FakeTester()),
    )

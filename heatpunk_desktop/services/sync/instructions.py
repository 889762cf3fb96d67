"""What a window may ask of the worker besides having something stored.

A *request* asks the server for something that the user waits for (`SyncService.ask`); it is never made by itself. An
*instruction* (`SyncService.tell`) has no reply. Both are immutable values on their way into the worker's thread, each
with its own handler.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeVar

from heatpunk_desktop.services.sync.worker_messages import GONE

if TYPE_CHECKING:
    from heatpunk_desktop.api.exchange import Exchange
    from heatpunk_desktop.api.protocol import ApiRequest
    from heatpunk_desktop.domain.dates import DateRange
    from heatpunk_desktop.domain.project import ProjectDetail
    from heatpunk_desktop.services.sync.details_loading import DetailsLoading
    from heatpunk_desktop.services.sync.disk_watch import DiskWatch
    from heatpunk_desktop.services.sync.engine_driver import EngineDriver
    from heatpunk_desktop.services.sync.list_refresher import ListRefresher
    from heatpunk_desktop.store.account_store import AccountStore
    from heatpunk_desktop.store.reader import StoreReader
    from heatpunk_desktop.sync.engine import SyncEngine

T_co = TypeVar("T_co", covariant=True)


class Request(Protocol[T_co]):
    """Something that the server is asked for now, or not at all."""

    @property
    def key(self) -> int:
        """The project that it is about."""

    def request(self, engine: SyncEngine, /) -> ApiRequest | None:
        """What is sent; None where nothing needs to be."""

    def settle(self, engine: SyncEngine, exchange: Exchange, /) -> None:
        """Store what came of it. Raises KnownError where that is not what was asked for."""

    def result(self, reader: StoreReader, /) -> T_co:
        """What is told in the end. Raises KnownError."""


class LoadProject(NamedTuple):
    """Ask the server for everything about one project; gives it as it is stored then."""

    key: int

    def request(self, engine: SyncEngine, /) -> ApiRequest | None:
        """See `Request`. Of a project that was created here and not sent, everything is known."""
        return engine.detail_request(self.key) if self.key > 0 else None

    def settle(self, engine: SyncEngine, exchange: Exchange, /) -> None:
        """See `Request`."""
        engine.settle_detail(self.key, exchange)

    def result(self, reader: StoreReader, /) -> ProjectDetail:
        """See `Request`."""
        if (detail := reader.detail(self.key)) is None:
            raise GONE
        return detail


class DeletePermanently(NamedTuple):
    """Ask the server now to delete a project for good; gives its project ID. Never queued, and never repeated.

    Where it fails, the words say whether it was refused, or whether nobody knows what the server did.
    """

    key: int

    def request(self, engine: SyncEngine, /) -> ApiRequest | None:
        """See `Request`."""
        return engine.hard_delete_request(self.key)

    def settle(self, engine: SyncEngine, exchange: Exchange, /) -> None:
        """See `Request`."""
        engine.settle_hard_delete(self.key, exchange)

    def result(self, _reader: StoreReader, /) -> int:
        """See `Request`."""
        return self.key


# -- what nobody waits for ------------------------------------------------------------------------------------------


class Parts(NamedTuple):
    """The parts of the worker that instructions use."""

    store: AccountStore
    engine: SyncEngine
    driver: EngineDriver
    refresher: ListRefresher
    quiet: DetailsLoading
    disk: DiskWatch


class Instruction(Protocol):
    """Something to do, of which nothing is told in the end."""

    def follow(self, parts: Parts, /) -> None:
        """Do it, in the worker's thread. Raises KnownError."""


class SetDetailsLoading(NamedTuple):
    """Load the details of all projects in the background, or do not; `details_changed` tells how far it is.

    Attributes:
        is_wanted: Whether to.
        days: Details that are older are loaded again; 0: none are.
    """

    is_wanted: bool
    days: int

    def follow(self, parts: Parts, /) -> None:
        """See `Instruction`."""
        parts.quiet.want(self.is_wanted, self.days)


class Refresh(NamedTuple):
    """Read the projects created in a range, the newest window first; a refresh that runs is replaced."""

    wanted: DateRange

    def follow(self, parts: Parts, /) -> None:
        """See `Instruction`."""
        parts.refresher.start(parts.engine, self.wanted)


class CancelRefresh(NamedTuple):
    """Stop the running refresh; what it read so far stays."""

    def follow(self, parts: Parts, /) -> None:
        """See `Instruction`."""
        parts.refresher.cancel()


class SendNow(NamedTuple):
    """Try the server without waiting out the pause between tries, and with the key that there is now."""

    def follow(self, parts: Parts, /) -> None:
        """See `Instruction`."""
        parts.driver.key_given()


class CheckIntegrity(NamedTuple):
    """Look the database over; trouble comes as `storage_troubled`."""

    def follow(self, parts: Parts, /) -> None:
        """See `Instruction`."""
        parts.disk.check(parts.store)

"""Requests and instructions: what a window may ask of the worker besides storing something.

A *request* asks the server for something that the user waits for (`SyncService.ask`); it is never made automatically.
An *instruction* (`SyncService.instruct`) has no reply. Both are immutable values on their way into the worker's
thread, each with its own handler.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeVar

from heatpunk_desktop.services.sync.worker_messages import GONE

if TYPE_CHECKING:
    from heatpunk_desktop.api.exchange import Exchange
    from heatpunk_desktop.api.protocol import ApiRequest
    from heatpunk_desktop.domain.dates import DateRange
    from heatpunk_desktop.domain.project import ProjectDetail
    from heatpunk_desktop.services.sync.background_details import BackgroundDetails
    from heatpunk_desktop.services.sync.disk_watch import DiskWatch
    from heatpunk_desktop.services.sync.engine_driver import EngineDriver
    from heatpunk_desktop.services.sync.list_refresher import ListRefresher
    from heatpunk_desktop.store.account_store import AccountStore
    from heatpunk_desktop.store.reader import StoreReader
    from heatpunk_desktop.store.server_cache_reader import AsOf
    from heatpunk_desktop.sync.engine import SyncEngine

T_co = TypeVar("T_co", covariant=True)


class Request(Protocol[T_co]):
    """Something that the server is asked once, at once."""

    @property
    def key(self) -> int:
        """The project that it is about."""

    def request(self, engine: SyncEngine, /) -> ApiRequest | None:
        """Return what to send; None if nothing needs to be sent."""

    def settle(self, engine: SyncEngine, exchange: Exchange, asked: AsOf, /) -> bool:
        """Store the answer.

        Returns:
            Whether that is done; else it has to be asked for again.

        Raises:
            KnownError: The answer is not what was asked for.
        """

    def result(self, reader: StoreReader, /) -> T_co:
        """Return the result for the reply.

        Raises:
            KnownError: There is none.
        """


class LoadProject(NamedTuple):
    """Ask the server for all fields of one project; the result is the project as stored then."""

    key: int

    def request(self, engine: SyncEngine, /) -> ApiRequest | None:
        """See `Request`. All fields of a project that was created here and not sent yet are known."""
        return engine.detail_request(self.key) if self.key > 0 else None

    def settle(self, engine: SyncEngine, exchange: Exchange, asked: AsOf, /) -> bool:
        """See `Request`."""
        return engine.settle_detail(self.key, exchange, asked)

    def result(self, reader: StoreReader, /) -> ProjectDetail:
        """See `Request`."""
        if (detail := reader.detail(self.key)) is None:
            raise GONE
        return detail


class DeletePermanently(NamedTuple):
    """Ask the server now to delete a project permanently; the result is its project ID. Never queued, never repeated.

    If it fails, the error says whether it was refused or is in doubt.
    """

    key: int

    def request(self, engine: SyncEngine, /) -> ApiRequest | None:
        """See `Request`."""
        return engine.hard_delete_request(self.key)

    def settle(self, engine: SyncEngine, exchange: Exchange, _asked: AsOf, /) -> bool:
        """See `Request`."""
        engine.settle_hard_delete(self.key, exchange)
        return True

    def result(self, _reader: StoreReader, /) -> int:
        """See `Request`."""
        return self.key


# -- instructions ---------------------------------------------------------------------------------------------------


class Parts(NamedTuple):
    """The parts of the worker that instructions use."""

    store: AccountStore
    engine: SyncEngine
    driver: EngineDriver
    refresher: ListRefresher
    details: BackgroundDetails
    disk: DiskWatch


class Instruction(Protocol):
    """Something for the worker to do that has no reply."""

    def follow(self, parts: Parts, /) -> None:
        """Do it, in the worker's thread.

        Raises:
            KnownError: It cannot be done.
        """


class SetDetailsLoading(NamedTuple):
    """Switch the loading of all projects' details in the background on or off; `details_changed` reports progress.

    Attributes:
        is_wanted: Whether to load them.
        days: The age in days from which details are loaded again; 0 for never.
    """

    is_wanted: bool
    days: int

    def follow(self, parts: Parts, /) -> None:
        """See `Instruction`."""
        parts.details.want(self.is_wanted, self.days)


class Refresh(NamedTuple):
    """Read the projects created in a range, the newest window first; this replaces a running refresh."""

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
    """Try the server now, without waiting for the back-off to end, and with the current key."""

    def follow(self, parts: Parts, /) -> None:
        """See `Instruction`."""
        parts.driver.key_given()


class CheckIntegrity(NamedTuple):
    """Check the integrity of the database; `storage_troubled` reports damage."""

    def follow(self, parts: Parts, /) -> None:
        """See `Instruction`."""
        parts.disk.check(parts.store)

"""The worker thread that owns the database and talks to the server, and the service that the windows use."""

from typing import TYPE_CHECKING

from heatpunk_desktop.lazy import lazy_names

if TYPE_CHECKING:
    from heatpunk_desktop.services.sync.commands import DropDraft as DropDraft
    from heatpunk_desktop.services.sync.commands import KeepChoice as KeepChoice
    from heatpunk_desktop.services.sync.commands import KeepDraft as KeepDraft
    from heatpunk_desktop.services.sync.commands import RedoChanges as RedoChanges
    from heatpunk_desktop.services.sync.commands import UndoableCommand as UndoableCommand
    from heatpunk_desktop.services.sync.commands import UndoChanges as UndoChanges
    from heatpunk_desktop.services.sync.commands import WithdrawBatch as WithdrawBatch
    from heatpunk_desktop.services.sync.contact_reader import ContactReader as ContactReader
    from heatpunk_desktop.services.sync.instructions import CancelRefresh as CancelRefresh
    from heatpunk_desktop.services.sync.instructions import CheckIntegrity as CheckIntegrity
    from heatpunk_desktop.services.sync.instructions import DeletePermanently as DeletePermanently
    from heatpunk_desktop.services.sync.instructions import LoadProject as LoadProject
    from heatpunk_desktop.services.sync.instructions import Refresh as Refresh
    from heatpunk_desktop.services.sync.instructions import SendNow as SendNow
    from heatpunk_desktop.services.sync.instructions import SetDetailsLoading as SetDetailsLoading
    from heatpunk_desktop.services.sync.worker import SyncWorker as SyncWorker
else:
    __getattr__ = lazy_names(
        __name__,
        DropDraft="commands",
        KeepChoice="commands",
        KeepDraft="commands",
        RedoChanges="commands",
        UndoChanges="commands",
        UndoableCommand="commands",
        WithdrawBatch="commands",
        ContactReader="contact_reader",
        CancelRefresh="instructions",
        CheckIntegrity="instructions",
        DeletePermanently="instructions",
        LoadProject="instructions",
        Refresh="instructions",
        SendNow="instructions",
        SetDetailsLoading="instructions",
        SyncWorker="worker",
    )

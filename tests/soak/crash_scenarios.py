"""What is cut short at every step: each thing that the user does and the engine does, alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.services.sync import commands
from tests.faulty_sandbox.faults import Fault

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.soak.crash_device import Device
    from tests.soak.recording_server import RecordingServer


@dataclass(frozen=True, slots=True)
class Scenario:
    """One thing to be cut short.

    Attributes:
        name: For reports.
        do: What is done until the process dies; it is followed by the engine's work until nothing moves.
        before: What was done and came to an end before.
        faults: What the server does wrong until then.
        between: What colleagues do after that.
        needs_you: Whether it may end by asking the user, where it was not yet saved that the user answered.
    """

    name: str
    do: Callable[[Device, list[int]], object]
    before: Callable[[Device, list[int]], object] | None = None
    faults: tuple[tuple[str, Fault], ...] = ()
    between: Callable[[RecordingServer, list[int]], object] | None = None
    needs_you: bool = False


def _create(device: Device, _projects: list[int]) -> None:
    device.create("form 1", address="1 High Street", customer_phone="01632 960001")
    device.work()


def _create_from_draft(device: Device, _projects: list[int]) -> None:
    device.keep_draft("d1", customer_name="form d1")
    device.keep_draft("d1", customer_name="form d1", address="1 High Street")
    device.create("form d1", "d1", address="1 High Street")
    device.work()


def _create_and_edit(device: Device, _projects: list[int]) -> None:
    key = device.create("form 1", address="1 High Street")
    device.edit(key, address="mine 1", postcode="mine 2")
    device.work()
    device.edit(key, address="mine 3")
    device.work()


def _drafts(device: Device, _projects: list[int]) -> None:
    device.keep_draft("d1", customer_name="form d1")
    device.keep_draft("d2", customer_name="form d2")
    device.keep_draft("d1", customer_name="form d1", address="typed 1")
    device.drop_draft("d2")


def _update(device: Device, projects: list[int]) -> None:
    device.edit(projects[0], address="mine 1", project_name="mine 2")
    device.work()


def _two_updates(device: Device, projects: list[int]) -> None:
    device.edit(projects[0], address="mine 1")
    device.edit(projects[0], postcode="mine 2")
    device.edit(projects[1], address="mine 3")
    device.work()


def _delete(device: Device, projects: list[int]) -> None:
    device.move_to_deleted(projects[0])
    device.work()


def _one_create_in_doubt(device: Device, _projects: list[int]) -> None:
    device.create("form 1", address="1 High Street")
    device.work(waits=False)


def _twins_in_doubt(device: Device, _projects: list[int]) -> None:
    device.create("form 1", address="1 High Street")
    device.work(waits=False)
    device.create("form 1", address="1 High Street")
    device.work(waits=False)


def _update_in_doubt(device: Device, projects: list[int]) -> None:
    device.edit(projects[0], address="mine 1")
    device.work(waits=False)


def _delete_in_doubt(device: Device, projects: list[int]) -> None:
    device.move_to_deleted(projects[0])
    device.work(waits=False)


def _find_out(device: Device, _projects: list[int]) -> None:
    device.work()


def _create_waiting(device: Device, _projects: list[int]) -> None:
    device.create("form 1", address="1 High Street")


def _discard(device: Device, _projects: list[int]) -> None:
    (operation,) = device.waiting()
    device.discard(operation)
    device.work()


def _colleague_edits(server: RecordingServer, projects: list[int]) -> None:
    server.state.edit(projects[0], address="theirs 1", postcode="theirs 2")


def _keep_mine(device: Device, _projects: list[int]) -> None:
    device.work()
    operation = device.needing()
    fields = frozenset((Field.ADDRESS, Field.POSTCODE))
    device.other(commands.Resolve(operation.operation_id, fields, frozenset()))
    device.work()


def _keep_some(device: Device, _projects: list[int]) -> None:
    device.work()
    operation = device.needing()
    mine, theirs = frozenset((Field.ADDRESS,)), frozenset((Field.POSTCODE,))
    device.other(commands.Resolve(operation.operation_id, mine, theirs), theirs="postcode")
    device.work()


def _colleague_renames(server: RecordingServer, _projects: list[int]) -> None:
    (created,) = [write.project_id for write in server.written if write.what == "create"]
    server.state.edit(created, address="theirs 1", postcode="theirs 2")


def _adopt(device: Device, _projects: list[int]) -> None:
    device.work()
    operation = device.needing()
    device.other(commands.Adopt(operation.operation_id, operation.candidates[0]))
    device.work()


def _colleague_deletes(server: RecordingServer, projects: list[int]) -> None:
    server.state.hard_delete(projects[0])


def _create_again(device: Device, projects: list[int]) -> None:
    device.work()
    device.create_again(device.needing(), device.customer_of(projects[0]))
    device.work()


def _edit_waiting(device: Device, projects: list[int]) -> None:
    device.edit(projects[0], address="mine 1")


def _two_fields_waiting(device: Device, projects: list[int]) -> None:
    device.edit(projects[0], address="mine 1", postcode="mine 2")


def _try_again(device: Device, _projects: list[int]) -> None:
    device.other(commands.TryAgain((device.needing().operation_id,)))
    device.work()


#: What the short form in the tests tries, and then all of the others.
SHORT: Final = (
    Scenario("create", _create),
    Scenario("update", _update),
    Scenario("soft delete", _delete),
)
SCENARIOS: Final = (
    *SHORT,
    Scenario("create out of a draft", _create_from_draft),
    Scenario("create, edited before and after it is sent", _create_and_edit),
    Scenario("drafts kept and dropped", _drafts),
    Scenario("updates of two projects", _two_updates),
    Scenario("finding out a create that was done", _find_out, _one_create_in_doubt, (("create", Fault.drop_after()),)),
    Scenario(
        "finding out a create that was not done", _find_out, _one_create_in_doubt, (("create", Fault.drop_before()),)
    ),
    Scenario(
        "finding out two identical creates of which one was done",
        _find_out,
        _twins_in_doubt,
        (("create", Fault.drop_after()), ("create", Fault.drop_before())),
    ),
    Scenario("finding out an update that was done", _find_out, _update_in_doubt, (("update", Fault.drop_after()),)),
    Scenario(
        "finding out an update that was not done", _find_out, _update_in_doubt, (("update", Fault.drop_before()),)
    ),
    Scenario(
        "finding out a soft delete that was done", _find_out, _delete_in_doubt, (("softDelete", Fault.drop_after()),)
    ),
    Scenario(
        "finding out a soft delete that was not done",
        _find_out,
        _delete_in_doubt,
        (("softDelete", Fault.drop_before()),),
    ),
    Scenario("giving a create up", _discard, _create_waiting),
    Scenario(
        "keeping mine",
        _keep_mine,
        _two_fields_waiting,
        between=_colleague_edits,
        needs_you=True,
    ),
    Scenario(
        "keeping mine and theirs",
        _keep_some,
        _two_fields_waiting,
        between=_colleague_edits,
        needs_you=True,
    ),
    Scenario(
        "adopting a project",
        _adopt,
        _one_create_in_doubt,
        (("create", Fault.drop_after()),),
        _colleague_renames,
        needs_you=True,
    ),
    Scenario("creating anew what is gone", _create_again, _edit_waiting, between=_colleague_deletes, needs_you=True),
    Scenario(
        "trying again what was refused",
        _try_again,
        _one_create_in_doubt,
        (("create", Fault.answer(400, '{"message":"not today"}')),),
        needs_you=True,
    ),
)

"""Histories of users who do many things at once, take them back, undo and redo, while requests go astray."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Final

import pytest

from heatpunk_desktop.domain.operation import OperationState
from heatpunk_desktop.store import batches
from heatpunk_desktop.store.undo import compensation as reversing
from heatpunk_desktop.store.undo import restore as putting_back
from heatpunk_desktop.store.undo import service as undoing
from heatpunk_desktop.store.undo import withdraw as taking_back
from tests.simulation.campaign import Campaign
from tests.simulation.model_server import ServerOptions
from tests.simulation.story import FATES, Fate, Step, Story

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import apsw

    from heatpunk_desktop.domain.operation import Operation

pytestmark = pytest.mark.usefixtures("untraced")

_HISTORIES: Final = 60
_STEPS: Final = {
    "undo": 16,
    "redo": 10,
    "stage": 8,
    "edit": 10,
    "create": 4,
    "soft_delete": 3,
    "take_back": 3,
    "colleague_edits": 4,
    "decide": 2,
    "crash_soon": 2,
    "refresh": 1,
    "offline": 2,
    "online": 2,
    "restart": 1,
}
_UNSENT: Final = {"unsent": 3, "busy": 2, "refused": 1, "lost_late": 1, "lost_after": 1}


def story_of(seed: int) -> Story:
    """One or two computers, and a connection that comes and goes."""
    chance = Random(f"second thoughts {seed}")
    devices = chance.choices((1, 2), (4, 1))[0]
    kinds = chance.choices(tuple(_STEPS), tuple(_STEPS.values()), k=chance.randint(6, 22))
    trouble = chance.choice((0.0, 0.3, 0.7))
    return Story(
        seed=seed,
        server=ServerOptions(
            data_call=chance.choice(("refs", "plain", "page")),
            late=chance.choice((0.0, 30.0, 90.0)),
            shows_deleted=chance.random() < 0.5,
        ),
        devices=devices,
        already=2,
        steps=tuple(_step(kind, chance, devices) for kind in ("create", *kinds)),
        fates=tuple(_fate(chance, trouble) for _ in range(30)),
        tidies=chance.random() < 0.7,
    )


def _step(kind: str, chance: Random, devices: int) -> Step:
    gap = chance.choice((0.0, 0.0, round(chance.random(), 1), round(chance.random() * 30, 1)))
    return Step(gap, kind, chance.randrange(devices), *(chance.randrange(1000) for _ in range(3)))


def _fate(chance: Random, trouble: float) -> Fate:
    if chance.random() >= trouble:
        return Fate("answered", round(chance.random(), 2))
    kinds = dict.fromkeys(FATES, 0) | _UNSENT
    kind = chance.choices(tuple(kinds), tuple(kinds.values()))[0]
    return Fate(kind, round(chance.random() * 3, 2), round(chance.random(), 2), 0.0, chance.randrange(1000))


def _is_noticed(kind: str) -> bool:
    campaign = Campaign()
    return any(campaign.failure(story_of(seed))[0] == kind for seed in range(_HISTORIES))


def test_what_is_taken_back_is_never_sent_and_nothing_else_is_lost() -> None:
    campaign = Campaign()
    for seed in range(_HISTORIES):
        _, broken = campaign.failure(story_of(seed))
        if broken:
            pytest.fail(f"history {seed}: {broken}")


# -- it would be noticed ---------------------------------------------------------------------------------------------


def _patched(monkeypatch: pytest.MonkeyPatch, name: str, value: Callable[..., object]) -> None:
    for module in (batches, putting_back, reversing, taking_back, undoing):
        if hasattr(module, name):
            monkeypatch.setattr(module, name, value)


def test_that_what_may_be_on_its_way_is_taken_back(monkeypatch: pytest.MonkeyPatch) -> None:
    def waits(operation: Operation) -> bool:
        return operation.state in {OperationState.QUEUED, OperationState.UNKNOWN, OperationState.NEEDS_YOU}

    _patched(monkeypatch, "is_unsent", waits)
    assert _is_noticed("taken back")


def test_that_more_is_given_up_than_was_undone(monkeypatch: pytest.MonkeyPatch) -> None:
    withdraw = taking_back.withdraw

    def with_all_of_the_projects(
        connection: apsw.Connection, operations: Iterable[Operation], now: str
    ) -> dict[int, int]:
        operations = list(operations)
        keys = {operation.project_key for operation in operations}
        more = taking_back.operations_where(connection, "o.state = 'queued'", ())
        return withdraw(
            connection, [*operations, *(operation for operation in more if operation.project_key in keys)], now
        )

    _patched(monkeypatch, "withdraw", with_all_of_the_projects)
    assert _is_noticed("lost")


def test_that_nothing_is_undone(monkeypatch: pytest.MonkeyPatch) -> None:
    _patched(monkeypatch, "withdraw", lambda *_: {})
    assert _is_noticed("not undone")

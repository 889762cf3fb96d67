"""The key is asked for before anything is marked as being sent: a keyring may be slow, locked, empty, or hang."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Final

import pytest

from heatpunk_desktop.api.client import ApiClient
from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.errors import KeyringError
from heatpunk_desktop.services.sync.commands import CreateProject
from heatpunk_desktop.services.sync.facts import Link
from heatpunk_desktop.store.reader import OperationGroup
from tests.conftest import TIMEOUT_S

if TYPE_CHECKING:
    from collections.abc import Callable

    from heatpunk_desktop.sandbox import SandboxServer
    from tests.unit.services.conftest import Running

NAME: Final = Field.CUSTOMER_NAME


def operations(run: Running) -> list[tuple[str, str]]:
    every = [operation for group in OperationGroup for operation in run.service.reader.operations(group)]
    return [
        (operation.kind.value, operation.state.value)
        for operation in sorted(every, key=lambda operation: operation.operation_id)
    ]


@pytest.mark.parametrize("answer", ["key", "none", "locked"])
def test_nothing_is_marked_as_being_sent_before_the_key_is_at_hand(
    start: Callable[..., Running], server: SandboxServer, answer: str
) -> None:
    asked, answers = threading.Event(), threading.Event()

    def key() -> str | None:
        asked.set()
        assert answers.wait(TIMEOUT_S)
        if answer == "locked":
            raise KeyringError("The keyring could not be used", "It is locked.")
        return server.api_key if answer == "key" else None

    run = start(lambda: ApiClient(server.origin, key))
    try:
        run.saved(run.service.run(CreateProject({NAME: "one"}, server.user_email)))
        run.wait(asked.is_set)
        # Once the second is stored, the worker has done all that it can do about the first.
        run.saved(run.service.run(CreateProject({NAME: "two"}, server.user_email)))
        assert operations(run) == [("create", "queued")] * 2
    finally:
        answers.set()
    if answer == "key":
        run.wait_counts(0, 0, 2)
    else:
        run.wait(lambda: run.link is Link.KEY_MISSING)
        assert operations(run) == [("create", "queued")] * 2
        assert server.requests == ()


def test_a_key_that_is_given_goes_out_though_the_keyring_hangs(
    start: Callable[..., Running], server: SandboxServer
) -> None:
    given: list[str] = []
    asked, ends = threading.Event(), threading.Event()

    def key() -> str | None:
        if not given:
            asked.set()
            assert ends.wait(TIMEOUT_S)
            return None
        return given[0]

    run = start(lambda: ApiClient(server.origin, key))
    try:
        run.wait(asked.is_set)
        run.saved(run.service.run(CreateProject({NAME: "one"}, server.user_email)))
        given.append(server.api_key)
        run.service.key_given()
        run.wait_counts(0, 0, 1)
    finally:
        ends.set()
    run.saved(run.service.run(CreateProject({NAME: "two"}, server.user_email)))
    run.wait_counts(0, 0, 2)
    assert run.link is Link.ONLINE, "what the keyring said too late counts for nothing"

"""The connection that writes tells the journal what transactions did to operations, and nothing that was undone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import apsw
import pytest

from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.domain.operation import Reason
from heatpunk_desktop.domain.operation_states import Event
from heatpunk_desktop.errors import BadInputError
from heatpunk_desktop.store.database import transaction
from heatpunk_desktop.store.recovery.journal import journal_path, read_journal
from heatpunk_desktop.store.recovery.journaled_connection import Writer
from tests.fakes import ME, NOW, said

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from heatpunk_desktop.store.account_store import AccountStore
    from heatpunk_desktop.store.recovery.journal import Record

NAME = Field.CUSTOMER_NAME


def told(path: Path) -> dict[int, Record]:
    return read_journal(journal_path(path)).operations


def lines(path: Path) -> int:
    file = journal_path(path)
    return sum(map(bool, file.read_bytes().split(b"\n"))) if file.exists() else 0


def test_a_transaction_writes_one_line_for_each_operation_as_it_ends(store: AccountStore, path: Path) -> None:
    with transaction(store.connection):
        for name in ("Ewan", "Gwen"):
            store.outbox.add_create({NAME: name}, ME, NOW)
        store.delivery.say(2, said("words"))
        assert lines(path) == 0, "nothing before it is committed"
    assert lines(path) == 2
    assert (told(path)[1]["words"], told(path)[2]["words"]) == ("", "words")
    store.facts.keep("fact", "of no operation")
    assert lines(path) == 2


def test_of_what_is_rolled_back_nothing_is_told_then_or_later(store: AccountStore, path: Path) -> None:
    store.outbox.add_create({NAME: "Ewan"}, ME, NOW)

    def undone() -> None:
        with transaction(store.connection):
            store.delivery.say(1, said("undone"))
            store.outbox.add_create({NAME: "Undone"}, ME, NOW)
            raise BadInputError("undone", "")

    with pytest.raises(BadInputError):
        undone()
    store.outbox.add_create({NAME: "Gwen"}, ME, NOW)
    assert lines(path) == 2
    assert (told(path)[1]["words"], "Gwen" in told(path)[2]["changes"]) == ("", True)


def test_thousands_of_changes_are_told_each_and_those_after_them(store: AccountStore, path: Path) -> None:
    store.outbox.add_create({NAME: "Ewan"}, ME, NOW)
    store.outbox.add_create({NAME: "Gwen"}, ME, NOW)
    with transaction(store.connection):
        for number in range(3000):
            store.delivery.say(1, said(f"words {number}"))
    assert told(path)[1]["words"] == "words 2999"
    store.delivery.say(2, said("one more"))
    store.delivery.say(1, said("and the first"))
    assert (told(path)[2]["words"], told(path)[1]["words"]) == ("one more", "and the first")
    assert lines(path) == 5


def test_what_the_journal_cannot_read_fails_nothing_and_is_told_next_time(store: AccountStore, path: Path) -> None:
    writer = store.connection
    assert isinstance(writer, Writer)
    store.outbox.add_create({NAME: "Ewan"}, ME, NOW)

    def refuse(action: int, _one: str | None, two: str | None, *_others: str | None) -> int:
        refused = action == apsw.SQLITE_READ and two == "note"
        return apsw.SQLITE_DENY if refused else apsw.SQLITE_OK

    writer.set_authorizer(refuse)
    store.outbox.add_create({NAME: "Gwen"}, ME, NOW)
    assert store.reader.operation_counts().waiting == 2, "it is saved"
    assert [*told(path)] == [1]
    writer.set_authorizer(None)
    store.delivery.say(1, said("later"))
    assert "Gwen" in told(path)[2]["changes"]
    assert told(path)[1]["words"] == "later"


def test_what_the_user_did_is_synced_and_what_became_of_it_is_not(
    store: AccountStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[bool] = []
    writer = store.connection
    assert isinstance(writer, Writer)
    append = writer.journal.append

    def noted(records: Iterable[Mapping[str, object]], *, sync: bool) -> None:
        synced.append(sync)
        append(records, sync=sync)

    monkeypatch.setattr(writer.journal, "append", noted)
    store.outbox.add_create({NAME: "Ewan"}, ME, NOW)
    begun = store.delivery.begin(1, {NAME: "Ewan"}, NOW)
    assert begun is not None
    store.delivery.move(1, Event.REFUSED, NOW, remarks=said("words"), reason=Reason.REFUSED)
    store.outbox.try_again(1)
    store.outbox.add_update(-1, {NAME: "Ewan B"}, {}, NOW)
    store.outbox.discard(1, NOW)
    assert synced == [True, False, False, True, True, True]

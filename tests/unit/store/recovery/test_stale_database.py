from __future__ import annotations

import random
import stat
import sys
from contextlib import closing
from typing import TYPE_CHECKING

import apsw
import pytest

from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.domain.operation import OperationKind, OperationState, Reason
from heatpunk_desktop.domain.operation_states import Event
from heatpunk_desktop.domain.remarks import RemarkCode, remark
from heatpunk_desktop.store.account_store import AccountStore
from heatpunk_desktop.store.database import check_integrity
from heatpunk_desktop.store.recovery.journal import journal_path
from heatpunk_desktop.store.recovery.stale_database import StaleDatabase, merge_journal
from tests.fakes import LATER, ME, NOON, NOW, listed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from heatpunk_desktop.domain.operation import Operation

NAME, STATUS = Field.CUSTOMER_NAME, Field.STATUS
S = OperationState


class Bench:
    """A database that is used, copied, and put back."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.store = AccountStore.open(path)
        self.copy = b""

    def keep_copy(self) -> None:
        """As somebody copies the file while the program is not running."""
        self.store.close()
        self.copy = self.path.read_bytes()
        self.store = AccountStore.open(self.path)
        assert merge_journal(self.store.connection, NOON) is None, "it is no older than its journal"

    def renew(self) -> None:
        """As at each start."""
        assert check_integrity(self.store.connection) == ""

    def put_back(self) -> StaleDatabase | None:
        """Put the copy back, and starts."""
        self.store.close()
        for end in ("-wal", "-shm"):
            self.path.with_name(self.path.name + end).unlink(missing_ok=True)
        self.path.write_bytes(self.copy)
        self.store = AccountStore.open(self.path)
        found = merge_journal(self.store.connection, NOON)
        assert check_integrity(self.store.connection) == ""
        return found

    def operation(self, number: int) -> Operation:
        found = self.store.delivery.operation(number)
        assert found is not None
        return found

    def send(self, number: int) -> Operation:
        one = self.store.delivery.begin(number, self.operation(number).changes, LATER)
        assert one is not None
        return one


@pytest.fixture
def bench(path: Path) -> Iterator[Bench]:
    bench = Bench(path)
    bench.store.server.take_listed([listed(number) for number in range(1, 20)])
    yield bench
    bench.store.close()


def waiting(bench: Bench) -> list[int]:
    return [operation.operation_id for operation in bench.store.delivery.some_queued((), 100)]


def test_what_was_confirmed_since_does_not_go_out_again(bench: Bench) -> None:
    number = -bench.store.outbox.add_create({NAME: "Ewan"}, ME, NOW)
    bench.keep_copy()
    bench.store.delivery.confirm(bench.send(number), 77, None, LATER)
    found = bench.put_back()
    assert found is not None
    assert (bench.operation(number).state, bench.operation(number).project_key) == (S.CONFIRMED, 77)
    assert waiting(bench) == []
    assert "So that nothing is sent twice" in found.words().message
    assert found.kept_as.exists()


def test_what_was_confirmed_and_is_named_no_more_is_not_sent_again(bench: Bench) -> None:
    """The journal was made again since, as at each start, and holds only what was pending then."""
    create = -bench.store.outbox.add_create({NAME: "Ewan"}, ME, NOW)
    bench.store.outbox.add_update(5, {NAME: "Ann"}, {NAME: "Priya Patel"}, NOW)
    update = bench.store.connection.last_insert_rowid()
    bench.keep_copy()
    bench.store.delivery.confirm(bench.send(create), 77, None, LATER)
    bench.store.outbox.discard(update, LATER)
    bench.renew()
    found = bench.put_back()
    assert found is not None
    assert found.settled_since == 2
    for number in (create, update):
        assert bench.operation(number).state is S.DISCARDED
        assert bench.operation(number).remarks == remark(RemarkCode.SETTLED_SINCE)
    assert bench.operation(create).changes[NAME] == "Ewan", "what was typed can still be read"
    assert waiting(bench) == []


def test_what_was_being_sent_since_is_reconciled(bench: Bench) -> None:
    number = -bench.store.outbox.add_create({NAME: "Ewan"}, ME, NOW)
    bench.keep_copy()
    bench.send(number)
    assert bench.put_back() is not None
    assert bench.operation(number).state is S.SENDING or bench.operation(number).state is S.UNKNOWN
    assert bench.operation(number).attempts
    assert waiting(bench) == []


def test_what_was_given_up_since_stays_given_up(bench: Bench) -> None:
    number = -bench.store.outbox.add_create({NAME: "Ewan"}, ME, NOW)
    bench.keep_copy()
    bench.store.outbox.discard(number, LATER)
    assert bench.put_back() is not None
    assert bench.operation(number).state is S.DISCARDED
    assert waiting(bench) == []


@pytest.mark.parametrize("renews", [False, True])
def test_what_was_typed_since_goes_on_and_no_number_is_used_twice(bench: Bench, renews: bool) -> None:
    first = -bench.store.outbox.add_create({NAME: "Ewan"}, ME, NOW)
    bench.keep_copy()
    bench.store.outbox.add_update(-first, {NAME: "Ewan Morgan"}, {}, LATER)
    second = -bench.store.outbox.add_create({NAME: "Ann"}, ME, LATER)
    bench.store.outbox.add_update(5, {STATUS: "Won"}, {STATUS: "Lead"}, LATER)
    third = bench.store.connection.last_insert_rowid()
    if renews:
        bench.renew()
    found = bench.put_back()
    assert found is not None
    assert found.waiting == 3
    assert {-first, -second, 5} <= found.keys
    assert bench.operation(first).changes[NAME] == "Ewan Morgan"
    assert bench.operation(second).changes[NAME] == "Ann"
    for number in (first, second):
        assert bench.operation(number).state is S.UNKNOWN, "looked for before it goes"
        assert bench.operation(number).remarks == remark(RemarkCode.OLDER_COPY_CHECKING)
    assert waiting(bench) == [third]
    assert bench.operation(third).attempts, "so it is compared before it goes"
    assert -bench.store.outbox.add_create({NAME: "New"}, ME, LATER) > third
    bench.store.close()
    bench.store = AccountStore.open(bench.path)
    assert merge_journal(bench.store.connection, NOON) is None, "it is told once"


def test_numbers_of_what_was_settled_since_are_not_used_again(bench: Bench) -> None:
    bench.keep_copy()
    number = -bench.store.outbox.add_create({NAME: "Ewan"}, ME, LATER)
    bench.store.delivery.confirm(bench.send(number), 77, None, LATER)
    bench.renew()
    assert bench.put_back() is not None
    assert bench.store.delivery.operation(number) is None, "nothing tells of it any more but its number"
    assert -bench.store.outbox.add_create({NAME: "New"}, ME, LATER) > number


def test_the_copy_is_kept_as_it_was_found(bench: Bench) -> None:
    number = -bench.store.outbox.add_create({NAME: "Ewan"}, ME, NOW)
    bench.keep_copy()
    bench.store.delivery.confirm(bench.send(number), 77, None, LATER)
    first = bench.put_back()
    bench.store.delivery.move(number, Event.IN_DOUBT, LATER)
    second = bench.put_back()
    assert first is not None
    assert second is not None
    assert first.kept_as != second.kept_as, "none is written over"
    for kept in (first.kept_as, second.kept_as):
        with closing(apsw.Connection(str(kept), flags=apsw.SQLITE_OPEN_READONLY)) as copy:
            assert copy.execute("SELECT state FROM operation").get == "queued"
        if sys.platform != "win32":
            assert stat.S_IMODE(kept.stat().st_mode) == 0o600


def test_a_spoilt_journal_makes_nobody_settle_what_it_may_have_named(bench: Bench) -> None:
    number = -bench.store.outbox.add_create({NAME: "Ewan"}, ME, NOW)
    bench.keep_copy()
    bench.store.outbox.add_create({NAME: "Ann"}, ME, NOW)
    bench.renew()
    bench.store.close()
    file = journal_path(bench.path)
    lines = file.read_bytes().splitlines(keepends=True)
    spoilt = [line.replace(b"Ewan", b"Owen") for line in lines]
    assert spoilt != lines
    file.write_bytes(b"".join(spoilt))
    bench.store = AccountStore.open(bench.path)
    assert bench.put_back() is not None
    assert bench.operation(number).state is S.UNKNOWN
    assert bench.operation(number).changes[NAME] == "Ewan"


def test_without_a_journal_or_with_one_that_lags_nothing_is_done(bench: Bench) -> None:
    number = -bench.store.outbox.add_create({NAME: "Ewan"}, ME, NOW)
    old_journal = journal_path(bench.path).read_bytes()
    bench.store.delivery.confirm(bench.send(number), 77, None, LATER)
    bench.store.outbox.add_create({NAME: "Ann"}, ME, NOW)
    for journal in (old_journal, b"", b"no journal\n"):
        bench.store.close()
        journal_path(bench.path).write_bytes(journal)
        bench.store = AccountStore.open(bench.path)
        assert merge_journal(bench.store.connection, NOON) is None
    bench.store.close()
    journal_path(bench.path).unlink()
    journal_path(bench.path).mkdir()
    bench.store = AccountStore.open(bench.path)
    assert merge_journal(bench.store.connection, NOON) is None


class Life:
    """A history by chance, which remembers how everything really stood."""

    def __init__(self, bench: Bench, seed: int) -> None:
        self.bench = bench
        self.chance = random.Random(seed)
        self.projects = iter(range(1000, 9999))

    def step(self) -> None:  # noqa: C901 - one case for each thing that can happen
        delivery, outbox, chance = self.bench.store.delivery, self.bench.store.outbox, self.chance
        queued, busy = delivery.in_state(S.QUEUED), delivery.in_state(S.SENDING)
        in_doubt, stuck = delivery.in_state(S.UNKNOWN), delivery.in_state(S.NEEDS_YOU)
        match chance.randrange(10):
            case 0 | 1:
                outbox.add_create({NAME: f"new {chance.random()}"}, ME, NOW)
            case 2:
                outbox.add_update(chance.randrange(1, 19), {NAME: f"n {chance.random()}"}, {NAME: "Priya Patel"}, NOW)
            case 3 | 4 if ready := delivery.some_queued((), 50):
                one = chance.choice(ready)
                delivery.begin(one.operation_id, one.changes, LATER)
            case 5 if busy:
                one = chance.choice(busy)
                key = next(self.projects) if one.kind is OperationKind.CREATE else one.project_key
                delivery.confirm(one, key, None, LATER)
            case 6 if busy:
                event = chance.choice([Event.IN_DOUBT, Event.REFUSED])
                reason = Reason.REFUSED if event is Event.REFUSED else Reason.NONE
                delivery.move(chance.choice(busy).operation_id, event, LATER, reason=reason)
            case 7 if busy:
                delivery.move(chance.choice(busy).operation_id, Event.NOT_SENT)
            case 8 if discarded := (*queued, *in_doubt, *stuck):
                outbox.discard(chance.choice(discarded).operation_id, LATER)
            case 9:
                if in_doubt and chance.random() < 0.5:
                    delivery.move(chance.choice(in_doubt).operation_id, Event.ABSENT)
                elif chance.random() < 0.3:
                    self.bench.renew()


@pytest.mark.parametrize("seed", range(60))
def test_a_copy_put_back_at_any_time_sends_nothing_twice_and_loses_nothing(bench: Bench, seed: int) -> None:
    life = Life(bench, seed)
    for _ in range(life.chance.randrange(30)):
        life.step()
    bench.keep_copy()
    for _ in range(life.chance.randrange(40)):
        life.step()
    before = {operation.operation_id: operation for state in S for operation in bench.store.delivery.in_state(state)}
    found = bench.put_back()
    now = {operation.operation_id: operation for state in S for operation in bench.store.delivery.in_state(state)}
    settled = (S.CONFIRMED, S.DISCARDED)
    for number, operation in before.items():
        if operation.state in settled:
            assert number not in now or now[number].state in settled, number
        else:
            assert now[number].state not in settled
            # An edit that went into a waiting change, and nothing else since, leaves no trace by which to tell.
            assert found is None or now[number].changes == operation.changes, number
    if found is None:
        # What the copy has in doubt may have come to rest since without another attempt: it is reconciled again.
        queued = {number for number, operation in now.items() if operation.state is S.QUEUED}
        assert queued <= {number for number, operation in before.items() if operation.state is S.QUEUED}
        return
    for operation in now.values():
        if operation.state is S.QUEUED:
            assert operation.kind is not OperationKind.CREATE
            assert operation.attempts, "compared before it goes"

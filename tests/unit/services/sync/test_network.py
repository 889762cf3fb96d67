from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from heatpunk_desktop.api.exchange import Exchange, FailureKind
from heatpunk_desktop.api.protocol import soft_delete
from heatpunk_desktop.errors import KeyringError
from heatpunk_desktop.services.sync.network import CONNECTIONS, Job, NetworkThreads
from tests.conftest import TIMEOUT_S
from tests.fakes import ME, FakeClient, answered

if TYPE_CHECKING:
    from heatpunk_desktop.api.protocol import ApiRequest

REQUEST = soft_delete(1, ME)


class Ends:
    """Counts the jobs that have ended."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self.all: list[tuple[Job, Exchange]] = []

    def __call__(self, job: Job, exchange: Exchange) -> None:
        with self._changed:
            self.all.append((job, exchange))
            self._changed.notify_all()

    def wait(self, count: int) -> None:
        with self._changed:
            have_ended = self._changed.wait_for(lambda: len(self.all) >= count, TIMEOUT_S)
            assert have_ended, f"{len(self.all)} of {count} ended"


def test_each_job_ends_once_and_no_more_run_than_there_are_connections() -> None:
    lock = threading.Lock()
    running = [0]
    most = [0]
    clients: list[FakeClient] = []

    def do(_request: ApiRequest) -> Exchange:
        with lock:
            running[0] += 1
            most[0] = max(most[0], running[0])
        together.wait(0.2)
        with lock:
            running[0] -= 1
        return answered(204)

    def make() -> FakeClient:
        clients.append(FakeClient(do))
        return clients[-1]

    together = threading.Event()
    network, ends = NetworkThreads(make), Ends()
    jobs = [Job(REQUEST, ends, purpose=number) for number in range(20)]
    for job in jobs:
        network.submit(job)
    together.set()
    ends.wait(20)
    assert sorted(str(job.purpose) for job, _ in ends.all) == sorted(map(str, range(20)))
    assert 1 <= most[0] <= CONNECTIONS
    assert len(clients) <= CONNECTIONS
    assert network.stop(TIMEOUT_S)
    assert all(client.closed.is_set() for client in clients)


def test_one_thing_to_do_takes_one_thread() -> None:
    made = []

    def make() -> FakeClient:
        made.append(FakeClient(lambda _request: answered(204)))
        return made[-1]

    network, ends = NetworkThreads(make), Ends()
    for count in range(1, 4):
        network.submit(Job(REQUEST, ends))
        ends.wait(count)
    assert len(made) == 1
    assert network.stop(TIMEOUT_S)


def test_after_the_end_nothing_is_sent_and_what_waited_is_surely_unsent() -> None:
    release, sent = threading.Event(), []

    def hang(request: ApiRequest) -> Exchange:
        sent.append(request)
        release.wait(TIMEOUT_S)
        return answered(204)

    network, ends = NetworkThreads(lambda: FakeClient(hang)), Ends()
    for number in range(6):
        network.submit(Job(REQUEST, ends, purpose=number))
    while len(sent) < CONNECTIONS:
        threading.Event().wait(0.001)
    assert not network.stop(0.05), "what hangs in the system is left behind"
    network.submit(Job(REQUEST, ends))
    release.set()
    ends.wait(6)
    assert len(sent) == CONNECTIONS
    unsent = [exchange for _, exchange in ends.all if exchange.failure is FailureKind.CANCELLED]
    assert len(unsent) == 2
    assert not any(exchange.bytes_sent for exchange in unsent)
    assert network.stop(TIMEOUT_S)


def test_a_key_that_cannot_be_had_is_a_missing_one() -> None:
    def locked(_request: ApiRequest) -> Exchange:
        raise KeyringError("The keyring could not be used", "It is locked.")

    network, ends = NetworkThreads(lambda: FakeClient(locked)), Ends()
    network.submit(Job(REQUEST, ends))
    ends.wait(1)
    assert ends.all[0][1] == Exchange(None, bytes_sent=False, failure=FailureKind.KEY_MISSING)
    assert network.stop(TIMEOUT_S)


def test_a_bug_may_have_sent_something_and_the_thread_goes_on() -> None:
    def broken(_request: ApiRequest) -> Exchange:
        raise ZeroDivisionError

    network, ends = NetworkThreads(lambda: FakeClient(broken)), Ends()
    network.submit(Job(REQUEST, ends))
    ends.wait(1)
    network.submit(Job(REQUEST, ends))
    ends.wait(2)
    assert all(exchange.bytes_sent for _, exchange in ends.all)
    assert network.stop(TIMEOUT_S)


def test_pieces_are_handed_over_with_their_job() -> None:
    pieces: list[tuple[object, bytes]] = []
    network, ends = NetworkThreads(lambda: FakeClient(lambda _request: answered(200, b"[]"))), Ends()
    network.submit(Job(REQUEST, ends, chunk=lambda job, piece: pieces.append((job.purpose, piece)), purpose="mine"))
    ends.wait(1)
    assert pieces == [("mine", b"[]")]
    assert network.stop(TIMEOUT_S)


def test_what_can_wait_goes_last_and_each_kind_in_its_order() -> None:
    all_taken, hold, go_on = threading.Barrier(CONNECTIONS + 1), threading.Event(), threading.Event()
    order: list[int] = []

    def do(request: ApiRequest) -> Exchange:
        number = requests.index(request)
        if number < CONNECTIONS:
            all_taken.wait(TIMEOUT_S)
            # One thread goes on alone, so that the order is that in which it takes what is left.
            (go_on if number == 0 else hold).wait(TIMEOUT_S)
        else:
            order.append(number)
        return answered(204)

    network, ends = NetworkThreads(lambda: FakeClient(do)), Ends()
    requests = [soft_delete(number + 1, ME) for number in range(CONNECTIONS + 5)]
    can_wait = {CONNECTIONS, CONNECTIONS + 1, CONNECTIONS + 3}
    for number in range(CONNECTIONS):
        network.submit(Job(requests[number], ends))
    all_taken.wait(TIMEOUT_S)
    for number in range(CONNECTIONS, CONNECTIONS + 5):
        network.submit(Job(requests[number], ends, can_wait=number in can_wait))
    go_on.set()
    ends.wait(6)
    hold.set()
    ends.wait(CONNECTIONS + 5)
    assert order == [CONNECTIONS + 2, CONNECTIONS + 4, CONNECTIONS, CONNECTIONS + 1, CONNECTIONS + 3]
    assert network.stop(TIMEOUT_S)

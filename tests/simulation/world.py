"""Plays a history: one heap of things to come, one clock, and the invariants after each step."""

from __future__ import annotations

import heapq
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from typing import TYPE_CHECKING, Final

import orjson

from heatpunk_desktop.domain.dates import UK, DateRange
from heatpunk_desktop.domain.operation import Operation
from heatpunk_desktop.errors import KnownError, StorageError
from heatpunk_desktop.sync.engine import SyncEngine
from heatpunk_desktop.sync.policy import ReconciliationPolicy
from heatpunk_desktop.sync.tasks import Compare, Send, Task
from tests.simulation import network
from tests.simulation.device import MATE, ME, MEMBERS, SENDERS, CrashedError, Device, Disk, LookBefore
from tests.simulation.ledger import BrokenInvariantError, Ledger
from tests.simulation.model_server import LISTED, Applied, Maker, ModelServer
from tests.simulation.story import BEGINNINGS, Fate, Step, Story
from tests.simulation.users import Users

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from heatpunk_desktop.api.exchange import Exchange
    from heatpunk_desktop.api.protocol import ApiRequest
    from heatpunk_desktop.sync.list_sync import ListPull
    from tests.simulation.model_server import Answer

#: Virtual seconds after the last step in which everything has to come to rest.
_REST: Final = 6 * 3600.0
#: Things that may happen in one history; more of them are a loop.
_MOST_EVENTS: Final = 6000
#: Seconds that what a look before an update told may be acted on, beyond those that its request may take.
_HOLDS_GOOD: Final = 30.0
#: Rounds in which users settle what needs them.
_TIDYINGS: Final = 16
#: After so many of them nobody has a change sent again that was refused each time.
_EAGER: Final = 6


@dataclass(frozen=True, slots=True)
class Cast:
    """Who plays: the program as it is, or a mutant.

    Attributes:
        policy: The engine's policy.
        make_engine: Makes an engine.
    """

    policy: ReconciliationPolicy = ReconciliationPolicy()  # noqa: RUF009 - frozen
    make_engine: Callable[..., SyncEngine] = SyncEngine


@dataclass(slots=True, eq=False)
class Flight:
    """A request that is under way.

    Attributes:
        device: Whose.
        boot: The start of the program that sent it; a later one hears nothing of it.
        request: What was sent.
        task: What the engine wants it for; None where the user waits for it.
        purpose: What the user wants it for.
        maker: The operation that it belongs to.
        fate: What becomes of it.
        looked: For an update, what the look before it told of.
        told: For an update, what this look told.
        look_answered: For an update, when the server answered this look.
        answer: What the server answered, once it did.
        is_key_refused: The server refuses the key.
        left_at: Virtual seconds of when it was sent.
        answered_at: Virtual seconds of when the server answered.
    """

    device: Device
    boot: int
    request: ApiRequest
    task: Task | None
    purpose: Callable[[Exchange], None] | None
    maker: Maker
    fate: Fate
    looked: float = float("-inf")
    told: Mapping[str, object] = field(default_factory=dict)
    look_answered: float = float("-inf")
    answer: Answer | None = None
    is_key_refused: bool = False
    left_at: float = 0.0
    answered_at: float = 0.0


class World:
    """One history while it is played."""

    def __init__(self, story: Story, disks: Sequence[Disk], cast: Cast) -> None:
        """Set the scene.

        Args:
            story: The history.
            disks: Wiped, one for each device.
            cast: Who plays.
        """
        self.story = story
        self.time = 0.0
        self.counts: Counter[str] = Counter()
        self.is_key_refused = False
        self.is_calm = False
        self.log: list[str] | None = None
        self._heap: list[tuple[float, int, Callable[[], None]]] = []
        self._numbers = count()
        self._events = 0
        self._fates = iter(story.fates)
        self._sent = 0
        self._applying: Flight | None = None
        began = BEGINNINGS[story.began]
        self.server = ModelServer(story.server, MEMBERS, began, self.now, self._on_applied)
        for index in range(story.already):
            meta = {"projectName": f"Old {index}", "customerName": f"Customer {index}", "status": "Lead"}
            # Some came a short while ago, some days.
            self.server.add(MEMBERS[ME if index % 3 else MATE], meta, ago=900.0 + index * index * 4000.0)
        self.devices: list[Device] = []
        for index in range(story.devices):
            disk = disks[index]
            ledger = Ledger("ABC"[index], disk.connection, self.server, self.counts)
            self.devices.append(
                Device("ABC"[index], disk, ledger, began, self.now, cast.policy, cast.make_engine, story.seed)
            )
        for device in self.devices:
            device.ledger.peers = [other.ledger for other in self.devices]
        self.users = Users(self)

    def now(self) -> float:
        """Virtual seconds."""
        return self.time

    def after(self, seconds: float, what: Callable[[], None]) -> None:
        """Have something happen later."""
        heapq.heappush(self._heap, (self.time + seconds, next(self._numbers), what))

    def say(self, words: str) -> None:
        """Report what happens, where somebody reads it."""
        if self.log is not None:
            self.log.append(f"{self.time:9.2f}  {words}")

    def play(self) -> None:
        """Play it to the end. Raises BrokenInvariantError."""
        for device in self.devices:
            # A window opens on what the server lists.
            self.refresh(device)
        self._run(self.time + 5.0)
        for step in self.story.steps:
            self._run(self.time + step.gap)
            self._step(step)
        self._calm_down()
        if self.story.tidies:
            for round_number in range(_TIDYINGS):
                if not self.users.tidy(is_weary=round_number >= _EAGER):
                    break
                self._rest()
        for device in self.devices:
            device.ledger.check_settled()
            device.ledger.check_counts()
            if self.story.tidies:
                device.ledger.check_tidied()

    def _calm_down(self) -> None:
        self.is_calm = True
        self.is_key_refused = False
        for device in self.devices:
            self.wake(device)
            device.is_online = True
            device.disk.crash_in = device.disk.refuse_in = 0
            self.give_key(device)
        self._rest()

    def _rest(self) -> None:
        self._run(self.time + _REST, until_quiet=True)
        # A refusal of the old key may have come after the new one was given.
        paused = [device for device in self.devices if device.engine.gate.is_paused_for_key]
        if paused:
            for device in paused:
                self.give_key(device)
            self._run(self.time + _REST, until_quiet=True)

    def _run(self, until: float, *, until_quiet: bool = False) -> None:
        while self._heap and self._heap[0][0] <= until:
            self.time, _, what = heapq.heappop(self._heap)
            self._events += 1
            if self._events > _MOST_EVENTS:
                raise BrokenInvariantError("loop", f"{_MOST_EVENTS} things happened, and more are to come")
            what()
        if not until_quiet:
            self.time = max(self.time, until)

    def _step(self, step: Step) -> None:
        device = self.devices[step.device % len(self.devices)]
        self.say(f"{device.name}: {step.kind} {step.a} {step.b} {step.c}")
        self.users.do(step, device)

    # -- a computer --------------------------------------------------------------------------------------------------

    def work(self, device: Device) -> None:
        """Take the answers that came and hand on what is to be asked next, as the worker does."""
        if device.is_asleep:
            return
        inbox, device.inbox = device.inbox, []
        device.works_at = None
        free = max(0, SENDERS - device.in_flight)
        engine = device.engine
        try:
            with engine.batch():
                engine.take([(flight.task, exchange) for flight, exchange in inbox if flight.task is not None])
                tasks = engine.next_tasks(free)
        except CrashedError:
            self.restart(device, "crashed at a commit")
            return
        except StorageError as error:
            # What came is noted later.
            self.say(f"{device.name}: {error}")
            device.inbox = inbox
            boot = device.boot
            self.after(1.0, lambda: self.work(device) if device.boot == boot else None)
            return
        device.ledger.look(self.time)
        for flight, exchange in inbox:
            self._note_look(device, flight, exchange)
            device.ledger.came(flight.maker.operation, flight.request.endpoint, exchange.status)
        for task in tasks:
            device.in_flight += 1
            self._send(device, task.request, task, None)
        self._wait(device)

    def _wait(self, device: Device) -> None:
        seconds = device.engine.seconds_to_wait()
        if seconds is None or (device.in_flight >= SENDERS and seconds <= 0):
            return
        at = self.time + max(seconds, 0.0)
        if device.works_at is None or at < device.works_at:
            device.works_at = at
            boot = device.boot
            # A timer ends a little late, never early.
            self.after(seconds + 0.001, lambda: self._on_time(device, boot))

    def _on_time(self, device: Device, boot: int) -> None:
        if device.boot == boot and device.works_at is not None and device.works_at <= self.time:
            self.work(device)

    def _note_look(self, device: Device, flight: Flight, exchange: Exchange) -> None:
        """What a look before an update told, as far as the wire shows it."""
        task = flight.task
        if not isinstance(task, Compare):
            return
        view = flight.answer.view if flight.answer is not None else self.time
        told: Mapping[str, object] = {}
        if exchange.status == 200 and exchange.failure is None:
            try:
                answer = orjson.loads(exchange.body)
            except ValueError:
                answer = None
            if isinstance(answer, dict) and isinstance(answer.get("projectData"), dict):
                told = answer["projectData"]
            elif isinstance(answer, dict):
                rows = {project["ID"]: project for project in answer.get("projects", ())}
                row = rows.get(task.operation.project_key, {})
                told = {name: row[name] for name in LISTED if name in row}
        holds_until = flight.left_at + task.request.deadline + _HOLDS_GOOD
        device.looks[task.operation.operation_id] = LookBefore(holds_until, view, told, flight.answered_at)

    def restart(self, device: Device, why: str = "restarted") -> None:
        """The program ends without a word, and is started again."""
        self.say(f"{device.name}: {why}")
        device.start()
        device.ledger.restarted()
        device.ledger.look(self.time)
        self.work(device)

    def sleep(self, device: Device, seconds: float) -> None:
        """The lid is closed: nothing happens on this computer, and its connections break."""
        device.asleep_since = self.time
        boot, since = device.boot, self.time
        self.after(seconds, lambda: self._on_alarm(device, boot, since))

    def _on_alarm(self, device: Device, boot: int, since: float) -> None:
        if device.boot == boot and device.asleep_since == since:
            self.wake(device)

    def wake(self, device: Device) -> None:
        """The lid is opened."""
        if device.asleep_since is not None:
            device.slept += self.time - device.asleep_since
            device.asleep_since = None
            self.say(f"{device.name}: woke up")
            self.work(device)

    def give_key(self, device: Device) -> None:
        """The user gives a key, or wants it tried now."""
        device.ledger.is_key_refused = False
        device.engine.key_given()
        self.work(device)

    # -- the network -------------------------------------------------------------------------------------------------

    def ask(self, device: Device, request: ApiRequest, purpose: Callable[[Exchange], None]) -> None:
        """Send a request that the user waits for."""
        self._send(device, request, None, purpose)

    def _send(
        self, device: Device, request: ApiRequest, task: Task | None, purpose: Callable[[Exchange], None] | None
    ) -> None:
        number = _operation_of(task)
        look = device.looks.pop(number, None) if isinstance(task, Send) else None
        if task is not None:
            device.ledger.going(number, request.endpoint, self.time, look.holds_until if look is not None else None)
        self._sent += 1
        fate = next(self._fates, None) if not self.is_calm else None
        if fate is None:
            fate = Fate("answered", 0.2, 0.0, self._sent * 37 % 100 / 100)
        if not device.is_online:
            fate = Fate("unsent", 0.1)
        flight = Flight(device, device.boot, request, task, purpose, Maker(device.name, number), fate)
        flight.left_at = self.time
        if look is not None:
            flight.looked, flight.told, flight.look_answered = look.view, look.told, look.answered_at
        if self.log is not None:
            self.say(f"{device.name}: -> {request.endpoint} {number} {request.body!r} {request.query} [{fate.kind}]")
        course = network.course_of(request, fate, self.server.options.late)
        if course.done_after is not None:
            self.after(course.done_after, lambda: self._on_arrived(flight))
        elif fate.kind != "unsent":
            self.after(fate.latency / 2, lambda: self._on_key_checked(flight))
        self.after(course.heard_after, lambda: self._on_heard(flight))

    def _on_key_checked(self, flight: Flight) -> None:
        flight.is_key_refused = self.is_key_refused

    def _on_arrived(self, flight: Flight) -> None:
        if self.is_key_refused:
            flight.is_key_refused = True
            return
        self._applying = flight
        flight.answered_at = self.time
        flight.answer = self.server.perform(flight.request, flight.maker, flight.fate.lag * self.server.options.stale)
        self._applying = None
        if self.log is not None and flight.request.endpoint.is_write:
            self.say(
                f"server: {flight.request.endpoint} of {flight.maker} -> {flight.answer.status} {flight.answer.number}"
            )

    def _on_applied(self, done: Applied) -> None:
        flight = self._applying
        if flight is not None and flight.maker.operation:
            flight.device.ledger.applied(done, flight.looked, flight.told, flight.look_answered)

    def _on_heard(self, flight: Flight) -> None:
        device = flight.device
        if device.boot != flight.boot:
            return
        if device.is_asleep:
            # The answer is there when the lid is opened, or the connection is not.
            self.after(1.0 if device.asleep_since is None else 10.0, lambda: self._on_heard_asleep(flight))
            return
        self._hear(flight, self._exchange_of(flight))

    def _on_heard_asleep(self, flight: Flight) -> None:
        if flight.device.is_asleep:
            self.after(10.0, lambda: self._on_heard_asleep(flight))
        elif flight.device.boot == flight.boot:
            is_unsent = flight.fate.kind == "unsent"
            self._hear(flight, network.unsent(flight.fate) if is_unsent else network.broken())

    def _exchange_of(self, flight: Flight) -> Exchange:
        if flight.is_key_refused and flight.fate.kind not in {"unsent", "slow", "lost_late", "lost_before"}:
            return network.key_refused()
        return network.heard(flight.request, flight.fate, flight.answer)

    def _hear(self, flight: Flight, exchange: Exchange) -> None:
        device = flight.device
        if self.log is not None:
            endpoint, number = flight.request.endpoint, flight.maker.operation
            self.say(f"{device.name}: <- {endpoint} {number} {exchange.status} {exchange.failure}")
        if flight.task is None:
            device.engine.learn(flight.request.endpoint, exchange)
            if exchange.status is not None:
                device.ledger.is_key_refused = exchange.status == 401
            if flight.purpose is not None:
                try:
                    flight.purpose(exchange)
                except CrashedError:
                    self.restart(device, "crashed at a commit")
                    return
                except KnownError:
                    pass
            device.ledger.look(self.time)
            self.work(device)
            return
        device.in_flight -= 1
        device.inbox.append((flight, exchange))
        # Now and then the worker is busy, and takes several answers together.
        if flight.fate.number % 4 == 3:
            boot = device.boot
            self.after(0.8, lambda: self.work(device) if device.boot == boot else None)
        else:
            self.work(device)

    # -- reading the list --------------------------------------------------------------------------------------------

    def refresh(self, device: Device) -> None:
        """Read the list of the last month, as the window does."""
        today = device.clock().astimezone(UK).date()
        wanted = DateRange(today - timedelta(days=30), today)
        device.pull = device.engine.new_refresh(wanted, lambda _changed: None)
        self._next_window(device, device.pull)

    def _next_window(self, device: Device, pull: ListPull) -> None:
        request = pull.next_request()
        if request is None:
            pull.end()
            device.pull = None
            return
        self.ask(device, request, lambda exchange: self._take_window(device, pull, exchange))

    def _take_window(self, device: Device, pull: ListPull, exchange: Exchange) -> None:
        if device.pull is not pull:
            return
        if exchange.status != 200 or exchange.failure is not None:
            device.pull = None
            return
        pull.take(exchange.body)
        pull.end_window()
        self._next_window(device, pull)


def play(story: Story, disks: Sequence[Disk], cast: Cast | None = None, log: list[str] | None = None) -> Counter[str]:
    """Play a history on wiped disks; return what happened in it that is worth telling.

    Raises:
        BrokenInvariantError: A promise was not kept.
    """
    for disk in disks[: story.devices]:
        disk.wipe()
    world = World(story, disks, cast or Cast())
    world.log = log
    world.play()
    return world.counts


def _operation_of(task: Task | None) -> int:
    operation = getattr(task, "operation", None)
    return operation.operation_id if isinstance(operation, Operation) else 0

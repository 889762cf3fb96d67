"""A history as a list of choices: what the server is like, what users do when, and what becomes of each request.

All of it is drawn at once from one seed. What a choice means is settled while it is played (`the third project that
this user sees`), so any choice may be taken out and the rest still is a history: that is what shrinking does.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from random import Random
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar

from tests.simulation.model_server import ServerOptions

if TYPE_CHECKING:
    from collections.abc import Sequence

T = TypeVar("T")

#: Seconds that a server's lateness and its replicas' lag may take together: less than the grace period. A list that
#: is read after the window can otherwise lack what was carried out within it.
LONGEST_DOUBT: Final = 110.0


class Fate(NamedTuple):
    """What becomes of one request.

    Attributes:
        kind: One of `FATES`.
        latency: Seconds until the answer is there, or the connection breaks.
        late: How late it is carried out where nobody waits for it, as a share of the server's limit.
        lag: How far behind the replica is that a read meets, as a share of the server's limit.
        number: Which status, how long a pause.
    """

    kind: str = "answered"
    latency: float = 0.2
    late: float = 0.0
    lag: float = 0.0
    number: int = 0


#: `unsent`: no byte left. `lost_before`, `lost_after`, `lost_late`: the connection broke, and it never was, had been or
#: will yet be carried out. `slow`: no answer within the deadline, carried out late. `error_*`: 5xx. `page`: HTML in
#: place of an answer, `page_after` though it was carried out. `cut`: the answer breaks off. `odd`: carried out, and a
#: success comes back that is none. `busy`: 429. `refused`: a definite refusal. `moved`: a redirect.
FATES: Final = (
    "unsent",
    "lost_before",
    "lost_after",
    "lost_late",
    "slow",
    "error_before",
    "error_after",
    "error_late",
    "page",
    "page_after",
    "cut",
    "odd",
    "busy",
    "refused",
    "moved",
)
_FATE_WEIGHTS: Final = (3, 2, 5, 5, 2, 2, 2, 2, 1, 1, 2, 1, 2, 1, 1)


class Step(NamedTuple):
    """Something that the user, a colleague, a computer or the network does.

    Attributes:
        gap: Seconds since the step before.
        kind: One of `STEPS`.
        device: Whose.
        a: A choice that the kind explains.
        b: As `a`.
        c: As `a`.
    """

    gap: float
    kind: str
    device: int = 0
    a: int = 0
    b: int = 0
    c: int = 0


#: Everything that may happen, and how often.
STEPS: Final = {
    "create": 30,
    "edit": 24,
    "open_form": 8,
    "save_form": 10,
    "load": 4,
    "soft_delete": 3,
    "discard": 3,
    "decide": 10,
    "send_now": 3,
    "refresh": 6,
    "offline": 5,
    "online": 8,
    "sleep": 3,
    "clock_jump": 3,
    "restart": 4,
    "crash_soon": 4,
    "key_refused": 1,
    "key_given": 2,
    "colleague_creates": 4,
    "colleague_copies": 3,
    "colleague_edits": 18,
    "colleague_deletes": 2,
    "colleague_deletes_for_good": 1,
    "colleague_brings_back": 1,
    "colleague_opens": 2,
}
#: What some users do besides: many things at once, and undoing them.
SECOND_THOUGHTS: Final = {"stage": 6, "undo": 8, "redo": 5, "take_back": 2}

_KINDS: Final = tuple(STEPS)
_KIND_WEIGHTS: Final = tuple(STEPS.values())

#: When a history begins, by the server's clock: noon, before midnight in summer and winter, around both clock changes.
BEGINNINGS: Final = (
    datetime(2026, 11, 24, 12, 0, tzinfo=UTC),
    datetime(2026, 7, 14, 22, 57, tzinfo=UTC),
    datetime(2026, 11, 24, 23, 58, tzinfo=UTC),
    datetime(2026, 3, 29, 0, 55, tzinfo=UTC),
    datetime(2026, 10, 25, 0, 50, tzinfo=UTC),
    datetime(2026, 12, 31, 23, 59, tzinfo=UTC),
)


@dataclass(frozen=True, slots=True)
class Story:
    """A history before it is played.

    Attributes:
        seed: What it was drawn from.
        server: The server.
        devices: How many computers work with the same account.
        already: Projects that were there before.
        began: Which of `BEGINNINGS`.
        steps: What happens, in order.
        fates: What becomes of the requests, in the order in which they go out; those after the last are answered.
        tidies: Whether users settle everything that needs them in the end.
    """

    seed: int
    server: ServerOptions = field(default_factory=ServerOptions)
    devices: int = 1
    already: int = 3
    began: int = 0
    steps: tuple[Step, ...] = ()
    fates: tuple[Fate, ...] = ()
    tidies: bool = True

    def lines(self) -> list[str]:
        """The story for users: one line a choice that is not the plainest."""
        plain = ServerOptions()
        odd = [
            f"{option.name}={getattr(self.server, option.name)!r}"
            for option in fields(ServerOptions)
            if getattr(self.server, option.name) != getattr(plain, option.name)
        ]
        when = f"{BEGINNINGS[self.began]:%d %b %H:%M}"
        there = f"{self.devices} device(s), {self.already} projects already there, from {when}"
        told = [f"seed {self.seed}: {there}", f"server: {', '.join(odd) or 'plain'}"]
        told += [f"  step {step}" for step in self.steps]
        told += [f"  request {index}: {fate}" for index, fate in enumerate(self.fates) if fate != Fate()]
        return told


def story_of(seed: int, *, has_second_thoughts: bool = True) -> Story:
    """Draw the history of a seed; where users never change their minds, as it is besides."""
    chance = Random(seed)
    server = _server(chance)
    devices = chance.choices((1, 2, 3), (60, 30, 10))[0]
    trouble = chance.choice((0.05, 0.25, 0.5, 0.8))
    count = chance.randint(2, 14)
    steps = [Step(0.0, "create", 0, *_abc(chance))]
    for _ in range(count):
        kind = chance.choices(_KINDS, _KIND_WEIGHTS)[0]
        # Users come in bursts: at once, or after seconds, or minutes.
        gap = chance.choices((0.0, chance.random() * 3, chance.random() * 40, chance.random() * 300), (4, 5, 3, 1))[0]
        steps.append(Step(round(gap, 1), kind, chance.randrange(devices), *_abc(chance)))
    if has_second_thoughts:
        _add_second_thoughts(steps, Random(f"second thoughts {seed}"))
    return Story(
        seed=seed,
        server=server,
        devices=devices,
        already=server.cap + chance.randint(-2, 2) if server.cap and chance.random() < 0.7 else chance.randint(0, 5),
        began=chance.randrange(len(BEGINNINGS)) if chance.random() < 0.4 else 0,
        steps=tuple(steps),
        fates=tuple(_fate(chance, trouble) for _ in range(chance.randint(4, 40))),
        tidies=chance.random() < 0.7,
    )


def _add_second_thoughts(steps: list[Step], chance: Random) -> None:
    """Have users change their minds in some histories; all else in these stays as it was drawn."""
    if chance.random() < 0.6:
        return
    for _ in range(chance.randint(1, 8)):
        kind = chance.choices(tuple(SECOND_THOUGHTS), tuple(SECOND_THOUGHTS.values()))[0]
        place = chance.randint(1, len(steps))
        # Most undo what they have just done.
        gap = chance.choices((0.0, round(chance.random() * 2, 1), round(chance.random() * 90, 1)), (5, 3, 2))[0]
        steps.insert(place, Step(gap, kind, steps[place - 1].device, *_abc(chance)))


def _abc(chance: Random) -> tuple[int, int, int]:
    return chance.randrange(1000), chance.randrange(1000), chance.randrange(1000)


def _server(chance: Random) -> ServerOptions:
    late = chance.choice((0.0, 5.0, 30.0, 60.0, 90.0))
    stale = min(chance.choice((0.0, 0.0, 3.0, 20.0, 60.0, 90.0)), LONGEST_DOUBT - late)
    return ServerOptions(
        data_call=chance.choices(("refs", "plain", "page", "json"), (45, 35, 10, 10))[0],
        by_modification=chance.random() < 0.25,
        uk_days=chance.random() < 0.3,
        unordered=chance.random() < 0.3,
        cap=chance.choices((0, 20, 50, 100), (85, 9, 5, 1))[0],
        stale=stale,
        late=late,
        own_only=chance.random() < 0.2,
        shows_deleted=chance.random() < 0.5,
        defaults_for_empty=chance.random() < 0.5,
        trims=chance.random() < 0.2,
    )


def _fate(chance: Random, trouble: float) -> Fate:
    if chance.random() >= trouble:
        return Fate("answered", round(chance.random() * 2, 2), 0.0, round(chance.random(), 2))
    kind = chance.choices(FATES, _FATE_WEIGHTS)[0]
    return Fate(
        kind,
        round(chance.random() * 5, 2),
        round(chance.random(), 2),
        round(chance.random(), 2),
        chance.randrange(1000),
    )


def pick(among: Sequence[T], choice: int) -> T | None:
    """The one of some that a choice means; None where there is none."""
    return among[choice % len(among)] if among else None

"""What users did, set against what the program's database says of it and what the server did: the invariants.

The ledger believes neither. It knows what was typed, and looks after each step for a value that is nowhere any more,
for a request too many, and for a colleague's value that was written over by somebody who had not seen it.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

from heatpunk_desktop.api.outcome import DEFINITE_REFUSALS
from heatpunk_desktop.api.protocol import WIRE_NAMES, Endpoint
from heatpunk_desktop.domain.fields import LISTED_FIELDS, NUMERIC_FIELDS, Field, Status
from heatpunk_desktop.domain.own_references import is_own_reference
from heatpunk_desktop.domain.remarks import remarks_of_json
from heatpunk_desktop.sandbox.project import stored_coordinate
from heatpunk_desktop.sync.remarks import UNTOLD
from tests.simulation.model_server import LISTED, Maker

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterable, Mapping, Set

    import apsw

    from tests.simulation.model_server import Applied, ModelServer, Project, Value, Write

_ROWS: Final = (
    "SELECT operation_id, kind, state, project_key, owner, changes, base, reason, theirs, candidates, attempts, words,"
    " batch FROM operation ORDER BY operation_id"
)
#: Seconds that the two looks which prove something take, with the request that follows.
_LOOKS_TAKE: Final = 15.0
#: Seconds after which the program gives a write up.
_LONGEST_REQUEST: Final = 30.0
#: What a server fills in automatically.
_FILLED_IN: Final = frozenset({Field.PROJECT_NAME, Field.STATUS, Field.LATITUDE, Field.LONGITUDE, Field.BUILD_DATE})
_PENDING: Final = frozenset({"queued", "sending", "unknown", "needs_you"})
_FIELDS: Final = {wire: name for name, wire in WIRE_NAMES.items()}


class BrokenInvariantError(AssertionError):
    """A promise that was not kept.

    Attributes:
        kind: Which, in a word: shrinking keeps to it.
    """

    def __init__(self, kind: str, words: str) -> None:
        super().__init__(f"{kind}: {words}")
        self.kind = kind


class Row(NamedTuple):
    """A row of the table `operation` as it is in the database."""

    number: int
    kind: str
    state: str
    key: int
    owner: str
    changes: str
    base: str
    reason: str
    theirs: str
    candidates: str
    attempts: int
    words: str
    batch: int

    def values(self) -> dict[Field, Value]:
        """The fields to send."""
        return {Field(name): value for name, value in json.loads(self.changes).items()}

    def base_values(self) -> dict[Field, Value]:
        """What the user saw before."""
        return {Field(name): value for name, value in json.loads(self.base).items()}

    def theirs_values(self) -> dict[Field, Value]:
        """What stands against a change."""
        return {Field(name): value for name, value in json.loads(self.theirs).items()}


@dataclass(slots=True)
class Entry:
    """One operation as the ledger knows it.

    Attributes:
        row: Its row when it was last looked at.
        born: Virtual seconds.
        intent: What the user typed and has not withdrawn.
        seen: For each field, the values that the user knew to be there.
        made: Projects that it made on the server.
        missed: Those of them that somebody had deleted when it made the next; they may have been brought back since.
        risks: How often the user had it sent again although nobody knew whether it had been carried out.
        is_discarded: The user discarded it.
        is_adopted: The user said which project it made.
        is_refused: The server said no, and no user has had to do with it since.
        flying: Its writes that are under way.
        left_at: Virtual seconds of when the last of its writes was handed to the network.
        untold: Fields that it changed though the server never tells what they hold, and a colleague's value was there.
        split_of: The operation that its fields were in before the program set them aside; 0 where there is none.
        times_sent: How many of its writes were handed to the network.
        times_done: How many of its writes were carried out.
        is_taken_back: The user took it back, and was told that nothing of it was sent.
        put_back: Values that were taken out of it in the same way.
    """

    row: Row
    born: float
    intent: dict[Field, Value] = field(default_factory=dict)
    seen: dict[Field, list[Value]] = field(default_factory=dict)
    made: list[int] = field(default_factory=list)
    missed: set[int] = field(default_factory=set)
    risks: int = 0
    is_discarded: bool = False
    is_adopted: bool = False
    is_refused: bool = False
    flying: int = 0
    left_at: float = float("-inf")
    untold: set[Field] = field(default_factory=set)
    split_of: int = 0
    times_sent: int = 0
    times_done: int = 0
    is_taken_back: bool = False
    put_back: list[tuple[Field, Value]] = field(default_factory=list)


class Change(NamedTuple):
    """An operation that changed: how its row was before, or None where it is new."""

    entry: Entry
    before: Row | None


def same(server: ModelServer, name: Field, typed: Value, stored: Value) -> bool:
    """Whether the server holds what was typed, as it keeps it."""
    options = server.options
    if typed is None or typed == "":
        if options.defaults_for_empty and name in (Field.STATUS, Field.PROJECT_NAME):
            return True
        return stored is None or stored == ""
    if name in NUMERIC_FIELDS:
        return isinstance(stored, float) and abs(stored_coordinate(float(typed)) - stored) < 1e-6
    return str(typed).strip() == str(stored).strip()


class Ledger:
    """The invariants of one device."""

    def __init__(self, name: str, connection: apsw.Connection, server: ModelServer, counts: Counter[str]) -> None:
        """Begin with an empty database.

        Args:
            name: The device.
            connection: Its database.
            server: The server.
            counts: What happened that is worth telling.
        """
        self.name = name
        self.entries: dict[int, Entry] = {}
        self.is_key_refused = False
        self.peers: list[Ledger] = [self]
        self._connection = connection
        self._server = server
        self._counts = counts
        self._written = -1

    # -- after each step -----------------------------------------------------------------------------------------------

    def look(
        self, now: float, typed: Mapping[Field, Value] | None = None, base: Mapping[Field, Value] | None = None
    ) -> list[Entry]:
        """Look at what changed in the database, by the user's doing where `typed` is given, else by the program's.

        Returns:
            The operations that changed.
        """
        changed = self._read(now)
        for entry, row in changed:
            if typed is None and entry.row is row:
                self._take_split(entry, row)
        for entry, row in changed:
            before, entry.row = entry.row, row
            if typed is None:
                self._check_program(entry, before, now)
            else:
                self._note_user(entry, typed, base or {})
        return [entry for entry, _ in changed]

    def unseen(self, now: float) -> list[Change]:
        """What changed in the database since it was last looked at; the caller checks it."""
        changes: list[Change] = []
        for entry, row in self._read(now):
            changes.append(Change(entry, None if entry.row is row else entry.row))
            entry.row = row
        return changes

    def key_of(self, key: int) -> int:
        """Return the present key of a project."""
        return self.entries[-key].row.key if -key in self.entries else key

    def _read(self, now: float) -> list[tuple[Entry, Row]]:
        """Operations that changed, with their rows; of a new one the row is the entry's already."""
        written = self._connection.total_changes()
        if written == self._written:
            return []
        self._written = written
        rows = [Row(*row) for row in self._connection.execute(_ROWS)]
        if len(rows) < len(self.entries):
            raise BrokenInvariantError("lost", f"{self.name}: an operation is not in the database any more")
        changed: list[tuple[Entry, Row]] = []
        for row in rows:
            entry = self.entries.get(row.number)
            if entry is None:
                entry = self.entries[row.number] = Entry(row, now)
                changed.append((entry, row))
            elif entry.row != row:
                changed.append((entry, row))
        return changed

    def _note_user(self, entry: Entry, typed: Mapping[Field, Value], base: Mapping[Field, Value]) -> None:
        entry.is_refused = False
        if entry.row.state == "discarded":
            entry.is_discarded = True
            return
        held = entry.row.values()
        for name, value in typed.items():
            if name is Field.CRM_REFERENCE and not value and self._is_filled_in(entry):
                # Cleared before the project was made: the user took it back, and one of the program's stands there.
                if entry.intent.pop(name, None):
                    self._counts["references that a user cleared, with one of the program's own in their place"] += 1
            elif name in held and held[name] == value:
                entry.intent[name] = value
                if name in base:
                    entry.seen.setdefault(name, []).append(base[name])

    def expect_held(self, typed: Mapping[Field, Value], changed: Iterable[Entry], key: object) -> None:
        """What the user typed of a project is in one operation, whole: one that changed, or that held it before."""
        # A reference that was cleared before the project was made is filled in by the program again.
        typed = {name: value for name, value in typed.items() if name is not Field.CRM_REFERENCE or value}
        held = [entry for entry in self.entries.values() if entry.row.key == key and entry.row.state in _PENDING]
        if typed and not any(
            all(name in other.intent and other.intent[name] == typed[name] for name in typed)
            for other in (*changed, *held)
        ):
            raise BrokenInvariantError("lost", f"{self.name}: what was typed is not stored: {dict(typed)}")

    @staticmethod
    def _is_filled_in(entry: Entry) -> bool:
        """Whether a project to be made goes by a reference of the program's own."""
        return entry.row.kind == "create" and is_own_reference(entry.row.values().get(Field.CRM_REFERENCE))

    def _take_split(self, entry: Entry, row: Row) -> None:
        """The program set some fields of an operation aside in one of their own."""
        for name, value in row.values().items():
            source = next(
                (
                    other
                    for other in self.entries.values()
                    if other is not entry
                    and other.row.key == row.key
                    and name in other.intent
                    and other.intent[name] == value
                    and other.row.state in _PENDING
                ),
                None,
            )
            if source is None:
                raise BrokenInvariantError("invented", f"{self.name}: nobody typed {name} {value!r} of {row.number}")
            entry.born = source.born
            entry.split_of = source.row.number
            entry.intent[name] = source.intent.pop(name)
            entry.seen[name] = source.seen.get(name, [])

    def _check_program(self, entry: Entry, before: Row, now: float) -> None:
        row = entry.row
        if row.state == "discarded" and before.state != "discarded":
            raise BrokenInvariantError("lost", f"{self.name}: the program gave up {row.number} by itself")
        if before.state in {"confirmed", "discarded"} and row.state != before.state:
            raise BrokenInvariantError("revived", f"{self.name}: {row.number} went from {before.state} to {row.state}")
        if row.state == "confirmed" and before.state != "confirmed":
            self._check_confirmed(entry)
        elif row.state in _PENDING:
            held = row.values()
            for name, value in entry.intent.items():
                if name not in held or held[name] != value:
                    raise BrokenInvariantError("lost", f"{self.name}: {name} {value!r} fell out of {row.number}")
            if row.state != before.state:
                self._check_told(entry, now)

    def _check_told(self, entry: Entry, now: float) -> None:
        """Where the program cannot know, it says so, and shows the user what may be it."""
        row = entry.row
        if row.state in {"unknown", "needs_you"} and not row.words:
            raise BrokenInvariantError("untold", f"{self.name}: {row.number} is {row.state}, and nobody is told why")
        if (row.state == "needs_you") != bool(row.reason):
            raise BrokenInvariantError("untold", f"{self.name}: {row.number} is {row.state} because of {row.reason!r}")
        shown = set(json.loads(row.candidates))
        made = {number for number in entry.made if self._is_there(number) and not self._is_claimed(number, entry)}
        if shown and made and not shown & made:
            if all(self._was_missing(number, now) for number in made):
                # The colleague who deleted it has brought it back, too late for the looks.
                self._counts["projects not shown to choose from, as somebody had only just brought them back"] += 1
                return
            words = f"{self.name}: {row.number} made {made}, and the user is shown {shown} to choose from"
            raise BrokenInvariantError("untold", words)

    def _check_confirmed(self, entry: Entry) -> None:
        row = entry.row
        project = self._server.projects.get(row.key)
        if project is None:
            raise BrokenInvariantError("lost", f"{self.name}: {row.number} is confirmed without a project ({row.key})")
        if row.kind == "soft_delete":
            if not any(
                (version.is_deleted or version.is_gone)
                and (index + 1 == len(project.versions) or project.versions[index + 1].at >= entry.born)
                for index, version in enumerate(project.versions)
            ):
                raise BrokenInvariantError("lost", f"{self.name}: {row.number} says deleted, and it never was")
            return
        if row.kind == "create":
            self._check_claim(entry, project)
        for name, value in entry.intent.items():
            if self._was_there(entry, name, value, since=entry.born):
                continue
            if row.kind == "create" and project.number not in entry.made and self._is_hidden(name):
                # It stands in one alike, see `_check_claim`, or in none.
                self._counts["fields of creates that the server never tells, and that one alike lacks"] += 1
                self._check_said(entry, name)
                continue
            if row.kind == "create" and project.maker.device != self.name and self._was_there(entry, name, value):
                # It is somebody else's that was like it until a moment ago, see `is_twin`, as a part of the server told
                # that lags behind.
                self._counts["creates that took somebody else's project for theirs, which had just been changed"] += 1
                continue
            if row.kind == "update" and self._was_there(entry, name, value):
                # A part of the server that lags behind told the value of a moment ago, which was the one wanted.
                self._counts["changes taken for done, as what was wanted had been there a moment before"] += 1
                continue
            words = f"{self.name}: {row.number} is confirmed, but {name} {value!r} never was in {row.key}"
            raise BrokenInvariantError("lost", words)

    def _check_said(self, entry: Entry, name: Field) -> None:
        """What cannot be read back is named in the entry in *Done*, unless it is a reference of the program's own."""
        if not is_own_reference(entry.intent[name]) and not any(
            name in remark.values for remark in remarks_of_json(entry.row.words)
        ):
            words = f"{self.name}: {entry.row.number} does not say that nobody can tell {name}: {entry.row.words!r}"
            raise BrokenInvariantError("untold", words)

    def _check_claim(self, entry: Entry, project: Project) -> None:
        for other in self.entries.values():
            if other is not entry and other.row.kind == "create" and other.row.key == entry.row.key:
                raise BrokenInvariantError("merged", f"{self.name}: {other.row.number} and {entry.row.number} are one")
        if project.maker == Maker(self.name, entry.row.number) or entry.is_adopted:
            return
        if project.maker.device == self.name:
            # Two forms of one user that nobody can tell apart: which is which is nobody's loss, see `check_counts`.
            other = self.entries[project.maker.operation]
            if self.is_alike(other, entry):
                self._counts["creates of one device exchanged for one another, which are alike"] += 1
                return
        elif self.is_twin(entry, project):
            self._counts["creates that took somebody else's project in all respects alike for theirs"] += 1
            return
        words = f"{self.name}: {entry.row.number} claims {project.number}, which {project.maker} made"
        raise BrokenInvariantError("wrong claim", words)

    def is_twin(self, entry: Entry, project: Project) -> bool:
        """Whether somebody else made a project, in all that can be read of it like this form, and new to this device.

        What the form left open is open there too, but for what every server fills in automatically.
        """
        if self._was_known(entry, project):
            return False
        typed = entry.row.values()
        compared = [name for name in Field if name not in _FILLED_IN or typed.get(name) not in ("", None)]
        return all(
            self._was_there(entry, name, typed.get(name), project) for name in compared if not self._is_hidden(name)
        )

    def _was_known(self, entry: Entry, project: Project) -> bool:
        """Whether the device knew a project before it first sent a form off."""
        found = self._connection.execute(
            "SELECT p.first_seen < o.attempt FROM server_project AS p, operation AS o"
            " WHERE p.project_id = ? AND o.operation_id = ?",
            (project.number, entry.row.number),
        ).get
        return bool(found)

    def _is_hidden(self, name: Field) -> bool:
        """Whether this server never tells a field."""
        if name is Field.CRM_REFERENCE:
            return self._hides_references
        return name not in LISTED_FIELDS and not self._tells_details

    @property
    def _tells_details(self) -> bool:
        return self._server.options.data_call in {"refs", "plain"}

    @property
    def _hides_references(self) -> bool:
        return not self._server.options.gives_references

    def is_alike(self, one: Entry, other: Entry) -> bool:
        """Whether two forms hold the same in all that can be read back, but for the program's own reference."""
        mine, yours = dict(one.row.values()), dict(other.row.values())
        for values in (mine, yours):
            if self._hides_references or str(values.get(Field.CRM_REFERENCE, "")).startswith("HPD-"):
                values.pop(Field.CRM_REFERENCE, None)
        return mine == yours and one.row.owner == other.row.owner

    def _was_there(
        self, entry: Entry, name: Field, value: Value, project: Project | None = None, since: float | None = None
    ) -> bool:
        """Whether the server held a value at any time since a moment.

        Where none is given, since it was typed, or as long before as reads lag behind.
        """
        project = project or self._server.projects.get(entry.row.key)
        if project is None:
            return False
        writes = project.writes[WIRE_NAMES[name]]
        since = entry.born - self._server.options.stale if since is None else since
        return any(
            same(self._server, name, value, write.value) and (index + 1 == len(writes) or writes[index + 1].at >= since)
            for index, write in enumerate(writes)
        )

    # -- requests ------------------------------------------------------------------------------------------------------

    def going(self, number: int, endpoint: Endpoint, now: float, look_holds_until: float | None = None) -> None:
        """A request of an operation (0: of none) is handed to the network.

        Args:
            number: The operation.
            endpoint: What is asked.
            now: Virtual seconds.
            look_holds_until: For an update, until when what the look before it told may be acted on.
        """
        if self.is_key_refused:
            raise BrokenInvariantError("key", f"{self.name}: {endpoint} goes out though the key is refused")
        if not endpoint.is_write:
            return
        entry = self.entries.get(number)
        if entry is None:
            raise BrokenInvariantError("unstored", f"{self.name}: a write goes out that is not in the database")
        if entry.row.state != "sending":
            raise BrokenInvariantError("unstored", f"{self.name}: {number} goes out while it is {entry.row.state}")
        if entry.is_refused:
            raise BrokenInvariantError("refused", f"{self.name}: {number} goes out again though the server refused it")
        if entry.flying:
            raise BrokenInvariantError("twice at once", f"{self.name}: {number} is under way already")
        if endpoint is Endpoint.UPDATE and (look_holds_until is None or now > look_holds_until):
            words = f"{self.name}: {number} goes at {now:.1f} after a look that held good until {look_holds_until}"
            raise BrokenInvariantError("old look", words)
        for other in self.entries.values():
            if other.row.key == entry.row.key and other.row.number < number and other.row.state in _PENDING:
                words = f"{self.name}: {number} goes before {other.row.number} ({other.row.state}) of the same project"
                raise BrokenInvariantError("order", words)
        entry.flying += 1
        entry.times_sent += 1
        entry.left_at = now

    def came(self, number: int, endpoint: Endpoint, status: int | None) -> None:
        """The program took what became of a request."""
        if status is not None:
            self.is_key_refused = status == 401
        if not endpoint.is_write:
            return
        entry = self.entries[number]
        entry.flying = 0
        # A refusal that may be about everything goes back, and out again once the list was given: at one stroke, even.
        is_asked_again = status == 403 and entry.row.state in {"queued", "sending"}
        # To a deletion these say that somebody else may have done it: it is looked up.
        is_looked_up = endpoint is Endpoint.SOFT_DELETE and status in (404, 410)
        if status in DEFINITE_REFUSALS and not is_asked_again and not is_looked_up:
            if entry.row.state not in {"needs_you", "discarded"}:
                words = f"{self.name}: {number} was refused ({status}) and is {entry.row.state}"
                raise BrokenInvariantError("refused", words)
            entry.is_refused = True

    def restarted(self) -> None:
        """The program ended: what it knew beside the database is gone."""
        self.is_key_refused = False
        for entry in self.entries.values():
            entry.flying = 0

    # -- what the server did -------------------------------------------------------------------------------------------

    def applied(self, done: Applied, looked: float, told: Mapping[str, object], look_answered: float) -> None:
        """The server carried a write out.

        Args:
            done: What was done.
            looked: The moment whose state the look before the write told.
            told: What this look told of the project, by the names of the wire.
            look_answered: When the server answered it.
        """
        entry = self.entries[done.maker.operation]
        entry.times_done += 1
        self._check_taken_back(entry, done)
        if done.endpoint is Endpoint.CREATE:
            self._check_made(entry)
            entry.made.append(done.project.number)
        for wire, write in done.before.items():
            seen_at = looked if wire in told else None
            if seen_at == write.at and (told[wire] or "") != (write.value or ""):
                seen_at = math.nextafter(seen_at, -math.inf)  # at the very same moment, and the look came first
            self._check_overwritten(entry, wire, write, done, seen_at, look_answered)

    def _check_taken_back(self, entry: Entry, done: Applied) -> None:
        """What was withdrawn unsent never reaches the server."""
        if entry.is_taken_back:
            words = f"{self.name}: {entry.row.number} was taken back, and is carried out"
            raise BrokenInvariantError("taken back", words)
        for name, value in entry.put_back:
            wire = WIRE_NAMES[name]
            is_default = done.endpoint is Endpoint.CREATE and value == Status.LEAD
            if is_default or entry.intent.get(name) == value:
                continue  # filled in by every server, or typed again
            if value and wire in done.meta and same(self._server, name, value, done.meta[wire]):
                words = f"{self.name}: {name} {value!r} was taken out of {entry.row.number}, and is carried out"
                raise BrokenInvariantError("taken back", words)

    def _check_made(self, entry: Entry) -> None:
        """An operation makes one project, and another one only where nobody can call that a second."""
        spare = 0
        for number in entry.made:
            if self._was_missing(number, entry.left_at):
                entry.missed.add(number)
                self._counts["creates carried out again after somebody had deleted the project meanwhile"] += 1
            elif self._is_claimed(number, entry):
                self._counts["creates carried out again after one alike had taken the first for its own"] += 1
            else:
                spare += 1
        if spare > entry.risks:
            words = f"{self.name}: {entry.row.number} made the projects {entry.made} and makes another one"
            raise BrokenInvariantError("doubled", words)

    def _is_there(self, number: int) -> bool:
        now = self._server.projects[number].now
        return not (now.is_deleted or now.is_gone)

    def _was_missing(self, number: int, now: float) -> bool:
        """Whether a project was deleted, or brought back too late for the two looks that prove an absence."""
        versions = self._server.projects[number].versions
        since = now - self._server.options.stale - _LOOKS_TAKE
        ends = [following.at for following in versions[1:]] + [math.inf]
        return any(
            (version.is_deleted or version.is_gone) and version.at <= now and end >= since
            for version, end in zip(versions, ends, strict=True)
        )

    def note_try_again(self, entry: Entry, now: float) -> None:
        """The user has something in doubt sent again: a risk where an attempt was carried out, or may yet be."""
        late = _LONGEST_REQUEST + self._server.options.late
        if entry.row.kind != "create" or entry.made or now < entry.left_at + late:
            entry.risks += 1

    def _is_claimed(self, project: int, entry: Entry) -> bool:
        """Whether another operation, of whatever device, is said to have made a project."""
        return any(
            other is not entry
            and other.row.kind == "create"
            and other.row.state == "confirmed"
            and other.row.key == project
            for ledger in self.peers
            for other in ledger.entries.values()
        )

    def _check_overwritten(
        self, entry: Entry, wire: str, write: Write, done: Applied, looked: float | None, look_answered: float
    ) -> None:
        name = _FIELDS[wire]
        value = done.meta[wire]
        if same(self._server, name, value, write.value):
            return
        if any(same(self._server, name, item, write.value) for item in entry.seen.get(name, ())):
            return
        if write.maker.device == self.name:
            self._check_order(entry, name, write, done)
            return
        filled_in = {write.maker for write in done.project.writes[wire][:-1] if write.value not in ("", None)}
        if not filled_in:
            return  # nobody ever did
        looks_untouched = self._looks_untouched(entry, name, write, done, looked, filled_in)
        if looks_untouched:
            self._counts[looks_untouched] += 1
            return
        if looked is None and not self._is_told(wire, done.project):
            self._counts["fields changed that the server never tells, with a colleague's value in them"] += 1
            entry.untold.add(name)
            return
        if looked is not None and write.at > looked:
            self._note_gap(entry, write, look_answered)
            return
        words = (
            f"{self.name}: {entry.row.number} wrote {name} {value!r} over {write.value!r} by {write.maker},"
            f" which was there since {write.at:.1f}; the look before it told of {looked}"
        )
        raise BrokenInvariantError("overwritten", words)

    @staticmethod
    def _looks_untouched(
        entry: Entry, name: Field, write: Write, done: Applied, looked: float | None, filled_in: Set[Maker]
    ) -> str:
        """In what way a colleague's value looks to everybody as if nobody had been there; empty where it does not."""
        knew_of_none = not any(entry.seen.get(name, ()))
        if write.value in ("", None) and filled_in == {done.maker}:
            # It went out in doubt, was done, and a colleague took it out again: that looks like never having been done.
            return "changes done again after a colleague had cleared what the first attempt filled in"
        if write.value in ("", None) and knew_of_none and looked is not None and write.at <= looked:
            # The user saw none either, and an empty field is filled in: nothing that stands there is lost.
            return "fields filled in that a colleague had emptied before the user looked"
        writes = done.project.writes[WIRE_NAMES[name]]
        was_done = any(write.maker == done.maker for write in writes[:-1])
        if name is Field.STATUS and write.value == Status.LEAD and knew_of_none and (write == writes[0] or was_done):
            # In a project of somebody else's that was taken for theirs, see `_check_claim`; or put back to what every
            # project begins with, which looks like never having been changed.
            return "statuses that every project begins with, changed again or in somebody else's"
        return ""

    def _note_gap(self, entry: Entry, write: Write, look_answered: float) -> None:
        """Why a look that was not old did not show a value."""
        if write.at > entry.left_at:
            why = "while the change was on its way"
        elif write.at > look_answered:
            why = "between the look and the change"
        else:
            why = "as the look met a part of the server that lagged behind"
        self._counts[f"colleagues' values overwritten {why}"] += 1

    def _check_order(self, entry: Entry, name: Field, write: Write, done: Applied) -> None:
        """The user's changes are carried out in the order in which they were made."""
        if write.maker.operation > entry.row.number and self._is_exchanged(write, WIRE_NAMES[name], done.project):
            self._counts["first values of creates that were exchanged for one another, changed"] += 1
        elif write.maker.operation > entry.row.number:
            words = f"{self.name}: {entry.row.number} wrote {name} over the later {write.maker.operation}"
            raise BrokenInvariantError("order", words)
        typed = entry.intent.get(name, done.meta[WIRE_NAMES[name]])
        if write.maker == done.maker and same(self._server, name, typed, write.value):
            # An attempt of before it was edited.
            raise BrokenInvariantError("order", f"{self.name}: {entry.row.number} wrote {name} over its own edit")

    def _is_exchanged(self, write: Write, wire: str, project: Project) -> bool:
        """Whether a value came with a create of this device whose project another one, just like it, has been given."""
        made = self.entries[write.maker.operation]
        return write == project.writes[wire][0] and any(
            entry is not made
            and entry.row.kind == "create"
            and entry.row.key == project.number
            and self.is_alike(entry, made)
            for entry in self.entries.values()
        )

    def _is_told(self, wire: str, project: Project) -> bool:
        """Whether this server tells a field of a project at all."""
        if wire in LISTED and not project.now.is_deleted:
            return True
        return self._server.options.gives_references if wire == "crmReference" else self._server.options.gives_data

    # -- in the end ----------------------------------------------------------------------------------------------------

    def check_settled(self) -> None:
        """Nothing is under way for ever."""
        for entry in self.entries.values():
            for name in entry.untold:
                if entry.row.state == "confirmed" and UNTOLD[0] not in remarks_of_json(entry.row.words):
                    words = f"{self.name}: {entry.row.number} does not say that {name} was not compared"
                    raise BrokenInvariantError("untold", words)
            if entry.row.state not in {"confirmed", "discarded", "needs_you"} and not self.waits_for_user(entry):
                words = f"{self.name}: {entry.row.number} ({entry.row.kind}) is {entry.row.state} in the end"
                raise BrokenInvariantError("stuck", words)

    def check_tidied(self) -> None:
        """Once users have settled everything, nothing is left."""
        for entry in self.entries.values():
            if entry.row.state not in {"confirmed", "discarded"}:
                words = f"{self.name}: {entry.row.number} ({entry.row.kind}) is {entry.row.state} after all was settled"
                raise BrokenInvariantError("stuck", words)

    def waits_for_user(self, entry: Entry) -> bool:
        """Whether an earlier operation of the same project needs the user."""
        return any(
            other.row.key == entry.row.key and other.row.number < entry.row.number and other.row.state == "needs_you"
            for other in self.entries.values()
        )

    def check_counts(self) -> None:
        """Of forms that nobody can tell apart, as many are on the server as were typed, and none besides.

        That no two operations claim one project, and that each claims one that such a form made, was looked at when
        they were confirmed; so what is left is a project that nobody claims.
        """
        creates = [entry for entry in self.entries.values() if entry.row.kind == "create"]
        claimed = {entry.row.key for entry in creates if entry.row.state == "confirmed"}
        while creates:
            alike = [create for create in creates if self.is_alike(create, creates[0])]
            creates = [create for create in creates if create not in alike]
            spare = [
                number
                for project in alike
                for number in project.made
                if number not in claimed and number not in project.missed and self._is_there(number)
            ]
            excused = sum(project.risks for project in alike) + sum(
                bool(project.made)
                and (
                    project.row.state != "confirmed" or self._server.projects[project.row.key].maker.device != self.name
                )
                for project in alike
            )
            if len(spare) > excused:
                words = f"{self.name}: nobody claims {spare}, made by {[project.row.number for project in alike]}"
                raise BrokenInvariantError("doubled", words)

"""What the user expects of every project: what they did themselves, and what a colleague is known to have done."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.domain.project import ADDRESS, CUSTOMER, KEY, MARKS, NAME, POSTCODE, STATUS, Mark

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Set

    from heatpunk_desktop.models.row_store import Row
    from heatpunk_desktop.sandbox import SandboxState

#: The fields that a row shows, and where they stand in it.
PLACES: Final[Mapping[Field, int]] = {
    Field.PROJECT_NAME: NAME,
    Field.CUSTOMER_NAME: CUSTOMER,
    Field.POSTCODE: POSTCODE,
    Field.STATUS: STATUS,
    Field.ADDRESS: ADDRESS,
}

#: What the server fills in where nothing is given.
_MADE_BY_SERVER: Final = (Field.PROJECT_NAME, Field.STATUS)


@dataclass(slots=True)
class Expected:
    """A project as the user has left it.

    Attributes:
        values: What stands in its fields; a field that is missing may hold anything, as the server chose it.
        is_deleted: Whether the user moved it to deleted.
    """

    values: dict[Field, str]
    is_deleted: bool = False

    def copy(self) -> Expected:
        """The same, to be changed."""
        return Expected(dict(self.values), self.is_deleted)


@dataclass(slots=True)
class Ledger:
    """Every project that the user knows of.

    Attributes:
        state: The server's projects.
        projects: By key.
        theirs: Fields that a colleague has changed since the user last had their say in them, by project ID.
        gone: IDs of projects that a colleague has deleted.
        uncertain: Keys whose deletion or creation was discarded, so that either way is right.
        moved: The ID that each project got which the user created, by the key that it had before.
    """

    state: SandboxState
    projects: dict[int, Expected] = field(default_factory=dict)
    theirs: dict[int, set[Field]] = field(default_factory=dict)
    gone: set[int] = field(default_factory=set)
    uncertain: set[int] = field(default_factory=set)
    moved: dict[int, int] = field(default_factory=dict)

    def begin(self, rows: Iterable[Row]) -> None:
        """Take what is on the screen at first for what is expected."""
        self.projects = {row[KEY]: _seen(row) for row in rows}
        for expected in self.projects.values():
            for name in _MADE_BY_SERVER:
                if not expected.values[name]:
                    del expected.values[name]

    def change(self, key: int, values: Mapping[Field, str]) -> None:
        """The user has changed fields of a project."""
        key = self.moved.get(key, key)
        expected = self.projects[key].values
        # To choose what stands there already changes nothing, and says nothing against what a colleague has put there.
        said = [name for name, value in values.items() if expected.get(name) != value]
        expected.update(values)
        self.theirs.get(key, set()).difference_update(said)

    def replace(self, replaced: Mapping[int, int]) -> None:
        """Projects have got their IDs."""
        self.moved.update(replaced)
        for old, new in replaced.items():
            mine, known = self.projects.pop(old, None), self.projects.get(new)
            if mine is not None and known is None:
                self.projects[new] = mine
            elif mine is not None and known is not None:
                # It was on the screen as another project, which the user may have changed since.
                values = known.values
                self.leave_to_server(new, [name for name, text in mine.values.items() if values.get(name) != text])
            if old in self.uncertain:
                self.uncertain.add(new)

    def leave_to_server(self, key: int, fields: Iterable[Field]) -> None:
        """The user gave up their values of some fields of a project."""
        self.theirs.setdefault(self.moved.get(key, key), set()).update(fields)

    def doubt(self, key: int) -> None:
        """Whether a project is there, or deleted, may be either way from now on."""
        self.uncertain.update((key, self.moved.get(key, key)))

    def adopt(self, key: int, fields: Iterable[Field], rows: Mapping[int, Row]) -> None:
        """The user gave up their values of some fields, and what is known here of the server's stands there now."""
        key = self.moved.get(key, key)
        self.leave_to_server(key, fields)
        if key in rows and key in self.projects:
            seen = _seen(rows[key]).values
            self.projects[key].values.update({name: seen[name] for name in fields if name in seen})

    def learn_from_server(self, pending: Mapping[int, Mapping[Field, Set[str]]]) -> None:
        """What is on the screen may be older than what a colleague has put on the server, and gives way to that."""
        for key, expected in self.projects.items():
            for name, value in expected.values.items():
                if key > 0 and name not in pending.get(key, {}) and not self._has(key, name, value):
                    self.leave_to_server(key, [name])

    def copy(self) -> dict[int, Expected]:
        """What is expected now, for later."""
        return {key: expected.copy() for key, expected in self.projects.items()}

    def differences(
        self, rows: Mapping[int, Row], pending: Mapping[int, Mapping[Field, Set[str]]], undecided: Set[int]
    ) -> list[str]:
        """What is on the screen without a reason; what has a reason is expected from now on.

        Args:
            rows: What the window knows, by key.
            pending: What the user has put in fields that the server has not taken yet.
            undecided: Keys of projects of which it is not settled whether they are deleted.
        """
        found = []
        for key in self.projects.keys() - rows.keys():
            expected = self.projects[key]
            if key in self.gone or key in self.uncertain or expected.is_deleted:
                del self.projects[key]
            else:
                found.append(f"{_name(expected)!r} ({key}) has gone from the window")
        for key in rows.keys() - self.projects.keys():
            if key > 0 and self.state.get(key) is not None:
                self.projects[key] = _seen(rows[key])  # a colleague's, or one that the user had discarded
            else:
                found.append(f"{rows[key][NAME]!r} ({key}) has come up in the window by itself")
        for key, expected in self.projects.items():
            if key in rows:
                own = pending.get(key, {})
                found += self._compare(key, expected, rows[key], own, is_undecided=key in undecided)
        return found

    def _compare(
        self, key: int, expected: Expected, row: Row, own: Mapping[Field, Set[str]], *, is_undecided: bool
    ) -> list[str]:
        seen = _seen(row)
        found = []
        for name, value in seen.values.items():
            wanted = expected.values.get(name)
            if wanted is None or wanted == value:
                if value:  # else the server may still say what it makes of it
                    expected.values[name] = value
                continue
            discarded = name in self.theirs.get(key, ())
            is_reasoned = self._has(key, name, value) or value in own.get(name, ())
            # One that a colleague deletes may leave the window while it is being changed, and comes back to be decided.
            if key in self.gone or (discarded and is_reasoned):
                expected.values[name] = value
                continue
            found.append(f"{name} of {_name(expected)!r} ({key}) is {value!r}, and should be {wanted!r}")
        if seen.is_deleted != expected.is_deleted and not is_undecided:
            if key in self.uncertain:
                expected.is_deleted = seen.is_deleted
            else:
                words = "is moved to deleted by itself" if seen.is_deleted else "is not moved to deleted any more"
                found.append(f"{_name(expected)!r} ({key}) {words}")
        return found

    def _has(self, key: int, name: Field, value: str) -> bool:
        """Whether the server has a value in a field of a project."""
        project = self.state.get(key) if key > 0 else None
        return project is not None and str(getattr(project, name.value) or "") == value


def _seen(row: Row) -> Expected:
    values = {name: str(row[place] or "") for name, place in PLACES.items()}
    return Expected(values, bool(row[MARKS] & Mark.DELETED_HERE))


def _name(expected: Expected) -> str:
    values = expected.values
    return values.get(Field.PROJECT_NAME) or values.get(Field.CUSTOMER_NAME) or "a project without a name"

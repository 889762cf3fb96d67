"""Holds batches, undoing and redoing against what the ledger knows: who typed what, and what went out.

What is withdrawn must not have gone out, and never goes out later. What else changes has to be explained by what was
undone, value by value: nothing else is lost, and nothing is there that nobody typed.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from heatpunk_desktop.domain.changes import FieldEdit, MoveToDeleted, NewProject
from heatpunk_desktop.domain.fields import NUMERIC_FIELDS, Field
from heatpunk_desktop.domain.own_references import is_own_reference
from tests.simulation.ledger import BrokenInvariantError
from tests.simulation.memory import Part

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from heatpunk_desktop.domain.changes import BatchWithdrawal, Staged
    from heatpunk_desktop.domain.changes import Change as ProjectChange
    from heatpunk_desktop.domain.undo import RedoResult, UndoResult
    from tests.simulation.ledger import Change, Entry, Ledger
    from tests.simulation.model_server import Value

_NONE: Final[Mapping[int, int]] = MappingProxyType({})
_WAITING: Final = frozenset({"queued", "needs_you"})


class UndoLedger:
    """Looks at one step of the user's; made before it."""

    def __init__(self, ledger: Ledger, moved: Mapping[int, int] = _NONE) -> None:
        """Note how things stand.

        Args:
            ledger: The device's.
            moved: Numbers of operations that were discarded, with those in their place.
        """
        self._ledger = ledger
        self._moved = dict(moved)
        self._intents = {number: dict(entry.intent) for number, entry in ledger.entries.items()}
        self._untouched = {
            number
            for number, entry in ledger.entries.items()
            if entry.row.state in _WAITING and entry.times_sent == entry.row.attempts == 0
        }

    def batches_waiting(self) -> list[int]:
        """Batches of which something is not settled."""
        pending = {"queued", "sending", "unknown", "needs_you"}
        return sorted(
            {
                entry.row.batch
                for entry in self._ledger.entries.values()
                if entry.row.batch and entry.row.state in pending
            }
        )

    # -- batches -------------------------------------------------------------------------------------------------------

    def staged(self, now: float, staged_changes: Sequence[ProjectChange], staged: Staged) -> tuple[Part, ...]:
        """Every change is a separate operation with all that was typed, or what it was about is discarded unsent."""
        changes = self._ledger.unseen(now)
        new = [change.entry for change in changes if change.before is None]
        parts: list[Part] = []
        for staged_change, key in zip(staged_changes, staged.keys, strict=True):
            part = self._part_of(staged_change, key, new)
            if part is not None:
                parts.append(part)
            elif isinstance(staged_change, MoveToDeleted):
                self._check_to_be_deleted(key, staged.discarded)
        if new:
            self._fail(
                "invented", f"of {len(staged_changes)} changes came {[entry.row.number for entry in new]} besides"
            )
        for change in changes:
            if change.before is not None:
                self._check_discarded(change, {-number for number in staged.discarded})
        return tuple(parts)

    def _part_of(self, staged_change: ProjectChange, key: int, new: list[Entry]) -> Part | None:
        """Take the operation that a change was stored as out of the new ones; None where it needs none."""
        typed: Mapping[Field, Value] = {}
        base: Mapping[Field, Value] = {}
        match staged_change:
            case NewProject():
                kind, typed = "create", staged_change.values
            case FieldEdit():
                kind, typed, base = "update", staged_change.changes, staged_change.base
            case MoveToDeleted():
                kind = "soft_delete"
        found = next((entry for entry in new if (entry.row.kind, entry.row.key) == (kind, key)), None)
        if found is None and not typed:
            return None
        if found is None or any(found.row.values().get(name) != value for name, value in typed.items()):
            raise self._broken("lost", f"what was typed of {key} is not staged: {dict(typed)}")
        new.remove(found)
        found.intent = dict(typed)
        found.seen = {name: [value] for name, value in base.items()}
        return Part(found.row.number, dict(typed), dict(base))

    def taken_back(self, now: float, taken: BatchWithdrawal) -> None:
        """All of a batch that never went out is discarded, with what waits for its projects, and nothing else."""
        changes = self._ledger.unseen(now)
        of_batch = {number for number, entry in self._ledger.entries.items() if entry.row.batch == taken.batch}
        keys = {-number for number in of_batch}
        for change in changes:
            self._check_discarded(change, keys, of_batch)
        self._check_all_taken_back(of_batch)

    def _check_to_be_deleted(self, key: int, discarded: Sequence[int]) -> None:
        waits = any(
            entry.row.kind == "soft_delete"
            and entry.row.key == key
            and entry.row.state not in {"confirmed", "discarded"}
            for entry in self._ledger.entries.values()
        )
        if not waits and -key not in discarded:
            self._fail("lost", f"{key} was to be deleted, and nothing waits to do that")

    # -- undoing and redoing -------------------------------------------------------------------------------------------

    def undone(self, now: float, parts: Sequence[Part], undone: UndoResult) -> tuple[Part, ...]:
        """Take an undoing; return the parts of what was undone as they are then."""
        undoable = undone.undoable
        parts = (*parts, *self._mended(parts, undoable.batches))
        changes, parts = self._take(now, parts, undone.replaced, undoable.deleted)
        in_force = {self._by_now(number) for number in undoable.operations}
        in_force |= {
            number
            for number, entry in self._ledger.entries.items()
            if entry.row.batch and entry.row.batch in undoable.batches
        }
        self._check_all_taken_back(in_force)
        new = [change.entry for change in changes if change.before is None]
        left = {self._ledger.key_of(operation.key) for operation in undone.left}
        for part in parts:
            if part.is_edit:
                self._check_edit_undone(part, new, left)
        return parts

    def _mended(self, parts: Sequence[Part], batches: Sequence[int]) -> list[Part]:
        """What else operations of some batches hold: edits that mended them went out with them, and stay of the batch.

        The program changes them back with the batch, whether they were undone alone before or not.
        """
        mended: list[Part] = []
        known = {(part.number, name) for part in parts for name in part.typed}
        for number, entry in self._ledger.entries.items():
            if entry.row.batch and entry.row.batch in batches:
                more = {name: value for name, value in entry.row.values().items() if (number, name) not in known}
                base = {name: value for name, value in entry.row.base_values().items() if name in more}
                mended += [Part(number, more, base)] if more else []
        return mended

    def redone(self, now: float, parts: Sequence[Part], undone: UndoResult, redone: RedoResult) -> tuple[Part, ...]:
        """Take a redoing; return the parts of what was done again as they are then."""
        parts = self._take(now, parts, redone.replaced, undone.undoable.deleted)[1]
        left = {self._ledger.key_of(operation.key) for operation in redone.left}
        replaced = dict(redone.replaced)
        for number in undone.withdrawn:
            entry = self._ledger.entries[number]
            if number not in replaced and entry.row.kind != "soft_delete" and not self._is_gone(entry, left):
                self._fail("lost", f"{number} was undone and is not done again")
        if undone.withdrawn_edit is not None:
            key = self._ledger.key_of(self._key_by_now(undone.withdrawn_edit.key))
            held = [
                entry for entry in self._ledger.entries.values() if entry.row.key == key and entry.row.state in _WAITING
            ]
            for name, value in undone.withdrawn_edit.changes.items():
                is_held = any(name in holder.intent and _equal(name, holder.intent[name], value) for holder in held)
                is_filled_in = name is Field.CRM_REFERENCE and not value
                if not (is_held or is_filled_in or key in left):
                    self._fail("lost", f"{name} {value!r} of {key} was undone and is not done again")
        self._check_all_taken_back({number for _, number in undone.reversed})
        edits = [
            Part(edit.operation, edit.edit.changes, edit.edit.base, self._intents.get(edit.operation, {}), is_edit=True)
            for edit in redone.undoable.edits
        ]
        return (*(part._replace(is_edit=False) for part in parts), *edits)

    def _take(
        self, now: float, parts: Sequence[Part], replaced: Sequence[tuple[int, int]], deleted: int
    ) -> tuple[list[Change], tuple[Part, ...]]:
        """Hold every change against what was undone or redone."""
        entries = self._ledger.entries
        changes = self._ledger.unseen(now)
        self._moved.update(replaced)
        sources = {new: entries[old] for old, new in replaced}
        allowed = self._allowed(parts)
        numbers = {part.number for part in parts} | {self._by_now(part.number) for part in parts}
        deleted_key = self._ledger.key_of(self._key_by_now(deleted))
        keys = {-number for number in numbers} | {deleted_key, deleted}
        # What was to be deleted is discarded instead, where it certainly was not sent.
        keys |= {entries[number].row.key for number in numbers if entries[number].row.kind == "soft_delete"} & {
            -number for number, entry in entries.items() if entry.row.kind == "create"
        }
        for change in changes:
            entry = change.entry
            if change.before is None:
                self._take_new(entry, sources.get(entry.row.number), allowed, numbers)
            elif entry.row.state == "discarded":
                is_deletion = entry.row.kind == "soft_delete" and entry.row.key == deleted_key
                is_split = self._is_part(entry, numbers)
                self._check_discarded(change, keys, {entry.row.number} if is_deletion or is_split else numbers)
            else:
                self._take_changed(change, allowed.get(entry.row.key, {}))
        by_now = [part._replace(number=self._by_now(part.number)) for part in parts]
        known = {part.number for part in by_now}
        # Changes that change something back, and what took the place of something, belong to it from now on.
        by_now += [
            Part(change.entry.row.number, dict(change.entry.intent), change.entry.row.base_values())
            for change in changes
            if change.before is None and change.entry.row.number not in known
        ]
        return changes, tuple(by_now)

    def _is_part(self, entry: Entry, numbers: set[int]) -> bool:
        """Whether the program set an operation apart from one of some, or from what it had set apart from one of them.

        It does so again where what was set apart is mended by an edit, goes out, and meets the colleague's value again.
        """
        while entry.split_of:
            if entry.split_of in numbers:
                return True
            entry = self._ledger.entries[entry.split_of]
        return False

    def _allowed(self, parts: Iterable[Part]) -> dict[int, dict[Field, list[Value]]]:
        """For each project the values that its fields may have once something is undone or redone.

        A project goes by its key of now, which is another one where its create was undone and redone.
        """
        allowed: dict[int, dict[Field, list[Value]]] = {}
        for part in parts:
            for number in {part.number, self._by_now(part.number)}:
                entry = self._ledger.entries[number]
                fields = allowed.setdefault(self._ledger.key_of(self._key_by_now(entry.row.key)), {})
                for values in (part.typed, part.base, part.before):
                    for name in part.typed.keys() & values.keys():
                        fields.setdefault(name, []).append(values[name])
                # What stood against it, where the user has decided about that since.
                for name in part.typed.keys() & entry.seen.keys():
                    fields.setdefault(name, []).extend(entry.seen[name])
        return allowed

    def _take_new(
        self, entry: Entry, source: Entry | None, allowed: Mapping[int, Mapping[Field, list[Value]]], numbers: set[int]
    ) -> None:
        row = entry.row
        if source is not None:
            held = row.values()
            lost = [name for name, value in source.intent.items() if held.get(name) != value]
            if lost or row.kind != source.row.kind or row.owner != source.row.owner:
                self._fail("lost", f"{row.number} is in the place of {source.row.number} without {lost}")
            entry.intent, entry.seen = dict(source.intent), {name: list(values) for name, values in source.seen.items()}
            return
        if row.kind == "soft_delete":
            if not any(self._ledger.entries[number].row.kind == "create" for number in numbers):
                self._fail("invented", f"{row.number} deletes {row.key}, which was not made by what is undone")
            return
        if row.kind == "create":
            self._fail("invented", f"{row.number} makes a project in the place of none")
        self._take_values(entry, row.values(), allowed.get(row.key, {}))

    def _take_values(self, entry: Entry, values: Mapping[Field, Value], allowed: Mapping[Field, list[Value]]) -> None:
        bases = entry.row.base_values()
        for name, value in values.items():
            if not any(_equal(name, value, other_value) for other_value in allowed.get(name, ())):
                self._fail("invented", f"{entry.row.number} sets {name} {value!r}, which is neither done nor undone")
            entry.intent[name] = value
            if name in bases:
                entry.seen.setdefault(name, []).append(bases[name])

    def _take_changed(self, change: Change, allowed: Mapping[Field, list[Value]]) -> None:
        """An edit was put into a change that waits, or taken out of one."""
        entry = change.entry
        if change.before is not None and change.before.state == "discarded":
            self._fail("revived", f"{entry.row.number} came back to life")
        entry.is_refused = False
        held = entry.row.values()
        for name, value in list(entry.intent.items()):
            if name in held and held[name] == value:
                continue
            if not any(_equal(name, value, other_value) for other_value in allowed.get(name, ())):
                self._fail("lost", f"{name} {value!r} fell out of {entry.row.number}, and was not what is undone")
            del entry.intent[name]
            entry.put_back.append((name, value))
        fresh = {
            name: value
            for name, value in held.items()
            if name not in entry.intent
            and (change.before is None or change.before.values().get(name, ...) != value)
            and not (name is Field.CRM_REFERENCE and is_own_reference(value))
        }
        self._take_values(entry, fresh, allowed)
        entry.put_back = [edit for edit in entry.put_back if edit not in entry.intent.items()]

    def _check_discarded(self, change: Change, keys: set[int], numbers: Iterable[int] = ()) -> None:
        """What is discarded is what is undone, or waits for a project that is; and nothing of it went out."""
        entry, before = change.entry, change.before
        row = entry.row
        if before is None or row.state != "discarded" or before.state == "discarded":
            raise self._broken("lost", f"{row.number} is {row.state}, and has nothing to do with what is taken back")
        if row.number not in set(numbers) and before.key not in keys:
            self._fail("lost", f"{row.number} is given up, and has nothing to do with what is taken back")
        if entry.times_done or entry.flying:
            self._fail("taken back", f"{row.number} is given up as if it had not been sent, and it was carried out")
        entry.is_discarded = entry.is_taken_back = True

    def _check_all_taken_back(self, numbers: Iterable[int]) -> None:
        for number in sorted(set(numbers) & self._untouched):
            if self._ledger.entries[number].row.state != "discarded":
                self._fail("not undone", f"{number} was never sent, and is not taken back")

    def _check_edit_undone(self, part: Part, new: Sequence[Entry], left: set[int]) -> None:
        """Each field of an edit that never went out stands as before."""
        entry = self._ledger.entries[part.number]
        key = entry.row.key
        if part.number not in self._untouched or entry.row.state not in _WAITING or key in left:
            return
        for name, value in part.typed.items():
            still_stands = _equal(name, entry.intent.get(name, _NOWHERE), value)
            stood_before = _equal(name, part.before.get(name, _NOWHERE), value)
            is_changed_back = any(entry.row.key == key and name in entry.row.values() for entry in new)
            if still_stands and not stood_before and not is_changed_back:
                self._fail("not undone", f"{name} {value!r} of {part.number} was never sent, and still stands there")

    def _is_gone(self, entry: Entry, left: set[int]) -> bool:
        return bool({self._ledger.key_of(entry.row.key), self._ledger.key_of(self._key_by_now(entry.row.key))} & left)

    def _by_now(self, number: int) -> int:
        while number in self._moved:
            number = self._moved[number]
        return number

    def _key_by_now(self, key: int) -> int:
        return -self._by_now(-key) if key < 0 else key

    def _fail(self, kind: str, words: str) -> None:
        raise self._broken(kind, words)

    def _broken(self, kind: str, words: str) -> BrokenInvariantError:
        return BrokenInvariantError(kind, f"{self._ledger.name}: {words}")


_NOWHERE: Final = "nowhere"


def _equal(name: Field, one: Value, other: Value) -> bool:
    return one == other if name in NUMERIC_FIELDS else (one or "") == (other or "")

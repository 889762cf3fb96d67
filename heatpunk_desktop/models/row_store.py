"""Compact storage for hundreds of thousands of rows: half the memory of plain tuples, and fast to scan."""

from __future__ import annotations

import marshal
from array import array
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final

from heatpunk_desktop.domain.contacts import NOTHING_KNOWN, Contact, PackedContact
from heatpunk_desktop.domain.project import (
    ADDRESS,
    CREATED,
    CUSTOMER,
    KEY,
    MARKS,
    MODIFIED,
    NAME,
    OWNER_ID,
    POSTCODE,
    STATUS,
    Mark,
)
from heatpunk_desktop.models.search_text import haystack

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

#: A plain row in the order of `ProjectRow`.
Row = tuple[Any, ...]

#: Bits of a row's flags.
LIVE: Final = 1
DELETED: Final = 2
UNSETTLED: Final = 4
#: In every range of dates: no date is known, or it is the server that will give it one.
UNPLACED: Final = 8
CHANGED: Final = 16

#: A change waits to be sent, is being sent, or is in doubt.
WAITING: Final = 32
#: Something needs the user.
NEEDS_YOU: Final = 64

#: What a row is found by, beside its key.
_searched: Final = itemgetter(NAME, CUSTOMER, ADDRESS, POSTCODE, STATUS)

_UNSETTLED_MARKS: Final = int(Mark.WAITING | Mark.POSSIBLY_DONE | Mark.NEEDS_YOU | Mark.NOT_ON_SERVER)
_WAITING_MARKS: Final = int(Mark.WAITING | Mark.POSSIBLY_DONE)
_NEEDS_YOU: Final = int(Mark.NEEDS_YOU)
_NOT_ON_SERVER: Final = int(Mark.NOT_ON_SERVER)
_DELETED_HERE: Final = int(Mark.DELETED_HERE)

#: Bytes of a UTC text; a packed row begins with two: created, then modified.
_DATE: Final = 24
_NO_DATE: Final = "\0" * _DATE


def table(has: Callable[[int], bool]) -> bytes:
    """Return a table for `bytes.translate`: 1 for each byte that has a property, else 0."""
    return bytes(has(byte) for byte in range(256))


class Codes:
    """One byte for each row for a field with few distinct values, which makes searching for values fast.

    Attributes:
        bytes: The code of each row's value.
        values: The value of each code but `OTHER`.
    """

    #: Code of all values that come after 255 others. No team and no list of statuses is that long, but a server may be
    #: odd.
    OTHER: Final = 255

    def __init__(self) -> None:
        self.bytes = bytearray()
        self.values: list[Any] = []
        self._codes: dict[Any, int] = {}

    def code(self, value: object) -> int:
        """Return the code of a value, adding it where it is new."""
        found = self._codes.get(value)
        if found is None:
            found = self._codes[value] = min(len(self._codes), self.OTHER)
            if found < self.OTHER:
                self.values.append(value)
        return found

    def mask(self, wanted: Iterable[object], value_of: Callable[[int], object]) -> bytes:
        """Return one byte for each row: 1 where it has a wanted value.

        Args:
            wanted: The values.
            value_of: Returns a row's value where its code is `OTHER`.
        """
        values = frozenset(wanted)
        codes = {self._codes[value] for value in values if value in self._codes}
        wanted_codes = bytearray(256)
        for code in codes:
            wanted_codes[code] = 1
        mask = self.bytes.translate(wanted_codes)
        if self.OTHER in codes:
            for slot, code in enumerate(self.bytes):
                if code == self.OTHER:
                    mask[slot] = value_of(slot) in values
        return bytes(mask)


class RowStore:
    """Rows by number. A row's number (`slot`) is never reused, also when the project is gone.

    Attributes:
        hays: The haystack of each row.
        flags: The flags of each row; 0 for projects that are gone.
        keys: The key of each row.
        statuses: Their statuses.
        owners: Their owners.
    """

    def __init__(self, changed_since: str) -> None:
        """Begin without rows.

        Args:
            changed_since: UTC text: projects modified at or after it count as recently changed.
        """
        self.hays: list[str] = []
        self.flags = bytearray()
        self.keys = array("q")
        self.statuses = Codes()
        self.owners = Codes()
        self._packed: list[bytes] = []
        #: `PackedContact.text` of each row.
        self._contacts: list[str] = []
        #: Contacts of projects whose rows have not arrived yet.
        self._early: dict[int, PackedContact] = {}
        self._slots: dict[int, int] = {}
        self._changed_since = changed_since

    def __len__(self) -> int:
        """Return how many numbers are used."""
        return len(self.keys)

    def is_live(self, slot: int) -> int:
        """Return whether the project still exists."""
        return self.flags[slot] & LIVE

    def slot_of(self, key: int) -> int | None:
        """Return the number of a project, or None where there is no such project."""
        slot = self._slots.get(key)
        return slot if slot is not None and self.flags[slot] & LIVE else None

    def row(self, slot: int) -> Row:
        """Return a row, in the order of `ProjectRow`."""
        row: Row = marshal.loads(memoryview(self._packed[slot])[2 * _DATE :])  # noqa: S302 - packed below, in memory
        return row

    def contact_of(self, slot: int) -> Contact:
        """Return the contact details of a row's project."""
        return Contact.unpacked(self._contacts[slot])

    def contact(self, key: int) -> Contact:
        """Return the contact details of a project by its key; empty ones where it does not exist."""
        slot = self.slot_of(key)
        return NOTHING_KNOWN if slot is None else self.contact_of(slot)

    def created_bytes(self, slot: int) -> bytes:
        """Return when a project was created, as bytes that sort like the text."""
        return self._packed[slot][:_DATE]

    def created(self, slots: Iterable[int]) -> list[str]:
        """Return when projects were created: UTC texts, empty where unknown."""
        return self._dates(slots, 0)

    def modified(self, slots: Iterable[int]) -> list[str]:
        """Return when projects were modified: UTC texts, empty where unknown."""
        return self._dates(slots, _DATE)

    def within(self, start: int, end: int, dates: tuple[str, str], *, modified: bool = False) -> bytes:
        """Return one byte for each row of a range: 1 where its date is at or after one text and before another.

        Args:
            start: The first number.
            end: The number after the last.
            dates: The two texts; an unknown date sorts before every text that is not empty.
            modified: Whether to test the date of the last change instead of that of creation.
        """
        first, last = (text.encode("ascii") for text in dates)
        left, right = (_DATE, 2 * _DATE) if modified else (0, _DATE)
        return bytes([first <= packed[left:right] < last for packed in self._packed[start:end]])

    def _dates(self, slots: Iterable[int], start: int) -> list[str]:
        end = start + _DATE
        packed = self._packed
        texts = [packed[slot][start:end].decode("ascii") for slot in slots]
        return [text if text != _NO_DATE else "" for text in texts] if _NO_DATE in texts else texts

    # -- change ----------------------------------------------------------------------------------------------------

    def put(self, rows: Iterable[Row]) -> list[int]:
        """Add or replace rows and return the numbers of those that changed."""
        touched = []
        for row in rows:
            packed = _pack(row)
            key = row[KEY]
            slot = self._slots.get(key)
            if slot is None:
                slot = self._slots[key] = len(self.keys)
                self.keys.append(key)
                self.hays.append("")
                self._packed.append(b"")
                contact = self._early.pop(key, PackedContact())
                self._contacts.append(contact.text)
                for column in (self.flags, self.statuses.bytes, self.owners.bytes):
                    column.append(0)
                self.hays[slot] = _haystack_of(row, contact.found_by)
            elif self._packed[slot] == packed and self.flags[slot]:
                continue
            elif _searched(row) != _searched(self.row(slot)):
                self.hays[slot] = _haystack_of(row, self.hays[slot].rpartition("\n")[2])
            self._packed[slot] = packed
            self.flags[slot] = self._flags_of(row)
            self.statuses.bytes[slot] = self.statuses.code(row[STATUS])
            self.owners.bytes[slot] = self.owners.code(row[OWNER_ID])
            touched.append(slot)
        return touched

    def put_contacts(self, contacts: Mapping[int, PackedContact]) -> list[int]:
        """Set contact details and return the numbers of the rows that changed."""
        touched = []
        for key, contact in contacts.items():
            slot = self._slots.get(key)
            if slot is None:
                if contact.text:
                    self._early[key] = contact
                else:
                    self._early.pop(key, None)
            elif self._contacts[slot] != contact.text:
                self._contacts[slot] = contact.text
                rest, _, found_by = self.hays[slot].rpartition("\n")
                if found_by != contact.found_by:
                    self.hays[slot] = f"{rest}\n{contact.found_by}"
                touched.append(slot)
        return touched

    def remove(self, keys: Iterable[int]) -> list[int]:
        """Remove projects and return the numbers of those that existed."""
        gone = [slot for slot in dict.fromkeys(map(self.slot_of, keys)) if slot is not None]
        for slot in gone:
            self.flags[slot] = 0
        return gone

    def replace_key(self, old: int, new: int) -> list[int]:
        """Give a project a new key; where one of that key exists already, the old one is removed."""
        slot = self.slot_of(old)
        if slot is None or old == new:
            return []
        if self.slot_of(new) is not None:
            return self.remove([old])
        del self._slots[old]
        self._early.pop(new, None)
        # A project that was gone under the new key is let go of: this is its place now.
        self._slots[new] = slot
        self.keys[slot] = new
        self._packed[slot] = _pack((new, *self.row(slot)[1:]))
        rest, _, found_by = self.hays[slot].rsplit("\n", 2)  # the number is the last line but one
        self.hays[slot] = f"{rest}\n{_number(new)}\n{found_by}"
        return [slot]

    def set_changed_since(self, changed_since: str) -> None:
        """Set the moment since which projects count as recently changed."""
        if changed_since == self._changed_since:
            return
        self._changed_since = changed_since
        slots = [slot for slot, flags in enumerate(self.flags) if flags]
        for slot, modified in zip(slots, self.modified(slots), strict=True):
            is_changed = bool(modified) and modified >= changed_since
            self.flags[slot] = self.flags[slot] & ~CHANGED | (CHANGED if is_changed else 0)

    def _flags_of(self, row: Row) -> int:
        marks = row[MARKS]
        return (
            LIVE
            | (DELETED if marks & _DELETED_HERE else 0)
            | (UNSETTLED if marks & _UNSETTLED_MARKS else 0)
            | (WAITING if marks & _WAITING_MARKS else 0)
            | (NEEDS_YOU if marks & _NEEDS_YOU else 0)
            | (UNPLACED if marks & _NOT_ON_SERVER or not row[CREATED] else 0)
            | (CHANGED if row[MODIFIED] and row[MODIFIED] >= self._changed_since else 0)
        )


def _number(key: int) -> str:
    """Return the searchable text of a project's ID; empty for a key of our own."""
    return str(key) if key > 0 else ""


def _haystack_of(row: Row, contact: str) -> str:
    return haystack(row[NAME], row[CUSTOMER], row[ADDRESS], row[POSTCODE], row[STATUS], _number(row[KEY]), contact)


def _pack(row: Row) -> bytes:
    dates = f"{row[CREATED]:\0<24.24}{row[MODIFIED]:\0<24.24}".encode("ascii", "replace")
    try:
        return dates + marshal.dumps(row)
    except ValueError:
        # Numbers and texts of kinds of their own, such as those of an enum.
        plain = [str(value) if isinstance(value, str) else value for value in row]
        plain[MARKS] = int(row[MARKS])
        return dates + marshal.dumps(tuple(plain))

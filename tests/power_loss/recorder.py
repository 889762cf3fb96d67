"""A disk that notes what is written and synced, so that every way it may look after a power cut can be made.

What a sync has returned for is there. What was written since may be there or not, each 512-byte sector alone and in
any order, because that is all that a disk promises. Where a sector was written several times since, it holds any one of
what it held. A name that was given or taken away counts from the sync of its folder on, and may count before.
"""

from __future__ import annotations

import itertools
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

import apsw

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from heatpunk_desktop.store.recovery.journal import OpenFile

SECTOR: Final = 512

#: With so many open choices or fewer, every combination is tried.
ALL_BELOW: Final = 6


class Event(NamedTuple):
    """Something that happened to the disk: `write`, `truncate`, `sync`, `remove`, `rename` or `sync_folder`."""

    what: str
    name: str
    place: int = 0
    data: bytes = b""
    to: str = ""


@dataclass
class Recorder:
    """Notes events, and may fail a call.

    Attributes:
        events: All that happened, in order.
        fails: Told of each call that changes the disk, its number and kind; raises what the call is to raise.
        calls: How many such calls there were.
    """

    events: list[Event] = field(default_factory=list)
    fails: Callable[[int, str], None] | None = None
    calls: int = 0

    def note(self, event: Event) -> None:
        self.events.append(event)

    def called(self, what: str) -> None:
        self.calls += 1
        if self.fails is not None:
            self.fails(self.calls, what)


class RecordingVfs(apsw.VFS):
    """The computer's own file system, through the recorder. It is registered as long as it lives."""

    def __init__(self, recorder: Recorder) -> None:
        self.recorder = recorder
        self.name = f"recording-{uuid.uuid4().hex}"
        super().__init__(self.name, "")

    def xOpen(self, name: str | apsw.URIFilename | None, flags: list[int]) -> apsw.VFSFile:  # noqa: N802 - SQLite's
        return RecordingFile(name, flags, self.recorder)

    def xDelete(self, filename: str, syncdir: bool) -> None:  # noqa: N802
        self.recorder.called("delete")
        super().xDelete(filename, syncdir)
        self.recorder.note(Event("remove", _short(filename)))
        if syncdir:
            self.recorder.note(Event("sync_folder", ""))


class RecordingFile(apsw.VFSFile):
    """A file of the database."""

    def __init__(self, name: str | apsw.URIFilename | None, flags: list[int], recorder: Recorder) -> None:
        path = name.filename() if isinstance(name, apsw.URIFilename) else name
        self._name = _short(path or "")
        self._recorder = recorder
        # With the first sync of a log, SQLite syncs the folder that has its name.
        self._syncs_folder = self._name.endswith(("-wal", "-journal"))
        super().__init__("", name, flags)

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802
        self._recorder.called("write")
        super().xWrite(data, offset)
        self._recorder.note(Event("write", self._name, offset, bytes(data)))

    def xTruncate(self, newsize: int) -> None:  # noqa: N802
        self._recorder.called("truncate")
        super().xTruncate(newsize)
        self._recorder.note(Event("truncate", self._name, newsize))

    def xSync(self, flags: int) -> None:  # noqa: N802
        self._recorder.called("sync")
        super().xSync(flags)
        self._recorder.note(Event("sync", self._name))
        if self._syncs_folder:
            self._syncs_folder = False
            self._recorder.note(Event("sync_folder", ""))


@dataclass
class RecordingDisk:
    """The file system of the journal, kept in memory and noted by the recorder."""

    recorder: Recorder
    files: dict[str, bytearray] = field(default_factory=dict)

    def open(self, path: Path, *, truncate: bool) -> OpenFile:
        name = _short(str(path))
        if truncate or name not in self.files:
            self.recorder.called("truncate")
            self.files[name] = bytearray()
            self.recorder.note(Event("truncate", name, 0))
        return _RecordedJournal(self, name)

    def replace(self, source: Path, target: Path) -> None:
        self.recorder.called("rename")
        one, other = _short(str(source)), _short(str(target))
        self.files[other] = self.files.pop(one)
        self.recorder.note(Event("rename", one, to=other))

    def sync_folder(self, folder: Path) -> None:  # noqa: ARG002 - there is one
        self.recorder.called("sync_folder")
        self.recorder.note(Event("sync_folder", ""))

    def read(self, path: Path) -> bytes:
        try:
            return bytes(self.files[_short(str(path))])
        except KeyError:
            raise FileNotFoundError(path) from None


@dataclass
class _RecordedJournal:
    disk: RecordingDisk
    name: str

    def write(self, data: bytes) -> None:
        self.disk.recorder.called("write")
        file = self.disk.files[self.name]
        self.disk.recorder.note(Event("write", self.name, len(file), data))
        file += data

    def sync(self) -> None:
        self.disk.recorder.called("sync")
        self.disk.recorder.note(Event("sync", self.name))

    def close(self) -> None:
        pass


#: What may be left of files: their content by name.
Disk = dict[str, bytes]


@dataclass
class _File:
    """A file, as the disk surely has it, with what may have been done to it since."""

    durable: bytearray = field(default_factory=bytearray)
    pending: list[Event] = field(default_factory=list)


class PowerCuts:
    """Every disk that could be left, at each moment of what was recorded."""

    def __init__(self, events: list[Event], before: Disk | None = None) -> None:
        """Take what was recorded, and what was on the disk before."""
        self._events = events
        self._before = before or {}

    def disks(self, choose: random.Random, most: int) -> Iterator[tuple[int, Disk]]:
        """After how many events the power went, and a disk that could be left; `most` for each moment.

        All of them where there are no more than `2 ** ALL_BELOW`; else the plainest ones and a random choice.
        """
        files = {name: _File(bytearray(content)) for name, content in self._before.items()}
        names: list[Event] = []  # renames and removals that may not count yet
        for moment in range(len(self._events) + 1):
            if moment:
                self._apply(self._events[moment - 1], files, names)
            seen: set[tuple[tuple[str, bytes], ...]] = set()
            for disk in _left(files, names, choose, most):
                key = tuple(sorted(disk.items()))
                if key not in seen:
                    seen.add(key)
                    yield moment, disk

    @staticmethod
    def _apply(event: Event, files: dict[str, _File], names: list[Event]) -> None:
        if any(name.what == "remove" and name.name == event.name for name in names):
            # A file of the same name is made again: file systems keep the order of names in one folder.
            for name in names:
                _do_name(name, files)
            names.clear()
        match event.what:
            case "write" | "truncate":
                files.setdefault(_now_called(event.name, names), _File()).pending.append(event)
            case "sync":
                file = files.setdefault(_now_called(event.name, names), _File())
                for operation in file.pending:
                    _do(operation, file.durable)
                file.pending.clear()
            case "rename" | "remove":
                names.append(event)
            case _:
                for name in names:
                    _do_name(name, files)
                names.clear()


def _now_called(name: str, names: list[Event]) -> str:
    """The name under which a file is still kept whose new name may not count yet."""
    for other_name in reversed(names):
        if other_name.what == "rename" and other_name.to == name:
            name = other_name.name
    return name


def _left(files: dict[str, _File], names: list[Event], choose: random.Random, most: int) -> Iterator[Disk]:
    pieces = [(name, piece) for name, file in files.items() for event in file.pending for piece in _pieces(event)]
    choices = len(pieces) + len(names)
    if choices <= ALL_BELOW:
        patterns: Iterator[tuple[bool, ...]] = itertools.product((False, True), repeat=choices)
    else:
        patterns = _some_patterns(choices, choose, most)
    for pattern in patterns:
        kept, names_kept = pattern[: len(pieces)], pattern[len(pieces) :]
        disk = {name: bytearray(file.durable) for name, file in files.items()}
        for (name, piece), is_kept in zip(pieces, kept, strict=True):
            if is_kept:
                _do(piece, disk[name])
        # Names change in their order, as file systems journal them: one that counts makes those before it count.
        last = max((number for number, is_kept in enumerate(names_kept) if is_kept), default=-1)
        for other_name in names[: last + 1]:
            if other_name.what == "remove":
                disk.pop(other_name.name, None)
            elif other_name.name in disk:
                disk[other_name.to] = disk.pop(other_name.name)
        yield {name: bytes(content) for name, content in disk.items()}


def _some_patterns(choices: int, choose: random.Random, most: int) -> Iterator[tuple[bool, ...]]:
    """Nothing and everything first; then all but the beginning, all but the end, and any."""
    yield (False,) * choices
    yield (True,) * choices
    for _ in range(max(0, most - 2)):
        kind = choose.randrange(4)
        cut = choose.randrange(1, choices)
        if kind == 0:
            yield (True,) * cut + (False,) * (choices - cut)
        elif kind == 1:
            yield (False,) * cut + (True,) * (choices - cut)
        else:
            likely = choose.choice((0.1, 0.5, 0.9))
            yield tuple(choose.random() < likely for _ in range(choices))


def _pieces(event: Event) -> Iterator[Event]:
    """A write by the sectors that it touches, as a disk may tear it."""
    if event.what != "write":
        yield event
        return
    start, end = event.place, event.place + len(event.data)
    while start < end:
        stop = min(end, (start // SECTOR + 1) * SECTOR)
        yield Event("write", event.name, start, event.data[start - event.place : stop - event.place])
        start = stop


def _do(event: Event, content: bytearray) -> None:
    if event.what == "truncate":
        if len(content) > event.place:
            del content[event.place :]
        else:
            content.extend(bytes(event.place - len(content)))
        return
    if len(content) < event.place:
        content.extend(bytes(event.place - len(content)))
    content[event.place : event.place + len(event.data)] = event.data


def _do_name(event: Event, files: dict[str, _File]) -> None:
    file = files.pop(event.name, None)
    if event.what == "rename" and file is not None:
        files[event.to] = file


def _short(path: str) -> str:
    return path.replace("\\", "/").rpartition("/")[2]

"""Every project of the sandbox, as it is."""

from __future__ import annotations

import threading
from bisect import bisect_left
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from datetime import time as day_time
from typing import TYPE_CHECKING, Any, Final

from heatpunk_desktop.sandbox.project import (
    META,
    SandboxProject,
    default_name,
    list_entry,
    stored_coordinate,
    to_millis,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from heatpunk_desktop.sandbox.sample_data import SampleData

#: Sample projects whose JSON is kept together, so that a list costs little the second time.
_CHUNK: Final = 256
#: How many such pieces are kept: 600 × 256 projects of about 330 bytes, some 50 MB.
_KEPT_CHUNKS: Final = 600


@dataclass(frozen=True, slots=True)
class Listing:
    """A list as of one moment; the JSON of its projects is made while it is read.

    Attributes:
        pieces: The JSON of projects, without brackets, or the number of an untouched piece of the sample data.
    """

    pieces: tuple[bytes | int, ...]
    chunk_json: Callable[[int], bytes]

    def __iter__(self) -> Iterator[bytes]:
        """Yield JSON of one or more projects each time; commas go between them."""
        for piece in self.pieces:
            yield self.chunk_json(piece) if isinstance(piece, int) else piece


class SandboxState:
    """Sample projects with what was created, changed and deleted laid over them. Safe to use from several threads."""

    def __init__(self, sample: SampleData, *, clock: Callable[[], datetime], zone: tzinfo = UTC) -> None:
        """Start with the sample projects.

        Args:
            sample: Projects to begin with.
            clock: The aware time of now, for `dateCreated` and `dateModified`.
            zone: The zone whose days `start` and `end` of a list are. Nobody has said which it is; UTC by default.
        """
        self._sample = sample
        self._clock = clock
        self._zone = zone
        self._lock = threading.RLock()
        #: Sample projects that changed, and projects that are not in the sample, by ID.
        self._own: dict[int, SandboxProject] = {}
        #: IDs of hard-deleted sample projects.
        self._gone: set[int] = set()
        #: IDs in `_own` that are not in the sample, in the order in which they came.
        self._added: dict[int, None] = {}
        self._touched_chunks: set[int] = set()
        self._touched: dict[int, bytes] = {}
        self._chunks: dict[int, bytes] = {}
        self._next_id = sample.id_of(len(sample))

    def __len__(self) -> int:
        """Return how many projects there are, soft-deleted ones included."""
        with self._lock:
            return len(self._sample) - len(self._gone) + len(self._added)

    def __iter__(self) -> Iterator[SandboxProject]:
        """Yield every project, soft-deleted ones included, the sample first. Not a snapshot."""
        for index in range(len(self._sample)):
            project = self.get(self._sample.id_of(index))
            if project:
                yield project
        for project_id in tuple(self._added):
            project = self.get(project_id)
            if project:
                yield project

    def get(self, project_id: int) -> SandboxProject | None:
        """Return a project, soft-deleted or not, or None where there is none."""
        with self._lock:
            return self._current(project_id)

    def create(self, owner: int, meta: Mapping[str, str | float]) -> SandboxProject:
        """Add a project of that member with these fields of `meta` (already checked)."""
        with self._lock:
            now = self._clock()
            millis = to_millis(now)
            project = SandboxProject(self._next_id, owner, millis, millis, project_name=default_name(now))
            self._store(project.with_meta(meta, millis))
            return self._own[project.project_id]

    def update(self, project_id: int, meta: Mapping[str, str | float]) -> SandboxProject | None:
        """Set fields of `meta` (already checked) on a project; None where there is none."""
        with self._lock:
            project = self._current(project_id)
            if project is None:
                return None
            self._store(project.with_meta(meta, to_millis(self._clock())))
            return self._own[project_id]

    def edit(self, project_id: int, **attributes: str | float | None) -> SandboxProject:
        """Change anything of a project as a colleague would: attributes of `SandboxProject`, or names of `meta`.

        Raises:
            KeyError: There is no such project.
        """
        with self._lock:
            project = self._current(project_id)
            if project is None:
                raise KeyError(project_id)
            changes: dict[str, Any] = {
                META[name].attribute if name in META else name: value for name, value in attributes.items()
            }
            changes.setdefault("modified", to_millis(self._clock()))
            self._store(_with_stored_coordinates(replace(project, **changes)))
            return self._own[project_id]

    def put(self, project: SandboxProject) -> None:
        """Put a project as it is, new or in the place of the one with its ID."""
        with self._lock:
            index = self._sample.index_of(project.project_id)
            if index is not None and project.project_id not in self._added:
                # Its place in the sample follows from its time of creation, which may be another now.
                self._touch(project.project_id)
                self._gone.add(project.project_id)
                self._added[project.project_id] = None
            self._store(_with_stored_coordinates(project))

    def soft_delete(self, project_id: int) -> bool:
        """Hide a project from lists; False where there is none."""
        with self._lock:
            project = self._current(project_id)
            if project is None:
                return False
            self._store(replace(project, deleted=True))
            return True

    def hard_delete(self, project_id: int) -> bool:
        """Remove a project permanently; False if there is none."""
        with self._lock:
            if self._current(project_id) is None:
                return False
            if project_id in self._added:
                del self._added[project_id]
            else:
                self._touch(project_id)
                self._gone.add(project_id)
            self._own.pop(project_id, None)
            return True

    def listing(self, first: date, last: date, *, owner: int | None = None) -> Listing:
        """Return the projects created from the first day to the last, both included, without the soft-deleted ones.

        Args:
            first: In the zone of this state.
            last: Not before `first`; else there are none.
            owner: Only projects of this member.
        """
        begin, end = self._millis_of(first), self._millis_of(last + timedelta(days=1) if last < date.max else last)
        low, high = bisect_left(self._sample.created, begin), bisect_left(self._sample.created, end)
        with self._lock:
            pieces: list[bytes | int] = []

            def add(project: SandboxProject | None) -> None:
                if (
                    project
                    and not project.deleted
                    and begin <= project.created < end
                    and owner in {None, project.owner}
                ):
                    pieces.append(list_entry(project))

            index = low
            while index < high:
                chunk, offset = divmod(index, _CHUNK)
                chunk_end = min((chunk + 1) * _CHUNK, len(self._sample))
                if owner is None and not offset and chunk_end <= high:
                    pieces.append(self._touched_json(chunk) if chunk in self._touched_chunks else chunk)
                    index = chunk_end
                    continue
                for inside in range(index, min(chunk_end, high)):
                    project_id = self._sample.id_of(inside)
                    if project_id not in self._added:
                        add(self._current(project_id))
                index = min(chunk_end, high)
            for project_id in self._added:
                add(self._own[project_id])
        # A piece of which everything was deleted is empty.
        return Listing(tuple(piece for piece in pieces if piece != b""), self._chunk_json)

    def _millis_of(self, day: date) -> int:
        return to_millis(datetime.combine(day, day_time(), self._zone))

    def _current(self, project_id: int) -> SandboxProject | None:
        project = self._own.get(project_id)
        if project is not None or project_id in self._gone:
            return project
        index = self._sample.index_of(project_id)
        return None if index is None else self._sample[index]

    def _store(self, project: SandboxProject) -> None:
        project_id = project.project_id
        self._own[project_id] = project
        if self._sample.index_of(project_id) is None:
            self._added[project_id] = None
        else:
            self._touch(project_id)
        self._next_id = max(self._next_id, project_id + 1)

    def _touch(self, project_id: int) -> None:
        index = self._sample.index_of(project_id)
        if index is not None:
            chunk = index // _CHUNK
            self._touched_chunks.add(chunk)
            self._touched.pop(chunk, None)
            self._chunks.pop(chunk, None)

    def _touched_json(self, chunk: int) -> bytes:
        """Return the current JSON of a chunk in which something changed; made again after each change."""
        kept = self._touched.get(chunk)
        if kept is None:
            ids = [self._sample.id_of(index) for index in self._indices(chunk)]
            projects = [self._current(project_id) for project_id in ids if project_id not in self._added]
            kept = b",".join([list_entry(project) for project in projects if project and not project.deleted])
            self._touched[chunk] = kept
        return kept

    def _indices(self, chunk: int) -> range:
        return range(chunk * _CHUNK, min((chunk + 1) * _CHUNK, len(self._sample)))

    def _chunk_json(self, chunk: int) -> bytes:
        kept = self._chunks.get(chunk)
        if kept is None:
            kept = b",".join([list_entry(self._sample[index]) for index in self._indices(chunk)])
            if len(self._chunks) < _KEPT_CHUNKS:
                self._chunks[chunk] = kept
        return kept


def _with_stored_coordinates(project: SandboxProject) -> SandboxProject:
    lat, lng = (None if value is None else stored_coordinate(value) for value in (project.lat, project.lng))
    return replace(project, lat=lat, lng=lng)

"""What the server held some seconds ago."""

from __future__ import annotations

import time
from collections import deque
from typing import TYPE_CHECKING, Any, Final

from heatpunk_desktop.sandbox.state import SandboxState

if TYPE_CHECKING:
    from heatpunk_desktop.sandbox.project import SandboxProject

#: How many changes back `as_of` can look.
_JOURNAL: Final = 100_000


class RememberingState(SandboxState):
    """A state that knows how it was before."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._journal: deque[tuple[float, int, SandboxProject | None]] = deque(maxlen=_JOURNAL)

    def as_of(self, ago: float) -> SandboxState:
        """Return the state of so many seconds ago, to be read."""
        moment = time.monotonic() - ago
        past = SandboxState(self._sample, clock=self._clock, zone=self._zone)
        with self._lock:
            before: dict[int, SandboxProject | None] = {}
            for when, project_id, project in reversed(self._journal):
                if when <= moment:
                    break
                before[project_id] = project
            past._own, past._gone, past._added = dict(self._own), set(self._gone), dict(self._added)
            past._touched_chunks = set(self._touched_chunks)
        for project_id, project in before.items():
            if project is None:
                past.hard_delete(project_id)
            else:
                past._gone.discard(project_id)
                past._store(project)
        return past

    def put(self, project: SandboxProject) -> None:
        with self._lock:
            self._remember(project.project_id)
            super().put(project)

    def hard_delete(self, project_id: int) -> bool:
        with self._lock:
            self._remember(project_id)
            return super().hard_delete(project_id)

    def _store(self, project: SandboxProject) -> None:
        self._remember(project.project_id)
        super()._store(project)

    def _remember(self, project_id: int) -> None:
        self._journal.append((time.monotonic(), project_id, self._current(project_id)))

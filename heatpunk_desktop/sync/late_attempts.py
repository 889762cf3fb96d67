"""Requests whose end a person did not wait for: until when they may still land over what comes after them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from heatpunk_desktop.sync.knowledge import Knowledge
    from heatpunk_desktop.sync.tasks import Taken


class LateAttempts:
    """Lets what waits for them go once their grace periods are over. Methods that write may raise StorageError.

    The store says which they are; since when is known by a clock that never jumps, and begins anew with the program.
    """

    def __init__(self, known: Knowledge) -> None:
        self._dispatch = known.store.dispatch
        self._known = known
        #: For each project the attempt, and when it was first seen in monotonic seconds.
        self._seen: dict[int, tuple[str, float]] = {}

    def end(self, now: float, taken: Taken) -> None:
        """Lets go what has waited for long enough by now, in monotonic seconds."""
        seen: dict[int, tuple[str, float]] = {}
        grace = self._known.policy_in_effect().grace_seconds
        for project_id, attempt in self._dispatch.late_attempts().items():
            before, since = self._seen.get(project_id, ("", now))
            since = since if before == attempt else now
            if now < since + grace:
                seen[project_id] = (attempt, since)
            else:
                self._dispatch.end_late_attempt(project_id)
                taken.keys.add(project_id)
        self._seen = seen

    def next_at(self) -> float | None:
        """When the next of them may go, in monotonic seconds; None where none waits."""
        grace = self._known.policy_in_effect().grace_seconds
        return min((since + grace for _, since in self._seen.values()), default=None)

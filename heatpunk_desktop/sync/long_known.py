"""Which projects have been there for so long that every part of the server knows them. No clock of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from heatpunk_desktop.sync.learning import Learnt

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from heatpunk_desktop.store.server_cache import ServerTables
    from heatpunk_desktop.sync.learning import Learning


class LongKnown:
    """Goes by the attempts before which projects came in. Methods that write may raise StorageError."""

    def __init__(self, server: ServerTables, learning: Learning) -> None:
        self._server = server
        self._learning = learning
        #: The last attempt of earlier sessions. The last of them may have ended a moment ago.
        self._attempts_at_start = server.last_attempt()
        self._running_since: float | None = None
        #: Projects that the last list of one's own should have held and lacked: they may be gone.
        self._missed: set[int] = set()

    @property
    def attempts_before(self) -> int:
        """The last attempt by which what came in is no news to any part of the server."""
        return min(self._learning.number(Learnt.OLD_ATTEMPT), self._attempts_at_start)

    def grow_old(self, now: float, grace_seconds: float) -> None:
        """What was there when the program started is no news any more once it has run for as long as lists lag.

        Args:
            now: Monotonic seconds.
            grace_seconds: How long lists lag behind at most.
        """
        if self._running_since is None:
            self._running_since = now
        elif now >= self._running_since + grace_seconds:
            self._learning.raise_to(Learnt.OLD_ATTEMPT, self._attempts_at_start)

    def take_own_list(self, expected: Iterable[int], listed: Collection[int]) -> None:
        """A list of one's own was read: what it should have held and lacks may be gone."""
        self._missed = self._missed.union(expected).difference(listed)

    def some(self, limit: int, but: int) -> list[int]:
        """Some projects that have long been there and, for all that is known, still are; but for one."""
        known = self._server.known_by(self.attempts_before, limit + len(self._missed), but)
        return [one for one in known if one not in self._missed][:limit]

    def count(self, project_ids: Iterable[int]) -> int:
        """How many of some projects have long been there and, for all that is known, still are."""
        first_seen = self._server.first_seen(project_ids)
        return sum(
            attempt <= self.attempts_before and number not in self._missed for number, attempt in first_seen.items()
        )

    def was_listed(self, project_id: int) -> bool:
        """Whether a list of earlier than this session's attempts held a project: none that lags behind can lack it."""
        first_seen = self._server.first_seen([project_id]).get(project_id)
        is_old = first_seen is not None and first_seen <= self.attempts_before
        return is_old and self._server.was_listed(project_id)

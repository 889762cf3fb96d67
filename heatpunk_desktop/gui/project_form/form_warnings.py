"""Which doubts about a form's fields the person has had the chance to read. No Qt."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from heatpunk_desktop.domain.fields import Field
    from heatpunk_desktop.domain.problem import Checked, Problem


class ReadWarnings:
    """Remembers the doubt that stood under each field: what nobody could read is not to be sent as if it were meant."""

    def __init__(self) -> None:
        self._read: dict[Field, Problem | None] = {}
        self._stopped_at = float("-inf")

    def stop(self) -> None:
        """A save was stopped for what is unread."""
        self._stopped_at = time.monotonic()

    def has_just_stopped(self, within: float) -> bool:
        """Whether a save was stopped so many seconds ago or less, so that the next is the same press once more."""
        return time.monotonic() - self._stopped_at <= within

    def note(self, checks: Mapping[Field, Checked], wanted: Collection[Field]) -> None:
        """Takes what stands under some fields now.

        Args:
            checks: What is known of all fields.
            wanted: The fields.
        """
        self._read.update({one: checks[one].problem if one in checks else None for one in wanted})

    def unread(self, checks: Mapping[Field, Checked], wanted: Collection[Field]) -> set[Field]:
        """The fields, of those wanted, of which something is doubted that did not stand there before."""
        return {
            one
            for one, checked in checks.items()
            if one in wanted
            and checked.problem is not None
            and not checked.is_error
            and self._read.get(one) != checked.problem
        }

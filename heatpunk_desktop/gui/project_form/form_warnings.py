"""The warnings of a form that the user has had the chance to read. No Qt."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from heatpunk_desktop.domain.fields import Field
    from heatpunk_desktop.domain.problem import Checked, Problem


class ReadWarnings:
    """The warning that stood under each field at the last save or check.

    A value with a warning is saved only once the user could read the warning.
    """

    def __init__(self) -> None:
        self._read: dict[Field, Problem | None] = {}
        self._stopped_at = float("-inf")

    def stop(self) -> None:
        """Record that a save was stopped for unread warnings."""
        self._stopped_at = time.monotonic()

    def has_just_stopped(self, within: float) -> bool:
        """Return whether a save was stopped within so many seconds, so that this one is the same double click."""
        return time.monotonic() - self._stopped_at <= within

    def note(self, checks: Mapping[Field, Checked], wanted: Collection[Field]) -> None:
        """Record the warnings that some fields show now.

        Args:
            checks: What is known of all fields.
            wanted: The fields.
        """
        self._read.update({field: checks[field].problem if field in checks else None for field in wanted})

    def unread(self, checks: Mapping[Field, Checked], wanted: Collection[Field]) -> set[Field]:
        """Return the wanted fields whose warning is new since the last `note`."""
        return {
            field
            for field, checked in checks.items()
            if field in wanted
            and checked.problem is not None
            and not checked.is_error
            and self._read.get(field) != checked.problem
        }

"""The result of checking a typed value: the normalised value, and an error or a warning."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Severity(StrEnum):
    """Whether a problem prevents saving: an error does; a warning is shown and lets the value through."""

    ERROR = "error"
    WARNING = "warning"


class Problem(NamedTuple):
    """An error or a warning about a typed value.

    Attributes:
        severity: Whether it prevents saving.
        words: One or two plain sentences for the user.
    """

    severity: Severity
    words: str

    @property
    def is_error(self) -> bool:
        """Whether it prevents saving."""
        return self.severity is Severity.ERROR


class Checked(NamedTuple):
    """A checked value, ready to be stored.

    Attributes:
        value: The value in its normal form: text, decimal degrees, or None where there is none (nothing typed in a
            field that is not text, or an error).
        problem: What is wrong with it, if anything.
    """

    value: str | float | None
    problem: Problem | None = None

    @property
    def is_error(self) -> bool:
        """Whether it prevents saving."""
        return self.problem is not None and self.problem.is_error


def error(words: str) -> Problem:
    """Return a problem that prevents saving."""
    return Problem(Severity.ERROR, words)


def warning(words: str) -> Problem:
    """Return a problem that is shown and lets the value through."""
    return Problem(Severity.WARNING, words)

"""What a check of a typed value comes to."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Severity(StrEnum):
    """An error stops the save; a doubt is said and lets the value through."""

    ERROR = "error"
    DOUBT = "doubt"


class Problem(NamedTuple):
    """What is wrong, or may be wrong, with a typed value.

    Attributes:
        severity: Whether it stops the save.
        words: One or two plain sentences for the person.
    """

    severity: Severity
    words: str

    @property
    def is_error(self) -> bool:
        """Whether it stops the save."""
        return self.severity is Severity.ERROR


class Checked(NamedTuple):
    """A typed value, ready to be stored.

    Attributes:
        value: The value in its normal form: text, decimal degrees, or None where there is none (nothing typed in a
            field that is not text, or an error).
        problem: What is wrong with it, if anything.
    """

    value: str | float | None
    problem: Problem | None = None

    @property
    def is_error(self) -> bool:
        """Whether it stops the save."""
        return self.problem is not None and self.problem.is_error


def error(words: str) -> Problem:
    """A problem that stops the save."""
    return Problem(Severity.ERROR, words)


def doubt(words: str) -> Problem:
    """A problem that is said and lets the value through."""
    return Problem(Severity.DOUBT, words)

"""What a step of a trial asks for, and waits for."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final, TypeVar

from installers.trial.report import FailedStepError

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable

#: Seconds that a program may take for anything: the machine does other things too, and virus scanners take their time.
TIMEOUT: Final = 180.0

_Found = TypeVar("_Found")


def expect(is_so: object, otherwise: str) -> None:
    """Ends the step unless something is so.

    Raises:
        FailedStepError: It is not; the text is what was seen instead.
    """
    if not is_so:
        raise FailedStepError(otherwise)


def wait_for(look: Callable[[], _Found | None], what: str, seconds: float = TIMEOUT) -> _Found:
    """Looks again and again until there is something.

    Returns:
        What was found: the first that counts as true.

    Raises:
        FailedStepError: It did not come to be in time.
    """
    until = time.monotonic() + seconds
    while not (found := look()):
        expect(time.monotonic() < until, f"waited {seconds:.0f} s in vain for {what}")
        time.sleep(0.3)
    return found


def end_of(process: subprocess.Popen[bytes], what: str, seconds: float = TIMEOUT) -> int:
    """Waits for the end of a process, and gives its exit code. Raises FailedStepError."""
    wait_for(lambda: process.poll() is not None, f"the end of {what}", seconds)
    return process.returncode

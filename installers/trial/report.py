"""The report of a trial: each step with how it ended and how long it took, and the pictures that were taken."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from installers.commands import Trouble, say

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class FailedStepError(AssertionError):
    """A step of a trial did not go as it should; the text says what was seen instead."""


@dataclass(frozen=True, slots=True)
class Step:
    """How one step ended.

    Attributes:
        name: What was tried, as a sentence without its full stop.
        seconds: How long it took.
        seen: What was seen: for a step that failed, what went wrong; else something worth telling, or empty.
        passed: Whether it went as it should.
    """

    name: str
    seconds: float
    seen: str
    passed: bool


@dataclass
class Report:
    """Of one artefact on one system.

    Attributes:
        title: Which artefact on which system.
        folder: Where the report and its pictures go; emptied by nobody else.
        is_quiet: Whether nothing is said at the terminal, as where steps are meant to fail.
    """

    title: str
    folder: Path
    steps: list[Step] = field(default_factory=list)
    pictures: list[tuple[str, Path]] = field(default_factory=list)
    is_quiet: bool = False

    @contextmanager
    def step(self, name: str) -> Iterator[list[str]]:
        """One step; a FailedStepError or Trouble within is written down, and the trial goes on with the next.

        Yields:
            A list that takes what is worth telling.
        """
        seen: list[str] = []
        began = time.monotonic()
        passed = True
        try:
            yield seen
        except (FailedStepError, Trouble) as error:
            passed = False
            seen.append(str(error))
        step = Step(name, time.monotonic() - began, "\n".join(seen), passed)
        self.steps.append(step)
        if self.is_quiet:
            return
        say(f"{'ok  ' if passed else 'FAIL'} {name} ({step.seconds:.1f} s)")
        if not passed:
            say("     " + step.seen.replace("\n", "\n     "))

    def picture(self, caption: str, name: str) -> Path:
        """Where a picture of this trial goes; the report shows it if it is there in the end."""
        self.folder.mkdir(parents=True, exist_ok=True)
        file = self.folder / name
        self.pictures.append((caption, file))
        return file

    @property
    def has_passed(self) -> bool:
        """Whether there were steps, and all went as they should."""
        return bool(self.steps) and all(step.passed for step in self.steps)

    def write(self) -> Path:
        """Writes `report.md` into the folder, and gives its path."""
        self.folder.mkdir(parents=True, exist_ok=True)
        lines = [f"# {self.title}", "", "Passed." if self.has_passed else "**Failed.**", ""]
        lines += ["| step | | seconds |", "| --- | --- | --- |"]
        lines += [
            f"| {step.name} | {'ok' if step.passed else '**failed**'} | {step.seconds:.1f} |" for step in self.steps
        ]
        for other_step in self.steps:
            if other_step.seen:
                lines += ["", f"## {other_step.name}", "", "```text", other_step.seen, "```"]
        for caption, file in self.pictures:
            if file.is_file():
                lines += ["", f"![{caption}]({file.name})"]
        path = self.folder / "report.md"
        path.write_text("\n".join(lines) + "\n", "utf-8")
        return path

"""Whether the same source gives the same bits: everything is made twice, and compared.

`python3 dev.py package --twice` makes it so. What was made first is kept aside meanwhile.
"""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING, Final

from installers.bill.sums import sha256

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from installers.trial.report import Report

#: How many differences are told; more tell nothing more.
MOST: Final = 20


def differences(first: Path, second: Path) -> Iterator[str]:
    """What differs between two files or two folders, in the order of the paths: a line each.

    A file differs by what it is (a file, a link, a folder), by whether it may be run, by where a link leads, or by its
    bytes; then the place of the first byte that is another is told.
    """
    if not (first.is_dir() and second.is_dir()) or first.is_symlink() or second.is_symlink():
        yield from _of_one(first, second, first.name)
        return
    there = {
        package: {file.relative_to(package).as_posix() for file in package.rglob("*")} for package in (first, second)
    }
    for name in sorted(there[first] | there[second]):
        if name not in there[second]:
            yield f"{name}: only in the first"
        elif name not in there[first]:
            yield f"{name}: only in the second"
        else:
            yield from _of_one(first / name, second / name, name)


def _of_one(first: Path, second: Path, name: str) -> Iterator[str]:
    kinds = [_kind(package) for package in (first, second)]
    if kinds[0] != kinds[1]:
        yield f"{name}: {kinds[0]}, then {kinds[1]}"
    elif kinds[0] == "a file" and sha256(first) != sha256(second):
        yield f"{name}: another from byte {_first_other_byte(first, second)} on"
    if os.name == "posix" and kinds[0] == kinds[1] and (first.lstat().st_mode != second.lstat().st_mode):
        yield f"{name}: may be read, written or run by others"


def _kind(file: Path) -> str:
    if file.is_symlink():
        return f"a link to {os.readlink(file)}"  # noqa: PTH115 - as it is written, not as a path
    if file.is_dir():
        return "a folder"
    return "a file" if file.is_file() else "nothing"


def _first_other_byte(first: Path, second: Path) -> int:
    one, other = first.read_bytes(), second.read_bytes()
    return next(
        (place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )


def compare(make: Callable[[], list[Path]], aside: Path, report: Report) -> list[Path]:
    """Makes something twice, and tells in a report whether it is the same both times.

    Args:
        make: Makes it from nothing, and gives the files and folders that it made.
        aside: An empty folder for what was made first; emptied again in the end.
        report: Gets a step for each file or folder.

    Returns:
        What was made the second time.
    """
    from installers.trial.report import FailedStepError  # noqa: PLC0415 - sums.py needs no reports

    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    kept = []
    for made in make():
        kept.append(aside / made.name)
        made.rename(kept[-1])
    again = {made.name: made for made in make()}
    for first in kept:
        with report.step(f"{first.name} is the same when it is made anew"):
            if first.name not in again:
                raise FailedStepError("it was not made the second time")
            found = list(differences(first, again[first.name]))
            if found:
                more = [f"and {len(found) - MOST} more"] if len(found) > MOST else []
                raise FailedStepError("\n".join(found[:MOST] + more))
    shutil.rmtree(aside)
    return list(again.values())

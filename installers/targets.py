"""What can be made on which system, in which order, and how it is tried."""

from __future__ import annotations

import importlib
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Final

import dev
from installers.commands import Trouble, say
from installers.folder import build_folder, program_in
from installers.names import BUILD, DIST, ROOT
from installers.trial.report import Report

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path
    from types import ModuleType

    Trial = Callable[[Path, Report], None]

#: The names for `--target`.
FOLDER: Final = "folder"
DEB: Final = "deb"
WINDOWS: Final = "windows"
MACOS: Final = "macos"

#: Where PyInstaller and the packages find the icons that `identity` draws.
ICONS: Final = BUILD / "icons"

#: Where each trial leaves its report and its pictures, in a folder of its own.
TRIALS: Final = DIST / "trial"


def of_this_system() -> tuple[str, ...]:
    """What can be made here."""
    return {"linux": (FOLDER, DEB, WINDOWS), "win32": (FOLDER, WINDOWS), "darwin": (FOLDER, MACOS)}.get(
        sys.platform, (FOLDER,)
    )


def usual(*, is_tried: bool) -> Sequence[str]:
    """What is made where nothing is named: all that is of this system; with a trial, all that can be tried here."""
    return of_this_system() if is_tried or sys.platform != "linux" else (FOLDER, DEB)


def make(wanted: Sequence[str], *, is_tried: bool, is_twice: bool = False) -> bool:
    """Makes what is wanted, accounts for it, and tries it.

    Args:
        wanted: What to make.
        is_tried: Whether it is installed and used.
        is_twice: Whether it is made twice, to see that it is the same both times.

    Returns:
        Whether every trial passed; true where none was asked for.

    Raises:
        Trouble: Something could not be made.
    """
    DIST.mkdir(exist_ok=True)
    draw_icons()
    reports: list[Report] = []
    if FOLDER in wanted:
        (folder,) = _make_twice(FOLDER, reports) if is_twice else _build(FOLDER)
        _self_test(program_in(folder))
    others = [name for name in wanted if name != FOLDER]
    made = {name: _make_twice(name, reports) if is_twice else _build(name) for name in others}
    _call("bill", "account", DIST)
    if is_tried:
        for name, artefacts in made.items():
            for artefact in artefacts:
                reports += [_try(artefact, *trial) for trial in _trials(name)]
    _close(made, reports)
    return all(report.has_passed for report in reports)


def make_here() -> Path:
    """Makes the Debian package of this very system, and nothing else."""
    from installers.debian import build_here  # noqa: PLC0415 - on Linux alone

    draw_icons()
    return build_here(DIST)


def draw_icons() -> None:
    """Draws the program's icons anew, and writes which build this is."""
    BUILD.mkdir(exist_ok=True)
    _call("identity", "make_icons", ICONS)
    _call("identity", "write_build", BUILD / "build.json")


def _self_test(program: Path) -> None:
    say(f"Built {program.relative_to(ROOT)}; it now tests itself:")
    with dev.private_home() as home:
        # Through a pipe: on Windows a program without a console has nowhere else to write to.
        command = dev.with_keyring([str(program), "--self-test"])
        tested = subprocess.run(
            command, env=home, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=300
        )
    say(tested.stdout.strip())
    if tested.returncode != 0:
        raise Trouble("The packaged program's self-test failed.")


# The parts that make and try one system's packages: each has `build(out) -> artefacts` and `trial(artefact, report)`.


def _part(name: str) -> ModuleType:
    return importlib.import_module(f"installers.{ {DEB: 'debian'}.get(name, name) }")


def _call(part: str, function: str, *arguments: Path) -> None:
    if callable(called := getattr(_part(part), function, None)):
        called(*arguments)


def _make_twice(name: str, reports: list[Report]) -> list[Path]:
    from installers.bill.reproducible import compare  # noqa: PLC0415 - only where it is asked for

    report = Report(f"The same source, made twice: {name}", TRIALS / f"{name}-twice")
    reports.append(report)
    on_the_way: list[Path] = [] if name == FOLDER else getattr(_part(name), "made_on_the_way", list)()
    made = compare(lambda: [*_build(name), *on_the_way], BUILD / "made-first", report)
    report.write()
    return [item for item in made if item not in on_the_way]


def _build(name: str) -> list[Path]:
    if name == FOLDER:
        return [build_folder()]
    build: Callable[[Path], list[Path]] | None = getattr(_part(name), "build", None)
    return [] if build is None else build(DIST)


def _trials(name: str) -> Iterable[tuple[str, str, Trial]]:
    """The folder, the title and the trial itself of each system that an artefact is tried on."""
    part = _part(name)
    if name == DEB:
        yield from part.trials()
    elif callable(trial := getattr(part, "trial", None)):
        yield name, {WINDOWS: "Windows", MACOS: "macOS"}[name], trial


def _try(artefact: Path, folder: str, title: str, trial: Trial) -> Report:
    say(f"\nTrying {artefact.name} on {title}")
    place = TRIALS / folder
    shutil.rmtree(place, ignore_errors=True)
    report = Report(f"{artefact.name} on {title}", place)
    try:
        with report.step("The trial went through to its end"):
            trial(artefact, report)
    finally:
        report.write()
    return report


def _close(made: dict[str, list[Path]], reports: Sequence[Report]) -> None:
    say("")
    for artefact in (artefact for artefacts in made.values() for artefact in artefacts):
        say(f"Made {artefact.relative_to(ROOT)} ({artefact.stat().st_size / 1e6:.1f} MB)")
    for report in reports:
        words = "passed" if report.has_passed else "FAILED"
        say(f"The trial {words}; its report and pictures: {(report.folder / 'report.md').relative_to(ROOT)}")

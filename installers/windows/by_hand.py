"""The Windows installer as a person uses it: through its windows, from the first page to the last."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from installers.trial.waiting import end_of, expect, wait_for
from installers.windows.machine import inside, start
from installers.windows.packing import UNINSTALLER, ExitCode

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path

    from installers.windows.trial import Trial

#: The numbers of buttons, which are the same in every installer and box.
_NEXT: Final = "1"
_RETRY: Final = "4"

#: Seconds that unpacking may take.
_INSTALLS: Final = 600

#: The uninstaller works as a copy of itself, so that it can delete itself.
_COPY: Final = r"*\~nsu*\*.exe"


def try_all(tried: Trial) -> None:
    """Uninstalls, installs and upgrades the program, which has to be installed."""
    installation = tried.installation
    with tried.report.step("Uninstalled by hand, which asks about the data and keeps them"):
        _uninstall(tried)
    with tried.report.step("Installed by hand"):
        installation.folder = installation.usual_folder
        setup = start(tried.machine, tried.artefact)
        try:
            _wait_for_page(tried, "The installer's first page", "installer-welcome.png")
            _press(tried, _NEXT)
            installation.picture(tried.report, "Where it goes", "installer-folder.png")
            _press(tried, _NEXT)
            _finish(tried, setup)
        finally:
            inside(tried.machine, "end", tried.artefact)
        installation.check_files(tried.machine.folder_program)
        installation.check_registry(tried.version)
    with tried.report.step("Upgraded by hand while the program runs: it says so, and goes on once that is closed"):
        start(tried.machine, installation.program, "--demo")
        installation.wait_for_window()
        setup = start(tried.machine, tried.artefact)
        try:
            _wait_for_page(tried)
            _press(tried, _NEXT)
            wait_for(
                lambda: len(installation.windows(tried.artefact)) > 1, "the installer's word that the program runs"
            )
            installation.picture(tried.report, "The program runs", "installer-running.png")
            installation.close()
            _press(tried, _RETRY)
            _finish(tried, setup)
        finally:
            inside(tried.machine, "end", tried.artefact)
            installation.end()
        installation.check_files(tried.machine.folder_program)


def _uninstall(tried: Trial) -> None:
    installation = tried.installation
    before = sorted(file.name for file in installation.data.rglob("*"))
    start(tried.machine, installation.folder / UNINSTALLER)
    try:
        wait_for(lambda: installation.windows(_COPY), "the uninstaller's window")
        installation.picture(tried.report, "The uninstaller asks about the data", "uninstaller.png")
        _press(tried, _NEXT, _COPY)
        wait_for(lambda: not installation.folder.exists(), f"{installation.folder} to go")
        installation.picture(tried.report, "Uninstalled", "uninstalled.png")
        _press(tried, _NEXT, _COPY)
        wait_for(lambda: not installation.windows(_COPY), "the uninstaller to close")
    finally:
        inside(tried.machine, "end", _COPY)
    expect(installation.registered() is None, "it is still among the installed programs")
    expect(sorted(file.name for file in installation.data.rglob("*")) == before, "the data were touched")


def _wait_for_page(tried: Trial, caption: str = "", name: str = "") -> None:
    wait_for(lambda: tried.installation.windows(tried.artefact), "the installer's window")
    if name:
        tried.installation.picture(tried.report, caption, name)


def _press(tried: Trial, button: str, program: Path | str = "") -> None:
    pressed = inside(tried.machine, "press", program or tried.artefact, button)
    expect(pressed, "there is no window to press a button in")


def _finish(tried: Trial, setup: subprocess.Popen[bytes]) -> None:
    """Waits for the last page, has it not start the program, and closes it."""
    # That page alone has a box to tick.
    wait_for(lambda: inside(tried.machine, "uncheck_box", tried.artefact), "the installer's last page", _INSTALLS)
    tried.installation.picture(tried.report, "Done", "installer-finish.png")
    _press(tried, _NEXT)
    code = end_of(setup, "the installer")
    expect(code == ExitCode.DONE, f"it gave {code}")

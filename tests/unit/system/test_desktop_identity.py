from __future__ import annotations

import sys

import pytest

from heatpunk_desktop.system import desktop_identity as platform_identity
from heatpunk_desktop.system.desktop_identity import APP_ID, set_app_identity
from installers.names import IDENTIFIER


class FakeShell:
    """Stands in for Windows' shell32, which is there on Windows only."""

    def __init__(self, error: Exception | None = None) -> None:
        self.named: list[str] = []
        self.error = error

    def SetCurrentProcessExplicitAppUserModelID(self, name: str) -> int:  # noqa: N802 - Windows' own name
        self.named.append(name)
        if self.error is not None:
            raise self.error
        return 0


@pytest.mark.parametrize("error", [None, OSError("no such function"), AttributeError("no such function")])
def test_windows_is_told_the_programs_own_name_and_may_refuse_it(error: Exception | None) -> None:
    shell = FakeShell(error)
    set_app_identity(shell)
    assert shell.named == ["io.github.heatpunk-desktop"]


def test_the_installer_gives_its_shortcut_the_same_name() -> None:
    assert APP_ID == IDENTIFIER


@pytest.mark.skipif(sys.platform == "win32", reason="there is such a shell")
def test_elsewhere_nobody_is_told() -> None:
    assert platform_identity.system_shell() is None
    set_app_identity()

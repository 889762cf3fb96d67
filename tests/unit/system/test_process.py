from __future__ import annotations

import contextlib
import sys
from typing import TYPE_CHECKING

import pytest

from heatpunk_desktop.system.process import connect_output

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextlib.contextmanager
def no_console() -> Iterator[None]:
    """As Windows starts a program that has no console."""
    before = sys.stdout, sys.stderr
    setattr(sys, "stdout", None)  # noqa: B010 - types say that it never is
    setattr(sys, "stderr", None)  # noqa: B010 - the same
    try:
        yield
        sys.stdout.close()
        sys.stderr.close()
    finally:
        sys.stdout, sys.stderr = before


def test_words_asked_for_go_to_the_console_the_program_was_started_in(tmp_path: Path) -> None:
    with no_console():
        connect_output(is_read=True, attach=lambda: True, console=str(tmp_path / "console"))
        sys.stdout.write("said é\n")
        sys.stderr.write("warned\n")
    assert (tmp_path / "console").read_text("utf-8") == "said é\nwarned\n"


@pytest.mark.parametrize(("is_read", "is_attached"), [(True, False), (False, True), (False, False)])
def test_else_they_go_nowhere_and_nothing_breaks(tmp_path: Path, is_read: bool, is_attached: bool) -> None:
    with no_console():
        connect_output(is_read=is_read, attach=lambda: is_attached, console=str(tmp_path / "console"))
        sys.stdout.write("said\n")
    assert not (tmp_path / "console").exists()


def test_a_pipe_that_is_there_is_left_alone(tmp_path: Path) -> None:
    with (tmp_path / "errors").open("w") as pipe:
        with no_console():
            sys.stderr = pipe
            connect_output(is_read=False)
            assert sys.stderr is pipe
            assert sys.stdout is not None
        before = sys.stdout
        connect_output(is_read=True, attach=lambda: True, console=str(tmp_path / "console"))
        assert sys.stdout is before


@pytest.mark.skipif(sys.platform == "win32", reason="there may be one")
def test_where_there_are_no_such_consoles_none_is_asked_for() -> None:
    with no_console():
        connect_output(is_read=True)
        assert sys.stdout is not None

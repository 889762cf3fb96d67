"""Starts the program. Qt is imported only when a window is wanted."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from heatpunk_desktop.errors import BadInputError
from heatpunk_desktop.hardening import clean_environment, keep_memory_private
from heatpunk_desktop.options import parse

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the program.

    Args:
        arguments: The command line without the program's name; that of the process where None.

    Returns:
        The exit code: 0 where all went well, 1 where it did not, 2 where the command line cannot be understood.
    """
    if sys.stdout is None or sys.stderr is None:
        # A program without a console, on Windows, has nowhere to print to.
        sys.stdout = sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - for the whole run
    keep_memory_private()
    try:
        options = parse(sys.argv[1:] if arguments is None else arguments)
    except BadInputError as error:
        print(f"{error.title}. {error.text()}", file=sys.stderr)
        return 2
    if options.bad_link:
        # Said in the window, too. Whoever typed it looks here.
        print(f"This link cannot be opened: {options.bad_link!r}", file=sys.stderr)
    environment = clean_environment()
    from heatpunk_desktop import preload  # noqa: F401 - see there why

    if options.self_test:
        from heatpunk_desktop.self_test import run_self_test

        return run_self_test()
    from heatpunk_desktop.app import run

    return run(options, environment)


if __name__ == "__main__":
    sys.exit(main())

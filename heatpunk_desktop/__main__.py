"""Starts the program. Qt is imported only when a window is wanted."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

from heatpunk_desktop.app.cli import ASK_FOR_WORDS, parse
from heatpunk_desktop.errors import BadInputError, KnownError
from heatpunk_desktop.system.process import clean_environment, connect_output, keep_memory_private

if TYPE_CHECKING:
    from collections.abc import Sequence


#: As a shell has it for a program that Ctrl+C ended.
_INTERRUPTED: Final = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the program.

    Args:
        arguments: The command line without the program's name; that of the process where None.

    Returns:
        The exit code: 0 where all went well, 1 where it did not, 2 where the command line cannot be understood, 130
        where somebody interrupted it.
    """
    given = sys.argv[1:] if arguments is None else arguments
    wants_words = not ASK_FOR_WORDS.isdisjoint(given)
    connect_output(is_read=wants_words)
    try:
        return _run(given)
    except KeyboardInterrupt:
        return _INTERRUPTED
    except KnownError as error:
        print(f"{error.title}. {error.text()}", file=sys.stderr)
        return 1
    except Exception as error:  # noqa: BLE001 - whatever it is, the user gets words and not a traceback
        from heatpunk_desktop.app.fatal_error import tell

        return tell(error, on_screen=not wants_words)


def _run(given: Sequence[str]) -> int:
    keep_memory_private()
    try:
        options = parse(given)
    except BadInputError as error:
        print(f"{error.title}. {error.text()}", file=sys.stderr)
        return 2
    if options.bad_link:
        # Said in the window, too; who typed it looks at the terminal.
        print(f"This link cannot be opened: {options.bad_link!r}", file=sys.stderr)
    environment = clean_environment()
    if options.forget_keys:
        from heatpunk_desktop.app.forget_keys import run_forget_keys

        return run_forget_keys(options.data_dir)
    from heatpunk_desktop.app import early_imports as preload  # noqa: F401 - see there why

    if options.self_test:
        from heatpunk_desktop.devtools.self_test import run_self_test

        return run_self_test(options.report)
    from heatpunk_desktop.app.main import run

    return run(options, environment)


if __name__ == "__main__":
    sys.exit(main())

"""The command line and the environment. Imports no Qt."""

from __future__ import annotations

import os
import re
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Final, NamedTuple

from heatpunk_desktop import __version__
from heatpunk_desktop.errors import BadInputError
from heatpunk_desktop.texts import marked

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping, Sequence

_LINK: Final = r"heatpunk://project/([1-9][0-9]{0,14})/?"

#: Options by which somebody asks for words rather than for a window.
ASK_FOR_WORDS: Final = frozenset({"--version", "--help", "-h", "--self-test", "--forget-keys"})

#: Letters of a bad link that are shown.
_SHOWN: Final = 200


class Options(NamedTuple):
    """The options of one run.

    Attributes:
        data_dir: Where everything is kept.
        domain: The domain of the account to open, unchecked; empty: the last one used.
        email: The user of the account to open; empty: the last one used.
        demo: Whether to work on the embedded sandbox.
        self_test: Whether to do the main job once, offscreen, and exit.
        report: The file that the self-test's lines go into as well; None: none.
        forget_keys: Whether to take the keys of the accounts in the data folder out of the keyring, and exit.
        project_id: The project to show at once, from a link `heatpunk://project/ID`; None: none.
        bad_link: What was given in a link's place and is none, which the window says; shortened.
    """

    data_dir: Path
    domain: str = ""
    email: str = ""
    demo: bool = False
    self_test: bool = False
    report: Path | None = None
    forget_keys: bool = False
    project_id: int | None = None
    bad_link: str = ""


class _Given(SimpleNamespace):
    """The options given on the command line; as it is, where there are none.

    That is nearly every start, and `argparse` with its message catalogues takes longer than all that follows here.
    """

    data_dir: str | None = None
    domain: str | None = None
    user: str | None = None
    demo: bool = False
    self_test: bool = False
    report: str | None = None
    forget_keys: bool = False
    link: str | None = None


def link_refused(text: str) -> BadInputError:
    """Return the error for something given in place of a link."""
    return BadInputError(
        marked("cli", "This link cannot be opened"),
        marked("cli", "{0} does not name a project.").format(repr(text[:_SHOWN])),
        marked("cli", "A link looks like heatpunk://project/1353680."),
    )


def read_link(text: str) -> int:
    """Return the project ID of a link `heatpunk://project/ID`.

    Raises:
        BadInputError: It is anything else.
    """
    found = re.fullmatch(_LINK, text.strip())
    if not found:
        raise link_refused(text)
    return int(found.group(1))


def read_link_or_not(text: str) -> tuple[int | None, str]:
    """Return the project ID of a link, or None and, shortened, what is no link.

    A user who clicked an icon has no terminal, and gets a window.
    """
    try:
        return read_link(text), ""
    except BadInputError:
        return None, text[:_SHOWN]


def parse(arguments: Sequence[str], environment: Mapping[str, str] | None = None) -> Options:
    """Parse the command line; options override environment variables.

    Args:
        arguments: Without the program's name.
        environment: Variables; those of the process where None.

    Raises:
        SystemExit: `--help` or `--version` (0), or words that cannot be understood (2); said on the terminal.
        BadInputError: The folder lies in nobody's home.
    """
    variables = os.environ if environment is None else environment
    given = command_line().parse_args(arguments, _Given()) if arguments else _Given()
    folder = given.data_dir or variables.get("HEATPUNK_DATA_DIR")
    data_dir = _expanded(folder) if folder else _own_folder()
    if given.demo and not folder:
        data_dir = data_dir.with_name(f"{data_dir.name}-demo")
    project_id, bad_link = read_link_or_not(given.link) if given.link else (None, "")
    return Options(
        data_dir=data_dir.absolute(),
        domain=given.domain or variables.get("HEATPUNK_DOMAIN", ""),
        email=given.user or variables.get("HEATPUNK_USER_EMAIL", ""),
        demo=given.demo,
        self_test=given.self_test,
        report=_expanded(given.report).absolute() if given.report else None,
        forget_keys=given.forget_keys,
        project_id=project_id,
        bad_link=bad_link,
    )


def _expanded(folder: str) -> Path:
    try:
        return Path(folder).expanduser()
    except RuntimeError as error:
        raise BadInputError(
            marked("cli", "The folder cannot be found"),
            marked("cli", "{0} names the home of somebody who is not known on this computer.").format(
                repr(folder[:200])
            ),
            marked("cli", "Write the folder's path in full."),
        ) from error


def _own_folder() -> Path:
    import platformdirs  # noqa: PLC0415 - only where nobody named a folder

    return platformdirs.user_data_path("heatpunk-desktop", appauthor=False)


def command_line() -> argparse.ArgumentParser:
    """Return the parser of the command line, for `parse` and for the manual page."""
    import argparse  # noqa: PLC0415 - see `_Given`

    parser = argparse.ArgumentParser(
        prog="heatpunk-desktop",
        description="Projects of Heatpunk and Easy PV in a window of their own.",
        epilog="The API key is never given here, as a command line can be read by others: it is asked for in the window"
        " and kept in the system's keyring, or read from the variable HEATPUNK_API_KEY.",
    )
    parser.add_argument("--version", action="version", version=f"Heatpunk Desktop {__version__}")
    parser.add_argument("--demo", action="store_true", help="work on sample data; nothing touches a real account")
    parser.add_argument("--data-dir", metavar="DIR", help="keep everything in this folder")
    parser.add_argument("--domain", metavar="DOMAIN", help="the account to open, such as heatpunk.co.uk")
    parser.add_argument("--user", metavar="EMAIL", help="the person of the account to open")
    parser.add_argument("--self-test", action="store_true", help="do the main job once, without a display, and exit")
    parser.add_argument("--report", metavar="FILE", help="with --self-test: write its lines into this file as well")
    parser.add_argument(
        "--forget-keys",
        action="store_true",
        help="take the API keys of the accounts in the data folder out of the system's keyring, and exit; nothing else"
        " is deleted",
    )
    parser.add_argument("link", nargs="?", metavar="heatpunk://project/ID", help="show this project")
    return parser

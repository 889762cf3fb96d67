"""The manual page, written from the options that the program has."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from heatpunk_desktop.app.cli import command_line
from installers.names import NAME, SCHEME, SUMMARY, TITLE

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Sequence

#: Each variable that the program heeds, with what it does.
VARIABLES: Final = (
    ("HEATPUNK_API_KEY", "The API key, in place of the one in the keyring. It is never stored."),
    ("HEATPUNK_DATA_DIR", "The folder in which everything is kept, where --data-dir names none."),
    ("HEATPUNK_DOMAIN", "The domain of the account to open, where --domain names none."),
    ("HEATPUNK_USER_EMAIL", "The person of the account to open, where --user names none."),
)
FILES: Final = (
    (
        f"~/.local/share/{NAME}",
        (
            "Everything that the program keeps: accounts, settings and logs. Removing the package"
            " leaves it, purging too: delete it yourself once nothing in it waits to be sent."
        ),
    ),
    (f"~/.local/share/{NAME}/accounts/*.sqlite3", "The projects of one account, and what has not reached the server."),
    (f"~/.local/share/{NAME}/logs/{NAME}.log", "What happened, without the API key."),
    (f"~/.local/share/{NAME}-demo", "What was done on sample data."),
)
CODES: Final = (
    ("0", "All went well."),
    ("1", "The program could not start, or its test of itself failed; the words on the terminal say why."),
    ("2", "The command line cannot be understood."),
)
EXAMPLES: Final = (
    (f"{NAME} --demo", "Opens the program on sample data. Nothing touches a real account."),
    (f"xdg-open {SCHEME}://project/1353680", "Shows a project, in the window that is open where there is one."),
)


def manual_page(version: str, moment: int) -> str:
    """The page for `man`, in its language.

    Args:
        version: The program's.
        moment: When it was released, in seconds since 1970.
    """
    parser = command_line()
    day = datetime.fromtimestamp(moment, UTC).date().isoformat()
    lines = [
        f".TH {NAME.upper()} 1 {day} {_quoted(f'{TITLE} {version}')} {_quoted('User commands')}",
        ".nh",  # options and paths are not to be divided
        ".ad l",
        ".SH NAME",
        _text(f"{NAME} - {SUMMARY[0].lower()}{SUMMARY[1:]}"),
        ".SH SYNOPSIS",
        f".B {_text(NAME)}",
        *_synopsis(parser),
        ".SH DESCRIPTION",
        _text(parser.description or ""),
        ".PP",
        _text(parser.epilog or ""),
        ".PP",
        _text("A second start on the same data folder raises the window of the first."),
        ".SH OPTIONS",
        *_options(parser),
        *_part("ENVIRONMENT", VARIABLES),
        *_part("FILES", FILES),
        *_part("EXIT STATUS", CODES),
        *_part("EXAMPLES", EXAMPLES),
    ]
    return "\n".join(lines) + "\n"


def _synopsis(parser: argparse.ArgumentParser) -> Iterator[str]:
    for action in parser._actions:  # noqa: SLF001 - argparse has no other way to ask it
        name = action.option_strings[-1] if action.option_strings else ""
        value = "" if action.nargs == 0 else str(action.metavar or action.dest)
        yield _text(f"[{' '.join(part for part in (name, value) if part)}]")


def _options(parser: argparse.ArgumentParser) -> Iterator[str]:
    for action in parser._actions:  # noqa: SLF001 - as above
        value = "" if action.nargs == 0 else rf" \fI{_text(str(action.metavar or action.dest))}\fR"
        names = ", ".join(rf"\fB{_text(name)}\fR" for name in action.option_strings)
        words = action.help or ""
        yield from (".TP", f"{names}{value}".strip(), _text(f"{words[0].upper()}{words[1:]}."))


def _part(title: str, entries: Sequence[tuple[str, str]]) -> Iterator[str]:
    yield f".SH {_quoted(title)}"
    for name, words in entries:
        yield from (".TP", rf"\fB{_text(name)}\fR", _text(words))


def _text(words: str) -> str:
    """Words as they are, whatever signs of the page's language are in them."""
    escaped = words.replace("\\", r"\e").replace("-", r"\-").replace("~", r"\(ti").replace("'", r"\(aq")
    return rf"\&{escaped}" if escaped.startswith(".") else escaped


def _quoted(words: str) -> str:
    return '"' + _text(words) + '"'

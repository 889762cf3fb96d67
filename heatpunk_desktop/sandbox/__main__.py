"""The sandbox server alone: `python -m heatpunk_desktop.sandbox --port N [--projects N] [--seed N] [--port-file F]`."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final

from heatpunk_desktop.sandbox.sample_data import MAX_PROJECTS
from heatpunk_desktop.sandbox.server import HOST, SANDBOX_KEY, SandboxServer

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import FrameType

_MAX_PORT: Final = 65_535


def _parser(program: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=f"python -m {program}",
        description=f"A server with sample data that follows the Heatpunk projects guide, on {HOST} only.",
    )
    parser.add_argument("--port", type=int, required=True, help="port to listen on; 0 picks a free one and prints it")
    parser.add_argument("--projects", type=int, default=1_284, help="how many sample projects (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="another number makes other projects (default: 1)")
    parser.add_argument("--port-file", type=Path, help="file to write the port to once the server listens")
    parser.add_argument("--today", type=date.fromisoformat, help="last day on which sample projects were created")
    parser.add_argument("--key", default=SANDBOX_KEY, help="API key to take (default: %(default)s)")
    parser.add_argument(
        "--crm-reference", action="store_true", help="let GET /projects/data tell crmReference, which nobody documents"
    )
    return parser


def _write_port(path: Path, port: int) -> None:
    # A process that waits for the file must never read half a number.
    part = path.with_name(f"{path.name}.part")
    part.write_text(f"{port}\n", encoding="ascii")
    part.replace(path)


def main(
    arguments: Sequence[str] | None = None,
    *,
    program: str = "heatpunk_desktop.sandbox",
    make_server: Callable[..., SandboxServer] = SandboxServer,
) -> int:
    """Serve until SIGTERM or Ctrl+C.

    Args:
        arguments: Those of the command line where not given.
        program: The module that was started, for the help.
        make_server: Takes the options of `SandboxServer`.

    Returns:
        The process's exit code: 0, or 1 where the server could not be started.
    """
    parser = _parser(program)
    given = parser.parse_args(arguments)
    if not 0 <= given.port <= _MAX_PORT:
        parser.error(f"argument --port: {given.port} is not from 0 to 65535")
    if not 0 <= given.projects <= MAX_PROJECTS:
        parser.error(f"argument --projects: {given.projects} is not from 0 to {MAX_PROJECTS}")
    if not -(2**63) <= given.seed < 2**63:
        parser.error(f"argument --seed: {given.seed} does not fit in 64 bits")

    stopped = threading.Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        stopped.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    server = make_server(
        projects=given.projects,
        seed=given.seed,
        port=given.port,
        today=given.today,
        api_key=given.key,
        returns_crm_reference=given.crm_reference,
    )
    try:
        server.start()
        if given.port_file:
            _write_port(given.port_file, server.port)
    except OSError as error:
        server.stop()
        sys.stderr.write(f"The sandbox could not be started: {error}\n")
        return 1
    sys.stdout.write(
        f"Heatpunk sandbox with {given.projects:,} projects on {server.origin}\n"
        f"Port: {server.port}\n"
        f"API key: {server.api_key}\n"
        f"Emails: {', '.join(member.email for member in server.users)}\n"
        "Ctrl+C ends it.\n"
    )
    sys.stdout.flush()
    # Short waits, because on Windows a signal does not end a long one.
    while not stopped.wait(0.5):
        pass
    server.stop()
    if given.port_file:
        given.port_file.unlink(missing_ok=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())

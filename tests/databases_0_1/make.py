"""Makes the databases in `files` with the code of version 0.1.0, and writes down what that version reads in them.

    python -m tests.databases_0_1.make CHECKOUT [NAME ...]

CHECKOUT is a folder with the old version (see `README.md`); its packages are those of the Python that runs this. No
test needs it: what it made is kept.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tests.databases_0_1.histories import HEADINGS, HISTORIES
from tests.databases_0_1.old_program import old

if TYPE_CHECKING:
    from collections.abc import Iterable

FILES: Final = Path(__file__).parent / "files"

#: Names in an archive, whatever the account's files are called: the database, its write-ahead log, its journal.
MEMBERS: Final = {".sqlite3": "account.sqlite3", ".sqlite3-wal": "account.sqlite3-wal", ".journal": "account.journal"}


class NearServer:
    """What a history may do to the server."""

    def __init__(self, server: Any) -> None:
        self._server = server

    def stop(self) -> None:
        self._server.stop()

    def start(self) -> None:
        self._server.start()

    def fault(self, kind: str, args: Iterable[Any] = (), named: dict[str, Any] | None = None, **rule: Any) -> None:
        fault = old("sandbox").Fault
        self._server.faults.add(getattr(fault, kind)(*args, **named or {}), **rule)

    def edit(self, project: int, **attributes: Any) -> None:
        self._server.book.edit(project, **attributes)

    def create(self, **meta: Any) -> int:
        return int(self._server.book.create(self._server.team[0].owner_id, meta).project_id)

    def delete(self, project: int) -> None:
        assert self._server.book.hard_delete(project)

    def listed(self) -> list[int]:
        return sorted(project.project_id for project in self._server.book if not project.deleted)

    def seen(self, endpoint: str) -> int:
        return len(self._server.log.to(endpoint))


def make(checkout: Path, name: str) -> None:
    """Have one history happen in a process of its own, and keep what it leaves."""
    server = old("sandbox").SandboxServer(projects=20, seed=7)
    near = NearServer(server)
    with tempfile.TemporaryDirectory() as kept, server:
        folder = Path(kept) / "data"
        folder.mkdir(mode=0o700)
        command = [sys.executable, "-m", __spec__.name, str(checkout), "--live", name, str(folder), server.origin,
                   server.api_key]  # fmt: skip
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
            assert child.stdin is not None
            assert child.stdout is not None
            for line in child.stdout:
                what, args, named = json.loads(line)
                child.stdin.write(json.dumps(getattr(near, what)(*args, **named)) + "\n")
                child.stdin.flush()
        ended = child.returncode
        server.stop()
        assert ended == (-9 if name == "killed" else 0), f"{name} ended with {ended}"
        (database,) = (folder / "accounts").glob("*.sqlite3")
        with tarfile.open(FILES / f"{name}.tar.xz", "w:xz", format=tarfile.USTAR_FORMAT) as archive:
            for suffix, member in MEMBERS.items():
                if database.with_suffix(suffix).exists():
                    archive.add(database.with_suffix(suffix), member, filter=_of_nobody)
            if (folder / "settings.json").exists():
                archive.add(folder / "settings.json", "settings.json", filter=_of_nobody)
        told = {"commit": _commit(checkout), "account": [server.origin, server.user_email]}
        # The old version reads a copy: opening it takes in what only the write-ahead log holds.
        shutil.copytree(folder, Path(kept) / "copy")
        told |= reading_of(Path(kept) / "copy" / "accounts" / database.name)
        told["server"] = [project.truth() for project in server.book]
    (FILES / f"{name}.json").write_text(_lines(told), "utf-8")


def reading_of(database: Path) -> dict[str, Any]:
    """Everything that the old version's reader tells of a database."""
    reader_module = old("store.reader")
    reader = reader_module.StoreReader(old("store.database").open_reader(database))
    rows = [row for rows in reader.all_rows() for row in rows]
    details = {row[0]: reader.detail(row[0]) for row in rows}
    told = {
        "operations": [
            operation._asdict() for page in reader_module.OperationGroup for operation in reader.operations(page, 1000)
        ],
        "counts": reader.operation_counts()._asdict(),
        "batches": [batch._asdict() for batch in reader.batches()],
        "drafts": [draft._asdict() for draft in reader.drafts()],
        "views": [view._asdict() for view in reader.saved_views()],
        "not_duplicates": sorted(reader.not_duplicates()),
        "columns": reader.recalled_columns(HEADINGS),
        "members": [member._asdict() for member in reader.members()],
        "facts": reader.facts(""),
        "rows": rows,
        "details": {
            key: {
                "values": detail.values,
                "server_values": detail.server_values,
                "owner_email": detail.owner_email,
                "loaded_at": detail.loaded_at,
                "pending": [[operation.operation_id, operation.at, operation.mark] for operation in detail.pending],
                "history": [entry.at for entry in detail.history],
            }
            for key, detail in details.items()
        },
    }
    reader.close()
    return told


def _lines(told: dict[str, Any]) -> str:
    """JSON with a line for each thing, which can be looked through and compared."""
    parts = []
    for name, value in told.items():
        items: list[str] = []
        match value:
            case list():
                items = [json.dumps(inner, ensure_ascii=False, default=_plain) for inner in value]
                text = "[" + ",".join(f"\n  {inner}" for inner in items) + "]"
            case dict():
                items = [f"{json.dumps(str(key))}: {json.dumps(inner, ensure_ascii=False, default=_plain)}"
                         for key, inner in value.items()]  # fmt: skip
                text = "{" + ",".join(f"\n  {inner}" for inner in items) + "}"
            case _:
                text = json.dumps(value)
        parts.append(f"{json.dumps(name)}: {text}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _plain(value: Any) -> Any:
    return dict(value) if hasattr(value, "keys") else asdict(value)


def _of_nobody(member: tarfile.TarInfo) -> tarfile.TarInfo:
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    return member


def _commit(checkout: Path) -> str:
    asked = ["git", "-C", str(checkout), "rev-parse", "HEAD"]
    return subprocess.run(asked, check=True, capture_output=True, text=True).stdout.strip()


def main() -> None:
    """Make all of them, or those that are named."""
    checkout = Path(sys.argv[1]).resolve()
    sys.path.insert(0, str(checkout))
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    assert Path(old("store").__file__).is_relative_to(checkout)
    if sys.argv[2:3] == ["--live"]:
        name, folder, origin, key = sys.argv[3:]
        HISTORIES[name](Path(folder), origin, key)
        return
    for name in sys.argv[2:] or HISTORIES:
        make(checkout, name)
        sys.stderr.write(f"{name}: {(FILES / f'{name}.tar.xz').stat().st_size} bytes\n")


if __name__ == "__main__":
    main()

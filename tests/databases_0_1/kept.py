"""The databases that version 0.1.0 left, put where the program looks for them, and what that version read in them."""

from __future__ import annotations

import json
import tarfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import apsw

if TYPE_CHECKING:
    from collections.abc import Mapping

FILES: Final = Path(__file__).parent / "files"

NAMES: Final = sorted(path.stem for path in FILES.glob("*.json"))

#: The version of the databases of 0.1.0, which no later version of the program makes.
OLD_VERSION: Final = 3


def told(name: str) -> dict[str, Any]:
    """What the old version's reader told of a database, and what its server held by then."""
    read: dict[str, Any] = json.loads((FILES / f"{name}.json").read_text("utf-8"))
    return read


def unpack(name: str, database: Path) -> None:
    """Lay a database there, with the files beside it, as its process left them; settings go in the folder above."""
    database.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tarfile.open(FILES / f"{name}.tar.xz") as archive:
        for member in archive.getmembers():
            content = archive.extractfile(member)
            assert content is not None
            stem, _, suffix = member.name.partition(".")
            is_settings = stem == "settings"
            target = database.parents[1] / member.name if is_settings else database.with_suffix(f".{suffix}")
            target.write_bytes(content.read())
            target.chmod(0o600)


def tables(database: Path, columns: Mapping[str, list[str]] | None = None) -> dict[str, Any]:
    """All rows of all tables of a database that nobody has open, in the columns that it has, or in these."""
    connection = apsw.Connection(str(database))
    columns = columns or columns_of(connection)
    found = {table: _rows(connection, table, names) for table, names in columns.items()}
    connection.close()
    return found


def columns_of(connection: apsw.Connection) -> dict[str, list[str]]:
    """The names of the columns of all tables."""
    names = [row[0] for row in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
    return {table: [column[1] for column in connection.execute(f"PRAGMA table_info('{table}')")] for table in names}


def _rows(connection: apsw.Connection, table: str, columns: list[str]) -> list[tuple[Any, ...]]:
    return sorted(connection.execute(f"SELECT {', '.join(columns)} FROM {table}"), key=repr)

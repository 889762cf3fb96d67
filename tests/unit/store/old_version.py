"""A database as an older version of the program left it, with operations in every state."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import apsw

from heatpunk_desktop.store.database import migrations
from heatpunk_desktop.store.projection import projection_sql

if TYPE_CHECKING:
    from pathlib import Path

AT: Final = "2026-11-24T12:00:00.000Z"

#: The columns of version 1.
COLUMNS: Final = (
    "operation_id, kind, state, project_key, owner, changes, base, created_at, attempts, attempted_at, settled_at,"
    " words, server_words"
)

#: Kind, state, key, owner, changes, base, attempts.
OPERATIONS: Final = (
    ("create", "queued", -1, "me@acme.test", '{"customer_name": "Ann"}', "{}", 0),
    ("create", "sending", -2, "me@acme.test", '{"customer_name": "Bob"}', "{}", 1),
    ("create", "unknown", -3, "me@acme.test", '{"customer_name": "Cem"}', "{}", 2),
    ("create", "needs_you", -4, "me@acme.test", '{"customer_name": "Dee"}', "{}", 1),
    ("create", "confirmed", 77, "me@acme.test", '{"customer_name": "Eva"}', "{}", 1),
    ("create", "discarded", -6, "me@acme.test", '{"customer_name": "Fay"}', "{}", 0),
    ("update", "queued", -1, "", '{"status": "Won"}', '{"status": "Lead"}', 0),
    ("update", "unknown", 5, "", '{"status": "Won"}', '{"status": null}', 1),
    ("soft_delete", "queued", 6, "", "{}", "{}", 0),
)


def make_version_1(path: Path) -> list[tuple[object, ...]]:
    """Make it; return its operations."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    connection = apsw.Connection(str(path))
    connection.pragma("journal_mode", "WAL")
    with connection:
        connection.execute(migrations()[0])
        connection.execute(projection_sql())
        connection.pragma("user_version", 1)
        connection.executemany(
            "INSERT INTO operation (kind, state, project_key, owner, changes, base, attempts, created_at)"
            f" VALUES (?, ?, ?, ?, ?, ?, ?, '{AT}')",
            OPERATIONS,
        )
        connection.executemany(
            "INSERT INTO server_project (project_id, created, modified, project_name, customer_name, address, postcode,"
            f" status) VALUES (?, '{AT}', '{AT}', 'Barn', 'Priya', '', '', 'Lead')",
            ((number,) for number in range(1, 80)),
        )
        connection.execute("INSERT INTO fact (name, value) VALUES ('refreshed_at', ?)", (AT,))
    rows = operations_of(connection)
    connection.close()
    return rows


def make_version_2(path: Path) -> list[tuple[object, ...]]:
    """Make one of version 2, which was one of version 1 before; return its operations, by the columns of version 1."""
    make_version_1(path)
    connection = apsw.Connection(str(path))
    with connection:
        connection.execute(migrations()[1])
        connection.execute(projection_sql())
        connection.pragma("user_version", 2)
    rows = operations_of(connection)
    connection.close()
    return rows


#: Operations of version 3 that were discarded, with the words by which alone that version told why.
GIVEN_UP: Final = (
    ("Given up before it was sent.", "deleted_unsent"),
    ("Taken back before it was sent.", "taken_back"),
    ("The server’s values were kept.", "theirs_kept"),
    ("Put in a new project instead.", "created_again"),
    ("The project was deleted permanently.", "project_deleted"),
    ("Given up.", "discarded"),
)


def make_version_3(path: Path) -> list[tuple[object, ...]]:
    """As `make_version_2`, with operations that were discarded for every cause."""
    make_version_2(path)
    connection = apsw.Connection(str(path))
    with connection:
        connection.execute(migrations()[2])
        connection.execute(projection_sql())
        connection.pragma("user_version", 3)
        connection.executemany(
            "INSERT INTO operation (kind, state, project_key, owner, changes, base, created_at, words)"
            f" VALUES ('update', 'discarded', 7, '', '{{}}', '{{}}', '{AT}', ?)",
            ((words,) for words, _ in GIVEN_UP),
        )
    rows = operations_of(connection)
    connection.close()
    return rows


def make_version_4(path: Path) -> list[tuple[object, ...]]:
    """As `make_version_3`, with details of project 7 that were loaded."""
    make_version_3(path)
    connection = apsw.Connection(str(path))
    with connection:
        connection.execute(migrations()[3])
        connection.execute(projection_sql())
        connection.pragma("user_version", 4)
        connection.execute(
            "INSERT OR REPLACE INTO server_detail (project_id, known, answer, loaded_at)"
            f" VALUES (7, '{{\"customer_phone\": \"01223 496000\"}}', '{{}}', '{AT}')"
        )
    rows = operations_of(connection)
    connection.close()
    return rows


def make_version_5(path: Path) -> list[tuple[object, ...]]:
    """As `make_version_4`, with columns of a spreadsheet that were remembered."""
    make_version_4(path)
    connection = apsw.Connection(str(path))
    with connection:
        connection.execute(migrations()[4])
        connection.execute(projection_sql())
        connection.pragma("user_version", 5)
        connection.execute(f"INSERT INTO remembered_columns VALUES ('[\"tel\"]', '{{\"tel\": \"ignore\"}}', '{AT}')")
    rows = operations_of(connection)
    connection.close()
    return rows


#: What makes a database of each older version.
MAKERS: Final = {1: make_version_1, 2: make_version_2, 3: make_version_3, 4: make_version_4, 5: make_version_5}


def operations_of(connection: apsw.Connection) -> list[tuple[object, ...]]:
    """All operations, by the columns of version 1."""
    return list(connection.execute(f"SELECT {COLUMNS} FROM operation ORDER BY operation_id"))

"""The table `draft`: what was typed into forms that are open, or were when the app last ended unexpectedly."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from heatpunk_desktop.domain.changes import Draft
from heatpunk_desktop.store.database import transaction
from heatpunk_desktop.store.field_json import fields_as_json, fields_of_json, texts_of_json, well_formed
from heatpunk_desktop.store.sqlite_errors import translated

if TYPE_CHECKING:
    import apsw

_log = logging.getLogger(__name__)


class Drafts:
    """Writes drafts. Every method may raise StorageError."""

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection

    def keep(self, draft: Draft) -> None:
        """Store the draft of a form, replacing the previous one; on the disk when this returns."""
        with transaction(self._connection):
            self._connection.execute(
                "INSERT OR REPLACE INTO draft (draft_id, project_key, texts, base, owner, title, changed_at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    draft.draft_id,
                    draft.key,
                    fields_as_json(draft.texts),
                    fields_as_json(draft.base),
                    well_formed(draft.owner),
                    well_formed(draft.title),
                    draft.changed_at,
                ),
            )

    def drop(self, draft_id: str) -> None:
        """Remove a draft; does nothing where it does not exist."""
        with transaction(self._connection):
            self._connection.execute("DELETE FROM draft WHERE draft_id = ?", (draft_id,))


def read_drafts(connection: apsw.Connection) -> tuple[Draft, ...]:
    """Return all drafts, the oldest first; one whose project got its ID meanwhile has that as its key."""
    with translated():
        rows = connection.execute(
            "SELECT d.draft_id, coalesce(o.project_key, d.project_key), d.texts, d.base, d.owner, d.title, d.changed_at"
            " FROM draft AS d LEFT JOIN operation AS o ON d.project_key < 0 AND o.operation_id = -d.project_key"
            " ORDER BY d.changed_at, d.draft_id"
        ).fetchall()
    return tuple(draft for draft in map(_draft, rows) if draft is not None)


def _draft(row: tuple[Any, ...]) -> Draft | None:
    """Return one row as a value; None where its texts are damaged, which must not hide the others."""
    draft_id, key, texts, base, owner, title, changed_at = row
    try:
        typed = texts_of_json(texts)
    except (ValueError, AttributeError):
        _log.exception("the draft %s cannot be read and stays where it is", draft_id)
        return None
    try:
        seen = fields_of_json(base)
    except (ValueError, AttributeError):
        # Without it the form uses the current values, and shows in each field what is replaced.
        _log.exception("what was seen before the draft %s cannot be read", draft_id)
        seen = {}
    return Draft(draft_id, key, typed, seen, owner, title, changed_at)

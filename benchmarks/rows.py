"""Sample projects as rows of the table: those of the sandbox, as a database would give them."""

from __future__ import annotations

import pickle
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from heatpunk_desktop.domain.dates import utc_text
from heatpunk_desktop.sandbox.project import from_millis
from heatpunk_desktop.sandbox.sample_data import SampleData
from heatpunk_desktop.sandbox.users import DEFAULT_USERS, Users

if TYPE_CHECKING:
    from heatpunk_desktop.models.row_store import Row
    from heatpunk_desktop.sandbox.project import SandboxProject

#: The day of the sample data: the newest project is of this day.
NOW = datetime(2026, 11, 24, 18, tzinfo=UTC)
_CACHE = Path(__file__).parent / "results"


def sample_rows(count: int) -> list[Row]:
    """The newest first. No two rows share a text or a number: a database makes each again.

    They are made once and kept beside the results: making a million takes longer than all that is measured.
    """
    kept = _CACHE / f"rows-{count}.pickle"
    if not kept.exists():
        kept.parent.mkdir(exist_ok=True)
        made = [_fields(project) for project in SampleData(count, seed=1, users=Users(DEFAULT_USERS), until=NOW)]
        made.reverse()
        part = kept.with_suffix(".part")
        part.write_bytes(pickle.dumps(made, pickle.HIGHEST_PROTOCOL))
        part.replace(kept)
    # Only this program writes the file.
    return [tuple(map(_anew, row)) for row in pickle.loads(kept.read_bytes())]  # noqa: S301


def _fields(project: SandboxProject) -> Row:
    return (
        project.project_id,
        project.project_name,
        project.customer_name,
        project.postcode,
        project.status,
        utc_text(from_millis(project.created)),
        utc_text(from_millis(project.modified)),
        project.address,
        project.owner,
        project.lat,
        project.lng,
        0,
    )


def _anew(value: object) -> object:
    if isinstance(value, str):
        return value.encode("utf-8", "surrogatepass").decode("utf-8", "surrogatepass")
    return value


def listed_rows(count: int) -> list[tuple[object, ...]]:
    """The same projects as the API layer gives them to the store (`domain.listed_row.LISTED_COLUMNS`)."""
    return [
        (key, owner, created, modified, name, customer, address, postcode, lat, lng, status, None, None, None)
        for key, name, customer, postcode, status, created, modified, address, owner, lat, lng, _
        in sample_rows(count)
    ]  # fmt: skip

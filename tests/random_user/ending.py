"""What has to be so once everything is settled: the server holds what the user made, and nothing twice."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from tests.random_user.user import BrokenError

if TYPE_CHECKING:
    from tests.random_user.user import User


def check_end(user: User) -> None:
    """Compare the server with what the user expects. Raises BrokenError."""
    state = user.live.server.state
    on_server = {project.project_id: project for project in state}
    for key, expected in user.ledger.projects.items():
        project = on_server.get(key)
        if project is None:
            if key not in user.ledger.gone and key not in user.ledger.uncertain:
                raise BrokenError("on the server", f"{expected.values} ({key}) is not on the server")
            continue
        if project.deleted != expected.is_deleted and key not in user.ledger.gone | user.ledger.uncertain:
            raise BrokenError("on the server", f"{expected.values} ({key}) is deleted there: {project.deleted}")
        for name, wanted in expected.values.items():
            held = str(getattr(project, name.value) or "")
            if held != wanted and not project.deleted:
                raise BrokenError("on the server", f"{name} of {key} is {held!r} there, and should be {wanted!r}")
    made = Counter(project.customer_name for project in on_server.values() if not project.deleted)
    for customer, number in made.items():
        if number > 1 and customer in user.made:
            raise BrokenError("nothing doubled", f"{customer!r} is on the server {number} times")
    unknown = [
        project for project in on_server.values() if not project.deleted and project.project_id not in user.live.rows()
    ]
    if unknown:
        raise BrokenError("on the server", f"the window does not show {unknown[0].project_name!r}")

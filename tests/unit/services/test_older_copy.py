"""An old copy of the database is put back while the program is closed; the whole service on a real sandbox."""

from __future__ import annotations

from typing import TYPE_CHECKING

from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.services.sync.commands import CreateProject
from heatpunk_desktop.store.reader import OperationGroup

if TYPE_CHECKING:
    from collections.abc import Callable

    from heatpunk_desktop.errors import KnownError
    from heatpunk_desktop.sandbox import SandboxServer
    from tests.unit.services.conftest import Running


def test_what_was_sent_since_is_not_sent_again_and_the_user_is_told(
    start: Callable[..., Running], server: SandboxServer
) -> None:
    run = start()
    run.key = None  # so that it waits
    run.saved(run.service.run(CreateProject({Field.PROJECT_NAME: "Once"}, server.user_email)))
    run.stop()
    copy = run.path.read_bytes()
    run = start()
    run.wait(lambda: len(server.log.to("create")) == 1)
    run.wait_counts(0, 0, 1)
    key = run.saved(run.service.run(CreateProject({Field.PROJECT_NAME: "Later"}, server.user_email)))
    run.wait_counts(0, 0, 2)
    run.stop()
    for end in ("-wal", "-shm"):
        run.path.with_name(run.path.name + end).unlink(missing_ok=True)
    run.path.write_bytes(copy)
    told: list[KnownError] = []
    run = start(listen=lambda service: service.stale_database_found.connect(told.append))
    run.wait(lambda: told)
    assert told[0].title == "An older copy of the data was put back"
    run.wait_counts(0, 0, 2)
    run.refreshed()
    done = run.service.reader.operations(OperationGroup.DONE)
    assert {project.project_name for project in done} == {"Once", "Later"}
    names = [project.project_name for project in server.state]
    assert (names.count("Once"), names.count("Later")) == (1, 1)
    assert len(server.log.to("create")) == 2
    assert key < 0
    run.stop()
    run = start(listen=lambda service: service.stale_database_found.connect(told.append))
    run.refreshed()
    assert len(told) == 1, "it is told once"

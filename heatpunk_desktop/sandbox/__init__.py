"""A server that follows the vendor's guide, on this computer only: the demo's, and what the tests build on.

In a test::

    with SandboxServer(projects=200, seed=7, today=date(2026, 11, 24)) as server:
        server.origin, server.port          # http://127.0.0.1:PORT, as the program's domain
        server.api_key, server.user_email   # what the program is set up with
        server.users                        # SandboxUser(email, owner_id, sees_all), the first is user_email

        server.log.wait_for(1, "create")    # until it has come in; returns the requests
        server.requests[-1].body            # as on the wire: method, target, headers, header(name), body, json()
        server.log.to("create"), server.log.clear()

        server.state.get(project_id)        # the truth: a SandboxProject, or None
        server.state.create(27091, {"projectName": "Barn"}), server.state.put(SandboxProject(...))
        server.state.edit(project_id, projectName="Annexe"), server.state.soft_delete(project_id)
        server.state.hard_delete(project_id), len(server.state), list(server.state)

        server.stop(), server.start()       # an outage: the port and the projects stay

What a program may trip over, as it may with the real one: a project created without a name is called after its day
(`Mon Sep 01 2025`), without a status it is a `Lead`; coordinates are kept in 32 bits (52.1939125 comes back as
52.193912506103516, as in the guide); `data` writes dates in UK time without a zone, IDs as text, and null for what is
empty; it does not tell crmReference unless `returns_crm_reference=True`.

Days in `start` and `end` are UTC's unless `zone` says otherwise; `clock` gives the time of what is created and changed.
It does nothing wrong. `tests/faulty_sandbox` holds one that does, on request.

From another process: `python -m heatpunk_desktop.sandbox --port 0 --projects 1000`, and see `control` for what is
under `/sandbox`.
"""

from heatpunk_desktop.sandbox.endpoints import Endpoint
from heatpunk_desktop.sandbox.project import SandboxProject
from heatpunk_desktop.sandbox.server import SANDBOX_KEY, SandboxServer
from heatpunk_desktop.sandbox.state import SandboxState
from heatpunk_desktop.sandbox.users import DEFAULT_USERS, SandboxUser
from heatpunk_desktop.sandbox.wire import WireLog, WireRequest

__all__ = [
    "DEFAULT_USERS",
    "SANDBOX_KEY",
    "Endpoint",
    "SandboxProject",
    "SandboxServer",
    "SandboxState",
    "SandboxUser",
    "WireLog",
    "WireRequest",
]

"""Schemathesis proves that the sandbox and its description agree, and that it would notice if they did not."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import hypothesis
import pytest
import schemathesis
from hypothesis import HealthCheck
from schemathesis import HookContext
from schemathesis.config import SchemathesisConfig
from schemathesis.core.failures import FailureGroup

from heatpunk_desktop.sandbox import Endpoint, SandboxProject, SandboxServer
from heatpunk_desktop.sandbox.server import openapi_bytes
from tests.faulty_sandbox.faults import Fault
from tests.faulty_sandbox.server import FaultySandbox

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schemathesis.specs.openapi.schemas import OpenApiSchema

TEAM = ("office@acme-heat.test", "ewan.brown+surveys@acme-heat.test")


def _schema(description: dict[str, Any]) -> OpenApiSchema:
    return schemathesis.openapi.from_dict(description, config=SchemathesisConfig(seed=7))


schema = _schema(json.loads(openapi_bytes()))


@schema.hook
def map_body(context: HookContext, body: Any) -> Any:  # noqa: ARG001  (schemathesis goes by the names)
    """Make every second request one that gets past the team's door, and put the days of a list in order."""
    if not isinstance(body, dict):
        return body
    body = dict(body)
    for name in ("owner", "userEmail", "ownerEmail"):
        if isinstance(body.get(name), str) and len(body[name]) % 2 == 0:
            body[name] = TEAM[len(body[name]) // 2 % 2]
    project_id = body.get("projectId")
    if isinstance(project_id, int) and not isinstance(project_id, bool) and project_id % 3:
        body["projectId"] = project_id % 3
    days = (body.get("start"), body.get("end"))
    if all(isinstance(day, str) and len(day) == 10 for day in days):
        body["start"], body["end"] = sorted(days)
    return body


@schema.hook
def map_query(context: HookContext, query: Any) -> Any:  # noqa: ARG001
    """The same for the endpoint that takes a query."""
    if not isinstance(query, dict):
        return query
    query = dict(query)
    if isinstance(query.get("userEmail"), str) and len(query["userEmail"]) % 2 == 0:
        query["userEmail"] = TEAM[0]
        if str(query.get("projectId")).isdecimal():
            query["projectId"] = 3
    return query


@pytest.fixture(scope="module")
def running() -> Iterator[SandboxServer]:
    with SandboxServer(projects=20, seed=7) as server:
        for project_id in (1, 2, 3):
            server.state.put(SandboxProject(project_id, 27091, created=0, modified=0, status="Sale"))
        yield server


def _ask(case: Any, server: SandboxServer) -> None:
    case.call_and_validate(base_url=f"{server.origin}/api/v1", headers={"X-API-KEY": server.api_key})


@schema.parametrize()
@hypothesis.settings(
    max_examples=60,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
def test_server_and_description_agree(case: Any, running: SandboxServer) -> None:
    _ask(case, running)


def test_the_description_is_served_without_a_key(running: SandboxServer) -> None:
    served = schemathesis.openapi.from_url(f"{running.origin}/api/openapi/")
    assert set(served.raw_schema["paths"]) == {endpoint.path.removeprefix("/api/v1") for endpoint in Endpoint}


def test_a_server_that_strays_from_the_description_is_noticed() -> None:
    case = schema["/projects/create"]["POST"].Case(body={"owner": TEAM[0], "meta": {}}, media_type="application/json")
    with FaultySandbox() as straying:
        _ask(case, straying)
        straying.faults.add(Fault.odd_types(), endpoint="create")
        with pytest.raises(FailureGroup, match="schema"):
            _ask(case, straying)


def test_a_description_that_leaves_a_status_out_is_noticed(running: SandboxServer) -> None:
    described = json.loads(openapi_bytes())
    del described["paths"]["/projects/softDelete"]["delete"]["responses"]["404"]
    case = _schema(described)["/projects/softDelete"]["DELETE"].Case(
        body={"projectId": 99, "userEmail": TEAM[0]}, media_type="application/json"
    )
    with pytest.raises(FailureGroup, match="Undocumented status code"):
        _ask(case, running)

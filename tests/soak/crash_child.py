"""A process for one part of a scenario: what came before, what is cut short, or what comes after the new start."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from heatpunk_desktop.domain.account import Account
from tests.soak.crash_device import Device, Points
from tests.soak.crash_scenarios import SCENARIOS
from tests.soak.fork_server import serve
from tests.soak.mutants import put_on

if TYPE_CHECKING:
    import socket


def live(channel: socket.socket, given: dict[str, Any]) -> None:
    """Play a part; report what it does, and how many steps it took once it is through."""

    def say(what: dict[str, Any]) -> None:
        channel.sendall(json.dumps(what).encode())

    scenario = next(scenario for scenario in SCENARIOS if scenario.name == given["scenario"])
    points = Points(given["at"], every_write=given["every_write"])
    account = Account(given["origin"], given["email"])
    projects = [row[0] for row in given["rows"]]
    with Device(Path(given["database"]), account, given["api_key"], points, say) as device:
        match given["part"]:
            case "before":
                device.know([tuple(row) for row in given["rows"]])
                if scenario.before is not None:
                    scenario.before(device, projects)
            case "cut short":
                scenario.do(device, projects)
            case _:
                device.work()
    say({"through": points.count})
    channel.close()
    os._exit(0)


if __name__ == "__main__":
    put_on()
    serve(live)

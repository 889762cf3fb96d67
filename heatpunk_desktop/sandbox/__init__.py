"""The embedded server: follows the vendor's guide, with sample data, for this computer only. It injects no faults."""

from heatpunk_desktop.sandbox.connection import WireLog, WireRequest
from heatpunk_desktop.sandbox.endpoints import Endpoint
from heatpunk_desktop.sandbox.project import SandboxProject
from heatpunk_desktop.sandbox.server import SANDBOX_KEY, SandboxServer
from heatpunk_desktop.sandbox.state import SandboxState
from heatpunk_desktop.sandbox.users import DEFAULT_USERS, SandboxUser

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

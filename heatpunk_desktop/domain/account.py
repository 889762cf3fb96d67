"""The account that the app works on: a server and a member of its team. It never holds the API key."""

from __future__ import annotations

from typing import NamedTuple


class Account(NamedTuple):
    """A server and the member of its team in whose name the app works.

    Attributes:
        domain: A bare host such as `heatpunk.co.uk` (reached over https), or `http://127.0.0.1:PORT` (also `[::1]` and
            `localhost`), already checked by `heatpunk_desktop.domain.hosts.check_domain`.
        email: The team member in whose name projects are listed and changed.
        is_demo: Whether this is the embedded sandbox with sample data.
    """

    domain: str
    email: str
    is_demo: bool = False

    @property
    def origin(self) -> str:
        """Scheme and host without a path, such as `https://heatpunk.co.uk`."""
        return self.domain if "://" in self.domain else f"https://{self.domain}"

    @property
    def host(self) -> str:
        """The host (and port, on loopback) for the screen."""
        return self.domain.partition("://")[2] or self.domain

    def deep_link(self, project_id: int) -> str:
        """Return the address that opens a project in the browser. Source: guide, POST create, Response."""
        return f"{self.origin}/?project={int(project_id)}"

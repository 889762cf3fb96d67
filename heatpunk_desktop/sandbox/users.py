"""The users of the sandbox: one team."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class SandboxUser:
    """A user whose email address the API takes as `owner` and `userEmail`.

    Attributes:
        email: Compared without regard to case.
        owner_id: The server's number of the user, above 0.
        sees_all: Whether every project of the team is shared with this user, or only those that they own. The guide
            asks for a member "who has access to the project".
    """

    email: str
    owner_id: int
    sees_all: bool = True


#: The users where none are given. The first is the demo's.
DEFAULT_USERS: Final = (
    SandboxUser("office@acme-heat.test", 27091),
    SandboxUser("gwen.hughes@acme-heat.test", 27094),
    SandboxUser("tom.green@acme-heat.test", 27102),
    SandboxUser("priya.patel@acme-heat.test", 27115),
    SandboxUser("ewan.brown+surveys@acme-heat.test", 27120),
)


class Users:
    """The users of the team, in the order in which they joined, found by email address.

    Args:
        users: At least one, each with an email address and a number of its own.

    Raises:
        ValueError: There is none, or an email address or number comes twice.
    """

    def __init__(self, users: tuple[SandboxUser, ...]) -> None:
        self._users = users
        self._by_email = {user.email.casefold(): user for user in users}
        numbers = {user.owner_id for user in users}
        if not users or not len(self._by_email) == len(numbers) == len(users):
            raise ValueError("there is at least one user, each with an email and a number of their own")

    def __len__(self) -> int:
        return len(self._users)

    def __iter__(self) -> Iterator[SandboxUser]:
        return iter(self._users)

    def __getitem__(self, place: int) -> SandboxUser:
        return self._users[place]

    def join(self, user: SandboxUser) -> None:
        """Add a user to the team, as its owner would."""
        self._users = (*self._users, user)
        self._by_email[user.email.casefold()] = user

    def find(self, email: str) -> SandboxUser | None:
        """Return the user with that email address, or None."""
        return self._by_email.get(email.casefold())

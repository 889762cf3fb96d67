"""The people of the sandbox's team."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class TeamMember:
    """A person whose email address the API takes as `owner` and `userEmail`.

    Attributes:
        email: Compared without regard to case.
        owner_id: The server's number of the person, above 0.
        sees_all: Whether every project of the team is shared with this person, or only those that it owns. The guide
            asks for a member "who has access to the project".
    """

    email: str
    owner_id: int
    sees_all: bool = True


#: The team where none is given. The first is the demo's user.
DEFAULT_TEAM: Final = (
    TeamMember("office@acme-heat.test", 27091),
    TeamMember("gwen.hughes@acme-heat.test", 27094),
    TeamMember("tom.green@acme-heat.test", 27102),
    TeamMember("priya.patel@acme-heat.test", 27115),
    TeamMember("ewan.brown+surveys@acme-heat.test", 27120),
)


class Team:
    """Looks members up by email."""

    def __init__(self, members: tuple[TeamMember, ...]) -> None:
        """Takes at least one member; ValueError where there is none, or where an email or number comes twice."""
        self.members = members
        self._by_email = {member.email.casefold(): member for member in members}
        numbers = {member.owner_id for member in members}
        if not members or not len(self._by_email) == len(numbers) == len(members):
            raise ValueError("a team has at least one member, each with an email and a number of its own")

    def join(self, member: TeamMember) -> None:
        """Have somebody join the team, as its owner would."""
        self.members = (*self.members, member)
        self._by_email[member.email.casefold()] = member

    def member(self, email: str) -> TeamMember | None:
        """The member with that email address, or None."""
        return self._by_email.get(email.casefold())

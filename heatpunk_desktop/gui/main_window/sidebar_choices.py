"""The choices in the sidebar, and how they correspond to filters."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

from heatpunk_desktop.domain.fields import Status
from heatpunk_desktop.models.project_filter import SidebarView

if TYPE_CHECKING:
    from heatpunk_desktop.models.project_filter import ProjectFilter


class NoStatus(StrEnum):
    """A choice beside the statuses for projects without one, so that the counts add up."""

    NO_STATUS = "No status"


#: A choice in the sidebar: a view or a status.
Choice = SidebarView | Status | NoStatus

#: All choices in the order of the sidebar and of Ctrl+1 to Ctrl+9.
CHOICES: Final[tuple[Choice, ...]] = (
    SidebarView.ALL,
    SidebarView.MINE,
    SidebarView.CHANGED_LATELY,
    *Status,
    NoStatus.NO_STATUS,
    SidebarView.WAITING,
    SidebarView.NEEDS_YOU,
    SidebarView.DELETED_HERE,
)


def choice_of(wanted: ProjectFilter) -> Choice:
    """Return the choice that corresponds to a filter: its only status, or else its view."""
    if wanted.view is SidebarView.ALL and len(wanted.statuses) == 1:
        (word,) = wanted.statuses
        if word in list(Status):
            return Status(word)
        if not word:
            return NoStatus.NO_STATUS
    return wanted.view


def status_word(choice: Status | NoStatus) -> str:
    """Return the status of the projects in a choice."""
    return choice.value if isinstance(choice, Status) else ""

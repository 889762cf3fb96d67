"""What the sidebar offers to show, in its order, and which of it a filter stands for."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

from heatpunk_desktop.domain.fields import Status
from heatpunk_desktop.models.project_filter import SidebarView

if TYPE_CHECKING:
    from heatpunk_desktop.models.project_filter import ProjectFilter


class NoStatus(StrEnum):
    """What stands beside the statuses for projects that have none, so that the counts add up."""

    NO_STATUS = "No status"


#: A view or a status.
Choice = SidebarView | Status | NoStatus

#: Every choice in the order of the sidebar, which is also that of Ctrl+1 to Ctrl+9.
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
    """Return the entry of the sidebar that a filter stands for: its only status, or else its view."""
    if wanted.view is SidebarView.ALL and len(wanted.statuses) == 1:
        (word,) = wanted.statuses
        if word in list(Status):
            return Status(word)
        if not word:
            return NoStatus.NO_STATUS
    return wanted.view


def status_word(choice: Status | NoStatus) -> str:
    """Return the word that the projects of a status have."""
    return choice.value if isinstance(choice, Status) else ""

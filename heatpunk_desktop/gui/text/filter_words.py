"""The words of a filter, for the head of a list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from heatpunk_desktop.domain.dates import display_date
from heatpunk_desktop.domain.display import one_line
from heatpunk_desktop.domain.fields import Status
from heatpunk_desktop.gui.text.condition_words import condition_words
from heatpunk_desktop.gui.text.translation import translate, translated
from heatpunk_desktop.models.project_filter import SidebarView
from heatpunk_desktop.texts import marked

if TYPE_CHECKING:
    from collections.abc import Callable

    from heatpunk_desktop.models.project_filter import ProjectFilter


_VIEWS: Final = {
    SidebarView.MINE: marked("filter_words", "Mine"),
    SidebarView.CHANGED_LATELY: marked("filter_words", "Changed in the last 7 days"),
    SidebarView.WAITING: marked("filter_words", "Waiting to be sent"),
    SidebarView.NEEDS_YOU: marked("filter_words", "Needs you"),
    SidebarView.DELETED_HERE: marked("filter_words", "Moved to deleted"),
}


def filter_words(shown: ProjectFilter, name_of: Callable[[int], str]) -> str:
    """Return a filter in words, such as `Status: Lead, Quote · Created: 1 Sep 2026 to 24 Nov 2026 · Search: mill`.

    Args:
        shown: The filter of the table.
        name_of: Returns what an owner is called, by the server's number.
    """
    parts = [translated(_VIEWS[shown.view]) if shown.view is not SidebarView.ALL else ""]
    if shown.statuses:
        known = [status.value for status in Status if status in shown.statuses]
        odd = sorted(shown.statuses - set(known))
        parts.append(
            translate("filter_words", "Status: {0}").format(
                ", ".join(word or translate("filter_words", "No status") for word in [*known, *odd])
            )
        )
    if shown.owner_id is not None:
        parts.append(translate("filter_words", "Owner: {0}").format(name_of(shown.owner_id)))
    if shown.created is not None:
        first, last = display_date(shown.created.first), display_date(shown.created.last)
        parts.append(
            translate("filter_words", "Created: {0}").format(
                first if first == last else translate("filter_words", "{0} to {1}").format(first, last)
            )
        )
    for group in shown.groups:
        joint = translate("filter_words", " or ") if group.any_will_do else " · "
        parts.append(joint.join(map(condition_words, group.every)))
    if shown.text.strip():
        parts.append(translate("filter_words", "Search: {0}").format(shown.text.strip()))
    return one_line(" · ".join(part for part in parts if part)) or translate("filter_words", "All projects")

"""What narrows the table, in words for the head of a list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from heatpunk_desktop.domain.dates import display_date
from heatpunk_desktop.domain.display import one_line
from heatpunk_desktop.domain.fields import Status
from heatpunk_desktop.filters.words import condition_words
from heatpunk_desktop.models.project_filter import SidebarView

if TYPE_CHECKING:
    from collections.abc import Callable

    from heatpunk_desktop.models.project_filter import ProjectFilter


def _tr(words: str) -> str:
    return QCoreApplication.translate("filter_words", words)


def filter_words(shown: ProjectFilter, name_of: Callable[[int], str]) -> str:
    """What is shown, such as `Status: Lead, Quote · Created: 1 Sep 2026 to 24 Nov 2026 · Search: mill`.

    Args:
        shown: The filter of the table.
        name_of: Gives what an owner is called, by the server's number.
    """
    parts = [shown.view.value if shown.view is not SidebarView.ALL else ""]
    if shown.statuses:
        known = [status.value for status in Status if status in shown.statuses]
        odd = sorted(shown.statuses - set(known))
        parts.append(_tr("Status: {0}").format(", ".join(word or _tr("No status") for word in [*known, *odd])))
    if shown.owner_id is not None:
        parts.append(_tr("Owner: {0}").format(name_of(shown.owner_id)))
    if shown.created is not None:
        first, last = display_date(shown.created.first), display_date(shown.created.last)
        parts.append(_tr("Created: {0}").format(first if first == last else _tr("{0} to {1}").format(first, last)))
    for group in shown.groups:
        joint = _tr(" or ") if group.any_will_do else " · "
        parts.append(joint.join(map(condition_words, group.every)))
    if shown.text.strip():
        parts.append(_tr("Search: {0}").format(shown.text.strip()))
    return one_line(" · ".join(part for part in parts if part)) or _tr("All projects")

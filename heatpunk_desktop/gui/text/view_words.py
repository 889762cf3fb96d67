"""What each view of the sidebar is called, and drawn with: the one table of their words."""

from __future__ import annotations

from typing import Final, NamedTuple

from heatpunk_desktop.models.project_filter import SidebarView
from heatpunk_desktop.texts import marked


class ViewWords(NamedTuple):
    """The words and the icon of a view; the words are untranslated.

    Attributes:
        name: Its name in the sidebar and in the menu View.
        icon: File name of its icon, for the folded sidebar.
        nothing: The title in place of the table where the view is empty.
        in_full: Its name where the sidebar is not beside it, as on paper; empty if that is the same.
    """

    name: str
    icon: str
    nothing: str
    in_full: str = ""


VIEW_WORDS: Final = {
    SidebarView.ALL: ViewWords(marked("views", "All projects"), "layers", nothing=marked("views", "No projects match")),
    SidebarView.MINE: ViewWords(
        marked("views", "Mine"), "user", nothing=marked("views", "None of the projects is yours")
    ),
    SidebarView.CHANGED_LATELY: ViewWords(
        marked("views", "Changed in the last 7 days"),
        "history",
        nothing=marked("views", "Nothing changed in the last 7 days"),
    ),
    SidebarView.WAITING: ViewWords(
        marked("views", "Waiting"),
        "clock",
        nothing=marked("views", "Nothing is waiting to be sent"),
        in_full=marked("views", "Waiting to be sent"),
    ),
    SidebarView.NEEDS_YOU: ViewWords(
        marked("views", "Needs you"), "triangle-alert", nothing=marked("views", "Nothing needs your attention")
    ),
    SidebarView.DELETED_HERE: ViewWords(
        marked("views", "Moved to deleted"), "trash-2", nothing=marked("views", "Nothing has been deleted here")
    ),
}

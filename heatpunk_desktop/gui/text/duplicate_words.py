"""The words of the page Duplicates: scores, reasons, comparisons, and the state of the scan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from heatpunk_desktop.domain.display import one_line
from heatpunk_desktop.gui.text.translation import translate
from heatpunk_desktop.linkage.scoring import Agreement, Reason

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from heatpunk_desktop.domain.project import WholeRow
    from heatpunk_desktop.services.tasks.duplicate_scan import Scanned

#: From these scores on it is so likely.
_NEARLY_CERTAIN: Final = 95
_VERY_LIKELY: Final = 85
_LIKELY: Final = 75

_LONGEST_NAME: Final = 80
_MINUTE: Final = 60


def score_words(score: int) -> str:
    """Return the words of a score of 0 to 100, with the number."""
    if score >= _NEARLY_CERTAIN:
        words = translate("duplicates", "Almost certainly the same")
    elif score >= _VERY_LIKELY:
        words = translate("duplicates", "Very likely the same")
    elif score >= _LIKELY:
        words = translate("duplicates", "Likely the same")
    else:
        words = translate("duplicates", "Not very alike")
    return translate("duplicates", "{0}: {1} of 100").format(words, score)


def reasons_words(reasons: Sequence[Reason]) -> str:
    """Return what two projects share, the strongest first, as one sentence without a full stop."""
    words = ", ".join(_REASONS[reason]() for reason in reasons)
    return words[:1].upper() + words[1:] if words else translate("duplicates", "Nothing in common that is compared")


def project_words(row: WholeRow, longest: int = _LONGEST_NAME) -> str:
    """Return a project's name, or what stands for it, on one line of at most so many characters."""
    name = one_line(row.project_name or "", longest)
    if name:
        return name
    return (
        translate("duplicates", "Project {0}").format(row.key)
        if row.key > 0
        else translate("duplicates", "A project without a name")
    )


def whose_words(row: WholeRow, longest: int = _LONGEST_NAME) -> str:
    """Return a project's name with its customer."""
    customer = one_line(row.customer_name or "", longest)
    return f"{project_words(row, longest)} · {customer}" if customer else project_words(row, longest)


def agreement_words(agreement: Agreement) -> str:
    """Return how two values compare, in a word or two."""
    return _AGREEMENTS[agreement]()


def pairs_words(count: int) -> str:
    """Return how many likely pairs there are."""
    if not count:
        return translate("duplicates", "No likely pair")
    return (
        translate("duplicates", "1 likely pair")
        if count == 1
        else translate("duplicates", "{0} likely pairs").format(f"{count:,}")
    )


def scanned_words(scanned: Scanned, likely: int, at: str) -> str:
    """Return what was scanned, when, and how long it took.

    Args:
        scanned: The scan.
        likely: How many likely pairs are left of it.
        at: The time of day.
    """
    words = translate("duplicates", "{0} among {1} projects. Scanned at {2}, in {3}.")
    projects = f"{scanned.looked_through:,}"
    return words.format(pairs_words(likely), projects, at, duration_words(scanned.seconds))


def not_loaded_words(scanned: Scanned) -> str:
    """Return how many projects could not be compared because details are not loaded; empty for none."""
    if not scanned.not_loaded:
        return ""
    return translate(
        "duplicates", "Contact details of {0} of {1} projects are not loaded yet, so more pairs may appear."
    ).format(f"{scanned.not_loaded:,}", f"{scanned.looked_through:,}")


def stale_words(changed: int) -> str:
    """Return how many projects have changed since the scan; empty for none."""
    if not changed:
        return ""
    if changed == 1:
        return translate(
            "duplicates", "1 project was changed or added since. Scan again to compare it with all others."
        )
    words = translate(
        "duplicates", "{0} projects were changed or added since. Scan again to compare them with all others."
    )
    return words.format(f"{changed:,}")


def progress_words(done: int, total: int, seconds: float) -> str:
    """Return the progress of a scan, with the time left."""
    percent = 100 * done // max(1, total)
    if not done or seconds < 1:
        return translate("duplicates", "Comparing projects: {0} %").format(percent)
    left = seconds * (total - done) / done
    return translate("duplicates", "Comparing projects: {0} %, about {1} left").format(
        percent, duration_words(max(1.0, left))
    )


def duration_words(seconds: float) -> str:
    """Return a duration as the user experiences it, in rounded units."""
    if seconds < 1:
        return translate("duplicates", "less than a second")
    if seconds < _MINUTE:
        whole = round(seconds)
        return (
            translate("duplicates", "1 second") if whole == 1 else translate("duplicates", "{0} seconds").format(whole)
        )
    minutes = round(seconds / _MINUTE)
    return (
        translate("duplicates", "1 minute") if minutes == 1 else translate("duplicates", "{0} minutes").format(minutes)
    )


_REASONS: Final[dict[Reason, Callable[[], str]]] = {
    Reason.SAME_REFERENCE: lambda: translate("duplicates", "same CRM reference"),
    Reason.SAME_EMAIL: lambda: translate("duplicates", "same email"),
    Reason.SAME_PHONE: lambda: translate("duplicates", "same phone"),
    Reason.SAME_NAME: lambda: translate("duplicates", "same customer"),
    Reason.LIKE_NAME: lambda: translate("duplicates", "similar customer name"),
    Reason.SAME_ADDRESS: lambda: translate("duplicates", "same address"),
    Reason.LIKE_ADDRESS: lambda: translate("duplicates", "similar address"),
    Reason.SAME_POSTCODE: lambda: translate("duplicates", "same postcode"),
    Reason.LIKE_POSTCODE: lambda: translate("duplicates", "similar postcode"),
    Reason.SAME_PROJECT_NAME: lambda: translate("duplicates", "same project name"),
}

_AGREEMENTS: Final[dict[Agreement, Callable[[], str]]] = {
    Agreement.SAME: lambda: translate("duplicates", "same"),
    Agreement.ALIKE: lambda: translate("duplicates", "written otherwise"),
    Agreement.DIFFERENT: lambda: translate("duplicates", "differs"),
    Agreement.ONLY_FIRST: lambda: translate("duplicates", "only in the first"),
    Agreement.ONLY_SECOND: lambda: translate("duplicates", "only in the second"),
    Agreement.BOTH_EMPTY: lambda: "",
    Agreement.NOT_KNOWN: lambda: translate("duplicates", "not loaded"),
}

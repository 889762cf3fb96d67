"""The words of an operation: what was done to which project, its state, what happens next, and every way out."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from heatpunk_desktop.domain.dates import UK, display_moment
from heatpunk_desktop.domain.display import one_line
from heatpunk_desktop.domain.fields import Field, value_label
from heatpunk_desktop.domain.needs import Need, WayOut
from heatpunk_desktop.domain.operation import DiscardCause, Operation, OperationKind, OperationState, Reason, Side
from heatpunk_desktop.gui.text.project_words import LONGEST_NAME, field_label, project_words
from heatpunk_desktop.gui.text.remark_words import cause_words, remark_words
from heatpunk_desktop.gui.text.translation import translate, translated
from heatpunk_desktop.texts import marked

if TYPE_CHECKING:
    from datetime import date

    from heatpunk_desktop.domain.fields import FieldValues
    from heatpunk_desktop.domain.operation import Decided
    from heatpunk_desktop.services.sync.facts import Sending

#: Characters of a value in a list of changes; all of it stands where it is decided upon.
_LONGEST: Final = 60


def named_words(operation: Operation, longest: int = LONGEST_NAME) -> str:
    """Return the project's name with its customer, as many projects have the same name.

    Args:
        operation: The operation.
        longest: Characters of each at most.
    """
    name, customer = project_words(operation, longest), one_line(operation.customer_name, longest)
    return f"{name} · {customer}" if customer and customer != name else name


def change_words(operation: Operation) -> str:
    """Return what was done, in a few words."""
    if operation.kind is OperationKind.CREATE:
        return translate("operation", "new project")
    if operation.kind is OperationKind.SOFT_DELETE:
        return translate("operation", "move to deleted")
    return translate("operation", "change of {0}").format(", ".join(field_label(field) for field in operation.changes))


def value_words(field: Field, values: FieldValues) -> str:
    """Return a value as it is shown, with its line breaks, or words for an empty or unloaded one."""
    if field not in values:
        return translate("operation", "not loaded")
    value = values[field]
    if value is None or not str(value).strip():
        return translate("operation", "(empty)")
    return value_label(field, str(value))


def has_value(field: Field, values: FieldValues) -> bool:
    """Return whether there is a value rather than words that stand for one."""
    return field in values and values[field] is not None and bool(str(values[field]).strip())


def change_lines(operation: Operation) -> list[str]:
    """Return each changed field before and after, for an update; name and place, for a new project."""
    if operation.kind is OperationKind.CREATE:
        told = (Field.CUSTOMER_NAME, Field.ADDRESS, Field.POSTCODE)
        line = " · ".join(
            one_line(value_words(field, operation.changes), _LONGEST) for field in told if _told(field, operation)
        )
        return [line] if line else []
    return [
        translate("operation", "{0}: {1} → {2}").format(
            field_label(field),
            one_line(value_words(field, operation.base), _LONGEST),
            one_line(value_words(field, operation.changes), _LONGEST),
        )
        for field in operation.changes
    ]


def state_words(operation: Operation, sending: Sending, today: date) -> str:
    """Return the state of an operation: attempts so far, and when the next one is."""
    parts = [_standing(operation, sending)]
    if operation.state in (OperationState.QUEUED, OperationState.UNKNOWN) and operation.attempts:
        parts.append(_tries(operation, today))
    is_waiting = operation.state is OperationState.QUEUED and not operation.blocked
    if is_waiting and sending.next_try_at and not sending.is_paused_for_key:
        parts.append(translate("operation", "Tried next at {0}.").format(clock_words(sending.next_try_at)))
    return " ".join(parts)


def clock_words(utc: str) -> str:
    """Return the UK time of day of a UTC text, to the second."""
    return f"{datetime.fromisoformat(utc).astimezone(UK):%H:%M:%S}"


def needed_words(operation: Operation) -> str:
    """Return why an operation needs the user, and what becomes of what was typed."""
    if said := _remarked(operation):
        return said
    if operation.state is not OperationState.NEEDS_YOU:
        return _STATES[operation.state]()
    return _REASONS[operation.reason]()


def pending_words(operation: Operation) -> str:
    """Return what happens next with an unsettled operation, beside its project."""
    if said := remark_words(operation.remarks):
        return said
    if operation.blocked:
        return translate("operation", "Goes once the change before it is settled.")
    return translated(_PENDING[operation.state])


def history_words(operation: Operation) -> str:
    """Return the history line of a settled operation, with whose value was kept in a conflict."""
    is_done = operation.state is OperationState.CONFIRMED
    if is_done or operation.cause is DiscardCause.THEIRS_KEPT:
        kept = [_kept(field, decision) for field, decision in operation.decided.items() if decision.kept is Side.THEIRS]
        parts = [*([title_words(operation)] if is_done else []), *kept]
        if parts:
            return "; ".join(parts)
    said = _remarked(operation) or translate("operation", "given up")
    return translate("operation", "{0}: {1}").format(title_words(operation), said)


def title_words(operation: Operation) -> str:
    """Return what an operation does, such as `Status Lead → Quote` or `New project`."""
    if operation.kind is OperationKind.CREATE:
        return translate("operation", "New project")
    if operation.kind is OperationKind.SOFT_DELETE:
        return translate("operation", "Moved to deleted")
    return ", ".join(_change(field, value, operation) for field, value in operation.changes.items())


def _remarked(operation: Operation) -> str:
    """Return why an operation was discarded, or else what is remarked on it."""
    is_discarded = operation.state is OperationState.DISCARDED
    return (cause_words(operation.cause) if is_discarded else "") or remark_words(operation.remarks)


def _kept(field: Field, decided: Decided) -> str:
    words = translate("operation", "{0}: kept theirs; yours was {1}")
    return words.format(field_label(field), _shown(field, decided.other))


def _change(field: Field, value: str | float | None, operation: Operation) -> str:
    label, decided = field_label(field), operation.decided.get(field)
    if decided is not None and decided.kept is Side.MINE:
        kept = translate("operation", "{0} → {1}. Kept yours; theirs was {2}")
        return kept.format(label, _shown(field, value), _shown(field, decided.other))
    if field in operation.base:
        before = _shown(field, operation.base[field])
        return translate("operation", "{0} {1} → {2}").format(label, before, _shown(field, value))
    return translate("operation", "{0} → {1}").format(label, _shown(field, value))


def _shown(field: Field, value: str | float | None) -> str:
    if value in ("", None):
        return translate("operation", "(empty)")
    return value_label(field, str(value))


def _standing(operation: Operation, sending: Sending) -> str:
    if operation.blocked:
        return translate("operation", "Goes once the change before it is settled.")
    if operation.state is OperationState.QUEUED and sending.is_paused_for_key:
        return translate("operation", "Waits until there is a key.")
    return needed_words(operation)


def _tries(operation: Operation, today: date) -> str:
    last = display_moment(operation.attempted_at, today) if operation.attempted_at else ""
    if operation.attempts == 1:
        return (
            translate("operation", "Tried once, {0}.").format(last) if last else translate("operation", "Tried once.")
        )
    if last:
        return translate("operation", "Tried {0} times, the last time {1}.").format(f"{operation.attempts:,}", last)
    return translate("operation", "Tried {0} times.").format(f"{operation.attempts:,}")


def _told(field: Field, operation: Operation) -> bool:
    return has_value(field, operation.changes)


_STATES: Final = {
    OperationState.QUEUED: lambda: translate("operation", "Waiting to be sent."),
    OperationState.SENDING: lambda: translate("operation", "Being sent now."),
    OperationState.UNKNOWN: lambda: translate(
        "operation",
        "Possibly done: no clear answer came back. The program is finding out, and does not send it again meanwhile.",
    ),
    OperationState.CONFIRMED: lambda: translate("operation", "Done."),
    OperationState.DISCARDED: lambda: translate("operation", "Discarded by you; it was kept here and not sent."),
}

_PENDING: Final = {
    OperationState.QUEUED: marked("operation", "Waiting to be sent."),
    OperationState.SENDING: marked("operation", "Being sent now."),
    OperationState.UNKNOWN: marked("operation", "Possibly done: no clear answer came back."),
    OperationState.NEEDS_YOU: marked("operation", "The server did not take it."),
}

#: What is said of a change that needs the user where no remark says it.
_REASONS: Final = {
    Reason.NONE: lambda: translate("operation", "The server did not take it."),
    Reason.REFUSED: lambda: translate("operation", "The server did not take it, so nothing was changed there."),
    Reason.CONFLICT: lambda: translate(
        "operation",
        "Somebody else changed the same fields meanwhile. These fields have not been sent; choose for each.",
    ),
    Reason.GONE: lambda: translate(
        "operation", "The project is not on the server any more. What you typed is kept here."
    ),
    Reason.UNCLEAR: lambda: translate(
        "operation",
        "It may have been done, and looking on the server did not tell. It is not sent again before you say so.",
    ),
    Reason.DAMAGED: lambda: translate(
        "operation", "What is stored of it on this computer cannot be read, so it cannot be sent."
    ),
}


#: The headings of the changes that need the user.
_NEEDS: Final = {
    Need.OWNER: marked("needs", "Owner not in your team"),
    Need.FIELD: marked("needs", "A field was refused"),
    Need.REFUSED: marked("needs", "Refused"),
    Need.DELETE_REFUSED: marked("needs", "Delete refused"),
    Need.CONFLICT: marked("needs", "Changed by someone else too"),
    Need.GONE: marked("needs", "Project no longer in Heatpunk"),
    Need.UNCLEAR_CREATE: marked("needs", "Created, or not?"),
    Need.UNCLEAR: marked("needs", "Done, or not?"),
    Need.DAMAGED: marked("needs", "Can’t be read"),
}

_WAYS: Final = {
    WayOut.KEEP_MINE: marked("needs", "Keep mine"),
    WayOut.KEEP_THEIRS: marked("needs", "Keep theirs"),
    WayOut.ADOPT: marked("needs", "This is it"),
    WayOut.CREATE_AGAIN: marked("needs", "Create again"),
    WayOut.CHANGE_OWNER: marked("needs", "Change owner"),
    WayOut.EDIT: marked("needs", "Edit and try again"),
    WayOut.OPEN: marked("needs", "Open in Heatpunk"),
    WayOut.TRY_AGAIN: marked("needs", "Try again"),
    WayOut.DISCARD: marked("needs", "Discard"),
}

_TIPS: Final = {
    WayOut.KEEP_MINE: marked("needs", "Send what you typed"),
    WayOut.KEEP_THEIRS: marked("needs", "Leave it as it is in Heatpunk"),
    WayOut.ADOPT: marked("needs", "The chosen project is the one you created; nothing is sent"),
    WayOut.CREATE_AGAIN: marked("needs", "Create the project again with everything known of it here"),
    WayOut.CHANGE_OWNER: marked("needs", "Choose another owner and send it again"),
    WayOut.EDIT: marked("needs", "Open the form; saving it sends it again"),
    WayOut.TRY_AGAIN: marked("needs", "Send it again"),
    WayOut.DISCARD: marked("needs", "Don’t send it; it stays in Done"),
}


def need_words(need: Need) -> str:
    """Return why a change needs the user, in a few words."""
    return translated(_NEEDS[need])


def way_words(way: WayOut) -> str:
    """Return the button text of a way out."""
    return translated(_WAYS[way])


def way_tip(way: WayOut) -> str:
    """Return what a way out does; empty where its button says it."""
    return translated(_TIPS[way]) if way in _TIPS else ""

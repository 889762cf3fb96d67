"""The words of what the engine remarks on an operation, and of why one was discarded."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from heatpunk_desktop.domain.dates import UK
from heatpunk_desktop.domain.fields import FIELD_LABELS, Field
from heatpunk_desktop.domain.operation import DiscardCause
from heatpunk_desktop.domain.remarks import RemarkCode
from heatpunk_desktop.gui.text.translation import translate, translated
from heatpunk_desktop.texts import marked

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from heatpunk_desktop.domain.remarks import Remark, Remarks


def remark_words(remarks: Remarks) -> str:
    """Return what is remarked on an operation; empty for nothing."""
    return " ".join(filter(None, map(_one, remarks)))


def cause_words(cause: DiscardCause) -> str:
    """Return why an operation was discarded; empty where that is not known."""
    return translated(_CAUSES[cause]) if cause in _CAUSES else ""


def _one(remark: Remark) -> str:
    code, values = remark
    if code in _PLAIN:
        return translated(_PLAIN[code])
    return _WITH_VALUES[code](values)


def _finding_out(until: str) -> str:
    return translate(
        "remarks",
        "The program is finding out: it looks on the server until about {0}, and longer without a connection."
        " Nothing needs doing.",
    ).format(f"{datetime.fromisoformat(until).astimezone(UK):%H:%M}")


def _in_doubt(values: Sequence[str]) -> str:
    until, *titles = values
    if not titles:
        return translate("remarks", "Possibly done. {0}").format(_finding_out(until))
    return translate("remarks", "Possibly done. {0}. {1}").format(translated(titles[0]), _finding_out(until))


def _interrupted(values: Sequence[str]) -> str:
    words = translate("remarks", "Possibly done: the program ended while this was being sent. {0}")
    return words.format(_finding_out(values[0]))


def _not_sent(values: Sequence[str]) -> str:
    why = _within(values[0]) if values else translate("remarks", "no connection")
    return translate("remarks", "Not sent yet: {0}. It goes by itself as soon as that works again.").format(why)


def _not_compared(values: Sequence[str]) -> str:
    words = translate("remarks", "Not sent yet: the project could not be looked at first ({0}).")
    return words.format(_within(values[0]))


def _refused(values: Sequence[str]) -> str:
    if values:
        return " ".join(map(translated, values))
    return translate("remarks", "The server did not take it. Edit it, or give it up.")


def _found_untold(values: Sequence[str]) -> str:
    words = translate("remarks", "{0} This server does not tell what it holds in: {1}. So these were not compared.")
    return words.format(translated(_PLAIN[RemarkCode.FOUND]), _fields(values))


def _within(title: str) -> str:
    """Return the title of an error in the middle of a sentence."""
    words = translated(title)
    return f"{words[:1].lower()}{words[1:]}"


def _fields(names: Sequence[str]) -> str:
    return ", ".join(translated(FIELD_LABELS[Field(name)]) for name in names)


#: Remarks without values.
_PLAIN: Final = {
    RemarkCode.KEY_REFUSED: marked(
        "remarks", "Not sent yet: the server does not take the API key. It goes once a key is given."
    ),
    RemarkCode.NOT_SHOWN: marked(
        "remarks",
        "Not sent yet: the server does not show this project, or not all of it, as may be so for a while after it was"
        " made. It is looked at again; after a few minutes the change goes by what the server shows by then.",
    ),
    RemarkCode.HELD: marked(
        "remarks",
        "Waits for a few minutes: the server may still be at work on an earlier change of this project, whose end was"
        " not waited for and which would land over this one. It goes by itself.",
    ),
    RemarkCode.ABSENT: marked("remarks", "It was looked for on the server and is not there, so it is sent again."),
    RemarkCode.DAMAGED_CHECKING: marked(
        "remarks", "The database was damaged. Whether this was sent is being found out."
    ),
    RemarkCode.OLDER_COPY_CHECKING: marked(
        "remarks", "An older copy of the data was put back. Whether this was sent is being found out."
    ),
    RemarkCode.CONFLICT: marked("remarks", "Somebody else changed the same on the server. Choose what is to stand."),
    RemarkCode.GONE: marked(
        "remarks",
        "The project is not on the server any more; somebody may have deleted it. Your change is kept here: create the"
        " project anew with it, or give it up.",
    ),
    RemarkCode.NO_PROOF: marked(
        "remarks",
        "It may have been done: the server’s list of projects does not tell for certain. Look in Heatpunk whether it is"
        " there, then decide.",
    ),
    RemarkCode.TOO_OFTEN: marked(
        "remarks",
        "It was sent several times without a clear answer, and is not on the server. Look in Heatpunk, then try again"
        " or give it up.",
    ),
    RemarkCode.UNCLEAR_CREATE: marked(
        "remarks",
        "It may have been done: the server has projects like it, and nobody can tell from here whether one of them is"
        " it.",
    ),
    RemarkCode.UNCLEAR_UPDATE: marked(
        "remarks",
        "It may have been done: this server does not tell what it holds in these fields. Look in Heatpunk, then"
        " decide.",
    ),
    RemarkCode.DAMAGED: marked(
        "remarks",
        "What is stored of this change cannot be read any more, so it was not sent. Do it anew, then discard it.",
    ),
    RemarkCode.FOUND: marked("remarks", "Found on the server: it had been done after all."),
    RemarkCode.FOUND_BY_REFERENCE: marked(
        "remarks", "Found on the server by its reference: it had been done after all."
    ),
    RemarkCode.ADOPTED: marked("remarks", "Found on the server, as you said."),
    RemarkCode.THERE_ALREADY: marked("remarks", "The server had these values already, so nothing was sent."),
    RemarkCode.UNTOLD: marked(
        "remarks", "Sent without comparing first: this server does not tell what it held before."
    ),
    RemarkCode.SETTLED_SINCE: marked(
        "remarks",
        "It waited in an older copy of the data that was put back. By the newer notes beside it, it had been settled"
        " since: sent, or given up. It is not sent again.",
    ),
}

#: What makes the words of those with values.
_WITH_VALUES: Final[dict[RemarkCode, Callable[[Sequence[str]], str]]] = {
    RemarkCode.IN_DOUBT: _in_doubt,
    RemarkCode.INTERRUPTED: _interrupted,
    RemarkCode.NOT_SENT: _not_sent,
    RemarkCode.NOT_COMPARED: _not_compared,
    RemarkCode.REFUSED: _refused,
    RemarkCode.FOUND_UNTOLD: _found_untold,
    RemarkCode.UNUSABLE: lambda values: translate(
        "remarks", "It cannot be sent as it is: {0}. Edit it, or give it up."
    ).format(translated(values[0])),
    RemarkCode.OWNER_REFUSED: lambda values: translate(
        "remarks", "{0} is not in your Heatpunk team. Choose another owner."
    ).format(values[0]),
    RemarkCode.FIELD_REFUSED: lambda values: translate(
        "remarks", "Heatpunk did not accept what is in {0}. Correct it, then try again."
    ).format(_fields(values)),
    RemarkCode.CREATE_FORBIDDEN: lambda values: translate(
        "remarks",
        "Heatpunk did not allow this project to be created. {0} may not be in your team: choose another owner, or check"
        " your own email in the settings.",
    ).format(values[0]),
    RemarkCode.CHANGED_AFTER: lambda values: translate(
        "remarks", "Done, but the server now holds something else in: {0}. Somebody may have changed it right after."
    ).format(_fields(values)),
    RemarkCode.DAMAGED_LEFT: lambda values: translate(
        "remarks", "The database was damaged, and this could not be read whole. What is left of it: {0}"
    ).format(values[0]),
    RemarkCode.TEXT: "".join,
}

_CAUSES: Final = {
    DiscardCause.DISCARDED: marked("remarks", "Given up."),
    DiscardCause.DELETED_UNSENT: marked("remarks", "Given up before it was sent."),
    DiscardCause.TAKEN_BACK: marked("remarks", "Taken back before it was sent."),
    DiscardCause.THEIRS_KEPT: marked("remarks", "The server’s values were kept."),
    DiscardCause.CREATED_AGAIN: marked("remarks", "Put in a new project instead."),
    DiscardCause.PROJECT_DELETED: marked("remarks", "The project was deleted permanently."),
}

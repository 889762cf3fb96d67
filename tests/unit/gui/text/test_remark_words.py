"""Every remark and every cause has words, and stored sentences are shown as they are."""

from __future__ import annotations

import pytest

from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.domain.operation import DiscardCause
from heatpunk_desktop.domain.remarks import Remark, RemarkCode, remark, remarks_of_json
from heatpunk_desktop.gui.text.remark_words import cause_words, remark_words
from heatpunk_desktop.texts import marked

UNTIL = "2026-11-24T14:05:00.000Z"
#: Values for each code that needs some; the others have none.
VALUES = {
    RemarkCode.NOT_SENT: (marked("error_messages", "The connection broke off"),),
    RemarkCode.NOT_COMPARED: (marked("error_messages", "The connection broke off"),),
    RemarkCode.IN_DOUBT: (UNTIL, marked("error_messages", "The connection broke off")),
    RemarkCode.INTERRUPTED: (UNTIL,),
    RemarkCode.UNUSABLE: ("an email address is needed here",),
    RemarkCode.OWNER_REFUSED: ("tom@acme-heat.test",),
    RemarkCode.CREATE_FORBIDDEN: ("tom@acme-heat.test",),
    RemarkCode.FIELD_REFUSED: (Field.POSTCODE,),
    RemarkCode.FOUND_UNTOLD: (Field.POSTCODE, Field.STATUS),
    RemarkCode.CHANGED_AFTER: (Field.POSTCODE,),
    RemarkCode.DAMAGED_LEFT: ('{"status": "Le',),
    RemarkCode.TEXT: ("It waits.",),
}


@pytest.mark.parametrize("code", list(RemarkCode))
def test_every_remark_has_words_with_its_values(code: RemarkCode) -> None:
    values = VALUES.get(code, ())
    words = remark_words(remark(code, *values))
    assert words.endswith((".", '{"status": "Le'))
    shown = {UNTIL: "14:05", Field.POSTCODE: "Postcode", Field.STATUS: "Status"}
    for value in values:
        assert shown.get(value, value).casefold() in words.casefold()


def test_several_remarks_are_said_after_one_another() -> None:
    both = (Remark(RemarkCode.UNTOLD), Remark(RemarkCode.CHANGED_AFTER, (Field.STATUS,)))
    assert remark_words(both) == f"{remark_words(both[:1])} {remark_words(both[1:])}"
    assert remark_words(()) == ""


def test_a_sentence_of_an_earlier_version_is_shown_as_it_is() -> None:
    assert remark_words(remarks_of_json("Found on the server.")) == "Found on the server."


@pytest.mark.parametrize("cause", list(DiscardCause))
def test_every_cause_of_discarding_has_words(cause: DiscardCause) -> None:
    assert bool(cause_words(cause)) is (cause is not DiscardCause.NONE)

"""Remarks are stored as codes with values, and what earlier versions stored as sentences is kept as it is."""

from __future__ import annotations

import pytest

from heatpunk_desktop.domain.remarks import Remark, RemarkCode, Remarks, remark, remarks_as_json, remarks_of_json
from heatpunk_desktop.texts import Text, marked

TITLE = marked("error_messages", "The server said {0}").format(marked("outcome", "something else"))


@pytest.mark.parametrize(
    "remarks",
    [
        (),
        remark(RemarkCode.UNTOLD),
        (Remark(RemarkCode.UNTOLD), Remark(RemarkCode.CHANGED_AFTER, ("status", "address"))),
        remark(RemarkCode.OWNER_REFUSED, 'o"brien@acme-heat.test'),
        remark(RemarkCode.NOT_SENT, TITLE),
        remark(RemarkCode.TEXT, "It waits."),
    ],
)
def test_remarks_are_read_as_they_were_stored(remarks: Remarks) -> None:
    assert remarks_of_json(remarks_as_json(remarks)) == remarks


def test_a_marked_text_can_still_be_translated_once_it_was_stored() -> None:
    ((_, (title,)),) = remarks_of_json(remarks_as_json(remark(RemarkCode.NOT_SENT, TITLE)))
    assert isinstance(title, Text)
    assert (title.context, title.source, title) == (TITLE.context, TITLE.source, TITLE)
    (inner,) = title.values
    assert isinstance(inner, Text)
    assert inner.context == "outcome"


@pytest.mark.parametrize(
    "stored", ["Found on the server.", "[odd] sentence", '[["unheard_of"]]', '[["not_sent", 1]]', '[["', "[[" * 9_999]
)
def test_anything_else_is_kept_as_the_text_that_it_is(stored: str) -> None:
    assert remarks_of_json(stored) == remark(RemarkCode.TEXT, stored)
    assert remarks_as_json(remarks_of_json(stored)) == stored

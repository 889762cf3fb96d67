from __future__ import annotations

from time import process_time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.extraction.reading import LONGEST_NOTE, Confidence, read_note

PIECES = (
    "Jane Smith", "Tel:", "020 7946 0123", "jane@example.com", "\n", "\r\n", "> ", "Regards,", "14 Mill Road", ", ",
    "Cambridge", "CB1 2AD", " ", "From: ", "On Monday Tom wrote:", "Address:", "\u200b", "\u00a0", "|", "- ", "Name:",
    "Postcode:", "Status: quoted", "built in 1932", "Lat: 52.2", "Long: 0.1", "\t", "First name:", "Surname:",
)  # fmt: skip


def values(note: str) -> dict[Field, str]:
    return {field: finding.value for field, finding in read_note(note).certain.items()}


@example("Jane SmithFirst name:A\x1fTel:")
@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=8), max_size=30).map("".join))
def test_any_text_is_read_and_places_lie_in_it(note: str) -> None:
    reading = read_note(note)

    assert not reading.certain.keys() & reading.ambiguous.keys()
    for finding in (
        *reading.certain.values(),
        *(finding for several in reading.ambiguous.values() for finding in several),
    ):
        assert 0 <= finding.start < finding.end <= len(note)
        assert finding.value.strip() == finding.value != ""
    assert all(len(several) > 1 for several in reading.ambiguous.values())


def test_two_values_of_a_field_leave_it_alone_and_are_told() -> None:
    reading = read_note("Either 020 7946 0123 or 029 2018 0456.")

    assert Field.CUSTOMER_PHONE not in reading.certain
    assert [found.value for found in reading.ambiguous[Field.CUSTOMER_PHONE]] == ["020 7946 0123", "029 2018 0456"]


def test_one_value_written_twice_is_sure() -> None:
    assert values("020 7946 0123\nthat is 02079460123")[Field.CUSTOMER_PHONE] == "020 7946 0123"


def test_sureness_says_how_a_value_is_known() -> None:
    sure = read_note("Tel: 020 7946 0123\nwrite to jane@example.com\nThanks\nJane Smith").certain

    assert sure[Field.CUSTOMER_PHONE].confidence is Confidence.LABELLED
    assert sure[Field.CUSTOMER_EMAIL].confidence is Confidence.FORMED
    assert sure[Field.CUSTOMER_NAME].confidence is Confidence.PLACED


def test_address_of_a_label_has_its_place_over_all_its_lines() -> None:
    note = "Site address: 14 Mill Road\nCambridge\nCB1 2AD\n\nRegards"

    found = read_note(note).certain[Field.ADDRESS]

    assert found.value == "14 Mill Road, Cambridge"
    assert note[found.start : found.end] == "14 Mill Road\nCambridge"


@pytest.mark.parametrize(
    "note",
    [
        "",
        "my mobile is broken",  # `mobile` with O for nought is a postcode
        "I'm Interested, thanks\nHappy Days",
        "We would like a quote please",
        "the status is unclear",
        "The extension was built in 2015",
        "built in 2006",
        "Agent tel: 020 7946 0123",
        "Fax: 020 7946 0123",
        "not 020 7946 0123 any more",
        "Reply to noreply@example.com",
        "Invoice 12345678901, order CB1",
        "Dear Mr Patel",
        "Hi Jane Smith",
        "Kind regards\nGreen Heat Team",
        "Property: 3 bed semi",
        "Contact: by phone only",
        "Email: n/a\nTel: none\nName: -",
    ],
)
def test_what_is_not_sure_is_left(note: str) -> None:
    assert values(note) == {}


def test_name_of_the_team_under_our_own_letter_is_not_the_customers() -> None:
    note = "From: Tom Baker <tom@greenheat.test>\nTo: mary@example.com\n\nHello\n\nRegards\nTom Baker\n020 7946 0123"

    assert {field: reading.value for field, reading in read_note(note, ["tom@greenheat.test"]).certain.items()} == {
        Field.CUSTOMER_EMAIL: "mary@example.com"
    }


def test_letter_o_for_a_nought_is_mended_behind_a_label() -> None:
    assert values("Postcode: CB1 O1D") == {}
    assert values("Postcode: CB1 OAD") == {Field.POSTCODE: "CB1 0AD"}


def test_what_comes_after_the_longest_note_is_not_read() -> None:
    assert values("x " * (LONGEST_NOTE // 2) + "jane@example.com") == {}


@pytest.mark.parametrize("piece", ["a", "A ", "1 ", "Aa:\n", "From: a\n", "CB1 2AD ", "a.b@", "14 Aa, ", "> ", "On "])
def test_odd_text_does_not_hold_up_the_window_for_long(piece: str) -> None:
    note = (piece * LONGEST_NOTE)[:LONGEST_NOTE]
    read_note("020 7946 0123")  # what is imported the first time is not measured

    start = process_time()
    read_note(note)

    assert process_time() - start < 2  # without bounds on what is looked back at, these take 4 to 20 seconds

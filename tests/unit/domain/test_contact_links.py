from __future__ import annotations

import pytest

from heatpunk_desktop.domain.contact_links import email_link, map_link, phone_link


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("01392 258 258", "tel:01392258258"),
        ("+44 (0)1392 258258", "tel:+441392258258"),
        ("(01392) 258-258 ext. 12", "tel:01392258258"),
        ("(+44) 7700 900123", "tel:+447700900123"),
        ("01392 258258 / 07700 900123", "tel:01392258258"),
        ("work or 07700 900123", "tel:07700900123"),
        ("999", "tel:999"),
        ("", None),
        ("none", None),
        ("12", None),
        ("1" * 16, None),
    ],
)
def test_a_phone_number_is_rung(text: str, link: str | None) -> None:
    assert phone_link(text) == link


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("priya.patel@example.com", "mailto:priya.patel@example.com"),
        (" o'neill+heat@example.co.uk ", "mailto:o%27neill%2Bheat@example.co.uk"),
        ("renée@exämple.de", "mailto:ren%C3%A9e@ex%C3%A4mple.de"),
        ("a@b.com; c@d.com", "mailto:a@b.com"),
        ("priya@example", None),
        ("priya", None),
        ("", None),
        ("x" * 250 + "@example.com", None),
    ],
)
def test_an_email_is_begun(text: str, link: str | None) -> None:
    assert email_link(text) == link


@pytest.mark.parametrize(
    ("address", "postcode", "position", "query"),
    [
        ("87 High Street,\nExeter", "EX1 1HS", None, "87+High+Street%2C+Exeter%2C+EX1+1HS"),
        ("", "EX1 1HS", None, "EX1+1HS"),
        ("87 High Street", "", (50.7221, -3.5331), "50.722100%2C-3.533100"),
        ("87 High Street", "", (500.0, 0.0), "87+High+Street"),
        ("", "", (0.0, 0.0), "0.000000%2C0.000000"),
    ],
)
def test_a_house_is_shown(address: str, postcode: str, position: tuple[float, float] | None, query: str) -> None:
    assert map_link(address, postcode, position) == f"https://www.google.com/maps/search/?api=1&query={query}"


def test_nowhere_is_not_shown() -> None:
    assert map_link(" , ", "-") is None
    assert map_link("", "", (float("nan"), 0.0)) is None

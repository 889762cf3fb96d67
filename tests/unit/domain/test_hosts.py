from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heatpunk_desktop.domain.hosts import VENDOR_DOMAINS, check_domain, is_loopback, is_vendor_domain
from heatpunk_desktop.errors import BadInputError


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("heatpunk.co.uk", "heatpunk.co.uk"),
        ("  HeatPunk.co.UK\n", "heatpunk.co.uk"),
        ("https://heatpunk.co.uk", "heatpunk.co.uk"),
        ("HTTPS://Heatpunk.co.uk/", "heatpunk.co.uk"),
        ("my-firm1.example.com", "my-firm1.example.com"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("http://127.0.0.1:8080/", "http://127.0.0.1:8080"),
        ("http://[::1]:65535", "http://[::1]:65535"),
        ("HTTP://LOCALHOST:1", "http://localhost:1"),
    ],
)
def test_domains_that_users_paste_are_read(typed: str, read: str) -> None:
    assert check_domain(typed) == read


@pytest.mark.parametrize("domain", VENDOR_DOMAINS)
def test_the_vendors_domains_are_known_and_no_loopback(domain: str) -> None:
    assert check_domain(f"https://{domain}/") == domain
    assert is_vendor_domain(domain)
    assert not is_loopback(domain)


def test_another_firms_domain_and_the_own_computer_are_not_the_vendors() -> None:
    assert not is_vendor_domain(check_domain("heatpunk.co.uk.evil.com"))
    assert not is_vendor_domain("http://127.0.0.1:80")
    assert is_loopback(check_domain("http://127.0.0.1:80"))


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("", "No domain"),
        ("   ", "No domain"),
        ("http://heatpunk.co.uk", "without https"),
        ("http://127.0.0.1", "without https"),
        ("http://127.0.0.1:0", "without https"),
        ("http://127.0.0.1:080", "without https"),
        ("http://127.0.0.1:65536", "without https"),
        ("http://127.0.0.2:80", "without https"),
        ("http://user@127.0.0.1:80", "without https"),
        ("http://127.0.0.1:80/path", "without https"),
        ("http://localhost.evil.com:80", "without https"),
        ("https://user:pw@heatpunk.co.uk", "user name"),
        ("heatpunk.co.uk@evil.com", "user name"),
        ("https://heatpunk.co.uk/?project=5", "more than the domain"),
        ("heatpunk.co.uk/", "more than the domain"),
        ("heatpunk.co.uk?x", "more than the domain"),
        ("heatpunk.co.uk#x", "more than the domain"),
        ("https://heatpunk.co.uk//", "more than the domain"),
        ("https://https://heatpunk.co.uk", "more than the domain"),
        ("heatpunk.co.uk:443", "port"),
        ("https://127.0.0.1:8080", "port"),
        ("https://[dead]", "IP address"),
        ("127.0.0.1", "not the name of a server"),
        ("https://127.1", "not the name of a server"),
        ("1.2.3.0x7f", "not the name of a server"),
        ("heatpunk.co.uk.", "ends with a dot"),
        ("h\u0435atpunk.co.uk", "looks like"),  # a Cyrillic letter
        ("heatpunk\u200b.co.uk", "looks like"),
        ("heatpunk。co。uk", "looks like"),
        ("xn--hatpunk-8fg.co.uk", "look like"),
        ("localhost", "not the name of a server"),
        ("heat punk.co.uk", "not the name of a server"),
        ("heatpunk..uk", "not the name of a server"),
        ("-heatpunk.co.uk", "not the name of a server"),
        ("heatpunk-.co.uk", "not the name of a server"),
        ("heat_punk.co.uk", "not the name of a server"),
        ("heatpunk.co.uk\\evil.com", "not the name of a server"),
        ("heatpunk.co.uk%2f.evil.com", "not the name of a server"),
        ("ftp.\theatpunk.co.uk", "not the name of a server"),
        (f"{'a' * 64}.uk", "not the name of a server"),
        (f"{'a.' * 126}uk", "not the name of a server"),
    ],
)
def test_whatever_is_no_plain_host_is_refused_in_words(typed: str, why: str) -> None:
    with pytest.raises(BadInputError) as refused:
        check_domain(typed)
    assert why in refused.value.message
    assert "heatpunk.co.uk" in refused.value.what_to_do


@given(st.text(max_size=60) | st.from_regex(r"(https?://)?[a-z0-9.:@/\[\]-]{1,40}"))
def test_what_is_accepted_stays_the_same_when_read_again(typed: str) -> None:
    try:
        domain = check_domain(typed)
    except BadInputError:
        return
    assert check_domain(domain) == domain
    assert domain.isascii()
    assert is_loopback(domain) or not set(domain) & set("/@:?#[] ")

from __future__ import annotations

import pytest

from heatpunk_desktop.domain.account import Account


@pytest.mark.parametrize(
    ("domain", "origin", "host"),
    [
        ("heatpunk.co.uk", "https://heatpunk.co.uk", "heatpunk.co.uk"),
        ("http://127.0.0.1:8765", "http://127.0.0.1:8765", "127.0.0.1:8765"),
        ("http://[::1]:8765", "http://[::1]:8765", "[::1]:8765"),
        ("http://localhost:80", "http://localhost:80", "localhost:80"),
    ],
)
def test_a_domain_is_reached_over_https_and_loopback_over_http(domain: str, origin: str, host: str) -> None:
    account = Account(domain, "a@b.test")
    assert (account.origin, account.host) == (origin, host)
    assert account.deep_link(1353680) == f"{origin}/?project=1353680"


def test_a_deep_link_is_made_of_a_number_and_nothing_else() -> None:
    with pytest.raises(ValueError, match="invalid literal"):
        Account("heatpunk.co.uk", "a@b.test").deep_link("1&x=<b>")  # type: ignore[arg-type]

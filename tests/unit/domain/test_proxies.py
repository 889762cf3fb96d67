from __future__ import annotations

import pytest

from heatpunk_desktop.domain.hosts import check_proxy, is_proxy_setting
from heatpunk_desktop.errors import BadInputError


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("proxy.firm.example:3128", "proxy.firm.example:3128"),
        ("  HTTP://Proxy:8080/ ", "proxy:8080"),
        ("10.0.0.1:1", "10.0.0.1:1"),
        ("[2001:db8::1]:65535", "[2001:db8::1]:65535"),
    ],
)
def test_addresses_that_users_paste_are_read(typed: str, read: str) -> None:
    assert check_proxy(typed) == read
    assert is_proxy_setting(read)


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("", "No proxy"),
        ("proxy.firm.example", "host with a port"),
        ("proxy:0", "host with a port"),
        ("proxy:65536", "host with a port"),
        ("proxy:1/path", "host with a port"),
        ("pro xy:1", "host with a port"),
        ("proxy:1\r\nX: y", "host with a port"),
        ("https://proxy:1", "only HTTP"),
        ("socks5://proxy:1080", "only HTTP"),
        ("http://sam:hush@proxy:1", "a name and a password"),
    ],
)
def test_whatever_is_no_host_and_port_is_refused_in_words(typed: str, why: str) -> None:
    with pytest.raises(BadInputError) as refused:
        check_proxy(typed)
    assert why in refused.value.message
    assert "hush" not in refused.value.message
    assert not is_proxy_setting(typed)

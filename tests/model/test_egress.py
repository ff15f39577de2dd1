"""Where a proxy is, and what it is told."""

from __future__ import annotations

import pytest

from automation.model import DIRECT, Egress, Secret


@pytest.mark.parametrize(
    "proxy, place",
    [
        ("http://proxy.example", ("http", "proxy.example", 80)),
        ("https://proxy.example", ("https", "proxy.example", 443)),
        ("socks5://proxy.example", ("socks5", "proxy.example", 1080)),
        ("http://[::1]:3128", ("http", "::1", 3128)),
    ],
)
def test_a_proxy_has_the_port_that_is_written_or_usual(
    proxy: str, place: tuple[str, str, int]
) -> None:
    assert Egress(proxy=proxy).place == place


def test_without_a_proxy_there_is_no_place_and_nobody_to_greet() -> None:
    assert (DIRECT.place, DIRECT.login) == (None, None)


def test_a_name_without_a_password_is_a_login_too() -> None:
    assert Egress(username=Secret("north")).login == ("north", "")
    assert Egress(username=Secret("north"), password=Secret("s3cret")).login == ("north", "s3cret")


def test_neither_name_nor_password_is_ever_printed() -> None:
    shown = repr(Egress(proxy="http://p:1", username=Secret("north"), password=Secret("s3cret")))
    assert "north" not in shown
    assert "s3cret" not in shown

"""Nothing is sent to a private address, in whatever way it is written, unless it was allowed."""

from __future__ import annotations

from ipaddress import ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automation.errors import BadArgument
from automation.transport import Targets

PRIVATE = (
    "127.0.0.1",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.1",
    "224.0.0.1",
    "255.255.255.255",
    "::1",
    "::",
    "fe80::1%eth0",
    "fd00::1",
    "ff02::1",
    "::ffff:127.0.0.1",
    "::ffff:a9fe:a9fe",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
    "no address",
    "",
)
PUBLIC = ("93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946", "64:ff9b::5db8:d822")


@pytest.mark.parametrize("address", PRIVATE)
def test_a_private_address_is_none(address: str) -> None:
    assert not Targets().allows(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_is_one_but_never_without_encryption(address: str) -> None:
    assert Targets().allows(address)
    assert not Targets([ip_network("10.0.0.0/8")]).allows(address, plain=True)


def test_a_network_that_was_allowed_is_reached_also_without_encryption_and_no_other_is() -> None:
    targets = Targets([ip_network("10.0.0.0/8")])
    for address in ("10.1.2.3", "::ffff:10.1.2.3"):
        assert targets.allows(address)
        assert targets.allows(address, plain=True)
    assert not targets.allows("192.168.1.1")


@given(st.ip_addresses(v=4, network="10.0.0.0/8"))
def test_no_address_of_a_private_network_slips_through_as_ipv6(address: object) -> None:
    assert not Targets().allows(f"::ffff:{address}")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "hooks.example/in",
        "http://hooks.example/in",
        "ftp://hooks.example/in",
        "file:///etc/passwd",
        "https://",
        "https:///in",
        "https://user:word@hooks.example/in",
        "https://hooks.example/in#part",
        "https://hooks.example/i n",
        "https://hooks.example/in\r\nx: y",
        "https://hooks.example:99999/",
        "https://127.0.0.1/in",
        "https://[::1]/in",
        "https://[fe80::1/in",
        "https://169.254.169.254/latest/meta-data",
        "https://hooks.example/" + "x" * 2000,
    ],
)
def test_what_is_no_address_for_events_is_refused_at_once(url: str) -> None:
    with pytest.raises(BadArgument):
        Targets().refuse(url)


def test_addresses_for_events_are_taken() -> None:
    Targets().refuse("https://hooks.example/in?key=1")
    Targets().refuse("https://93.184.216.34:8443/in")
    allowed = Targets([ip_network("127.0.0.0/8")])
    allowed.refuse("http://127.0.0.1:8080/in")
    with pytest.raises(BadArgument, match="private address") as caught:
        allowed.refuse("http://10.0.0.1/in")
    assert "VETPORTAL_WEBHOOK_NETWORKS" in caught.value.remedy

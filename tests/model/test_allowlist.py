"""Which addresses a practice may speak to."""

from __future__ import annotations

import pytest

from automation.model import AllowList, Portal, Practice, same_origin


def allowing(base_url: str, *hosts: str, loopback: bool = False) -> AllowList:
    portal = Portal(portal="acme", title="Acme", hosts=hosts)
    practice = Practice(name="north", portal="acme", base_url=base_url, loopback=loopback)
    return AllowList.of(portal, practice)


@pytest.mark.parametrize(
    "url",
    [
        "https://app.acme.example/Practice",
        "https://APP.acme.example:443/",
        "https://cell4.acme.example/",
        "wss://cell4.acme.example/live",
    ],
)
def test_the_practices_own_address_and_the_hosts_of_its_portal_are_allowed(url: str) -> None:
    assert allowing("https://app.acme.example", "*.acme.example").allows(url)


@pytest.mark.parametrize(
    "url",
    [
        "https://elsewhere.example/",
        "https://acme.example.elsewhere.example/",
        "https://cell4.acme.example:8443/",
        "http://app.acme.example/",
        "http://cell4.acme.example/",
        "https://someone:word@app.acme.example/",
        "ftp://app.acme.example/",
        "file:///etc/passwd",
        "https://[broken/",
        "https://app.acme.example:notaport/",
        "/Practice/relative",
        "https://127.0.0.1/",
        "https://localhost/",
    ],
)
def test_every_other_address_is_refused(url: str) -> None:
    assert not allowing("https://app.acme.example", "*.acme.example").allows(url)


def test_plain_http_is_spoken_with_a_practice_whose_own_address_says_so() -> None:
    allowed = allowing("http://pms.clinic.example:8080", "*.acme.example")
    assert allowed.allows("http://pms.clinic.example:8080/x")
    assert not allowed.allows("http://pms.clinic.example/x")
    assert not allowed.allows("http://cell4.acme.example/")


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.1", "localhost", "[::1]", "sim.localhost"])
def test_this_machine_is_spoken_to_only_when_the_practice_says_so(host: str) -> None:
    base = f"http://{host}:9000"
    assert not allowing(base, "*").allows(f"{base}/x")
    assert allowing(base, "*", loopback=True).allows(f"{base}/x")


def test_another_port_of_this_machine_is_another_server() -> None:
    assert not allowing("http://127.0.0.1:9000", loopback=True).allows("http://127.0.0.1:9001/")


@pytest.mark.parametrize(
    "one, other, same",
    [
        ("https://a.example/x", "https://A.example:443/y?z", True),
        ("https://a.example/", "wss://a.example/live", True),
        ("https://a.example/", "http://a.example/", False),
        ("https://a.example/", "https://a.example:8443/", False),
        ("https://a.example/", "https://b.a.example/", False),
        ("https://a.example/", "https://someone@a.example/", False),
        ("mailto:a@b.example", "mailto:a@b.example", False),
    ],
)
def test_an_origin_is_scheme_host_and_port_and_nothing_else(
    one: str, other: str, same: bool
) -> None:
    assert same_origin(one, other) is same

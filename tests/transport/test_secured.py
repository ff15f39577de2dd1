"""How the connection to a portal is secured is told in the words of the browser."""

from __future__ import annotations

from pathlib import Path

import httpx2

from automation.model import Egress
from automation.transport.secured import secured_by
from tests.browser.site import serving
from tests.transport.test_egress import ask
from tests.way_out import Authority


def test_the_version_and_who_issued_the_certificate_are_told(tmp_path: Path) -> None:
    ours = Authority("ours", tmp_path)
    with serving(ours.server("localhost")) as site:
        site.pages["/"] = "here"
        reply = ask(Egress(authorities=ours.pem), f"https://localhost:{site.port}/")
    assert (reply.content, reply.secured) == (b"here", "TLS 1.3, ours")


def test_what_is_not_secured_says_nothing() -> None:
    with serving() as site:
        site.pages["/"] = "here"
        assert ask(Egress(), f"{site.url}/").secured == ""
    assert secured_by(httpx2.Response(200)) == ""

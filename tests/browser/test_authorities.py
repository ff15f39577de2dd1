"""The browser trusts the authorities of a practice: those, for that start, and truly verified."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from automation.browser import Tab, authorities, watch_network
from automation.browser.authorities import home_trusting
from automation.errors import Refused, Unready
from automation.model import Egress, Exchange
from tests.browser.site import Browser, Site, serving
from tests.engine import run_engine
from tests.way_out import Authority


def heading(chromium: Browser, site: Site, pem: str) -> str | None:
    """What the browser shows of a site at localhost when it is told these authorities."""
    base = f"https://localhost:{site.port}"
    site.pages["/"] = "<h1>Here</h1>"

    async def visit(tab: Tab) -> str | None:
        await tab.goto(f"{base}/")
        return await tab.text_of("h1")

    return chromium.run(base, visit, egress=Egress(authorities=pem))


def test_an_authority_of_the_practice_is_trusted_and_no_other(
    chromium: Browser, tmp_path: Path
) -> None:
    ours, other = Authority("ours", tmp_path), Authority("other", tmp_path)
    with serving(ours.server("localhost")) as site:
        assert heading(chromium, site, other.pem + ours.pem) == "Here"
        for pem in ("", other.pem):
            with pytest.raises(Refused, match="certificate of localhost is not trusted"):
                heading(chromium, site, pem)
        assert site.paths.count("/") == 1


def test_a_trusted_authority_does_not_make_up_for_another_name(
    chromium: Browser, tmp_path: Path
) -> None:
    ours = Authority("ours", tmp_path)
    refused = pytest.raises(Refused, match="ERR_CERT_COMMON_NAME_INVALID")
    with serving(ours.server("elsewhere.example")) as site, refused:
        heading(chromium, site, ours.pem)


def test_what_this_user_trusts_elsewhere_is_not_trusted_beside_them(
    chromium: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, other = Authority("ours", tmp_path), Authority("other", tmp_path)
    folder = tmp_path / "data" / "pki" / "nssdb"
    subprocess.run(
        [sys.executable, "-I", authorities.__file__, str(folder)],
        input=other.pem.encode(),
        check=True,
    )
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    refused = pytest.raises(Refused, match="certificate of localhost is not trusted")
    with serving(other.server("localhost")) as site, refused:
        heading(chromium, site, ours.pem)


def trusting(pem: str) -> dict[str, str]:
    async def run() -> dict[str, str]:
        async with home_trusting(pem) as changed:
            home = Path(changed["HOME"]) if changed else None
            assert home is None or (home / ".pki" / "nssdb" / "cert9.db").is_file()
            return dict(changed)

    return run_engine(run())


def test_the_home_of_a_start_is_gone_afterwards(tmp_path: Path) -> None:
    home = Path(trusting(Authority("ours", tmp_path).pem)["HOME"])
    assert not home.exists()


def test_without_authorities_the_browser_keeps_the_home_it_has() -> None:
    assert trusting("") == {}


def test_what_is_no_certificate_is_told_before_the_browser_starts() -> None:
    damaged = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
    with pytest.raises(Unready, match="CERT_NewTempCertificate of NSS fails"):
        trusting(damaged)


def test_who_issued_the_certificate_is_known_of_each_answer(
    chromium: Browser, tmp_path: Path
) -> None:
    ours = Authority("ours", tmp_path)
    with serving(ours.server("localhost")) as site:
        base = f"https://localhost:{site.port}"
        site.pages["/"] = "<h1>Here</h1>"

        async def visit(tab: Tab) -> list[Exchange]:
            seen: list[Exchange] = []
            async with watch_network(tab, now=time.monotonic, deliver=seen.append):
                await tab.goto(f"{base}/")
            return seen

        seen = chromium.run(base, visit, egress=Egress(authorities=ours.pem))
    pages = [each for each in seen if each.request.url == f"{base}/"]
    told = {each.response.secured for each in pages if each.response}
    assert told == {"TLS 1.3, ours"}

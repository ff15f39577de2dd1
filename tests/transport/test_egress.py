"""The way out of a practice is its own: its proxy, its authorities, nothing of the environment."""

from __future__ import annotations

import gc
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from pytest_httpserver import HTTPServer

from automation import transport
from automation.errors import BadFile, PortalDown, Refused, Unusable
from automation.model import AllowList, Call, Egress, Pace, Portal, Practice, Reply, Secret
from tests.engine import run_engine
from tests.fakes import VirtualClock
from tests.way_out import Authority, Proxy, forwarding, private_pem

PORTAL = "portal.acme.example"
NORTH = ("north", "s3cret")


left_to_the_collector = pytest.mark.filterwarnings(
    "ignore::pytest.PytestUnraisableExceptionWarning"
)
"""The library drops the line to a SOCKS proxy that says no without closing it."""


@pytest.fixture(autouse=True)
def collected() -> Iterator[None]:
    """What a test leaves to the collector is collected in it, not in a later one."""
    yield
    gc.collect()


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority("ours", tmp_path)


@contextmanager
def serving(tls: ssl.SSLContext) -> Iterator[HTTPServer]:
    """A portal over TLS."""
    with HTTPServer(host="localhost", port=0, ssl_context=tls) as server:
        server.expect_request("/").respond_with_data("here")
        yield server


def practice_of(base_url: str, *, proxy: str | None = None, ca_file: str | None = None) -> Practice:
    return Practice(
        name="north",
        portal="acme",
        base_url=base_url,
        loopback=True,
        proxy=proxy,
        ca_file=ca_file,
    )


def ask(egress: Egress, url: str, clock: VirtualClock | None = None) -> Reply:
    base = url.rstrip("/")
    allowed = AllowList.of(Portal(portal="acme", title="Acme", hosts=()), practice_of(base))

    async def run() -> Reply:
        ways = transport.HttpDoor(
            allowed, Pace(), egress=egress, clock=clock or VirtualClock(), rng=Random(1)
        )
        async with ways as door:
            return await door.send(Call("GET", url))

    return run_engine(run())


def greeting(proxy: Proxy, login: tuple[str, str] = NORTH, pem: str = "") -> Egress:
    return Egress(proxy.url, Secret(login[0]), Secret(login[1]), pem)


@pytest.mark.parametrize("scheme", ["http", "https", "socks5"])
def test_everything_goes_through_the_proxy_which_is_told_the_name_and_not_an_address(
    scheme: str, authority: Authority
) -> None:
    over = authority.server("127.0.0.1") if scheme == "https" else None
    with (
        serving(authority.server(PORTAL)) as portal,
        forwarding(scheme, login=NORTH, tls=over) as proxy,
    ):
        proxy.ports[f"{PORTAL}:443"] = portal.port
        reply = ask(greeting(proxy, pem=authority.pem), f"https://{PORTAL}/")
    assert reply.content == b"here"
    verb = "SOCKS" if scheme == "socks5" else "CONNECT"
    assert proxy.asked == [f"{verb} {PORTAL}:443"]


def test_a_plain_portal_is_asked_through_the_proxy_too(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/").respond_with_data("here")
    with forwarding() as proxy:
        proxy.ports[f"{PORTAL}:8080"] = httpserver.port
        assert ask(Egress(proxy.url), f"http://{PORTAL}:8080/").content == b"here"
    assert proxy.asked == [f"GET http://{PORTAL}:8080/"]


def test_the_proxies_of_the_environment_are_never_used(
    httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    httpserver.expect_request("/").respond_with_data("here")
    with forwarding() as proxy:
        for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.url)
        assert ask(Egress(), httpserver.url_for("/")).content == b"here"
    assert proxy.asked == []


def test_the_authorities_of_the_environment_are_never_trusted(
    authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    refused = pytest.raises(Refused, match="certificate of localhost is not trusted")
    with serving(authority.server("localhost")) as portal, refused:
        ask(Egress(authorities=Authority("another", authority.file.parent).pem), at(portal))


def at(portal: HTTPServer) -> str:
    return f"https://localhost:{portal.port}/"


def test_an_authority_of_the_practice_is_trusted_and_no_other(tmp_path: Path) -> None:
    ours, other = Authority("ours", tmp_path), Authority("other", tmp_path)
    with serving(ours.server("localhost")) as portal:
        assert ask(Egress(authorities=ours.pem), at(portal)).content == b"here"
        assert ask(Egress(authorities=other.pem + ours.pem), at(portal)).content == b"here"
        for pem in ("", other.pem):
            with pytest.raises(Refused, match="certificate of localhost is not trusted"):
                ask(Egress(authorities=pem), at(portal))


def test_a_trusted_authority_does_not_make_up_for_another_name(authority: Authority) -> None:
    refused = pytest.raises(Refused, match="certificate of localhost is not trusted")
    with serving(authority.server("elsewhere.example")) as portal, refused:
        ask(Egress(authorities=authority.pem), at(portal))


@left_to_the_collector
@pytest.mark.parametrize("scheme", ["http", "socks5"])
@pytest.mark.parametrize("login", [("north", "wr0ng"), None])
def test_a_proxy_that_does_not_accept_us_is_asked_once(
    scheme: str, login: tuple[str, str] | None
) -> None:
    clock = VirtualClock()
    with forwarding(scheme, login=NORTH) as proxy:
        egress = greeting(proxy, login) if login else Egress(proxy.url)
        with pytest.raises(Unusable, match="proxy of this practice does not accept") as caught:
            ask(egress, f"https://{PORTAL}/", clock)
    assert (len(proxy.greetings), clock.slept) == (1 if login else 0, [])
    assert "wr0ng" not in f"{caught.value} {caught.value.remedy}"


def test_a_proxy_that_does_not_accept_us_is_no_answer_of_a_plain_portal() -> None:
    with forwarding(login=NORTH) as proxy, pytest.raises(Unusable, match="does not accept"):
        ask(Egress(proxy.url), "http://portal.acme.example/")
    assert len(proxy.asked) == 1


def test_a_407_without_a_proxy_is_an_answer(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/").respond_with_data("odd", status=407)
    assert ask(Egress(), httpserver.url_for("/")).status == 407


@left_to_the_collector
@pytest.mark.parametrize("scheme", ["http", "socks5"])
def test_a_proxy_that_finds_nobody_is_a_portal_that_is_down(scheme: str) -> None:
    down = pytest.raises(PortalDown, match=f"proxy .* does not lead to {PORTAL}")
    with forwarding(scheme) as proxy, down:
        ask(Egress(proxy.url), f"https://{PORTAL}/")


def test_where_no_proxy_listens_nothing_goes_out_another_way(httpserver: HTTPServer) -> None:
    with forwarding() as gone:
        url = gone.url
    with pytest.raises(PortalDown, match="no connection to localhost by the proxy"):
        ask(Egress(url), httpserver.url_for("/"))
    assert httpserver.log == []


# ---------------------------------------------------------------- reading it


def test_only_the_certificates_of_a_file_are_taken(authority: Authority, tmp_path: Path) -> None:
    bundle = tmp_path / "bundle.pem"
    key = private_pem(ec.generate_private_key(ec.SECP256R1()))
    bundle.write_text(f"# our authority\n{authority.pem}{key}")
    practice = practice_of("https://a.example", ca_file=str(bundle))
    assert transport.read_egress(practice).authorities == authority.pem


def test_a_practice_without_proxy_takes_no_name_along() -> None:
    egress = transport.read_egress(practice_of("https://a.example"), username=Secret("north"))
    assert egress == Egress()


def test_proxy_and_login_of_a_practice_make_its_way_out() -> None:
    practice = practice_of("https://a.example", proxy="http://proxy.example:3128")
    egress = transport.read_egress(practice, username=Secret("north"), password=Secret("s3cret"))
    assert (egress.place, egress.login) == (("http", "proxy.example", 3128), NORTH)


@pytest.mark.parametrize(
    "content, problem",
    [
        (None, "cannot be read: No such file"),
        ("nothing", "holds no certificate in PEM form"),
        ("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "is damaged"),
    ],
)
def test_a_file_without_authorities_is_told_by_its_path(
    content: str | None, problem: str, tmp_path: Path
) -> None:
    path = tmp_path / "ca.pem"
    if content is not None:
        path.write_text(content)
    with pytest.raises(BadFile, match=problem) as caught:
        transport.read_egress(practice_of("https://a.example", ca_file=str(path)))
    assert str(path) in str(caught.value)

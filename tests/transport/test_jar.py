"""Which cookies are kept and which address gets them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automation.model import Cookie
from automation.transport.jar import CookieJar
from tests.fakes import VirtualClock

HOME = "https://app.acme.example/Practice/Home"


def jar_with(*headers: str, url: str = HOME, clock: VirtualClock | None = None) -> CookieJar:
    jar = CookieJar(clock or VirtualClock())
    for header in headers:
        jar.receive(header, url)
    return jar


def test_a_cookie_goes_back_to_the_host_that_set_it_and_to_no_other() -> None:
    jar = jar_with("sid=1; Path=/")
    assert jar.header(HOME) == "sid=1"
    assert jar.header("https://cell4.app.acme.example/") is None
    assert jar.header("https://acme.example/") is None


def test_a_cookie_with_a_domain_goes_to_every_host_below_it() -> None:
    jar = jar_with("sid=1; Path=/; Domain=acme.example")
    assert jar.header("https://cell4.acme.example/") == "sid=1"
    assert jar.header("https://notacme.example/") is None


@pytest.mark.parametrize("domain", ["elsewhere.example", "example", "pp.acme.example", ".example"])
def test_a_cookie_for_somebody_elses_domain_is_ignored(domain: str) -> None:
    assert jar_with(f"sid=1; Path=/; Domain={domain}").export() == ()


def test_a_number_is_no_domain_to_be_below_of() -> None:
    jar = jar_with("sid=1; Domain=0.0.1", "own=2; Domain=127.0.0.1", url="http://127.0.0.1:80/")
    assert [(each.name, each.domain) for each in jar.export()] == [("own", "127.0.0.1")]


@pytest.mark.parametrize(
    "path,expected",
    [
        ("/Practice", "a=1"),
        ("/Practice/", "a=1"),
        ("/Practice/x", "a=1"),
        ("/Practices", None),
        ("/", None),
    ],
)
def test_a_path_covers_itself_and_what_lies_below(path: str, expected: str | None) -> None:
    assert jar_with("a=1; Path=/Practice").header(f"https://app.acme.example{path}") == expected


def test_without_a_path_the_folder_of_the_page_counts() -> None:
    assert [each.path for each in jar_with("a=1").export()] == ["/Practice"]


def test_longer_paths_come_first() -> None:
    jar = jar_with("a=1; Path=/", "a=2; Path=/Practice")
    assert jar.header(HOME) == "a=2; a=1"
    assert jar.value("a", HOME) == "2"


def test_the_same_name_and_place_is_replaced() -> None:
    assert jar_with("a=1; Path=/", "a=2; Path=/").header(HOME) == "a=2"


def test_a_secure_cookie_stays_off_plain_http() -> None:
    jar = jar_with("a=1; Path=/; Secure")
    assert jar.header("http://app.acme.example/") is None
    assert jar_with("a=1; Path=/; Secure", url="http://app.acme.example/").export() == ()


def test_a_secure_cookie_travels_to_this_machine_as_in_a_browser() -> None:
    jar = jar_with("a=1; Path=/; Secure", url="http://127.0.0.1:9/")
    assert jar.header("http://127.0.0.1:9/") == "a=1"


def test_a_cookie_ends_by_the_clock_it_was_given() -> None:
    clock = VirtualClock()
    jar = jar_with("a=1; Path=/; Max-Age=60", clock=clock)
    assert jar.header(HOME) == "a=1"
    clock.pass_time(61)
    assert jar.header(HOME) is None
    assert jar.export() == ()


@pytest.mark.parametrize(
    "ending", ["Max-Age=0", "Max-Age=-1", "Expires=Thu, 01 Jan 1970 00:00:00 GMT"]
)
def test_a_cookie_that_is_over_takes_the_old_one_away(ending: str) -> None:
    assert jar_with("a=1; Path=/", f"a=; Path=/; {ending}").export() == ()


def test_max_age_wins_over_expires() -> None:
    header = "a=1; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=60"
    assert jar_with(header).header(HOME) == "a=1"


@pytest.mark.parametrize("header", ["", "novalue", "=1", "; Path=/"])
def test_nonsense_is_ignored(header: str) -> None:
    assert jar_with(header).export() == ()


def test_attributes_survive_the_way_into_the_browser_and_back() -> None:
    (cookie,) = jar_with("a=b=c; Path=/; HttpOnly; Secure; SameSite=strict").export()
    assert cookie == Cookie(
        name="a",
        value="b=c",
        domain="app.acme.example",
        http_only=True,
        secure=True,
        same_site="Strict",
    )
    other = CookieJar(VirtualClock())
    other.replace([cookie])
    assert other.export() == (cookie,)


@given(st.text(max_size=80), st.text(max_size=20))
def test_no_header_breaks_the_jar(header: str, path: str) -> None:
    jar = jar_with(header, url=f"https://app.acme.example/{path}")
    jar.header(HOME)
    jar.export()

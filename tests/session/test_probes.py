"""Which answers tell signed in from signed out, and one practice from another."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import TypeVar

import pytest

from automation import catalog
from automation.errors import PortalChanged, PortalDown
from automation.model import (
    AllowList,
    Binding,
    Cookie,
    Endpoint,
    FromSession,
    Input,
    Pace,
    Portal,
    Practice,
    Probe,
    RequestTemplate,
    SessionState,
    SignedOut,
    Source,
)
from automation.session.holding import Hand
from automation.session.probes import Chosen, Prober
from automation.transport import HttpDoor
from tests.browser.site import Asked, Page, Served, Site, as_json, redirect, serving
from tests.engine import run_engine
from tests.fakes import START, VirtualClock

T = TypeVar("T")

LABEL = "North Clinic"
LOGIN = "<form action=/login><input name=user><input type=password></form>"
BEARER: dict[str, Binding] = {"authorization": FromSession(session="token", wrap="Bearer {}")}


@dataclass
class Place:
    """A site, what is known of it, and a session in it: a cookie and a token."""

    site: Site
    files: catalog.Catalog
    portal: Portal = field(default=Portal(portal="acme", title="Acme", hosts=()))
    label: str = LABEL
    siblings: tuple[str, ...] = ()

    def page(self, path: str, inside: str | Served, outside: str | Served) -> None:
        """What a guest and what a stranger gets."""
        self.site.pages[path] = lambda asked: inside if is_guest(asked) else outside

    def read(self, name: str, path: str, *, effect: str = "read", **query: Binding) -> None:
        self.files.write_endpoint(
            "acme",
            Endpoint.model_validate(
                {
                    "endpoint": name,
                    "effect": effect,
                    "request": RequestTemplate(method="GET", url=path, headers=BEARER, query=query),
                }
            ),
        )

    @property
    def prober(self) -> Prober:
        return Prober(self.files, VirtualClock(), Random(1))

    def choose(self, landing: str = "/home") -> Chosen:
        async def work(hand: Hand, outside: HttpDoor) -> Chosen:
            address = f"{self.site.url}{landing}" if landing else ""
            return await self.prober.choose(
                hand, address, inside=hand.door, outside=outside, siblings=self.siblings
            )

        return self.run(work)

    def is_alive(self, probe: Probe, *, guest: bool = True) -> bool:
        async def work(hand: Hand, outside: HttpDoor) -> bool:
            return await self.prober.is_alive(probe, hand, hand.door if guest else outside)

        return self.run(work)

    def run(self, work: Callable[[Hand, HttpDoor], Awaitable[T]]) -> T:
        practice = Practice(
            name="north", portal="acme", base_url=self.site.url, label=self.label, loopback=True
        )
        cookies = (Cookie(name="sid", value="s1", domain="127.0.0.1"),)
        state = SessionState(cookies=cookies, slots={"token": "t1"}, opened_at=START)

        def door() -> HttpDoor:
            allowed = AllowList.of(self.portal, practice)
            return HttpDoor(allowed, Pace(), clock=VirtualClock(), rng=Random(1))

        async def do() -> T:
            async with door() as inside, door() as outside:
                inside.adopt(state.cookies)
                return await work(Hand.of(practice, self.portal, inside, state), outside)

        return run_engine(do())


def is_guest(asked: Asked) -> bool:
    """Both of a session are sent, or none of a stranger: half would be a mistake of ours."""
    cookie, token = "cookie" in asked.headers, asked.headers.get("authorization")
    assert token in {None, "Bearer t1"}
    assert cookie or token is None, "a stranger sends no token of a session"
    return cookie


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with serving() as site:
        files = catalog.Catalog(tmp_path)
        files.write_portal(Portal(portal="acme", title="Acme", hosts=()))
        yield Place(site, files)


STRANGERS: dict[str, Page] = {
    "status 401": Served("no", 401),
    "status 403": Served("no", 403),
    "a redirect": redirect("/other"),
    "a login page": LOGIN,
}


@pytest.mark.parametrize("outside", STRANGERS.values(), ids=list(STRANGERS))
def test_a_page_that_a_stranger_gets_otherwise_tells_whether_a_session_lives(
    place: Place, outside: str | Served
) -> None:
    place.site.pages["/other"] = "<p>Welcome to Acme</p>"
    place.page("/home", "<p>in</p>", outside)
    probe = Probe(path="/home")
    assert place.choose().alive == probe
    assert place.is_alive(probe)
    assert not place.is_alive(probe, guest=False)


def test_a_page_that_is_the_same_to_strangers_tells_nothing(place: Place) -> None:
    place.page("/home", "<p>hello</p>", "<p>hello</p>")
    assert place.choose() == Chosen(None, None)


def test_a_page_that_also_a_guest_does_not_get_tells_nothing(place: Place) -> None:
    place.page("/home", LOGIN, LOGIN)
    place.page("/two", Served("", 403), Served("", 401))
    assert place.choose("/home") == place.choose("/two") == Chosen(None, None)


def test_of_those_that_differ_the_cheapest_is_chosen(place: Place) -> None:
    place.page("/home", "<p>in</p>" * 100, LOGIN)
    place.page("/ping", as_json({"ok": 1}), Served("", 401))
    place.page("/news", as_json(1), as_json(1))
    place.read("get-ping", "/ping")
    place.read("list-news", "/news")
    assert place.choose().alive == Probe(path="/ping", endpoint="get-ping")


def test_what_the_portals_file_names_and_the_landing_page_are_candidates(place: Place) -> None:
    place.portal = place.portal.model_copy(update={"probe": "/me"})
    place.page("/me", "in", LOGIN)
    place.page("/home", "<p>in</p>", LOGIN)
    assert place.choose("/home?tab=1").alive == Probe(path="/me")
    assert [each.path for each in place.site.asked] == ["/me", "/me", "/home", "/home"]
    assert {each.query for each in place.site.asked if each.path == "/home"} == {"tab=1"}


def test_the_rules_of_the_portal_count_as_well(place: Place) -> None:
    rules = SignedOut(markers=(".goodbye",))
    place.portal = place.portal.model_copy(update={"signed_out": rules})
    place.page("/home", "<p>in</p>", "<p class=goodbye>Bye</p>")
    assert place.choose().alive == Probe(path="/home")


def test_at_most_six_are_asked_and_each_twice(place: Place) -> None:
    for number in range(9):
        place.page(f"/x{number}", as_json([number]), Served("", 401))
        place.read(f"get-x{number}", f"/x{number}")
    place.page("/home", "<p>in</p>", LOGIN)
    place.choose()
    assert len(place.site.asked) == 12


def test_what_needs_more_than_a_session_or_changes_something_is_no_candidate(place: Place) -> None:
    place.read("search-x", "/search", term=Input(input="term"))
    place.read("delete-x", "/delete", effect="write")
    assert place.choose("") == Chosen(None, None)
    assert place.site.asked == []


def test_what_cannot_be_asked_is_passed_over(place: Place) -> None:
    place.page("/down", Served("", 500), Served("", 500))
    place.read("get-down", "/down")
    place.page("/away", redirect("http://elsewhere.example/"), LOGIN)
    place.read("get-away", "/away")
    place.page("/home", "<p>in</p>", LOGIN)
    assert place.choose().alive == Probe(path="/home")


@pytest.mark.parametrize(
    "inside, names",
    [
        (f"<body><header><b class=c>{LABEL}</b></header>", Source(css="b.c")),
        (as_json({"clinic": {"name": LABEL}}), Source(json_path="clinic.name")),
    ],
    ids=["page", "document"],
)
def test_an_answer_that_shows_the_label_in_a_place_of_its_own_tells_the_practice(
    place: Place, inside: str | Served, names: Source
) -> None:
    place.page("/home", inside, LOGIN)
    assert place.choose().identity == Probe(path="/home", names=names)


@pytest.mark.parametrize(
    "inside",
    [
        f"<body><ul><li>{LABEL}</li><li>South</li></ul>",
        f"<body><select><option>{LABEL}</option></select>",
        f"<body><a href=/switch>{LABEL}</a>",
        f"<body><table><tr><td>{LABEL}</td></tr></table>",
        f"<body><p>Welcome to {LABEL}</p>",
        as_json({"practices": [{"name": LABEL}]}),
        as_json({"title": f"{LABEL} today"}),
    ],
    ids=["list", "menu", "link", "table", "sentence", "array", "part"],
)
def test_a_label_in_a_list_a_menu_a_link_or_a_sentence_tells_no_practice(
    place: Place, inside: str | Served
) -> None:
    place.page("/home", inside, LOGIN)
    chosen = place.choose()
    assert chosen.identity is None
    assert chosen.alive == Probe(path="/home"), "it still tells that somebody is in"


def test_a_label_that_strangers_see_too_tells_no_practice(place: Place) -> None:
    page = f"<body><h1>{LABEL}</h1>"
    place.page("/home", f"{page}<p>Your patients</p>", f"{page}{LOGIN}")
    assert place.choose().identity is None


def test_the_label_of_another_practice_tells_nothing(place: Place) -> None:
    place.page("/home", "<body><h1>South Clinic</h1>", LOGIN)
    assert place.choose().identity is None


@pytest.mark.parametrize(
    "inside",
    [
        f"<body><div id=a>{LABEL}</div><div id=b>SOUTH  clinic</div>",
        as_json({"first": {"name": LABEL}, "second": {"name": "South Clinic"}}),
    ],
    ids=["page", "document"],
)
def test_a_switcher_that_shows_the_sibling_as_well_tells_no_practice(
    place: Place, inside: str | Served
) -> None:
    place.page("/home", inside, LOGIN)
    assert place.choose().identity is not None, "where no other practice has this login"
    place.siblings = ("", "South Clinic")
    chosen = place.choose()
    assert chosen.identity is None
    assert chosen.alive is not None


def test_a_sibling_that_only_stands_in_a_menu_takes_nothing_away(place: Place) -> None:
    place.siblings = ("South Clinic",)
    menu = f"<ul><li>{LABEL}</li><li>South Clinic</li></ul>"
    place.page("/home", f"<body><h1>{LABEL}</h1>{menu}", LOGIN)
    assert place.choose().identity is not None


def test_a_practice_without_a_label_is_not_looked_for(place: Place) -> None:
    place.label = ""
    place.page("/home", "<body><h1></h1>", LOGIN)
    assert place.choose().identity is None


def test_of_pages_that_tell_the_practice_the_cheapest_is_chosen_too(place: Place) -> None:
    place.page("/home", f"<body><h1>{LABEL}</h1>{'<p>x</p>' * 50}", LOGIN)
    place.page("/me", as_json({"name": LABEL}), Served("", 401))
    place.read("get-me", "/me")
    found = place.choose().identity
    assert found == Probe(path="/me", endpoint="get-me", names=Source(json_path="name"))


def test_a_portal_that_is_down_says_nothing_about_a_session(place: Place) -> None:
    place.page("/home", Served("", 500), Served("", 500))
    with pytest.raises(PortalDown):
        place.is_alive(Probe(path="/home"))


def test_a_probe_whose_endpoint_needs_more_by_now_says_what_to_do(place: Place) -> None:
    place.read("get-me", "/me", id=Input(input="id"))
    with pytest.raises(PortalChanged, match="get-me tells no longer") as caught:
        place.is_alive(Probe(path="/me", endpoint="get-me"))
    assert "vetportal session close north" in caught.value.remedy
    assert place.site.asked == []

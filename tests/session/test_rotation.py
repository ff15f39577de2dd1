"""A new credential is proven, and seen to be the practice's own, before the old one goes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar, cast

import pytest

from automation import browser
from automation.errors import BadArgument, LoginStuck, PracticeMixedUp, Refused
from automation.model import Cookie, Practice, Secret, SessionState
from automation.session.doors import Doors
from automation.session.login import Login
from automation.session.rotation import Rotation
from automation.session.safe import login_name
from tests.browser.site import serving
from tests.fakes import VirtualClock
from tests.infer.logins import NORTH, PASSWORD, SOUTH, USER
from tests.session.house import House, Inside, at_home
from tests.session.stand_ins import Forms

T = TypeVar("T")

OTHER = "grace@clinic.example"
NEW = "n3w-horse-44"
GIVEN = {"credential.username": Secret(OTHER), "credential.password": Secret(NEW)}


@dataclass
class Browser:
    """Stands in for a browser: whoever logs in with it gets into one practice of the portal.

    Attributes:
        shows: the practice that the login leads to.
        meanwhile: happens during the login.
        sent: the user names that were sent.
    """

    portal: Forms
    shows: str = NORTH
    meanwhile: Callable[[], Awaitable[None]] | None = None
    sent: list[str] = field(default_factory=list)

    @asynccontextmanager
    async def tab(self, _: Practice) -> AsyncIterator[browser.Tab]:
        yield cast("browser.Tab", None)

    async def log_in(
        self, _tab: browser.Tab, practice: Practice, credential: Mapping[str, Secret]
    ) -> SessionState:
        self.sent.append(credential["credential.username"].reveal())
        if self.meanwhile is not None:
            await self.meanwhile()
        sid = self.portal.number("sid")
        self.portal.inside[sid] = self.shows
        return SessionState(
            cookies=(Cookie(name="sid", value=sid, domain="127.0.0.1"),),
            landing=f"{practice.base_url}/home",
            opened_at=self.portal.clock.now(),
            generation=7,
        )

    def rotation(self, inside: Inside) -> Rotation:
        own = inside.sessions._rotation  # noqa: SLF001 - all is real but the browser
        doors, login = cast("Doors", self), cast("Login", self)
        return replace(own, doors=doors, login=login)


@pytest.fixture
def portal() -> Iterator[Forms]:
    with serving() as site:
        yield Forms(site, VirtualClock())


@pytest.fixture
def house(portal: Forms, tmp_path: Path) -> House:
    return at_home(portal, tmp_path)


@pytest.fixture
def north(house: House) -> Practice:
    practice = house.admit(house.practice())
    house.open(practice)
    return practice


def rotate(
    house: House, browser_: Browser, practice: Practice, given: Mapping[str, Secret] = GIVEN
) -> SessionState | None:
    return house.run(lambda inside: browser_.rotation(inside).rotate(practice, given))


def credential(house: House) -> tuple[str, str]:
    async def look(inside: Inside) -> tuple[str, str]:
        kept = await inside.safe.credential("north")
        return kept["credential.username"].reveal(), kept["credential.password"].reveal()

    return house.run(look)


def test_a_proven_credential_is_kept_with_its_session_and_the_old_one_is_handed_out(
    portal: Forms, house: House, north: Practice
) -> None:
    before = house.kept()
    assert rotate(house, Browser(portal), north) == before
    assert credential(house) == (OTHER, NEW)
    assert house.kept().generation == 7
    assert house.status().phase == "valid"


def test_a_login_that_leads_to_another_practice_changes_nothing(
    portal: Forms, house: House, north: Practice
) -> None:
    session, status = house.kept(), house.status()
    with pytest.raises(PracticeMixedUp):
        rotate(house, Browser(portal, SOUTH), north)
    assert credential(house) == (USER, PASSWORD)
    assert house.kept() == session
    assert house.status() == status, "also the pages that tell whose session it is"


def test_the_status_of_before_comes_back_whatever_stopped_the_proof(
    portal: Forms, house: House, north: Practice
) -> None:
    async def stuck() -> None:
        async with house.process() as inside:
            await inside.sessions._people.standing.enter("north", "none", "stuck")  # noqa: SLF001 - as a login does
        raise LoginStuck("north")

    status = house.status()
    with pytest.raises(LoginStuck):
        rotate(house, Browser(portal, meanwhile=stuck), north)
    assert house.status() == status


def test_a_login_that_another_practice_has_is_kept_only_where_a_page_tells_them_apart(
    portal: Forms, house: House, north: Practice
) -> None:
    house.admit(house.practice("south", SOUTH), was_in=False)

    async def prepare(inside: Inside) -> None:
        await inside.safe.put_secret("south", "credential.username", Secret(OTHER))
        await inside.sessions.close(north)  # what tells them apart has to be found anew

    house.run(prepare)
    portal.site.pages["/home"] = "<p>Welcome</p>"
    with pytest.raises(PracticeMixedUp, match="tells it from south"):
        rotate(house, Browser(portal), north)
    assert credential(house) == (USER, PASSWORD)


def test_nobody_logs_in_with_the_old_name_nor_the_new_one_meanwhile(
    portal: Forms, house: House, north: Practice
) -> None:
    free: dict[str, bool] = {}

    async def look() -> None:
        async with house.process() as other:
            leases = other.sessions._people.entrance.leases  # noqa: SLF001 - another process asks
            for user in (USER, OTHER, "somebody@clinic.example"):
                lease = await leases.acquire(f"login:{login_name(north, Secret(user))}")
                free[user] = lease is not None

    rotate(house, Browser(portal, meanwhile=look), north)
    assert free == {USER: False, OTHER: False, "somebody@clinic.example": True}


def test_two_rotations_that_swap_their_logins_do_not_wait_for_each_other(
    portal: Forms, house: House, north: Practice
) -> None:
    south = house.admit(house.practice("south", SOUTH), was_in=False)
    backwards = {"credential.username": Secret(USER), "credential.password": Secret(NEW)}

    async def scene(_: Inside) -> tuple[object, object]:
        async with house.process() as one, house.process() as two, asyncio.timeout(30):
            await one.safe.put_secret("south", "credential.username", Secret(OTHER))
            return await asyncio.gather(
                Browser(portal).rotation(one).rotate(north, GIVEN),
                Browser(portal, SOUTH).rotation(two).rotate(south, backwards),
            )

    assert len(house.run(scene)) == 2


def test_a_practice_without_a_user_name_is_told_how_it_changes(portal: Forms, house: House) -> None:
    practice = house.practice()
    house.run(lambda inside: inside.rows.add_practice(practice))
    stand_in = Browser(portal)
    with pytest.raises(Refused, match="no user name") as caught:
        rotate(house, stand_in, practice, {"credential.password": Secret(NEW)})
    assert "vetportal practice authorize north" in caught.value.remedy
    assert stand_in.sent == []


def test_what_is_no_part_of_a_login_is_named(portal: Forms, house: House, north: Practice) -> None:
    stand_in = Browser(portal)
    given = {**GIVEN, "oauth.refresh_token": Secret("x")}
    with pytest.raises(BadArgument, match=r"oauth\.refresh_token: not part of a login"):
        rotate(house, stand_in, north, given)
    assert stand_in.sent == []
    assert credential(house) == (USER, PASSWORD)

"""What the application may not see is read as the screens show it, where a login is there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from automation import pipeline
from automation.model import Assessment, EntityReach, Practice, Secret
from automation.pipeline import Synced, Tools
from tests.journeys.provet.clinic import PORTAL, add_practice
from tests.journeys.world import Home, flows_with, name_of, stored
from tests.simulator import Simulator, running

pytestmark = pytest.mark.journey

RIGHT = "Financial: Invoices"
DENIED = "instead of list-invoices: not permitted"
BY_PASSWORD = (
    "password; a code or an approval by a person where the portal asks for one; "
    "over HTTP after the first login"
)


@pytest.fixture
def portal() -> Iterator[Simulator]:
    with running(PORTAL, patients=60) as simulator:
        yield simulator


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home that reads invoices only."""
    flows = flows_with(tmp_path / "flows", {"invoice", "invoice_screen"}, PORTAL)
    (flows / PORTAL / "profile.yaml").unlink(missing_ok=True)
    return Home.new(tmp_path / "home", flows=flows)


async def admitted(tools: Tools, portal: Simulator, *, login: bool) -> Practice:
    """The first practice, with its application, and perhaps with the login of a person."""
    practice = await add_practice(tools, portal, portal.practices()[0])
    if login:
        account = portal.change_account(portal.account("aino.lehto"), mfa="none")
        for name in ("username", "password"):
            secret = Secret(getattr(account, name))
            await tools.sessions.put_secret(practice.name, f"credential.{name}", secret)
    return practice


def take_away_invoices(portal: Simulator) -> None:
    """The application may see clients only from now on; the people keep their rights."""
    number = portal.practices()[0].id
    users = portal.dump(number, "user")["user"]
    [virtual] = [one["id"] for one in users if one["first_name"] == "Integration"]
    left = ["General: Patients and clients"]
    portal.door.ask("rights", {"practice": number, "user": virtual, "rights": left})


def invoices(assessed: Assessment) -> EntityReach:
    return next(each for each in assessed.entities if each.entity == "invoice")


def ids(home: Home, practice: str) -> set[str]:
    return set(stored(home, practice)["invoice"])


def truth(portal: Simulator) -> set[str]:
    rows = portal.dump(portal.practices()[0].id, "invoice")["invoice"]
    return {str(one["id"]) for one in rows}


@pytest.mark.must_hold("provet")
def test_where_the_application_lacks_the_right_the_screen_gives_the_same_invoices(
    portal: Simulator, home: Home, measured: Callable[..., None]
) -> None:
    async def scene(tools: Tools) -> tuple[Synced, Synced, Assessment, Assessment]:
        practice = await admitted(tools, portal, login=True)
        by_rest = await pipeline.sync(tools, practice)
        allowed = await pipeline.assess(tools, practice)
        take_away_invoices(portal)
        denied = await pipeline.assess(tools, practice)
        return by_rest, await pipeline.sync(tools, practice, full=True), allowed, denied

    by_rest, by_screen, allowed, denied = home.work(scene)
    assert (set(by_rest.rungs), set(by_screen.rungs)) == ({"list-invoices"}, {"list-bills"})
    assert by_rest.problem is None
    assert by_screen.problem is None
    assert invoices(allowed).means == "rest"
    assert invoices(denied).means == "replay"
    assert DENIED in invoices(denied).why
    assert denied.login == "OAuth 2.0, client credentials; and " + BY_PASSWORD
    assert ids(home, name_of(portal.practices()[0])) == truth(portal)
    assert by_screen.tallies["invoice"].removed == 0
    measured("invoices by either way", len(truth(portal)))


def test_without_a_login_for_the_screens_it_is_said_why_they_are_out_of_reach(
    portal: Simulator, home: Home
) -> None:
    async def scene(tools: Tools) -> tuple[Assessment, Assessment]:
        practice = await admitted(tools, portal, login=False)
        allowed = await pipeline.assess(tools, practice)
        take_away_invoices(portal)
        return allowed, await pipeline.assess(tools, practice)

    allowed, denied = home.work(scene)
    assert invoices(allowed).means == "rest"
    assert invoices(denied).means == "none"
    assert "the practice has no login" in invoices(denied).why
    assert "OAuth" in denied.login
    assert "password" not in denied.login


def test_a_login_that_needs_a_person_leaves_what_the_application_may_see(
    portal: Simulator, tmp_path: Path
) -> None:
    flows = flows_with(tmp_path / "flows", {"client", "invoice", "invoice_screen"}, PORTAL)
    (flows / PORTAL / "profile.yaml").unlink(missing_ok=True)

    async def scene(tools: Tools) -> Synced:
        practice = await admitted(tools, portal, login=True)
        await tools.sessions.put_secret(practice.name, "credential.password", Secret("wrong"))
        take_away_invoices(portal)
        return await pipeline.sync(tools, practice)

    home = Home.new(tmp_path / "other", flows=flows)
    done = home.work(scene)
    ended = {each.endpoint: each.ended for each in done.coverage}
    assert ended["list-clients"] == "complete"
    assert (ended["list-invoices"], ended["list-bills"]) == ("not_permitted", "failed")
    assert done.problem is not None
    assert "refused" in done.problem.message or "accept" in done.problem.message
    assert portal.counts()["received"]["passwords"] == 1

"""What is said of a practice when every endpoint was asked once."""

from __future__ import annotations

from pathlib import Path
from random import Random
from urllib.parse import urlsplit

import pytest
from pydantic import JsonValue

from automation.catalog import Catalog
from automation.errors import PersonNeeded
from automation.model import Call, EntityReach, Profile, Reply
from automation.sync.assessing import Assessing, screens_of
from tests.engine import run_engine
from tests.fakes import FakeSession, VirtualClock, json_reply
from tests.sync.support import BILL, BILL_MAPPING
from tests.sync.support import LINE_MAPPING as LINES
from tests.sync.test_reading import BILLS, CLIENT_MAPPING, CLIENTS, folder

STATUSES = CLIENTS.replace("list-clients", "list-statuses").replace("/clients", "/statuses")
PROFILE = """
version: 1
profile: acme
sections:
  statuses: {endpoint: list-statuses, key: id}
"""


class Clinic:
    """A portal that may hide a screen, break one, or have nothing on it."""

    def __init__(self, **statuses: int) -> None:
        self.statuses = statuses
        self.asked: list[str] = []
        self.bills: list[JsonValue] = [{"id": 7, "no": "B-7"}]
        self.rows: list[JsonValue] = [{"id": 1, "name": "Ash"}]

    def __call__(self, call: Call) -> Reply:
        path = urlsplit(call.url).path
        self.asked.append(path)
        status = self.statuses.get(path.split("/")[1], 200)
        if status != 200:
            return Reply(status, call.url, (), b"no")
        if path == "/bills":
            return json_reply(call, {"rows": self.bills})
        if path.startswith("/bills/"):
            return json_reply(call, {"id": 7, "lines": [{"id": 70, "text": "exam"}]})
        return json_reply(call, {"rows": self.rows})


@pytest.fixture
def files(tmp_path: Path) -> Catalog:
    found = folder(
        tmp_path,
        endpoints__list_clients=CLIENTS.replace("effect", "flow: list-clients\neffect"),
        endpoints__list_bills=BILLS.replace("effect", "origin: documented\neffect"),
        endpoints__get_bill=BILL,
        endpoints__list_statuses=STATUSES,
        mappings__client=CLIENT_MAPPING,
        mappings__invoice=BILL_MAPPING,
        mappings__invoice_line=LINES,
    )
    (found.root / "acme" / "profile.yaml").write_text(PROFILE)
    return found


def assessed(
    files: Catalog, portal: Clinic, *, page: Clinic | None = None
) -> tuple[dict[str, EntityReach], Profile, Assessing]:
    async def run() -> tuple[dict[str, EntityReach], Profile, Assessing]:
        assessing = Assessing(
            FakeSession(portal, page=page), files, clock=VirtualClock(), rng=Random(1)
        )
        await assessing.endpoints()
        profile = await assessing.profile(None)
        assert profile is not None
        reaches = {reach.entity: reach for reach in assessing.entities({"task": "paper only"})}
        return reaches, profile, assessing

    return run_engine(run())


def test_what_answers_over_http_is_had_by_replay_or_by_the_documented_calls(files: Catalog) -> None:
    reaches, _, assessing = assessed(files, Clinic())
    assert reaches["client"] == EntityReach(
        entity="client",
        means="replay",
        why="list-clients: 1 item on the first page",
        endpoints=("list-clients",),
    )
    assert reaches["invoice"].means == "rest"
    assert reaches["invoice_line"].means == "replay"
    (screen,) = screens_of(tuple(assessing.reaches.values()))
    assert (screen.flow, screen.endpoint) == ("list-clients", "list-clients")


def test_what_only_a_browser_gets_is_had_by_the_browser(files: Catalog) -> None:
    reaches, _, _ = assessed(files, Clinic(clients=406), page=Clinic())
    assert reaches["client"].means == "browser"
    assert reaches["invoice"].means == "rest"


def test_a_screen_the_login_may_not_see_is_told_as_that_and_the_others_go_on(
    files: Catalog,
) -> None:
    reaches, profile, _ = assessed(files, Clinic(clients=403, statuses=403))
    assert reaches["client"].means == "none"
    assert "not permitted" in reaches["client"].why
    assert reaches["invoice"].means == "rest"
    assert set(profile.unread) == {"statuses"}


def test_a_screen_that_is_not_understood_is_told_with_the_reason(files: Catalog) -> None:
    reaches, profile, _ = assessed(files, Clinic(bills=404, statuses=404))
    assert reaches["invoice"].means == reaches["invoice_line"].means == "none"
    assert "404" in reaches["invoice"].why
    assert (profile.sections, profile.unread) == ({}, {})


def test_details_of_an_empty_list_cannot_be_seen_and_that_is_said(files: Catalog) -> None:
    portal = Clinic()
    portal.bills = []
    reaches, _, _ = assessed(files, portal)
    assert reaches["invoice_line"].why == "get-bill: nothing yet that it could be asked about"


def test_every_kind_is_told_and_what_the_portal_has_not_is_told_with_the_reason(
    files: Catalog,
) -> None:
    reaches, _, _ = assessed(files, Clinic())
    assert reaches["task"].why == "not in this portal: paper only"
    assert reaches["patient"].why == "not mapped yet"
    assert {reach.means for reach in reaches.values()} == {"none", "replay", "rest"}


def test_each_endpoint_is_asked_once_and_the_settings_to_their_end(files: Catalog) -> None:
    portal = Clinic()
    _, profile, _ = assessed(files, portal)
    assert sorted(portal.asked) == ["/bills", "/bills/7", "/clients", "/statuses"]
    assert profile.sections == {"statuses": {"1": {"id": 1, "name": "Ash"}}}


def test_a_login_that_needs_a_person_ends_the_assessment(files: Catalog) -> None:
    def locked(_call: Call) -> Reply:
        raise PersonNeeded("the account is locked")

    assessing = Assessing(FakeSession(locked), files, clock=VirtualClock(), rng=Random(1))
    with pytest.raises(PersonNeeded):
        run_engine(assessing.endpoints())
    assert assessing.reaches == {}


def test_a_portal_that_tells_no_settings_has_no_profile(files: Catalog) -> None:
    (files.root / "acme" / "profile.yaml").unlink()
    assessing = Assessing(FakeSession(Clinic()), files, clock=VirtualClock(), rng=Random(1))
    assert run_engine(assessing.profile(None)) is None


def test_what_looks_up_a_setting_reaches_no_further_than_the_setting(files: Catalog) -> None:
    looking = CLIENT_MAPPING + "lookups: {state: {profile: statuses, by: state}}\n"
    (files.root / "acme/mappings/client.yaml").write_text(looking)
    reaches, _, _ = assessed(files, Clinic(statuses=403))
    assert reaches["client"].why.startswith("list-statuses: not permitted")

"""The whole story on a portal without JSON: lists and charts are pages, and everything is read."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Final, Self

import pytest

from automation import browser, record, transport
from automation.capture import Archive, capture_flow
from automation.entities import Entity
from automation.errors import AnswerNotUnderstood, NotKnown
from automation.infer import infer_endpoints
from automation.model import (
    AllowList,
    Answer,
    Call,
    Endpoint,
    Mapping,
    Pace,
    Portal,
    Practice,
    Reply,
    Rung,
    Secret,
    Source,
)
from automation.normalise import Normaliser
from automation.redact import Redactor
from automation.replay import replay_endpoint
from automation.wiring import SystemClock
from tests.browser.hands import Hands
from tests.browser.site import Given, Site, serving
from tests.engine import run_engine
from tests.fakes import VirtualClock
from tests.journeys.paper import PER_PAGE, Animal, Note, Paper, Visit
from tests.vaults import vault_for

pytestmark = pytest.mark.journey

PORTAL: Final = Portal(portal="paper", title="Paper", hosts=())
COUNT: Final = 23


def mapping(**given: object) -> Mapping:
    return Mapping.model_validate(given)


MAPPINGS: Final = {
    "patient": mapping(
        mapping="patient",
        entity="patient",
        endpoints=["get-chart"],
        key='"Patient number"',
        fields={
            "name": "sections.Patient.Name",
            "species": {"path": "Species", "transform": "lower"},
        },
        ignore=["tables", "blocks", "sections"],
    ),
    "visit": mapping(
        mapping="visit",
        entity="medical_record",
        endpoints=["get-chart"],
        each="tables.Visits",
        key='"@data-visit-id"',
        fields={
            "patient": {"path": '"Patient number"', "of": "outer"},
            "reason_text": "Reason",
            "started_at": {"path": "Date", "transform": {"datetime": {"format": "%m/%d/%Y"}}},
        },
    ),
    "note": mapping(
        mapping="note",
        entity="soap_note",
        endpoints=["get-chart"],
        each="blocks.Notes",
        key='"@data-note-id"',
        fields={
            "patient": {"path": '"@href/3"', "of": "parent"},
            "status": "Status",
            "subjective": "Subjective",
            "plan": {"path": "Plan", "optional": True},
        },
    ),
}


class Plain:
    """A session of a portal that asks for no login, over the product's own door."""

    def __init__(self, site: Site) -> None:
        self.portal, self.practice = PORTAL, practice_of(site)
        self.generation = 1
        self.slots: dict[str, str] = {}
        allowed = AllowList.of(PORTAL, self.practice)
        self.door = transport.HttpDoor(allowed, Pace(), clock=VirtualClock(), rng=Random(1))

    async def send(self, call: Call, *, rung: Rung = Rung.HTTP) -> Reply:
        assert rung is Rung.HTTP, "no browser is needed"
        return await self.door.send(call)

    async def confirm(self) -> None:
        """There is nobody to be somebody else."""

    def held(self, source: Source) -> str | None:  # noqa: ARG002 - nothing is held
        return None

    def secret(self, name: str) -> Secret:
        raise NotKnown("secret", name, ())

    async def of(self, _endpoint: Endpoint) -> Self:
        return self

    async def renew(self, *, seen: int) -> None:
        pytest.fail(f"no login is needed, and session {seen} never ends")


def practice_of(site: Site) -> Practice:
    return Practice(
        name="north", portal="paper", base_url=site.url, timezone="America/Chicago", loopback=True
    )


@dataclass(frozen=True)
class Learnt:
    """What one recording of each journey taught."""

    site: Site
    endpoints: dict[str, Endpoint]

    def entities(self) -> dict[str, dict[str, Entity]]:
        """Everything that the portal shows now, read without a browser."""
        return run_engine(self._read())

    async def _read(self) -> dict[str, dict[str, Entity]]:
        session = Plain(self.site)
        found: dict[str, dict[str, Entity]] = {name: {} for name in MAPPINGS}
        async with session.door:
            async for answer in self.answers(session, "get-chart"):
                for name, one in MAPPINGS.items():
                    made = Normaliser(one, session.practice).normalise(answer)
                    found[name] |= {entity.source_id: entity for entity in made}
        return found

    def answers(self, session: Plain, name: str) -> AsyncIterator[Answer]:
        return replay_endpoint(
            self.endpoints[name],
            session,
            parents=lambda parent: self.answers(session, parent),
            clock=VirtualClock(),
            rng=Random(1),
        )


Done = Callable[[Hands], Awaitable[None]]


async def page_through(hands: Hands) -> None:
    await hands.page.goto(f"{hands.page.url}Patients")
    for _ in range((COUNT - 1) // PER_PAGE):
        async with hands.page.expect_navigation():
            await hands.click("a.next")


async def open_a_chart(hands: Hands) -> None:
    await hands.page.goto(f"{hands.page.url}Patients")
    async with hands.page.expect_navigation():
        await hands.click("#row_1006 a")


JOURNEYS: Final[dict[str, Done]] = {"list-patients": page_through, "get-chart": open_a_chart}


@pytest.fixture(scope="module")
def paper() -> Paper:
    return Paper.of(COUNT)


@pytest.fixture(scope="module")
def learnt(
    paper: Paper,
    tmp_path_factory: pytest.TempPathFactory,
    browser_profile: browser.BrowserProfile,
    found_browser: browser.FoundBrowser,
) -> Iterator[Learnt]:
    """Recorded with mouse and keyboard, captured twice, inferred."""
    with serving() as site:
        site.pages["/"] = "<p>Welcome</p>"
        paper.serve(site)
        folder = tmp_path_factory.mktemp("captures")
        work = learn(site, folder, browser_profile, found_browser, JOURNEYS)
        with ThreadPoolExecutor(1) as thread:
            yield Learnt(site, thread.submit(asyncio.run, work).result())


async def learn(
    site: Site,
    folder: Path,
    profile: browser.BrowserProfile,
    found: browser.FoundBrowser,
    journeys: dict[str, Done],
) -> dict[str, Endpoint]:
    practice = practice_of(site)
    archive, redactor = Archive(folder, vault_for("north")), Redactor(b"k" * 32, {})
    allow = AllowList.of(PORTAL, practice)
    flows, captures = {}, []
    for name, done in journeys.items():
        async with browser.open_tab(profile, found, allow=allow) as tab:
            await tab.goto(f"{site.url}/")
            known = record.Known(base_url=site.url)
            flows[name] = await record.record_flow(
                tab, name=name, portal="paper", known=known, stop=done(Hands(tab.page))
            )
    for flow in (*flows.values(), *flows.values()):
        async with browser.open_tab(profile, found, allow=allow) as tab:
            captures.append(
                await capture_flow(
                    flow,
                    tab,
                    Given(),
                    practice=practice,
                    portal=PORTAL,
                    redactor=redactor,
                    writer=archive.writer(practice),
                    clock=SystemClock(),
                    inputs={},
                )
            )
    return {one.endpoint: one for one in infer_endpoints(captures).endpoints}


def told(found: dict[str, dict[str, Entity]]) -> dict[str, dict[str, tuple[object, ...]]]:
    """What entities say, in the words of the practice."""
    return {
        "patient": {k: (one.name, one.species) for k, one in found["patient"].items()},  # type: ignore[attr-defined]  # patients
        "visit": {
            k: (one.patient_source_id, one.started_at.strftime("%m/%d/%Y"), one.reason_text)  # type: ignore[attr-defined]  # visits
            for k, one in found["visit"].items()
        },
        "note": {
            k: (one.patient_source_id, one.status, one.subjective, one.plan)  # type: ignore[attr-defined]  # notes
            for k, one in found["note"].items()
        },
    }


def truth(paper: Paper) -> dict[str, dict[str, tuple[object, ...]]]:
    """The same, of the practice itself."""
    everyone = paper.animals.values()
    return {
        "patient": {str(a.number): (a.name, a.species.lower()) for a in everyone},
        "visit": {
            str(v.number): (str(a.number), v.day, v.reason) for a in everyone for v in a.visits
        },
        "note": {
            str(n.number): (str(a.number), n.status, n.subjective, "\n".join(n.plan) or None)
            for a in everyone
            for n in a.notes
        },
    }


def test_a_list_and_a_chart_are_understood_from_their_pages_alone(learnt: Learnt) -> None:
    listed, chart = learnt.endpoints["list-patients"], learnt.endpoints["get-chart"]
    assert (listed.response.kind, listed.response.items) == ("html", "tables.Patients")
    assert listed.pagination is not None
    assert listed.pagination.kind == "next"
    assert (chart.response.kind, chart.response.items) == ("html", None)
    (binding,) = chart.request.path.values()
    assert binding.model_dump(include={"derived", "path"}) == {
        "derived": "list-patients",
        "path": 'tables.Patients[]."@href/3"',
    }


def test_what_is_read_without_a_browser_is_what_the_practice_has(
    learnt: Learnt, paper: Paper
) -> None:
    found = told(learnt.entities())
    assert len(found["patient"]) == COUNT
    assert found == truth(paper)


def test_what_changed_in_the_practice_is_read_and_the_same_again_is_equal(
    learnt: Learnt, paper: Paper
) -> None:
    before = learnt.entities()
    del paper.animals[1004]
    paper.change(1005, species="Equine", visits=())
    paper.change(1006, notes=(Note(77001, "final", "Übel.\nMüde.", ("Ruhe",)),))
    paper.change(1009, visits=(Visit(88001, "12/31/2025", "Check <again>", 3.0),))
    for number in range(1030, 1040):
        paper.animals[number] = Animal(number, f"New {number}", "Feline", "B. Byron")
    after = learnt.entities()
    assert told(after) == truth(paper)
    unchanged = before["patient"]["1010"], after["patient"]["1010"]
    assert unchanged[0].content_hash == unchanged[1].content_hash


def test_a_table_that_is_gone_is_told_and_never_read_as_empty(learnt: Learnt, paper: Paper) -> None:
    paper.visits_are_called = "Encounters"
    try:
        with pytest.raises(
            AnswerNotUnderstood, match=r'each reads "tables\.Visits", which no item has'
        ):
            learnt.entities()
    finally:
        paper.visits_are_called = "Visits"

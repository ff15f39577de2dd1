"""An appointment booked by the API is on the portal's calendar and in the list, once."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest
from pydantic import JsonValue

from automation import pipeline
from automation.access import Tokens, Wish
from automation.errors import NotKnown
from automation.model import Attempt, Job, JobStatus
from automation.pipeline import Tools
from automation.serve import Service, build_app
from tests.conftest import Measure
from tests.journeys.reception import DEEDS, Reception
from tests.journeys.world import PORTAL, Home, add_practice
from tests.simulator import running

BOOK = "create_appointment"


class AtOnce:
    """Does the jobs of writes as they are asked for."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    async def ask(
        self, kind: str, practice: str, arguments: Mapping[str, JsonValue], *, key: str
    ) -> JobStatus:
        await pipeline.perform_write(self._tools, str(arguments["write"]))
        job = Job(kind=kind, practice=practice, arguments=dict(arguments))
        attempt = Attempt(key=key, job=job, queue="write", timeout=60)
        return JobStatus(attempt=attempt, state="done", created_at=self._tools.clock.now())

    async def status(self, key: str) -> JobStatus:
        raise NotKnown("job", key, ())  # it is over


@asynccontextmanager
async def api_of(tools: Tools) -> AsyncIterator[httpx2.AsyncClient]:
    """The API, asked with a token for appointments."""
    tokens = Tokens(tools.store, audit=tools.audit, clock=tools.clock)
    scopes = ("appointments:read", "appointments:write")
    token = await tokens.create(Wish(name="t", organization="default", scopes=scopes))
    service = Service(tools, tokens, AtOnce(tools))
    transport = httpx2.ASGITransport(app=build_app(service))
    shown = {"Authorization": f"Bearer {token.text.reveal()}"}
    async with httpx2.AsyncClient(
        transport=transport, base_url="http://api", headers=shown
    ) as client:
        yield client


async def book(client: httpx2.AsyncClient, body: Mapping[str, Any], key: str) -> httpx2.Response:
    return await client.post("/create_appointment", json=body, headers={"Idempotency-Key": key})


@pytest.mark.must_hold("serve")
def test_what_the_api_books_is_on_the_calendar_and_in_the_list_once(
    tmp_path: Path, measured: Measure
) -> None:
    async def scene(tools: Tools, desk: Reception) -> None:
        deed, before = DEEDS[BOOK](desk), desk.written()
        async with api_of(tools) as client:
            first = await book(client, deed.given, "one")
            again = await book(client, deed.given, "one")
            assert (first.status_code, again.status_code) == (201, 201), first.text
            assert first.json() == again.json()
            assert deed.there(await tools.journal.load(first.json()["id"]))
            own = first.json()["ids"]["appointment"]
            listed = (await client.get("/appointments?limit=200")).json()["data"]
            assert [each["id"] for each in listed].count(own) == 1
            taken = await book(client, deed.given, "two")
            assert (taken.status_code, taken.json()["code"]) == (409, "slot_taken")
        assert dict(desk.written() - before) == {deed.counted: 1}
        measured("booked by the API and on the calendar", 1)
        measured("a second booking of the time", taken.json()["detail"])

    with running(PORTAL, seed=7, patients=30) as portal:
        home, place = Home.new(tmp_path / "home"), portal.practices()[0]

        async def whole(tools: Tools) -> None:
            practice = await add_practice(tools, portal, place)
            enabled = practice.model_copy(update={"writes": (BOOK,)})
            await tools.store.update_practice(enabled)
            await pipeline.assess(tools, enabled)
            await scene(tools, Reception(portal, home, place))

        home.work(whole)

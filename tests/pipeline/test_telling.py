"""What happened is followed to its end by any number of rounds and processes."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

from automation import pipeline
from automation.entities import Invoice
from automation.pipeline import Tools, WebhookWish
from automation.store import Leases
from automation.store.events import put_events
from tests.pipeline.scene import NORTH, played
from tests.store.support import patients, pet
from tests.store.telling import event

URL = "https://hooks.example/in"


async def begin(tools: Tools) -> str:
    await tools.store.add_practice(NORTH)
    made, _ = await pipeline.add_webhook(tools, "default", WebhookWish(URL))
    await tools.store.start_run("run", practice="north", kind="sync")
    await tools.store.outbox.note_read("north", ["patient", "invoice"])
    return made.id


def test_rounds_of_several_processes_at_once_give_each_event_one_delivery(tmp_path: Path) -> None:
    async def scene(tools: Tools) -> None:
        await begin(tools)
        pets = patients(*(pet(number) for number in range(20)), practice=NORTH)
        await tools.store.upsert(pets, practice=NORTH, run="run")
        given = await asyncio.gather(*(pipeline.relay(tools) for _ in range(4)))
        assert sum(given) == 20
        assert len(await pipeline.list_deliveries(tools)) == 20
        assert await pipeline.relay(tools) == 0

    played(tmp_path, scene)


def test_facts_are_looked_at_by_the_practices_own_day_where_anybody_listens(tmp_path: Path) -> None:
    async def scene(tools: Tools) -> None:
        await begin(tools)
        assert await pipeline.check_facts(tools) == 0
        yesterday = tools.clock.now().date() - timedelta(days=3)
        bill = Invoice.model_construct(
            id="inv_1",
            practice="north",
            source_system="acme",
            source_id="1",
            status="open",
            balance_minor=100,
            due_on=yesterday,
            content_hash="x",
        )
        await tools.store.upsert((bill,), practice=NORTH, run="run")
        assert [await pipeline.check_facts(tools) for _ in range(2)] == [1, 0]
        found = await tools.store.outbox.events("default")
        assert [each.type for each in found] == ["balance.overdue"]

    played(tmp_path, scene)


def test_where_another_process_sends_nothing_is_done(tmp_path: Path) -> None:
    async def scene(tools: Tools) -> None:
        endpoint = await begin(tools)
        leases = Leases(tools.store.database)
        assert await leases.acquire(f"webhook:{endpoint}") is not None
        assert await pipeline.send_webhooks(tools, endpoint) == {"busy": True}

    played(tmp_path, scene)


def test_events_are_forgotten_after_thirty_days(tmp_path: Path) -> None:
    async def scene(tools: Tools) -> None:
        await begin(tools)
        now = tools.clock.now()
        old = event(1).model_copy(update={"at": now - timedelta(days=31)})
        new = event(2).model_copy(update={"at": now - timedelta(days=29)})
        async with tools.store.database.write() as connection:
            await put_events(connection, (old, new))
        await pipeline.relay(tools)
        assert await pipeline.forget_events(tools) == 1
        assert [each.id for each in await tools.store.outbox.events("default")] == [new.id]

    played(tmp_path, scene)

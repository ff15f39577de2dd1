"""Endpoints are made, changed and tried by people and programs, within one organization."""

from __future__ import annotations

from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest

from automation import pipeline, wiring
from automation.errors import BadArgument, NotKnown
from automation.model import Organization, Secret
from automation.pipeline import Tools, WebhookWish
from automation.settings import Settings
from automation.store import Organizations
from automation.store.events import put_events
from tests.engine import run_engine
from tests.notify.receiver import Receiver, receiving
from tests.pipeline.scene import NORTH, played
from tests.store.telling import event

URL = "https://hooks.example/in"


def test_an_endpoint_is_made_for_what_is_there_and_its_secret_is_told_once(tmp_path: Path) -> None:
    async def scene(tools: Tools) -> None:
        await tools.store.add_practice(NORTH)
        wish = WebhookWish(
            URL, practices=["north"], types=["invoice.*", "invoice.*"], full=True, reads={"client"}
        )
        made, secret = await pipeline.add_webhook(tools, "default", wish)
        assert (made.types, made.payload, made.reads) == (("invoice.*",), "full", ("client",))
        assert await tools.store.webhooks.secrets(made.id) == (secret,)
        assert await pipeline.list_webhooks(tools, "default") == (made,)
        assert await pipeline.find_webhook(tools, made.id, organization="default") == made
        assert secret.reveal() not in str(made)

    played(tmp_path, scene)


@pytest.mark.parametrize(
    "wish, problem",
    [
        (WebhookWish("http://hooks.example/in"), BadArgument),
        (WebhookWish("https://127.0.0.1/in"), BadArgument),
        (WebhookWish(URL, practices=["south"]), NotKnown),
        (WebhookWish(URL, types=["nothing.*"]), NotKnown),
        (WebhookWish(URL, reads=["owner"]), NotKnown),
        (WebhookWish(URL, description="x" * 201), BadArgument),
    ],
)
def test_an_endpoint_that_cannot_be_is_refused(
    tmp_path: Path, wish: WebhookWish, problem: type[Exception]
) -> None:
    async def scene(tools: Tools) -> None:
        await Organizations(tools.store.database).add(Organization(name="others"))
        others = NORTH.model_copy(update={"name": "south", "organization": "others"})
        await tools.store.add_practice(others)
        with pytest.raises(problem):
            await pipeline.add_webhook(tools, "default", wish)
        assert await pipeline.list_webhooks(tools) == ()

    played(tmp_path, scene)


def test_nothing_of_another_organization_is_seen_or_changed(tmp_path: Path) -> None:
    async def scene(tools: Tools) -> None:
        made, _ = await pipeline.add_webhook(tools, "default", WebhookWish(URL))
        other: dict[str, Any] = {"organization": "others"}
        for use in (
            pipeline.find_webhook(tools, made.id, **other),
            pipeline.rotate_webhook(tools, made.id, **other),
            pipeline.switch_webhook(tools, made.id, on=False, **other),
            pipeline.remove_webhook(tools, made.id, **other),
            pipeline.try_webhook(tools, made.id, **other),
            pipeline.list_deliveries(tools, endpoint=made.id, **other),
            pipeline.redeliver(tools, "whd_1", **other),
            pipeline.redeliver_since(tools, made.id, tools.clock.now(), **other),
        ):
            with pytest.raises(NotKnown):
                await use
        assert await pipeline.list_webhooks(tools, "others") == ()
        assert await pipeline.list_webhooks(tools) == (made,)

    played(tmp_path, scene)


def test_a_secret_is_rotated_and_the_one_before_signs_for_a_while(tmp_path: Path) -> None:
    async def scene(tools: Tools) -> None:
        made, first = await pipeline.add_webhook(tools, "default", WebhookWish(URL))
        _, second = await pipeline.rotate_webhook(tools, made.id)
        assert await tools.store.webhooks.secrets(made.id) == (second, first)
        nothing = timedelta(0)
        _, third = await pipeline.rotate_webhook(tools, made.id, overlap=nothing)
        assert await tools.store.webhooks.secrets(made.id) == (third,)
        assert len({first.reveal(), second.reveal(), third.reveal()}) == 3
        with pytest.raises(BadArgument):
            await pipeline.rotate_webhook(tools, made.id, overlap=timedelta(hours=-1))

    played(tmp_path, scene)


def test_an_endpoint_is_tried_switched_sent_to_anew_and_removed(tmp_path: Path) -> None:
    async def scene(tools: Tools, receiver: Receiver) -> None:
        await tools.store.add_practice(NORTH)
        made, secret = await pipeline.add_webhook(tools, "default", WebhookWish(receiver.url))
        receiver.keys = [Secret(secret.reveal())]
        assert (await pipeline.try_webhook(tools, made.id)).is_taken
        off = await pipeline.switch_webhook(tools, made.id, on=False, why="a person did")
        assert (off.state, off.why) == ("disabled", "a person did")
        async with tools.store.database.write() as connection:
            await put_events(connection, (event(1).model_copy(update={"at": tools.clock.now()}),))
        await pipeline.relay(tools)
        await pipeline.switch_webhook(tools, made.id, on=True)
        since = tools.clock.now() - timedelta(hours=1)
        assert await pipeline.redeliver_since(tools, made.id, since) == 1
        assert await pipeline.send_webhooks(tools, made.id) == {"delivered": 1, "failed": 0}
        [(one, _)] = await pipeline.list_deliveries(tools, endpoint=made.id, state="delivered")
        await pipeline.redeliver(tools, one.id, organization="default")
        assert await pipeline.send_webhooks(tools, made.id) == {"delivered": 1, "failed": 0}
        assert (await pipeline.remove_webhook(tools, made.id)).id == made.id
        assert await pipeline.list_deliveries(tools) == ()
        assert receiver.ids[1:] == [one.event] * 2

    async def whole() -> None:
        here = (ip_network("127.0.0.0/8"),)
        settings = Settings(home=tmp_path, webhook_networks=here)
        async with wiring.tools(settings) as tools, receiving(Receiver()) as receiver:
            await scene(tools, receiver)

    run_engine(whole())

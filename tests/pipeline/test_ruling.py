"""A rule is off until a person switches it on, acts once, and only where the client wants it."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from pydantic import JsonValue

from automation import pipeline
from automation.entities import Client
from automation.errors import BadArgument, NotKnown, Refused
from automation.model import RuleAction
from automation.pipeline import RuleWish, Tools
from automation.store import WriteSwitch
from automation.store.events import put_events
from tests.cashbox import Cashbox
from tests.journeys.world import Home
from tests.store.telling import event

INPUTS: dict[str, JsonValue] = {"client_id": "{client.source_id}"}
WISH = RuleWish("client.changed", "sell", INPUTS)


async def happen(tools: Tools, *numbers: int, source_id: str = "7", **facts: Any) -> list[str]:  # noqa: ANN401 - fields
    """Let a client change; what rules wait for then."""
    client = Client.model_construct(
        id="cli_7",
        practice="north",
        source_system="acme",
        source_id=source_id,
        content_hash=str((source_id, facts)),
        **facts,
    )
    practice = await tools.store.practice("north")
    run = f"run-{numbers[0]}"
    await tools.store.start_run(run, practice="north", kind="part")
    await tools.store.upsert((client,), practice=practice, run=run)
    about = {"kind": "client", "entity": "cli_7"}
    events = [event(n, type_="client.changed").model_copy(update=about) for n in numbers]
    async with tools.store.database.write() as connection:
        await put_events(connection, events)
    await pipeline.relay(tools)
    return [each.event for each in await tools.store.rules.waiting()]


async def enabled(tools: Tools, wish: RuleWish = WISH) -> str:
    rule = await pipeline.add_rule(tools, "north", wish)
    assert not rule.enabled
    assert (await pipeline.switch_rule(tools, rule.id, on=True)).enabled
    return rule.id


async def applied(tools: Tools, rule: str, number: str) -> RuleAction:
    found = await pipeline.apply_rule(tools, rule, number)
    assert found is not None
    return found


def test_an_event_becomes_one_write_however_often_it_is_applied(home: Home, box: Cashbox) -> None:
    async def scene(tools: Tools) -> None:
        rule = await enabled(tools)
        [number] = await happen(tools, 1)
        done = await asyncio.gather(*(pipeline.apply_rule(tools, rule, number) for _ in range(4)))
        assert {each.state for each in done if each} == {"asked"}
        assert await pipeline.apply_rule(tools, rule, number) is None
        [write] = await pipeline.list_writes(tools)
        assert (write.operation, write.inputs["client_id"]) == ("sell", 7)
        assert write.actor == f"rule:{rule}"
        await pipeline.perform_write(tools, write.id)
        assert box.sold == [5.0]
        [action] = await pipeline.list_actions(tools, rule)
        assert (action.state, action.write) == ("asked", write.id)

    home.work(scene)


def test_what_happens_while_a_rule_is_off_is_nothing_to_it(home: Home) -> None:
    async def scene(tools: Tools) -> None:
        rule = await pipeline.add_rule(tools, "north", WISH)
        assert await happen(tools, 1) == []
        await pipeline.switch_rule(tools, rule.id, on=True)
        assert len(await happen(tools, 2)) == 1
        await pipeline.switch_rule(tools, rule.id, on=False)
        assert await happen(tools, 3) == []
        assert [each.state for each in await pipeline.list_actions(tools, rule.id)] == ["left"]
        await pipeline.remove_rule(tools, rule.id)
        assert await pipeline.list_rules(tools, "north") == ()

    home.work(scene)


@pytest.mark.parametrize(
    "facts, purpose, email, why",
    [
        ({"do_not_email": True}, "message", True, "the client wants no e-mail"),
        ({"no_reminders": True}, "reminder", False, "the client wants no reminders"),
    ],
)
def test_who_wants_none_gets_none_and_the_portal_is_not_asked(
    home: Home, box: Cashbox, facts: dict[str, Any], purpose: str, email: bool, why: str
) -> None:
    async def scene(tools: Tools) -> None:
        wish = RuleWish("client.changed", "sell", INPUTS, purpose, email)  # type: ignore[arg-type]  # one of two
        rule = await enabled(tools, wish)
        [number] = await happen(tools, 1, **facts)
        done = await applied(tools, rule, number)
        assert (done.state, done.why) == ("left", why)
        assert await pipeline.list_writes(tools) == ()
        assert box.asked == []

    home.work(scene)


def test_what_is_not_accepted_is_told_without_what_it_was_about(home: Home) -> None:
    async def scene(tools: Tools) -> None:
        rule = await enabled(tools)
        [number] = await happen(tools, 1, source_id="8")
        done = await applied(tools, rule, number)
        assert (done.state, done.why) == ("failed", "WriteRefused")
        await WriteSwitch(tools.store.database).stop("", at=tools.clock.now())
        [number] = await happen(tools, 2)
        done = await applied(tools, rule, number)
        assert done.state == "failed"
        assert "stopped" in done.why

    home.work(scene)


@pytest.mark.parametrize(
    "wish, problem",
    [
        (RuleWish("client.gone", "sell", INPUTS), NotKnown),
        (RuleWish("write.failed", "sell", INPUTS), BadArgument),
        (RuleWish("client.changed", "buy", INPUTS), NotKnown),
        (RuleWish("client.changed", "sell", {}), BadArgument),
        (RuleWish("client.changed", "sell", INPUTS | {"price": 1}), NotKnown),
        (RuleWish("client.changed", "sell", {"client_id": "{client.number}"}), NotKnown),
    ],
)
def test_a_rule_that_could_never_act_is_refused(
    home: Home, wish: RuleWish, problem: type[Exception]
) -> None:
    async def scene(tools: Tools) -> None:
        with pytest.raises(problem):
            await pipeline.add_rule(tools, "north", wish)

    home.work(scene)


def test_a_rule_is_not_switched_on_where_its_operation_is_not_enabled(home: Home) -> None:
    async def scene(tools: Tools) -> None:
        rule = await pipeline.add_rule(tools, "north", WISH)
        practice = await tools.store.practice("north")
        await tools.store.update_practice(practice.model_copy(update={"writes": ()}))
        with pytest.raises(Refused, match="not enabled"):
            await pipeline.switch_rule(tools, rule.id, on=True)

    home.work(scene)

"""Workers look every few seconds for what is to be told, and ask for one job each."""

from __future__ import annotations

from pathlib import Path

import pytest

from automation import pipeline
from automation.errors import BadArgument
from automation.model import GATHERING, RuleAction
from automation.pipeline import Tools, WebhookWish
from automation.store.events import put_events
from automation.worker import KINDS, EngineClient, EnginePlace
from automation.worker.telling import MAIL, RULE, WEBHOOK, Telling
from tests.pipeline.post_office import PostOffice, in_post_office
from tests.pipeline.scene import NORTH, played
from tests.store.telling import event, rule


async def begin(tools: Tools) -> str:
    await tools.store.add_practice(NORTH)
    wish = WebhookWish("https://hooks.example/in")
    made, _ = await pipeline.add_webhook(tools, "default", wish)
    await tools.store.rules.add(rule(event="patient.changed"))
    async with tools.store.database.write() as connection:
        await put_events(connection, (event(1), event(2)))
    return made.id


def test_an_endpoint_gets_one_job_and_each_action_of_a_rule_one(tmp_path: Path) -> None:
    place = EnginePlace.beside(f"sqlite:///{tmp_path / 'vetportal.db'}")

    async def scene(tools: Tools) -> None:
        endpoint = await begin(tools)
        async with EngineClient.open(place) as client:
            telling = [Telling(tools, client, KINDS) for _ in range(2)]
            asked = [await each.tell() for each in telling]
            assert asked[0] == 3
            assert asked[1] <= 1  # the next slot may have begun
            assert await telling[0].tell() == 0
            jobs = [each.attempt.job for each in await client.jobs()]
        sends = [each for each in jobs if each.kind == "webhook"]
        acts = [each for each in jobs if each.kind == "rule"]
        assert {each.arguments["endpoint"] for each in sends} == {endpoint}
        assert {each.arguments["event"] for each in acts} == {event(1).id, event(2).id}
        assert {each.practice for each in acts} == {"north"}

    played(tmp_path, scene)


def test_the_jobs_do_what_they_say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def apply(_: Tools, rule_: str, number: str) -> RuleAction | None:
        return None if number == "gone" else made.model_copy(update={"rule": rule_})

    facts = {"rule": "rul_1", "event": "evt_1", "practice": "north", "at": 0}
    made = RuleAction.model_validate({**facts, "state": "asked", "write": "w1"})
    monkeypatch.setattr(pipeline, "apply_rule", apply)

    async def scene(tools: Tools) -> None:
        given = {"rule": "rul_1", "event": "evt_1"}
        assert await RULE.run(tools, NORTH, given) == {"state": "asked", "write": "w1"}
        over = {"state": "over", "write": ""}
        assert await RULE.run(tools, NORTH, {**given, "event": "gone"}) == over
        nothing = {"delivered": 0, "failed": 0}
        assert await WEBHOOK.run(tools, None, {"endpoint": "whe_none"}) == nothing
        with pytest.raises(BadArgument, match="lacks the argument endpoint"):
            await WEBHOOK.run(tools, None, {})

    played(tmp_path, scene)


def test_each_letter_that_is_due_gets_one_job_whoever_looks(tmp_path: Path) -> None:
    place = EnginePlace.beside(f"sqlite:///{tmp_path / 'home' / 'vetportal.db'}")

    async def scene(office: PostOffice) -> None:
        await office.recipient()
        await office.see("north")
        office.clock.pass_time(GATHERING.total_seconds())
        async with EngineClient.open(place) as client:
            first, second = (Telling(office.tools, client, KINDS) for _ in range(2))
            due = await pipeline.due_letters(office.tools)
            assert await first.tell() == 1
            await office.tools.store.letters.mark(due, "waiting")  # as after a kill in between
            assert await second.tell() == 0
            [job] = [each.attempt.job for each in await client.jobs()]
        assert await pipeline.due_letters(office.tools) == ()
        assert job.kind == "mail"
        assert await MAIL.run(office.tools, None, job.arguments) == {"findings": 1}
        assert await MAIL.run(office.tools, None, job.arguments) == {"over": True}
        assert len(office.box.letters) == 1

    in_post_office(tmp_path / "home", scene)


def test_webhooks_wait_for_no_practice_and_rules_with_its_writes() -> None:
    assert (WEBHOOK.queue, WEBHOOK.tells) == ("other", False)
    assert RULE.queue == "write"

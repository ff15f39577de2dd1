"""Jobs that tell others what happened, and the look every few seconds that asks for them."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from pydantic import JsonValue

from automation import pipeline
from automation.model import Job, Practice
from automation.pipeline import Tools
from automation.ports import Jobs
from automation.worker.kinds import Arguments, Kind, Kinds, text_of

_EVERY: Final = 2.0
_FACTS_EVERY: Final = 300.0
_FORGET_EVERY: Final = 3600.0
_SLOT: Final = 5
"""Seconds in which one job is asked for an endpoint: it goes on as long as anything is due."""


async def webhook(tools: Tools, _practice: Practice | None, arguments: Arguments) -> JsonValue:
    """Send what is due for a webhook endpoint (``endpoint``).

    What is not taken is due again later, by the times of its own; the job is done all the same.
    """
    return await pipeline.send_webhooks(tools, text_of(arguments, "endpoint"))


WEBHOOK: Final = Kind("webhook", webhook, queue="other", timeout=timedelta(minutes=5), tells=False)


async def rule(tools: Tools, _practice: Practice | None, arguments: Arguments) -> JsonValue:
    """Make of an event (``event``) what a rule (``rule``) says, once.

    Raises:
        VetportalError: the portal could not be asked.
    """
    done = await pipeline.apply_rule(tools, text_of(arguments, "rule"), text_of(arguments, "event"))
    return {"state": done.state if done else "over", "write": done.write if done else ""}


RULE: Final = Kind("rule", rule, queue="write", timeout=timedelta(minutes=10), tries=8)


async def mail(tools: Tools, _practice: Practice | None, arguments: Arguments) -> JsonValue:
    """Send a letter about drift (``letter``), and those that go with it in one.

    Raises:
        Transient, Unready: it could not be handed over.
    """
    return await pipeline.send_letter(tools, text_of(arguments, "letter"))


MAIL: Final = Kind("mail", mail, queue="other", timeout=timedelta(minutes=5), tries=40, tells=False)


class Telling:
    """Follows what happened, every few seconds; any number of workers may do so at once.

    Args:
        tools: what it works with.
        jobs: takes the jobs.
        kinds: knows them.
    """

    def __init__(self, tools: Tools, jobs: Jobs, kinds: Kinds) -> None:
        self._tools, self._jobs, self._kinds = tools, jobs, kinds
        self._due = dict.fromkeys(("relay", "facts", "forget"), float("-inf"))

    async def tell(self) -> int:
        """Do what is due; how many jobs were asked for."""
        if not self._is_due("relay", _EVERY):
            return 0
        if self._is_due("forget", _FORGET_EVERY):
            await pipeline.forget_events(self._tools)
        if self._is_due("facts", _FACTS_EVERY):
            await pipeline.check_facts(self._tools)
        await pipeline.relay(self._tools)
        return sum(
            (
                await self._ask_for_webhooks(),
                await self._ask_for_rules(),
                await self._ask_for_letters(),
            )
        )

    def _is_due(self, what: str, every: float) -> bool:
        now = self._tools.clock.monotonic()
        if now - self._due[what] < every:
            return False
        self._due[what] = now
        return True

    async def _ask_for_webhooks(self) -> int:
        slot = int(self._tools.clock.now().timestamp()) // _SLOT
        asked = 0
        for due in await self._tools.store.deliveries.due():
            job = Job(kind=WEBHOOK.name, arguments={"endpoint": due.endpoint})
            asked += await self._ask(job, f"webhook:{due.endpoint}:{slot}")
        return asked

    async def _ask_for_rules(self) -> int:
        asked = 0
        for each in await self._tools.store.rules.waiting():
            told: dict[str, JsonValue] = {"rule": each.rule, "event": each.event}
            job = Job(kind=RULE.name, practice=each.practice, arguments=told)
            asked += await self._ask(job, f"rule:{each.rule}:{each.event}")
        return asked

    async def _ask_for_letters(self) -> int:
        """One job for each; it is asked for again only where it was put off."""
        asked, due = 0, await pipeline.due_letters(self._tools)
        for each in due:
            job = Job(kind=MAIL.name, arguments={"letter": each.id})
            asked += await self._ask(job, f"mail:{each.id}:{each.next_at:%Y%m%dT%H%M%S}")
        await self._tools.store.letters.asked(due)
        return asked

    async def _ask(self, job: Job, key: str) -> bool:
        return await self._jobs.enqueue(self._kinds.attempt(job, key))

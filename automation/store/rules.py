"""Rules of practices, and what they made of events."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from automation.errors import Bug, NotKnown
from automation.model import Event, Rule, RuleAction
from automation.ports import Clock
from automation.store.database import Database
from automation.store.events import find_events
from automation.store.practices import find_practice
from automation.store.schema import RULE, RULE_ACTION, insert_into


class Rules:
    """Keeps rules and their actions.

    Args:
        database: where the rows stand.
        clock: stamps what is decided.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock

    async def add(self, rule: Rule) -> None:
        """Keep a new rule.

        Raises:
            NotKnown: there is no such practice.
        """
        row = rule.model_dump(mode="json") | {"created_at": rule.created_at.timestamp()}
        async with self._database.write() as connection:
            await find_practice(connection, rule.practice)
            insert = insert_into(connection, RULE).values(row)
            if not (await connection.execute(insert.on_conflict_do_nothing())).rowcount:
                raise Bug(f"two rules drew the id {rule.id}")

    async def find(self, number: str) -> Rule:
        """One rule.

        Raises:
            NotKnown: there is none of this id.
        """
        async with self._database.read() as connection:
            return await _found(connection, number)

    async def all(self, practice: str | None = None) -> tuple[Rule, ...]:
        """All rules, or those of one practice, oldest first."""
        statement = select(RULE).order_by(RULE.c.created_at, RULE.c.id)
        if practice is not None:
            statement = statement.where(RULE.c.practice == practice)
        async with self._database.read() as connection:
            return tuple(rule_of(row) for row in (await connection.execute(statement)).mappings())

    async def switch(self, number: str, *, on: bool) -> Rule:
        """Enable or disable a rule; what waits of a disabled one is left.

        Raises:
            NotKnown: there is none of this id.
        """
        row = RULE_ACTION.c
        async with self._database.write() as connection:
            await _found(connection, number)
            await connection.execute(update(RULE).where(RULE.c.id == number).values(enabled=on))
            if not on:
                waiting = (row.rule == number) & (row.state == "waiting")
                left = update(RULE_ACTION).where(waiting)
                await connection.execute(left.values(state="left", why="the rule was disabled"))
        return await self.find(number)

    async def remove(self, number: str) -> Rule:
        """Forget a rule and what it made of events; writes that it asked for stand.

        Raises:
            NotKnown: there is none of this id.
        """
        async with self._database.write() as connection:
            found = await _found(connection, number)
            await connection.execute(delete(RULE_ACTION).where(RULE_ACTION.c.rule == number))
            await connection.execute(delete(RULE).where(RULE.c.id == number))
        return found

    async def waiting(self, *, limit: int = 200) -> tuple[RuleAction, ...]:
        """What rules have yet to do, oldest first."""
        row = RULE_ACTION.c
        statement = select(RULE_ACTION).where(row.state == "waiting")
        return await self._actions(statement.order_by(row.at, row.event).limit(limit))

    async def actions(self, rule: str, *, limit: int = 100) -> tuple[RuleAction, ...]:
        """What a rule made of events, latest first."""
        row = RULE_ACTION.c
        statement = select(RULE_ACTION).where(row.rule == rule)
        return await self._actions(statement.order_by(row.at.desc(), row.event).limit(limit))

    async def action(self, rule: str, event: str) -> tuple[RuleAction, Rule, Event] | None:
        """What is to be made of an event, with the rule and the event; None where nothing is."""
        row = RULE_ACTION.c
        this = select(RULE_ACTION).where(row.rule == rule, row.event == event)
        async with self._database.read() as connection:
            found = (await connection.execute(this)).mappings().first()
            if found is None:
                return None
            events = await find_events(connection, (event,))
            return (
                RuleAction.model_validate(dict(found)),
                await _found(connection, rule),
                events[event],
            )

    async def settle(
        self, action: RuleAction, *, state: str, why: str = "", write: str = ""
    ) -> None:
        """Keep what was decided of an action that waited."""
        row = RULE_ACTION.c
        this = (row.rule == action.rule) & (row.event == action.event) & (row.state == "waiting")
        values = {"state": state, "why": why, "write": write}
        async with self._database.write() as connection:
            at = self._clock.now().timestamp()
            await connection.execute(update(RULE_ACTION).where(this).values(**values, at=at))

    async def _actions(self, statement: Any) -> tuple[RuleAction, ...]:  # noqa: ANN401 - a SELECT
        async with self._database.read() as connection:
            rows = (await connection.execute(statement)).mappings().all()
        return tuple(RuleAction.model_validate(dict(row)) for row in rows)


def rule_of(row: Mapping[Any, Any]) -> Rule:
    """The rule of a row."""
    return Rule.model_validate(dict(row))


async def _found(connection: AsyncConnection, number: str) -> Rule:
    found = (await connection.execute(select(RULE).where(RULE.c.id == number))).mappings().first()
    if found is None:
        known = tuple((await connection.execute(select(RULE.c.id).limit(20))).scalars())
        raise NotKnown("rule", number, known)
    return rule_of(found)

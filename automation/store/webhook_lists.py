"""Webhook endpoints and deliveries as callers see them: what is within reach, and nothing else."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from automation.model import Delivery, Event, WebhookEndpoint
from automation.store.database import Database
from automation.store.deliveries import delivery_of, page_of
from automation.store.reach import Reach
from automation.store.schema import WEBHOOK_DELIVERY, WEBHOOK_ENDPOINT
from automation.store.webhooks import endpoint_of


class WebhookLists:
    """Reads endpoints and deliveries for callers.

    Who may see some practices or locations only, sees the endpoints that are told of these only.

    Args:
        database: where they are.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def endpoints(self, reach: Reach) -> tuple[WebhookEndpoint, ...]:
        """The endpoints within reach, oldest first; without their secrets."""
        row = WEBHOOK_ENDPOINT.c
        async with self._database.read() as connection:
            statement = select(WEBHOOK_ENDPOINT).where(*_within(connection, reach))
            found = await connection.execute(statement.order_by(row.created_at, row.id))
            return tuple(endpoint_of(each) for each in found.mappings())

    async def endpoint(self, number: str, reach: Reach) -> WebhookEndpoint | None:
        """One endpoint; None where none of this id is within reach."""
        async with self._database.read() as connection:
            statement = select(WEBHOOK_ENDPOINT).where(*_within(connection, reach))
            own = statement.where(WEBHOOK_ENDPOINT.c.id == number)
            found = (await connection.execute(own)).mappings().first()
        return None if found is None else endpoint_of(found)

    async def deliveries(
        self,
        reach: Reach,
        *,
        endpoint: str | None = None,
        state: str | None = None,
        after: tuple[datetime, str] | None = None,
        limit: int = 100,
    ) -> tuple[tuple[Delivery, Event], ...]:
        """Deliveries within reach with their events, the latest first.

        Args:
            reach: what the caller may see.
            endpoint: only to this one.
            state: only in this state.
            after: ``begun_at`` and id of the last one of the page before.
            limit: size of the page.
        """
        row = WEBHOOK_ENDPOINT.c
        async with self._database.read() as connection:
            endpoints = select(row.id).where(*_within(connection, reach))
            if endpoint is not None:
                endpoints = endpoints.where(row.id == endpoint)
            to = (await connection.execute(endpoints)).scalars().all()
            own = WEBHOOK_DELIVERY.c.practice.in_(reach.own())
            return await page_of(connection, to, own, state=state, after=after, limit=limit)

    async def delivery(self, number: str, reach: Reach) -> Delivery | None:
        """One delivery; None where none of this id is within reach."""
        row = WEBHOOK_DELIVERY.c
        joined = WEBHOOK_DELIVERY.join(WEBHOOK_ENDPOINT, WEBHOOK_ENDPOINT.c.id == row.endpoint)
        async with self._database.read() as connection:
            statement = select(WEBHOOK_DELIVERY).select_from(joined).where(
                row.id == number, row.practice.in_(reach.own()), *_within(connection, reach)
            )  # fmt: skip
            found = (await connection.execute(statement)).mappings().first()
        return None if found is None else delivery_of(found)


def _within(connection: AsyncConnection, reach: Reach) -> list[ColumnElement[bool]]:
    """The conditions on endpoints."""
    row = WEBHOOK_ENDPOINT.c
    found: list[ColumnElement[bool]] = [row.organization == reach.organization]
    # both databases have a function of JSON that gives a row for each entry, each by its own name
    names = {"sqlite": "json_each", "postgresql": "json_array_elements_text"}
    entries = getattr(func, names[connection.dialect.name])
    for column, allowed in ((row.practices, reach.practices), (row.locations, reach.locations)):
        if allowed:
            each = entries(column).table_valued("value")
            strange = select(each.c.value).where(each.c.value.not_in(sorted(allowed)))
            found += [func.json_array_length(column) > 0, ~exists(strange)]
    return found

"""A portal in memory that sells: it may drop, lie, refuse or stay silent at any request."""

from __future__ import annotations

import json
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable
from pathlib import Path
from random import Random
from typing import Any, Final, TypeVar
from zoneinfo import ZoneInfo

from typing_extensions import override

from automation.errors import AnswerLate, PortalDown
from automation.model import Call, JournalStep, Operation, Portal, Reply, SignedOut, Write
from automation.store import Leases, Store, WriteIntents
from automation.writes import (
    Desk,
    Performing,
    Seams,
    Times,
    checked_inputs,
    marker_of,
    request_hash,
    unwatched,
    write_id,
)
from tests.fakes import FakeSession, Notes, VirtualClock, json_reply
from tests.store.support import Reversing, in_store
from tests.writes.shop import endpoint

T = TypeVar("T")
TIMES: Final = Times(send=0.02, answer=1.0, lease=0.02, late=600.0)
ENDPOINTS: Final = {
    each.endpoint: each
    for each in (
        endpoint("find-client", "GET", "/api/client/{client_id}/", "client_id"),
        endpoint("find-sales", "GET", "/api/sale/"),
        endpoint("find-sale", "GET", "/api/sale/{sale_id}/", "sale_id"),
        endpoint("find-payments", "GET", "/api/payment/"),
        endpoint(
            "create-sale",
            "POST",
            "/api/sale/",
            **{name: {"input": name} for name in ("client", "item")},
            pin={"input": "pin", "optional": True},
        ),
        endpoint(
            "create-payment",
            "POST",
            "/api/payment/",
            sale={"input": "sale"},
            info={"input": "info"},
        ),
        endpoint("delete-sale", "DELETE", "/api/sale/{sale_id}/", "sale_id"),
    )
}
SELL: Final[dict[str, Any]] = {
    "operation": "sell",
    "title": "Sell",
    "inputs": {
        "client_id": {"type": "integer"},
        "item": {"type": "text"},
        "pay": {"type": "boolean", "default": True},
        "pin": {"type": "text", "optional": True, "sensitive": True},
    },
    "reads": {"client": {"endpoint": "find-client", "values": {"client_id": "inputs.client_id"}}},
    "checks": [{"holds": "reads.client.active", "otherwise": "the client is archived"}],
    "steps": [
        {
            "step": "sale",
            "endpoint": "create-sale",
            "values": {"client": "inputs.client_id", "item": "inputs.item", "pin": "inputs.pin"},
            "keep": {"id": "id"},
            "read_back": {
                "endpoint": "find-sales",
                "match": [
                    {"item": "client", "equals": "inputs.client_id"},
                    {"item": "item", "equals": "inputs.item"},
                ],
            },
            "repeatable": True,
            "undo": {"endpoint": "delete-sale", "values": {"sale_id": "steps.sale.id"}},
        },
        {
            "step": "payment",
            "endpoint": "create-payment",
            "when": "inputs.pay",
            "values": {"sale": "steps.sale.id", "info": "write.marker"},
            "keep": {"id": "id"},
            "read_back": {
                "endpoint": "find-payments",
                "match": [{"item": "info", "equals": "write.marker"}],
            },
            "lasting": "money is money",
            "refused": "undo",
        },
    ],
    "result": {"sale": "steps.sale.id", "payment": "steps.payment.id"},
}


class _Session(FakeSession):
    @override
    async def renew(self, *, seen: int) -> None:
        await super().renew(seen=seen)
        self.slots["token"] = "t"


class Till:
    """The portal.

    Attributes:
        sales: what was sold and not taken back.
        payments: what was paid.
        how: what the next requests of a kind do: ``POST sale``, ``GET payment``.
        heard: method and kind of each request that reached it.
        page: how many rows of a list come at once, with a link to the next ones; None: all.
        shallow: it refuses every page but the first.
        watch: is told each of them.
    """

    def __init__(self) -> None:
        self.sales: list[dict[str, Any]] = []
        self.payments: list[dict[str, Any]] = []
        self.active = True
        self.how: dict[str, deque[str]] = defaultdict(deque)
        self.heard: list[str] = []
        self.page: int | None = None
        self.shallow = False
        self.watch: Callable[[str], None] = lambda _name: None
        self._number = 0
        portal = Portal(portal="acme", title="", hosts=(), signed_out=SignedOut(statuses=(401,)))
        self.session = _Session(self.answer, portal=portal)
        self.session.slots["token"] = "t"

    def next(self, kind: str, *how: str) -> None:
        """Say what the next requests of a kind do."""
        self.how[kind].extend(how)

    def answer(self, call: Call) -> Reply:
        """Answer one request, well or otherwise."""
        kind = call.url.partition("/api/")[2].split("/")[0]
        name = f"{call.method} {kind}"
        self.heard.append(name)
        self.watch(name)
        how = self.how[name].popleft() if self.how[name] else "well"
        how = "400" if self.shallow and "?from=" in call.url else how
        if how in _INSTEAD:
            return self._trouble(call, how)
        document, status = self._done(call, kind)
        if how.endswith("after"):
            return self._trouble(call, how.removesuffix("-after"))
        return json_reply(call, document, status=status)

    def _trouble(self, call: Call, how: str) -> Reply:
        if how == "drop":
            raise PortalDown("the connection ended")
        if how == "late":
            raise AnswerLate("it did not answer in time")
        return json_reply(call, _INSTEAD[how], status=int(how) if how.isdecimal() else 201)

    def _done(self, call: Call, kind: str) -> tuple[object, int]:
        rows = {"sale": self.sales, "payment": self.payments}.get(kind)
        number = call.url.rstrip("/").rpartition("/")[2]
        if rows is None:
            return {"active": self.active}, 200
        here = [row for row in rows if str(row["id"]) == number]
        if call.method == "GET" and number.isdecimal():
            return (here[0], 200) if here else ({"detail": "Not found."}, 404)
        if call.method == "GET":
            return self._listed(call, kind, rows), 200
        if call.method == "DELETE":
            rows[:] = [row for row in rows if row not in here]
            return (None, 204) if here else ({"detail": "Not found."}, 404)
        self._number += 1
        rows.append({"id": self._number, **json.loads(call.content or b"{}")})
        return rows[-1], 201

    def _listed(self, call: Call, kind: str, rows: list[dict[str, Any]]) -> dict[str, object]:
        if self.page is None:
            return {"results": list(rows)}
        start = int(call.url.partition("?from=")[2] or 0)
        end = start + self.page
        more = f"/api/{kind}/?from={end}" if end < len(rows) else None
        return {"results": rows[start:end], "next": more}


_INSTEAD: Final[dict[str, object]] = {
    "drop": None,
    "late": None,
    "hollow": {},
    "400": {"detail": "The till is closed."},
    "401": {"detail": "Who are you?"},
    "429": {"detail": "Too many."},
    "500": {"detail": "Oops."},
}


class Died(BaseException):
    """The process died at a seam."""


def sale(key: str = "k", **given: Any) -> Write:  # noqa: ANN401 - JSON
    """A write as it is accepted."""
    operation = Operation.model_validate(SELL)
    inputs = checked_inputs(
        operation, {"client_id": 7, "item": "leash", **given}, ZoneInfo("America/Chicago")
    )
    number = write_id("north", "sell", key)
    return Write(
        id=number,
        practice="north",
        operation="sell",
        key=key,
        actor="cli:me",
        request_hash=request_hash(operation, inputs, "salt"),
        salt="salt",
        marker=marker_of(number),
        at="2026-03-02T09:30:00+00:00",
        declared=operation,
        inputs=inputs,
        steps=tuple(
            JournalStep(step=each.step, number=place)
            for place, each in enumerate(operation.steps, 1)
        ),
    )


class Scene:
    """A till with a journal, and a process that performs writes.

    Attributes:
        till: the portal.
        endpoints: by name.
        database: where the journal is.
        journal: the journal.
        notes: what the audit log heard.
    """

    def __init__(self, store: Store) -> None:
        self.till, self.notes = Till(), Notes()
        self.endpoints = dict(ENDPOINTS)
        self.database = store.database
        self.journal = WriteIntents(store.database, Reversing())
        self._leases = Leases(store.database, seconds=30)

    async def perform(
        self, write: Write, seam: Seams = unwatched, *, times: Times = TIMES
    ) -> Write:
        """Perform it under a lease, as it stands in the journal."""
        kept = await self.journal.accept(write)
        async with self._leases.hold("writer:north") as lease:
            desk = Desk(
                journal=self.journal,
                lease=lease,
                session=self.till.session,
                endpoints=self.endpoints.__getitem__,
                profile=None,
                audit=self.notes,
                clock=VirtualClock(),
                rng=Random(1),
                times=times,
                seam=seam,
            )
            return await Performing(desk, kept).perform()


def played(path: Path, scene: Callable[[Scene], Awaitable[T]]) -> T:
    """Play a scene with a till and an empty journal."""

    async def whole(store: Store) -> T:
        return await scene(Scene(store))

    return in_store(path / "store.db", whole)

"""A made-up portal in memory: sales over the counter, and the operation that makes one."""

from __future__ import annotations

import json
from random import Random
from typing import Any, Final
from zoneinfo import ZoneInfo

from automation.model import (
    Call,
    Constant,
    Endpoint,
    FromSession,
    Input,
    Operation,
    Portal,
    Profile,
    Reply,
    RequestTemplate,
    ResponseShape,
)
from automation.writes import DryRun, checked_inputs, dry_run
from tests.engine import run_engine
from tests.fakes import FakeSession, VirtualClock, json_reply

TOKEN: Final = "tok-5f1c9a77e2"
_BEARER = {"Authorization": FromSession(session="token", wrap="Bearer {}")}


def number(name: str, *, optional: bool = False) -> Input:
    return Input(input=name, type="number", optional=optional)


def endpoint(name: str, method: str, url: str, *inputs: str, **body: Any) -> Endpoint:  # noqa: ANN401 - bindings
    request = RequestTemplate(
        method=method,
        url=url,
        headers=_BEARER,
        path={each: Input(input=each) for each in inputs},
        json_body=body,
        encoding="json" if body else None,
    )
    shape = ResponseShape(items="results") if name.endswith("s") else ResponseShape()
    effect = "read" if method == "GET" else "write"
    return Endpoint(endpoint=name, effect=effect, request=request, response=shape)


ENDPOINTS: Final = {
    each.endpoint: each
    for each in (
        endpoint("find-client", "GET", "/api/client/{client_id}/", "client_id"),
        endpoint("find-sales", "GET", "/api/sale/"),
        endpoint(
            "create-sale",
            "POST",
            "/api/sale/",
            kind=Constant(constant="counter"),
            client=Input(input="client"),
            pin=Input(input="pin", optional=True),
            lines=Input(input="lines", type="json"),
        ),
        endpoint("delete-sale", "DELETE", "/api/sale/{sale_id}/", "sale_id"),
        endpoint(
            "create-payment",
            "POST",
            "/api/sale/{sale_id}/pay/",
            "sale_id",
            amount=number("amount"),
            by=Input(input="by"),
        ),
    )
}
SALE: Final[dict[str, Any]] = {
    "version": 1,
    "operation": "sell",
    "title": "Sell over the counter",
    "rights": ["Sales"],
    "inputs": {
        "client_id": {"type": "integer", "least": 1},
        "lines": {
            "type": "list",
            "least": 1,
            "fields": {
                "item": {"type": "text"},
                "count": {"type": "integer", "default": 1},
                "on": {"type": "date", "optional": True},
            },
        },
        "at": {"type": "datetime", "optional": True},
        "pin": {"type": "text", "optional": True, "sensitive": True},
        "state": {"type": "integer", "optional": True, "allowed": {"1": "open", "2": "shut"}},
        "pay": {"type": "boolean", "default": False},
    },
    "settings": {"till": {"section": "tills", "key": "inputs.client_id", "path": "Name"}},
    "reads": {
        "client": {
            "endpoint": "find-client",
            "values": {"client_id": "inputs.client_id"},
            "otherwise": "there is no such client",
        }
    },
    "checks": [{"holds": "reads.client.active", "otherwise": "the client is archived"}],
    "states": {
        "now": "reads.client.state",
        "wanted": "inputs.state",
        "names": {"1": "open", "2": "shut"},
        "moves": {"1": ["2"], "2": []},
    },
    "steps": [
        {
            "step": "sale",
            "endpoint": "create-sale",
            "values": {
                "client": {"path": "inputs.client_id", "link": "api/client/{}/"},
                "lines": "inputs.lines",
                "pin": "inputs.pin",
            },
            "keep": {"id": "id", "total": "total"},
            "read_back": {
                "endpoint": "find-sales",
                "match": [
                    {
                        "item": "client",
                        "equals": {"path": "inputs.client_id", "link": "api/client/{}/"},
                    },
                    {"item": "at", "equals": "inputs.at", "kind": "moment"},
                ],
                "created": "created",
            },
            "undo": {"endpoint": "delete-sale", "values": {"sale_id": "steps.sale.id"}},
        },
        {
            "step": "payment",
            "endpoint": "create-payment",
            "when": "inputs.pay",
            "needs": [
                {"holds": "steps.sale.id", "otherwise": "no sale"},
                {"holds": "settings.till", "otherwise": "there is no till"},
            ],
            "values": {
                "sale_id": "steps.sale.id",
                "amount": "steps.sale.total",
                "by": "settings.till",
            },
            "read_back": {
                "endpoint": "find-sales",
                "match": [{"item": "note", "equals": "write.marker"}],
            },
            "lasting": "money that was paid is paid",
        },
    ],
}


def operation(**changed: Any) -> Operation:  # noqa: ANN401 - JSON
    return Operation.model_validate({**SALE, **changed})


class Shop:
    """Answers reads; whatever else reaches it is kept, and should not."""

    def __init__(self, **client: object) -> None:
        self.client: dict[str, object] | None = {"active": True, "state": 1, **client}
        self.status = 200
        self.session = FakeSession(self.answer, portal=Portal(portal="acme", title="", hosts=()))
        self.session.slots["token"] = TOKEN

    def answer(self, call: Call) -> Reply:
        if self.client is None:
            return json_reply(call, {"detail": "Not found."}, status=404)
        return json_reply(call, self.client, status=self.status)

    @property
    def written(self) -> list[Call]:
        return [call for _, call in self.session.sent if call.method != "GET"]

    def dry_run(
        self, given: dict[str, Any], made: Operation | None = None, profile: Profile | None = None
    ) -> DryRun:
        made = made or operation()
        clock = VirtualClock()
        inputs = checked_inputs(made, given, zone_of(self.session))
        return run_engine(
            dry_run(
                made,
                self.session,
                inputs=inputs,
                endpoints=ENDPOINTS.__getitem__,
                profile=profile,
                clock=clock,
                rng=Random(1),
            )
        )


def zone_of(session: FakeSession) -> ZoneInfo:
    return ZoneInfo(session.practice.timezone)


def body_of(run: DryRun, step: int = 0) -> Any:  # noqa: ANN401 - JSON
    request = run.steps[step].request
    assert request is not None
    assert request.body is not None
    return json.loads(request.body.text)

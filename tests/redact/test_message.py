"""Every text of an exchange or a snapshot is looked at; binary content is not kept."""

from __future__ import annotations

import base64

from automation.model import Body, Element, Exchange, Request, Response, Snapshot
from automation.redact.message import exchange_texts, readable, snapshot_texts

EXCHANGE = Exchange(
    seq=0,
    started=0,
    resource="xhr",
    frame="t1",
    initiator="t2",
    failure="t3",
    request=Request(method="POST", url="t4", headers=(("a", "t5"),), body=Body(text="t6")),
    response=Response(status=200, headers=(("b", "t7"),), body=Body(text="t8")),
)


def coded(content: bytes) -> Exchange:
    body = Body(text=base64.b64encode(content).decode(), base64=True, mime="x/y", size=9)
    return EXCHANGE.model_copy(update={"response": Response(status=200, body=body)})


def body_of(exchange: Exchange) -> Body | None:
    return exchange.response.body if exchange.response else None


def test_all_texts_of_an_exchange_are_listed() -> None:
    assert sorted(exchange_texts(EXCHANGE)) == [f"t{n}" for n in range(1, 9)]


def test_all_texts_of_a_snapshot_are_listed() -> None:
    element = Element(role="link", name="t4", id="t5", field="t6")
    snapshot = Snapshot(
        step="1",
        taken=0,
        url="t1",
        title="t2",
        aria="t3",
        elements=(element,),
        storage={"t7": "t8"},
        drawn={"t9": "part"},
    )
    assert sorted(snapshot_texts(snapshot)) == [f"t{n}" for n in range(1, 10)]


def test_base64_of_text_becomes_text() -> None:
    assert body_of(readable(coded("é".encode()))) == Body(text="é", mime="x/y", size=9)


def test_base64_of_anything_else_is_left_out_with_its_size_kept() -> None:
    left_out = Body(mime="x/y", size=9, truncated=True)
    assert body_of(readable(coded(b"\xff\xd8\xff"))) == left_out
    broken = EXCHANGE.model_copy(
        update={"response": Response(status=200, body=Body(text="?", base64=True))}
    )
    assert body_of(readable(broken)) == Body(truncated=True)

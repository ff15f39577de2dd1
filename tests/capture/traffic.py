"""A small capture as the redactor leaves it, for the tests of what is kept of one."""

from __future__ import annotations

from datetime import UTC, datetime

from automation.model import (
    Body,
    Capture,
    Dropped,
    Element,
    Exchange,
    Practice,
    Request,
    Response,
    Snapshot,
)

FORM = "application/x-www-form-urlencoded"
SHOWN = "«sec:field:0123456789:32:hex»"
ENCODED = "%C2%ABsec%3Afield%3A0123456789%3A32%3Ahex%C2%BB"

SIMULATED = Practice(name="north", portal="acme", base_url="http://127.0.0.1:8001", loopback=True)
REAL = Practice(name="south", portal="acme", base_url="https://acme.example")


def exchange(seq: int, *, step: str | None = "1", text: str = '{"rows": []}') -> Exchange:
    return Exchange(
        seq=seq,
        started=seq / 3,
        finished=seq / 3 + 0.0125,
        step=step,
        resource="xhr",
        frame="https://acme.example/Home",
        initiator="script https://acme.example/app.js:7",
        request=Request(
            method="POST",
            url=f"https://acme.example/Grid?page={seq}&token={ENCODED}",
            headers=(("cookie", f"a={SHOWN}; b=2"), ("x-a", "1"), ("x-a", "2")),
            body=Body(text=f"page={seq}&token={ENCODED}", mime=FORM, size=50),
        ),
        response=Response(
            status=200,
            headers=(("set-cookie", f"a={SHOWN}; Path=/x; HttpOnly; Secure; Max-Age=60"),),
            body=Body(text=text, mime="application/json", size=len(text)),
        ),
    )


def failed(seq: int) -> Exchange:
    request = Request(method="GET", url="https://acme.example/Poll")
    return Exchange(seq=seq, started=seq, resource="fetch", request=request, failure="aborted")


def snapshot(step: str, screenshot: str | None = None) -> Snapshot:
    return Snapshot(
        step=step,
        taken=1.25,
        url="https://acme.example/Home",
        title=f"Home {step}",
        aria='- button "Save"',
        elements=(Element(role="button", name="Save"),),
        storage={"theme": "dark"},
        screenshot=screenshot,
    )


def head(
    practice: Practice, capture: str = "20260105T101500000000-list-a", flow: str = "list-a"
) -> Capture:
    return Capture(
        id=capture,
        flow=flow,
        portal=practice.portal,
        practice=practice.name,
        base_url=practice.base_url,
        started_at=datetime(2026, 1, 5, 10, 15, tzinfo=UTC),
        timezone="America/Chicago",
        inputs={"date": "2026-01-05"},
        typed={"3": "date"},
        dropped=(Dropped(rule="beacon", url="https://acme.example/beacon", count=3),),
    )

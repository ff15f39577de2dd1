"""Reads the endpoints of the lab as a replay does: what goes over the wire, without a browser."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import httpx2

from automation.drift import Consumption, NetworkWatch, Observation
from automation.model import Body, Exchange, Headers, Request, Response
from tests.simulator import Simulator

BASE: Final = "https://north.lab.example"
FIRST: Final = datetime(2026, 3, 2, 9, tzinfo=UTC)
_TIME: Final = "x-simulated-ms"
_TLS: Final = "x-simulated-tls"
_VISITS: Final = "query PetVisits($pet: ID) { visits(pet: $pet) { visitId on reason total } }"


@dataclass
class Reader:
    """Somebody who is signed in and asks for the same things each day."""

    client: httpx2.Client
    sim: Simulator
    api: str = BASE
    base: str = BASE

    def day(self, number: int) -> None:
        """Move the lab to a day, and its data with it; the time stands still there."""
        self.sim.clock.freeze()
        self.sim.clock.set(FIRST + timedelta(days=number))

    def read(self) -> tuple[Exchange, ...]:
        """What is exchanged in one run."""
        return numbered(self._calls())

    def _calls(self) -> Iterator[Exchange]:
        self.api = BASE
        config = self._call("GET", "/config.json")
        yield config
        self.api = _document(config).get("api") or BASE
        token = self._call("GET", "/api/token")
        yield token
        proof = {"x-csrf-token": str(_document(token).get("csrfToken", "none"))}
        for page in (1, 2):
            asked = {"page": page, "since": "2026-01-31", "filter": {"text": "", "active": False}}
            yield self._call("POST", "/api/v1/pets/search", asked, proof)
        pet = self._call("GET", "/api/v1/pets/newest", None, proof)
        yield pet
        asked = {
            "operationName": "PetVisits",
            "query": _VISITS,
            "variables": {"pet": _document(pet).get("petId", 1)},
        }
        yield self._call("POST", "/graphql", asked, proof)

    def _call(
        self, method: str, path: str, sent: object = None, headers: dict[str, str] | None = None
    ) -> Exchange:
        text = "" if sent is None else json.dumps(sent)
        kind = {"content-type": "application/json"} if text else {}
        asked = {"accept": "application/json", **kind, **(headers or {})}
        answer = self.client.request(method, path, content=text or None, headers=asked)
        return exchanged(answer, self.api + path, tuple(asked.items()))


@contextmanager
def reader(sim: Simulator, user: str = "ann") -> Iterator[Reader]:
    """Sign in and read."""
    with httpx2.Client(base_url=sim.url, trust_env=False, timeout=30) as client:
        client.post("/login", data={"user": user, "pass": "correct horse"})
        yield Reader(client, sim)


def exchanged(answer: httpx2.Response, url: str, headers: Headers) -> Exchange:
    """One call as an exchange; it took as long, and was secured, as the answer says."""
    kept = tuple((name.lower(), value) for name, value in answer.headers.multi_items())
    sent = answer.request.content.decode()
    mime = dict(headers).get("content-type", "")
    return Exchange(
        seq=0,
        started=0,
        finished=float(dict(kept).get(_TIME, "0")) / 1000,
        resource="xhr",
        request=Request(
            method=answer.request.method,
            url=url,
            headers=headers,
            body=Body(text=sent, mime=mime, size=len(sent)) if sent else None,
        ),
        response=Response(
            status=answer.status_code,
            headers=tuple(each for each in kept if each[0] not in {_TIME, _TLS}),
            body=_body(answer, kept),
            secured=dict(kept).get(_TLS, ""),
        ),
    )


def observed(
    exchanges: tuple[Exchange, ...],
    use: Consumption,
    *,
    base: str = BASE,
    front: bool = False,
) -> Observation:
    """The signature of one run that we made ourselves, or the portal's own pages did."""
    watch = NetworkWatch(base, consumption=use)
    for exchange in exchanges:
        watch.add(exchange)
    return Observation(network=watch.signature(), direct=not front)


def numbered(calls: Iterable[Exchange]) -> tuple[Exchange, ...]:
    """The exchanges of one run, one after the other."""
    now, found = 0.0, []
    for number, call in enumerate(calls):
        took = call.finished or 0.0
        times = {"seq": number, "started": now, "finished": now + took}
        found.append(call.model_copy(update=times))
        now += took + 0.01
    return tuple(found)


def _document(exchange: Exchange) -> dict[str, Any]:
    body = exchange.response.body if exchange.response else None
    try:
        found = json.loads(body.text) if body else {}
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _body(answer: httpx2.Response, headers: Headers) -> Body | None:
    mime = dict(headers).get("content-type", "").partition(";")[0]
    text = answer.content.decode("utf-8")
    return Body(text=text, mime=mime, size=len(answer.content)) if text or mime else None

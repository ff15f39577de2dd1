"""Hand-made captures: the traffic of small portals that exist only here."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Literal
from urllib.parse import urlencode

from automation.infer import infer_endpoints
from automation.model import Body, Capture, Endpoint, Exchange, Request, Response, Snapshot

BASE = "https://portal.example"


class Journey:
    """Builds one capture, a tenth of a second between calls."""

    def __init__(self, flow: str = "list-things", **inputs: str) -> None:
        self.flow = flow
        self.inputs = inputs
        self.effect: Literal["read", "write"] = "read"
        self.exchanges: list[Exchange] = []
        self.shown: list[str] = []
        self.now = 0.0

    def writing(self) -> "Journey":
        """The journey of a flow that writes."""
        self.effect = "write"
        return self

    def led(self, path: str, html: str) -> "Journey":
        """What came before was answered by a redirect to a page."""
        last = self.exchanges[-1]
        moved = last.model_copy(update={"response": Response(status=302)})
        self.exchanges[-1] = moved
        self.page(path, html, step=last.step or "1")
        self.exchanges[-1] = self.exchanges[-1].model_copy(update={"redirect_of": last.seq})
        return self

    def screen(self, path: str, html: str, *, step: str = "1", shown: str = "") -> "Journey":
        """A page, and what stood on the screen: all of it, unless told otherwise."""
        self.shown.append(shown or html)
        return self.page(path, html, step=step)

    def page(self, path: str, html: str, *, step: str = "1") -> "Journey":
        body = Body(text=html, mime="text/html", size=len(html))
        return self._add(
            "GET", BASE + path, (), None, Response(status=200, body=body), step, "document"
        )

    def post(self, path: str, form: dict[str, str], html: str, *, step: str = "1") -> "Journey":
        """A form that the page sends, and the page that came back; all of it on the screen."""
        self.shown.append(html)
        body = Body(text=html, mime="text/html", size=len(html))
        sent = Body(text=urlencode(form), mime="application/x-www-form-urlencoded")
        response = Response(status=200, body=body)
        return self._add("POST", BASE + path, (), sent, response, step, "document")

    def call(  # noqa: PLR0913 - the parts of an HTTP call
        self,
        method: str,
        path: str,
        answer: object = None,
        *,
        step: str | None = "1",
        form: dict[str, str] | None = None,
        send: object = None,
        headers: dict[str, str] | None = None,
        gives: dict[str, str] | None = None,
        status: int = 200,
    ) -> "Journey":
        content = None
        if form is not None:
            content = Body(text=urlencode(form), mime="application/x-www-form-urlencoded")
        if send is not None:
            content = Body(text=json.dumps(send), mime="application/json")
        text = "" if answer is None else json.dumps(answer)
        response = Response(
            status=status,
            headers=tuple((gives or {}).items()),
            body=Body(text=text, mime="application/json" if text else "", size=len(text)),
        )
        self.shown.append(text)
        return self._add(
            method, BASE + path, tuple((headers or {}).items()), content, response, step, "xhr"
        )

    def _add(self, method, url, headers, body, response, step, resource) -> "Journey":  # type: ignore[no-untyped-def]  # noqa: ANN001, PLR0913, PLR0917
        self.exchanges.append(
            Exchange(
                seq=len(self.exchanges),
                started=self.now,
                finished=self.now + 0.05,
                step=step,
                resource=resource,
                request=Request(method=method, url=url, headers=headers, body=body),
                response=response,
            )
        )
        self.now += 0.1
        return self

    def done(self, run: int = 0) -> Capture:
        aria = "\n".join(self.shown)
        steps = sorted({exchange.step or "1" for exchange in self.exchanges} | {"1"})
        snapshots = (Snapshot(step=s, taken=self.now, url=BASE, aria=aria) for s in steps)
        return Capture(
            id=f"{self.flow}-{run}",
            flow=self.flow,
            portal="example",
            practice="one",
            base_url=BASE,
            started_at=datetime(2026, 6, 15, 9 + run, 0, tzinfo=UTC),
            inputs=self.inputs,
            effect=self.effect,
            exchanges=tuple(self.exchanges),
            snapshots=tuple(snapshots),
        )


def people(first: int, count: int) -> list[dict[str, object]]:
    return [{"id": 100000 + n, "name": f"Person {n}"} for n in range(first, first + count)]


VISITS = "query Visits($from: Date!, $after: String) { visits { edges { node { ref at } } } }"


def relay(run: int) -> Journey:
    """Two lists of visits by GraphQL, as Relay pages them; a script of the page holds the query."""
    page = f"<script>const Q='{VISITS}';ask({{operationName:'Visits',query:Q}})</script>"
    made = Journey("list-visits").screen("/diary", page)
    for step, (day, first) in enumerate((("2026-03-02", 0), ("2026-04-06", 9)), 1):
        for page_number in range(3):
            here = first + 3 * page_number
            made.call(
                "POST",
                "/graphql",
                {"data": {"visits": _connection(here, more=page_number < 2)}},
                step=str(step),
                send={
                    "operationName": "Visits",
                    "query": VISITS,
                    "variables": {
                        "from": day,
                        "after": f"dmlzaXQ6{here - 1:04}" if page_number else None,
                    },
                },
                headers={"accept": "application/graphql-response+json, application/json"},
            )
    del run
    return made


def _connection(first: int, *, more: bool) -> dict[str, object]:
    numbers = range(first, first + 3)
    return {
        "edges": [
            {
                "cursor": f"dmlzaXQ6{number:04}",
                "node": {"at": f"2026-03-02T{number + 1:02}:00:00Z", "ref": 5000 + number},
            }
            for number in numbers
        ],
        "pageInfo": {"hasNextPage": more, "endCursor": f"dmlzaXQ6{numbers[-1]:04}"},
    }


def procedures(run: int, one: str = "pets_get", script: str = "") -> Journey:
    """Lists and things by JSON-RPC, called by a page whose script holds the names."""
    del run
    page = f"<script>call('pets_list'); call('{one}'); const o={{form:'grid'}}{script}</script>"
    made = Journey("list-pets").screen("/app", page)
    sent = {"jsonrpc": "2.0", "form": "grid"}
    rows = [{"id": number, "name": f"Pet {number}"} for number in range(11, 17)]
    for number, step in ((0, "1"), (3, "2")):
        asked = {**sent, "id": number + 1, "method": "pets_list", "params": {"at": number}}
        result = {"rows": rows[number : number + 3], "total": 6}
        made.call("POST", "/rpc", {"result": result, "id": number + 1}, step=step, send=asked)
    for number, step in ((14, "3"), (16, "4")):
        asked = {**sent, "id": number, "method": one, "params": {"pet_id": number}}
        answer = {"result": {"id": number, "name": "x"}, "id": number}
        made.call("POST", "/rpc", answer, step=step, send=asked)
    return made


def infer(*captures: Capture) -> dict[str, Endpoint]:
    return {e.endpoint: e for e in infer_endpoints(captures).endpoints}


def both(make: Callable[[int], Journey]) -> list[Capture]:
    return [make(run).done(run) for run in (0, 1)]

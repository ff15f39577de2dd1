"""A street of shops: one portal with many practices, which notes what reached it, and when.

Each shop lets one client in by OAuth, forgets a token after some use, has clients that can be read,
and sells. What it was asked for it does, also when whoever asked is gone meanwhile.
"""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from typing import Any, Final

from typing_extensions import override

from automation.model import Practice, Secret
from automation.pipeline import Tools
from tests import cashbox

CLIENTS: Final = tuple({"id": number, "name": f"Client {number}"} for number in range(1, 8))


def _list(name: str, place: str) -> str:
    return f"""\
version: 1
endpoint: {name}
origin: documented
effect: read
request:
  method: GET
  url: {place}/
  {cashbox.AUTH}
response: {{items: results, key: id}}
"""


_FILES: Final = {
    "portal.yaml": """\
version: 1
portal: street
title: A street
hosts: []
oauth: {token_url: token/, grant: client_credentials}
denied: {statuses: [403]}
""",
    "endpoints/list-clients.yaml": _list("list-clients", "client"),
    "endpoints/find-sales.yaml": _list("find-sales", "sale"),
    "endpoints/find-client.yaml": cashbox.FILES["endpoints/find-client.yaml"],
    "endpoints/create-sale.yaml": f"""\
version: 1
endpoint: create-sale
origin: documented
effect: write
request:
  method: POST
  url: sale/
  {cashbox.AUTH}
  encoding: json
  json_body:
    client: {{input: client, type: number}}
    note: {{input: note}}
""",
    "mappings/client.yaml": """\
version: 1
mapping: client
entity: client
endpoints: [list-clients]
key: id
fields: {name: name}
""",
    "operations/sell.yaml": """\
version: 1
operation: sell
title: Sell over the counter
inputs:
  client_id: {type: integer}
reads:
  client:
    endpoint: find-client
    values: {client_id: inputs.client_id}
    otherwise: there is no such client
steps:
  - step: sale
    endpoint: create-sale
    values: {client: inputs.client_id, note: write.marker}
    keep: {id: id}
    read_back:
      endpoint: find-sales
      match: [{item: note, equals: write.marker}]
    repeatable: true
    lasting: what was sold is sold
result: {sale: steps.sale.id}
""",
}


def written(flows: Path) -> Path:
    """The portal's folder below these flows."""
    return cashbox.laid_out(flows / "street", _FILES).parent


@dataclass
class Hold:
    """One request that is answered only once it may be."""

    came: threading.Event = field(default_factory=threading.Event)
    goes_on: threading.Event = field(default_factory=threading.Event)


@dataclass
class Shop:
    """One practice of the portal.

    Attributes:
        sold: the notes of its sales, oldest first.
        arrived: when each request to sell reached it, in epoch seconds.
        inside: requests that it is at, by what they are.
        most: how many it was at once, by what they are.
        logins: tokens that it gave.
    """

    sold: list[str] = field(default_factory=list)
    arrived: list[float] = field(default_factory=list)
    inside: Counter[str] = field(default_factory=Counter)
    most: Counter[str] = field(default_factory=Counter)
    logins: int = 0
    _uses: dict[str, int] = field(default_factory=dict)
    _holds: dict[str, Hold] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def hold(self, what: str) -> Hold:
        """Let the next request of a kind (``GET sale``) wait for its answer."""
        self._holds[what] = found = Hold()
        return found

    def forget(self) -> None:
        """Let every token that was given be unknown."""
        with self._lock:
            self._uses.clear()

    def answer(self, street: Street, what: str, given: dict[str, Any], token: str) -> Any:  # noqa: ANN401 - JSON
        """Answer a request; two at once are counted where there may be one only."""
        with self._lock:
            self.inside[what] += 1
            self.most[what] = max(self.most[what], self.inside[what])
        try:
            return self._answered(street, what, given, token)
        finally:
            with self._lock:
                self.inside[what] -= 1
            if (held := self._holds.pop(what, None)) is not None:
                held.came.set()
                held.goes_on.wait(street.longest)

    def _answered(
        self, street: Street, what: str, given: dict[str, Any], token: str
    ) -> tuple[int, Any]:
        if what == "POST token":
            return self._let_in(street)
        with self._lock:
            left = self._uses.pop(token, 0)
            self._uses[token] = left - 1
        if left <= 0:
            return 401, {"detail": "Log in."}
        if what == "POST sale":
            return self._sell(street, str(given["note"]))
        if what == "GET sale":
            rows = [{"id": number, "note": note} for number, note in enumerate(self.sold, 1)]
            return 200, {"results": rows}
        return (200, {"results": CLIENTS}) if what == "GET client" else (200, CLIENTS[0])

    def _let_in(self, street: Street) -> tuple[int, Any]:
        time.sleep(street.login_seconds)
        self.logins += 1
        token = f"token-{next(street.numbers)}"
        self._uses[token] = street.uses
        return 200, {"access_token": token, "token_type": "Bearer", "expires_in": 36000}

    def _sell(self, street: Street, note: str) -> tuple[int, Any]:
        self.arrived.append(time.time())
        time.sleep(street.sale_seconds / 2)
        self.sold.append(note)
        time.sleep(street.sale_seconds / 2)
        return 201, {"id": len(self.sold), "note": note}


@dataclass
class Street:
    """The running portal.

    Attributes:
        shops: by the name of the practice.
        url: without a slash at the end.
        login_seconds: how long a login takes.
        sale_seconds: how long a sale takes; it is made after half of that.
        uses: requests that a token is good for.
        longest: seconds that a request is held at most.
    """

    shops: dict[str, Shop]
    url: str = ""
    login_seconds: float = 0.1
    sale_seconds: float = 0.3
    uses: int = 12
    longest: float = 120.0
    numbers: count[int] = field(default_factory=count)

    @property
    def sales(self) -> int:
        """How many were made, in all shops."""
        return sum(len(shop.sold) for shop in self.shops.values())

    def forget(self) -> None:
        """Let every token that was given be unknown."""
        for shop in self.shops.values():
            shop.forget()

    async def move_in(self, tools: Tools) -> None:
        """Add every shop as a practice that may sell."""
        for name in self.shops:
            await tools.store.add_practice(
                Practice(
                    name=name,
                    portal="street",
                    base_url=f"{self.url}/{name}",
                    loopback=True,
                    writes=("sell",),
                )
            )
            for part in ("client_id", "client_secret"):
                await tools.sessions.put_secret(name, f"oauth.{part}", Secret(f"{part}-{name}"))


@contextmanager
def running(*names: str) -> Iterator[Street]:
    """The portal on a free port of this machine."""
    street = Street({name: Shop() for name in names})

    class Door(BaseHTTPRequestHandler):
        def _serve(self) -> None:
            _, name, kind, *more = self.path.split("/")
            text = self.rfile.read(int(self.headers.get("content-length", 0)))
            given = json.loads(text) if text.startswith(b"{") else {}
            token = self.headers.get("authorization", "").removeprefix("Bearer ")
            what = f"{self.command} {kind}" + ("/id" if len(more) > 1 else "")
            status, document = street.shops[name].answer(street, what, given, token)
            content = json.dumps(document).encode()
            with suppress(ConnectionError):  # whoever asked was killed meanwhile
                self.send_response(status)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

        def do_GET(self) -> None:
            self._serve()

        def do_POST(self) -> None:
            self._serve()

        @override
        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        request_queue_size = 256
        daemon_threads = True

        @override
        def handle_error(self, request: object, client_address: object) -> None:
            """Whoever is killed while asking closes the connection in the middle of a word."""

    server = Server(("127.0.0.1", 0), Door)
    street.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield street
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

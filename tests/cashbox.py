"""A made-up portal behind HTTP: OAuth, one client, and sales that nobody should make.

Its folder is written as an author would write it; its server keeps what it was asked.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Final

from typing_extensions import override

from automation.model import Practice, Secret
from automation.pipeline import Tools
from tests.journeys.world import Home

TOKEN: Final = "canary-token-3f9a77"
AUTH: Final = "headers: {Authorization: {session: access-token, wrap: 'Bearer {}'}}"
FILES: Final = {
    "portal.yaml": """\
version: 1
portal: acme
title: Acme
hosts: []
oauth: {token_url: token/, grant: client_credentials}
denied: {statuses: [403]}
""",
    "endpoints/find-client.yaml": f"""\
version: 1
endpoint: find-client
origin: documented
effect: read
request:
  method: GET
  url: client/{{client_id}}/
  path: {{client_id: {{input: client_id, type: number}}}}
  {AUTH}
""",
    "endpoints/create-sale.yaml": f"""\
version: 1
endpoint: create-sale
origin: documented
effect: write
request:
  method: POST
  url: sale/
  {AUTH}
  encoding: json
  json_body:
    client: {{input: client}}
    amount: {{input: amount, type: number}}
""",
    "operations/sell.yaml": """\
version: 1
operation: sell
title: Sell over the counter
effects: [a receipt is mailed]
confirm: true
rights: [Sales]
inputs:
  client_id: {type: integer, about: who buys}
  amount: {type: number, default: 5, allowed: {'5': small, '9.5': large}}
reads:
  client:
    endpoint: find-client
    values: {client_id: inputs.client_id}
    otherwise: there is no such client
checks:
  - {holds: reads.client.active, otherwise: the client is archived}
states:
  now: reads.client.state
  wanted: inputs.client_id
  names: {'7': lucky, '8': plain}
  moves: {'7': ['8'], '8': []}
steps:
  - step: sale
    endpoint: create-sale
    values:
      client: {path: inputs.client_id, link: 'client/{}/'}
      amount: inputs.amount
    read_back:
      endpoint: find-client
      values: {client_id: inputs.client_id}
      match: [{item: last, equals: inputs.amount, kind: number}]
    lasting: what was sold is sold
    refused: undo
refuses: [{method: PUT, status: 405}]
""",
}


def written(flows: Path) -> Path:
    """The portal's folder below these flows."""
    return laid_out(flows / "acme", FILES).parent


def laid_out(folder: Path, files: Mapping[str, str]) -> Path:
    """A folder with these files in it, by their path below it."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


@dataclass
class Cashbox:
    """The running portal; `asked` are method and path of everything but the tokens.

    It sells when `selling` is set; `refusal` is what it says instead.
    """

    url: str = ""
    asked: list[tuple[str, str]] = field(default_factory=list)
    selling: bool = False
    refusal: str = ""
    sold: list[float] = field(default_factory=list)

    @property
    def practice(self) -> Practice:
        return Practice(name="north", portal="acme", base_url=f"{self.url}/4", loopback=True)

    async def move_in(self, tools: Tools) -> None:
        await tools.store.add_practice(self.practice)
        for name, text in {"client_id": "vetportal", "client_secret": "canary-secret"}.items():
            await tools.sessions.put_secret("north", f"oauth.{name}", Secret(text))

    def answer(self, method: str, path: str, content: bytes = b"") -> tuple[int, object]:
        if path == "/4/token/":
            return 200, {"access_token": TOKEN, "token_type": "Bearer", "expires_in": 36000}
        self.asked.append((method, path))
        if method == "POST" and self.refusal:
            return 400, {"detail": self.refusal}
        if method == "POST" and self.selling:
            self.sold.append(json.loads(content)["amount"])
            return 201, {"id": len(self.sold)}
        known = {
            "/4/client/7/": {
                "active": True,
                "state": 7,
                **({"last": self.sold[-1]} if self.sold else {}),
            },
            "/4/client/8/": {"active": False, "state": 8},
        }
        return (200, known[path]) if path in known else (404, {"detail": "Not found."})


@contextmanager
def running() -> Iterator[Cashbox]:
    """The portal on a free port of this machine."""
    box = Cashbox()

    class Till(BaseHTTPRequestHandler):
        def _serve(self) -> None:
            sent = self.rfile.read(int(self.headers.get("content-length", 0)))
            status, document = box.answer(self.command, self.path, sent)
            content = json.dumps(document).encode()
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

    server = ThreadingHTTPServer(("127.0.0.1", 0), Till)
    box.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield box
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def home_of(box: Cashbox, folder: Path, *, sells: bool = False) -> Home:
    """A home with the one practice of the till, which may sell or only try."""
    found = Home.new(folder / "home", flows=written(folder / "flows"))

    async def scene(tools: Tools) -> None:
        await box.move_in(tools)
        if sells:
            await tools.store.update_practice(box.practice.model_copy(update={"writes": ("sell",)}))

    found.work(scene)
    return found

"""A small web site that a test fills with pages, and a way to open it in a real browser."""

from __future__ import annotations

import json
import socket
import ssl
import threading
from collections.abc import Callable, Coroutine, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, TypeVar

from typing_extensions import override

from automation.browser import BrowserProfile, FoundBrowser, Tab, Timeouts, open_tab
from automation.errors import NotKnown
from automation.model import DIRECT, AllowList, Egress, Flow, Portal, Practice, Secret, Step
from tests.engine import run_engine

Result = TypeVar("Result")


@dataclass(frozen=True)
class Asked:
    """One request as the site got it."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Served:
    """One answer of the site; a status of 0 drops the connection."""

    content: str | bytes = ""
    status: int = 200
    mime: str = "text/html; charset=utf-8"
    headers: Sequence[tuple[str, str]] = ()


Page = str | Served | Callable[[Asked], "str | Served"]


@dataclass
class Site:
    """Pages by path; what was asked, in order."""

    port: int
    pages: dict[str, Page] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def elsewhere(self) -> str:
        """The same site under a name that no practice of a test is allowed to use."""
        return f"http://localhost:{self.port}"

    @property
    def paths(self) -> list[str]:
        return [each.path for each in self.asked]

    def answer(self, asked: Asked) -> Served:
        self.asked.append(asked)
        page = self.pages.get(asked.path, Served("not here", status=404))
        made = page if isinstance(page, str | Served) else page(asked)
        return made if isinstance(made, Served) else Served(made)


def as_json(value: object, **more: object) -> Served:
    return Served(json.dumps(value), mime="application/json", **more)  # type: ignore[arg-type]  # status, headers


def redirect(to: str, *headers: tuple[str, str], status: int = 302) -> Served:
    return Served(status=status, headers=[("Location", to), *headers])


@contextmanager
def over(tls: ssl.SSLContext | None, line: socket.socket) -> Iterator[socket.socket]:
    if tls is None:
        yield line
        return
    with tls.wrap_socket(line, server_side=True) as secured:
        yield secured


@contextmanager
def serving(tls: ssl.SSLContext | None = None) -> Iterator[Site]:
    """Run a site on a free port of this machine."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        @override
        def setup(self) -> None:
            super().setup()
            self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

        @override
        def log_message(self, format: str, *args: object) -> None: ...

        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            path, _, query = self.path.partition("?")
            headers = {name.lower(): value for name, value in self.headers.items()}
            served = site.answer(Asked(self.command, path, query, headers, body))
            if not served.status:
                self.connection.shutdown(socket.SHUT_RDWR)
                self.close_connection = True
                return
            content = served.content.encode() if isinstance(served.content, str) else served.content
            self.send_response(served.status)
            for name, value in (("Content-Type", served.mime), *served.headers):
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_POST = do_PUT = do_OPTIONS = do_GET  # noqa: N815 - the server calls them so

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True

        @override
        def finish_request(self, request: Any, client_address: Any) -> None:
            with over(tls, request) as line:
                super().finish_request(line, client_address)

        @override
        def handle_error(self, request: object, client_address: object) -> None:
            """A browser that hangs up is no error of a test."""

    with Quiet(("127.0.0.1", 0), Handler) as server:
        site = Site(server.server_address[1])
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        yield site
        server.shutdown()
        thread.join()


def practice_of(
    base_url: str, hosts: Sequence[str] = ("*.acme.example",)
) -> tuple[Portal, Practice]:
    portal = Portal(portal="acme", title="Acme", hosts=tuple(hosts))
    return portal, Practice(name="north", portal="acme", base_url=base_url, loopback=True)


def allowing(base_url: str, *hosts: str) -> AllowList:
    return AllowList.of(*practice_of(base_url, hosts or ("*.acme.example",)))


@dataclass
class Given:
    """Values of a run, as a test gives them."""

    values: dict[str, str | Secret] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    async def resolve(self, name: str) -> str | Secret:
        self.asked.append(name)
        if name not in self.values:
            raise NotKnown("value", name, tuple(self.values))
        return self.values[name]


def flow_of(*steps: Step) -> Flow:
    return Flow(flow="try-it", portal="acme", steps=steps)


@dataclass(frozen=True)
class Browser:
    """Opens tabs the way the product does, with short limits."""

    profile: BrowserProfile
    found: FoundBrowser

    def run(
        self,
        base_url: str,
        work: Callable[[Tab], Coroutine[None, None, Result]],
        *,
        hosts: Sequence[str] = ("*.acme.example",),
        egress: Egress = DIRECT,
        **limits: int,
    ) -> Result:
        """Do this with a fresh tab, where no other event loop is alive."""
        timeouts = Timeouts(action_ms=3000, navigation_ms=10_000).model_copy(update=limits)
        profile = self.profile.model_copy(update={"timeouts": timeouts})

        async def do() -> Result:
            allow = allowing(base_url, *hosts)
            async with open_tab(profile, self.found, allow=allow, egress=egress) as tab:
                return await work(tab)

        with ThreadPoolExecutor(1) as pool:
            return pool.submit(lambda: run_engine(do())).result()

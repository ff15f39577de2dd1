"""What goes out over HTTP, what comes back, and what happens when it does not."""

from __future__ import annotations

import logging
import socket
import ssl
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import httpx2
import pytest
import structlog
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from automation import transport
from automation.errors import AnswerNotUnderstood, PortalDown, Refused, Throttled, VetportalError
from automation.model import AllowList, Call, Cookie, Pace, Portal, Practice, Reply
from tests.engine import run_engine
from tests.fakes import VirtualClock

BASE = "https://app.acme.example"
Handler = Callable[[httpx2.Request], httpx2.Response]


def door_to(
    base: str, *hosts: str, clock: VirtualClock, handler: Handler | None = None
) -> transport.HttpDoor:
    portal = Portal(portal="acme", title="Acme", hosts=hosts)
    practice = Practice(name="north", portal="acme", base_url=base, loopback=True)
    return transport.HttpDoor(
        AllowList.of(portal, practice),
        Pace(),
        clock=clock,
        rng=Random(7),
        transport=httpx2.MockTransport(handler) if handler else None,
    )


def get(path: str = "/", headers: dict[str, str] | None = None, *, safe: bool = True) -> Call:
    return Call("GET", f"{BASE}{path}", headers or {}, safe=safe)


class Scripted:
    """Answers with one scripted response, or failure, after another; the last one stays."""

    def __init__(self, *answers: httpx2.Response | Exception) -> None:
        self.answers = list(answers)
        self.asked: list[httpx2.Request] = []

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.asked.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return httpx2.Response(
            answer.status_code, headers=answer.headers, content=answer.read() or b""
        )


def exchange(handler: Handler, call: Call, *hosts: str, clock: VirtualClock | None = None) -> Reply:
    async def run() -> Reply:
        async with door_to(BASE, *hosts, clock=clock or VirtualClock(), handler=handler) as door:
            return await door.send(call)

    return run_engine(run())


def test_an_answer_comes_back_with_lower_case_headers_in_order() -> None:
    raw = httpx2.Response(200, headers=[("X-One", "1"), ("X-Two", "2"), ("x-one", "3")], text="hi")
    reply = exchange(Scripted(raw), get("/a"))
    assert (reply.status, reply.url, reply.content) == (200, f"{BASE}/a", b"hi")
    assert [pair for pair in reply.headers if pair[0].startswith("x-")] == [
        ("x-one", "1"),
        ("x-two", "2"),
        ("x-one", "3"),
    ]
    assert reply.header("X-One") == "3"


def test_a_client_error_is_an_answer_and_not_a_failure() -> None:
    script = Scripted(httpx2.Response(404, text="no"))
    assert exchange(script, get()).status == 404
    assert len(script.asked) == 1


def test_method_headers_and_body_go_out_as_they_are() -> None:
    script = Scripted(httpx2.Response(200))
    exchange(script, Call("POST", f"{BASE}/a?b=c%20d", {"x-token": "t"}, b"k=v"))
    (request,) = script.asked
    assert request.method == "POST"
    assert str(request.url) == f"{BASE}/a?b=c%20d"
    assert request.headers["x-token"] == "t"
    assert request.read() == b"k=v"


def test_cookies_are_kept_sent_and_given_back() -> None:
    script = Scripted(
        httpx2.Response(200, headers=[("set-cookie", "sid=2; Path=/"), ("set-cookie", "b=3")]),
        httpx2.Response(200),
    )

    async def run() -> tuple[Cookie, ...]:
        async with door_to(BASE, clock=VirtualClock(), handler=script) as door:
            door.adopt([Cookie(name="sid", value="1", domain="app.acme.example")])
            await door.send(get("/x/y"))
            await door.send(get("/x/z"))
            assert door.cookie("sid", f"{BASE}/") == "2"
            return door.cookies()

    kept = run_engine(run())
    assert [request.headers["cookie"] for request in script.asked] == ["sid=1", "b=3; sid=2"]
    assert {(each.name, each.value) for each in kept} == {("sid", "2"), ("b", "3")}


def test_the_name_of_the_browser_that_logged_in_is_used() -> None:
    script = Scripted(httpx2.Response(200))

    async def run() -> None:
        async with door_to(BASE, clock=VirtualClock(), handler=script) as door:
            door.adopt([], agent="Chromium/1")
            await door.send(get())

    run_engine(run())
    assert script.asked[0].headers["user-agent"] == "Chromium/1"


def redirecting(status: int, target: str) -> Handler:
    def answer(request: httpx2.Request) -> httpx2.Response:
        if request.url.path == "/go":
            return httpx2.Response(status, headers={"location": target})
        body = request.read().decode()
        return httpx2.Response(200, text=f"{request.method} {request.url.path} {body}")

    return answer


@pytest.mark.parametrize(
    "status,arrives",
    [
        (301, "GET /there "),
        (302, "GET /there "),
        (303, "GET /there "),
        (307, "POST /there k=v"),
        (308, "POST /there k=v"),
    ],
)
def test_a_redirect_is_followed_as_browsers_do(status: int, arrives: str) -> None:
    reply = exchange(
        redirecting(status, "/there#part"), Call("POST", f"{BASE}/go", {"a": "b"}, b"k=v")
    )
    assert reply.content.decode() == arrives
    assert (reply.url, reply.redirects) == (f"{BASE}/there", (f"{BASE}/go",))


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_call_that_does_not_follow_gets_the_redirect_itself(status: int) -> None:
    call = Call("POST", f"{BASE}/go", {}, b"k=v", follow=False)
    reply = exchange(redirecting(status, "/there"), call)
    assert (reply.status, reply.url, reply.redirects) == (status, f"{BASE}/go", ())
    assert reply.header("location") == "/there"


@pytest.mark.parametrize(
    "target", ["https://elsewhere.example/", "http://app.acme.example/", "//evil.example/", "ftp:x"]
)
def test_a_redirect_to_a_foreign_host_is_refused_before_anything_is_sent(target: str) -> None:
    asked: list[str] = []
    inner = redirecting(302, target)

    def watching(request: httpx2.Request) -> httpx2.Response:
        asked.append(str(request.url))
        return inner(request)

    with pytest.raises(Refused, match=r"app\.acme\.example redirects to"):
        exchange(watching, get("/go"))
    assert asked == [f"{BASE}/go"]


def test_the_first_address_is_checked_too() -> None:
    with pytest.raises(Refused, match=r"elsewhere\.example was asked"):
        exchange(Scripted(httpx2.Response(200)), Call("GET", "https://elsewhere.example/?q=secret"))


def test_an_allowed_other_host_gets_no_header_that_may_be_a_credential() -> None:
    headers: dict[str, str] = {}

    def answer(request: httpx2.Request) -> httpx2.Response:
        if request.url.host == "app.acme.example":
            return httpx2.Response(
                302,
                headers=[
                    ("location", "https://cell4.acme.example/"),
                    ("set-cookie", "sid=1; Path=/"),
                ],
            )
        headers.update(request.headers)
        return httpx2.Response(200)

    call = get("/go", {"authorization": "Bearer x", "x-csrf": "y", "accept": "text/html"})
    assert exchange(answer, call, "*.acme.example").url == "https://cell4.acme.example/"
    assert headers["accept"] == "text/html"
    assert not {"authorization", "x-csrf", "cookie"} & set(headers)


def test_a_body_is_not_sent_on_to_another_host() -> None:
    call = Call("POST", f"{BASE}/go", {}, b"password=x")
    with pytest.raises(Refused, match="sends the body"):
        exchange(redirecting(307, "https://cell4.acme.example/"), call, "*.acme.example")


@pytest.mark.parametrize("status", [307, 308])
@pytest.mark.parametrize("target", [f"{BASE}:443/there", "/there"])
def test_a_body_is_sent_again_to_the_same_origin(status: int, target: str) -> None:
    script = Scripted(httpx2.Response(status, headers={"location": target}), httpx2.Response(200))
    exchange(script, Call("POST", f"{BASE}/go", {"x-csrf": "y"}, b"k=v"))
    assert [each.read() for each in script.asked] == [b"k=v", b"k=v"]
    assert [each.headers["x-csrf"] for each in script.asked] == ["y", "y"]


@pytest.mark.parametrize("status", [301, 302, 303])
def test_a_form_that_leads_to_an_allowed_other_host_leaves_its_body_behind(status: int) -> None:
    answer = httpx2.Response(status, headers={"location": "https://cell4.acme.example/"})
    script = Scripted(answer, httpx2.Response(200))
    exchange(script, Call("POST", f"{BASE}/go", {}, b"password=x"), "*.acme.example")
    assert [(each.method, each.read()) for each in script.asked] == [
        ("POST", b"password=x"),
        ("GET", b""),
    ]


def test_a_credential_does_not_come_back_by_way_of_another_host() -> None:
    back = {f"{BASE}/go": "https://cell4.acme.example/", "https://cell4.acme.example/": f"{BASE}/"}
    seen: list[httpx2.Request] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        seen.append(request)
        target = back.get(str(request.url))
        return httpx2.Response(302, headers={"location": target}) if target else raw_ok()

    exchange(answer, get("/go", {"authorization": "Bearer x"}), "*.acme.example")
    assert ["authorization" in each.headers for each in seen] == [True, False, False]


def raw_ok() -> httpx2.Response:
    return httpx2.Response(200)


def test_what_was_blocked_is_logged_and_kept_without_path_and_query() -> None:
    async def run() -> transport.HttpDoor:
        handler = redirecting(302, "https://elsewhere.example/Rex?token=s3cret")
        async with door_to(BASE, clock=VirtualClock(), handler=handler) as door:
            for _ in range(2):
                with pytest.raises(Refused):
                    await door.send(get("/go"))
            return door

    with structlog.testing.capture_logs() as logs:
        door = run_engine(run())
    assert door.blocked == {"elsewhere.example": 2}
    told = {"event": "foreign_host_blocked", "log_level": "warning"}
    assert logs == [{**told, "host": "elsewhere.example", "by": "app.acme.example"}] * 2


def test_a_body_that_was_withheld_is_logged_by_its_hosts() -> None:
    call = Call("POST", f"{BASE}/go", {}, b"password=x")
    with structlog.testing.capture_logs() as logs, pytest.raises(Refused):
        exchange(redirecting(308, "https://cell4.acme.example/"), call, "*.acme.example")
    (told,) = [each for each in logs if each["event"] == "body_withheld"]
    assert (told["host"], told["target"]) == ("app.acme.example", "cell4.acme.example")


def test_a_circle_of_redirects_ends() -> None:
    with pytest.raises(AnswerNotUnderstood, match="more than 10"):
        exchange(redirecting(302, "/go"), get("/go"))


FAILURES: list[httpx2.Response | Exception] = [
    httpx2.Response(500),
    httpx2.Response(502),
    httpx2.Response(503),
    httpx2.Response(504),
    httpx2.ConnectError("no"),
    httpx2.ConnectTimeout("no"),
    httpx2.ReadTimeout("no"),
    httpx2.ReadError("no"),
    httpx2.RemoteProtocolError("no"),
]


@pytest.mark.parametrize("failure", FAILURES)
def test_a_safe_call_is_tried_again(failure: httpx2.Response | Exception) -> None:
    clock = VirtualClock()
    script = Scripted(failure, failure, httpx2.Response(200, text="at last"))
    assert exchange(script, get(), clock=clock).content == b"at last"
    assert len(script.asked) == 3
    assert len(clock.slept) == 2
    assert clock.slept[0] < clock.slept[1]


@pytest.mark.parametrize("failure", FAILURES)
def test_a_safe_call_gives_up_after_four_tries(failure: httpx2.Response | Exception) -> None:
    script = Scripted(failure)
    with pytest.raises(PortalDown, match=r"app\.acme\.example"):
        exchange(script, get())
    assert len(script.asked) == 4


@pytest.mark.parametrize("failure", [*FAILURES, httpx2.Response(429)])
def test_a_call_that_is_not_safe_is_sent_once(failure: httpx2.Response | Exception) -> None:
    script = Scripted(failure)
    with pytest.raises((PortalDown, Throttled)):
        exchange(script, get(safe=False))
    assert len(script.asked) == 1


@pytest.mark.parametrize(
    "status,after,seconds",
    [
        (429, "7", 7),
        (503, "7", 7),
        (429, "Mon, 02 Mar 2026 09:30:20 GMT", 20),
        (429, "Mon, 02 Mar 2026 09:00:00 GMT", 0),
    ],
)
def test_the_wish_of_retry_after_is_followed(status: int, after: str, seconds: float) -> None:
    clock = VirtualClock()
    script = Scripted(
        httpx2.Response(status, headers={"retry-after": after}), httpx2.Response(200, text="ok")
    )
    assert exchange(script, get(), clock=clock).content == b"ok"
    assert clock.monotonic() >= seconds
    assert clock.monotonic() < seconds + 6


@pytest.mark.parametrize("after", [None, "soon"])
def test_without_a_readable_wish_the_wait_is_ours(after: str | None) -> None:
    clock = VirtualClock()
    headers = {} if after is None else {"retry-after": after}
    script = Scripted(httpx2.Response(429, headers=headers), httpx2.Response(200, text="ok"))
    assert exchange(script, get(), clock=clock).content == b"ok"
    assert 0 < clock.monotonic() < 10


def test_a_wish_for_an_hour_ends_the_run_at_once_and_names_it() -> None:
    clock = VirtualClock()
    script = Scripted(httpx2.Response(429, headers={"retry-after": "3600"}))
    with pytest.raises(Throttled, match="3600 s") as raised:
        exchange(script, get(), clock=clock)
    assert raised.value.retry_after == 3600
    assert (len(script.asked), clock.slept) == (1, [])


def test_a_portal_that_only_throttles_is_left_alone_in_the_end() -> None:
    script = Scripted(httpx2.Response(429, headers={"retry-after": "2"}))
    with pytest.raises(Throttled):
        exchange(script, get())
    assert len(script.asked) == 6


def test_an_answer_without_end_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("automation.transport.door._LARGEST", 1000)
    with pytest.raises(Refused, match="more than"):
        exchange(Scripted(httpx2.Response(200, content=b"x" * 1001)), get())
    assert len(exchange(Scripted(httpx2.Response(200, content=b"x" * 1000)), get()).content) == 1000


def test_messages_hold_neither_path_nor_query() -> None:
    call = Call("GET", f"{BASE}/patients/Rex?token=s3cret", {"x-token": "s3cret"})
    for failure in (httpx2.ReadError("s3cret"), httpx2.Response(500, text="s3cret")):
        with pytest.raises(VetportalError) as raised:
            exchange(Scripted(failure), call)
        shown = f"{raised.value} {raised.value.remedy} {raised.value.__cause__}"
        assert "s3cret" not in shown
        assert "Rex" not in shown


# ---------------------------------------------------------------- a real server


def fetch(url: str, *, tries_of: Call | None = None) -> Reply:
    base = httpx2.URL(url)

    async def run() -> Reply:
        origin = f"{base.scheme}://{base.host}:{base.port}"
        async with door_to(origin, clock=VirtualClock()) as door:
            return await door.send(tries_of or Call("GET", url))

    return run_engine(run())


def test_a_compressed_body_arrives_decoded(httpserver: HTTPServer) -> None:
    import gzip  # noqa: PLC0415 - one test

    httpserver.expect_request("/z").respond_with_data(
        gzip.compress(b"hello"), headers={"Content-Encoding": "gzip"}
    )
    assert fetch(httpserver.url_for("/z")).content == b"hello"


def test_a_body_that_does_not_decompress_is_a_broken_answer(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/z").respond_with_data(
        b"not gzip", headers={"Content-Encoding": "gzip"}
    )
    with pytest.raises(PortalDown, match="before the answer was complete"):
        fetch(httpserver.url_for("/z"))


def test_the_library_logs_no_header_and_no_address(
    httpserver: HTTPServer, caplog: pytest.LogCaptureFixture
) -> None:
    def answer(_: Request) -> Response:
        return Response("ok", headers={"Set-Cookie": "sid=s3cret"})

    httpserver.expect_request("/quiet").respond_with_handler(answer)
    with caplog.at_level(logging.DEBUG):
        fetch(httpserver.url_for("/quiet?q=s3cret"))
    said = [record for record in caplog.records if record.name.startswith("http")]
    assert said == []


@contextmanager
def dropping(first: bytes, times: int) -> Iterator[str]:
    """A server that cuts the line after these bytes, so many times, and then answers."""
    listener = socket.create_server(("127.0.0.1", 0))
    whole = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok"

    def serve() -> None:
        for turn in range(times + 1):
            try:
                line, _ = listener.accept()
            except OSError:
                return
            with line:
                line.recv(65536)
                line.sendall(first if turn < times else whole)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()


@pytest.mark.parametrize(
    "first", [b"", b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf of it"]
)
def test_a_line_that_breaks_before_or_inside_the_answer_is_tried_again(first: bytes) -> None:
    with dropping(first, times=2) as url:
        assert fetch(url).content == b"ok"


@pytest.mark.parametrize(
    "first", [b"", b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf of it"]
)
def test_a_write_whose_line_breaks_is_not_sent_again(first: bytes) -> None:
    with dropping(first, times=1) as url:
        with pytest.raises(PortalDown):
            fetch(url, tries_of=Call("POST", url, {}, b"k=v", safe=False))
        assert fetch(url).content == b"ok"


class Taker:
    """Takes answers in pieces and keeps what came, by call."""

    def __init__(self, most: int = 1 << 30) -> None:
        self.heads: list[Reply] = []
        self.came: list[list[bytes]] = []
        self._most = most

    async def __call__(self, head: Reply, chunks: AsyncIterator[bytes]) -> bytes:
        self.heads.append(head)
        self.came.append([])
        async for chunk in chunks:
            self.came[-1].append(chunk)
            if sum(map(len, self.came[-1])) > self._most:
                raise Refused("enough")
        return b"kept"


def taken(url: str, taker: Taker) -> Reply:
    async def run() -> Reply:
        origin = f"{httpx2.URL(url).scheme}://{httpx2.URL(url).netloc.decode()}"
        async with door_to(origin, clock=VirtualClock()) as door:
            return await door.send(Call("GET", url), take=taker)

    return run_engine(run())


def test_a_body_that_is_taken_comes_in_pieces_of_any_size_in_all(
    httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("automation.transport.door._LARGEST", 1000)
    whole = bytes(range(256)) * 4000
    httpserver.expect_request("/file").respond_with_data(whole, content_type="application/pdf")
    httpserver.expect_request("/go").respond_with_data("moved", 302, {"Location": "/file"})
    taker = Taker()
    reply = taken(httpserver.url_for("/go"), taker)
    assert (reply.status, reply.content) == (200, b"kept")
    assert reply.redirects == (httpserver.url_for("/go"),)
    (head,), (pieces,) = taker.heads, taker.came
    assert (head.url, head.redirects, head.content) == (reply.url, reply.redirects, b"")
    assert head.header("content-length") == str(len(whole))
    assert b"".join(pieces) == whole
    assert len(pieces) > 1
    with pytest.raises(Refused, match="answers with more than"):
        fetch(httpserver.url_for("/file"))


def test_only_a_success_is_taken(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/no").respond_with_data("not here", 404)
    taker = Taker()
    assert taken(httpserver.url_for("/no"), taker).content == b"not here"
    assert taker.heads == []


def test_what_is_taken_is_taken_anew_when_the_line_breaks() -> None:
    half = b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf of it"
    taker = Taker()
    with dropping(half, times=2) as url:
        assert taken(url, taker).content == b"kept"
    assert [b"".join(came) for came in taker.came] == [b"half of it", b"half of it", b"ok"]


def test_who_takes_may_stop_and_the_place_at_the_portal_is_free_again(
    httpserver: HTTPServer,
) -> None:
    httpserver.expect_request("/file").respond_with_data(b"x" * 5_000_000)

    async def run() -> Reply:
        async with door_to(httpserver.url_for("").rstrip("/"), clock=VirtualClock()) as door:
            taker = Taker(most=100_000)
            for _ in range(5):  # more than may be under way at once
                with pytest.raises(Refused, match="enough"):
                    await door.send(Call("GET", httpserver.url_for("/file")), take=taker)
            assert max(len(b"".join(came)) for came in taker.came) < 1_000_000
            return await door.send(Call("GET", httpserver.url_for("/file")), take=Taker())

    assert run_engine(run()).content == b"kept"


def test_a_port_where_nobody_listens_is_a_portal_that_is_down() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(PortalDown, match="no connection"):
        fetch(f"http://127.0.0.1:{port}/")


@pytest.fixture
def self_signed(tmp_path: Path) -> ssl.SSLContext:
    """A server context whose certificate nobody vouches for."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2050, 1, 1, tzinfo=UTC))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = tmp_path / "server.pem"
    pem.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    return context


def test_a_certificate_nobody_vouches_for_is_refused_and_not_tried_again(
    self_signed: ssl.SSLContext,
) -> None:
    with HTTPServer(host="localhost", port=0, ssl_context=self_signed) as server:
        with pytest.raises(Refused, match="certificate of localhost is not trusted"):
            fetch(server.url_for("/"))
        assert server.log == []

"""The address on this machine that a browser is sent back to, over real connections."""

from __future__ import annotations

import asyncio
import socket
from contextlib import closing

import pytest

from automation.errors import AnswerAwaited, BadArgument, Unready
from automation.transport import Loopback, loopback
from tests.engine import run_engine

ANY = "http://127.0.0.1:0/callback"


def expected(address: str) -> bool:
    return "state=right" in address


async def say(listening: Loopback, request: bytes) -> str:
    """Send these bytes to the listener; what it answers."""
    port = int(listening.redirect_uri.split(":")[2].split("/")[0])
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    answer = await reader.read()
    writer.close()
    return answer.decode()


def get(target: str) -> bytes:
    return f"GET {target} HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n".encode()


def test_the_first_expected_address_is_returned_and_all_else_passed_over() -> None:
    async def run() -> tuple[list[str], str, str]:
        async with loopback(ANY) as listening:
            answers = [
                await say(listening, request)
                for request in (
                    get("/favicon.ico"),
                    b"POST /callback?state=right HTTP/1.1\r\n\r\n",
                    b"nonsense\r\n\r\n",
                    b"GET /callback?state=right " + b"x" * 20_000,
                    get("/callback?code=c&state=wrong"),
                    get("/callback?code=c&state=right"),
                )
            ]
            address = await listening.redirected(expected, seconds=5)
            return answers, address, listening.redirect_uri

    answers, address, redirect_uri = run_engine(run())
    assert address == f"{redirect_uri}?code=c&state=right"
    assert redirect_uri.startswith("http://127.0.0.1:")
    assert [answer.split(" ")[1] for answer in answers] == [
        "404",
        "404",
        "404",
        "404",
        "200",
        "200",
    ]
    assert "no-store" in answers[-1]
    assert "code=c" not in answers[-1]


def test_the_wait_ends_and_says_what_to_do() -> None:
    async def run() -> None:
        async with loopback(ANY) as listening:
            await say(listening, get("/callback?state=wrong"))
            await listening.redirected(expected, seconds=0.05)

    with pytest.raises(AnswerAwaited, match="nobody allowed the access") as raised:
        run_engine(run())
    assert "open the page" in raised.value.remedy


def test_nobody_listens_after_the_block() -> None:
    async def run() -> str:
        async with loopback(ANY) as listening:
            pass
        return await say(listening, get("/callback"))

    with pytest.raises(ConnectionRefusedError):
        run_engine(run())


@pytest.mark.parametrize(
    "address",
    [
        "https://127.0.0.1/callback",
        "http://localhost:80/",
        "http://0.0.0.0:0/",
        "http://clinic.example/callback",
        "http://127.0.0.1:99999/",
        "http://127.0.0.1:0/?a=b",
        "nonsense",
    ],
)
def test_only_an_address_of_this_machine_can_be_listened_at(address: str) -> None:
    async def run() -> None:
        async with loopback(address):
            pass

    with pytest.raises(BadArgument, match="cannot be listened at"):
        run_engine(run())


def test_a_port_that_is_taken_is_told() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]

        async def run() -> None:
            async with loopback(f"http://127.0.0.1:{port}/"):
                pass

        with pytest.raises(Unready, match=f"port {port}"):
            run_engine(run())

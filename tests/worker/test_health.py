"""Health, as whoever starts a worker asks for it."""

from __future__ import annotations

import asyncio
import socket
import urllib.error
import urllib.request
from dataclasses import dataclass

import pytest

from automation.errors import Unready
from automation.worker.health import telling
from tests.engine import run_engine


@dataclass
class Patient:
    is_alive: bool = True
    is_ready: bool = False

    async def metrics(self) -> str:
        return "vetportal_jobs 3\n"


def get(port: int, path: str, method: str = "GET") -> tuple[int, str]:
    asked = urllib.request.Request(f"http://127.0.0.1:{port}{path}", method=method)
    try:
        with urllib.request.urlopen(asked, timeout=5) as answer:  # noqa: S310 - our own address
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, refused.read().decode()


def test_a_worker_says_whether_it_lives_takes_jobs_and_how_many() -> None:
    async def scene() -> list[tuple[int, str]]:
        paths = [("/live", "GET"), ("/ready", "GET"), ("/metrics?x=1", "GET")]
        paths += [("/nothing", "GET"), ("/live", "POST")]
        async with telling(Patient(), 0) as port:
            return [await asyncio.to_thread(get, port, *each) for each in paths]

    assert run_engine(scene()) == [
        (200, "alive\n"),
        (503, "not ready\n"),
        (200, "vetportal_jobs 3\n"),
        (404, "there is /live, /ready, /metrics\n"),
        (405, "ask with GET\n"),
    ]


def test_whoever_asks_nothing_holds_nobody_up() -> None:
    async def scene() -> tuple[int, str]:
        async with telling(Patient(), 0) as port:
            with socket.create_connection(("127.0.0.1", port)):
                return await asyncio.to_thread(get, port, "/live")

    assert run_engine(scene())[0] == 200


def test_a_port_that_is_taken_is_told() -> None:
    async def scene() -> None:
        async with telling(Patient(), 0) as port:
            with pytest.raises(Unready, match=f"the port {port} of this machine cannot be used"):
                async with telling(Patient(), port):
                    pass

    run_engine(scene())

"""What a request took is counted from when it was to go out; a server is asked and measured."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.bench.serve.__main__ import measure, told
from tests.bench.serve.load import Answered, Loop, Request, percentile, table
from tests.bench.serve.office import opened
from tests.engine import run_engine

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


def test_a_server_that_stands_still_makes_all_late_that_were_to_be_asked_meanwhile() -> None:
    async def scene() -> list[Answered]:
        still, asked = asyncio.Event(), list[bytes]()

        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            asked.append(await reader.readuntil(b"\r\n\r\n"))
            if len(asked) == 20:  # all of them are under way: nobody waited for an answer
                still.set()
            await still.wait()
            writer.write(ANSWER)
            writer.close()

        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        loop = Loop("127.0.0.1", port)
        found = await loop.run([Request("/x", "/x?a=1", "t")] * 20, rate=1000)
        await loop.close()
        server.close()
        assert b"GET /x?a=1 HTTP/1.1\r\n" in asked[0]
        return found

    found = run_engine(scene())
    assert {each.status for each in found} == {200}
    took = [each.took for each in found]
    assert took == sorted(took, reverse=True)  # the first one waited longest


def test_a_connection_that_the_server_ended_is_replaced() -> None:
    async def scene() -> list[int]:
        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(ANSWER)
            writer.close()

        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        loop = Loop("127.0.0.1", server.sockets[0].getsockname()[1])
        found = [await loop.run([Request("/x", "/x", "t")], rate=1) for _ in range(3)]
        await loop.close()
        server.close()
        return [each.status for some in found for each in some]

    assert run_engine(scene()) == [200, 200, 200]


def test_percentiles_are_values_that_were_measured() -> None:
    values = [number / 1000 for number in range(1, 101)]
    assert [percentile(values, part) for part in (50, 99, 100)] == [0.050, 0.099, 0.100]
    shown = table([Answered("/x", 200, 0.001, each) for each in values])
    assert shown[1].split() == ["/x", "100", "50.0", "95.0", "99.0", "100.0"]
    assert shown[-1].split()[:4] == ["let", "out", "late", "100"]


@pytest.mark.journey
def test_every_route_of_the_mix_is_answered(tmp_path: Path) -> None:
    with opened(tmp_path, patients=60, appointments=200, others=60) as office:
        answers, worked = run_engine(measure(office, seconds=0.4, rate=40, warm=0.4))
    assert {each.status for each in answers} == {200}
    assert "/patients/{id}" in {each.route for each in answers}
    assert worked > 0
    assert "p99 at 40 requests a second" in told(answers, worked, 40)[-2]

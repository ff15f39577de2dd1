"""Who acts is known to everything that happens inside."""

from __future__ import annotations

import asyncio

from automation.audit.acting import Acting, acting, who_acts
from tests.engine import run_engine


def test_nobody_is_named_outside() -> None:
    assert who_acts() == Acting()


def test_what_is_left_out_stays_that_of_around() -> None:
    with acting(actor="token:1234", organization="acme"):
        with acting(request="run-7"):
            assert who_acts() == Acting("token:1234", "acme", "run-7")
        assert who_acts() == Acting("token:1234", "acme")
    assert who_acts() == Acting()


def test_two_requests_at_once_are_not_mixed_up() -> None:
    async def serve(request: str) -> list[str]:
        with acting(request=request):
            seen = []
            for _ in range(5):
                seen.append(who_acts().request)
                await asyncio.sleep(0)
            return seen

    async def scene() -> tuple[list[str], list[str]]:
        return await asyncio.gather(serve("a"), serve("b"))

    assert list(run_engine(scene())) == [["a"] * 5, ["b"] * 5]


def test_a_task_that_is_started_inside_acts_for_the_same() -> None:
    async def scene() -> Acting:
        async def work() -> Acting:
            return who_acts()

        with acting(actor="worker"):
            task = asyncio.create_task(work())
        return await task

    assert run_engine(scene()) == Acting("worker")

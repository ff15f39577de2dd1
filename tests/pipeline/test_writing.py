"""Writes of a practice: accepted after a look, performed once, listed and settled."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from automation import pipeline
from automation.errors import (
    BadArgument,
    KeyTaken,
    NotKnown,
    Refused,
    WriteRefused,
)
from automation.model import Write
from automation.pipeline import Tools
from automation.store import WriteSwitch
from automation.writes import Seam, Times
from tests.cashbox import Cashbox
from tests.journeys.world import Home

TIMES = Times(send=1.0, answer=10.0, lease=4.0, late=600.0)


class DiedError(Exception):
    """The process died at a seam."""


async def accepted(tools: Tools, key: str = "k", **given: Any) -> Write:  # noqa: ANN401 - JSON
    practice = await tools.store.practice("north")
    told = {"client_id": 7, **given}
    return await pipeline.accept_write(tools, practice, "sell", told, key=key, confirmed=True)


def test_a_write_is_accepted_and_performed_once(home: Home, box: Cashbox) -> None:
    async def scene(tools: Tools) -> None:
        write = await accepted(tools)
        assert (write.state, box.sold) == ("planned", [])
        done = await pipeline.perform_write(tools, write.id, times=TIMES)
        assert (done.state, box.sold) == ("confirmed", [5.0])
        assert await pipeline.perform_write(tools, write.id, times=TIMES) == done
        assert await accepted(tools, amount=5) == done
        assert box.sold == [5.0]
        with pytest.raises(KeyTaken):
            await accepted(tools, amount=9.5)
        assert await pipeline.list_writes(tools, "north") == (done,)
        assert await pipeline.reconcile_writes(tools, times=TIMES) == ()

    home.work(scene)


def test_what_is_not_allowed_possible_or_confirmed_is_not_accepted(
    home: Home, box: Cashbox
) -> None:
    async def scene(tools: Tools) -> None:
        practice = await tools.store.practice("north")
        with pytest.raises(Refused, match="a person has to confirm each sell"):
            await pipeline.accept_write(tools, practice, "sell", {"client_id": 7}, key="k")
        with pytest.raises(BadArgument):
            await accepted(tools, amount=6)
        with pytest.raises(WriteRefused, match="the client is archived; nothing was sent"):
            await accepted(tools, client_id=8)
        with pytest.raises(NotKnown):
            await pipeline.accept_write(tools, practice, "buy", {}, key="k")
        await WriteSwitch(tools.store.database).stop("", at=tools.clock.now())
        with pytest.raises(Refused, match="stopped"):
            await accepted(tools)
        await WriteSwitch(tools.store.database).start()
        bare = practice.model_copy(update={"writes": ()})
        with pytest.raises(Refused, match="not enabled"):
            await pipeline.accept_write(
                tools, bare, "sell", {"client_id": 7}, key="k", confirmed=True
            )
        assert await pipeline.list_writes(tools) == ()

    home.work(scene)
    assert all(method == "GET" for method, _ in box.asked)


def test_what_is_stopped_between_is_not_sent(home: Home, box: Cashbox) -> None:
    async def scene(tools: Tools) -> None:
        write = await accepted(tools)
        await WriteSwitch(tools.store.database).stop("", at=tools.clock.now())
        with pytest.raises(Refused, match="stopped"):
            await pipeline.perform_write(tools, write.id, times=TIMES)
        await WriteSwitch(tools.store.database).start()
        practice = await tools.store.practice("north")
        paused = practice.model_copy(update={"paused_since": tools.clock.now()})
        await tools.store.update_practice(paused)
        with pytest.raises(Refused, match="paused"):
            await pipeline.perform_write(tools, write.id, times=TIMES)
        assert box.sold == []

    home.work(scene)


def test_eight_tasks_with_one_key_make_one_write(home: Home, box: Cashbox) -> None:
    async def one(tools: Tools) -> Write:
        write = await accepted(tools)
        return await pipeline.perform_write(tools, write.id, times=TIMES)

    async def scene(tools: Tools) -> None:
        done = await asyncio.gather(*(one(tools) for _ in range(8)))
        assert len({each.id for each in done}) == 1
        assert {each.state for each in done} == {"confirmed"}
        assert box.sold == [5.0]

    home.work(scene)


def test_what_nobody_can_tell_is_listed_until_a_person_settles_it(home: Home, box: Cashbox) -> None:
    def die(seam: Seam) -> None:
        if seam is Seam.BEFORE_SEND:
            raise DiedError

    async def scene(tools: Tools) -> None:
        write = await accepted(tools)
        with pytest.raises(DiedError):
            await pipeline.perform_write(tools, write.id, times=TIMES, seam=die)
        with pytest.raises(Refused, match="is sent; only an unknown one"):
            await pipeline.settle_write(tools, write.id, happened=False, why="", times=TIMES)
        [left] = await pipeline.reconcile_writes(tools, "north", times=TIMES)
        assert (left.state, box.sold) == ("unknown", [])
        assert await pipeline.list_writes(tools, states=["unknown"]) == (left,)
        done = await pipeline.settle_write(
            tools, write.id, happened=False, why="nothing on the till", times=TIMES
        )
        assert (done.state, done.happened, done.why) == ("reconciled", False, "nothing on the till")
        assert await pipeline.reconcile_writes(tools, times=TIMES) == ()
        await tools.audit.flush()
        with pytest.raises(Refused, match="is reconciled"):
            await pipeline.settle_write(tools, write.id, happened=True, why="", times=TIMES)

    home.work(scene)


def test_the_portals_own_words_are_told(home: Home, box: Cashbox) -> None:
    async def scene(tools: Tools) -> None:
        box.refusal = "The till is closed."
        write = await accepted(tools)
        done = await pipeline.perform_write(tools, write.id, times=TIMES)
        assert (done.state, done.happened, done.why) == ("refused", False, "The till is closed.")

    home.work(scene)

"""An input that asks for changes is tried before it is relied on."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from automation.model import Answer, Call, Coverage, Reply
from automation.sync.control import controlled, time_to_come
from tests.engine import run_engine
from tests.fakes import START, json_reply
from tests.sync.support import CLIENT_MAPPING, Clinic, Home, everything

CONTROLLED = CLIENT_MAPPING + "changes: {list-clients: {since: since, control: true}}\n"
BEGUN = Coverage(endpoint="list-x", run="r", way="since", began_at=START)


def answered(*pages: tuple[object, ...]) -> AsyncGenerator[Answer]:
    async def said() -> AsyncGenerator[Answer]:
        for items in pages:
            yield Answer(endpoint="list-x", url="/x", items=items)  # type: ignore[arg-type]

    return said()


def test_nothing_can_have_changed_since_a_time_to_come() -> None:
    assert time_to_come(START) > START + timedelta(days=365)


@pytest.mark.parametrize(
    "pages,control,way",
    [((), "heeded", "since"), (((),), "heeded", "since"), ((({"id": 1},),), "passed_over", "full")],
)
def test_items_that_changed_in_a_time_to_come_show_that_an_input_is_passed_over(
    pages: tuple[tuple[Any, ...], ...], control: str, way: str
) -> None:
    found = run_engine(controlled(BEGUN, answered(*pages)))
    assert (found.control, found.way) == (control, way)
    again = run_engine(controlled(BEGUN.model_copy(update={"control": control}), answered()))
    assert again.way == way


def read_twice(tmp_path: Path, portal: Clinic) -> tuple[Home, Coverage]:
    home = Home(tmp_path, everything(tmp_path, mappings__client=CONTROLLED), portal)
    home.passed()
    portal.counts()
    home.clock.pass_time(3600)
    return home, home.passed().coverage["list-clients"]


def test_an_input_that_is_heeded_is_tried_once(tmp_path: Path) -> None:
    portal = Clinic.of(clients=25)
    home, second = read_twice(tmp_path, portal)
    assert (second.way, second.control, portal.counts()["/clients"]) == ("since", "heeded", 2)
    home.clock.pass_time(3600)
    third = home.passed().coverage["list-clients"]
    assert (third.way, third.control, portal.counts()["/clients"]) == ("since", "heeded", 1)


def test_where_an_input_is_passed_over_everything_is_read_and_that_is_said(tmp_path: Path) -> None:
    portal = Clinic.of(clients=25)

    def deaf(_what: str, call: Call) -> Reply | None:
        parts = urlsplit(call.url)
        if parts.path != "/clients" or "since" not in parts.query:
            return None
        return json_reply(call, {"rows": portal.clients[:10], "total": 25})

    portal.spoil = deaf
    home, second = read_twice(tmp_path, portal)
    assert (second.way, second.control, second.items) == ("full", "passed_over", 25)
    assert second.why.startswith("the portal passes over what asks for changes")
    assert portal.counts()["/clients"] == 4
    del portal.clients[3]
    home.clock.pass_time(3600)
    third = home.passed()
    assert (third.coverage["list-clients"].way, third.kept.get("client")) == ("full", None)
    assert portal.counts()["/clients"] == 3
    assert len(home.there("client")) == 24

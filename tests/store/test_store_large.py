"""Whatever is read of a practice is found by an index: no table of all practices is gone through.

Two practices stand beside each other, one ten times as large as the other. The little one is asked
for everything that views, feeds, free times and reviews read, and each statement is explained. Then
both are asked for a page of what is cut into pages: it costs the same.
"""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncConnection

from automation.model import Practice
from automation.serve.resources import RESOURCES
from automation.store import (
    VIEWS,
    AuditTrail,
    AuditWish,
    Calendar,
    Likenesses,
    Lists,
    Reach,
    Scope,
    Store,
    Views,
    Wanted,
    WebhookLists,
)
from tests.conftest import Measure
from tests.databases import on
from tests.store.crowd import GREAT, LITTLE, crowd, crowded_tables
from tests.store.support import Reversing, in_store

NOW: Final = datetime(2020, 1, 2, 12, tzinfo=UTC)
DAY: Final = date(2020, 1, 1)
TIMES: Final = 10
SIZE: Final = 10
_MANY: Final = frozenset(crowded_tables())
"""Tables of which either practice has many rows; the others may be gone through."""

Ask = Callable[[Store, Practice], Awaitable[object]]
"""Reads something of a practice."""


@dataclass(frozen=True)
class Crowd:
    """A filled store.

    Attributes:
        path: where it is.
        rows: how many of each kind the larger practice has.
    """

    path: Path
    rows: int


@pytest.fixture(scope="module")
def crowded(
    tmp_path_factory: pytest.TempPathFactory, each_database: str, scale: Callable[..., int]
) -> Crowd:
    made = Crowd(tmp_path_factory.mktemp("crowd") / "store.db", scale(5_000, 100_000))
    in_store(made.path, lambda store: crowd(store, little=made.rows // TIMES, great=made.rows))
    return made


def reach_of(practice: Practice) -> Reach:
    return Reach(practice.organization)


def viewed(name: str, **more: Any) -> Ask:  # noqa: ANN401
    """A page of a view."""

    async def ask(store: Store, practice: Practice) -> object:
        view = VIEWS[name]
        span = {"start": DAY, "end": DAY + timedelta(days=2)} if view.dated else {}
        wanted = {"by": view.ways, "limit": SIZE, **span, **more}
        return await Views(store.database).page(view, Wanted(reach_of(practice), NOW, **wanted))

    return ask


def audited(**more: Any) -> Ask:  # noqa: ANN401
    """A page of the audit log."""

    async def ask(store: Store, practice: Practice) -> object:
        wish = {"limit": SIZE, "reach": reach_of(practice), **more}
        named = {name: each(practice) if callable(each) else each for name, each in wish.items()}
        return await AuditTrail(store.database, Reversing()).page(AuditWish(**named))

    return ask


def delivered(**more: Any) -> Ask:  # noqa: ANN401
    """A page of deliveries."""

    async def ask(store: Store, practice: Practice) -> object:
        named = {name: each(practice) if callable(each) else each for name, each in more.items()}
        lists = WebhookLists(store.database)
        return await lists.deliveries(reach_of(practice), limit=SIZE, **named)

    return ask


def own(practice: Practice) -> str:
    return practice.name


AT: Final = datetime(2020, 1, 1, 5, tzinfo=UTC)
BEFORE: Final = ("2020-01-01T05:00:00.000000Z+00:00", "c1", 5)
PAGES: Final[dict[str, Ask]] = {
    "audit log": audited(),
    "audit log from a place on": audited(before=BEFORE),
    "audit log of a practice": audited(practice=own),
    "audit log of some practices": audited(
        reach=lambda practice: Reach(practice.organization, frozenset({practice.name, "none"}))
    ),
    "audit log of an actor": audited(actor="token:1"),
    "audit log of an action": audited(action="records.exported"),
    "audit log of a family": audited(action="webhook.*"),
    "audit log of a family from a place on": audited(action="webhook.*", before=BEFORE),
    "deliveries": delivered(),
    "deliveries from a place on": delivered(after=(AT, "whd_")),
    "deliveries to an endpoint": delivered(endpoint=lambda practice: f"whe_{practice.name}_1"),
    "deliveries in a state": delivered(state="dead"),
    "changes": lambda store, practice: store.changes(
        organization=practice.organization, limit=SIZE
    ),
    "changes of a practice": lambda store, practice: store.changes(
        practice=practice.name, limit=SIZE
    ),
    "changes of a run": lambda store, practice: store.changes(run=f"{practice.name}_1", limit=SIZE),
    "runs": lambda store, practice: store.runs(practice.name, limit=SIZE),
    **{
        f"view {name}": viewed(name, start=None, end=None)
        for name, view in VIEWS.items()
        if view.keys == ("practice", "id") and name != "stock_expiring"
    },
}
"""What is cut into pages: it costs the same of a practice of any size."""


def calendar_of(store: Store, practice: Practice) -> Calendar:
    return Calendar(store.database, reach_of(practice))


async def busy(store: Store, practice: Practice) -> object:
    found = await calendar_of(store, practice).busy(practice.name, NOW, NOW + timedelta(days=1))
    assert found
    return found


async def worked(store: Store, practice: Practice) -> object:
    days = {DAY: (NOW, NOW + timedelta(days=1)), date(2020, 1, 2): (NOW, NOW + timedelta(days=2))}
    return await calendar_of(store, practice).worked(practice.name, days)


async def reviewed(store: Store, practice: Practice) -> object:
    likenesses = Likenesses(store.database, reach_of(practice))
    ids = await likenesses.next_ids("client", ("", ""), SIZE)
    assert len(ids) == SIZE
    assert await likenesses.partners("client", [number for _, number in ids])
    await likenesses.decided([("a", "b")])
    return await likenesses.decisions("client", "same", ("", ""), SIZE)


async def expanded(store: Store, practice: Practice) -> object:
    lists, found = Lists(store.database), list[object]()
    for resource in RESOURCES.values():
        for child in resource.children.values():
            found += await lists.children(
                child.kind, child.reference, ["a", "b"], reach_of(practice), limit=SIZE
            )
    return found


async def taken(store: Store, practice: Practice) -> object:
    found = await store.rows("invoice", Scope(practice.name), limit=SIZE)
    return await Views(store.database).taken([each.id for each in found], reach_of(practice))


WHOLE: Final[dict[str, Ask]] = {
    **PAGES,
    **{f"view {name}, dated": viewed(name) for name in VIEWS},
    "view stock_expiring": viewed("stock_expiring", start=None, end=None),
    "free times: taken": busy,
    "free times: worked": worked,
    "free times: columns": lambda store, practice: calendar_of(store, practice).columns(
        practice.name
    ),
    "free times: providers": lambda store, practice: calendar_of(store, practice).providers(
        practice.name
    ),
    "free times: clinics": lambda store, practice: calendar_of(store, practice).clinics(
        practice.name
    ),
    "review": reviewed,
    "expansions": expanded,
    "payments of invoices": taken,
}
"""Everything that is asked of a practice by callers, lists left out."""


@pytest.mark.must_hold("serve")
def test_nothing_that_is_asked_of_a_practice_goes_through_those_of_others(
    crowded: Crowd, measured: Measure
) -> None:
    async def scene(store: Store) -> int:
        count, faults = 0, dict[str, list[str]]()
        for name, ask in WHOLE.items():
            with sent(store) as statements:
                await ask(store, LITTLE)
            async with store.database.read() as connection:
                for statement, values in statements:
                    plan, whole = await gone_through(connection, statement, values)
                    faults |= {name: [*whole, statement, *plan]} if whole else {}
            count += len(statements)
        assert not faults, "\n".join(line for name in faults for line in (name, *faults[name]))
        return count

    measured(f"statements without a whole table on {on()}", in_store(crowded.path, scene))


@pytest.mark.must_hold("serve")
def test_a_page_costs_the_same_of_a_practice_of_any_size(crowded: Crowd, measured: Measure) -> None:
    async def scene(store: Store) -> tuple[float, str]:
        return await dearest(store, PAGES, 1.5)

    worst, name = in_store(crowded.path, scene)
    figure = f"a page of {TIMES} times the rows / a page, on {on()}, worst of all ({name})"
    measured(figure, round(worst, 2))


@pytest.mark.must_hold("serve")
def test_what_is_added_up_costs_no_more_than_its_rows(crowded: Crowd, measured: Measure) -> None:
    async def scene(store: Store) -> tuple[float, str]:
        asked = {name: viewed(name, start=None, end=None) for name in VIEWS}
        return await dearest(store, {**asked, "visits": viewed("visits")}, 1.5 * TIMES)

    worst, name = in_store(crowded.path, scene)
    figure = f"a view of {TIMES} times the rows / a view, on {on()}, worst of all ({name})"
    measured(figure, round(worst, 2))


async def dearest(store: Store, asked: Mapping[str, Ask], most: float) -> tuple[float, str]:
    """By how much the larger practice costs more, of what costs most; never more than told."""
    costs = {
        name: [await cost(store, ask, whose) for whose in (GREAT, LITTLE)]
        for name, ask in asked.items()
    }
    too_dear = {name: both for name, both in costs.items() if both[0] > most * both[1]}
    assert not too_dear, "\n".join(f"{name}: {both}" for name, both in too_dear.items())
    return max((great / little, name) for name, (great, little) in costs.items())


@contextmanager
def sent(store: Store) -> Iterator[list[tuple[str, Any]]]:
    """What is asked of the database, with the values."""
    found: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_rest: Any) -> None:  # noqa: ANN401
        if statement.lstrip().startswith(("SELECT", "WITH")):
            found.append((statement, values))

    engine = store.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", note)


async def gone_through(
    connection: AsyncConnection,
    statement: str,
    values: Any,  # noqa: ANN401
) -> tuple[list[str], list[str]]:
    """How the database does a statement, and which tables it goes through from end to end."""
    if on() == "sqlite":
        rows = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
        plan = [row[-1] for row in rows]
        return plan, [line for line in plan if _is_whole(line, statement)]
    rows = await connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", values)
    [[told]] = rows.all()
    [plan] = told if isinstance(told, list) else json.loads(told)
    nodes = [*_nodes(plan["Plan"])]
    whole = [str(each.get("Relation Name")) for each in nodes if _is_whole_node(each)]
    return [json.dumps(each) for each in nodes], whole


def _is_whole(line: str, statement: str) -> bool:
    """Whether SQLite goes through a table of many rows, or makes an index of one."""
    found = re.match(r"SCAN (\w+)|SEARCH (\w+) USING AUTOMATIC", line)
    if found is None:
        return False
    name = found[1] or found[2]
    alias = re.search(rf"\b(\w+) AS {name}\b", statement)
    return (alias[1] if alias else name) in _MANY


def _nodes(plan: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield {name: value for name, value in plan.items() if name != "Plans"}
    for below in plan.get("Plans", ()):
        yield from _nodes(below)


def _is_whole_node(node: Mapping[str, Any]) -> bool:
    if node.get("Relation Name") not in _MANY:
        return False
    kind = node["Node Type"]
    return kind == "Seq Scan" or ("Index" in kind and "Index Cond" not in node)


async def cost(store: Store, ask: Ask, practice: Practice) -> int:
    """What a reading costs the database: steps of SQLite's machine, or blocks looked at."""
    with sent(store) as statements:
        await ask(store, practice)
    async with store.database.read() as connection:
        costs = [await _cost(connection, *each) for each in statements]
    return sum(costs)


async def _cost(connection: AsyncConnection, statement: str, values: Any) -> int:  # noqa: ANN401
    if on() == "sqlite":
        return await _steps(connection, statement, values)
    words = f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {statement}"
    [[told]] = (await connection.exec_driver_sql(words, values)).all()
    [plan] = told if isinstance(told, list) else json.loads(told)
    return int(plan["Plan"]["Shared Hit Blocks"] + plan["Plan"]["Shared Read Blocks"])


async def _steps(connection: AsyncConnection, statement: str, values: Any) -> int:  # noqa: ANN401
    steps = [0]

    def step() -> int:
        steps[0] += 1
        return 0

    raw: Any = (await connection.get_raw_connection()).driver_connection
    await raw.set_progress_handler(step, 1)
    (await connection.exec_driver_sql(statement, values)).all()
    await raw.set_progress_handler(None, 0)
    return steps[0]

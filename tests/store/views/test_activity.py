"""Revenue is equal to the invoices to the cent, however it is put together; visits likewise."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from automation.store import VIEWS, Reach, Store
from automation.store.views.activity import NOT_ON_LINES
from tests.conftest import Measure
from tests.serve.office import NORTH, SOUTH, id_of, made
from tests.store.support import in_store
from tests.store.views.viewed import day, keep, whole


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


def books(chance: random.Random) -> list[Any]:
    """Invoices whose lines may be missing, gone, without amounts, or not add up."""
    rows: list[Any] = [
        made(
            "product", n, practice, code=f"c{n % 4}", group_name=chance.choice(["labs", None, "x"])
        )
        for practice in (NORTH, SOUTH)
        for n in range(6)
    ]
    number = 0
    for bill in range(40):
        practice = chance.choice([NORTH, SOUTH])
        facts: dict[str, Any] = {
            "total_minor": chance.choice([None, 0, chance.randrange(-(10**12), 10**12)]),
            "issued_on": chance.choice([None, day(chance.randrange(1, 9))]),
            "currency": chance.choice(["USD", "EUR", None]),
            "location_id": chance.choice(["loc_a", "loc_b", None]),
        }
        rows.append(made("invoice", bill, practice, **facts))
        for _ in range(chance.randrange(5)):
            number += 1
            line: dict[str, Any] = {
                "total_minor": chance.choice([None, chance.randrange(-(10**9), 10**9)]),
                "amount_minor": chance.choice([None, chance.randrange(10**6)]),
                "tax_minor": chance.choice([None, chance.randrange(10**4)]),
                "code": chance.choice(["c1", "c2", "unknown", None]),
                "provider_id": chance.choice(["prv_a", "prv_b", None]),
                "location_id": chance.choice(["loc_a", None]),
            }
            bill_id = id_of("invoice", bill, practice)
            rows.append(made("invoice_line", number, practice, invoice_id=bill_id, **line))
    return rows


@pytest.mark.must_hold("serve")
def test_revenue_is_equal_to_the_invoices_to_the_cent_by_whatever_it_is_put_together(
    path: Path, measured: Measure, scale: Callable[[int, int], int]
) -> None:
    ways = VIEWS["revenue"].ways
    every = [some for size in range(5) for some in combinations(ways, size)]
    looked = [0]

    def totals(bills: list[Any], *names: str) -> Counter[Any]:
        found: Counter[Any] = Counter()
        for bill in bills:
            key = tuple(str(getattr(bill, name) or "") for name in ("practice", *names, "currency"))
            found[key] += bill.total_minor
        return Counter({key: value for key, value in found.items() if value})

    async def one(store: Store, seed: int) -> None:
        rows = books(random.Random(seed))
        await keep(store, *rows)
        bills = [row for row in rows if row.kind == "invoice" and row.total_minor is not None]
        for some in every:
            shown = await whole(store, "revenue", limit=20, by=some)
            sums: Counter[Any] = Counter()
            days: Counter[Any] = Counter()
            for row in shown:
                sums[row["practice"], row["currency"]] += row["revenue_minor"]
                days[row["practice"], row["day"], row["currency"]] += row["revenue_minor"]
            assert Counter({k: v for k, v in sums.items() if v}) == totals(bills), some
            if "day" in some:
                assert Counter({k: v for k, v in days.items() if v}) == totals(bills, "issued_on")
            looked[0] += 1
        only = Reach("default", locations=frozenset({"loc_a"}))
        at_place = sum(row["revenue_minor"] for row in await whole(store, "revenue", reach=only))
        assert at_place == sum(b.total_minor for b in bills if b.location_id == "loc_a")

    for seed in range(scale(1, 60)):
        in_store(path.with_name(f"{seed}.db"), lambda store, seed=seed: one(store, seed))  # type: ignore[misc]
    measured("ways of putting revenue together that add up to the invoices", looked[0])


def test_what_lines_do_not_say_stands_by_itself(path: Path) -> None:
    async def scene(store: Store) -> None:
        bill = id_of("invoice", 1)
        await keep(
            store,
            made("invoice", 1, total_minor=1_000, issued_on=day(2), currency="USD"),
            made("invoice_line", 1, invoice_id=bill, total_minor=600, code="x", provider_id="p"),
            made("invoice_line", 2, invoice_id=bill, amount_minor=400, discount_minor=30),
            made("product", 1, code="x", group_name="labs"),
            made("product", 2, code="x", group_name="labs"),
        )
        rows = await whole(store, "revenue", by=("day", "item_group", "provider_id"))
        found = {(r["item_group"], r["provider_id"]): r["revenue_minor"] for r in rows}
        assert found == {("labs", "p"): 600, ("", ""): 370, (NOT_ON_LINES, ""): 30}
        [one] = await whole(store, "revenue", by=())
        assert (one["revenue_minor"], one["invoices"], one["day"]) == (1_000, 1, "")

    in_store(path, scene)


def test_visits_are_counted_by_the_day_on_the_clocks_of_the_practice(path: Path) -> None:
    async def scene(store: Store) -> None:
        # the clocks of Chicago went forward in the night before the 8th of March 2026 at 2 o'clock
        late = datetime(2026, 3, 9, 4, 30, tzinfo=UTC)  # half past eleven on the 8th
        states = ("completed", "no_show", "cancelled", "confirmed", "completed")
        await keep(
            store,
            *(
                made("appointment", n, start_at=late + timedelta(minutes=10 * n), status=state,
                     provider_id=f"prv_{n % 2}")
                for n, state in enumerate(states)
            ),
            made("appointment", 9, start_at=late, category="block"),
        )  # fmt: skip
        span: dict[str, Any] = {"start": day(7), "end": day(9)}
        rows = await whole(store, "visits", by=("day",), **span)
        found = [(row["day"], row["booked"], row["came"], row["no_shows"]) for row in rows]
        assert found == [("2026-03-08", 3, 1, 1), ("2026-03-09", 2, 1, 0)]
        by_both = await whole(store, "visits", by=("day", "provider_id"), **span)
        assert sum(row["booked"] for row in by_both) == 5
        assert len(by_both) == 4
        missed = await whole(store, "missed_visits", **span)
        assert sorted(row["status"] for row in missed) == ["cancelled", "no_show"]

    in_store(path, scene)

"""Views are cut into pages by their keys and show what may be seen."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from automation.model import Organization
from automation.store import VIEWS, Organizations, Reach, Store, Views, Wanted
from tests.serve.office import NORTH, SOUTH, STRANGE, made
from tests.store.support import in_store, statements
from tests.store.views.viewed import ALL, NOW, day, keep, whole


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


def declined(practice: object, number: int, place: str | None = None) -> object:
    return made("payment", number, practice, status="declined", location_id=place)  # type: ignore[arg-type]


def test_every_view_answers_with_its_own_fields_and_costs_few_statements(path: Path) -> None:
    async def scene(store: Store) -> None:
        for view in VIEWS.values():
            wanted = Wanted(ALL, NOW, start=day(1), end=day(3), by=view.ways)
            with statements(store) as sent:
                page = await Views(store.database).page(view, wanted)
            assert (page.rows, page.end) == ([], None)
            assert len(sent) <= 3, view.name
            assert {*view.keys} <= {*view.fields}, view.name

    in_store(path, scene)


def test_pages_follow_each_other_and_nothing_of_others_is_shown(path: Path) -> None:
    async def scene(store: Store) -> None:
        await Organizations(store.database).add(Organization(name="strangers"))
        await store.add_practice(STRANGE)
        for practice in (NORTH, SOUTH, STRANGE):
            rows = [declined(practice, n, ("loc_a", "loc_b", None)[n % 3]) for n in range(6)]
            await store.upsert(rows, practice=practice, run="r1")  # type: ignore[arg-type]

        async def seen(**more: Any) -> list[tuple[str, str | None]]:  # noqa: ANN401
            rows = await whole(store, "failed_payments", **more)
            assert len({row["id"] for row in rows}) == len(rows)
            return [(row["practice"], row["location_id"]) for row in rows]

        assert {practice for practice, _ in await seen()} == {"north", "south"}
        assert len(await seen()) == 12
        assert len(await seen(reach=Reach("strangers"))) == 6
        assert await seen(reach=Reach("nobody")) == []
        only = Reach("default", frozenset({"north", "strange"}), frozenset({"loc_a"}))
        assert await seen(reach=only) == [("north", "loc_a")] * 2
        assert await seen(reach=only, location="loc_b") == []
        assert await seen(practice="strange") == []
        assert len(await seen(practice="south", location="loc_b")) == 2

    in_store(path, scene)


def test_a_day_is_one_of_each_practice(path: Path) -> None:
    async def scene(store: Store) -> None:
        tokyo = SOUTH.model_copy(update={"timezone": "Asia/Tokyo"})
        await store.update_practice(tokyo)
        rows = [made("payment", 1, practice, status="declined", paid_at=NOW) for practice in
                (NORTH, tokyo)]  # fmt: skip
        await keep(store, *rows)

        async def seen(number: int) -> list[str]:
            span: dict[str, Any] = {"start": day(number), "end": day(number)}
            return [row["practice"] for row in await whole(store, "failed_payments", **span)]

        assert await seen(2) == ["north"]
        assert await seen(3) == ["south"]

    in_store(path, scene)

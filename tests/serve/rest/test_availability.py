"""Free times are a route like others: described, paged, with how their hours are known."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.serve.office import NORTH, Office, id_of, in_office, made

DAYS = "from=2026-03-03&to=2026-03-05"


@pytest.fixture
def home(tmp_path: Path, database: str) -> Path:
    return tmp_path


async def declared(office: Office) -> str:
    told = NORTH.model_copy(update={"opening_hours": ("tue-wed=09:00-10:00",)})
    await office.tools.store.update_practice(told)
    await office.keep([made("location", 1), made("location", 2)])
    return await office.token("appointments:read", practices=("north",))


def test_times_are_paged_place_by_place_with_the_hours_they_come_from(home: Path) -> None:
    async def scene(office: Office) -> None:
        token = await declared(office)
        seen: list[tuple[str, str]] = []
        cursor: str | None = ""
        page = {}
        while cursor is not None:
            answer = await office.get(f"/availability?{DAYS}&limit=5&cursor={cursor}", token)
            assert answer.headers["X-Data-Complete"] == "true", answer.text
            page = answer.json()
            seen += [(row["location_id"], row["start_at"]) for row in page["data"]]
            cursor = page["next_cursor"]
        days = [
            f"2026-03-0{day}T09:{minute}-06:00"
            for day in (3, 4)
            for minute in ("00:00", "15:00", "30:00")
        ]
        places = sorted(id_of("location", number) for number in (1, 2))
        assert seen == [(place, day) for place in places for day in days]
        [first, _] = page["hours"]
        assert first == {
            "practice": "north",
            "location_id": places[0],
            "timezone": "America/Chicago",
            "basis": "declared",
            "why": "the practice declares them",
            "week": {"tue": ["09:00-10:00"], "wed": ["09:00-10:00"]},
            "step_minutes": 15,
        }

    in_office(home, scene)


def test_the_view_counts_the_same_times_by_day(home: Path) -> None:
    async def scene(office: Office) -> None:
        token = await declared(office)
        [row, *others] = (await office.get(f"/views/free_slots?{DAYS}", token)).json()["data"]
        assert len(others) == 3
        assert row["day"] == "2026-03-03"
        assert (row["times"], row["most_places"], row["basis"]) == (3, 1, "declared")
        assert (row["first_at"][11:16], row["last_at"][11:16]) == ("09:00", "09:30")
        page = (await office.get(f"/views/free_slots?{DAYS}&limit=3", token)).json()
        last = await office.get(
            f"/views/free_slots?{DAYS}&limit=3&cursor={page['next_cursor']}", token
        )
        assert [*page["data"], *last.json()["data"]] == [row, *others]

    in_office(home, scene)


def test_what_is_not_possible_is_refused_with_the_parameter(home: Path) -> None:
    refused = {
        "/availability": "from",
        f"/availability?{DAYS}": "practice",
        "/availability?practice=north&from=2026-03-05&to=2026-03-03": "to",
        "/availability?practice=north&from=2026-01-01&to=2026-03-03": "to",
        "/availability?practice=north&from=0001-01-01&to=0001-01-02": "from",
        f"/availability?practice=north&{DAYS}&duration_minutes=1": "duration_minutes",
        f"/availability?practice=north&{DAYS}&cursor=bm9uZQ": "cursor",
        f"/availability?practice=north&{DAYS}&status=x": "status",
        f"/views/free_slots?{DAYS}&limit=0": "limit",
    }

    async def scene(office: Office) -> None:
        token = await office.token("appointments:read")
        for path, parameter in refused.items():
            answer = await office.get(path, token)
            told = (answer.status_code, answer.json().get("parameter"))
            assert told == (400, parameter), (path, answer.text)
        gone = await office.get(f"/availability?practice=strange&{DAYS}", token)
        assert (gone.status_code, gone.json()["code"]) == (404, "not_found")

    in_office(home, scene)

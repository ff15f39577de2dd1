"""Free times follow the clocks and the hours of a place, and what a caller may see of it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from automation.access import Wish
from automation.entities import Entity
from automation.model import Practice, Profile, ProfileHours, ProfilePlan, ProfileSection
from automation.serve.availability import Asked, Availabilities, Availability
from automation.serve.callers import Caller
from automation.serve.problems import Problem
from tests.serve.office import NORTH, SOUTH, Office, id_of, in_office, made

WEEK = (date(2026, 3, 3), date(2026, 3, 9))
ANN, BO = id_of("provider", 1), id_of("provider", 2)
HERE, THERE = id_of("location", 1), id_of("location", 2)


async def caller(office: Office, **more: Any) -> Caller:  # noqa: ANN401
    wish = Wish(name="test", organization="default", scopes=("appointments:read",), **more)
    return await office.service.recognised((await office.service.tokens.create(wish)).text)


async def free(office: Office, asking: Caller | None = None, **more: Any) -> Availability:  # noqa: ANN401
    facts: dict[str, Any] = {"start": WEEK[0], "end": WEEK[1], "minutes": 30, "practice": "north"}
    found = Availabilities(office.tools, office.service.reader.freshness)
    return await found.of(asking or await caller(office), Asked(**{**facts, **more}))


def shown(found: Availability) -> list[str]:
    return [
        f"{slot.start.astimezone(each.zone):%a %H:%M}"
        for each in found.places
        for slot in each.slots
    ]


async def declare(office: Office, *rules: str, practice: Practice = NORTH, **more: Any) -> None:  # noqa: ANN401
    told = practice.model_copy(update={"opening_hours": rules, **more})
    await office.tools.store.update_practice(told)


def visit(number: int, start: datetime, minutes: int = 30, **more: Any) -> Entity:  # noqa: ANN401
    practice = more.pop("of", NORTH)
    end = start + timedelta(minutes=minutes)
    return made("appointment", number, practice, start_at=start, end_at=end, **more)


def test_what_a_practice_declares_is_free_but_for_what_takes_time(tmp_path: Path) -> None:
    async def scene(office: Office) -> None:
        await declare(office, "tue=09:00-11:00")
        nine = datetime(2026, 3, 3, 15, tzinfo=UTC)
        await office.keep([visit(1, nine, 45)])
        await office.keep([visit(2, nine, of=SOUTH)], SOUTH)
        found = await free(office)
        assert shown(found) == [f"Tue {at}" for at in ("09:45", "10:00", "10:15", "10:30")]
        assert found.places[0].hours.basis == "declared"
        assert shown(await free(office, minutes=90)) == []
        assert (await free(office, location="loc_none")).places == ()

    in_office(tmp_path, scene)


def test_people_are_those_who_work_there_and_one_of_them_can_be_asked_for(tmp_path: Path) -> None:
    async def scene(office: Office) -> None:
        await declare(office, "tue=09:00-10:00")
        nine = datetime(2026, 3, 3, 15, tzinfo=UTC)
        past = datetime(2026, 2, 20, 15, tzinfo=UTC)
        await office.keep(
            [
                made("location", 1),
                made("location", 2),
                made("provider", 1),
                made("provider", 2),
                made("provider", 3),
                made("provider", 4, status="inactive"),
                made("resource", 1, location_id=HERE, provider_id=BO),
                visit(1, past, provider_id=ANN, location_id=HERE),
                visit(2, past, provider_id=id_of("provider", 4), location_id=HERE),
                visit(3, past, provider_id=BO, location_id=THERE),
                visit(4, nine, provider_id=ANN, location_id=THERE),
                visit(5, nine, resource_id=id_of("resource", 1), category="request"),
            ]
        )
        places = {each.place.location: each for each in (await free(office)).places}
        tracks = {number: each.place.tracks for number, each in places.items()}
        assert tracks == {HERE: {ANN, BO}, THERE: {BO}}
        assert [slot.tracks for slot in places[HERE].slots] == [tuple(sorted((ANN, BO)))]
        assert shown(await free(office, location=HERE)) == ["Tue 09:30"]
        assert shown(await free(office, provider=ANN, location=THERE)) == []
        only = await free(office, provider=BO, location=HERE)
        assert [(slot.tracks, slot.places) for slot in only.places[0].slots] == [((BO,), 1)]

    in_office(tmp_path, scene)


@pytest.mark.parametrize(
    "day, hours", [(date(2026, 3, 8), 23), (date(2026, 11, 1), 25), (date(2026, 5, 3), 24)]
)
def test_a_day_on_which_the_clocks_change_has_the_times_it_has(
    tmp_path: Path, day: date, hours: int
) -> None:
    async def scene(office: Office) -> None:
        await declare(office, "00:00-24:00")
        found = await free(office, start=day, end=day, minutes=15)
        [place] = found.places
        assert len(place.slots) == hours * 4
        starts = [slot.start for slot in place.slots]
        assert starts == sorted(set(starts))
        assert {start.astimezone(place.zone).date() for start in starts} == {day}
        assert all(later - start == timedelta(minutes=15) for start, later in pairwise(starts))
        away = await free(office, start=day, end=day, minutes=60)
        assert len(away.places[0].slots) == hours * 4 - 3

    in_office(tmp_path, scene)


def test_hours_over_midnight_belong_to_the_day_on_which_a_time_begins(tmp_path: Path) -> None:
    async def scene(office: Office) -> None:
        await declare(office, "mon=22:00-01:00", timezone="Europe/Berlin")
        found = await free(office, start=date(2026, 3, 10), end=date(2026, 3, 10))
        assert shown(found) == ["Tue 00:00", "Tue 00:15", "Tue 00:30"]
        [place] = found.places
        assert place.slots[0].start == datetime(2026, 3, 9, 23, tzinfo=UTC)

    in_office(tmp_path, scene)


def test_what_is_over_is_not_free(tmp_path: Path) -> None:
    async def scene(office: Office) -> None:
        await declare(office, "00:00-24:00")
        today = office.clock.now().astimezone(UTC)
        found = await free(office, start=date(2026, 3, 1), end=date(2026, 3, 2), minutes=15)
        assert min(slot.start for slot in found.places[0].slots) >= today

    in_office(tmp_path, scene)


def test_the_portal_of_a_practice_says_when_its_places_are_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scene(office: Office) -> None:
        plan = ProfilePlan(
            profile="acme",
            sections={"house": ProfileSection(endpoint="list-house", key="id")},
            hours=(
                ProfileHours(section="house", location="at", opens="a", closes="b", slot="step"),
            ),
        )
        await free(office)  # what the files say is known for a minute
        monkeypatch.setattr(office.tools.catalog, "profile", lambda _: plan)
        rows: dict[str, Any] = {
            "1": {"at": "1", "a": "08:00", "b": "09:00", "step": "30"},
            "2": {"at": "2", "a": "closed", "b": "09:00"},
        }
        kept = Profile(practice="north", seen_at=office.clock.now(), sections={"house": rows})
        await office.tools.profiles.put(kept)
        await office.keep([made("location", 1, timezone="Europe/Berlin"), made("location", 2)])
        places = {each.place.location: each for each in (await free(office)).places}
        assert places[HERE].hours.basis == "portal"
        assert str(places[HERE].zone) == "Europe/Berlin"
        assert len(places[HERE].slots) == 14
        assert (places[THERE].hours.basis, places[THERE].slots) == ("unknown", ())

    in_office(tmp_path, scene)


def test_who_may_see_one_place_sees_its_times_only(tmp_path: Path) -> None:
    async def scene(office: Office) -> None:
        await declare(office, "tue=09:00-10:00")
        await office.keep([made("location", 1), made("location", 2)])
        some = await caller(office, practices=("north",), locations=(THERE,))
        assert [each.place.location for each in (await free(office, some)).places] == [THERE]
        with pytest.raises(Problem, match="no practice 'strange'"):
            await free(office, practice="strange")
        south = await caller(office, practices=("south",))
        with pytest.raises(Problem, match="no practice 'north'"):
            await free(office, south)
        other = Wish(name="test", organization="default", scopes=("patients:read",))
        token = (await office.service.tokens.create(other)).text
        with pytest.raises(Problem, match="appointments:read"):
            await free(office, await office.service.recognised(token))

    in_office(tmp_path, scene)


def test_what_takes_a_person_elsewhere_is_not_offered_to_who_sees_one_place(
    tmp_path: Path,
) -> None:
    async def scene(office: Office) -> None:
        await declare(office, "tue=09:00-11:00")
        nine = datetime(2026, 3, 3, 15, tzinfo=UTC)
        quarter = timedelta(minutes=15)
        columns = [
            made("resource", number, location_id=place, provider_id=ANN)
            for number, place in ((1, HERE), (2, THERE))
        ]
        await office.keep([made("location", 1), made("location", 2), *columns])
        await office.keep([made("provider", 1, location_id=HERE)])
        await office.keep(
            [
                visit(1, nine, 15, provider_id=ANN, location_id=THERE),
                visit(2, nine + 2 * quarter, 15, resource_id=id_of("resource", 2)),
                visit(3, nine + 4 * quarter, 15, provider_id=ANN, category="block"),
                visit(4, nine + 6 * quarter, 15, category="block"),
            ]
        )
        everyone = await free(office, location=HERE, minutes=15)
        one = await caller(office, practices=("north",), locations=(HERE,))
        assert shown(everyone) == [f"Tue {at}" for at in ("09:15", "09:45", "10:15", "10:45")]
        assert await free(office, one, location=HERE, minutes=15) == everyone

    in_office(tmp_path, scene)

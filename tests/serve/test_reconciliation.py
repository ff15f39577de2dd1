"""Pairs are of one organization, each once, within reach; people decide, nothing is merged."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import pytest

from automation.access import Wish
from automation.entities import Entity
from automation.serve.callers import Caller
from automation.serve.likeness import LISTED, likeness
from automation.serve.problems import Problem
from automation.serve.reconciliation import Reconciliation
from tests.serve.office import NORTH, READ, SOUTH, STRANGE, Office, id_of, in_office, made

HERE, THERE = "loc_here", "loc_there"


async def caller(office: Office, *scopes: str, **more: Any) -> Caller:  # noqa: ANN401
    wish = Wish(
        name="t", organization="default", scopes=(*(scopes or READ), *more.pop("also", ())), **more
    )
    return await office.service.recognised((await office.service.tokens.create(wish)).text)


async def pairs(
    office: Office, who: Caller, kind: str = "client", *, limit: int = 200, state: str = "open"
) -> list[dict[str, Any]]:
    found, after = list[dict[str, Any]](), None
    while True:
        page = await Reconciliation(office.tools).page(
            who, kind, state=state, least=LISTED, limit=limit, after=after
        )
        found += page.data
        after = page.end
        if after is None:
            return found


def people(chance: Random) -> list[Entity]:
    """Clients of which some share an address, a number, or nothing."""
    return [
        made(
            "client",
            number,
            practice,
            name="x",
            first_name=chance.choice(["Ann", "Bo", None]),
            last_name=chance.choice(["Doe", "Ray", None]),
            emails=[{"address": f"{chance.randrange(8)}@example.org"}] * chance.randrange(2),
            phones=[{"number": f"+1312555{chance.randrange(8):04}"}] * chance.randrange(2),
            location_id=chance.choice([HERE, THERE, None]),
        )
        for practice in (NORTH, SOUTH, STRANGE)
        for number in range(8)
    ]


def expected(rows: list[Entity]) -> set[tuple[str, str]]:
    """What looking at every two of them by itself gives."""
    found = set()
    for one in rows:
        for two in rows:
            apart = one.practice != two.practice or (
                one.location_id and two.location_id and one.location_id != two.location_id
            )
            shared = {
                *(each["address"] for each in one.emails),  # type: ignore[attr-defined]
                *(each["number"] for each in one.phones),  # type: ignore[attr-defined]
            } & {
                *(each["address"] for each in two.emails),  # type: ignore[attr-defined]
                *(each["number"] for each in two.phones),  # type: ignore[attr-defined]
            }
            if one.id < two.id and apart and shared and likeness(one, two).score >= LISTED:
                found.add((one.id, two.id))
    return found


@pytest.mark.must_hold("serve")
def test_pairs_are_found_each_once_and_lead_out_of_no_organization_practice_or_location(
    tmp_path: Path, measured: Callable[..., None], scale: Callable[[int, int], int]
) -> None:
    looked = [0]

    async def scene(office: Office) -> None:
        wide = await caller(office)
        north = await caller(office, practices=("north",))
        here = await caller(office, locations=(HERE,))
        for seed in range(scale(3, 60)):
            rows = people(Random(seed))
            for practice in (NORTH, SOUTH, STRANGE):
                await office.keep([row for row in rows if row.practice == practice.name], practice)
            for who, own in (
                (wide, [row for row in rows if row.practice != "strange"]),
                (north, [row for row in rows if row.practice == "north"]),
                (
                    here,
                    [row for row in rows if row.practice != "strange" and row.location_id == HERE],
                ),
            ):
                found = await pairs(office, who, limit=1 + seed % 5)
                told = [(each["first"]["id"], each["second"]["id"]) for each in found]
                assert len(told) == len(set(told))
                assert {*told} == expected(own), seed
                looked[0] += len(told)

    in_office(tmp_path, scene)
    measured("pairs found as by looking at every two", looked[0])


def test_a_decision_says_who_and_when_is_kept_and_can_be_taken_back(tmp_path: Path) -> None:
    async def scene(office: Office) -> None:
        mail: dict[str, Any] = {
            "emails": [{"address": "a@b.org"}],
            "last_name": "Doe",
            "name": "Jane Doe",
        }
        await office.keep([made("client", 1, **mail)])
        await office.keep([made("client", 1, SOUTH, **mail)], SOUTH)
        who = await caller(office, also=("reconciliation:decide",))
        [pair] = await pairs(office, who)
        assert (pair["state"], pair["score"], pair["decided_by"]) == ("open", 65, None)
        assert [each["feature"] for each in pair["points"]] == ["email", "last_name"]
        review = Reconciliation(office.tools)
        ids = (pair["first"]["id"], pair["second"]["id"])
        told = await review.decide(who, "client", ids, "same", "asked her")
        assert (told["state"], told["note"]) == ("same", "asked her")
        assert (told["decided_by"], told["decided_at"]) == (who.actor, office.clock.now())
        assert await pairs(office, who) == []
        assert await pairs(office, who, state="same") == [told]
        await office.keep([made("client", 1, **{**mail, "last_name": "Ray"})])
        assert [each["score"] for each in await pairs(office, who, state="same")] == [35]
        await review.decide(who, "client", ids, "open", "")
        assert await pairs(office, who, state="same") == []
        for practice in (NORTH, SOUTH):  # they stay two
            assert await office.tools.store.counts(practice.name)
        narrow = await caller(office, practices=("north",), also=("reconciliation:decide",))
        for wrong in (ids, (ids[0], ids[0]), (ids[1], ids[0]), ("cli_x", "cli_y")):
            with pytest.raises(Problem, match="no such pair"):
                await review.decide(narrow, "client", wrong, "same", "")
        with pytest.raises(Problem, match="reconciliation:decide"):
            await review.decide(await caller(office), "client", ids, "same", "")

    in_office(tmp_path, scene)


def test_two_records_of_one_place_are_no_pair(tmp_path: Path) -> None:
    async def scene(office: Office) -> None:
        mail: dict[str, Any] = {"emails": [{"address": "a@b.org"}], "last_name": "Doe"}
        await office.keep(
            [
                made("client", n, location_id=place, **mail)
                for n, place in enumerate((HERE, HERE, THERE))
            ]
        )
        who = await caller(office, also=("reconciliation:decide",))
        assert len(await pairs(office, who)) == 2
        ids = tuple(sorted((id_of("client", 0), id_of("client", 1))))
        with pytest.raises(Problem, match="in one place"):
            await Reconciliation(office.tools).decide(who, "client", ids, "same", "")  # type: ignore[arg-type]  # two of them

    in_office(tmp_path, scene)


def test_owners_speak_for_patients_to_those_who_may_read_them(tmp_path: Path) -> None:
    async def scene(office: Office) -> None:
        phone = [{"number": "+13125550147"}]
        for practice in (NORTH, SOUTH):
            await office.keep([made("client", 1, practice, phones=phone)], practice)
            pet = {"name": "Rex", "species": "canine", "date_of_birth": date(2020, 5, 1)}
            owner = id_of("client", 1, practice)
            await office.keep([made("patient", 1, practice, client_id=owner, **pet)], practice)
        [pair] = await pairs(office, await caller(office), "patient")
        assert pair["points"][-1]["feature"] == "owner"
        [pair] = await pairs(office, await caller(office, "patients:read"), "patient")
        assert "owner" not in {each["feature"] for each in pair["points"]}
        with pytest.raises(Problem, match="clients:read"):
            await pairs(office, await caller(office, "patients:read"))

    in_office(tmp_path, scene)

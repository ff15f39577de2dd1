"""What the portal shows decides; each way that a request can end is in the table of the module."""

from __future__ import annotations

from pathlib import Path

import pytest

from automation.model import Operation, Pagination, Source
from automation.writes import Seam
from tests.writes.till import SELL, Died, Scene, played, sale


@pytest.mark.parametrize(
    "how,why",
    [
        ("drop", "payment: there was no answer, and the portal shows nothing of it yet"),
        ("hollow", "payment: the portal said yes, and the portal shows nothing of it yet"),
        ("late", "payment: there was no answer in time, and the portal shows nothing of it yet"),
    ],
)
def test_what_nobody_can_tell_says_why(tmp_path: Path, how: str, why: str) -> None:
    async def scene(stage: Scene) -> None:
        stage.till.next("POST payment", how)
        assert (await stage.perform(sale())).why.startswith(why)

    played(tmp_path, scene)


def test_a_search_that_tells_nothing_leaves_it_unknown(tmp_path: Path) -> None:
    async def scene(stage: Scene) -> None:
        stage.till.next("GET payment", "well", *["400"] * 4)
        done = await stage.perform(sale())
        assert done.state == "unknown"
        assert done.why.startswith("payment: it could not be searched for: find-payments")
        assert len(stage.till.payments) == 1

    played(tmp_path, scene)


def test_it_is_searched_for_twice_before_it_is_surely_not_there(tmp_path: Path) -> None:
    async def scene(stage: Scene) -> None:
        stage.till.next("POST sale", "hollow")
        await stage.perform(sale(pay=False))
        assert stage.till.heard == [
            "GET client",
            "GET sale",
            "POST sale",
            "GET sale",
            "GET sale",
            "GET client",
            "POST sale",
            "GET sale",
        ]

    played(tmp_path, scene)


def test_one_refusal_of_the_portal_is_searched_for_once(tmp_path: Path) -> None:
    async def scene(stage: Scene) -> None:
        stage.till.next("POST sale", "400")
        await stage.perform(sale(pay=False))
        assert stage.till.heard == ["GET client", "GET sale", "POST sale", "GET sale"]

    played(tmp_path, scene)


def test_what_later_steps_use_is_what_the_portal_shows(tmp_path: Path) -> None:
    async def scene(stage: Scene) -> None:
        def changed(seam: Seam) -> None:
            if seam is Seam.AFTER_ANSWER_BEFORE_COMMIT and stage.till.sales:
                stage.till.sales[0]["id"] = 70
            if seam is Seam.BETWEEN_STEPS:
                raise Died

        with pytest.raises(Died):
            await stage.perform(sale(), changed)
        step = (await stage.journal.load(sale().id)).step("sale")
        assert step is not None
        assert step.kept == {"id": 70}

    played(tmp_path, scene)


@pytest.mark.parametrize("how,state", [("400", "refused"), ("drop", "confirmed")])
def test_a_change_of_one_thing_that_was_refused_is_somebody_elses(
    tmp_path: Path, how: str, state: str
) -> None:
    plan = {
        "endpoint": "find-client",
        "values": {"client_id": "inputs.client_id"},
        "match": [{"item": "active", "equals": "`true`"}],
    }
    steps = [{**SELL["steps"][0], "read_back": plan}]
    declared = Operation.model_validate({**SELL, "steps": steps, "result": {}})

    async def scene(stage: Scene) -> None:
        stage.till.next("POST sale", how)
        write = sale(pay=False).model_copy(update={"declared": declared, "steps": sale().steps[:1]})
        done = await stage.perform(write)
        assert done.state == state
        assert stage.till.heard.count("POST sale") == 1

    played(tmp_path, scene)


PAGED = Pagination(kind="next", source=Source(json_path="next"))
OTHERS = [{"id": 90 + number, "client": 7, "item": "collar"} for number in range(3)]


def test_what_stands_on_a_later_page_is_found_and_not_sent_anew(tmp_path: Path) -> None:
    async def scene(stage: Scene) -> None:
        sales = stage.endpoints["find-sales"]
        stage.endpoints["find-sales"] = sales.model_copy(update={"pagination": PAGED})
        stage.till.sales, stage.till.page = [dict(other) for other in OTHERS], 2
        stage.till.next("POST sale", "drop-after")
        done = await stage.perform(sale(pay=False))
        assert (done.state, done.result["sale"]) == ("confirmed", 1)
        assert stage.till.heard.count("POST sale") == 1
        assert stage.till.heard[-2:] == ["GET sale"] * 2, "both pages were looked through"

    played(tmp_path, scene)


@pytest.mark.parametrize("paged", [False, True])
def test_a_list_whose_end_is_not_known_tells_nothing_and_nothing_is_sent_anew(
    tmp_path: Path, paged: bool
) -> None:
    async def scene(stage: Scene) -> None:
        sales = stage.endpoints["find-sales"]
        rule = PAGED if paged else None
        stage.endpoints["find-sales"] = sales.model_copy(update={"pagination": rule})
        stage.till.page, stage.till.shallow = 2, True

        def busy(seam: Seam) -> None:
            """Others sell while ours is under way, and ours is beyond what can be read."""
            if seam is Seam.BEFORE_SEND:
                stage.till.sales = [dict(other) for other in OTHERS]

        stage.till.next("POST sale", "drop-after")
        done = await stage.perform(sale(pay=False), busy)
        assert done.state == "unknown"
        assert "it could not be searched for" in done.why
        assert (await stage.perform(sale(pay=False))).state == "unknown"
        assert stage.till.heard.count("POST sale") == 1

    played(tmp_path, scene)

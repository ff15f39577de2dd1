"""A write happens exactly once, whatever the portal does and wherever the process dies."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from typing_extensions import override

from automation.errors import Transient
from automation.model import JournalStep, Write
from automation.store import Lease, WriteIntents
from automation.writes import Seam, Times
from tests.store.support import Reversing
from tests.writes.till import Died, Scene, played, sale


def dying_at(seam: Seam, nth: int = 1) -> Callable[[Seam], None]:
    """Die when a seam is passed for the n-th time."""
    passed: list[Seam] = []

    def watch(found: Seam) -> None:
        passed.append(found)
        if passed.count(seam) == nth and found is seam:
            raise Died

    return watch


def states(write: Write) -> dict[str, str]:
    return {step.step: step.state for step in write.steps}


def test_a_write_is_confirmed_once_the_portal_shows_all_of_it(tmp_path: Path) -> None:
    async def scene(stage: Scene) -> None:
        done = await stage.perform(sale())
        assert (done.state, done.happened, done.why) == ("confirmed", True, "")
        assert done.result == {"sale": 1, "payment": 2}
        assert done.settled_at is not None
        assert (len(stage.till.sales), len(stage.till.payments)) == (1, 1)
        step = done.step("payment")
        assert step is not None
        assert step.request is not None
        assert step.said is not None
        assert (step.said.verdict, step.said.status) == ("yes", 201)
        assert step.after == {"id": 2, "sale": "1", "info": done.marker}
        assert done.reads == {"client": {"active": True}}
        again = await stage.perform(sale())
        assert again == done
        assert len(stage.till.sales) == 1
        assert stage.notes.actions() == ["write.sent", "write.sent", "write.confirmed"]

    played(tmp_path, scene)


def test_a_step_that_is_not_wanted_is_left_out(tmp_path: Path) -> None:
    async def scene(stage: Scene) -> None:
        done = await stage.perform(sale(pay=False))
        assert (done.state, done.happened) == ("confirmed", True)
        assert states(done) == {"sale": "confirmed", "payment": "left_out"}
        assert stage.till.payments == []

    played(tmp_path, scene)


@pytest.mark.parametrize(
    "how,state,sales",
    [
        (["drop"], "confirmed", 1),
        (["drop-after"], "confirmed", 1),
        (["hollow"], "confirmed", 1),
        (["500"], "confirmed", 1),
        (["500-after"], "confirmed", 1),
        (["401"], "confirmed", 1),
        (["429"], "confirmed", 1),
        (["hollow"] * 3, "reconciled", 0),
        (["drop"] * 3, "reconciled", 0),
        (["401"] * 5, "confirmed", 1),
        (["401"] * 6, "refused", 0),
        (["400"], "refused", 0),
        (["400-after"], "confirmed", 1),
        (["late"], "unknown", 0),
        (["late-after"], "confirmed", 1),
    ],
)
def test_what_is_harmless_is_sent_anew_only_when_the_portal_surely_does_not_have_it(
    tmp_path: Path, how: list[str], state: str, sales: int
) -> None:
    async def scene(stage: Scene) -> None:
        stage.till.next("POST sale", *how)
        done = await stage.perform(sale(pay=False))
        assert (done.state, len(stage.till.sales)) == (state, sales)
        assert done.happened is {"confirmed": True, "unknown": None}.get(state, False)
        assert done.why or state == "confirmed"

    played(tmp_path, scene)


@pytest.mark.parametrize(
    "how,state,payments",
    [
        ("drop", "unknown", 0),
        ("drop-after", "confirmed", 1),
        ("hollow", "unknown", 0),
        ("500", "unknown", 0),
        ("500-after", "confirmed", 1),
        ("late", "unknown", 0),
        ("401", "refused", 0),
        ("429", "refused", 0),
        ("400", "refused", 0),
    ],
)
def test_money_is_sent_once_whatever_comes_back(
    tmp_path: Path, how: str, state: str, payments: int
) -> None:
    async def scene(stage: Scene) -> None:
        stage.till.next("POST payment", how)
        done = await stage.perform(sale())
        assert (done.state, len(stage.till.payments)) == (state, payments)
        assert stage.till.heard.count("POST payment") == 1
        again = await stage.perform(sale())
        assert again.state == state
        assert stage.till.heard.count("POST payment") == 1

    played(tmp_path, scene)


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("seam", Seam)
@pytest.mark.parametrize("nth", [1, 2])
def test_a_process_may_die_at_any_seam_and_another_one_goes_on(
    tmp_path: Path, seam: Seam, nth: int
) -> None:
    if seam in {Seam.BETWEEN_STEPS, Seam.BEFORE_SETTLING}:
        nth = 1

    async def scene(stage: Scene) -> None:
        with pytest.raises(Died):
            await stage.perform(sale(), dying_at(seam, nth))
        done = await stage.perform(sale())
        # at the first seam nothing left; of money nobody can know that who was not there
        lost = seam is Seam.BEFORE_SEND and nth == 2
        assert done.state == ("unknown" if lost else "confirmed")
        assert (len(stage.till.sales), len(stage.till.payments)) == (1, 0 if lost else 1)

    played(tmp_path, scene)


def test_what_the_portal_refuses_is_told_in_its_words_and_what_was_done_is_taken_back(
    tmp_path: Path,
) -> None:
    async def scene(stage: Scene) -> None:
        stage.till.next("POST payment", "400")
        done = await stage.perform(sale())
        assert (done.state, done.happened) == ("refused", False)
        assert done.why == "The till is closed."
        assert states(done) == {
            "sale": "confirmed",
            "payment": "refused",
            "undo:sale": "confirmed",
        }
        assert stage.till.sales == []

    played(tmp_path, scene)


def test_a_taking_back_that_fails_is_told_with_what_was_done(tmp_path: Path) -> None:
    async def scene(stage: Scene) -> None:
        stage.till.next("POST payment", "400")
        stage.till.next("DELETE sale", "400")
        done = await stage.perform(sale())
        assert (done.state, done.happened, done.result) == (
            "refused",
            None,
            {"sale": 1, "payment": None},
        )
        assert states(done)["undo:sale"] == "refused"

    played(tmp_path, scene)


def test_the_taking_back_goes_on_after_a_crash(tmp_path: Path) -> None:
    async def scene(stage: Scene) -> None:
        stage.till.next("POST payment", "400")
        with pytest.raises(Died):
            await stage.perform(sale(), dying_at(Seam.AFTER_ANSWER_BEFORE_COMMIT, 3))
        assert stage.till.sales == []
        done = await stage.perform(sale())
        # its second try is told that there is nothing: an earlier one may have done it
        assert (done.state, states(done)["undo:sale"]) == ("unknown", "unknown")

    played(tmp_path, scene)


def test_what_must_be_so_is_looked_at_again_just_before(tmp_path: Path) -> None:
    async def scene(stage: Scene) -> None:
        stage.till.active = False
        done = await stage.perform(sale())
        assert (done.state, done.happened, done.why) == ("refused", False, "the client is archived")
        assert not [each for each in stage.till.heard if each.startswith("POST")]

    played(tmp_path, scene)


def test_what_was_there_before_is_not_taken_for_what_was_written(tmp_path: Path) -> None:
    async def scene(stage: Scene) -> None:
        stage.till.sales.append({"id": 99, "client": 7, "item": "leash"})
        stage.till.next("POST sale", "drop")
        done = await stage.perform(sale(pay=False))
        assert (done.state, done.result["sale"]) == ("confirmed", 1)
        assert [each["id"] for each in stage.till.sales] == [99, 1]

    played(tmp_path, scene)


def test_two_things_that_are_like_it_leave_it_unknown(tmp_path: Path) -> None:
    async def scene(stage: Scene) -> None:
        def another(seam: Seam) -> None:
            if seam is Seam.AFTER_ANSWER_BEFORE_COMMIT:
                stage.till.sales.append({"id": 99, "client": 7, "item": "leash"})

        done = await stage.perform(sale(pay=False), another)
        assert (done.state, done.why) == ("unknown", "sale: 2 things on the portal are like it")

    played(tmp_path, scene)


def test_what_could_not_be_told_is_found_later_and_never_sent(tmp_path: Path) -> None:
    async def scene(stage: Scene) -> None:
        stage.till.next("POST payment", "late")
        write = await stage.perform(sale())
        assert write.state == "unknown"
        assert (await stage.perform(sale())).state == "unknown"
        stage.till.payments.append({"id": 5, "sale": 1, "info": write.marker})
        done = await stage.perform(sale())
        assert (done.state, done.happened) == ("reconciled", True)
        assert done.result == {"sale": 1, "payment": 5}
        assert stage.till.heard.count("POST payment") == 1

    played(tmp_path, scene)


def test_long_after_a_harmless_request_was_silent_it_is_surely_not_there(tmp_path: Path) -> None:
    async def scene(stage: Scene) -> None:
        stage.till.next("POST sale", "late")
        assert (await stage.perform(sale(pay=False))).state == "unknown"
        soon = Times(send=0.01, answer=1.0, lease=0.01, late=0.0)
        done = await stage.perform(sale(pay=False), times=soon)
        assert (done.state, done.happened) == ("reconciled", False)
        assert stage.till.heard.count("POST sale") == 1

    played(tmp_path, scene)


def test_a_portal_that_cannot_be_searched_now_is_searched_later(tmp_path: Path) -> None:
    async def scene(stage: Scene) -> None:
        stage.till.next("GET payment", "well", "drop")
        with pytest.raises(Transient):
            await stage.perform(sale())
        assert (await stage.journal.load(sale().id)).state == "sent"
        done = await stage.perform(sale())
        assert (done.state, len(stage.till.payments)) == ("confirmed", 1)

    played(tmp_path, scene)


def test_what_is_sensitive_is_forgotten_once_it_is_over(tmp_path: Path) -> None:
    async def scene(stage: Scene) -> None:
        done = await stage.perform(sale(pin="4711-canary"))
        assert stage.till.sales[0]["pin"] == "4711-canary"
        assert "4711-canary" not in repr(done.model_dump(mode="json"))
        assert done.inputs == {"client_id": 7, "item": "leash", "pay": True}

    played(tmp_path, scene)


class Recording(WriteIntents):
    """A journal that tells what becomes durable."""

    told: list[str]

    @override
    async def send_step(self, write: Write, step: str, lease: Lease, *, budget: float) -> bool:
        self.told.append(f"journal: {step} sent")
        return await super().send_step(write, step, lease, budget=budget)

    @override
    async def keep_step(self, write: Write, step: JournalStep) -> bool:
        if step.state != "planned":
            self.told.append(f"journal: {step.step} {step.state}")
        return await super().keep_step(write, step)

    @override
    async def settle(self, write: Write) -> Write:
        self.told.append("journal: over")
        return await super().settle(write)


def test_nothing_durable_or_visible_follows_another_without_a_seam_between(
    tmp_path: Path,
) -> None:
    async def scene(stage: Scene) -> list[str]:
        told: list[str] = []
        stage.journal = Recording(stage.database, Reversing())
        stage.journal.told = told
        stage.till.watch = lambda name: None if "GET" in name else told.append(f"portal: {name}")
        stage.till.next("POST payment", "400")
        await stage.perform(sale(), lambda seam: told.append(seam.name))
        return told

    told = played(tmp_path, scene)
    assert {each for each in told if ":" not in each} == {each.name for each in Seam}
    moments = [place for place, each in enumerate(told) if ":" in each]
    assert [told[at : at + 2] for at, after in pairwise(moments) if after == at + 1] == []

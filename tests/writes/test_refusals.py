"""A refusal has a code that programs know, wherever it comes from."""

from __future__ import annotations

from pathlib import Path

import pytest

from automation.errors import Gone, NotPermitted, WriteRefused
from automation.model import Operation, Said, Write, WriteStep
from automation.writes.checks import Checked, refuse_failed
from automation.writes.refusals import code_of, code_of_problem
from tests.writes.till import SELL, Scene, played, sale

CLOSED = {"says": "TILL is", "code": "state_conflict"}
TAKEN = {"says": "is closed", "code": "slot_taken"}


def selling(*refusals: dict[str, str], needs: tuple[dict[str, str], ...] = ()) -> Operation:
    """The operation, with what refusals of its payment mean."""
    first, second = SELL["steps"]
    check = {**SELL["checks"][0], "code": "state_conflict"}
    steps = [first, {**second, "refusals": refusals, "needs": needs}]
    return Operation.model_validate({**SELL, "checks": [check], "steps": steps})


def asked(operation: Operation) -> Write:
    return sale().model_copy(update={"declared": operation})


def step(*refusals: dict[str, str]) -> WriteStep:
    return selling(*refusals).steps[1]


@pytest.mark.parametrize(
    "refusals,status,code",
    [
        ((CLOSED, TAKEN), 400, "state_conflict"),
        ((TAKEN, CLOSED), 400, "slot_taken"),
        ((TAKEN,), 403, "slot_taken"),
        ((), 403, "not_permitted_in_portal"),
        ((), 409, "state_conflict"),
        ((), 400, None),
        (({"says": "other words", "code": "slot_taken"},), 400, None),
    ],
)
def test_words_that_are_known_tell_it_and_else_the_status(
    refusals: tuple[dict[str, str], ...], status: int, code: str | None
) -> None:
    said = Said(verdict="no", words="The till is closed.", status=status)
    assert code_of(step(*refusals), said) == code


def test_what_was_not_answered_or_not_found_has_no_code() -> None:
    assert code_of(step(CLOSED), None) is None
    assert code_of_problem(Gone("it was removed")) is None
    assert code_of_problem(NotPermitted("403")) == "not_permitted_in_portal"


def test_the_error_carries_the_code_of_what_failed_first() -> None:
    failed = [
        Checked("a", "holds"),
        Checked("b", "fails", "taken", "slot_taken"),
        Checked("c", "fails", "shut", "state_conflict"),
    ]
    with pytest.raises(WriteRefused, match="sell: taken; nothing was sent") as caught:
        refuse_failed(failed, "sell")
    assert caught.value.code == "slot_taken"


def test_the_journal_keeps_the_code_of_the_step_and_of_the_write(tmp_path: Path) -> None:
    async def scene(stage: Scene) -> None:
        stage.till.next("POST payment", "400")
        done = await stage.perform(asked(selling(CLOSED)))
        assert (done.state, done.code) == ("refused", "state_conflict")
        kept = await stage.journal.load(done.id)
        payment = kept.step("payment")
        assert payment is not None
        assert (payment.code, kept.code) == ("state_conflict", "state_conflict")

    played(tmp_path, scene)


def test_what_is_otherwise_before_anything_is_sent_tells_its_code(tmp_path: Path) -> None:
    async def scene(stage: Scene) -> None:
        stage.till.active = False
        done = await stage.perform(asked(selling()))
        assert (done.why, done.code) == ("the client is archived", "state_conflict")

    played(tmp_path, scene)


def test_what_is_otherwise_before_one_step_tells_its_code(tmp_path: Path) -> None:
    need = {"holds": "!(steps.sale.id)", "otherwise": "too late", "code": "slot_taken"}

    async def scene(stage: Scene) -> None:
        done = await stage.perform(asked(selling(needs=(need,))))
        assert (done.why, done.code) == ("too late", "slot_taken")

    played(tmp_path, scene)

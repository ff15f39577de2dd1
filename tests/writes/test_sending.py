"""A request is noted before it leaves; of one that did not leave nothing remains."""

from __future__ import annotations

from pathlib import Path

import pytest

from automation.errors import LeaseLost, PortalDown
from automation.writes import Seam
from tests import canary
from tests.writes.till import Died, Scene, played, sale


def test_the_journal_and_the_audit_log_have_it_before_a_byte_left(tmp_path: Path) -> None:
    async def scene(stage: Scene) -> None:
        seen: list[str] = []

        def look(name: str) -> None:
            if name == "POST sale":
                seen.extend(stage.notes.actions()[: stage.notes.flushed])

        stage.till.watch = look
        done = await stage.perform(sale(pay=False))
        assert seen == ["write.sent"]
        step = done.step("sale")
        assert step is not None
        assert step.request is not None
        assert step.request.method == "POST"
        assert step.request.body is not None
        assert "Bearer t" not in str(step.request)

    played(tmp_path, scene)


def test_what_did_not_leave_is_planned_as_before(tmp_path: Path) -> None:
    async def scene(stage: Scene) -> None:
        async def shut(_call: object, gate: object) -> object:
            await gate.open()  # type: ignore[attr-defined]  # a gate
            raise PortalDown("no connection")

        session = stage.till.session
        session.submit = shut  # type: ignore[method-assign,assignment]  # a network that is away
        with pytest.raises(PortalDown, match="no connection"):
            await stage.perform(sale(pay=False))
        kept = await stage.journal.load(sale().id)
        assert (kept.state, kept.sent_at) == ("planned", None)
        del session.submit
        done = await stage.perform(sale(pay=False))
        assert (done.state, len(stage.till.sales)) == ("confirmed", 1)
        step = done.step("sale")
        assert step is not None
        assert step.attempt == 1

    played(tmp_path, scene)


def test_what_is_sensitive_stands_neither_in_request_nor_in_answer_nor_on_disk(
    tmp_path: Path,
) -> None:
    pin = "Zephyrine-42-canary"

    def die(seam: Seam) -> None:
        if seam is Seam.DURING_READ_BACK:
            raise Died

    async def scene(stage: Scene) -> None:
        with pytest.raises(Died):
            await stage.perform(sale(pay=False, pin=pin), die)
        assert (await stage.journal.load(sale().id)).inputs["pin"] == pin, "it may be needed again"
        assert canary.scan([tmp_path], {"pin": pin}) == []
        done = await stage.perform(sale(pay=False))
        step = done.step("sale")
        assert step is not None
        assert step.said is not None
        assert step.said.document == {"id": 1, "client": "7", "item": "leash", "pin": "***"}
        assert pin not in repr(done.model_dump(mode="json"))

    played(tmp_path, scene)
    assert canary.scan([tmp_path], {"pin": pin}) == []


def test_a_step_that_another_process_went_on_with_is_left_alone(tmp_path: Path) -> None:
    async def scene(stage: Scene) -> None:
        async def other(write: object, step: object) -> bool:
            return False

        stage.journal.keep_step = other  # type: ignore[method-assign]  # as if too late
        with pytest.raises(LeaseLost, match="another process"):
            await stage.perform(sale())
        assert "POST sale" not in stage.till.heard

    played(tmp_path, scene)

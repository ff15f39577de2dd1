"""A letter says what is so when it is sent, and one that is over is not sent."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest

from automation.errors import Transient
from automation.model import GATHERING, Heal, HealState, Organization, PatchLine, Severity
from automation.notify import Outlet
from automation.pipeline import due_letters, send_letter
from automation.store import Organizations
from tests.pipeline.post_office import TO, PostOffice, in_post_office
from tests.pipeline.scene import NORTH

SOON: Final = GATHERING.total_seconds()
DAY: Final = 86_400.0


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def repair(office: PostOffice, fingerprint: str, state: HealState = "proposed") -> Heal:
    line = PatchLine(op="replace", path="/request/url", before="/pets", after="/animals")
    return Heal(
        portal="acme",
        practice="north",
        kind="endpoint",
        fingerprint=fingerprint,
        file="endpoint list-pets",
        flow="list-pets",
        patch=(line,),
        state=state,
        at=office.clock.now(),
    )


def test_one_letter_names_all_practices_that_have_it_by_then_and_one_says_that_it_is_over(
    home: Path,
) -> None:
    async def scene(office: PostOffice) -> None:
        await office.recipient()
        await office.see("north")
        await office.see("south")
        assert await office.send() == []
        assert await office.send(after=SOON) == [{"findings": 1}]
        assert await office.send(after=SOON) == []
        assert "north, south" in str(office.last)
        await office.see("north", "resolved")
        await office.see("south", "resolved")
        await office.send(after=SOON)
        first, second = office.box.letters
        assert first["Subject"].startswith("BREAKING: acme list-pets: a call is no longer made")
        assert second["Subject"].startswith("RESOLVED: ")
        assert first["References"] == second["References"]
        assert first["To"] == TO

    in_post_office(home, scene)


def test_a_letter_says_the_repair_that_was_worked_out_meanwhile(home: Path) -> None:
    async def scene(office: PostOffice) -> None:
        await office.recipient()
        found = await office.see("north")
        heal = repair(office, found.finding.fingerprint)
        await office.tools.heals.propose(heal)
        await office.send(after=SOON)
        assert f"vetportal drift accept {heal.id}" in str(office.last.get_body(("plain",)))

    in_post_office(home, scene)


def test_what_is_over_when_its_letter_is_sent_is_left(home: Path) -> None:
    async def scene(office: PostOffice) -> None:
        await office.recipient()
        await office.see("north")
        office.clock.pass_time(SOON)
        [due] = await due_letters(office.tools)
        await office.tools.store.letters.mark([due], "sending")
        await office.see("north", "accepted")
        assert await send_letter(office.tools, due.id) == {"over": True}
        assert await send_letter(office.tools, due.id) == {"over": True}
        assert await send_letter(office.tools, "let_none") == {"over": True}
        assert office.box.letters == []

    in_post_office(home, scene)


def test_a_letter_that_is_handed_over_twice_has_the_same_number(home: Path) -> None:
    """The process died after the server took it and before that was written down."""

    async def scene(office: PostOffice) -> None:
        await office.recipient()
        await office.see("north")
        office.clock.pass_time(SOON)
        [due] = await due_letters(office.tools)
        await send_letter(office.tools, due.id)
        await office.tools.store.letters.mark([due], "sending")
        await send_letter(office.tools, due.id)
        assert len(office.box.letters) == 2
        assert len({each["Message-ID"] for each in office.box.letters}) == 1

    in_post_office(home, scene)


def test_a_server_that_takes_nothing_leaves_the_letter_to_be_sent(home: Path) -> None:
    async def scene(office: PostOffice) -> None:
        await office.recipient()
        await office.see("north")
        office.clock.pass_time(SOON)
        [due] = await due_letters(office.tools)
        office.box.refusing = "451 try again later"
        with pytest.raises(Transient):
            await send_letter(office.tools, due.id)
        office.box.refusing = ""
        assert await send_letter(office.tools, due.id) == {"findings": 1}
        assert len(office.box.letters) == 1

    in_post_office(home, scene)


def test_in_quiet_hours_only_what_breaks_is_sent_if_wanted_and_the_rest_when_they_end(
    home: Path,
) -> None:
    async def scene(office: PostOffice) -> None:
        await office.recipient(quiet_hours=["09:00-12:00"], wakes=True)
        await office.see("north", severity=Severity.RISKY, rule="net.req.param.new")
        await office.see("north")
        await office.send(after=SOON)
        assert [each[:8] for each in office.subjects] == ["BREAKING"]
        await office.send(after=4 * 3600)
        assert [each[:5] for each in office.subjects] == ["BREAK", "RISKY"]

    in_post_office(home, scene)


def test_in_quiet_hours_nothing_is_sent_where_nobody_said_otherwise(home: Path) -> None:
    async def scene(office: PostOffice) -> None:
        await office.recipient(quiet_hours=["09:00-12:00"])
        await office.see("north")
        assert await office.send(after=SOON) == []
        await office.send(after=4 * 3600)
        assert [each[:8] for each in office.subjects] == ["BREAKING"]

    in_post_office(home, scene)


def test_what_gets_worse_is_told_in_a_second_letter_of_the_same_thread(home: Path) -> None:
    async def scene(office: PostOffice) -> None:
        await office.recipient()
        for severity in (Severity.RISKY, Severity.RISKY, Severity.BREAKING, Severity.BREAKING):
            await office.see("north", severity=severity)
            await office.send(after=SOON)
        assert [each.split(":")[0] for each in office.subjects] == ["RISKY", "NOW BREAKING"]
        assert "It got worse" in str(office.last.get_body(("plain",)))
        assert len({each["References"] for each in office.box.letters}) == 1

    in_post_office(home, scene)


def test_a_repair_that_was_made_by_itself_is_told_with_how_to_take_it_back(home: Path) -> None:
    async def scene(office: PostOffice) -> None:
        await office.recipient()
        found = await office.see("north")
        heal = repair(office, found.finding.fingerprint, state="probation")
        await office.tools.heals.propose(heal)
        await office.send(after=SOON)
        for kind in ("plain", "html"):
            said = str(office.last.get_body((kind,)))
            assert f"vetportal drift reject {heal.id}" in said
            assert "drift accept" not in said

    in_post_office(home, scene)


def test_a_job_that_comes_in_quiet_hours_puts_its_letter_off(home: Path) -> None:
    async def scene(office: PostOffice) -> None:
        await office.recipient(quiet_hours=["12:00-13:00"])
        await office.see("north", severity=Severity.RISKY)
        [put_off] = await office.send(after=3 * 3600)
        assert put_off == {"quiet_until": "2026-03-02T13:00:00+00:00"}
        assert await office.send() == []
        assert await office.send(after=3600) == [{"findings": 1}]

    in_post_office(home, scene)


def test_what_is_cosmetic_comes_once_a_day_in_one_letter(home: Path) -> None:
    async def scene(office: PostOffice) -> None:
        await office.recipient()
        for rule in ("net.op.new", "dom.visual"):
            await office.see("north", "noted", Severity.COSMETIC, rule=rule)
        assert await office.send(after=SOON) == []
        assert await office.send(after=DAY) == [{"findings": 2}]
        assert office.subjects == ["vetportal: 2 changes, nothing of ours is touched"]
        assert await office.send(after=DAY) == []

    in_post_office(home, scene)


def test_nothing_of_another_organization_stands_in_a_letter(home: Path) -> None:
    async def scene(office: PostOffice) -> None:
        await Organizations(office.tools.store.database).add(Organization(name="others"))
        other = NORTH.model_copy(update={"name": "elsewhere", "organization": "others"})
        await office.tools.store.add_practice(other)
        await office.recipient(practices=["north"])
        for name in ("elsewhere", "south", "north"):
            await office.see(name)
        await office.send(after=SOON)
        text = office.last.as_string()
        assert "north" in text
        assert "elsewhere" not in text
        assert "south" not in text

    in_post_office(home, scene)


def test_without_a_mail_server_letters_wait(home: Path) -> None:
    async def scene(office: PostOffice) -> None:
        await office.recipient()
        await office.see("north")
        office.clock.pass_time(SOON)
        without = replace(office.tools, outlet=Outlet(None))
        assert await due_letters(without) == ()
        assert len(await due_letters(office.tools)) == 1

    in_post_office(home, scene)

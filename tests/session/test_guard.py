"""What a portal refused is not sent again; what was sent without an answer is not sent for ever."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import pytest

from automation import catalog, store
from automation.errors import (
    AccountLocked,
    AnswerAwaited,
    ChallengeSeen,
    CredentialRefused,
    NotKnown,
    PersonNeeded,
    PortalDown,
    TermsChanged,
    VetportalError,
)
from automation.model import Portal, Practice, Secret, SessionStatus
from automation.session.guard import Attempt, LoginGuard
from automation.session.outcome import error_for
from automation.session.safe import HoldMeaning
from automation.session.standing import Standing
from tests.fakes import START, VirtualClock
from tests.infer.logins import PASSWORD, SOUTH
from tests.session.house import House, Inside
from tests.session.stand_ins import WRONG

T = TypeVar("T")
HOUR = 3600.0
NAME = "credential.password"

Given = dict[str, Secret]
Scene = Callable[[LoginGuard, Practice, Given], Awaitable[T]]


@dataclass
class Watch:
    """A house whose portal is never spoken to: what it would have answered is played here."""

    house: House

    def run(self, scene: Scene[T], name: str = "north") -> T:
        async def work(inside: Inside) -> T:
            practice = await inside.rows.practice(name)
            return await scene(guard_of(inside, self.house), practice, await kept(inside, name))

        return self.house.run(work)

    def try_to_log_in(
        self, answer: BaseException | None = None, *, name: str = "north", send: bool = True
    ) -> None:
        """One login, in a process of its own, that ends like this."""

        async def scene(guard: LoginGuard, practice: Practice, given: Given) -> None:
            async with guard.attempt(practice, given, by="http") as attempt:
                if send:
                    await attempt.send(NAME)
                if answer is not None:
                    raise answer

        self.run(scene, name)

    def unfinished(self, times: int) -> None:
        for _ in range(times):
            with pytest.raises(PortalDown):
                self.try_to_log_in(PortalDown("no answer"))

    def unanswered(self, name: str = "north") -> int:
        async def look(inside: Inside) -> int:
            return sum((await inside.safe.memory(name)).unanswered.values())

        return self.house.run(look)

    def is_free(self, name: str = "north") -> bool:
        """Whether a login would be let through; nothing is sent."""

        async def scene(guard: LoginGuard, practice: Practice, given: Given) -> bool:
            try:
                await guard.refuse_held(practice, given)
            except PersonNeeded:
                return False
            return True

        return self.run(scene, name)

    def status(self) -> SessionStatus:
        return self.house.status()


def guard_of(inside: Inside, house: House) -> LoginGuard:
    statuses = store.SessionStatuses(inside.rows.database, house.clock)
    standing = Standing(statuses, house.clock)
    return LoginGuard(inside.rows, inside.safe, standing, house.notes, house.clock)


async def kept(inside: Inside, name: str) -> Given:
    return await inside.safe.credential(name)


@pytest.fixture
def watch(tmp_path: Path) -> Watch:
    house = House(tmp_path, "http://127.0.0.1:9", VirtualClock())
    portal = Portal(portal="acme", title="Acme", hosts=("127.0.0.1",))
    catalog.Catalog(tmp_path / "flows").write_portal(portal)
    house.admit(house.practice(), was_in=False)
    return Watch(house)


def refusal(meaning: HoldMeaning) -> PersonNeeded:
    return error_for(meaning, "north")


def test_a_password_is_counted_and_audited_before_it_is_handed_out(watch: Watch) -> None:
    notes = watch.house.notes

    async def scene(guard: LoginGuard, practice: Practice, given: Given) -> int:
        async with guard.attempt(practice, given, by="http") as attempt:
            assert "credential.used" not in notes.actions()
            secret = await attempt.send(NAME)
            assert secret == Secret(PASSWORD)
            assert notes.heard[notes.flushed - 1].action == "credential.used"
            return sum((await guard.safe.memory("north")).unanswered.values())

    assert watch.run(scene) == 1


def test_what_was_sent_twice_in_one_login_counts_once(watch: Watch) -> None:
    async def scene(guard: LoginGuard, practice: Practice, given: Given) -> None:
        attempt = Attempt(practice, given, guard)
        await attempt.send(NAME)
        await attempt.send(NAME)
        assert attempt.sent == {NAME}

    watch.run(scene)
    assert watch.unanswered() == 1


def test_a_user_name_alone_counts_for_nothing(watch: Watch) -> None:
    async def scene(guard: LoginGuard, practice: Practice, given: Given) -> None:
        attempt = Attempt(practice, given, guard)
        await attempt.send("credential.username")

    watch.run(scene)
    assert watch.unanswered() == 0


def test_a_secret_that_is_missing_is_named_and_counts_for_nothing(watch: Watch) -> None:
    async def scene(guard: LoginGuard, practice: Practice, _: Given) -> None:
        attempt = Attempt(practice, {"credential.username": Secret("ada")}, guard)
        with pytest.raises(NotKnown, match=r"secret of north is named 'credential\.password'"):
            await attempt.send(NAME)
        assert attempt.sent == set()

    watch.run(scene)
    assert watch.unanswered() == 0


@pytest.mark.parametrize(
    "death", [PortalDown("gone"), asyncio.CancelledError(), SystemExit(), RuntimeError("a bug")]
)
def test_a_login_that_dies_after_sending_stays_counted(watch: Watch, death: BaseException) -> None:
    with pytest.raises(type(death)):
        watch.try_to_log_in(death)
    assert watch.unanswered() == 1
    with pytest.raises(PortalDown):
        watch.try_to_log_in(PortalDown("gone"))
    assert watch.unanswered() == 2


def test_a_login_that_dies_before_sending_counts_for_nothing(watch: Watch) -> None:
    for _ in range(5):
        with pytest.raises(PortalDown):
            watch.try_to_log_in(PortalDown("gone"), send=False)
    assert watch.unanswered() == 0
    assert watch.is_free()
    assert (watch.status().phase, watch.status().why) == ("none", "gone")


def test_after_three_logins_without_an_answer_there_is_a_pause_that_grows_to_a_day(
    watch: Watch,
) -> None:
    watch.unfinished(2)
    assert watch.is_free()
    watch.unfinished(1)
    for hours in (1, 2, 4, 8, 16, 24, 24):
        with pytest.raises(ChallengeSeen, match="several logins in a row ended without an answer"):
            watch.try_to_log_in()
        watch.house.clock.pass_time(hours * HOUR - 1)
        assert not watch.is_free(), hours
        watch.house.clock.pass_time(1)
        assert watch.is_free(), hours
        watch.unfinished(1)


def test_a_process_that_was_killed_holds_the_login_as_well(watch: Watch) -> None:
    for _ in range(3):
        with pytest.raises(SystemExit):
            watch.try_to_log_in(SystemExit())
    assert not watch.is_free()


def test_a_login_that_succeeds_clears_count_and_hold(watch: Watch) -> None:
    watch.unfinished(3)
    watch.house.clock.pass_time(HOUR)
    watch.try_to_log_in()
    assert watch.unanswered() == 0
    assert watch.is_free()
    watch.unfinished(2)
    assert watch.is_free(), "it is counted from the beginning"


@pytest.mark.parametrize(
    "meaning, error",
    [("refused", CredentialRefused), ("terms", TermsChanged), ("unanswered", AnswerAwaited)],
)
def test_what_only_a_person_can_mend_is_held_for_ever_in_every_process(
    watch: Watch, meaning: HoldMeaning, error: type[PersonNeeded]
) -> None:
    with pytest.raises(error):
        watch.try_to_log_in(refusal(meaning))
    assert watch.unanswered() == 0, "it has an answer"
    watch.house.clock.pass_time(10_000 * HOUR)
    with pytest.raises(error, match=f"at {START:%Y-%m-%d %H:%M} UTC"):
        watch.try_to_log_in()
    assert watch.status().phase == "needs_person"


@pytest.mark.parametrize("meaning, phase", [("locked", "locked"), ("challenge", "needs_person")])
def test_what_may_end_by_itself_is_held_for_an_hour(
    watch: Watch, meaning: HoldMeaning, phase: str
) -> None:
    with pytest.raises(PersonNeeded):
        watch.try_to_log_in(refusal(meaning), send=False)
    assert watch.status().phase == phase
    watch.house.clock.pass_time(HOUR - 1)
    assert not watch.is_free()
    watch.house.clock.pass_time(1)
    assert watch.is_free()


@pytest.mark.parametrize("meaning", ["locked", "challenge"])
def test_after_a_password_was_sent_only_a_rule_of_the_portal_makes_it_end_by_itself(
    watch: Watch, meaning: HoldMeaning
) -> None:
    """Words on a page may be those of a refusal, and a refused password is not sent again."""
    with pytest.raises(PersonNeeded):
        watch.try_to_log_in(refusal(meaning))
    watch.house.clock.pass_time(10_000 * HOUR)
    assert not watch.is_free()


def test_a_hold_is_of_one_credential(watch: Watch) -> None:
    with pytest.raises(CredentialRefused):
        watch.try_to_log_in(refusal("refused"))
    watch.house.admit(watch.house.practice(), password=WRONG, was_in=False)
    assert watch.is_free()
    watch.house.admit(watch.house.practice(), password=PASSWORD, was_in=False)
    assert not watch.is_free(), "the old one is still refused"


def test_a_count_is_of_one_credential(watch: Watch) -> None:
    watch.unfinished(2)
    watch.house.admit(watch.house.practice(), password=WRONG, was_in=False)
    watch.unfinished(2)
    assert watch.is_free()
    watch.unfinished(1)
    assert not watch.is_free()


def test_a_hold_is_also_of_the_practices_that_share_the_credential_and_of_no_other(
    watch: Watch,
) -> None:
    house = watch.house
    house.admit(house.practice("south", SOUTH), was_in=False)
    house.admit(house.practice("west"), password=WRONG, was_in=False)
    with pytest.raises(CredentialRefused):
        watch.try_to_log_in(refusal("refused"))
    assert [watch.is_free(name) for name in ("north", "south", "west")] == [False, False, True]


def test_a_person_releases_every_practice_that_shares_the_credential(watch: Watch) -> None:
    house = watch.house
    south = house.admit(house.practice("south", SOUTH), was_in=False)
    west = house.admit(house.practice("west"), password=WRONG, was_in=False)
    for name in ("north", "west"):
        with pytest.raises(CredentialRefused):
            watch.try_to_log_in(refusal("refused"), name=name)
    house.run(lambda inside: inside.sessions.release(south))
    assert [watch.is_free(name) for name in ("north", "south", "west")] == [True, True, False]
    assert (watch.status().phase, house.notes.actions()[-1]) == ("none", "login.released")
    house.run(lambda inside: inside.sessions.release(west))
    assert watch.is_free("west")


def test_a_release_also_ends_a_pause(watch: Watch) -> None:
    watch.unfinished(3)
    north = watch.house.practice()
    watch.house.run(lambda inside: inside.sessions.release(north))
    assert watch.is_free()
    assert watch.unanswered() == 0


def test_practices_that_share_a_login_are_named_also_with_another_spelling(watch: Watch) -> None:
    house = watch.house
    house.admit(house.practice("south", SOUTH), was_in=False)

    async def scene(guard: LoginGuard, practice: Practice, _: Given) -> tuple[Practice, ...]:
        await guard.safe.put_secret("south", "credential.username", Secret(" ADA@clinic.example"))
        return await guard.sharing(practice)

    assert [each.name for each in watch.run(scene)] == ["south"]


def test_the_audit_log_hears_how_each_login_ended(watch: Watch) -> None:
    def last() -> tuple[str, str]:
        note = watch.house.notes.heard[-1]
        return note.action, note.outcome

    watch.try_to_log_in()
    assert last() == ("login.finished", "done")
    watch.unfinished(1)
    assert last() == ("login.failed", "failed")
    with pytest.raises(AccountLocked):
        watch.try_to_log_in(refusal("locked"))
    assert last() == ("login.refused", "locked")


def test_where_the_audit_log_cannot_be_written_no_password_is_handed_out(watch: Watch) -> None:
    class Full:
        def note(self, *_: object, **__: object) -> None: ...

        async def flush(self) -> None:
            raise VetportalError("the disk is full")

    async def scene(guard: LoginGuard, practice: Practice, given: Given) -> set[str]:
        full = LoginGuard(guard.rows, guard.safe, guard.standing, Full(), guard.clock)
        attempt = Attempt(practice, given, full)
        with pytest.raises(VetportalError, match="disk is full"):
            await attempt.send(NAME)
        return attempt.sent

    assert watch.run(scene) == set()


def test_a_pause_ends_on_the_clock_of_whoever_looks(watch: Watch) -> None:
    watch.unfinished(3)
    late = watch.house.clock.now() + timedelta(hours=1)

    async def scene(guard: LoginGuard, practice: Practice, given: Given) -> None:
        other = LoginGuard(guard.rows, guard.safe, guard.standing, guard.audit, VirtualClock(late))
        await other.refuse_held(practice, given)

    watch.run(scene)

"""Each recipient hears once of what differs, wherever it is, and once that it is over."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from automation.model import GATHERING, Incident, Letter, Organization, Severity
from automation.store import Baselines, BaselineTurn, Organizations, Store
from tests.fakes import START, VirtualClock
from tests.store.drifting import CONTENT, KEY, event, incident
from tests.store.lettering import LATER, found_in, recipient, seen
from tests.store.support import NORTH, Reversing, in_store

MANY = tuple(f"clinic-{number}" for number in range(20))
BOTH = ("north", "south")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


async def told(store: Store) -> list[tuple[str, int, str]]:
    found = await store.letters.listed(limit=500)
    return sorted((each.kind, each.episode, each.state) for each in found)


async def sent(store: Store) -> None:
    await store.letters.mark(await store.letters.listed(limit=500), "sent")


def test_a_release_in_twenty_practices_is_one_letter_to_each_recipient(path: Path) -> None:
    async def scene(store: Store) -> None:
        for name in MANY:
            await store.add_practice(NORTH.model_copy(update={"name": name}))
        await store.recipients.add(recipient("rcp_1"))
        await store.recipients.add(recipient("rcp_2"))
        both = [found_in(name) for name in MANY]
        await seen(store, *both, *both)
        await asyncio.gather(*(seen(store, each) for each in both))
        letters = await store.letters.listed()
        assert {(each.recipient, each.kind, each.episode) for each in letters} == {
            ("rcp_1", "opened", 1),
            ("rcp_2", "opened", 1),
        }
        assert len(letters) == 2

    in_store(path, scene)


def test_it_is_over_when_no_practice_has_it_and_begins_anew_when_it_comes_back(path: Path) -> None:
    async def scene(store: Store) -> None:
        await store.recipients.add(recipient())
        await seen(store, *map(found_in, BOTH))
        await sent(store)
        await seen(store, found_in("north", "resolved"), at=LATER)
        assert await told(store) == [("opened", 1, "sent")]
        await seen(store, found_in("south", "resolved"), at=LATER)
        assert await told(store) == [("opened", 1, "sent"), ("resolved", 1, "waiting")]
        await sent(store)
        await seen(store, found_in("north"), at=LATER)
        assert ("opened", 2, "waiting") in await told(store)

    in_store(path, scene)


def test_what_goes_before_anybody_heard_of_it_is_not_told(path: Path) -> None:
    async def scene(store: Store) -> None:
        await store.recipients.add(recipient())
        await seen(store, found_in("north"), found_in("north", "resolved"))
        assert await told(store) == []
        await seen(store, found_in("north"))
        await sent(store)
        await seen(store, found_in("north", "resolved"), found_in("north"))
        assert await told(store) == [("opened", 1, "sent")]

    in_store(path, scene)


def test_what_is_being_handed_over_is_not_taken_back(path: Path) -> None:
    async def scene(store: Store) -> None:
        await store.recipients.add(recipient())
        await seen(store, found_in("north"))
        await store.letters.mark(await store.letters.listed(), "sending")
        await seen(store, found_in("north", "resolved"))
        assert await told(store) == [("opened", 1, "sending"), ("resolved", 1, "waiting")]

    in_store(path, scene)


def test_what_somebody_accepted_is_over_without_a_word(path: Path) -> None:
    async def scene(store: Store) -> None:
        await store.recipients.add(recipient())
        await seen(store, found_in("north"))
        await sent(store)
        await seen(store, found_in("north", "accepted"))
        assert await told(store) == [("opened", 1, "sent"), ("resolved", 1, "left")]
        await seen(store, found_in("north"))  # it was rejected
        assert ("opened", 2, "waiting") in await told(store)

    in_store(path, scene)


def test_a_recipient_hears_of_what_is_bad_enough_in_its_own_practices_only(path: Path) -> None:
    async def scene(store: Store) -> None:
        await Organizations(store.database).add(Organization(name="others"))
        await store.recipients.add(recipient("all"))
        await store.recipients.add(recipient("one", practices=["south"]))
        await store.recipients.add(recipient("bad", severity="breaking", digest=False))
        await store.recipients.add(recipient("other", organization="others"))
        await seen(store, found_in("north", severity=Severity.RISKY))
        assert [each.recipient for each in await store.letters.listed()] == ["all"]
        await seen(store, found_in("south", severity=Severity.BREAKING))
        assert {each.recipient for each in await store.letters.listed()} == {"all", "one", "bad"}

    in_store(path, scene)


def test_what_is_cosmetic_stands_in_one_letter_of_the_day(path: Path) -> None:
    clock = VirtualClock()
    small = [
        found_in("north", "noted", Severity.COSMETIC, rule=rule)
        for rule in ("net.op.new", "dom.visual", "net.ops.size")
    ]

    async def scene(store: Store) -> None:
        await store.recipients.add(recipient())
        await store.recipients.add(recipient("none", digest=False))
        await seen(store, *small[:2])
        assert await store.letters.due(mail=True) == ()
        clock.pass_time(86_400)
        [first] = await store.letters.due(mail=True)
        await store.letters.asked([first])
        assert await store.letters.due(mail=True) == ()
        await seen(store, small[2])
        assert len(await store.letters.due(mail=True)) == 1
        together = await store.letters.open(first.id)
        assert len(together) == 3
        await store.letters.mark(together, "sent")
        assert await store.letters.due(mail=True) == ()
        await seen(store, *small)
        assert len(await store.letters.listed()) == 3

    in_store(path, scene, clock=clock)


def test_what_was_in_a_letter_of_the_day_gets_its_own_when_it_is_worse(path: Path) -> None:
    async def scene(store: Store) -> None:
        await store.recipients.add(recipient())
        await seen(store, found_in("north", "noted", Severity.COSMETIC))
        await sent(store)
        await seen(store, found_in("north"))
        assert await told(store) == [("noted", 1, "sent"), ("opened", 1, "waiting")]

    in_store(path, scene)


def test_what_is_worse_before_the_letter_of_the_day_goes_is_told_once(path: Path) -> None:
    async def scene(store: Store) -> None:
        await store.recipients.add(recipient())
        await seen(store, found_in("north", "noted", Severity.COSMETIC), found_in("north"))
        assert [each[0] for each in await told(store)] == ["opened"]

    in_store(path, scene)


def risky(practice: str, severity: Severity = Severity.RISKY) -> Incident:
    return found_in(practice, severity=severity)


def test_what_gets_worse_is_told_once_for_each_rise_in_whichever_practice(path: Path) -> None:
    async def scene(store: Store) -> None:
        await store.recipients.add(recipient())
        await seen(store, *map(risky, BOTH))
        await sent(store)
        await seen(store, *map(risky, BOTH))
        assert await told(store) == [("opened", 1, "sent")]
        await seen(store, found_in("north"), at=LATER)
        assert await told(store) == [("opened", 1, "sent"), ("worse", 1, "waiting")]
        await sent(store)
        for again in (found_in("north"), found_in("south"), risky("north"), found_in("north")):
            await seen(store, again, at=LATER)
        assert await told(store) == [("opened", 1, "sent"), ("worse", 1, "sent")]
        await seen(store, *(found_in(name, "resolved") for name in BOTH), at=LATER)
        assert {each[0] for each in await told(store)} == {"opened", "worse", "resolved"}
        await sent(store)
        await seen(store, risky("north"), at=LATER)
        await sent(store)
        await seen(store, found_in("north"), at=LATER)
        assert {("opened", 2, "sent"), ("worse", 2, "waiting")} <= {*await told(store)}

    in_store(path, scene)


def test_two_rises_are_told_to_whoever_wants_to_hear_of_everything(path: Path) -> None:
    async def scene(store: Store) -> None:
        await store.recipients.add(recipient(severity="cosmetic"))
        for at, severity in enumerate((Severity.COSMETIC, Severity.RISKY, Severity.BREAKING)):
            await seen(store, risky("north", severity), at=START + timedelta(hours=at))
            await sent(store)
        assert [each[0] for each in await told(store)] == ["opened", "worse", "worse"]

    in_store(path, scene)


def test_what_gets_worse_before_its_letter_goes_stands_in_that_letter(path: Path) -> None:
    """It goes as early as what is as bad, too."""

    async def scene(store: Store) -> None:
        await store.recipients.add(recipient(quiet_hours=["00:00-23:00"], wakes=True))
        await seen(store, risky("north"))
        [waiting] = await store.letters.listed()
        await seen(store, found_in("north"))
        [letter] = await store.letters.listed()
        assert (letter.kind, letter.state) == ("opened", "waiting")
        assert letter.next_at == START + GATHERING < waiting.next_at

    in_store(path, scene)


def test_a_letter_is_due_once_its_time_has_come_and_by_mail_only_with_a_server(path: Path) -> None:
    clock = VirtualClock()

    async def scene(store: Store) -> None:
        await store.recipients.add(recipient("mail"))
        await store.recipients.add(recipient("chat", address="", service="slack"))
        await seen(store, found_in("north"))
        assert await store.letters.due(mail=True) == ()
        clock.pass_time(GATHERING.total_seconds())
        due: tuple[Letter, ...] = await store.letters.due(mail=True)
        assert {each.recipient for each in due} == {"mail", "chat"}
        [chat] = await store.letters.due(mail=False)
        assert chat.recipient == "chat"
        later = clock.now() + timedelta(hours=1)
        await store.letters.mark(due, "waiting", next_at=later)
        assert await store.letters.due(mail=True) == ()

    in_store(path, scene, clock=clock)


def test_a_letter_is_there_with_its_incident_or_not_at_all(path: Path) -> None:
    """The transaction that keeps a baseline queues what is told of it."""

    async def scene(store: Store) -> None:
        await store.recipients.add(recipient())
        found = incident()
        rows = Baselines(store.database, Reversing())
        for number, letters in ((7, 0), (0, 1)):
            turn = BaselineTurn(KEY, number, CONTENT, 1, [found], [event(found)])
            await rows.keep("south", [turn], at=START)
            assert len(await told(store)) == letters
        assert await told(store) == [("opened", 1, "waiting")]

    in_store(path, scene)

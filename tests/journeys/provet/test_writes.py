"""Writes happen exactly once, counted at the portal: killed, cut off, lied to, frozen, repeated."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
from collections import Counter as Tally
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import astuple, dataclass, field
from pathlib import Path
from typing import Any, Final

import pytest

from automation import pipeline, vault
from automation.errors import KeyTaken, Transient, WriteRefused
from automation.model import Write
from automation.pipeline import Tools
from automation.store import Leases, Scope
from automation.writes import Seam, Times
from tests import canary
from tests.conftest import Measure
from tests.databases import url_of
from tests.journeys.provet.clinic import PORTAL, moved_in
from tests.journeys.provet.counter import Counter, finalized, full_example, visit
from tests.journeys.provet.given import prepared
from tests.journeys.provet.writer import died
from tests.journeys.world import NO_BROWSER, Home
from tests.simulator import REPOSITORY, Simulator, running

PORTALS: Final = 5
TIMES: Final = Times(send=0.7, answer=2.0, lease=2.0, late=600.0)
TOLD: Final = json.dumps(astuple(TIMES))
STEPS: Final[Mapping[str, Mapping[str, str]]] = {
    "accept_booking": {
        "booking": "appointment_update",
        "confirmation": "appointment_send_appointment_confirmation",
    },
    "add_addendum": {"note": "consultationnote_update"},
    "add_consultation_item": {"item": "consultation_items_procedure_create"},
    "admit_appointment": {"consultation": "appointment_admit"},
    "approve_eprescription": {"change": "eprescription_update"},
    "cancel_appointment": {"cancellation": "appointment_cancel_appointment"},
    "change_consultation_note": {"note": "consultationnote_update"},
    "charge_eprescription_fee": {
        "sale": "countersale_create",
        "item": "countersale_add_item",
        "finalize": "countersale_finalize",
        "payment": "invoicepayment_create",
        "undo:sale": "countersale_delete",
    },
    "confirm_appointment": {"confirmation": "appointment_update"},
    "create_appointment": {
        "appointment": "appointment_create",
        "deposit": "appointment_create_advance_payment",
    },
    "create_client": {
        "client": "client_create",
        "phone": "phonenumber_create",
        "undo:client": "client_delete",
    },
    "create_consultation_note": {"note": "consultationnote_create"},
    "create_eprescription": {"prescription": "eprescription_create"},
    "create_note": {"note": "note_create"},
    "create_patient": {"patient": "patient_create"},
    "create_reminder": {"reminder": "reminder_create"},
    "decline_booking": {"refusal": "appointment_cancel_appointment"},
    "decline_eprescription": {"change": "eprescription_update"},
    "finalize_consultation": {"status": "consultation_update_status"},
    "finalize_invoice": {"draft": "invoicerow_draft_finalize"},
    "pay_invoice": {"payment": "invoicepayment_create"},
    "renew_eprescription": {"prescription": "eprescription_create"},
    "reschedule_appointment": {
        "move": "appointment_update",
        "confirmation": "appointment_send_appointment_confirmation",
    },
    "send_message": {"email": "email_send_create"},
    "update_consultation_status": {"status": "consultation_update_status"},
    "update_eprescription": {"change": "eprescription_update"},
    "upload_document": {"document": "upload_create"},
}
"""What the portal counts for each step."""
FAULTS: Final = (
    ("drop-before", 1.0),
    ("drop-after", 1.0),
    ("hollow", 1.0),
    ("html", 1.0),
    ("truncate", 1.0),
    ("500", 1.0),
    ("500-after", 1.0),
    ("429", 1.0),
    ("latency", 1.0),  # longer than sending may take
    ("latency-after", 3.0),  # longer than an answer is waited for
    ("latency", 3.0),  # done after nobody waits any more
    ("latency", 7.0),  # and even after it was searched for
)
TROUBLES: Final = (
    Seam.BETWEEN_STEPS,  # in this place, the first write that gets it has several steps
    Seam.BEFORE_SEND,
    Seam.AFTER_SEND_BEFORE_ANSWER,
    Seam.AFTER_ANSWER_BEFORE_COMMIT,
    Seam.DURING_READ_BACK,
    Seam.BEFORE_SETTLING,
    *FAULTS,
    None,
)


@dataclass
class Bench:
    """A home with everything enabled, and what became of the writes so far."""

    counter: Counter
    tools: Tools
    copier: Path
    killed: Tally[str] = field(default_factory=Tally)
    states: Tally[str] = field(default_factory=Tally)
    wrong: list[str] = field(default_factory=list)
    sent: int = 0

    def applied(self) -> Tally[str]:
        return Tally(self.counter.portal.counts().get("writes", {}))

    async def accept(self, name: str, given: Mapping[str, Any], key: str) -> Write:
        practice = await self.tools.store.practice(self.counter.name)
        return await pipeline.accept_write(
            self.tools, practice, name, given, key=key, confirmed=True
        )

    async def perform(self, write: Write) -> Write:
        """Perform it as a worker does: again, as long as it may work later."""
        for _ in range(10):
            try:
                return await pipeline.perform_write(self.tools, write.id, times=TIMES)
            except Transient:
                await asyncio.sleep(0.2)
        return await self.tools.journal.load(write.id)

    async def die(self, write: Write, seam: Seam, nth: int) -> None:
        """Perform it in a process that is killed at a seam, if it comes there."""
        told = (write.id, TOLD, seam.value, str(nth), signal.SIGKILL.name)
        self.killed[seam] += await died(self.copier, self.counter.home.variables, *told)

    async def process(self, write: Write, *told: object) -> asyncio.subprocess.Process:
        seam = [each.name if isinstance(each, signal.Signals) else str(each) for each in told]
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.journeys.provet.writer"),
            *(write.id, TOLD, *seam),
            cwd=REPOSITORY,
            env=self.counter.home.variables,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )

    async def one(self, name: str, given: Mapping[str, Any], number: int) -> None:
        """One write with the trouble of its number; what the portal has is compared."""
        trouble = TROUBLES[number % len(TROUBLES)]
        names = [step for step in STEPS[name] if ":" not in step]
        place = number // len(TROUBLES) % len(names)
        before = self.applied()
        write = await self.accept(name, given, f"key-{number}")
        if isinstance(trouble, Seam):
            await self.die(write, trouble, place + 1)
        elif trouble is not None:
            kind, seconds = trouble
            self.counter.portal.faults.add(STEPS[name][names[place]], kind, seconds=seconds)
        done = await self.perform(write)
        self.counter.portal.faults.clear()
        if trouble == ("latency", 7.0):
            await asyncio.sleep(7)  # whatever was late is done by now
            done = await self.perform(write)
        self.compare(done, self.applied() - before, f"{number} {name} {trouble}")

    def compare(self, done: Write, applied: Tally[str], told: str) -> None:
        """Each step that happened is there once, and no other is."""
        self.states[done.state] += 1
        wanted: Tally[str] = Tally()
        maybe: Tally[str] = Tally()
        for step in done.steps:
            operation = STEPS[done.operation].get(step.step)
            if operation is not None and step.happened:
                wanted[operation] += 1
            elif operation is not None and step.state == "unknown":
                maybe[operation] += 1
        self.sent += wanted.total()
        if (applied - wanted) - maybe or wanted - applied:
            self.wrong.append(f"{told}: {done.state} {dict(wanted)}, but {dict(applied)}")
        if done.state not in {"confirmed", "refused", "reconciled", "unknown"}:
            self.wrong.append(f"{told}: left as {done.state} {done.why}")


Play = Callable[[Counter, Callable[[Bench], Awaitable[None]]], Bench]


@pytest.fixture(scope="module")
def counters(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Counter]]:
    """Several portals, each with a home: most of a write's time is waiting."""
    root = tmp_path_factory.mktemp("writes")

    def opened(simulated: Simulator, number: int) -> Counter:
        home = Home.new(root / f"home-{number}", settings=NO_BROWSER)
        moved_in(home, simulated, writes=tuple(STEPS))
        return Counter(simulated, home, simulated.practices()[0])

    with ExitStack() as stack:
        yield [
            opened(stack.enter_context(running(PORTAL, seed=7, patients=30)), number)
            for number in range(PORTALS)
        ]


@pytest.fixture(scope="module")
def counter(counters: list[Counter]) -> Counter:
    return counters[0]


@pytest.fixture(scope="module")
def copier(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The socket of a process that makes copies of itself."""
    path = tmp_path_factory.mktemp("copier") / "socket"
    with subprocess.Popen(
        [sys.executable, "-m", "tests.journeys.provet.writer", "--at", str(path)],
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            yield path
        finally:
            process.kill()


@pytest.fixture(scope="module")
def play(copier: Path) -> Play:
    def played(counter: Counter, scene: Callable[[Bench], Awaitable[None]]) -> Bench:
        async def whole(tools: Tools) -> Bench:
            bench = Bench(counter, tools, copier)
            await scene(bench)
            return bench

        return counter.home.work(whole)

    return played


def played_in(counter: Counter, play: Play, numbers: range) -> Bench:
    """The writes of these numbers, at one portal, one after the other."""
    inputs: list[tuple[str, Mapping[str, Any]]] = []
    while len(inputs) < numbers.stop:
        counter.portal.clock.advance(60)  # budgets of the portal are full for what is sent by hand
        inputs += sorted(prepared(counter).items())

    async def scene(bench: Bench) -> None:
        for number in numbers:
            await bench.one(*inputs[number], number)
        left = await pipeline.reconcile_writes(bench.tools, times=TIMES)
        for write in await pipeline.list_writes(bench.tools, limit=1000):
            if write.state not in {"confirmed", "refused", "reconciled"}:
                assert write in left
        for write in left:
            happened = any(step.state == "unknown" for step in write.steps)
            await pipeline.settle_write(
                bench.tools, write.id, happened=happened, why="looked", times=TIMES
            )
        assert await pipeline.reconcile_writes(bench.tools, times=TIMES) == ()

    return play(counter, scene)


@pytest.mark.must_hold("writes")
def test_no_write_is_lost_or_made_twice_whatever_goes_wrong(
    counters: list[Counter], play: Play, measured: Measure, scale: Callable[[int, int], int]
) -> None:
    wanted = scale(30, 300)
    with ThreadPoolExecutor(PORTALS) as threads:
        lanes = [range(first, wanted, PORTALS) for first in range(PORTALS)]
        benches = list(threads.map(played_in, counters, [play] * PORTALS, lanes))
    killed = sum((bench.killed for bench in benches), Tally[str]())
    states = sum((bench.states for bench in benches), Tally[str]())
    wrong = [each for bench in benches for each in bench.wrong]
    assert wrong == []
    assert states.total() == wanted
    assert set(killed) == set(Seam)
    measured("writes", wanted)
    measured("steps counted at the portal", sum(bench.sent for bench in benches))
    measured("processes killed at seams", killed.total())
    measured("ends", ", ".join(f"{state} {count}" for state, count in states.items()))
    measured("duplicates and losses", len(wrong))


@pytest.mark.must_hold("writes")
def test_one_key_makes_one_write_from_eight_tasks_and_two_processes(
    counter: Counter, play: Play, measured: Measure
) -> None:
    given = {"title": "Once", "text": "One of many", "client_id": 1}

    async def scene(bench: Bench) -> None:
        before = bench.applied()
        writes = await asyncio.gather(
            *(bench.accept("create_note", given, "once") for _ in range(8))
        )
        assert len({write.id for write in writes}) == 1
        processes = [await bench.process(writes[0]) for _ in range(2)]
        done = await asyncio.gather(*(bench.perform(write) for write in writes))
        told = [await process.communicate() for process in processes]
        assert {write.state for write in done} == {"confirmed"}
        assert [out.decode().strip() for out, _ in told] == ["confirmed"] * 2
        assert bench.applied() - before == {"note_create": 1}
        stored = await bench.tools.store.rows("communication", Scope(writes[0].practice))
        subjects = [each.model_dump()["subject"] for each in stored]
        assert subjects.count("Once") == 1, "without a sync"
        again = await bench.accept("create_note", dict(reversed(given.items())), "once")
        assert again == done[0]
        with pytest.raises(KeyTaken):
            await bench.accept("create_note", given | {"text": "Another"}, "once")
        assert bench.applied() - before == {"note_create": 1}

    play(counter, scene)
    measured("askers of one write", 10)


@pytest.mark.must_hold("writes")
def test_a_process_that_is_frozen_and_woken_too_late_sends_nothing(
    counter: Counter, play: Play, measured: Measure
) -> None:
    given = {"title": "Cold", "text": "Sent by whom?", "client_id": 1}

    async def scene(bench: Bench) -> None:
        before = bench.applied()
        write = await bench.accept("create_note", given, "frozen")
        frozen = await bench.process(write, Seam.BEFORE_SEND, 1, signal.SIGSTOP)
        await asyncio.to_thread(os.waitid, os.P_PID, frozen.pid, os.WSTOPPED | os.WNOWAIT)
        kept = await bench.tools.journal.load(write.id)
        assert kept.state == "sent", "the journal has it, and no byte left"
        done = await bench.perform(write)
        assert done.state == "confirmed"
        assert await Leases(bench.tools.store.database).acquire(f"writer:{write.practice}")
        frozen.send_signal(signal.SIGCONT)
        await frozen.communicate()
        assert frozen.returncode != 0
        assert bench.applied() - before == {"note_create": 1}
        assert await bench.tools.journal.load(write.id) == done

    play(counter, scene)
    measured("requests of a woken process", 0)


@pytest.mark.must_hold("writes")
def test_what_the_portal_refuses_is_told_in_its_own_words(
    counter: Counter, play: Play, measured: Measure
) -> None:
    booked, late = visit(counter), visit(counter)
    invoice = finalized(counter)

    async def scene(bench: Bench) -> None:
        made = await bench.accept("create_appointment", booked, "slot-1")
        assert (await bench.perform(made)).state == "confirmed"
        with pytest.raises(WriteRefused, match="the vet has another appointment then"):
            await bench.accept("create_appointment", booked, "slot-2")
        both = [await bench.accept("create_appointment", late, f"race-{n}") for n in range(2)]
        ends = [await bench.perform(write) for write in both]
        assert [end.state for end in ends] == ["confirmed", "refused"]
        assert ends[1].why == "the vet has another appointment then"
        before = bench.applied()
        paid = {"invoice_id": invoice, "amount": 1.0, "payment_type": "cash"}
        write = await bench.accept("pay_invoice", paid, "closed")

        def close(_seam: Seam) -> None:
            """Somebody changes the invoice when everything was looked at."""
            counter.portal.change(counter.practice.id, "invoice", invoice, status=0)

        done = await pipeline.perform_write(bench.tools, write.id, times=TIMES, seam=close)
        assert (done.state, done.happened) == ("refused", False)
        assert "finalized invoices only" in done.why
        assert bench.applied() == before
        counter.portal.change(counter.practice.id, "invoice", invoice, status=3)

    play(counter, scene)
    measured("refusals", 3)


@pytest.mark.must_hold("writes")
def test_no_token_and_nothing_of_a_request_can_be_read_in_the_journal_or_the_log(
    counter: Counter, play: Play, measured: Measure
) -> None:
    # of a prescription nothing is made here: what stands of it stands in the journal
    own = {"remarks": "Quintessa-13-canary"}
    secrets = {"token": counter.token(), **own}

    async def scene(bench: Bench) -> None:
        write = await bench.accept("create_eprescription", full_example() | own, "canary")
        await bench.die(write, Seam.AFTER_ANSWER_BEFORE_COMMIT, 1)
        done = await bench.perform(write)
        assert done.state == "confirmed"
        kept = json.dumps(done.model_dump(mode="json"))
        assert own["remarks"] in kept, "who may see it sees it"
        assert secrets["token"] not in kept

    play(counter, scene)
    leaks = canary.scan([counter.home.path], secrets)
    assert leaks == [], "\n".join(map(str, leaks))
    measured("canaries found", len(leaks))


@pytest.mark.must_hold("writes")
def test_a_write_on_the_second_page_of_a_long_list_is_found_and_not_repeated(
    counter: Counter, play: Play, measured: Measure
) -> None:
    given = {"title": "Long", "text": "One of very many", "client_id": 1}
    others = 60

    async def scene(bench: Bench) -> None:
        before = bench.applied()
        write = await bench.accept("create_note", given, "long")
        await bench.die(write, Seam.AFTER_SEND_BEFORE_ANSWER, 1)
        assert bench.applied() - before == {"note_create": 1}
        notes = counter.portal.dump(counter.practice.id, "note")["note"]
        mine = next(note for note in notes if note["title"] == "Long")
        for _ in range(others):  # the list has the latest first, fifty at once
            counter.portal.add(counter.practice.id, "note", mine["id"], title="Another")
        done = await bench.perform(write)
        assert (done.state, done.result["id"]) == ("confirmed", mine["id"])
        assert bench.applied() - before == {"note_create": 1}

    play(counter, scene)
    measured("things that came after it", others)


def machines(root: Path, database: str) -> tuple[Home, Home]:
    """The homes of two machines with one database and one key; of one, where that is a file."""
    home = Home.new(root / "first", settings=NO_BROWSER)
    vault.make_key_file(home.settings.key_file)
    url = url_of(home.database)
    if database == "sqlite":
        return home, home
    settings = {**NO_BROWSER, "VETPORTAL_DATABASE_URL": url}
    other = Home.new(root / "second", settings=settings)
    shutil.copy(home.settings.key_file, other.settings.key_file)
    return Home(home.path, home.flows, settings), other


@pytest.mark.must_hold("writes")
def test_a_key_is_known_on_every_machine_whoever_died_with_it(
    counters: list[Counter], play: Play, tmp_path: Path, database: str, measured: Measure
) -> None:
    here, there = machines(tmp_path, database)
    portal, practice = counters[0].portal, counters[0].practice
    moved_in(here, portal, writes=tuple(STEPS))
    first, second = (Counter(portal, home, practice) for home in (here, there))
    given = {"title": "Far", "text": "Begun there, ended here", "client_id": 1}
    counts: list[Tally[str]] = []
    numbers: list[str] = []

    async def begun(bench: Bench) -> None:
        counts.append(bench.applied())
        write = await bench.accept("create_note", given, "far")
        await bench.die(write, Seam.AFTER_SEND_BEFORE_ANSWER, 1)
        assert bench.killed
        numbers.append(write.id)

    async def ended(bench: Bench) -> None:
        write = await bench.accept("create_note", given, "far")
        assert (write.id, write.state) == (numbers[0], "sent")
        assert (await bench.perform(write)).state == "confirmed"
        with pytest.raises(KeyTaken):
            await bench.accept("create_note", given | {"text": "Another"}, "far")
        assert bench.applied() - counts[0] == {"note_create": 1}

    async def known(bench: Bench) -> None:
        assert (await bench.accept("create_note", given, "far")).state == "confirmed"
        assert bench.applied() - counts[0] == {"note_create": 1}

    play(second, begun)
    play(first, ended)
    play(second, known)
    measured(f"machines with {database}", len({here.path, there.path}))


Case = tuple[str, Seam | None, int]
CASES: Final[tuple[Case, ...]] = (
    ("keep", None, 0),
    ("cancel", Seam.BETWEEN_STEPS, 2),  # before it is taken back
    ("cancel", Seam.BEFORE_SEND, 2),
    ("cancel", Seam.AFTER_SEND_BEFORE_ANSWER, 2),
    ("cancel", Seam.AFTER_ANSWER_BEFORE_COMMIT, 2),
    ("keep", Seam.DURING_READ_BACK, 1),  # the deposit is refused, and the journal lacks it
    ("cancel", Seam.DURING_READ_BACK, 1),
    ("cancel", Seam.DURING_READ_BACK, 2),
    ("keep", Seam.BEFORE_SETTLING, 1),
    ("cancel", Seam.BEFORE_SETTLING, 1),
    ("cancel", None, 0),
)
"""What is chosen, and where a second process dies after a first one booked the appointment."""


def booked_in_vain(counter: Counter, play: Play, cases: Sequence[Case]) -> Bench:
    """Appointments whose deposits the portal refuses, as chosen and interrupted."""
    deposit = {"deposit": {"amount": 20.0, "payment_type": "cash"}}
    inputs = [visit(counter) | deposit | {"on_deposit_failure": choice} for choice, *_ in cases]

    async def one(bench: Bench, given: dict[str, Any], case: Case) -> None:
        choice, seam, nth = case
        practice, before = counter.practice.id, bench.applied()
        write = await bench.accept("create_appointment", given, f"vain-{case}")
        await bench.die(write, Seam.BETWEEN_STEPS, 1)
        booked = (await bench.tools.journal.load(write.id)).step("appointment")
        assert booked is not None
        counter.portal.change(practice, "appointment", int(str(booked.kept["id"])), client=None)
        if seam is not None:
            await bench.die(write, seam, nth)
        done = await bench.perform(write)
        states = {step.step: step.state for step in done.steps}
        applied = bench.applied() - before
        kept = choice == "keep"
        bench.states[choice] += 1
        told = (done.state, done.happened, states["deposit"], states.get("undo:appointment"))
        wanted = ("refused", None if kept else False, "refused", None if kept else "confirmed")
        counts = {"appointment_create": 1} | ({} if kept else {"appointment_cancel_appointment": 1})
        if told != wanted or applied != counts:
            bench.wrong.append(f"{case}: {told} {done.why}, and {dict(applied)}")

    async def scene(bench: Bench) -> None:
        for given, case in zip(inputs, cases, strict=True):
            await one(bench, given, case)

    return play(counter, scene)


@pytest.mark.must_hold("writes")
def test_an_appointment_without_its_deposit_is_kept_or_cancelled_once_whoever_dies(
    counters: list[Counter], play: Play, measured: Measure, scale: Callable[[int, int], int]
) -> None:
    cases = CASES[: scale(PORTALS, len(CASES))]
    with ThreadPoolExecutor(PORTALS) as threads:
        lanes = [cases[first::PORTALS] for first in range(PORTALS)]
        benches = list(threads.map(booked_in_vain, counters, [play] * PORTALS, lanes))
    wrong = [each for bench in benches for each in bench.wrong]
    assert wrong == []
    killed = sum((bench.killed for bench in benches), Tally[str]())
    assert set(killed) == {Seam.BETWEEN_STEPS, *(seam for _, seam, _ in cases if seam)}
    home = counters[0].home
    listed = json.loads(home.command("operation", "list-writes", "--json").stdout)
    vain = next(each for each in listed["writes"] if each["key"].startswith("vain-('keep'"))
    shown = home.command("operation", "status", vain["id"]).stdout
    assert "appointment: confirmed" in shown
    assert "deposit: refused" in shown
    measured("appointments without their deposits", len(cases))
    measured("processes killed", killed.total())

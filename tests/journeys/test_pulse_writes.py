"""Every operation of Pulse is performed for real: confirmed, counted once, and in the truth."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import pytest

from automation import pipeline
from automation.catalog import Catalog
from automation.errors import VetportalError, WriteRefused
from automation.pipeline import Tools
from automation.store import Scope
from automation.writes import Seam
from tests.conftest import Measure
from tests.journeys.reception import DEEDS, Reception, request
from tests.journeys.world import FLOWS, PORTAL, Home, add_practice
from tests.simulator import Simulator, running

OPERATIONS: Final = tuple(each.operation for each in Catalog(FLOWS).operations(PORTAL))
CHEAP: Final = ("create_appointment", "add_addendum", "confirm_appointment", "upload_document")


@pytest.fixture(scope="module")
def portal() -> Iterator[Simulator]:
    with running(PORTAL, seed=7, patients=60) as simulated:
        yield simulated


@pytest.fixture(scope="module")
def places(portal: Simulator, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Reception]:
    """Both practices, signed in, with their profiles."""
    home = Home.new(tmp_path_factory.mktemp("writes") / "home")

    async def move_in(tools: Tools) -> None:
        for place in portal.practices():
            practice = await add_practice(tools, portal, place)
            enabled = practice.model_copy(update={"writes": OPERATIONS})
            await tools.store.update_practice(enabled)
            await pipeline.assess(tools, enabled)
            portal.clock.advance(30)

    home.work(move_in)
    first, second = (Reception(portal, home, place) for place in portal.practices())
    return {"first": first, "second": second}


@pytest.fixture
def desk(places: Mapping[str, Reception]) -> Reception:
    return places["first"]


def test_there_is_a_deed_for_every_operation() -> None:
    assert set(DEEDS) == set(OPERATIONS)


@pytest.mark.must_hold("writes")
def test_every_operation_is_confirmed_by_its_read_back_and_made_once(
    desk: Reception, measured: Measure, scale: Callable[[int, int], int]
) -> None:
    names = [*CHEAP, *(name for name in DEEDS if name not in CHEAP)]
    wanted = names[: scale(len(CHEAP), len(names))]
    wrong: list[str] = []

    async def scene() -> None:
        for name in wanted:
            deed = DEEDS[name](desk)
            before = desk.written()
            try:
                done = await desk.do(name, deed.given)
            except VetportalError as problem:
                wrong.append(f"{name}: {problem!r}")
                continue
            counted = dict(desk.written() - before)
            if done.state != "confirmed" or counted != {deed.counted: 1} or not deed.there(done):
                wrong.append(f"{name}: {done.state} {done.why} {counted} {done.result}")

    desk.play(scene)
    assert not wrong, "\n".join(wrong)
    measured("operations", len(wanted))


@pytest.mark.must_hold("writes")
def test_what_no_reading_of_a_list_shows_stands_in_the_store_at_once(
    desk: Reception, measured: Measure
) -> None:
    found: dict[str, object] = {}

    async def stored(kind: str, number: object) -> Any:  # noqa: ANN401 - any kind
        scope = Scope(desk.name, {"source_id": str(number)})
        rows = await desk.tools.store.rows(kind, scope)
        return rows[0] if rows else None

    async def scene() -> None:
        for name in ("add_addendum", "create_note", "finalize_note"):
            given = DEEDS[name](desk).given
            done = await desk.do(name, given)
            note = await stored("soap_note", given.get("note_id") or done.result["id"])
            said = [each["text"] for each in note.addenda or ()] if note else []
            added = any(given.get("text", "?") in each for each in said)
            found[name] = note and (note.status, added)
        for name in ("confirm_appointment", "cancel_appointment"):
            given = DEEDS[name](desk).given
            await desk.do(name, given)
            visit = await stored("appointment", given["appointment_id"])
            found[name] = visit and visit.confirmation_status
        given = DEEDS["pay_invoice"](desk).given
        done = await desk.do("pay_invoice", given)
        paid = await stored("payment", done.result["payment_id"])
        invoice = await stored("invoice", given["invoice_id"])
        found["pay_invoice"] = paid and (paid.status, invoice.paid_minor > 0)
        done = await desk.do("add_charge", DEEDS["add_charge"](desk).given)
        line = await stored("invoice_line", done.result["id"])
        found["add_charge"] = line and line.invoice_source_id == str(done.result["invoice_id"])

    desk.play(scene)
    measured("writes that stood in the store", len([each for each in found.values() if each]))
    assert found == {
        "add_addendum": ("final", True),
        "create_note": ("draft", False),
        "finalize_note": ("final", False),
        "confirm_appointment": "Confirmed",
        "cancel_appointment": "Cancelled",
        "pay_invoice": ("approved", True),
        "add_charge": True,
    }


@pytest.mark.must_hold("writes")
def test_a_time_that_is_taken_is_refused_before_anything_is_sent_and_by_the_portal_on_a_race(
    desk: Reception, measured: Measure
) -> None:
    booked, late, moved = desk.visit(), desk.visit(), desk.coming()
    ends_then = booked | {"start": booked["start"].replace("T10:00", "T09:30")}

    async def scene() -> None:
        own = {"client_id": desk.row("patients", booked["patient_id"])["client_id"]}
        strange = {"client_id": own["client_id"] + 1}
        with pytest.raises(WriteRefused, match="the patient is of another client"):
            await desk.accept("create_appointment", booked | strange)
        assert (await desk.do("create_appointment", booked | own)).state == "confirmed"
        before = desk.written(), desk.refused()
        with pytest.raises(WriteRefused, match="the column has another visit then") as caught:
            await desk.accept("create_appointment", booked)
        assert caught.value.code == "slot_taken"
        other = booked | {"resource_id": desk.rows("columns")[1]["id"]}
        with pytest.raises(WriteRefused, match="the provider has another visit then"):
            await desk.accept("create_appointment", other)
        place = {name: booked[name] for name in ("start", "resource_id", "provider_id")}
        with pytest.raises(WriteRefused, match="the column has another visit then"):
            await desk.accept("reschedule_appointment", place | {"appointment_id": moved})
        assert (desk.written(), desk.refused()) == before
        assert (await desk.do("create_appointment", ends_then)).state == "confirmed"
        first, second = [await desk.accept("create_appointment", late) for _ in range(2)]
        assert (await desk.perform(first)).state == "confirmed"
        lost = await desk.perform(second)
        assert (lost.why, lost.code) == ("the column has another visit then", "slot_taken")
        await taken_on_the_way(desk)

    desk.play(scene)
    measured("refusals of taken times", 5)


async def taken_on_the_way(desk: Reception) -> None:
    """Somebody books the time when everything was looked at: the portal tells with whom."""
    given = desk.visit()
    write = await desk.accept("create_appointment", given)
    taken: list[int] = []

    def book(_seam: Seam) -> None:
        if not taken:
            day = given["start"]
            taken.append(desk.coming(at=day, column_id=given["resource_id"]))

    done = await desk.perform(write, seam=book)
    assert (done.state, done.happened) == ("refused", False)
    assert ("is taken" in done.why, done.code) == (True, "slot_taken")


@pytest.mark.must_hold("writes")
def test_what_was_decided_or_closed_meanwhile_is_refused_in_the_words_of_the_portal(
    desk: Reception, measured: Measure
) -> None:
    script, waiting = desk.script("Authorized"), desk.script("PendingApproval")
    closed, invoice = desk.open_invoice(), desk.open_invoice()
    desk.change("invoices", closed, status="Closed")

    async def scene() -> None:
        before = desk.written()
        with pytest.raises(WriteRefused, match="waits for approval is authorized"):
            await desk.accept("approve_prescription", {"prescription_id": script})
        with pytest.raises(WriteRefused, match="only an open invoice is closed") as caught:
            await desk.accept("finalize_invoice", {"invoice_id": closed})
        assert caught.value.code == "state_conflict"
        for name, table, number, status in (
            ("approve_prescription", "prescriptions", waiting, "Declined"),
            ("finalize_invoice", "invoices", invoice, "Closed"),
        ):
            key = "prescription_id" if table == "prescriptions" else "invoice_id"
            write = await desk.accept(name, {key: number})

            done = await desk.perform(write, seam=decided(desk, table, number, status))
            assert (done.state, done.happened) == ("refused", False), done
            assert f"not possible while the status is {status}" in done.why
            assert done.code == "state_conflict"
        assert desk.written() == before

    desk.play(scene)
    measured("refusals of what was decided", 4)


def decided(desk: Reception, table: str, number: int, status: str) -> Callable[[Seam], None]:
    """Somebody decides when everything was looked at."""

    def decide(_seam: Seam) -> None:
        desk.change(table, number, status=status)

    return decide


@pytest.mark.must_hold("writes")
def test_a_right_that_is_missing_and_a_rule_of_the_practice_refuse_before_anything_is_sent(
    places: Mapping[str, Reception], measured: Measure
) -> None:
    desk = places["second"]
    number = request(desk)
    visit = desk.visit()
    client = dict(DEEDS["create_client"](desk).given)

    async def scene() -> None:
        before = desk.written(), desk.refused()
        with pytest.raises(WriteRefused, match="the login of this practice does not") as caught:
            await desk.accept("decline_pharmacy_request", {"request_id": number, "reason": "No"})
        assert caught.value.code == "not_permitted_in_portal"
        with pytest.raises(WriteRefused, match="this practice wants a reason for each visit"):
            await desk.accept("create_appointment", visit | {"reason": ""})
        with pytest.raises(WriteRefused, match="this practice wants the street of each client"):
            await desk.accept("create_client", client | {"street": ""})
        assert (desk.written(), desk.refused()) == before
        assert (await desk.do("create_appointment", visit)).state == "confirmed"
        assert (await desk.do("create_client", client)).state == "confirmed"
        with pytest.raises(WriteRefused, match="with this e-mail and last name is there already"):
            await desk.accept("create_client", client)
        again = client | {"email": "another@mail.example.org"}
        with pytest.raises(WriteRefused, match="there is a client of this last name") as caught:
            await desk.accept("create_client", again)
        assert caught.value.code == "client_ambiguous"
        done = await desk.do("create_client", again | {"although_ambiguous": True})
        assert done.state == "confirmed"

    desk.play(scene)
    measured("refusals of rights and rules", 5)


@pytest.mark.must_hold("writes")
def test_a_patient_of_a_name_that_its_client_has_is_ambiguous(
    desk: Reception, measured: Measure
) -> None:
    given = dict(DEEDS["create_patient"](desk).given)
    again = given | {"name": given["name"].upper()}

    async def scene() -> None:
        assert (await desk.do("create_patient", given)).state == "confirmed"
        with pytest.raises(WriteRefused, match="the client has a patient of this name") as caught:
            await desk.accept("create_patient", again)
        assert caught.value.code == "client_ambiguous"
        done = await desk.do("create_patient", again | {"although_ambiguous": True})
        assert done.state == "confirmed"

    desk.play(scene)
    measured("refusals of names", 1)

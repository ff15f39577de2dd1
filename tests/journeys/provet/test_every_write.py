"""Every operation of Provet is performed for real: confirmed, counted once, and in the truth.

What must not be done is refused in words and by a code, before anything is sent or by the portal.
"""

from __future__ import annotations

import base64
from collections import Counter as Tally
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import pytest

from automation import pipeline
from automation.catalog import Catalog
from automation.errors import WriteRefused
from automation.model import Write
from automation.pipeline import Tools
from automation.store import Scope
from automation.writes import Seam, Seams, Times, unwatched
from tests.conftest import Measure
from tests.journeys.provet.clinic import PORTAL, moved_in
from tests.journeys.provet.counter import Counter, visit
from tests.journeys.provet.given import Shelf, prepared
from tests.journeys.world import FLOWS, NO_BROWSER, Home
from tests.simulator import running

TIMES: Final = Times(send=0.7, answer=5.0, lease=2.0, late=600.0)
OPERATIONS: Final = tuple(each.operation for each in Catalog(FLOWS).operations(PORTAL))
COUNTED: Final[Mapping[str, tuple[str, ...]]] = {
    "accept_booking": ("appointment_update", "appointment_send_appointment_confirmation"),
    "add_addendum": ("consultationnote_update",),
    "add_consultation_item": ("consultation_items_procedure_create",),
    "admit_appointment": ("appointment_admit",),
    "approve_eprescription": ("eprescription_update",),
    "cancel_appointment": ("appointment_cancel_appointment",),
    "change_consultation_note": ("consultationnote_update",),
    "charge_eprescription_fee": (
        "countersale_create",
        "countersale_add_item",
        "countersale_finalize",
        "invoicepayment_create",
    ),
    "confirm_appointment": ("appointment_update",),
    "create_appointment": ("appointment_create", "appointment_create_advance_payment"),
    "create_client": ("client_create", "phonenumber_create"),
    "create_consultation_note": ("consultationnote_create",),
    "create_eprescription": ("eprescription_create",),
    "create_note": ("note_create",),
    "create_patient": ("patient_create",),
    "create_reminder": ("reminder_create",),
    "decline_booking": ("appointment_cancel_appointment",),
    "decline_eprescription": ("eprescription_update",),
    "finalize_consultation": ("consultation_update_status",),
    "finalize_invoice": ("invoicerow_draft_finalize",),
    "pay_invoice": ("invoicepayment_create",),
    "renew_eprescription": ("eprescription_create",),
    "reschedule_appointment": ("appointment_update", "appointment_send_appointment_confirmation"),
    "send_message": ("email_send_create",),
    "update_consultation_status": ("consultation_update_status",),
    "update_eprescription": ("eprescription_update",),
    "upload_document": ("upload_create",),
}
"""What the portal counts for each operation as it is given."""


@dataclass
class Desk:
    """Somebody who asks for writes in one practice."""

    counter: Counter
    tools: Tools
    shelf: Shelf = field(init=False)
    asked: int = 0

    def __post_init__(self) -> None:
        self.shelf = Shelf(self.counter)

    def applied(self) -> Tally[str]:
        return Tally(self.counter.portal.counts().get("writes", {}))

    def row(self, table: str, number: object) -> dict[str, Any]:
        """One row, as the portal has it."""
        rows = self.counter.portal.dump(self.counter.practice.id, table)[table]
        return next(row for row in rows if row["id"] == number)

    def change(self, table: str, number: int, **facts: object) -> None:
        self.counter.portal.change(self.counter.practice.id, table, number, **facts)

    async def accept(self, name: str, given: Mapping[str, Any]) -> Write:
        self.asked += 1
        practice = await self.tools.store.practice(self.counter.name)
        return await pipeline.accept_write(
            self.tools,
            practice,
            name,
            given,
            key=f"{name}-{self.asked}-{id(given)}",
            confirmed=True,
        )

    async def do(self, name: str, given: Mapping[str, Any], seam: Seams = unwatched) -> Write:
        write = await self.accept(name, given)
        return await pipeline.perform_write(self.tools, write.id, times=TIMES, seam=seam)

    async def refused(self, name: str, given: Mapping[str, Any], words: str) -> str | None:
        """The code of a refusal before anything was sent."""
        before = self.applied()
        with pytest.raises(WriteRefused, match=words) as caught:
            await self.accept(name, given)
        assert self.applied() == before
        return caught.value.code


Play = Callable[[Callable[[Desk], Awaitable[None]]], None]


@pytest.fixture(scope="module")
def counter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Counter]:
    with running(PORTAL, seed=7, patients=60) as simulated:
        home = Home.new(tmp_path_factory.mktemp("every") / "home", settings=NO_BROWSER)
        moved_in(home, simulated, writes=OPERATIONS)
        yield Counter(simulated, home, simulated.practices()[0])


@pytest.fixture
def play(counter: Counter) -> Play:
    """Each test begins an hour later, with full budgets."""
    counter.portal.clock.advance(3600)

    def played(scene: Callable[[Desk], Awaitable[None]]) -> None:
        async def whole(tools: Tools) -> None:
            await scene(Desk(counter, tools))

        counter.home.work(whole)

    return played


@pytest.mark.must_hold("writes")
def test_every_operation_is_confirmed_by_its_read_back_and_made_once(
    counter: Counter, play: Play, measured: Measure
) -> None:
    given = prepared(counter)
    assert set(given) == set(COUNTED) == set(OPERATIONS)
    wrong: list[str] = []

    async def scene(desk: Desk) -> None:
        for name in OPERATIONS:
            counter.portal.clock.advance(20)
            before = desk.applied()
            done = await desk.do(name, given[name])
            counted = dict(desk.applied() - before)
            if done.state != "confirmed" or counted != dict.fromkeys(COUNTED[name], 1):
                wrong.append(f"{name}: {done.state} {done.why} {counted}")

    play(scene)
    assert not wrong, "\n".join(wrong)
    measured("operations", len(OPERATIONS))


@pytest.mark.must_hold("writes")
def test_clients_and_patients_are_in_the_truth_and_whoever_is_like_them_is_ambiguous(
    counter: Counter, play: Play, measured: Measure
) -> None:
    given = prepared(counter)
    client, patient = given["create_client"], given["create_patient"]

    async def scene(desk: Desk) -> None:
        made = await desk.do("create_client", client)
        row = desk.row("client", made.result["id"])
        assert (row["firstname"], row["email"]) == ("Aino", client["email"])
        phones = counter.portal.dump(counter.practice.id, "phonenumber")["phonenumber"]
        assert client["phone"] in {
            one["phone_number"] for one in phones if one["client"] == row["id"]
        }
        stored = await desk.tools.store.rows("client", Scope(made.practice))
        assert client["last_name"] in {one.model_dump()["last_name"] for one in stored}, "at once"
        own = patient | {"client_id": row["id"]}
        animal = await desk.do("create_patient", own)
        assert desk.row("patient", animal.result["id"])["client"] == row["id"]
        likes = (
            ("create_client", client, "with this e-mail and last name is there already"),
            ("create_client", client | {"email": "B@x.example"}, "a client of this last name"),
            ("create_client", client | {"last_name": "Other"}, "another last name has this e-mail"),
            (
                "create_client",
                client | {"email": "c@x.example", "patient_name": own["name"].upper()},
                "a client of this last name has a patient of this name",
            ),
            ("create_patient", own | {"name": own["name"].lower()}, "has a patient of this name"),
        )
        for name, like, words in likes:
            assert await desk.refused(name, like, words) == "client_ambiguous"
        again = client | {"email": "d@x.example", "although_ambiguous": True}
        assert (await desk.do("create_client", again)).state == "confirmed"
        measured("refusals of who is like another", len(likes))

    play(scene)


@pytest.mark.must_hold("writes")
def test_a_client_whose_number_the_portal_does_not_take_is_taken_back(
    counter: Counter, play: Play, measured: Measure
) -> None:
    given = prepared(counter)["create_client"]

    async def scene(desk: Desk) -> None:
        counter.portal.faults.add("phonenumber_create", "hollow", times=3)
        done = await desk.do("create_client", given)
        counter.portal.faults.clear()
        assert (done.state, done.happened) == ("reconciled", False)
        step = done.step("client")
        assert step is not None
        assert desk.row("client", step.kept["id"])["archived"]

    play(scene)
    measured("clients taken back", 1)


@pytest.mark.must_hold("writes")
def test_an_appointment_is_moved_to_a_free_time_only(
    counter: Counter, play: Play, measured: Measure
) -> None:
    async def scene(desk: Desk) -> None:
        taken, free = visit(counter), visit(counter)
        desk.shelf.booked(at=taken)
        number = desk.shelf.booked()
        there = {"appointment_id": number, "start": taken["start"]}
        words = "the vet has another appointment then"
        assert await desk.refused("reschedule_appointment", there, words) == "slot_taken"
        race = {"appointment_id": number, "start": free["start"], "duration_minutes": 30}
        others: list[int] = []

        def book(_seam: Seam) -> None:
            """Somebody takes the time when everything was looked at."""
            if not others:
                others.append(desk.shelf.booked(at=free))

        lost = await desk.do("reschedule_appointment", race, book)
        assert (lost.state, lost.happened, lost.code) == ("refused", False, "slot_taken")
        assert lost.why == "There is already an appointment for this time slot."
        same = {"appointment_id": others[0], "start": free["start"], "duration_minutes": 30}
        assert (await desk.do("reschedule_appointment", same)).state == "confirmed", "its own time"
        desk.change("appointment", others[0], active=0)
        words = "the appointment was cancelled"
        assert await desk.refused("reschedule_appointment", same, words) == "state_conflict"
        measured("refusals of taken times", 2)

    play(scene)


@pytest.mark.must_hold("writes")
def test_a_booking_is_decided_once_and_only_for_a_client_who_is_known(
    counter: Counter, play: Play, measured: Measure
) -> None:
    async def scene(desk: Desk) -> None:
        number, other, stranger = (desk.shelf.booked(7) for _ in range(3))
        told = await desk.do("accept_booking", {"appointment_id": number, "notify_client": True})
        row = desk.row("appointment", number)
        assert (told.state, row["type"], row["confirmed"]) == ("confirmed", 2, True)
        assert (await desk.do("decline_booking", {"appointment_id": other})).state == "confirmed"
        assert not desk.row("appointment", other)["active"]
        words = "no online booking that waits for a decision"
        for name in ("accept_booking", "decline_booking"):
            assert await desk.refused(name, {"appointment_id": number}, words) == "state_conflict"
        desk.change("appointment", stranger, client=None, patients=[])
        given = {"appointment_id": stranger}
        words = "does not say which client it is"
        assert await desk.refused("accept_booking", given, words) == "client_ambiguous"
        own = {"client_id": desk.shelf.patient["client"], "patient_ids": [desk.shelf.patient["id"]]}
        assert (await desk.do("accept_booking", given | own)).state == "confirmed"
        assert desk.row("appointment", stranger)["client"] == own["client_id"]
        confirmed = desk.shelf.booked()
        await desk.do("confirm_appointment", {"appointment_id": confirmed})
        assert desk.row("appointment", confirmed)["confirmed"]
        measured("decisions", 3)

    play(scene)


@pytest.mark.must_hold("writes")
def test_a_consultation_takes_items_and_notes_until_it_is_finalized(
    counter: Counter, play: Play, measured: Measure
) -> None:
    given = prepared(counter)

    async def scene(desk: Desk) -> None:
        item, addendum = given["add_consultation_item"], given["add_addendum"]
        used = await desk.do("add_consultation_item", item)
        row = desk.row("consultationitem", used.result["id"])
        assert (row["quantity"], row["item"]) == (1.5, item["product_id"])
        assert desk.row("invoicerow", row["invoicerow"])["quantity"] == 1.5, "billed at once"
        await desk.do("add_addendum", addendum)
        text = desk.row("consultationnote", addendum["note_id"])["text"]
        assert text == f"Limps on the left.\n\n{addendum['text']}"
        stranger = item | {"patient_id": 1 + item["patient_id"]}
        words = "the patient is not part of the consultation"
        assert await desk.refused("add_consultation_item", stranger, words) is None
        for status in (5, 6):
            step = {"consultation_id": item["consultation_id"], "status": status}
            assert (await desk.do("update_consultation_status", step)).state == "confirmed"
        back = {"consultation_id": item["consultation_id"], "status": 8}
        words = "6 \\(discharged\\) may become: nothing"
        assert await desk.refused("update_consultation_status", back, words) == "state_conflict"
        whole = {"consultation_id": item["consultation_id"]}
        assert (await desk.do("finalize_consultation", whole)).state == "confirmed"
        words = "a finalized consultation is not changed"
        assert await desk.refused("add_consultation_item", item, words) == "state_conflict"

        def finalize(_seam: Seam) -> None:
            desk.change("consultation", addendum["consultation_id"], status=10)

        note = {"consultation_id": addendum["consultation_id"], "text": "Too late."}
        late = await desk.do("create_consultation_note", note, finalize)
        assert (late.state, late.code) == ("refused", "state_conflict")
        assert "A finalized consultation cannot be changed." in late.why
        measured("refusals of what is closed", 4)

    play(scene)


@pytest.mark.must_hold("writes")
def test_an_invoice_is_finalized_once_whichever_way_it_came_to_be(
    counter: Counter, play: Play, measured: Measure
) -> None:
    async def scene(desk: Desk) -> None:
        draft = {"invoice_id": desk.shelf.draft()}
        staff = desk.shelf.staff
        sale = staff.post("countersale/", department=staff.link("department/1/"))
        empty = {"invoice_id": sale["id"]}
        item = staff.link(f"item/{desk.shelf.item()}/")
        staff.post(f"countersale/{sale['id']}/add_item/", item=item, quantity=1)
        for given in (draft, empty):
            done = await desk.do("finalize_invoice", given)
            row = desk.row("invoice", given["invoice_id"])
            assert (done.state, row["status"]) == ("confirmed", 3)
            assert done.result["invoice_number"] == row["invoice_number"]
        words = "only a draft is finalized"
        assert await desk.refused("finalize_invoice", draft, words) == "state_conflict"
        late = desk.shelf.draft()

        def finalize(_seam: Seam) -> None:
            if desk.row("invoice", late)["status"] == 0:
                desk.change("invoice", late, status=3)

        done = await desk.do("finalize_invoice", {"invoice_id": late}, finalize)
        assert (done.state, done.code) == ("refused", "state_conflict")
        assert "Only a draft can be finalized." in done.why
        measured("invoices finalized", 2)

    play(scene)


@pytest.mark.must_hold("writes")
def test_messages_go_to_who_takes_them_and_a_file_arrives_whole(
    counter: Counter, play: Play, measured: Measure
) -> None:
    given = prepared(counter)

    async def scene(desk: Desk) -> None:
        mail, letter = given["send_message"], given["upload_document"]
        sent = await desk.do("send_message", mail)
        entry = desk.row("logs_email", sent.result["id"])
        assert (entry["client"], entry["subject"]) == (mail["client_id"], mail["subject"])
        text = {"client_id": mail["client_id"], "channel": "sms", "text": "All is well."}
        sent = await desk.do("send_message", text)
        assert desk.row("logs_sms", sent.result["id"])["message"] == "All is well."
        words = "an e-mail needs a subject"
        assert await desk.refused("send_message", text | {"channel": "email"}, words) is None
        desk.change("client", mail["client_id"], no_email=True, no_sms=True)
        for message, words in ((mail, "takes no e-mail"), (text, "takes no text messages")):
            assert await desk.refused("send_message", message, words) is None
        desk.change("client", mail["client_id"], no_email=False, no_sms=False)
        kept = await desk.do("upload_document", letter)
        row = desk.row("upload", kept.result["id"])
        assert base64.b64decode(row["content"]) == base64.b64decode(letter["document"]["content"])
        assert (row["name"], row["content_type"]) == ("letter.pdf", "application/pdf")
        stored = await desk.tools.store.rows("document", Scope(kept.practice))
        assert letter["title"] in {one.model_dump()["title"] for one in stored}, "at once"
        assert (row["patient"], row["description"]) == (letter["patient_id"], letter["title"])
        measured("messages and files", 3)

    play(scene)


@pytest.mark.must_hold("writes")
def test_a_prescription_is_decided_as_its_state_allows_and_renewed_with_its_items(
    counter: Counter, play: Play, measured: Measure
) -> None:
    given = prepared(counter)["renew_eprescription"]

    async def scene(desk: Desk) -> None:
        old = given["prescription_id"]
        renewed = await desk.do("renew_eprescription", given)
        address = str(renewed.result["url"])
        number = int(address.rstrip("/").rpartition("/")[2])
        items = counter.portal.dump(counter.practice.id, "eprescription_item")["eprescription_item"]
        first, second = (
            [row for row in items if row["prescription"] == each] for each in (old, number)
        )
        same = ("name", "strength", "instructions", "quantity_packages", "patients")
        assert [[row[name] for name in same] for row in first] == [
            [row[name] for name in same] for row in second
        ]
        assert {row["valid_until"] for row in second} == {given["valid_until"]}
        draft = {"prescription_id": number}
        assert (await desk.do("approve_eprescription", draft)).state == "confirmed"
        words = "only a draft is approved"
        assert await desk.refused("approve_eprescription", draft, words) == "state_conflict"
        words = "only a prescription that was sent is renewed"
        assert await desk.refused("renew_eprescription", given | draft, words) == "state_conflict"
        assert (await desk.do("decline_eprescription", draft)).state == "confirmed"
        assert desk.row("eprescription", number)["status"] == 6
        words = "only a prescription that waits is declined"
        assert await desk.refused("decline_eprescription", draft, words) == "state_conflict"
        measured("refusals of what was decided", 3)

    play(scene)

"""What the portal lets us write: shown without being sent, and right when it is sent.

The dry run goes through the product, from the command line or its own wiring. Whatever is sent is
sent by the test: the bytes that the dry run showed, or the call that would be sent.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final
from zoneinfo import ZoneInfo

import pytest

from automation import replay, writes
from automation.catalog import Catalog
from automation.errors import BadArgument
from automation.model import Operation, Practice, ReadBack
from automation.pipeline import Tools
from automation.ports import Session
from automation.writes import Known, checked_inputs, matching
from tests.conftest import Measure
from tests.journeys.provet.clinic import PORTAL, moved_in
from tests.journeys.provet.counter import (
    MINIMAL,
    UPDATE,
    Counter,
    full_example,
    request_of,
    sent,
)
from tests.journeys.provet.given import prepared
from tests.journeys.world import FLOWS, NO_BROWSER, Home
from tests.simulator import Simulator, running

NOW: Final = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)
TEXT, NUMBER, NOTHING, YES_NO, LIST = "str", "int", "NoneType", "bool", "list"
PRESCRIPTION: Final = {
    "url": TEXT,
    "consultation": NOTHING,
    "prescriber": TEXT,
    "department": TEXT,
    "created": TEXT,
    "modified": TEXT,
    "status": NUMBER,
    "client": TEXT,
    "pharmacy_id": NOTHING,
    "archived": YES_NO,
    "patients": LIST,
    "items": LIST,
    "uuid": TEXT,
    "prescription_set_uuid": TEXT,
    "invoice": NOTHING,
    "remarks": NOTHING,
    "created_user": TEXT,
    "modified_user": TEXT,
    "modified_session": NOTHING,
    "issue_time": TEXT,
    "is_order": YES_NO,
    "is_payment": YES_NO,
    "prescription_order": NOTHING,
    "payment_details": NOTHING,
}
ITEM: Final = {
    "url": TEXT,
    "name": TEXT,
    "package_size": NOTHING,
    "product_id": NOTHING,
    "product_nplid": TEXT,
    "article_id": NOTHING,
    "article_nplpackid": TEXT,
    "row_id": TEXT,
    "license_id": NOTHING,
    "pharmacy_id": NOTHING,
    "prescription": TEXT,
    "created": TEXT,
    "modified": TEXT,
    "valid_until": TEXT,
    "indication": NOTHING,
    "dosage_form": NOTHING,
    "strength": TEXT,
    "quantity": NOTHING,
    "unit_description": TEXT,
    "package_content": NOTHING,
    "quantity_packages": NUMBER,
    "patients": LIST,
    "prescribed_medicine": TEXT,
    "latest_dispensing": NOTHING,
    "instructions": TEXT,
    "language": NOTHING,
    "repeat_number": NUMBER,
    "repeat_timevalue": NOTHING,
    "repeat_timeunit": NOTHING,
    "patient_identification": NOTHING,
    "patient_id_qualifier": TEXT,
    "patient_species": NOTHING,
    "supplimentary_information": NOTHING,
    "created_user": TEXT,
    "modified_user": TEXT,
    "copied_from": NOTHING,
}


def shape(body: dict[str, Any]) -> list[tuple[str, str]]:
    return [(name, type(value).__name__) for name, value in body.items()]


@pytest.fixture(scope="module")
def portal() -> Iterator[Simulator]:
    with running(PORTAL, seed=7, patients=60, now=NOW) as simulated:
        yield simulated


@pytest.fixture(scope="module")
def home(portal: Simulator, tmp_path_factory: pytest.TempPathFactory) -> Home:
    made = Home.new(tmp_path_factory.mktemp("operations") / "home", settings=NO_BROWSER)
    moved_in(made, portal)
    return made


@pytest.fixture
def counter(portal: Simulator, home: Home) -> Counter:
    """The first practice; each test begins an hour later, with full budgets."""
    portal.clock.advance(3600)
    return Counter(portal, home, portal.practices()[0])


@pytest.fixture
def counters(portal: Simulator, home: Home) -> list[Counter]:
    portal.clock.advance(3600)
    return [Counter(portal, home, practice) for practice in portal.practices()]


# ---------------------------------------------------------------- e-prescriptions


@pytest.mark.must_hold("provet")
def test_a_prescription_is_sent_and_read_key_by_key_as_the_vendors_how_to_has_it(
    counters: list[Counter], measured: Measure
) -> None:
    for counter in counters:
        before = counter.writes()
        for example in (json.loads(MINIMAL), full_example()):
            mixed = dict(reversed(example.items()))  # the caller's order does not matter
            run = counter.dry_run("create_eprescription", mixed)
            assert run.failed == ()
            method, url, body = request_of(run)
            assert (method, url) == ("POST", f"{counter.api}eprescription/prescription/")
            assert json.dumps(json.loads(body)) == json.dumps(example)
            assert counter.writes() == before, "a dry run writes nothing"
            status, made = counter.send(method, url, body)
            before += 1
            assert status == 201
            assert_as_documented(counter, made, example)
    measured("fields of a prescription and of an item", f"{len(PRESCRIPTION)} and {len(ITEM)}")


def assert_as_documented(
    counter: Counter, made: dict[str, Any], example: Mapping[str, Any]
) -> None:
    """The answer and what is read afterwards: keys, order, JSON types, times."""
    status, read = counter.send("GET", made["url"])
    assert (status, list(read.items())) == (200, list(made.items()))
    given = {"consultation": TEXT, "remarks": TEXT} if "remarks" in example else {}
    assert shape(read) == list((PRESCRIPTION | given).items())
    assert len(read) == 24
    zone = ZoneInfo(counter.practice.zone)
    moment = datetime.fromisoformat(example["issue_time"])
    assert read["issue_time"] == moment.astimezone(zone).isoformat()
    for name in ("created", "modified"):
        told = datetime.fromisoformat(read[name])
        assert told.utcoffset() == told.astimezone(zone).utcoffset()
    assert read["status"] == example.get("status", 1)
    assert read["client"] == f"{counter.api}client/1/"
    _, item = counter.send("GET", read["items"][0])
    assert shape(item) == list(ITEM.items())
    assert len(item) == 36
    assert item["repeat_number"] == example["prescription_items"][0].get("repeat_number", 1)
    assert item["valid_until"] == "2026-08-20"


@pytest.mark.must_hold("provet")
def test_a_time_without_offset_is_the_practices_and_one_with_any_offset_the_same_instant(
    counters: list[Counter], measured: Measure
) -> None:
    for counter in counters:
        zone = ZoneInfo(counter.practice.zone)
        instant = datetime(2025, 8, 20, 11, 20, 45, tzinfo=UTC)
        local = instant.astimezone(zone)
        for text in (
            local.replace(tzinfo=None).isoformat(),
            local.isoformat(),
            "2025-08-20T18:20:45+07:00",
        ):
            given = json.loads(MINIMAL) | {"issue_time": text}
            _, _, body = request_of(counter.dry_run("create_eprescription", given))
            assert json.loads(body)["issue_time"] == "2025-08-20T11:20:45Z"
    measured("ways to write one time", 3)


@pytest.mark.must_hold("provet")
def test_status_and_remarks_are_changed_and_every_other_change_is_refused(
    counter: Counter, measured: Measure
) -> None:
    _, made = counter.send("POST", "eprescription/prescription/", MINIMAL)
    number = int(made["url"].rstrip("/").rpartition("/")[2])
    told = {"prescription_id": number, **json.loads(UPDATE)}
    run = counter.dry_run("update_eprescription", told)
    method, url, body = request_of(run)
    assert (method, url, run.failed) == ("PATCH", made["url"], ())
    assert json.dumps(json.loads(body)) == UPDATE
    status, changed = counter.send(method, url, body)
    assert (status, changed["status"], changed["remarks"]) == (200, 4, "Prescription accepted")
    assert list(changed) == list(PRESCRIPTION)

    refused = 0
    for name in [*PRESCRIPTION, "client_id", "prescription_items"]:
        if name not in {"status", "remarks"}:
            with pytest.raises(BadArgument, match=f'no input "{name}".*known: prescription_id, '):
                counter.dry_run("update_eprescription", told | {name: 1})
            refused += 1
    # and the portal itself passes over what is no status and no remark
    other = json.dumps({"client": f"{counter.api}client/2/", "issue_time": "2026-01-01T00:00:00Z"})
    status, after = counter.send("PATCH", made["url"], other)
    assert status == 200
    assert {**after, "modified": ""} == {**changed, "modified": ""}
    for operation in ("create_eprescription", "update_eprescription"):
        for rule in Catalog(FLOWS).operation(PORTAL, operation).refuses:
            status, said = counter.send(rule.method, made["url"], UPDATE)
            assert status == rule.status == 405
            assert said == {"detail": f'Method "{rule.method}" not allowed.'}
            refused += 1
    assert counter.send("GET", made["url"])[1] == after
    measured("refused", refused)


@pytest.mark.must_hold("provet")
def test_each_of_the_eight_states_is_left_only_as_documented(
    counter: Counter, measured: Measure
) -> None:
    _, made = counter.send("POST", "eprescription/prescription/", MINIMAL)
    number = int(made["url"].rstrip("/").rpartition("/")[2])
    allowed = {1: {2, 3, 4, 5, 6, 7, 8}, 2: {3, 4, 5, 6, 7, 8}, 3: {4, 5, 6, 8}}
    checked = 0
    for now in range(1, 9):
        counter.portal.change(counter.practice.id, "eprescription", number, status=now)
        told = [{"prescription_id": number, "status": wanted} for wanted in range(1, 9)]
        runs = counter.dry_runs(*(("update_eprescription", one) for one in told))
        for wanted, run in enumerate(runs, 1):
            possible = wanted == now or wanted in allowed.get(now, set())
            assert (run.failed == ()) == possible, (now, wanted)
            checked += 1
    with pytest.raises(BadArgument, match="cannot be 9; allowed: 1 \\(draft\\), 2"):
        counter.dry_run("update_eprescription", {"prescription_id": number, "status": 9})
    run = counter.dry_run("update_eprescription", {"prescription_id": number})
    assert [check.why for check in run.failed] == ["neither status nor remarks is given"]
    measured("moves", checked)


def test_what_is_not_there_is_told_before_anything_is_sent(counter: Counter) -> None:
    run = counter.dry_run("update_eprescription", {"prescription_id": 99_999, "status": 2})
    assert [check.why for check in run.failed] == ["there is no such prescription"]
    run = counter.dry_run("create_eprescription", json.loads(MINIMAL) | {"client_id": 99_999})
    assert [check.why for check in run.failed] == ["there is no such client"]


def test_inputs_that_do_not_fit_are_told_and_the_portal_is_not_asked(counter: Counter) -> None:
    before = counter.served()
    item = {"name": "", "patients": [], "strength": 1, "instructions": "x", "valid_until": "soon"}
    given = json.loads(MINIMAL) | {"prescription_items": [item]}
    with pytest.raises(BadArgument) as caught:
        counter.dry_run("create_eprescription", given)
    assert '"prescription_items[0].name" needs at least 1 characters' in caught.value.message
    assert '"prescription_items[0].patients" needs at least 1 entries' in caught.value.message
    assert '"prescription_items[0].strength": 1 is no text; give a text' in caught.value.message
    assert "and 2 more" in caught.value.message
    with pytest.raises(BadArgument, match='"prescriber_id" is missing'):
        counter.dry_run("create_eprescription", {"client_id": 1})
    assert counter.served() == before


# ---------------------------------------------------------------- every operation


@dataclass
class Hand:
    """Carries out an operation by hand: each call as the product builds it, sent by the test.

    Before each step its read-back finds nothing, and afterwards exactly one.
    """

    counter: Counter
    operation: Operation
    inputs: dict[str, Any]
    answers: int = 0

    async def __call__(self, tools: Tools, session: Session, practice: Practice) -> dict[str, Any]:
        zone = ZoneInfo(practice.timezone)
        inputs = checked_inputs(self.operation, self.inputs, zone)
        began = self.counter.portal.clock.now()
        known = Known(self.operation, practice, inputs, f"m-{began:%H%M%S}", began.isoformat())
        endpoints = partial(tools.catalog.endpoint, PORTAL)
        looking = writes.Looking(known, session, endpoints, tools.clock, tools.rng)
        assert {check.outcome for check in await looking.look(None)} <= {"holds", "unknown"}
        for step in self.operation.steps:
            if step.when is not None and not known.holds(step.when):
                continue
            assert all(known.holds(need.holds) for need in step.needs)
            assert await self._found(tools, session, step.read_back, known, began) == 0, step.step
            call = await replay.prepared_call(
                tools.catalog.endpoint(PORTAL, step.endpoint),
                session,
                inputs=known.filled(step.values),
                clock=tools.clock,
                rng=tools.rng,
            )
            status, answer = sent(call)
            assert status in {200, 201}, answer
            self.answers += 1
            known.steps[step.step] = {
                name: writes.found_at(path, answer, self.operation)
                for name, path in step.keep.items()
            }
            assert await self._found(tools, session, step.read_back, known, began) == 1, step.step
        return {name: known.value(path) for name, path in self.operation.result.items()}

    async def _found(
        self, tools: Tools, session: Session, plan: ReadBack, known: Known, since: datetime
    ) -> int:
        answers = replay.replay_endpoint(
            tools.catalog.endpoint(PORTAL, plan.endpoint),
            session,
            inputs=known.filled(plan.values),
            clock=tools.clock,
            rng=tools.rng,
        )
        answer = await anext(answers)
        await answers.aclose()
        return len(matching(plan, answer.items, known, since=since))


@pytest.mark.must_hold("provet")
def test_no_dry_run_of_any_operation_writes_anything(
    counter: Counter, measured: Measure, scale: Callable[[int, int], int]
) -> None:
    given = prepared(counter)
    names = Catalog(FLOWS).operation_names(PORTAL)
    assert set(given) == set(names)
    writes_before, rows_before = counter.writes(), counter.portal.dump(counter.practice.id)
    shown = runs = 0
    for _ in range(scale(2, 20)):
        counter.portal.clock.advance(60)
        for name, run in zip(
            names, counter.dry_runs(*((name, given[name]) for name in names)), strict=True
        ):
            assert run.failed == (), (name, run.failed)
            shown += sum(planned.request is not None for planned in run.steps)
            runs += 1
    assert counter.writes() == writes_before
    assert counter.portal.dump(counter.practice.id) == rows_before
    measured("dry runs", runs)
    measured("requests shown", shown)
    measured("writes", 0)


@pytest.mark.must_hold("provet")
def test_every_operation_is_done_by_the_calls_it_declares_and_found_again_by_its_read_back(
    counter: Counter, measured: Measure
) -> None:
    catalog, steps = Catalog(FLOWS), 0
    for name, inputs in prepared(counter).items():
        counter.portal.clock.advance(60)
        hand = Hand(counter, catalog.operation(PORTAL, name), inputs)
        result = counter.in_session(hand)
        assert any(value is not None for value in result.values()), (name, result)
        steps += hand.answers
    measured("steps sent and found again", steps)


# ---------------------------------------------------------------- the fee


@pytest.mark.must_hold("provet")
def test_the_fee_is_taken_in_five_steps_and_paid_only_once_it_is_finalized(
    counter: Counter, measured: Measure
) -> None:
    given = {"location_id": 1, "client_id": 1, "payment_type": "card", "reference": "VISA - 4242"}
    before = counter.writes()
    run = counter.dry_run("charge_eprescription_fee", given)
    assert (run.failed, counter.writes()) == ((), before)
    asked = [request_of(run, number) for number in range(4)]
    assert [(method, url.removeprefix(counter.api)) for method, url, _ in asked] == [
        ("POST", "countersale/"),
        ("POST", "countersale/~sale.id~/add_item/"),
        ("POST", "countersale/~sale.id~/finalize/"),
        ("POST", "invoicepayment/"),
    ]
    _, settings = counter.send("GET", "departmentsettings/?department=1")
    fee = settings["results"][0]["eprescription_fee_item"]
    assert json.loads(asked[1][2]) == {"item": fee, "quantity": 1}
    (need,) = run.steps[3].checks
    assert (need.outcome, need.why) == ("later", "only a finalized sale can be paid")

    _, sale = counter.send(*asked[0])
    known = {"~sale.id~": str(sale["id"])}
    early = json.loads(filled(asked[3][2], known))
    assert early["invoice"] == f"{counter.api}invoice/{sale['id']}/"
    status, said = counter.send("POST", "invoicepayment/", json.dumps(early | {"paid": 1.0}))
    assert (status, "finalized invoices only" in str(said)) == (400, True)
    status, _ = counter.send(*(filled(part, known) for part in asked[1]))
    assert status == 201
    status, done = counter.send(*(filled(part, known) for part in asked[2]))
    assert (status, done["status"]) == (200, 3)
    known['"~finalize.due_sum~"'] = json.dumps(done["due_sum"])
    status, paid = counter.send(*(filled(part, known) for part in asked[3]))
    assert (status, paid["status"], paid["paid"]) == (201, 3, done["due_sum"])
    _, invoice = counter.send("GET", f"invoice/{sale['id']}/")
    assert (invoice["due_sum"], invoice["invoice_payed"]) == (0.0, True)
    measured("requests", len(asked))


def filled(text: str, known: Mapping[str, str]) -> str:
    for name, value in known.items():
        text = text.replace(name, value)
    return text


def test_a_login_that_may_not_see_the_settings_is_told_and_may_name_the_item(
    counters: list[Counter],
) -> None:
    second = counters[1]
    given = {"location_id": 1, "payment_type": "card"}
    run = second.dry_run("charge_eprescription_fee", given)
    assert run.failed[0].what == "read settings"
    assert "403" in run.failed[0].why
    run = second.dry_run("charge_eprescription_fee", given | {"item_id": 5})
    assert run.failed == ()
    body = json.loads(request_of(run, 1)[2])
    assert body["item"] == f"{second.api}item/5/"
    assert "client" not in json.loads(request_of(run)[2])


# ---------------------------------------------------------------- the command line


def test_the_command_shows_the_request_without_the_token_and_says_what_is_missing(
    counter: Counter,
) -> None:
    before = counter.writes()
    done = counter.home.command(
        *("operation", "dry-run", counter.name, "create_eprescription", "--file", "-"),
        given=MINIMAL,
    )
    assert done.returncode == 0, done.stderr
    assert f"POST {counter.api}eprescription/prescription/" in done.stdout
    assert '"issue_time":"2025-08-20T11:20:45Z"' in done.stdout
    assert f"vetportal writes allow {counter.name} create_eprescription" in done.stdout
    assert "nothing was sent" in done.stdout
    assert counter.token() not in done.stdout
    assert "authorization: " in done.stdout

    refused = counter.home.command(
        *("operation", "dry-run", counter.name, "update_eprescription", "--json"),
        *("--input", "prescription_id=99999", "--input", "remarks=x"),
    )
    assert refused.returncode == 7
    told = json.loads(refused.stdout)
    assert told["possible"] is False
    assert told["checks"][-1]["why"] == "there is no such prescription"
    assert counter.writes() == before

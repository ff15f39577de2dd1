"""Callers change a portal once, within their reach, and are told how it stands."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from automation.catalog import Catalog
from automation.serve.writing import moves_money, scope_of
from automation.settings import read_settings
from tests import cashbox
from tests.cashbox import Cashbox
from tests.serve.office import SOUTH, id_of, made
from tests.serve.till import Till, at_the_till

PAYS = "payments:write"
ANN, MAX = id_of("client", 7), id_of("client", 8)


@pytest.fixture
def box() -> Iterator[Cashbox]:
    with cashbox.running() as found:
        found.selling = True
        yield found


def test_a_payment_is_made_once_for_each_key_and_named_by_our_id(
    tmp_path: Path, box: Cashbox
) -> None:
    async def scene(till: Till) -> None:
        token = await till.token(PAYS)
        body = {"practice": "north", "client_id": ANN}
        path = "/payments?confirmed=true"
        first = await till.ask("POST", path, token, json=body, idempotency_key="k1")
        answer = await till.ask("POST", path, token, json=body, idempotency_key="k1")
        assert (first.status_code, answer.status_code) == (201, 201), answer.text
        found = answer.json()
        assert first.json() == found
        assert (found["state"], found["happened"]) == ("confirmed", True)
        assert answer.headers["location"] == f"/writes/{found['id']}"
        assert box.sold == [5.0]
        other = await till.ask(
            "POST", path, token, json=body | {"amount": 9.5}, idempotency_key="k1"
        )
        assert (other.status_code, other.json()["code"]) == (409, "idempotency_conflict")
        shown = await till.get(answer.headers["location"], token)
        assert shown.json() == found
        assert "request" not in shown.text
        write = await till.tools.journal.load(found["id"])
        assert (write.actor, write.inputs["client_id"]) == (f"token:{token[3:13]}", 7)
        none = await till.get("/writes/none", token)
        assert none.status_code == 404

    at_the_till(tmp_path, box, scene)


def test_what_is_missing_or_not_allowed_is_told_before_the_portal_is_asked(
    tmp_path: Path, box: Cashbox
) -> None:
    async def scene(till: Till) -> None:
        token = await till.token(PAYS, "reminders:write")
        pay = {"practice": "north", "client_id": 7}
        for path, body, key, expected in (
            ("/payments?confirmed=true", pay, "", (400, "idempotency_key_required")),
            ("/payments", pay, "k", (409, "confirmation_required")),
            ("/payments?confirmed=true", pay | {"amount": 6}, "k", (400, "invalid_request")),
            ("/payments?confirmed=true", {"client_id": 7}, "k", (400, "invalid_request")),
            ("/payments", pay | {"practice": "strange"}, "k", (404, "not_found")),
            ("/payments?confirmed=true", pay | {"practice": "south"}, "k", (403, "refused")),
            ("/messages", pay, "", (403, "insufficient_scope")),
            ("/operations/sell", pay, "k", (404, "not_available_in_practice")),
            ("/operations/buy", pay, "k", (404, "not_available_in_practice")),
            ("/reminders", pay | {"client_id": id_of("client", 9)}, "", (404, "not_found")),
            ("/reminders", pay | {"client_id": id_of("patient", 7)}, "", (400, "invalid_request")),
            ("/reminders", pay | {"text": "4242424242424242"}, "", (400, "card_number_refused")),
            ("/reminders", [], "", (400, "invalid_request")),
            ("/reminders", {"practice": 3}, "", (400, "invalid_request")),
            ("/reminders?dry=true", pay, "", (400, "invalid_request")),
        ):
            answer = await till.ask("POST", path, token, json=body, idempotency_key=key)
            assert (answer.status_code, answer.json()["code"]) == expected, (path, answer.text)
        assert box.asked == []

    at_the_till(tmp_path, box, scene)


def test_a_refusal_comes_with_its_code_and_in_the_words_of_the_portal(
    tmp_path: Path, box: Cashbox
) -> None:
    async def scene(till: Till) -> None:
        token = await till.token(PAYS, "reminders:write")
        closed = await till.ask(
            "POST", "/reminders", token, json={"practice": "north", "client_id": MAX}
        )
        assert (closed.status_code, closed.json()["code"]) == (409, "write_refused")
        assert "the client is archived" in closed.json()["detail"]
        box.refusal = "The till is closed on Sundays."
        refused = await till.ask(
            "POST", "/reminders", token, json={"practice": "north", "client_id": 7}
        )
        assert refused.status_code == 409
        assert "The till is closed on Sundays." in refused.json()["detail"]

    at_the_till(tmp_path, box, scene)


def test_who_is_told_of_a_change_finds_it_in_the_store_unless_that_takes_long(
    tmp_path: Path, box: Cashbox
) -> None:
    async def scene(till: Till) -> None:
        token = await till.token("reminders:write")
        body = {"practice": "north", "client_id": 7}
        for looks, left in ((5, {-1}), (1000, {*range(970, 980)})):  # or as long as is waited
            till.jobs.looks = looks  # type: ignore[attr-defined]
            answer = await till.ask("POST", "/reminders", token, json=body)
            assert (answer.status_code, answer.json()["state"]) == (201, "confirmed")
            assert till.jobs.looks in left  # type: ignore[attr-defined]

    at_the_till(tmp_path, box, scene)


def test_what_takes_longer_is_told_with_where_it_stands_later(tmp_path: Path, box: Cashbox) -> None:
    async def scene(till: Till) -> None:
        till.jobs.away = True  # type: ignore[attr-defined]
        token = await till.token("reminders:write")
        body = {"practice": "north", "client_id": 7}
        answer = await till.ask("POST", "/reminders", token, json=body)
        assert (answer.status_code, answer.json()["state"]) == (202, "planned")
        number = answer.json()["id"]
        assert till.jobs.asked == [("write", "north", {"write": number}, f"write:{number}")]
        assert answer.headers["idempotency-key"].startswith("auto-")
        assert box.sold == []

    at_the_till(tmp_path, box, scene)


def test_a_dry_run_shows_what_would_be_sent_and_sends_nothing(tmp_path: Path, box: Cashbox) -> None:
    async def scene(till: Till) -> None:
        token = await till.token(PAYS)
        body = {"practice": "north", "client_id": ANN}
        answer = await till.ask("POST", "/payments?dry_run=true", token, json=body)
        assert (answer.status_code, answer.json()["possible"]) == (200, True)
        assert cashbox.TOKEN not in answer.text
        assert all(method == "GET" for method, _ in box.asked)

    at_the_till(tmp_path, box, scene)


def test_one_location_cannot_act_for_another(tmp_path: Path, box: Cashbox) -> None:
    async def scene(till: Till) -> None:
        await till.keep([made("client", 5, name="Nowhere")])
        token = await till.token("reminders:write", "prescriptions:write", locations=("loc_a",))
        own = await till.ask(
            "POST", "/reminders", token, json={"practice": "north", "client_id": 7}
        )
        assert own.status_code == 201, own.text
        for other in (MAX, 8, id_of("client", 5), 5, 77):
            answer = await till.ask(
                "POST", "/reminders", token, json={"practice": "north", "client_id": other}
            )
            assert (answer.status_code, answer.json()["code"]) == (404, "not_found"), other
        whole = await till.token("reminders:write")
        made_by = (
            await till.ask("POST", "/reminders", whole, json={"practice": "north", "client_id": 7})
        ).json()["id"]
        assert (await till.get(f"/writes/{made_by}", token)).status_code == 404

    at_the_till(tmp_path, box, scene)


def test_what_is_changed_is_named_by_the_path_and_tells_its_practice(
    tmp_path: Path, box: Cashbox
) -> None:
    async def scene(till: Till) -> None:
        await till.keep([made("prescription", 4, SOUTH)], SOUTH)
        token = await till.token("prescriptions:write")
        path = f"/prescriptions/{id_of('prescription', 3)}/decline"
        done = await till.ask("POST", path, token, json={"client_id": ANN})
        assert done.status_code == 201, done.text
        write = await till.tools.journal.load(done.json()["id"])
        assert (write.practice, write.inputs["prescription_id"]) == ("north", 3)
        for place, body in (
            (f"/prescriptions/{id_of('prescription', 9)}/decline", {}),
            (path, {"practice": "south"}),
        ):
            answer = await till.ask("POST", place, token, json=body)
            assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
        only = await till.token("prescriptions:write", practices=("south",))
        hidden = await till.ask("POST", path, only, json={})
        assert hidden.status_code == 404

    at_the_till(tmp_path, box, scene)


def test_every_operation_says_what_it_is_about_and_those_for_money_that_they_pay() -> None:
    catalog = Catalog(read_settings().flows)
    for portal in catalog.portals():
        for operation in catalog.operations(portal):
            assert scope_of(operation) is not None, (portal, operation.operation)
            always = {"pay_invoice", "make_deposit"}
            if operation.operation in always:
                assert moves_money(operation, {})
            if "deposit" in operation.inputs:
                assert moves_money(operation, {"deposit": {"amount": 1}})
                assert not moves_money(operation, {"deposit": None})

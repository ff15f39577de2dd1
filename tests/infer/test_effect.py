"""What a call does to the portal."""

import pytest

from automation.model import FromSecret
from tests.infer.traffic import Journey, both, infer, people, procedures


def test_the_login_is_told_by_its_secrets_and_never_read() -> None:
    def journey(run: int) -> Journey:
        del run
        return Journey("login").call(
            "POST",
            "/login",
            {"ok": True, "user": {"name": "x", "role": "vet"}},
            form={
                "user": "«sec:credential.username:00aa00aa00:9:a»",
                "pass": "«sec:credential.password:00bb00bb00:12:an»",
            },
        )

    endpoint = infer(*both(journey))["login"]
    assert endpoint.effect == "auth"
    assert isinstance(endpoint.request.form["pass"], FromSecret)
    assert endpoint.request.form["pass"].secret == "credential.password"


def test_a_write_stays_a_write_even_when_it_answers_with_a_list() -> None:
    def journey(run: int) -> Journey:
        return Journey("create-visit", note=f"note {run}").call(
            "POST",
            "/visits/create",
            {"visits": people(run, 3)},
            send={"note": f"note {run}"},
            step="4",
        )

    assert infer(*both(journey))["create-visit"].effect == "write"


def test_a_write_that_answers_with_a_message_list_is_no_read() -> None:
    def journey(run: int) -> Journey:
        message = {"messages": [{"text": f"Checked in at {run}", "level": "ok"}]}
        return Journey("check-in", note=f"note {run}").call(
            "POST", "/Visit/CheckIn", message, send={"visitId": 5000 + run, "note": f"note {run}"}
        )

    assert infer(*both(journey))["check-in"].effect == "write"


@pytest.mark.parametrize("nonce", ["uuid", "base64url"])
def test_a_list_that_was_paged_through_reads_though_each_call_carries_a_nonce(nonce: str) -> None:
    """But not where nobody knows what the calls carry: that may be what is written."""

    def journey(run: int) -> Journey:
        made = Journey("list-people")
        for number, cursor in enumerate([None, "c3VyZQ1AbC1", "bm90aGVy2Xy2"]):
            made.call(
                "POST",
                "/feed",
                {
                    "rows": people(number * 4, 4),
                    "nextCursor": ["c3VyZQ1AbC1", "bm90aGVy2Xy2", None][number],
                },
                send={"cursor": cursor, "nonce": f"«sec:field:{run}{number}aabbccdd:36:{nonce}»"},
            )
        return made

    known = nonce == "uuid"
    assert infer(*both(journey))["list-people"].effect == ("read" if known else "write")


@pytest.mark.parametrize(
    "name, effect",
    [
        *(("pets_get", "read"), ("getPet", "read"), ("pets.find", "read")),
        *(("pets_close", "write"), ("pets_delete", "write"), ("getAndClear", "write")),
        *(("get_next_of_pet", "write"), ("mark_read", "write"), ("pets_list_close", "write")),
    ],
)
def test_a_procedure_that_says_it_gets_what_a_list_named_reads(name: str, effect: str) -> None:
    found = infer(*both(lambda run: procedures(run, name)))
    one = next(e for e in found.values() if "params.pet_id" in e.request.json_body)
    assert one.effect == effect


def test_a_procedure_that_a_flow_calls_to_write_is_none_that_reads() -> None:
    found = infer(*both(lambda run: procedures(run).writing()))
    assert all(
        e.effect == "write" for e in found.values() if "params.pet_id" in e.request.json_body
    )

"""A dry run shows what would be sent, and nothing is."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from automation.errors import Bug
from automation.model import Call, Profile
from automation.writes.reads_only import ReadsOnly
from tests.engine import run_engine
from tests.writes.shop import TOKEN, Shop, body_of, operation

GIVEN = {"client_id": 7, "lines": [{"item": "collar"}]}


def profile(**sections: dict[str, object]) -> Profile:
    return Profile.model_validate(
        {"practice": "north", "seen_at": datetime(2026, 3, 1, tzinfo=UTC), "sections": sections}
    )


def test_each_request_is_shown_as_it_would_be_sent_and_only_reads_are() -> None:
    shop = Shop()
    run = shop.dry_run(GIVEN | {"pay": True}, profile=profile(tills={"7": {"Name": "front"}}))
    assert run.failed == ()
    assert [planned.state for planned in run.steps] == ["send", "send"]
    first = run.steps[0].request
    assert first is not None
    assert (first.method, first.url) == ("POST", "https://app.acme.example/api/sale/")
    assert body_of(run) == {
        "kind": "counter",
        "client": "https://app.acme.example/api/client/7/",
        "lines": [{"item": "collar", "count": 1}],
    }
    second = run.steps[1].request
    assert second is not None
    assert second.url == "https://app.acme.example/api/sale/~sale.id~/pay/"
    assert body_of(run, 1) == {"amount": "~sale.total~", "by": "front"}
    assert shop.written == []
    assert [call.url for _, call in shop.session.sent] == ["https://app.acme.example/api/client/7/"]


def test_neither_a_token_nor_a_sensitive_value_is_shown() -> None:
    run = Shop().dry_run(GIVEN | {"pin": "4711-canary"})
    shown = repr(run.steps[0].request)
    assert TOKEN not in shown
    assert "canary" not in shown
    assert "authorization" in shown
    assert "collar" in shown


def test_a_step_that_is_not_wanted_is_left_out_and_keeps_nothing() -> None:
    run = Shop().dry_run(GIVEN)
    assert [planned.state for planned in run.steps] == ["send", "left_out"]
    assert run.steps[1].request is None


def test_a_step_that_an_answer_decides_about_may_be_sent() -> None:
    steps = operation().model_dump(mode="json", exclude_defaults=True)["steps"]
    steps[1]["when"] = "steps.sale.total"
    run = Shop().dry_run(GIVEN, operation(steps=steps), profile(tills={"7": {"Name": "front"}}))
    assert run.steps[1].state == "maybe"


def test_what_only_an_answer_tells_is_checked_later() -> None:
    run = Shop().dry_run(GIVEN | {"pay": True}, profile=profile(tills={"7": {"Name": "front"}}))
    told = [(check.outcome, check.why) for check in run.steps[1].checks]
    assert told == [("later", "no sale"), ("holds", "")]


def test_a_request_that_lacks_a_value_is_told_and_the_rest_is_shown() -> None:
    run = Shop().dry_run(GIVEN | {"pay": True})
    assert [planned.state for planned in run.steps] == ["send", "blocked"]
    assert [check.why for check in run.failed] == [
        "there is no till",
        "create-payment needs the input 'by'",
    ]


@pytest.mark.parametrize(
    "client,says",
    [
        ({"active": False}, "the client is archived"),
        ({"state": 2}, "2 (shut) may become: nothing"),
    ],
)
def test_a_condition_that_does_not_hold_is_told_in_the_words_of_the_file(
    client: dict[str, object], says: str
) -> None:
    run = Shop(**client).dry_run(GIVEN | {"state": 1})
    assert [check.why for check in run.failed] == [says]
    assert run.steps[0].state == "send", "what would be sent is shown all the same"


def test_a_thing_that_is_not_there_and_one_that_may_not_be_seen_are_told_apart() -> None:
    gone, denied = Shop(), Shop()
    gone.client = None
    denied.status = 403
    assert [check.why for check in gone.dry_run(GIVEN).failed] == ["there is no such client"]
    (check,) = denied.dry_run(GIVEN).failed
    assert (check.what, "status 403" in check.why) == ("read client", True)


def test_rights_are_those_of_the_practices_profile() -> None:
    outcomes = []
    for known in (None, profile(rights={"Sales": "Sales"}), profile(rights={"Stock": "Stock"})):
        run = Shop().dry_run(GIVEN, profile=known)
        outcomes.append(run.checks[0].outcome)
    assert outcomes == ["unknown", "holds", "fails"]


def test_nothing_that_is_no_read_goes_through_the_session_of_a_dry_run() -> None:
    shop = Shop()
    session = ReadsOnly(shop.session)
    call = Call("POST", "https://app.acme.example/api/sale/", safe=False)
    with pytest.raises(Bug, match="a POST was about to be sent"):
        run_engine(session.send(call))
    assert shop.session.sent == []

"""What the portal's own pages send."""

from __future__ import annotations

from automation.drift import judge
from automation.model import Body, Exchange
from tests.drift.runs import (
    SEARCH,
    TOKEN,
    UNUSED,
    USED,
    baseline,
    observed,
    request,
    sends,
    severities,
)
from tests.infer.traffic import Journey

KNOWN = (("authorization", "Bearer abc"),)


def test_a_new_parameter_breaks_what_we_call_ourselves() -> None:
    added = sends(lambda body: body.update(scope="all"))
    assert severities(added) == {"net.req.param.new": "breaking"}
    assert severities(added, UNUSED) == {"net.req.param.new": "cosmetic"}


def test_a_parameter_that_is_no_longer_sent_is_risky() -> None:
    assert severities(sends(lambda body: body.pop("page"))) == {"net.req.param.gone": "risky"}


def test_a_number_that_is_sent_as_a_text_breaks() -> None:
    told = severities(sends(lambda body: body.update(page="one")))
    assert told == {"net.req.retyped": "breaking"}


def test_a_number_that_is_sent_as_the_same_number_in_quotes_breaks() -> None:
    told = severities(sends(lambda body: body.update(page="1")))
    assert told == {"net.req.retyped": "breaking"}


def test_a_proof_whose_name_speaks_of_who_asks_is_one_finding() -> None:
    signed = request(headers=(*KNOWN, ("x-signature", "9f8e7d6c5b4a")))
    assert severities(signed) == {"net.req.signature": "breaking"}


def test_a_form_in_place_of_json_breaks() -> None:
    form = Body(text="page=1&filter.text=bel", mime="application/x-www-form-urlencoded", size=22)
    assert severities(request(body=form))["net.req.encoding"] == "breaking"


def test_a_value_per_call_that_no_answer_held_is_a_signature() -> None:
    signed = request(headers=(*KNOWN, ("x-sign", "9f8e7d6c5b4a")))
    assert severities(signed) == {"net.req.signature": "breaking"}


def test_a_token_against_forged_requests_that_moved_breaks() -> None:
    def with_token(run: list[Exchange], header: str) -> list[Exchange]:
        return request(headers=(*KNOWN, (header, "tok-abcdef-123456")))(run)

    grown = baseline(0)
    for day in range(4):
        grown = judge(
            grown, observed(day, lambda run: with_token(run, "x-csrf-token")), USED
        ).baseline
    told = judge(grown, observed(9, lambda run: with_token(run, "x-xsrf-token")), USED).findings
    assert [(f.rule, str(f.severity)) for f in told] == [("net.req.csrf", "breaking")]


def test_a_token_that_comes_from_elsewhere_breaks() -> None:
    def run(kind: str) -> list[Exchange]:
        journey = Journey()
        if kind == "cookie":
            journey.call("GET", "/api/token", {}, gives={"set-cookie": "csrf=abcdef123456"})
        else:
            journey.call("GET", "/api/token", {"csrf": "abcdef123456"})
        asked = {"x-csrf-token": "abcdef123456"}
        return journey.call("POST", "/api/pets/search", {"rows": []}, headers=asked).exchanges

    grown = baseline(0)
    for day in range(3):
        grown = judge(grown, observed(day, lambda _: run("cookie")), USED).baseline
    told = judge(grown, observed(9, lambda _: run("json")), USED).findings
    assert "net.req.csrf" in [finding.rule for finding in told]


def test_another_proof_of_who_asks_breaks() -> None:
    keyed = request(headers=(("x-api-key", "k1"),))
    assert severities(keyed)["net.req.auth.header"] == "breaking"
    assert severities(request(headers=()), UNUSED)["net.req.auth.header"] == "cosmetic"


def test_a_client_that_says_its_version_breaks() -> None:
    told = severities(request(headers=(*KNOWN, ("x-app-version", "12"))))
    assert told == {"net.req.client": "breaking"}


def test_other_values_of_the_same_kind_are_silent() -> None:
    changed = sends(lambda body: body.update(filter={"text": "anything"}))
    assert severities(changed) == {}
    assert severities(request(TOKEN, headers=(("accept", "application/json"),)), UNUSED) != {}


def test_a_parameter_that_some_calls_carry_is_no_news() -> None:
    def one_of_two(run: list[Exchange]) -> list[Exchange]:
        extra = sends(lambda body: body.update(hint="x"))(run)[SEARCH]
        return [run[TOKEN], run[SEARCH], extra, run[2]]

    assert severities(one_of_two) == {}

"""Status, headers and transport of answers."""

from __future__ import annotations

import pytest

from automation.drift import Baseline, judge
from automation.drift.rules.answers import latency
from automation.model import Body, Exchange
from tests.drift.runs import (
    SEARCH,
    UNUSED,
    USED,
    Change,
    answers,
    baseline,
    found,
    observed,
    pets,
    respond,
    severities,
)

HTML = Body(text="<main><p>Checking</p></main>", mime="text/html", size=28)


@pytest.mark.parametrize("status, word", [(404, "404 (address)"), (403, "403 (who asks)")])
def test_a_refusal_of_what_was_answered_breaks(status: int, word: str) -> None:
    one = found(respond(status=status))["net.res.status.class"]
    assert (str(one.severity), one.after, one.origin) == ("breaking", word, "transport")
    assert severities(respond(status=status), UNUSED)["net.res.status.class"] == "cosmetic"


def test_a_failure_of_the_server_is_no_drift() -> None:
    assert found(respond(status=502))["net.res.status.class"].origin == "environment"


def test_another_code_of_success_is_risky() -> None:
    assert severities(respond(status=202)) == {"net.res.status.code": "risky"}


def test_being_sent_to_sign_in_breaks_and_elsewhere_is_risky() -> None:
    for target, worst in (("/Account/Login", "breaking"), ("/pets/all", "risky")):
        sent = respond(status=302, headers=(("location", target),), body=None)
        assert severities(sent)["net.res.redirect"] == worst


def test_a_page_in_place_of_json_breaks() -> None:
    assert severities(respond(body=HTML)) == {"net.res.ctype": "breaking"}
    plain = respond(body=Body(text="a,b", mime="text/csv", size=3))
    assert severities(plain)["net.res.ctype"] == "risky"


def test_nothing_in_place_of_an_answer_breaks() -> None:
    assert severities(respond(body=None))["net.res.empty"] == "breaking"


def test_another_charset_is_cosmetic() -> None:
    other = respond(headers=(("content-type", "application/json; charset=latin-1"),))
    assert severities(other) == {"net.res.encoding": "cosmetic"}


def answered_with(*headers: tuple[str, str]) -> dict[str, str]:
    """What is told when headers that always were there are others."""
    always = (("link", "x"), ("set-cookie", "sid=1; Secure"), ("x-ratelimit-limit", "600"))
    policies = (("content-security-policy", "a"), ("strict-transport-security", "max-age=1"))
    grown = baseline(0)
    for day in range(4):
        grown = judge(grown, observed(day, respond(headers=(*always, *policies))), USED).baseline
    kept = {name for name, _ in headers}
    rest = tuple(one for one in (*always, *policies) if one[0] not in kept)
    given = tuple((name, value) for name, value in headers if value)
    told = judge(grown, observed(9, respond(headers=(*rest, *given))), USED).findings
    return {finding.rule: str(finding.severity) for finding in told}


@pytest.mark.parametrize(
    "header, told",
    [
        (("link", ""), {"net.res.header.req": "breaking"}),
        (("set-cookie", ""), {"net.res.header.req": "breaking"}),
        (("set-cookie", "sid=1"), {"net.res.header.req": "risky"}),
        (("x-ratelimit-limit", "60"), {"net.ops.ratelimit": "risky"}),
        (("retry-after", "60"), {"net.ops.ratelimit": "risky"}),
        (("content-security-policy", "b"), {"net.sec.csp": "risky"}),
        (("strict-transport-security", "max-age=9"), {"net.sec.hsts": "risky"}),
        (("sunset", "Sat, 1 Jan 2028"), {"net.res.deprecation": "risky"}),
        (("x-request-id", "8812"), {}),
    ],
)
def test_each_header_that_matters_is_told(header: tuple[str, str], told: dict[str, str]) -> None:
    assert answered_with(header) == told


def test_the_first_refusal_for_speed_is_risky() -> None:
    assert severities(respond(status=429))["net.ops.ratelimit"] == "risky"


def test_slow_answers_are_told_after_twenty_runs_and_are_risky_when_a_step_might_give_up() -> None:
    def slower(seconds: float) -> dict[str, str]:
        def late(run: list[Exchange]) -> list[Exchange]:
            one = run[SEARCH]
            changed = one.model_copy(update={"finished": one.started + seconds})
            return [changed if other is one else other for other in run]

        told = judge(baseline(22), observed(50, late), USED).findings
        return {finding.rule: str(finding.severity) for finding in told}

    assert slower(0.4) == {"net.ops.latency": "cosmetic"}
    assert slower(4.0) == {"net.ops.latency": "risky"}
    assert slower(0.06) == {}
    assert latency.__name__ == "latency"


def test_answers_many_times_as_large_are_risky() -> None:
    def padded(run: list[Exchange]) -> list[Exchange]:
        response = run[SEARCH].response
        assert response is not None
        assert response.body is not None
        body = response.body.model_copy(update={"size": response.body.size * 20})
        return respond(body=body)(run)

    assert severities(padded) == {"net.ops.size": "risky"}


def test_pages_of_a_list_may_differ_in_size_and_are_outgrown_all_the_same() -> None:
    def paged(run: list[Exchange], factor: int) -> list[Exchange]:
        short = answers(lambda document: document.update(rows=document["rows"][:2]))(run)[SEARCH]
        whole = [*run, short]
        sized = []
        for one in whole:
            assert one.response is not None
            assert one.response.body is not None
            size = one.response.body.size * factor
            body = one.response.body.model_copy(update={"size": size})
            response = one.response.model_copy(update={"body": body})
            sized.append(one.model_copy(update={"response": response}))
        return sized

    grown = Baseline(portal="p", practice="q", flow="f")
    for day in range(12):
        grown = judge(grown, observed(day, lambda run: paged(run, 1)), USED).baseline
    told = judge(grown, observed(50, lambda run: paged(run, 20)), USED).findings
    assert {f.rule for f in told} == {"net.ops.size"}
    assert judge(grown, observed(50, lambda run: paged(run, 1)), USED).findings == ()


def test_another_version_of_tls_or_another_authority_is_risky_and_told_once() -> None:
    grown = secured_baseline()
    for now, after in (
        ("TLS 1.2, Some Authority R3", "version TLS 1.2"),
        ("TLS 1.3, Another One R3", "issuer #"),
    ):
        told = judge(grown, observed(50, secured(now)), USED).findings
        assert [(one.rule, str(one.severity)) for one in told] == [("net.sec.tls", "risky")]
        assert (told[0].subject, told[0].after[: len(after)]) == ("own connection", after)


def test_an_authority_with_another_number_and_a_way_that_does_not_tell_are_silent() -> None:
    grown = secured_baseline()
    for now in ("TLS 1.3, Some Authority R4", ""):
        assert judge(grown, observed(50, secured(now)), USED).findings == ()


def secured_baseline() -> Baseline:
    grown = Baseline(portal="example", practice="one", flow="list-pets")
    for day in range(12):
        now = observed(day, secured(f"TLS 1.3, Some Authority R{day % 3}"))
        grown = judge(grown, now, USED).baseline
    return grown


def secured(how: str) -> Change:
    """All connections are secured so."""

    def changed(run: list[Exchange]) -> list[Exchange]:
        for number in range(len(run)):
            run = respond(number, secured=how)(run)
        return run

    return changed


def test_another_share_of_large_and_small_answers_is_no_news() -> None:
    """Whole pages of a list are large, its last one is small: once there are two pages only."""
    grown = Baseline(portal="example", practice="one", flow="list-pets")
    for day in range(12):
        grown = judge(grown, observed(day, sized(9000, 9000, 9000, 300)), USED).baseline
    assert judge(grown, observed(50, sized(9000, 300)), USED).findings == ()
    told = judge(grown, observed(50, sized(20, 20)), USED).findings
    assert [(one.rule, one.after) for one in told] == [("net.ops.size", "smaller")]


def sized(*sizes: int) -> Change:
    """The search is asked several times, and answered at these sizes."""

    def changed(run: list[Exchange]) -> list[Exchange]:
        search = run[SEARCH]
        assert search.response is not None
        assert search.response.body is not None
        answered = [search.response.body.model_copy(update={"size": size}) for size in sizes]
        return [*run[:SEARCH], *(respond(body=body)([*run])[SEARCH] for body in answered)]

    return changed


def test_a_list_of_many_more_things_or_of_few_is_no_other_size() -> None:
    def of(number: int) -> Change:
        return answers(lambda document: document.update(rows=pets(number, seed=3), total=number))

    grown = Baseline(portal="p", practice="q", flow="f")
    for day in range(12):
        grown = judge(grown, observed(day, of(20 + day)), USED).baseline
    assert judge(grown, observed(50, of(260)), USED).findings == ()
    assert judge(grown, observed(50, of(1)), USED).findings == ()

"""A release is recognised by the build that the portal names; a build alone is nothing."""

from __future__ import annotations

import random

from automation.drift import Baseline, judge
from automation.drift.builds import build_labels, new_build
from automation.model import Body, Exchange, Response
from tests.drift.runs import SEARCH, USED, Change, observed, respond, rows


def page(text: str) -> Response:
    return Response(status=200, body=Body(text=text, mime="text/html", size=len(text)))


def with_build(build: str, then: Change = lambda run: run) -> Change:
    """Each answer names a build."""

    def changed(run: list[Exchange]) -> list[Exchange]:
        response = run[SEARCH].response
        assert response is not None
        headers = (*response.headers, ("x-app-version", build))
        return respond(headers=headers)(then(run))

    return changed


def grown(*builds: str) -> Baseline:
    baseline = Baseline(portal="example", practice="one", flow="list-pets")
    for day, build in enumerate(builds):
        baseline = judge(baseline, observed(day, with_build(build)), USED).baseline
    return baseline


def lost(row: dict[str, object]) -> None:
    del row["name"]


def test_headers_generators_bundles_and_versions_name_a_build() -> None:
    text = (
        '<meta name="generator" content="Acme 4.2 for Dr. Ann"><link href="/a.css?v=3">'
        '<script src="/app.3fa9c1.js"></script><script>x()</script><a href="/b.js">b</a>'
    )
    labels = list(build_labels(page(text), None))
    assert [label.partition(" ")[0] for label in labels] == ["generator", "bundles"]
    assert "Ann" not in str(labels)
    other = list(build_labels(page(text.replace("3fa9c1", "77aa01")), None))
    assert (labels[0], labels[1] == other[1]) == (other[0], False)
    answer = Response(status=200, headers=(("x-build", "2026.11"), ("etag", "9")))
    assert list(build_labels(answer, None)) == ["x-build 2026.11"]
    (told,) = build_labels(Response(status=200), {"appVersion": "1.2.3", "rows": [], "name": "Bo"})
    assert told.endswith(" 1.2.3")


def test_a_difference_says_with_which_build_it_came() -> None:
    now = observed(50, with_build("4.3", rows(lost)))
    told = judge(grown(*["4.2"] * 12), now, USED).findings
    assert {(one.rule, one.build) for one in told} == {("net.body.field.gone", "4.3")}
    same = observed(50, with_build("4.2", rows(lost)))
    before = judge(grown(*["4.2"] * 12), same, USED).findings
    assert [one.build for one in before] == [""]
    assert before[0].fingerprint == told[0].fingerprint


def test_another_build_alone_is_silent() -> None:
    baseline = grown(*["4.2"] * 12)
    assert judge(baseline, observed(50, with_build("4.3")), USED).findings == ()


def test_what_is_another_in_each_run_is_no_build() -> None:
    chance = random.Random(1)
    baseline = grown(*(f"1.{chance.randrange(10**6)}" for _ in range(12)))
    now = observed(50, with_build("1.77", rows(lost)))
    assert [one.build for one in judge(baseline, now, USED).findings] == [""]


def test_a_version_as_it_reads_comes_before_a_digest() -> None:
    old, new = (
        observed(1, with_build(build)).network.operations["POST own /api/pets/search"]
        for build in ("4.2", "4.3")
    )
    old = old.merge(old.later(1))
    extra = {"bundles #0001": 1}
    more = new.model_copy(update={"builds": {**extra, **new.builds}})
    assert new_build([(old, more)]) == "4.3"
    assert new_build([(old, old)]) == ""

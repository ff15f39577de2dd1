"""Which operations are called."""

from __future__ import annotations

from automation.drift import judge
from automation.model import Exchange
from tests.drift.runs import (
    ONE_PET,
    SEARCH,
    TOKEN,
    UNUSED,
    USED,
    Change,
    baseline,
    observed,
    request,
    severities,
    without,
)
from tests.infer.traffic import BASE, Journey

SEARCH_URL = f"{BASE}/api/pets/search"


def test_an_operation_that_is_used_and_gone_breaks() -> None:
    assert severities(without(SEARCH)) == {"net.op.gone": "breaking"}


def test_an_operation_that_nobody_uses_is_missed_later() -> None:
    assert severities(without(TOKEN), UNUSED) == {}
    grown, told = baseline(), []
    for day in range(20, 26):
        judged = judge(grown, observed(day, without(TOKEN)), UNUSED)
        told += [(f.rule, str(f.severity)) for f in judged.findings]
        grown = judged.baseline
    assert told[0] == ("net.op.gone", "cosmetic")


def test_the_same_data_from_another_address_takes_its_place() -> None:
    moved = request(url=f"{BASE}/api/animals/find")
    assert severities(moved) == {"net.op.replaced": "breaking"}
    assert severities(moved, UNUSED)["net.op.replaced"] == "cosmetic"


def test_another_method_of_one_address_is_one_finding() -> None:
    assert severities(request(method="PUT")) == {"net.op.method": "breaking"}


def test_another_host_breaks_what_we_call_ourselves() -> None:
    other = request(url="https://api.elsewhere.example/api/pets/search")
    assert severities(other) == {"net.op.host": "breaking"}
    assert severities(other, UNUSED) == {"net.op.host": "cosmetic"}


def test_a_version_in_the_address_is_told_from_another_address() -> None:
    assert severities(request(url=f"{BASE}/api/v2/pets/search")) == {"net.op.version": "risky"}


def test_a_new_operation_is_cosmetic_and_one_that_posts_is_risky() -> None:
    def added(method: str, url: str) -> list[Exchange]:
        return Journey().call(method, url, {"x": 1}).exchanges

    assert severities(lambda run: [*run, *added("GET", "/api/news")]) == {"net.op.new": "cosmetic"}
    assert severities(lambda run: [*run, *added("POST", "/api/seen")]) == {"net.op.new": "risky"}


def test_a_counter_on_a_foreign_host_is_no_news() -> None:
    def counted(run: list[Exchange]) -> list[Exchange]:
        (beacon,) = Journey().call("POST", "/hit", {}).exchanges
        asked = beacon.request.model_copy(update={"url": "https://stats.example.net/hit"})
        return [*run, beacon.model_copy(update={"request": asked})]

    assert severities(counted) == {}


def test_two_operations_in_the_other_order_are_risky_where_both_are_used() -> None:
    def swapped(run: list[Exchange]) -> list[Exchange]:
        return [run[SEARCH], run[TOKEN], run[ONE_PET]]

    assert severities(swapped) == {"net.op.order": "risky"}
    assert severities(swapped, UNUSED) == {}


def test_many_more_calls_than_ever_are_risky() -> None:
    def stormed(run: list[Exchange]) -> list[Exchange]:
        return [*run, *[run[SEARCH]] * 30]

    assert severities(stormed) == {"net.op.count": "risky"}
    assert severities(lambda run: [*run, run[SEARCH]]) == {}


def asked(query: str) -> Change:
    """One call of a GraphQL address."""
    sent = {"operationName": "GetPets", "query": query}
    exchanges = Journey().call("POST", "/graphql", {"data": {"n": 1}}, send=sent).exchanges
    return lambda _: exchanges


def test_another_selection_of_one_query_is_told() -> None:
    old, new = "query GetPets { pets { id } }", "query GetPets { pets { id name } }"
    grown = baseline(0)
    for day in range(3):
        grown = judge(grown, observed(day, asked(old)), USED).baseline
    told = {
        query: [f.rule for f in judge(grown, observed(9, asked(query)), USED).findings]
        for query in (old, new)
    }
    assert told == {old: [], new: ["net.op.graphql"]}

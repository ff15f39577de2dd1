"""Made-up runs of a small portal, and their signatures."""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Callable
from functools import cache
from types import FrameType
from typing import Any

from pydantic import JsonValue

from automation.drift import (
    Baseline,
    Consumption,
    NetworkSignature,
    NetworkWatch,
    Observation,
    consumption_of,
    judge,
)
from automation.model import (
    Constant,
    Endpoint,
    Exchange,
    FieldMap,
    Finding,
    Mapping,
    Pagination,
    RequestTemplate,
    ResponseShape,
)
from tests.infer.traffic import BASE, Journey

SPECIES = ("Canine", "Feline", "Equine", "Avian")


def pets(count: int = 40, *, seed: int = 0) -> list[dict[str, JsonValue]]:
    """Rows as a portal sends them; the seed is the day."""
    chance = random.Random(seed)
    return [
        {
            "id": 1000 + seed * 7 + n,
            "name": f"{chance.choice('BDFGKLMNPRST')}{chance.choice('aeiou')}"
            f"{chance.choice('bdfgklmnprst')}{chance.choice('aeiou')}{chance.choice('lmnrst')}",
            "species": SPECIES[n % 3],
            "born": f"20{chance.randrange(10, 25)}-0{chance.randrange(1, 9)}-1{n % 9}",
            "weight": round(chance.uniform(2, 40), 1),
            "owner": {"id": f"c{chance.randrange(10**6)}", "active": True},
        }
        for n in range(count)
    ]


def watched(journey: Journey) -> NetworkSignature:
    """The signature of one run."""
    watch = NetworkWatch(BASE)
    for exchange in journey.exchanges:
        watch.add(exchange)
    return watch.signature()


def healthy(day: int = 0) -> Journey:
    """One run of the portal as it always is, with the data of a day."""
    chance = random.Random(day)
    rows = pets(chance.randrange(30, 60), seed=day)
    return (
        Journey()
        .call("GET", "/api/token", {"token": f"tok{day:04d}AbCdEf{chance.random()}"})
        .call(
            "POST",
            "/api/pets/search",
            {"total": len(rows), "rows": rows},
            step="2",
            send={"page": 1, "filter": {"text": f"bel{day}"}},
            headers={"authorization": "Bearer abc"},
        )
        .call("GET", f"/api/pets/{1000 + day}", rows[0], step="3")
    )


def many(runs: int, make: Callable[[int], Journey] = healthy) -> NetworkSignature:
    """The signatures of many runs, merged."""
    merged = watched(make(0))
    for run in range(1, runs):
        merged = merged.merge(watched(make(run)).later(run))
    return merged


def operations_counted(act: Callable[[], object]) -> int:
    """How many function calls an act makes: a cost that no busy machine changes."""
    calls = 0

    def count(frame: FrameType, event: str, arg: object) -> None:
        nonlocal calls
        calls += event in {"call", "c_call"}

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        act()
    finally:
        sys.setprofile(before)
    return calls


# ---------------------------------------------------------------- a baseline, and runs that differ

SEARCH, ONE_PET, TOKEN = 1, 2, 0
"""The numbers of the calls in a run."""
ENDPOINTS = (
    Endpoint(
        endpoint="search-pets",
        effect="read",
        request=RequestTemplate(
            method="POST", url="/api/pets/search", json_body={"page": Constant(constant=1)}
        ),
        response=ResponseShape(items="rows"),
        pagination=Pagination(kind="page"),
    ),
    Endpoint(
        endpoint="get-token",
        effect="read",
        request=RequestTemplate(method="GET", url="/api/token"),
    ),
)
MAPPING = Mapping(
    mapping="pets",
    entity="patient",
    endpoints=("search-pets",),
    key=FieldMap(path="id"),
    fields={
        "name": FieldMap(path="name", required=True),
        "species": FieldMap(path="species", map=dict.fromkeys(SPECIES[:3], "x")),
        "born": FieldMap(path="born"),
        "weight": FieldMap(path="weight"),
        "owner": FieldMap(path="owner.id"),
        "active": FieldMap(path="owner.active"),
    },
)
USED = consumption_of(ENDPOINTS, [MAPPING])
UNUSED = consumption_of()

Change = Callable[[list[Exchange]], list[Exchange]]


@cache
def baseline(days: int = 12) -> Baseline:
    """What was accepted in the first days, without any finding on the way."""
    grown = Baseline(portal="example", practice="one", flow="list-pets")
    for day in range(days):
        grown = judge(grown, observed(day), USED).baseline
        assert grown.count == day + 1
    return grown


def observed(day: int, change: Change = lambda run: run, use: Consumption = USED) -> Observation:
    """One run, changed."""
    watch = NetworkWatch(BASE, consumption=use)
    for exchange in change(healthy(day).exchanges):
        watch.add(exchange)
    return Observation(network=watch.signature())


def found(change: Change, use: Consumption = USED, day: int = 50) -> dict[str, Finding]:
    """The findings of one changed run, by rule; the first of each."""
    told = judge(baseline(), observed(day, change), use).findings
    return {finding.rule: finding for finding in reversed(told)}


def severities(change: Change, use: Consumption = USED, day: int = 50) -> dict[str, str]:
    """The severities of the findings of one changed run, by rule."""
    return {rule: str(one.severity) for rule, one in found(change, use, day).items()}


def answers(change: Callable[[Any], object], number: int = SEARCH) -> Change:
    """The document of one call is changed, in place or by what is given back."""

    def changed(run: list[Exchange]) -> list[Exchange]:
        response = run[number].response
        assert response is not None
        assert response.body is not None
        document = json.loads(response.body.text)
        given = change(document)
        text = json.dumps(document if given is None else given)
        return respond(body=response.body.model_copy(update={"text": text, "size": len(text)}))(run)

    return changed if number == SEARCH else _at(number, changed)


def _at(number: int, change: Change) -> Change:
    def changed(run: list[Exchange]) -> list[Exchange]:
        turned = [run[number] if n == SEARCH else one for n, one in enumerate(run)]
        return [change(turned)[SEARCH] if n == number else one for n, one in enumerate(run)]

    return changed


def rows(change: Callable[[Any], object]) -> Change:
    """Each row of the list is changed in place."""

    def changed(document: dict[str, list[object]]) -> None:
        for row in document["rows"]:
            change(row)

    return answers(changed)


def respond(number: int = SEARCH, **update: object) -> Change:
    """Parts of one response are others."""

    def changed(run: list[Exchange]) -> list[Exchange]:
        one = run[number]
        assert one.response is not None
        response = one.response.model_copy(update=update)
        return [one.model_copy(update={"response": response}) if o is one else o for o in run]

    return changed


def request(number: int = SEARCH, **update: object) -> Change:
    """Parts of one request are others."""

    def changed(run: list[Exchange]) -> list[Exchange]:
        one = run[number]
        asked = one.request.model_copy(update=update)
        return [one.model_copy(update={"request": asked}) if o is one else o for o in run]

    return changed


def without(number: int) -> Change:
    """One call is not made."""
    return lambda run: [one for one in run if one is not run[number]]


def sends(change: Callable[[Any], object]) -> Change:
    """The body of the search is changed in place."""

    def changed(run: list[Exchange]) -> list[Exchange]:
        body = run[SEARCH].request.body
        assert body is not None
        document = json.loads(body.text)
        change(document)
        return request(body=body.model_copy(update={"text": json.dumps(document)}))(run)

    return changed

"""Exchanges become a signature that holds no value."""

from __future__ import annotations

import base64
import tracemalloc

from automation.drift import Consumption, FieldUse, NetworkWatch, OperationUse
from tests import canary
from tests.drift.runs import healthy, operations_counted, pets, watched
from tests.infer.traffic import BASE, Journey

SECRETS = {
    "name": "Wolfsbane Canarymiller",
    "mail": "canary.miller@hidden.example",
    "note": "the canary sang at midnight in the ward",
    "token": "eyCanary0123456789abcdefTOKEN",
    "word": "canaryword",
    "number": "8842017733",
    "phone": "+1 555 014 2299",
}


def test_operations_are_told_apart_by_method_address_and_what_is_meant() -> None:
    journey = healthy(3).call("POST", "/graphql", {"data": {}}, send={"operationName": "GetPets"})
    assert list(watched(journey).operations) == [
        "GET own /api/token",
        "POST own /api/pets/search",
        "GET own /api/pets/{}",
        "POST own /graphql operationName=GetPets",
    ]


def test_leaves_have_classes_sources_and_steps() -> None:
    journey = Journey().call("GET", "/api/token", {"token": "abcdef12345"}, step="1")
    for page in ("1", "2"):
        journey.call("GET", f"/api/pets?page={page}&t=abcdef12345", {"rows": []}, step="2")
    operation = watched(journey).operations["GET own /api/pets"]
    assert operation.steps == {"2": 1}
    assert operation.calls == {2: 1}
    assert operation.leaves["query page"].fresh == 1
    assert operation.leaves["query t"].sources == {"json token": 1}
    assert operation.leaves["query t"].unknown == 0


def test_a_value_per_call_that_nothing_held_before_is_unknown() -> None:
    journey = Journey()
    for n in range(3):
        journey.call("GET", "/api/x", {}, headers={"x-sign": f"9f8e7d6c{n}"})
    leaf = watched(journey).operations["GET own /api/x"].leaves["header x-sign"]
    assert (leaf.fresh, leaf.unknown) == (1, 1)


def test_who_asks_and_what_came_back_are_labels() -> None:
    journey = Journey().call(
        "GET",
        "/api/x",
        {"a": 1},
        headers={"authorization": "Bearer abc", "cookie": "a=b", "x-api-key": "k"},
        gives={"set-cookie": "sid=1; Secure", "location": "/Login?x=1"},
        status=302,
    )
    operation = watched(journey).operations["GET own /api/x"]
    assert set(operation.auth) == {"authorization bearer", "cookie", "header x-api-key"}
    assert operation.redirects == {"own /Login": 1}
    assert operation.cookies == {"sid; secure": 1}
    assert operation.statuses == {302: 1}
    assert operation.fields == {}


def test_an_address_below_that_of_the_practice_is_the_one_our_files_name() -> None:
    use = Consumption(operations={"GET /pets/{}": OperationUse(endpoint="get-pet")})
    watch = NetworkWatch(f"{BASE}/4", consumption=use)
    for exchange in Journey().call("GET", "/4/pets/rex", {"name": "Rex"}).exchanges:
        watch.add(exchange)
    (operation,) = watch.signature().operations.values()
    assert operation.path == "/pets/{}"
    assert "path 1" in operation.leaves


def test_a_page_is_read_like_any_answer() -> None:
    html = "<main><h1>Pets</h1><table><tr><th>Name</th></tr><tr><td>Bo</td></tr></table></main>"
    use = OperationUse(endpoint="list-pets", fields={"tables.Pets[].Name": FieldUse()})
    consumption = Consumption(operations={"GET /pets": use})
    watch = NetworkWatch(BASE, consumption=consumption)
    for exchange in Journey().page("/pets", html).exchanges:
        watch.add(exchange)
    fields = watch.signature().operations["GET own /pets"].fields
    assert "tables" in fields
    assert any(path.endswith("Name") for path in fields)


def test_preflights_pictures_and_failures_are_no_calls() -> None:
    journey = Journey().call("OPTIONS", "/api/x", {}).call("GET", "/api/y", {})
    picture = journey.exchanges[-1].model_copy(update={"resource": "image"})
    failed = journey.exchanges[-1].model_copy(update={"response": None})
    watch = NetworkWatch(BASE)
    for exchange in (journey.exchanges[0], picture, failed):
        watch.add(exchange)
    assert watch.signature().operations == {}


def test_no_value_of_an_exchange_is_in_a_signature() -> None:
    document = {
        "rows": [SECRETS, *pets(3)],
        "by": {SECRETS["name"]: 1, SECRETS["mail"]: 2, SECRETS["phone"]: 3},
        "coded": base64.b64encode(SECRETS["note"].encode()).decode(),
    }
    html = "".join(
        f"<h2>{value}</h2><dl><dt>{value}</dt><dd>{value}</dd></dl>" for value in SECRETS.values()
    )
    journey = (
        Journey()
        .call("POST", "/api/x", document, send=document, headers={"x-token": SECRETS["token"]})
        .call("POST", "/api/y", document, form=SECRETS, gives={"set-cookie": SECRETS["token"]})
        .call("GET", f"/api/pets/{SECRETS['number']}?q={SECRETS['name']}", document)
        .call("GET", f"/api/{SECRETS['name'].replace(' ', '%20')}/x", document)
        .page("/page", f"<main>{html}</main>")
    )
    written = watched(journey).model_dump_json().encode()
    assert canary.scan([journey.done().model_dump_json().encode()], SECRETS)
    assert canary.scan([written], SECRETS) == []


def test_the_cost_grows_with_the_exchanges_and_not_faster() -> None:
    def run(count: int) -> int:
        journey = Journey()
        for n in range(count):
            journey.call("GET", f"/api/pets?page={n}", {"rows": pets(5, seed=n)})
        return operations_counted(lambda: watched(journey))

    costs = [run(count) for count in (25, 50, 100)]
    assert costs[1] < 2.2 * costs[0]
    assert costs[2] < 2.2 * costs[1]


def test_what_streams_through_is_not_kept() -> None:
    watch = NetworkWatch(BASE)
    long = {"rows": [{"note": "x" * 2000, "n": n} for n in range(50)]}
    exchange = Journey().call("GET", "/api/pets", long).exchanges[0]
    watch.add(exchange)
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    for _ in range(20):
        watch.add(exchange)
    kept = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    assert kept < 50_000

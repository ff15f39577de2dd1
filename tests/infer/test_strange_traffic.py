"""Habits of other web applications: the rules are about evidence, not about one portal."""

from automation.infer import infer_endpoints
from automation.model import (
    Capture,
    Computed,
    Constant,
    Derived,
    Endpoint,
    FromSession,
    Input,
    Source,
)
from tests.infer.traffic import Journey, people


def infer(*captures: Capture) -> dict[str, Endpoint]:
    return {e.endpoint: e for e in infer_endpoints(captures).endpoints}


def test_a_nonce_from_a_script_call_is_a_slot_that_headers_renew() -> None:
    def journey(run: int) -> Capture:
        nonces = [f"a{run}b{n}c9d8e7" for n in range(3)]
        made = Journey("list-posts").page(
            "/admin/posts", f'<script>createNonceMiddleware( "{nonces[0]}" );</script>'
        )
        for number in range(2):
            made.call(
                "GET",
                "/wp-json/posts",
                people(0, 4),
                step=str(number + 1),
                headers={"x-nonce": nonces[number]},
                gives={"x-nonce": nonces[number + 1]},
            )
        return made.done(run)

    endpoint = infer(journey(0), journey(1))["list-posts"]
    binding = endpoint.request.headers["x-nonce"]
    assert isinstance(binding, FromSession)
    sources = endpoint.slots[binding.session].sources
    assert Source(header="x-nonce") in sources
    assert any(source.script for source in sources)
    assert endpoint.slots[binding.session].open == "/admin/posts"


def test_a_bearer_token_from_storage_is_a_slot_with_its_prefix() -> None:
    def journey(run: int) -> Capture:
        token = f"eyJhbGciOi.J9{run}x7Kq2.mZ{run}"
        capture = (
            Journey("list-pets")
            .call("GET", "/me", {"a": 1, "b": 2, "c": 3, "d": 4})
            .call("GET", "/pets", {"pets": people(0, 4)}, step="2",
                  headers={"authorization": f"Bearer {token}"})
            .done(run)
        )  # fmt: skip
        early = capture.snapshots[0].model_copy(update={"storage": {"jwt": token}, "taken": 0.05})
        return capture.model_copy(update={"snapshots": (early, *capture.snapshots)})

    endpoint = infer(journey(0), journey(1))["list-pets"]
    binding = endpoint.request.headers["authorization"]
    assert isinstance(binding, FromSession)
    assert binding.wrap == "Bearer {}"
    assert endpoint.slots[binding.session].sources == (Source(storage="jwt"),)


def test_operations_that_share_an_address_are_told_apart() -> None:
    def journey(run: int) -> Capture:
        made = Journey("list-pets")
        for name, rows in (("Pets", people(0, 5)), ("Owners", people(50, 5))):
            made.call(
                "POST",
                "/graphql",
                {"data": {name.lower(): rows}},
                send={"operationName": name, "query": f"query {name} {{ id name }}"},
                step="1" if name == "Pets" else "2",
            )
        return made.done(run)

    endpoints = infer(journey(0), journey(1))
    assert len(endpoints) == 2
    assert {e.effect for e in endpoints.values()} == {"read"}
    names = {e.request.json_body["operationName"].constant for e in endpoints.values()
             if isinstance(e.request.json_body["operationName"], Constant)}  # fmt: skip
    assert names == {"Pets", "Owners"}


def test_an_id_inside_a_longer_text_keeps_the_text_around_it() -> None:
    def journey(run: int) -> Capture:
        rows = people(run * 7, 3)
        made = Journey("lock-post").call("GET", "/posts", {"rows": rows})
        for number, row in enumerate(rows[:2]):
            made.call("GET", f"/lock?key=post-{row['id']}", {"ok": True, "a": 1, "b": 2, "c": number},
                      step=str(number + 2))  # fmt: skip
        return made.done(run)

    binding = infer(journey(0), journey(1))["lock-post"].request.query["key"]
    assert isinstance(binding, Derived)
    assert (binding.path, binding.wrap) == ("rows[].id", "post-{}")


def test_a_signature_needs_the_browser() -> None:
    def journey(run: int) -> Capture:
        made = Journey("list-pets")
        for number in range(2):
            digest = f"{run}{number}" + "0f1e2d3c4b5a69788796a5b4c3d2e1" + "f0" * 16
            made.call("GET", f"/pets?sign={digest[:64]}", {"rows": people(0, 3)}, step=str(number))
        return made.done(run)

    endpoint = infer(journey(0), journey(1))["list-pets"]
    assert isinstance(endpoint.request.query["sign"], Computed)
    assert endpoint.reach.rung == "page"


def test_a_tenant_number_in_the_page_is_not_a_constant() -> None:
    def journey(run: int) -> Capture:
        return (
            Journey("list-pets")
            .page("/app", '<body data-clinic-id="204518"></body>')
            .call("GET", "/pets?clinicId=204518&view=all", {"rows": people(0, 3)})
            .done(run)
        )

    query = infer(journey(0), journey(1))["list-pets"].request.query
    assert isinstance(query["clinicId"], FromSession)
    assert isinstance(query["view"], Constant)


def test_a_filter_that_changes_with_the_steps_is_an_input() -> None:
    def journey(run: int) -> Capture:
        made = Journey("list-pets")
        for number, status in enumerate(("all", "active", "deceased")):
            made.call("GET", f"/pets?status={status}", {"rows": people(number * 4, 3)},
                      step=str(number + 1))  # fmt: skip
        return made.done(run)

    binding = infer(journey(0), journey(1))["list-pets"].request.query["status"]
    assert isinstance(binding, Input)
    assert (binding.input, binding.default) == ("status", "all")


def test_a_value_that_only_looks_like_an_earlier_one_stays_constant() -> None:
    """Short codes and plain words meet by chance everywhere."""

    def journey(run: int) -> Capture:
        return (
            Journey("list-pets")
            .call("GET", "/types", {"rows": [{"code": "25", "label": "canine"}] * 3, "n": run})
            .call("GET", "/pets?take=25&species=canine", {"rows": people(0, 25)}, step="2")
            .call("GET", "/pets?take=25&species=canine", {"rows": people(0, 25)}, step="3")
            .done(run)
        )

    query = infer(journey(0), journey(1))["list-pets"].request.query
    assert isinstance(query["species"], Constant)


def test_one_recording_works_and_says_what_it_cannot_know() -> None:
    capture = Journey("list-pets").call("GET", "/pets?view=all&page=1&size=25",
        {"rows": people(0, 25), "total": 240}).done()  # fmt: skip
    endpoint = infer(capture)["list-pets"]
    assert "hypothesis" in endpoint.request.query["view"].why
    assert endpoint.pagination is not None
    assert endpoint.pagination.proof == "hypothesis"
    assert endpoint.pagination.stop.total == "total"

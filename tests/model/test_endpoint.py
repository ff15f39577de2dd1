"""What an endpoint says of itself."""

from __future__ import annotations

from automation.model import (
    ACCESS_TOKEN,
    Constant,
    Derived,
    Endpoint,
    FromSession,
    Input,
    RequestTemplate,
)


def endpoint(slot: str | None) -> Endpoint:
    sent = Constant(constant="x") if slot is None else FromSession(session=slot, wrap="Bearer {}")
    request = RequestTemplate(
        method="POST", url="/x", headers={"x-key": sent}, form={"page": Constant(constant=1)}
    )
    return Endpoint(endpoint="list-x", effect="read", request=request)


def test_what_sends_the_token_needs_the_session_that_it_opens_and_nothing_else_does() -> None:
    assert endpoint(ACCESS_TOKEN).asks_by == "token"
    assert endpoint("antiforgery").asks_by == "login"
    assert endpoint(None).asks_by == "login"


def test_what_comes_from_a_list_may_be_named_instead() -> None:
    derived = {"thing_id": Derived(derived="list-x", path="rows[].Id")}
    request = RequestTemplate(method="GET", url="/x/{thing_id}", path=dict(derived))
    one = Endpoint(endpoint="get-x", effect="read", request=request)
    assert one.named(["other"]) is one
    assert one.named(["thing_id"]).request.path == {"thing_id": Input(input="thing_id")}
    assert one.request.path == derived


def test_every_part_of_a_request_tells_its_bindings() -> None:
    found = [(place, name) for place, name, _ in endpoint(None).request.bindings()]
    assert found == [("headers", "x-key"), ("form", "page")]

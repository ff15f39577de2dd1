"""Endpoints as they are written."""

from automation.model import Body, Unknown
from tests.infer.traffic import BASE, Journey, infer, people


def test_addresses_are_relative_to_the_practice_and_foreign_ones_absolute() -> None:
    journey = Journey("list-pets").call("GET", "/pets", {"rows": people(0, 3)})
    [exchange] = journey.exchanges
    url = exchange.request.url.replace(BASE, "https://api.portal.example")
    request = exchange.request.model_copy(update={"url": url})
    foreign = exchange.model_copy(update={"request": request, "seq": 1, "started": 1, "step": "2"})
    journey.exchanges.append(foreign)
    urls = {e.request.url for e in infer(journey.done()).values()}
    assert urls == {"/pets", "https://api.portal.example/pets"}


def test_path_parameters_are_named_after_their_giver_or_the_word_before() -> None:
    journey = Journey("get-line").call("GET", "/bills", {"rows": [{"billNo": 100001}] * 1})
    for step in ("2", "3"):
        journey.call("GET", f"/bills/100001/lines/{step}77", {"a": 1, "b": 2, "c": 3}, step=step)
    assert infer(journey.done())["get-line"].request.url == "/bills/{bill_no}/lines/{lines_id}"


def test_an_answer_without_json_says_what_it_is() -> None:
    journey = Journey("delete-pet").call("DELETE", "/pets/100001", None, status=204)
    assert infer(journey.done())["delete-pet"].response.kind == "empty"


def test_a_body_that_is_not_read_is_not_left_out_in_silence() -> None:
    journey = Journey("list-pets").call("POST", "/soap", {"rows": people(0, 3)})
    [exchange] = journey.exchanges
    body = Body(text="<q>pets</q>", mime="text/xml", size=11)
    request = exchange.request.model_copy(update={"body": body})
    journey.exchanges[0] = exchange.model_copy(update={"request": request})
    bindings = infer(journey.done())["list-pets"].request.json_body
    assert isinstance(bindings["@"], Unknown)
    assert "text/xml" in bindings["@"].why

"""What the first call of a linked list says."""

from automation.model import Constant, Input, Unknown
from tests.infer.traffic import Journey, both, infer, people


def test_dates_that_were_typed_into_one_text_are_not_frozen() -> None:
    def journey(run: int) -> Journey:
        typed = {"since": f"2026-10-0{run + 1}", "until": f"2026-10-2{run}"}
        made = Journey("list-people", **typed)
        for step, (since, until) in enumerate((("2026-01-01", "2026-12-31"), typed.values()), 1):
            onward = f"/people?f=day ge {since} and day le {until}"
            found = {"value": people(step * 20, 4), "next": f"{onward}&at=4"}
            made.call("GET", onward, found, step=str(step))
            last = {"value": people(step * 20 + 4, 4), "next": None}
            made.call("GET", f"{onward}&at=4", last, step=str(step))
        return made

    endpoint = infer(*both(journey))["list-people"]
    assert endpoint.pagination is not None
    assert isinstance(endpoint.request.query["f"], Unknown)


def test_what_a_link_adds_is_no_part_of_the_first_call_and_a_filter_is() -> None:
    def journey(run: int) -> Journey:
        del run
        made = Journey("list-people")
        for step, kind in enumerate(("", "&kind=cat"), 1):
            onward = f"/people?size=4{kind}&at=4"
            found = {"value": people(step * 20, 4), "next": onward}
            made.call("GET", f"/people?size=4{kind}", found, step=str(step))
            last = {"value": people(step * 20 + 4, 4), "next": None}
            made.call("GET", onward, last, step=str(step))
        return made

    query = infer(*both(journey))["list-people"].request.query
    assert set(query) == {"size", "kind"}
    assert isinstance(query["kind"], Input)
    assert not isinstance(query["size"], Constant)

"""How a list goes on: which kind of evidence wins."""

from automation.model import Derived, Input
from tests.infer.traffic import Journey, both, infer, people


def test_a_single_call_is_no_list_that_goes_on() -> None:
    def journey(run: int) -> Journey:
        del run
        return Journey("list-pets").call("GET", "/pets?view=all", {"rows": people(0, 3)})

    assert infer(*both(journey))["list-pets"].pagination is None


def test_a_link_is_better_evidence_than_the_number_inside_it() -> None:
    def journey(run: int) -> Journey:
        del run
        return (
            Journey("list-pets")
            .call("GET", "/pets?page=1", {"rows": people(0, 3), "next": "/pets?page=2"})
            .call("GET", "/pets?page=2", {"rows": people(3, 3), "next": None}, step="2")
        )

    paging = infer(*both(journey))["list-pets"].pagination
    assert paging is not None
    assert paging.kind == "next"


def test_the_key_of_the_last_item_is_a_keyset() -> None:
    def journey(run: int) -> Journey:
        del run
        return (
            Journey("list-pets")
            .call("GET", "/pets?limit=3", {"rows": people(0, 3)})
            .call("GET", "/pets?limit=3&after=100002", {"rows": people(3, 3)}, step="2")
            .call("GET", "/pets?limit=3&after=100005", {"rows": people(6, 1)}, step="3")
        )

    paging = infer(*both(journey))["list-pets"].pagination
    assert paging is not None
    assert paging.kind == "keyset"


def test_the_step_that_goes_on_is_remembered() -> None:
    def journey(run: int) -> Journey:
        del run
        made = Journey("list-pets")
        for number in (1, 2, 3):
            made.call("GET", f"/pets?page={number}", {"rows": people(number * 3, 3)},
                      step=("1", "9", "10")[number - 1])  # fmt: skip
        return made

    paging = infer(*both(journey))["list-pets"].pagination
    assert paging is not None
    assert paging.trigger == "9"


def test_ids_that_happen_to_count_up_are_no_pages() -> None:
    def journey(run: int) -> Journey:
        del run
        made = Journey("list-lines").call("GET", "/invoices", {"rows": people(0, 5)})
        for number in (0, 1):
            lines = [{"lineId": 200000 + number * 10 + n, "text": f"t{n}"} for n in range(3)]
            made.call(
                "GET", f"/lines?invoiceId={100000 + number}", {"lines": lines}, step=str(number + 2)
            )
        return made

    endpoint = infer(*both(journey))["list-lines"]
    assert endpoint.pagination is None
    assert isinstance(endpoint.request.query["invoiceId"], Derived)


def test_a_choice_among_listed_values_is_no_cursor() -> None:
    def journey(run: int) -> Journey:
        del run
        made = Journey("list-bills")
        for number, status in enumerate(("Open", "Waiting")):
            made.call(
                "GET",
                f"/bills?status={status}",
                {"filters": {"statuses": ["Open", "Waiting"]}, "rows": people(number * 4, 4)},
                step=str(number + 1),
            )
        return made

    endpoint = infer(*both(journey))["list-bills"]
    assert endpoint.pagination is None
    assert isinstance(endpoint.request.query["status"], Input)

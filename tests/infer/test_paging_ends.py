"""Where a list ends."""

from collections.abc import Mapping

import pytest

from automation.model import Stop
from tests.infer.traffic import Journey, both, infer, people, relay


def grid(run: int, *beside: Mapping[str, object], size: int = 20) -> Journey:
    """A list of pages with these values beside the rows."""
    made = Journey("list-pets")
    for page, values in enumerate(beside, 1):
        rows = people(page * size + run * 0, size)
        made.call("GET", f"/grid?page={page}", {**values, "rows": rows}, step=str(page))
    return made


def stop_of(*beside: Mapping[str, object]) -> Stop:
    paging = infer(*[grid(run, *beside).done(run) for run in (0, 1)])["list-pets"].pagination
    assert paging is not None
    return paging.stop


def test_a_number_of_pages_is_not_taken_for_the_number_of_items() -> None:
    stop = stop_of(*[{"total": 30, "records": 590}] * 3)
    assert (stop.total, stop.pages) == ("records", None)


@pytest.mark.parametrize("name", ["pages", "totalPages", "PageCount"])
def test_a_number_of_pages_that_is_named_so_ends_the_list(name: str) -> None:
    assert stop_of(*[{name: 3}] * 2).pages == name


def test_the_time_of_the_server_is_no_total() -> None:
    stop = stop_of(*[{"hasMore": True, "serverTime": 1781514001}] * 2)
    assert (stop.total, stop.more) == (None, "hasMore")


def test_the_filtered_total_is_the_one_that_ends_a_filtered_list() -> None:
    assert stop_of(*[{"recordsTotal": 300, "recordsFiltered": 300}] * 2).total == "recordsFiltered"


@pytest.mark.parametrize("name", ["success", "ok", "isAuthenticated"])
def test_what_is_true_on_every_page_says_nothing_of_more(name: str) -> None:
    assert stop_of(*[{name: True}] * 3) == Stop(short=True)
    assert stop_of(*[{name: True, "hasNextPage": True}] * 3).more == "hasNextPage"


def test_what_was_false_on_the_last_page_only_says_that_there_is_more_whatever_its_name() -> None:
    assert stop_of({"weiter": True}, {"weiter": True}, {"weiter": False}).more == "weiter"
    assert stop_of({"weiter": True}, {"weiter": False}, {"weiter": True}).more is None


def test_a_list_by_cursor_ends_where_the_answer_says_so_though_it_gives_a_cursor() -> None:
    """Source: GraphQL Cursor Connections Specification, section 5 (PageInfo)."""
    paging = infer(*both(relay))["list-visits"].pagination
    assert paging is not None
    assert paging.kind == "cursor"
    assert paging.stop == Stop(absent=True, more="data.visits.pageInfo.hasNextPage")

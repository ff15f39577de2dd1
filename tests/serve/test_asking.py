"""Parameters become one list that is read, or a problem that names the parameter."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automation.serve.asking import parameters, read_asked
from automation.serve.cursors import cursor_of
from automation.serve.problems import Problem
from automation.serve.resources import RESOURCES
from automation.store import Listing, Place, Reach, Span

REACH = Reach("default")


def listing(name: str, **given: str) -> Listing:
    return read_asked(RESOURCES[name], given, REACH).listing


def test_times_choose_and_order_a_list() -> None:
    found = listing("invoices", due_to="2026-03-02", status="open")
    [choice] = found.choices
    assert choice.equal == {"status": "open"}
    assert choice.spans == (Span("due_on", None, date(2026, 3, 2)),)
    assert choice.time == "due_on"
    assert listing("invoices").choices[0].time is None
    backwards = listing("invoices", sort="-issued_on")
    assert backwards.descending
    assert backwards.choices[0].time == "issued_on"


def test_what_changed_is_listed_by_when_it_did() -> None:
    found = listing("patients", updated_since="2026-03-02T08:00:00Z", include_deleted="true")
    assert found.since == datetime(2026, 3, 2, 8, tzinfo=UTC)
    assert found.removed
    assert not found.descending


def test_a_kind_without_the_field_that_is_asked_for_has_nothing_to_show() -> None:
    kinds = {choice.kind for choice in listing("appointments").choices}
    assert kinds == {"appointment", "treatment_board_entry"}
    some = listing("appointments", resource_id="res_1", start_from="2026-03-02")
    assert [choice.kind for choice in some.choices] == ["appointment"]
    board = listing("appointments", kind="treatment_board", start_from="2026-03-02").choices
    assert [(each.kind, each.time, each.spans[0].field) for each in board] == [
        ("treatment_board_entry", "arrived_at", "arrived_at")
    ]


def test_people_are_looked_for_by_what_their_terms_begin_with() -> None:
    [choice] = listing("clients", q="Zoë O'Hara", phone="+1 312-555-0147", email="A@b.org").choices
    assert choice.terms == ("zoe", "o", "hara", "tel:7410555213", "mail:a@b.org")
    assert listing("clients", phone="0312 555 0147").choices[0].terms == ("tel:7410555213",)


def test_a_cursor_of_another_order_is_refused() -> None:
    asked = read_asked(RESOURCES["patients"], {}, REACH)
    timed = cursor_of(Place("north", 0, "2026-03-02", "pat_1"), asked.digest)
    with pytest.raises(Problem, match="another order"):
        read_asked(RESOURCES["patients"], {"cursor": timed}, REACH)
    fitting = cursor_of(Place("north", 0, None, "pat_1"), asked.digest)
    elsewhere = Reach("default", locations=frozenset("a"))
    assert listing("patients", cursor=fitting, limit="3").after == Place("north", 0, None, "pat_1")
    with pytest.raises(Problem, match="other parameters"):
        read_asked(RESOURCES["patients"], {"cursor": fitting}, elsewhere)


@pytest.mark.parametrize("name", list(RESOURCES))
def test_every_parameter_has_a_meaning_and_a_name_of_its_own(name: str) -> None:
    own = parameters(RESOURCES[name])
    assert len({each.name for each in own}) == len(own)
    assert all(each.about for each in own)


@given(
    st.sampled_from(sorted(RESOURCES)),
    st.dictionaries(
        st.sampled_from(["limit", "cursor", "sort", "fields", "expand", "updated_since", "status",
                         "include_deleted", "practice", "q", "phone", "start_from", "due_to", "x"]),
        st.text(max_size=20) | st.sampled_from(["1", "true", "2026-03-02", "name"]),
        max_size=4,
    ),
)  # fmt: skip
def test_whatever_is_given_is_a_list_or_a_problem_that_names_a_parameter(
    name: str, given_: dict[str, str]
) -> None:
    problem = None
    try:
        read_asked(RESOURCES[name], given_, REACH)
    except Problem as told:
        problem = told
    assert problem is None or (problem.status == 400 and problem.parameter in given_)
    assert problem is None or problem.remedy


WRONG = {
    "kind": "dragon",
    "q": "-",
    "phone": "12",
    "sort": "name",
    "updated_since": "2026-03-02",
    "include_deleted": "perhaps",
    "expand": "everything",
    "fields": "everything",
    "freshness": "fresh",
    "limit": "1000",
    "cursor": "bm9uZQ",
}


@pytest.mark.parametrize("name", list(RESOURCES))
def test_every_refusal_of_a_list_names_its_parameter_and_what_helps(name: str) -> None:
    own = [each.name for each in parameters(RESOURCES[name])]
    times = [each for each in own if each.endswith(("_from", "_to"))]
    wrong = {**WRONG, **dict.fromkeys(times, "soon")}
    for parameter in [*(each for each in own if each in wrong), "no_such"]:
        with pytest.raises(Problem) as caught:
            read_asked(RESOURCES[name], {parameter: wrong.get(parameter, "x")}, REACH)
        problem = caught.value
        assert (problem.status, problem.parameter) == (400, parameter)
        assert problem.remedy, parameter


@pytest.mark.parametrize("text", ["0", "201", "", "-1", "1.5", "\u0664", "9" * 5000])
def test_a_page_of_another_size_is_refused(text: str) -> None:
    with pytest.raises(Problem, match="is no number from 1 to 200"):
        read_asked(RESOURCES["patients"], {"limit": text}, Reach("default"))

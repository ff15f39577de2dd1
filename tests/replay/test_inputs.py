"""What a caller may give, and how it is written."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from automation.errors import BadArgument
from automation.model import Constant, Endpoint, Input, Pagination, RequestTemplate
from automation.replay.inputs import InputValue, checked, typed, written

CHICAGO = ZoneInfo("America/Chicago")


def endpoint(**query: Input | Constant) -> Endpoint:
    return Endpoint(
        endpoint="list-things",
        effect="read",
        request=RequestTemplate(method="GET", url="/things", query=dict(query)),
    )


def test_an_unknown_input_is_refused_and_the_known_ones_are_listed() -> None:
    listed = endpoint(
        s=Input(input="species", optional=True),
        n=Input(input="status", default="Active"),
        d=Input(input="day", type="date"),
    )
    with pytest.raises(BadArgument, match="no input 'specie'") as raised:
        checked(listed, {"specie": "Canine"})
    assert raised.value.remedy == (
        "Inputs of list-things: species (text, optional), status (text, otherwise 'Active'), "
        "day (date)."
    )


def test_an_input_without_default_has_to_be_given() -> None:
    with pytest.raises(BadArgument, match="needs the input 'day'"):
        checked(endpoint(d=Input(input="day", type="date")), {})


def test_the_use_that_insists_decides_whether_an_input_is_needed() -> None:
    twice = endpoint(a=Input(input="day", optional=True), b=Input(input="day"))
    with pytest.raises(BadArgument, match="needs the input 'day'"):
        checked(twice, {})


def test_an_endpoint_without_inputs_says_so() -> None:
    with pytest.raises(BadArgument) as raised:
        checked(endpoint(a=Constant(constant=1)), {"a": 2})
    assert raised.value.remedy == "Inputs of list-things: none."


def test_a_window_of_dates_needs_its_two_ends() -> None:
    window = endpoint().model_copy(update={"pagination": Pagination(kind="window")})
    with pytest.raises(BadArgument, match="needs the input 'until'") as raised:
        checked(window, {"since": "2026-01-01"})
    assert raised.value.remedy == "Inputs of list-things: since (date), until (date)."


@pytest.mark.parametrize(
    "kind,given,value",
    [
        ("text", "x", "x"),
        ("text", 5, "5"),
        ("text", True, "true"),
        ("text", date(2026, 1, 2), "2026-01-02"),
        ("number", "12", 12),
        ("number", "-1.5", -1.5),
        ("number", 3, 3),
        ("boolean", True, True),
        ("boolean", "False", False),
        ("date", "2026-01-02", date(2026, 1, 2)),
        ("date", "2026-01-02T23:30:00-06:00", date(2026, 1, 2)),
        ("date", datetime(2026, 1, 2, 3, tzinfo=UTC), date(2026, 1, 2)),
        ("datetime", "2026-01-02T03:04Z", datetime(2026, 1, 2, 3, 4, tzinfo=UTC)),
    ],
)
def test_texts_are_read_as_the_declared_type(
    kind: str, given: InputValue, value: InputValue
) -> None:
    found = typed(Input(input="x", type=kind), given)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    "kind,given",
    [
        ("number", "many"),
        ("number", True),
        ("boolean", "yes"),
        ("boolean", 1),
        ("date", "02.01.2026"),
        ("datetime", "noon"),
    ],
)
def test_what_does_not_fit_its_type_is_refused_with_an_example(
    kind: str, given: InputValue
) -> None:
    with pytest.raises(BadArgument, match=f"is no {kind}") as raised:
        typed(Input(input="x", type=kind), given)
    assert raised.value.remedy.startswith("Give a ") or "true or false" in raised.value.remedy


@pytest.mark.parametrize(
    "value,pattern,text",
    [
        (date(2026, 7, 4), None, "2026-07-04"),
        (date(2026, 7, 4), "%m/%d/%Y", "07/04/2026"),
        (date(2026, 7, 4), "epoch_s", 1783141200),
        (date(2026, 7, 4), "epoch_ms", 1783141200000),
        (date(2026, 7, 4), "%Y-%m-%dT%H:%M:%S.000Z", "2026-07-04T05:00:00.000Z"),
        (datetime.fromisoformat("2026-07-04T08:30"), None, "2026-07-04T08:30:00"),
        (datetime(2026, 7, 4, 13, 30, tzinfo=UTC), None, "2026-07-04T08:30:00"),
        (datetime(2026, 7, 4, 13, 30, tzinfo=UTC), "%H:%M", "08:30"),
        (datetime(2026, 1, 4, 13, 30, tzinfo=UTC), "%H:%M", "07:30"),
        ("as it is", "%Y", "as it is"),
        (5, None, 5),
    ],
)
def test_times_are_written_in_the_practices_zone(
    value: InputValue, pattern: str | None, text: object
) -> None:
    assert written(value, pattern, CHICAGO) == text

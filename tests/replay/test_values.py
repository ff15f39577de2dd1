"""Where the value of each binding comes from."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from random import Random
from typing import Literal, get_args

import pytest
from pydantic import JsonValue

from automation.errors import AnswerNotUnderstood, BadArgument, BadFile, NotKnown, Refused
from automation.model import (
    Binding,
    Computed,
    Constant,
    Derived,
    Endpoint,
    FromClock,
    FromSecret,
    FromSession,
    Input,
    Otp,
    Paged,
    Pagination,
    RequestTemplate,
    Unknown,
)
from automation.model import Random as RandomValue
from automation.replay.values import Gap, Given, refuse_unsendable, value_of, wrapped
from tests.fakes import FakeSession, VirtualClock, json_reply

# Wednesday, 2 a.m. in Chicago of the day before in UTC terms
NOW = datetime(2026, 7, 2, 3, 0, tzinfo=UTC)


def given(**parts: object) -> Given:
    session = FakeSession(lambda call: json_reply(call, {}), secrets={"api.key": "k"})
    session.slots["antiforgery"] = "tok"
    return Given(session, VirtualClock(NOW), Random(5), **parts)  # type: ignore[arg-type]


@pytest.mark.parametrize("constant", [None, 0, "", "x", [], {}, [1], {"a": None}])
def test_a_constant_is_itself(constant: JsonValue) -> None:
    assert value_of(Constant(constant=constant), given()) == constant


def test_an_input_is_what_the_caller_gave_in_its_format_and_wrapping() -> None:
    day = Input(input="day", type="date", format="%d.%m.%Y", wrap="<{}>")
    assert value_of(day, given(inputs={"day": "2026-03-01"})) == "<01.03.2026>"


def test_an_input_that_is_not_given_is_its_default_or_left_out() -> None:
    assert value_of(Input(input="s", default="Active", wrap="<{}>"), given()) == "Active"
    assert value_of(Input(input="s", optional=True), given()) is Gap.LEFT_OUT


def test_a_number_stays_a_number_unless_it_is_wrapped() -> None:
    number = Input(input="n", type="number")
    assert value_of(number, given(inputs={"n": "7"})) == 7
    assert value_of(number.model_copy(update={"wrap": "#{}"}), given(inputs={"n": "7"})) == "#7"


@pytest.mark.parametrize(
    "wrap,text",
    [(None, "v"), ("Bearer {}", "Bearer v"), ('{{"q": "{}"}}', '{"q": "v"}'), ("{}{}", "v{}")],
)
def test_a_wrapping_puts_text_around_a_value(wrap: str | None, text: str) -> None:
    assert wrapped(wrap, "v") == text


def test_a_secret_comes_from_the_vault() -> None:
    assert value_of(FromSecret(secret="api.key"), given()) == "k"
    with pytest.raises(NotKnown):
        value_of(FromSecret(secret="other"), given())


def test_a_slot_gives_its_latest_value() -> None:
    assert value_of(FromSession(session="antiforgery", wrap="T {}"), given()) == "T tok"
    assert value_of(FromSession(session="gone", optional=True), given()) is Gap.LEFT_OUT
    with pytest.raises(AnswerNotUnderstood, match="'gone'"):
        value_of(FromSession(session="gone"), given())


def test_a_derived_value_is_that_of_this_call() -> None:
    derived = {("list-clients", "rows[].id"): 5}
    binding = Derived(derived="list-clients", path="rows[].id")
    assert value_of(binding, given(derived=derived)) == 5
    address = Derived(derived="list-clients", path="rows[].owner", segment=True, wrap="n{}")
    owner = {("list-clients", "rows[].owner"): "https://acme.example/4/owner/7/"}
    assert value_of(address, given(derived=owner)) == "n7"
    missing = Derived(derived="list-clients", path="rows[].name", optional=True)
    assert value_of(missing, given(derived=derived)) is Gap.LEFT_OUT


@pytest.mark.parametrize(
    "binding,value",
    [
        (FromClock(clock="%Y-%m-%d"), "2026-07-01"),
        (FromClock(clock="%Y-%m-%d", days=-30), "2026-06-01"),
        (FromClock(clock="%Y-%m-%d %H:%M", start_of="week"), "2026-06-29 00:00"),
        (FromClock(clock="%Y-%m-%d", start_of="month", days=-1), "2026-06-30"),
        (FromClock(clock="epoch_s"), int(NOW.timestamp())),
        (FromClock(clock="epoch_ms"), int(NOW.timestamp()) * 1000),
    ],
)
def test_the_clock_is_the_practices(binding: FromClock, value: object) -> None:
    assert value_of(binding, given()) == value


@pytest.mark.parametrize(
    "form,pattern",
    [
        ("uuid", r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"),
        ("hex:16", r"[0-9a-f]{16}"),
        ("digits:13", r"\d{13}"),
        ("alnum:20", r"[A-Za-z0-9]{20}"),
    ],
)
def test_a_random_value_has_its_form_and_is_new_each_time(form: str, pattern: str) -> None:
    source = given()
    values = {str(value_of(RandomValue(random=form), source)) for _ in range(20)}
    assert len(values) == 20
    assert all(re.fullmatch(pattern, value) for value in values)
    assert str(value_of(RandomValue(random=form), given())) in values


def test_an_unknown_form_of_random_value_lists_the_known_ones() -> None:
    with pytest.raises(BadArgument, match=r"uuid, hex:LENGTH, digits:LENGTH, alnum:LENGTH"):
        value_of(RandomValue(random="words:3"), given())


def test_pagination_gives_the_value_of_this_turn() -> None:
    turn = {"number": 3, "from": date(2026, 7, 4)}
    assert value_of(Paged(page="number"), given(turn=turn)) == 3
    assert value_of(Paged(page="from", format="%m/%d/%Y"), given(turn=turn)) == "07/04/2026"


def test_a_cursor_says_in_the_first_call_what_it_said_when_it_was_recorded() -> None:
    assert value_of(Paged(page="cursor", first=""), given()) == ""
    assert value_of(Paged(page="cursor"), given()) is None
    assert value_of(Paged(page="cursor", first="", optional=True), given()) is Gap.LEFT_OUT


@pytest.mark.parametrize(
    "binding,told",
    [
        (Computed(computed="signature"), "made by the portal's own script"),
        (Unknown(unknown="abc"), "not understood"),
        (Otp(otp="totp"), "one-time code"),
    ],
)
def test_what_no_call_can_hold_is_refused_by_its_place(binding: Binding, told: str) -> None:
    request = RequestTemplate(method="POST", url="/x", json_body={"a.b": binding})
    endpoint = Endpoint(endpoint="list-x", effect="read", request=request)
    with pytest.raises(Refused, match=rf"list-x, json_body\.a\.b: .*{told}"):
        refuse_unsendable(endpoint)


@pytest.mark.parametrize(
    "page,rule", [("number", None), ("size", None), ("size", Pagination(kind="page"))]
)
def test_a_value_that_the_pagination_does_not_give_is_a_mistake_in_the_file(
    page: Literal["number", "size"], rule: Pagination | None
) -> None:
    request = RequestTemplate(method="GET", url="/x", query={"n": Paged(page=page)})
    endpoint = Endpoint(endpoint="list-x", effect="read", request=request, pagination=rule)
    with pytest.raises(BadFile, match=rf"list-x\.yaml: query\.n: the pagination gives no {page}"):
        refuse_unsendable(endpoint)


def test_every_class_of_binding_has_a_value_or_is_refused() -> None:
    classes = {get_args(option)[0] for option in get_args(get_args(Binding)[0])}
    refused: set[type] = {Computed, Unknown, Otp}
    assert classes == {*value_of.registry, *refused} - {object}

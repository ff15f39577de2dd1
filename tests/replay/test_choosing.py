"""The practice is chosen by what the portal calls it."""

from __future__ import annotations

from random import Random

import pytest
from pydantic import JsonValue
from selectolax.lexbor import LexborHTMLParser

from automation.errors import AnswerNotUnderstood, BadFile, ChoiceWanted, Refused
from automation.model import (
    Answer,
    Chosen,
    Endpoint,
    Practice,
    RequestTemplate,
    ResponseShape,
    Source,
)
from automation.replay import replay_endpoint
from automation.replay.choosing import Offering, chosen_value
from tests.engine import run_engine
from tests.fakes import FakeSession, VirtualClock, json_reply

PAGE: Offering = (
    None,
    LexborHTMLParser(
        '<button name="p" value="7">North Clinic</button><button name="p" value="9">South</button>'
    ),
)
ON_PAGE = Chosen(chosen="practice.label", items=Source(css='button[name="p"]'), value="value")
IN_JSON = Chosen(
    chosen="practice.label", items=Source(json_path="practices"), label="name", value="id"
)
OFFER: JsonValue = {"practices": [{"id": 7, "name": "North Clinic"}, {"id": 9, "name": "South"}]}


def practice(label: str) -> Practice:
    return Practice(name="south", portal="acme", base_url="https://app.acme.example", label=label)


def test_case_and_white_space_of_the_label_do_not_count() -> None:
    assert chosen_value(ON_PAGE, practice(" north  CLINIC"), [PAGE]) == "7"
    assert chosen_value(IN_JSON, practice("North Clinic"), [(OFFER, None)]) == 7


def test_a_practice_without_a_label_goes_by_its_name() -> None:
    assert chosen_value(ON_PAGE, practice(""), [PAGE]) == "9"


def test_the_latest_answer_that_offers_items_counts() -> None:
    older: JsonValue = {"practices": [{"id": 1, "name": "South"}]}
    answers: list[Offering] = [({"ok": True}, None), (OFFER, None), (older, None)]
    assert chosen_value(IN_JSON, practice("South"), answers) == 9


def test_a_label_the_portal_does_not_offer_needs_a_person_who_sees_those_it_does() -> None:
    with pytest.raises(ChoiceWanted, match=r"south: 'West' is none .*: 'North Clinic', 'South'"):
        chosen_value(ON_PAGE, practice("West"), [PAGE])


def test_two_items_with_the_label_are_never_guessed_between() -> None:
    twice: JsonValue = {"practices": [{"id": 7, "name": "South"}, {"id": 9, "name": "South"}]}
    with pytest.raises(ChoiceWanted, match="the label of several items: 'South'"):
        chosen_value(IN_JSON, practice("South"), [(twice, None)])


def test_without_any_offer_the_answers_are_not_understood() -> None:
    with pytest.raises(AnswerNotUnderstood, match="no answer offers the choice"):
        chosen_value(ON_PAGE, practice("South"), [(OFFER, None)])


def test_a_path_that_does_not_parse_is_a_mistake_in_the_file() -> None:
    broken = IN_JSON.model_copy(update={"items": Source(json_path="a[?x]")})
    with pytest.raises(BadFile, match="not a leaf path"):
        chosen_value(broken, practice("South"), [(OFFER, None)])


def test_a_tenant_that_is_typed_is_the_label_itself() -> None:
    assert chosen_value(Chosen(chosen="practice.label"), practice("South"), []) == "South"


def reading(binding: Chosen) -> Endpoint:
    return Endpoint(
        endpoint="list-pets",
        effect="read",
        request=RequestTemplate(method="GET", url="/pets", query={"practiceId": binding}),
        response=ResponseShape(items="@"),
    )


async def addresses(endpoint: Endpoint, session: FakeSession) -> list[str]:
    async def parents(name: str):  # type: ignore[no-untyped-def]  # noqa: ANN202
        yield Answer(endpoint=name, url="", items=(), document=OFFER)

    answers = replay_endpoint(
        endpoint, session, parents=parents, clock=VirtualClock(), rng=Random(1)
    )
    return [answer.url async for answer in answers]


def test_a_read_asks_the_endpoint_that_offers_the_practices() -> None:
    session = FakeSession(lambda call: json_reply(call, []))
    session.practice = session.practice.model_copy(update={"label": "South"})
    binding = IN_JSON.model_copy(update={"answer": "list-practices"})
    (asked,) = run_engine(addresses(reading(binding), session))
    assert asked.endswith("/pets?practiceId=9")


def test_a_read_cannot_choose_from_answers_of_a_login_that_is_over() -> None:
    session = FakeSession(lambda call: json_reply(call, []))
    with pytest.raises(Refused, match="chosen from an answer of the login"):
        run_engine(addresses(reading(IN_JSON), session))
    assert session.sent == []


def test_a_wrapping_is_put_around_the_chosen_value() -> None:
    session = FakeSession(lambda call: json_reply(call, []))
    session.practice = session.practice.model_copy(update={"label": "South"})
    binding = IN_JSON.model_copy(update={"answer": "list-practices", "wrap": "tenant-{}"})
    (asked,) = run_engine(addresses(reading(binding), session))
    assert asked.endswith("practiceId=tenant-9")

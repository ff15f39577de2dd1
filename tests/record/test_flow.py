from __future__ import annotations

import pytest
from pydantic import JsonValue

from automation.browser import Answered, LogEntry
from automation.errors import BadArgument, Bug
from automation.model import (
    Click,
    Expect,
    Fill,
    Fingerprint,
    Flow,
    FlowInput,
    Goto,
    Secret,
    Target,
    When,
)
from automation.record.flow import address_glob, flow_from_log, same_flow, with_second_values
from automation.record.known import Known
from tests.record.said import click, element, fill, opened

KNOWN = Known(base_url="https://acme.example", secrets={"credential.password": Secret("hunter2!")})


@pytest.mark.parametrize(
    "url,glob",
    [
        ("https://a.example/Practice/Home/Index", "/Practice/Home/Index"),
        ("https://a.example/Patients/Edit/985206?tab=2", "/Patients/Edit/*"),
        ("https://a.example/x/6f1e5a2c-1111-4222-8333-444455556666/y", "/x/*/y"),
        ("https://a.example/s/Zm9vYmFyMTIzNDU2Nzg5", "/s/*"),
        ("https://a.example/treatment-board-overview", "/treatment-board-overview"),
        ("https://a.example", "/"),
    ],
)
def test_an_address_is_expected_without_what_differs_between_items(url: str, glob: str) -> None:
    assert address_glob(url) == glob


def test_a_flow_ends_with_the_address_that_the_person_ended_on() -> None:
    log: list[LogEntry] = [
        opened("https://acme.example/a"),
        fill("Search", "bella", 1),
        click("Go", 2),
    ]
    flow = flow_from_log(
        log, ended="https://acme.example/b/77", name="find", portal="acme", known=KNOWN
    )
    assert [type(step) for step in flow.steps] == [Goto, Fill, Click, Expect]
    assert flow.steps[-1] == Expect(url="/b/*")
    assert flow.inputs["search"].example == "bella"


def test_no_flow_names_whom_the_answers_of_its_recording_were_about() -> None:
    who: JsonValue = {"id": 12, "owner": "White, Sophia"}
    likeness = Fingerprint(tag="button", neighbours=("Visit of White, Sophia", "Amount"))
    seen = element("Go", role="button").model_copy(update={"fingerprint": likeness})
    log: list[LogEntry] = [
        opened("https://acme.example/a"),
        click("Go", 1, element=seen),
        Answered(at=2, what="GET /visit", body=who),
    ]
    ended = "https://acme.example/clients/white-sophia"
    flow = flow_from_log(log, ended=ended, name="find", portal="acme", known=KNOWN)
    assert "sophia" not in flow.model_dump_json().casefold()
    assert flow.steps[-1] == Expect(url="/clients/*")


def test_nothing_done_is_no_flow() -> None:
    with pytest.raises(BadArgument, match="nothing was recorded"):
        flow_from_log([], ended="", name="x", portal="acme", known=KNOWN)


def test_a_password_that_would_slip_through_stops_everything() -> None:
    log: list[LogEntry] = [opened("https://acme.example/hunter"), click("x", 1)]
    known = Known(base_url="", secrets={"credential.password": Secret("find-me")})
    with pytest.raises(Bug, match="nothing was written") as caught:
        flow_from_log(log, ended="", name="find-me", portal="acme", known=known)
    assert caught.value.exit_code == 70


def test_flows_that_differ_in_evidence_only_say_the_same() -> None:
    def flow(text: str, name: str = "Go") -> Flow:
        target = Target(role="button", name=name, fingerprint=Fingerprint(tag="a", text=text))
        inner = Click(target=target)
        return Flow(
            flow="x",
            portal="acme",
            steps=(Click(target=target), When(target=target, steps=(inner,))),
        )

    assert same_flow(flow("one"), flow("other"))
    assert not same_flow(flow("one"), flow("one", name="Stop"))


def test_second_values_are_no_part_of_what_a_flow_says_and_stay_when_it_is_made_anew() -> None:
    made = Flow(flow="sell", portal="acme", inputs={"item": FlowInput(example="a")}, steps=())
    edited = made.model_copy(update={"inputs": {"item": FlowInput(example="a", again="b")}})
    assert same_flow(made, edited)
    assert with_second_values(made, edited) == edited
    other = made.model_copy(update={"inputs": {"thing": FlowInput(example="a")}})
    assert with_second_values(other, edited) == other


def test_the_same_journey_gives_the_same_flow_at_another_pace() -> None:
    def flow(pace: float) -> Flow:
        log: list[LogEntry] = [
            opened("https://acme.example/a"),
            click("Search", pace, into_field=True),
            fill("Search", "be", 2 * pace),
            fill("Search", "bella", 3 * pace),
            click("Go", 4 * pace, element=element("Go", role="button")),
        ]
        return flow_from_log(log, ended="/", name="x", portal="acme", known=KNOWN)

    assert flow(0.1) == flow(3)

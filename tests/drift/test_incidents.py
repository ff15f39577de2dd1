"""A finding is opened once, ends when it is gone for good, and says so when it comes back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from automation.drift import follow
from automation.model import Finding, Incident, IncidentEvent, Severity

START = datetime(2026, 11, 1, tzinfo=UTC)
GONE = Finding(
    rule="net.body.field.gone",
    severity=Severity.BREAKING,
    portal="example",
    practice="one",
    flow="list-pets",
    subject="GET own /pets rows[].name",
)
RENAMED = GONE.model_copy(update={"rule": "net.body.field.renamed"})
SIZE = GONE.model_copy(update={"rule": "net.ops.size", "severity": Severity.COSMETIC})
DOWN = GONE.model_copy(update={"rule": "net.res.status.class", "origin": "environment"})


def lived(*runs: Sequence[Finding]) -> tuple[dict[str, Incident], list[IncidentEvent]]:
    """The incidents after some runs, by rule, and all events."""
    known: dict[str, Incident] = {}
    events: list[IncidentEvent] = []
    for day, told in enumerate(runs):
        at = START + timedelta(days=day)
        followed = follow(known.values(), told, name="list-pets", onlooker="replay", at=at)
        known |= {each.finding.rule: each for each in followed.incidents}
        events += followed.events
    return known, events


def happened(*runs: Sequence[Finding]) -> list[str]:
    return [event.what for event in lived(*runs)[1]]


def test_what_is_seen_again_is_one_incident_with_its_first_day() -> None:
    known, events = lived([GONE], [GONE], [GONE])
    incident = known[GONE.rule]
    assert [event.what for event in events] == ["opened"]
    assert (incident.runs, incident.since, incident.state) == (3, START, "open")
    assert incident.latest_at == START + timedelta(days=2)
    assert incident.finding.confidence == "confirmed"


def test_one_run_without_it_ends_nothing_and_two_do() -> None:
    assert happened([GONE], [], [GONE], [], [GONE]) == ["opened"]
    assert happened([GONE], [], []) == ["opened", "resolved"]


def test_what_comes_back_says_so_and_since_when() -> None:
    known, events = lived([GONE], [], [], [GONE])
    assert [event.what for event in events] == ["opened", "resolved", "returned"]
    incident = known[GONE.rule]
    assert (incident.swings, incident.first_at) == (1, START)
    assert incident.since == START + timedelta(days=3)


def test_trouble_of_the_environment_ends_nothing() -> None:
    known, _ = lived([GONE], [DOWN], [DOWN], [DOWN])
    assert known[GONE.rule].state == "open"
    assert known[GONE.rule].absent == 0


def test_what_touches_nothing_of_ours_is_noted_only() -> None:
    known, events = lived([SIZE], [], [])
    assert known[SIZE.rule].state == "noted"
    assert [event.what for event in events] == ["noted"]


def test_what_was_accepted_stays_accepted() -> None:
    known, _ = lived([GONE, RENAMED])
    accepted = known[GONE.rule].model_copy(update={"state": "accepted"})
    later = follow([accepted], [], name="list-pets", onlooker="replay", at=START)
    assert later.incidents == ()
    assert follow([accepted], [GONE], name="x", onlooker="replay", at=START).incidents == ()


def test_the_build_that_a_difference_came_with_is_kept_until_it_comes_back() -> None:
    first, later = (GONE.model_copy(update={"build": build}) for build in ("4.2", "4.3"))
    known, _ = lived([first], [later])
    assert known[GONE.rule].finding.build == "4.2"
    known, _ = lived([first], [], [], [later])
    assert known[GONE.rule].finding.build == "4.3"

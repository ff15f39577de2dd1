"""Whose session it is."""

from __future__ import annotations

import pytest

from automation import replay
from automation.errors import AnswerNotUnderstood, PracticeMixedUp
from automation.model import Practice, Probe, Reply, Source
from automation.session.identity import refuse_other_practice, refuse_shared, shows_any

NORTH = Practice(
    name="north", portal="acme", base_url="https://app.acme.example", label="North Clinic"
)
PAGE = Probe(path="/home", names=Source(css="#who"))
JSON = Probe(path="/me", names=Source(json_path="clinic.name"))


def reply(content: str) -> Reply:
    return Reply(200, "https://app.acme.example/home", (), content.encode())


@pytest.mark.parametrize(
    "identity,content",
    [
        (PAGE, "<b id=who>North Clinic</b>"),
        (PAGE, "<b id=who> north\n CLINIC</b>"),
        (JSON, '{"clinic": {"name": "North Clinic"}}'),
    ],
)
def test_an_answer_that_names_the_practice_is_its_own(identity: Probe, content: str) -> None:
    refuse_other_practice(NORTH, identity, reply(content))


@pytest.mark.parametrize(
    "identity,content",
    [(PAGE, "<b id=who>South Clinic</b>"), (JSON, '{"clinic": {"name": "South Clinic"}}')],
)
def test_an_answer_that_names_another_one_is_refused(identity: Probe, content: str) -> None:
    with pytest.raises(PracticeMixedUp, match="another practice than 'North Clinic'") as caught:
        refuse_other_practice(NORTH, identity, reply(content))
    assert "South" not in str(caught.value), "a page may show anything there"


@pytest.mark.parametrize("content", ["<p>hello</p>", "{}", ""])
def test_an_answer_that_names_none_is_not_taken_for_good(content: str) -> None:
    with pytest.raises(AnswerNotUnderstood):
        refuse_other_practice(NORTH, PAGE, reply(content))


def test_a_probe_without_a_place_names_nobody() -> None:
    with pytest.raises(AnswerNotUnderstood):
        refuse_other_practice(NORTH, Probe(path="/home"), reply("<b id=who>North Clinic</b>"))


def test_who_shares_a_login_that_nothing_tells_apart_is_named() -> None:
    refuse_shared(NORTH, ())
    south = NORTH.model_copy(update={"name": "south"})
    with pytest.raises(PracticeMixedUp, match="tells it from south, which shares its login"):
        refuse_shared(NORTH, (south,))


@pytest.mark.parametrize(
    "content, shown",
    [
        ("<b id=who>south  CLINIC</b>", True),
        ('{"clinic": {"name": "South Clinic"}}', True),
        ("<ul><li>South Clinic</li><li>North Clinic</li></ul>", False),
        ('{"clinics": [{"name": "South Clinic"}]}', False),
        ("<p>Welcome to South Clinic</p>", False),
        ("", False),
    ],
)
def test_a_practice_is_shown_where_it_has_a_place_of_its_own(content: str, shown: bool) -> None:
    reading = replay.read_reply(reply(content))
    assert shows_any(reading, ["", "West Clinic", "South Clinic"]) is shown
    assert not shows_any(reading, ["", "West Clinic"])

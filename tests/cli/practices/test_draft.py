"""Texts make a practice, or say for each field what to write instead."""

from __future__ import annotations

import ssl
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automation.cli.practices.draft import TEXTS, Draft, DraftError, drafted, keep_changed
from automation.model import Horizon, Pace, Portal, Practice
from automation.pipeline import Tools
from automation.session import Sessions
from tests.cli.practices.scene import NORTH, kept, moved_in
from tests.journeys.world import Home

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
PORTAL = Portal(
    portal="acme",
    title="Acme",
    hosts=(),
    timezone="America/Chicago",
    currency="CAD",
    pace=Pace(per_second=2, parallel=3),
)
NEEDED = {"name": "north", "portal": "acme", "base_url": "https://clinic.example"}


def draft(before: Practice | None = None, /, **texts: str) -> Practice:
    needed = {} if before else NEEDED
    return drafted({**needed, **texts}, PORTAL, now=NOW, before=before)


def problems(before: Practice | None = None, /, **texts: str) -> tuple[str, ...]:
    with pytest.raises(DraftError) as caught:
        draft(before, **texts)
    return caught.value.advised


@pytest.mark.parametrize(
    "texts, closed",
    [
        ({"base_url": "https://other.example"}, 1),
        ({"label": "North Shore"}, 1),
        ({"timezone": "Europe/Berlin"}, 0),
    ],
)
def test_a_table_that_puts_a_practice_in_another_place_closes_its_session(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, texts: dict[str, str], closed: int
) -> None:
    seen: list[Practice] = []

    async def close(_: Sessions, practice: Practice) -> None:
        seen.append(practice)

    home = Home.new(tmp_path / "home")
    moved_in(home, NORTH)
    wanted = draft(NORTH, **texts)

    async def scene(tools: Tools) -> None:
        await keep_changed(tools, Draft(wanted, {}))

    monkeypatch.setattr(Sessions, "close", close)
    home.work(scene)
    assert seen == [NORTH] * closed
    assert kept(home) == wanted


def test_what_is_not_said_is_as_the_portal_says() -> None:
    made = draft(timezone="", quiet_hours=" ")
    assert (made.timezone, made.currency, made.pace) == ("America/Chicago", "CAD", None)
    assert made == draft()


def test_half_a_pace_leaves_the_other_half_to_the_portal() -> None:
    assert draft(pace="0.25").pace == Pace(per_second=0.25, parallel=3)
    assert draft(parallel="1").pace == Pace(per_second=2, parallel=1)
    assert draft(pace="0.25", parallel="1").pace == Pace(per_second=0.25, parallel=1)


def test_a_horizon_is_said_kind_by_kind() -> None:
    made = draft(horizon="appointment=365:90, task=0:14")
    assert made.horizons == {
        "appointment": Horizon(past=365, future=90),
        "task": Horizon(past=0, future=14),
    }
    assert draft(made, horizon="").horizon == ()
    for wrong in ("visit=1:2", "appointment=1", "appointment=-1:2", "appointment=1:999999"):
        assert problems(horizon=wrong)[0].endswith("like appointment=365:90"), wrong


def test_who_allowed_it_did_so_now_unless_a_time_is_said() -> None:
    assert draft().authorised_at is None
    assert draft(authorised_at="2026-01-01").authorised_at is None  # nobody did
    first = draft(authorised_by="Dr. Ann")
    assert first.authorised_at == NOW
    later = {"authorised_by": "Dr. Ann", "authorised_at": "2026-01-01"}
    moment = draft(**later).authorised_at
    assert moment is not None
    assert moment.isoformat() == "2026-01-01T00:00:00-06:00"


def test_the_time_of_an_authorisation_changes_with_the_person_only() -> None:
    first = draft(authorised_by="Dr. Ann", authorised_at="2026-01-01")
    assert draft(first, authorised_by="Dr. Ann").authorised_at == first.authorised_at
    assert draft(first, label="North").authorised_at == first.authorised_at
    assert draft(first, authorised_by="Dr. Bo").authorised_at == NOW
    assert draft(first, authorised_by="").authorised_at is None


def test_a_change_is_about_what_is_said_and_an_empty_text_takes_back() -> None:
    paused = {"paused_since": NOW - timedelta(1), "paused_why": "audit", "writes": ("confirm",)}
    before = draft(label="North", proxy="http://proxy.example:1", pace="1").model_copy(
        update=paused
    )
    after = draft(before, proxy="", pace="", timezone="Europe/Berlin")
    wanted = {"proxy": None, "pace": None, "timezone": "Europe/Berlin"}
    assert after == before.model_copy(update=wanted)


def test_all_that_is_wrong_is_told_at_once_and_without_the_values() -> None:
    texts = {
        "name": "Sesame A",
        "base_url": "sesame.example",
        "timezone": "Sesame/B",
        "currency": "sesame",
        "quiet_hours": "sesame",
        "pace": "sesame",
        "parallel": "sesame",
        "horizon": "appointment=sesame",
        "opening_hours": "mon=sesame",
        "authorised_by": "x",
        "authorised_at": "sesame",
        "proxy": "sesame",
        "loopback": "sesame",
        "ca_file": "/sesame",
        "organization": "Sesame C",
    }
    found = problems(**texts)
    assert {each.partition(":")[0] for each in found} == set(texts) - {"authorised_by"}
    assert "sesame" not in " ".join(found).lower()


@given(st.dictionaries(st.sampled_from(TEXTS), st.text()))
def test_no_text_breaks_it(texts: dict[str, str]) -> None:
    with suppress(DraftError):
        assert drafted({**NEEDED, **texts}, PORTAL, now=NOW).portal


def test_a_file_of_authorities_has_to_hold_some(tmp_path: Path) -> None:
    path = tmp_path / "ca.pem"
    path.write_text("no certificate")
    assert problems(ca_file=str(path)) == ("ca_file: name a PEM file that this user may read",)
    path.write_text(ssl.DER_cert_to_PEM_cert(_own_authority()))
    assert draft(ca_file=str(path)).ca_file == str(path)


def _own_authority() -> bytes:
    found = ssl.create_default_context().get_ca_certs(binary_form=True)
    return found[0]


@pytest.mark.parametrize("text, said", [("yes", True), ("TRUE", True), ("0", False), ("", False)])
def test_loopback_is_said_by_yes_and_no(text: str, said: bool) -> None:
    assert draft(loopback=text).loopback is said


def test_a_schedule_is_the_usual_one_or_has_opening_hours() -> None:
    north = draft()
    assert Draft(north, {}, "default").hours == ()
    assert Draft(north, {}, "08:00-12:00 14:00-18:00").hours == ("08:00-12:00", "14:00-18:00")
    with pytest.raises(DraftError, match="'often' is no schedule"):
        Draft(north, {}, "often")

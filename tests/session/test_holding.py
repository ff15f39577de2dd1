"""What is in the hand of a practice where no session is open."""

from __future__ import annotations

from random import Random

import pytest

from automation.errors import NotKnown
from automation.model import (
    AllowList,
    Cookie,
    Pace,
    Portal,
    Practice,
    Secret,
    SessionState,
    Source,
)
from automation.session.holding import Hand
from automation.transport import HttpDoor
from tests.fakes import START, VirtualClock

BASE = "https://app.acme.example"
PORTAL = Portal(portal="acme", title="Acme", hosts=())
PRACTICE = Practice(name="north", portal="acme", base_url=BASE)
STATE = SessionState(
    cookies=(Cookie(name="sid", value="s1", domain="app.acme.example"),),
    storage={BASE: {"jwt": "j1"}, "https://other.example": {"jwt": "foreign"}},
    slots={"token": "t1"},
    opened_at=START,
)


def door() -> HttpDoor:
    allowed = AllowList.of(PORTAL, PRACTICE)
    made = HttpDoor(allowed, Pace(), clock=VirtualClock(), rng=Random(1))
    made.adopt(STATE.cookies)
    return made


def test_a_kept_session_gives_its_slots_its_cookies_and_the_storage_of_its_own_origin() -> None:
    hand = Hand.of(PRACTICE, PORTAL, door(), STATE)
    places = [Source(cookie="sid"), Source(storage="jwt"), Source(storage="x"), Source(css="a")]
    assert [hand.held(place) for place in places] == ["s1", "j1", None, None]
    assert hand.slots == {"token": "t1"}


def test_what_is_done_with_it_leaves_the_kept_session_as_it_is() -> None:
    hand = Hand.of(PRACTICE, PORTAL, door(), STATE)
    hand.slots["token"] = "t2"
    assert STATE.slots == {"token": "t1"}


def test_only_secrets_that_were_handed_in_can_be_had() -> None:
    hand = Hand(PRACTICE, PORTAL, door(), {"credential.password": Secret("p")})
    assert hand.secret("credential.password") == Secret("p")
    with pytest.raises(NotKnown, match=r"secret of north is named 'credential\.totp'"):
        hand.secret("credential.totp")
    with pytest.raises(NotKnown):
        Hand.of(PRACTICE, PORTAL, door(), STATE).secret("credential.password")

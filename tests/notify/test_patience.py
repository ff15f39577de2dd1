"""Pauses grow over 48 hours; who asks for time gets it; who is gone is left alone."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest

from automation.model import Delivery, WebhookEndpoint
from automation.notify import PAUSES, WINDOW
from automation.notify.patience import health, told
from automation.store import Tried
from automation.transport import Taken
from tests.fakes import START
from tests.store.telling import endpoint

RNG = Random(1)
NO = Taken(500, "it answered 500")
YES = Taken(204)


def delivery(tries: int = 1) -> Delivery:
    facts = {"id": "whd_1", "endpoint": "whe_1", "event": "evt_1", "practice": "north"}
    return Delivery(**facts, begun_at=START, next_at=START, tries=tries)


def results(*taken: Taken) -> list[tuple[Tried, Taken]]:
    return [(told(delivery(), each, START, RNG), each) for each in taken]


def test_an_event_is_tried_for_48_hours_in_growing_pauses_and_then_is_dead() -> None:
    now, tries, ahead = START, 0, list[float]()
    while True:
        tries += 1
        found = told(delivery(tries), NO, now, RNG)
        if found.next_at is None:
            break
        ahead.append((found.next_at - now).total_seconds())
        now = found.next_at
    assert now == START + WINDOW
    assert len(PAUSES) <= tries <= len(PAUSES) + 2
    assert ahead[:9] == sorted(ahead[:9])
    assert ahead[0] < 6


def test_what_was_taken_is_over() -> None:
    found = told(delivery(), YES, START, RNG)
    assert (found.delivered, found.next_at) == (True, None)


def test_who_asks_for_time_gets_it_but_not_beyond_the_48_hours() -> None:
    for asked, waits in ((1000.0, 1000.0), (10.0**9, WINDOW.total_seconds())):
        found = told(delivery(), Taken(429, "it answered 429", asked), START, RNG)
        assert found.next_at == START + timedelta(seconds=waits)


def test_what_is_gone_is_not_asked_for_again() -> None:
    gone = Taken(410, "it answered 410")
    assert told(delivery(), gone, START, RNG).next_at is None
    assert health(endpoint(), results(YES, gone), START).disabled


@pytest.mark.parametrize("failures, seconds", [(0, 5), (1, 10), (3, 40), (9, 300), (500, 300)])
def test_who_cannot_be_reached_is_left_alone_for_longer_each_time(
    failures: int, seconds: int
) -> None:
    was = endpoint().model_copy(update={"failures": failures})
    for taken in (NO, Taken(None, "no answer"), Taken(429, "it answered 429")):
        found = health(was, results(taken), START)
        assert found.failures == failures + 1
        assert found.held_until == START + timedelta(seconds=seconds)
        assert found.failing_since == START


def test_who_takes_anything_is_well() -> None:
    was = endpoint().model_copy(update={"failures": 3, "failing_since": START})
    found = health(was, results(NO, YES), START)
    assert (found.failures, found.failing_since, found.held_until) == (0, None, None)


def test_who_refuses_single_events_is_not_left_alone() -> None:
    found = health(endpoint(), results(Taken(400, "it answered 400")), START)
    assert (found.failures, found.held_until) == (0, None)


def dead_after(hours: int, was: WebhookEndpoint) -> str:
    now = START + timedelta(hours=hours)
    return health(was, [(told(delivery(13), NO, now, RNG), NO)], now).disabled


def test_who_took_nothing_for_48_hours_is_disabled_and_nobody_else() -> None:
    failing = endpoint().model_copy(update={"failures": 9, "failing_since": START})
    assert dead_after(48, failing)
    assert not dead_after(47, failing)
    since = START + timedelta(hours=24)  # others were taken meanwhile
    assert not dead_after(48, failing.model_copy(update={"failing_since": since}))

"""Before anything is written everything is read and checked that can be."""

from __future__ import annotations

from random import Random

from automation.model import Profile
from automation.writes import Checked, Known, Looking
from tests.engine import run_engine
from tests.fakes import START, VirtualClock
from tests.writes.shop import ENDPOINTS, Shop, operation


def looked(shop: Shop, profile: Profile | None = None) -> tuple[tuple[Checked, ...], Known]:
    known = Known(operation(), shop.session.practice, {"client_id": 7}, "m", START.isoformat())
    looking = Looking(known, shop.session, ENDPOINTS.__getitem__, VirtualClock(), Random(1))
    return run_engine(looking.look(profile)), known


def test_what_was_read_is_known_and_checked() -> None:
    checks, known = looked(Shop())
    assert known.reads == {"client": {"active": True, "state": 1}}
    assert [(check.what, check.outcome) for check in checks] == [
        ("right Sales", "unknown"),
        ("read client", "holds"),
        ("reads.client.active", "holds"),
    ]


def test_what_is_not_as_it_must_be_fails_in_the_words_of_the_operation() -> None:
    checks, _ = looked(Shop(active=False))
    assert checks[-1] == Checked("reads.client.active", "fails", "the client is archived")


def test_what_could_not_be_read_fails_and_nothing_is_checked_on_it() -> None:
    shop = Shop()
    shop.client = None
    checks, known = looked(shop)
    assert checks[-1] == Checked("read client", "fails", "there is no such client")
    assert known.reads == {"client": None}

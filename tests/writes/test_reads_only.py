"""A session for reads is the session it stands for, but for writes."""

from __future__ import annotations

import pytest

from automation.errors import Bug
from automation.model import Call, Source
from automation.writes.reads_only import ReadsOnly
from tests.engine import run_engine
from tests.writes.shop import ENDPOINTS, Shop

URL = "https://app.acme.example/api/client/7/"


def test_a_read_goes_through_and_a_write_never_does() -> None:
    shop = Shop()
    session = ReadsOnly(shop.session)
    assert run_engine(session.send(Call("GET", URL))).status == 200
    for method in ("POST", "GET"):  # what counts is what the endpoint says, not the method
        with pytest.raises(Bug, match="nothing may be written"):
            run_engine(session.send(Call(method, URL, safe=False)))
    assert len(shop.session.sent) == 1


def test_the_session_of_an_endpoint_is_for_reads_too() -> None:
    session = run_engine(ReadsOnly(Shop().session).of(ENDPOINTS["create-sale"]))
    with pytest.raises(Bug):
        run_engine(session.send(Call("POST", URL, safe=False)))


def test_everything_else_is_that_of_the_session() -> None:
    shop = Shop()
    session = ReadsOnly(shop.session)
    assert session.practice is shop.session.practice
    assert session.portal is shop.session.portal
    assert session.slots is shop.session.slots
    assert session.held(Source(cookie="a")) is None
    run_engine(session.renew(seen=1))
    run_engine(session.confirm())
    assert (session.generation, shop.session.confirmed) == (2, 1)

"""What is asked about a write is filled from what is known, and may find nothing."""

from __future__ import annotations

from random import Random

import pytest

from automation import replay
from automation.errors import Gone
from automation.writes import Known
from automation.writes.asking import Asking
from tests.engine import run_engine
from tests.fakes import FakeSession, VirtualClock, json_reply
from tests.writes.till import ENDPOINTS, sale


def asked(status: int) -> tuple[object, list[str]]:
    """What a read of the operation gets, and the addresses that were asked."""
    session = FakeSession(lambda call: json_reply(call, {"id": 7}, status=status))
    session.slots["token"] = "t"
    write = sale()
    known = Known(write.declared, session.practice, write.inputs, write.marker, write.at)
    found = Asking(known, session, ENDPOINTS.__getitem__, VirtualClock(), Random(1))
    plan = write.declared.reads["client"]

    async def first() -> object:
        endpoint = found.endpoints(plan.endpoint)
        answers = found.answers(endpoint, plan.values, replay.Course(found=True))
        return (await anext(answers)).document

    return run_engine(first()), [call.url for _, call in session.sent]


def test_a_read_is_filled_from_what_is_known() -> None:
    document, addresses = asked(200)
    assert document == {"id": 7}
    assert [each.rsplit("/", 2)[1] for each in addresses] == [str(sale().inputs["client_id"])]


def test_a_single_thing_that_is_not_there_is_told_as_gone() -> None:
    with pytest.raises(Gone):
        asked(404)

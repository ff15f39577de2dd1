"""What is made of answers, with and without the tables that mappings look up."""

from __future__ import annotations

from pathlib import Path

import pytest

from automation.errors import PortalDown
from automation.model import Call, Reply
from tests.fakes import json_reply
from tests.sync.support import CLIENT_MAPPING, Clinic, Home, everything

LOOKING_UP = CLIENT_MAPPING + "lookups: {tag: {endpoint: list-tags, key: id, by: tag}}\n"


@pytest.mark.parametrize("status,ended", [(403, "not_permitted"), (503, "failed")])
def test_an_endpoint_without_its_table_ends_as_that_and_loses_nothing_in_the_run_after(
    tmp_path: Path, status: int, ended: str
) -> None:
    portal = Clinic.of(clients=25, tags=3, bills=1)
    home = Home(tmp_path, everything(tmp_path, mappings__client=LOOKING_UP), portal)
    before = home.passed().coverage["list-clients"]
    home.clock.pass_time(3_600)

    def broken(what: str, call: Call) -> Reply | None:
        if what == "/tags" and status == 503:
            raise PortalDown("no answer")
        return json_reply(call, {}, status=status) if what == "/tags" else None

    portal.spoil = broken
    lacking = home.passed().coverage["list-clients"]
    assert (lacking.ended, lacking.full_at) == (ended, before.full_at)
    assert lacking.said.startswith("nothing is made of it: list-tags: ")
    portal.spoil = lambda _what, _call: None
    after = home.passed()
    assert after.tallies["client"].unchanged == 25
    assert len(home.there("client")) == 25

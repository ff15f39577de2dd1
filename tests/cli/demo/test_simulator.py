"""The simulator of the demo is asked directly, whatever the environment says."""

from __future__ import annotations

import pytest

from automation.cli.demo.simulator import Running
from tests import simulator as started


def test_no_proxy_stands_between_the_demo_and_its_simulator(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    with started.running("covetrus_pulse", patients=150) as portal:
        logins = Running(portal.url, portal.portal).logins()
        assert {each.label for each in logins} <= {each.name for each in portal.practices()}
    assert logins
